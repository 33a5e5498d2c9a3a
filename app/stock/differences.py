"""How what was found differs from what should be there. Pure; twin of pwa/client/src/scan/count.ts (shared vectors)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias
from uuid import UUID

Finding: TypeAlias = Literal["expected", "missing", "unexpected", "elsewhere", "unknown"]
Deed: TypeAlias = Literal["placed_here", "lost"]

ON_SHELF: Final = frozenset({"in_stock", "reserved"})
"""A device in one of these stands on its home's shelf, or it is missing."""

AT_CENTRE: Final = ON_SHELF | {"arrived", "cleaning", "inspection", "in_repair", "quarantined"}
"""In these it may stand there, and is not missed when it stands in the washing room."""

_ON_THE_ROAD: Final = frozenset({"in_transit", "collected"})


@dataclass(frozen=True)
class Known:
    """A device of the region as it is registered: its state, and the place that it belongs to."""

    status: str
    home: UUID | None


def finding_of(device: Known | None, place: UUID) -> Finding:
    """What it means that a number was scanned at a place; None is a number that the region does not have."""
    if device is None:
        return "unknown"
    if device.status not in AT_CENTRE or device.home is None:
        return "unexpected"
    return "expected" if device.home == place else "elsewhere"


def belongs(device: Known, place: UUID) -> bool:
    """True when the device is missing unless it was scanned at the place."""
    return device.home == place and device.status in ON_SHELF


def adjust_refusal(finding: Finding, deed: Deed, device: Known, place: UUID, *, held: bool) -> str | None:
    """Why a difference cannot be put right like this, or None. ``device`` is as it is now, not when it was counted."""
    if (deed == "lost") != (finding == "missing") or finding in {"expected", "unknown"}:
        return "stock.wrong_deed"
    if deed == "lost":
        if device.status == "reserved":
            return "stock.reserved"
        return None if belongs(device, place) else "stock.moved_on"
    if device.status == "scrapped":
        return "stock.scrapped"
    if held:
        return "stock.held"
    return "stock.in_van" if device.status in _ON_THE_ROAD else None


def status_after(deed: Deed, status: str) -> str:
    """The device's state once the difference is put right: what was lost or said to be with somebody is in stock."""
    if deed == "lost":
        return "lost"
    return status if status in AT_CENTRE else "in_stock"
