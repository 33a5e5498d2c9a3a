"""What was measured before: the values beside the fields, from a device's earlier protocols. Pure.

Only numbers, choices and what a template carries over are remembered: a remark may say something of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from field.protocols.template import Item, Template

_REMEMBERED: Final = frozenset({"decimal", "integer", "choice"})


def remembered(template: Template, answers: Mapping[str, Any]) -> dict[str, str]:
    """Return of an earlier protocol's answers those that may stand beside the fields of ``template``."""
    kept = {
        item.link_id
        for item in _items(template.item)
        if item.type in _REMEMBERED or (item.carry_over and item.type in {"string", "date"})
    }
    return {key: value for key, value in answers.items() if key in kept and isinstance(value, str) and value}


def _items(branch: Iterable[Item]) -> Iterable[Item]:
    for item in branch:
        yield item
        yield from _items(item.item)
