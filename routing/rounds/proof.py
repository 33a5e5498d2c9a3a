"""What a proof of delivery is bound to: the canonical bytes of its items, and their hash. Pure.

The person at the door signs for the items that stand above the signature, so the hash is over exactly those, in that
order. The phone makes the same bytes (the vectors in tests/vectors/proof_items.json belong to both).

The definition
--------------
The items are one JSON array: first those of ``delivered``, then those of ``collected``, each list in its own order.
An item is an object with these keys, and a key whose value is null or absent is left out:

``action``
    ``"deliver"`` or ``"collect"``.
``task_id``
    The task's id as a lower-case UUID with hyphens.
``device_number``, ``article_number``
    As sent.
``scan_sha256``
    Only when there is no ``device_number``: SHA-256 of the raw scanned text in UTF-8, as 64 lower-case hexadecimal
    digits. The text itself may hold a label's secret and is not kept here.
``quantity``
    An integer, written without point or exponent.
``hygiene``
    Of a collected item.
``parts``
    Of a collected device whose parts were counted, and not when none was: an array of ``{component_id, quantity}``,
    in the order in which they were sent.

The bytes: keys in ascending order, no white space, UTF-8 without byte order mark, no Unicode normalisation. In texts
only ``"`` and ``\\`` and the characters below U+0020 are escaped, the latter as ``\\b \\t \\n \\f \\r`` or ``\\u00xx``
with lower-case digits; everything else stands as itself. That is what ``JSON.stringify`` writes for an object whose
keys were inserted in order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any, Final, TypeAlias

Item: TypeAlias = dict[str, Any]

_FIELDS: Final = {
    "deliver": ("task_id", "device_number", "quantity"),
    "collect": ("task_id", "device_number", "article_number", "quantity", "hygiene"),
}


def proof_items(delivered: Iterable[Mapping[str, Any]], collected: Iterable[Mapping[str, Any]]) -> list[Item]:
    """Return the items of a stop's outcome as they are bound.

    Args:
        delivered, collected: items as in the arguments of ``stop.complete``; values as JSON has them.
    """
    return [
        *(_item("deliver", given) for given in delivered),
        *(_item("collect", given) for given in collected),
    ]


def _item(action: str, given: Mapping[str, Any]) -> Item:
    item: Item = {"action": action}
    item |= {name: given[name] for name in _FIELDS[action] if given.get(name) is not None}
    if action == "collect" and given.get("parts"):
        item["parts"] = [{name: part[name] for name in ("component_id", "quantity")} for part in given["parts"]]
    scan = given.get("scan_raw")
    if scan is not None and "device_number" not in item:
        item["scan_sha256"] = sha256(scan.encode()).hexdigest()
    return item


def canonical(items: Iterable[Mapping[str, Any]]) -> bytes:
    """Return the canonical bytes of bound items (see the module)."""
    return json.dumps(
        [dict(item) for item in items], ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode()


def items_hash(items: Iterable[Mapping[str, Any]]) -> str:
    """Return the SHA-256 of the canonical bytes as 64 lower-case hexadecimal digits."""
    return sha256(canonical(items)).hexdigest()
