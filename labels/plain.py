"""Labels without tokens: what they say is looked up or typed, and printing them changes no row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

from app.database import fetch, fetch_value
from app.identity.actor import Actor
from app.policy.repository import current_policy
from app.registry.search import device_scope_sql
from labels.schemas import PlainItem
from labels.template import LabelContent, LabelTemplate, PlainLabel
from offline_sync.commands import CommandRefused

_OF_A_DEVICE: Final = re.compile(r"(?:K-)?([0-9]{4,8})")
_OF_A_PLACE: Final = frozenset({"shelf", "load_carrier"})


async def contents_of(
    actor: Actor, template: LabelTemplate, items: Sequence[PlainItem]
) -> list[PlainLabel] | CommandRefused:
    """Return what each label says, or the refusal of numbers that no device of the region has.

    A label of a device carries its article's name and, for the next maintenance, its month (R-074); nothing of its
    holder. An item without a code is a label to be filled in by hand (R-270).
    """
    policy = await current_policy(actor.region_id, datetime.now(UTC))
    known: dict[str, tuple[str, str]] = {}
    if template.kind not in _OF_A_PLACE:
        numbers = {number for item in items if (number := device_number_of(item.code))}
        known = await _devices(actor.region_id, sorted(numbers))
        missing = [item.code for item in items if item.code and device_number_of(item.code) not in known]
        if missing:
            detail = {"count": len(missing), "number": missing[0]}
            return CommandRefused("label.unknown_numbers", detail=detail, state={"numbers": missing[:50]})
    contents = []
    for item in items:
        article, month = known.get(device_number_of(item.code), ("", ""))
        contents.append(
            PlainLabel(
                payload=item.code,
                number=item.code,
                owner=policy.label_owner,
                phone=policy.label_phone,
                article=article,
                text=item.text,
                month=item.month or month,
            )
        )
    return contents


def device_number_of(code: str) -> str:
    """Return the device number in ``104901`` or ``K-104901``, "" for another code."""
    found = _OF_A_DEVICE.fullmatch(code)
    return found[1] if found else ""


async def may_see(actor: Actor, code: str) -> bool:
    """True when the device that the code names is one that the actor may look up, or when there is no code."""
    number = device_number_of(code)
    if not number:
        return not code
    scope, parameters = device_scope_sql(actor, first=3)
    return bool(
        await fetch_value(
            f"select exists (select from device d where d.region_id = $1 and d.number = $2 and {scope})",  # noqa: S608
            actor.region_id,
            number,
            *parameters,
        )
    )


def with_example(sample: LabelContent, code: str, text: str) -> LabelContent:
    """Return an example with the user's own code and text where they are given."""
    changes = {"number": code, "payload": code} if code else {}
    if text:
        changes["text"] = text
    return msgspec.structs.replace(sample, **changes)


async def _devices(region_id: UUID, numbers: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Article's name and month of the next maintenance by device number."""
    rows = await fetch(
        "select d.number, a.name, coalesce(to_char(d.next_pm, 'YYYY-MM'), '') as month from device d"
        " join article a on a.id = d.article_id where d.region_id = $1 and d.number = any($2)",
        region_id,
        list(numbers),
    )
    return {row["number"]: (row["name"], row["month"]) for row in rows}
