"""What is hashed, exactly. Pure: no query, no clock.

A row becomes one line of JSON (an array of texts, numbers and nulls), so no two different rows give the same bytes.
A batch's hash is SHA-256 over its number, the hash before it, and its lines in order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from app.database import Record

#: The hash "before" the first batch.
GENESIS = bytes(32)

#: Columns of command_log that never change once a verdict other than ``parked`` stands.
FIELDS = (
    "id",
    "region_id",
    "device",
    "seq",
    "author",
    "type",
    "v",
    "sha256",
    "at",
    "at_est",
    "received_at",
    "aggregate",
    "verdict",
    "code",
    "detail",
    "result",
)

#: The same as SQL over ``command_log c``. The payload's hash is computed anew: the stored one proves nothing.
#: jsonb as text is one spelling of its content whatever the writer's was.
_EXPRESSIONS = {"sha256": "sha256(c.payload_raw)", "detail": "c.detail::text", "result": "c.result::text"}
FIELDS_SQL = ", ".join(f"{_EXPRESSIONS.get(field, f'c.{field}')} as {field}" for field in FIELDS)

_ENCODER = msgspec.json.Encoder()


def line(row: Record) -> bytes:
    """A row that selected FIELDS_SQL, as the bytes that are hashed."""
    return _ENCODER.encode([_plain(row[field]) for field in FIELDS]) + b"\n"


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, int) else str(value)


def batch_hash(number: int, previous: bytes, lines: Iterable[bytes]) -> bytes:
    """The hash of batch ``number`` (32 bytes)."""
    digest = hashlib.sha256(b"turbil audit batch %d\n" % number + previous)
    for one in lines:
        digest.update(one)
    return digest.digest()
