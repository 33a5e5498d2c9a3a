"""What lies on a simulated phone's disk until the server has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any


@dataclass
class Command:
    """A command as it lies on the phone's disk."""

    seq: int
    id: str
    type: str
    aggregate: str | None
    args: dict[str, Any]
    raw: bytes
    blobs: tuple[str, ...] = ()


@dataclass
class Blob:
    """Bytes that the phone keeps until the server has them."""

    data: bytes
    seq: int
    offset: int = 0


def utc_text(off: timedelta = timedelta()) -> str:
    """Now, as a phone writes it whose clock is wrong by ``off``."""
    return (datetime.now(UTC) + off).isoformat(timespec="milliseconds").replace("+00:00", "Z")
