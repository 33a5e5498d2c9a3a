"""The way of a returned device through the centre, and buy-back, as pure rules: no database, no clock, no HTTP.

arrived -> cleaning -> inspection -> stock, repair, quarantine or scrap (domain model 5.2). A device in repair or
quarantine is inspected again later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias

Contamination: TypeAlias = Literal["none", "suspected", "declared"]
Result: TypeAlias = Literal["ok", "faults", "deviation"]
Disposition: TypeAlias = Literal["stock", "repair", "quarantine", "scrap"]


class State(StrEnum):
    """Where a returned device is on its way."""

    CLEANING = "cleaning"
    INSPECTION = "inspection"
    DONE = "done"


#: The device's own status after each disposition.
STATUS_AFTER: Final[dict[Disposition, str]] = {
    "stock": "in_stock",
    "repair": "in_repair",
    "quarantine": "quarantined",
    "scrap": "scrapped",
}

#: Statuses from which a device can be inspected: fresh from cleaning, or again after repair or quarantine.
INSPECTABLE: Final = frozenset({"inspection", "in_repair", "quarantined"})


def receive_refusal(status: str) -> str | None:
    """Return why the desk cannot begin with the device, or None. ``status``: the device's."""
    if status == "scrapped":
        return "return.scrapped"
    return None if status == "arrived" else "return.not_arrived"


def quarantine_end(contamination: Contamination, received_at: datetime, hours: int) -> datetime | None:
    """Return until when a contaminated device is left alone (R-271), None for a clean one."""
    return None if contamination == "none" else received_at + timedelta(hours=hours)


def cleaned_refusal(state: State | None, quarantine_until: datetime | None, now: datetime) -> str | None:
    """Return why the device cannot be said to be clean yet, or None."""
    if state is not State.CLEANING:
        return "return.not_cleaning"
    return "return.quarantine_runs" if quarantine_until is not None and now < quarantine_until else None


@dataclass(frozen=True)
class Inspection:
    """What decides whether a disposition can be made.

    Attributes:
        status: the device's.
        stopped: it is blocked or has a safety notice on it (R-303).
        note: somebody has written why.
    """

    status: str
    result: Result
    disposition: Disposition
    stopped: bool = False
    note: bool = False


def inspection_refusal(facts: Inspection) -> str | None:
    """Return why not, or None. A deviation is quarantined, marked and kept (R-300); only what is in order is stock."""
    if facts.status not in INSPECTABLE:
        return "return.not_inspectable"
    if facts.result == "deviation" and facts.disposition != "quarantine":
        return "return.deviation_is_kept"
    if facts.disposition == "stock" and facts.result != "ok":
        return "return.faults_not_to_stock"
    if facts.disposition == "stock" and facts.stopped:
        return "return.stopped"
    return None if facts.note or facts.disposition == "stock" else "return.say_why"


@dataclass(frozen=True)
class Purchase:
    """What decides whether a purchase is taken back."""

    charging: str
    kind: str
    stock_status: str
    delivered_at: datetime | None
    returned_at: datetime
    unused: bool
    original_packaging: bool


def buy_back_refusal(purchase: Purchase, days: int) -> str | None:
    """Return why the purchase is not taken back, or None when it is (R-272, R-273; consumables never, R-264).

    Args:
        days: the region's number of days; the last one counts whole.
    """
    if purchase.charging == "rent":
        return "rented"
    if purchase.kind == "consumable":
        return "consumable"
    if purchase.stock_status != "stocked":
        return "order_only"
    if purchase.delivered_at is None:
        return "delivery_unknown"
    if purchase.returned_at - purchase.delivered_at > timedelta(days=days):
        return "too_late"
    if not purchase.unused:
        return "used"
    return None if purchase.original_packaging else "packaging"
