"""The life of a pick-up order as pure rules: no database, no clock, no HTTP (domain model 5.2).

Registered, closed or cancelled (R-254): closed means returned to the centre, not merely collected (R-255). The state
follows from the lines; nothing else sets it.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, Literal, TypeAlias

CancelBy: TypeAlias = Literal["customer_service", "orderer_until_processing"]


class State(StrEnum):
    """The states of a pick-up order."""

    REGISTERED = "registered"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class LineState(StrEnum):
    """The states of a line. In the van and at the centre are two facts: rent ends with the second (R-265)."""

    REQUESTED = "requested"
    PLANNED = "planned"
    COLLECTED = "collected"
    ARRIVED = "arrived"
    NOT_FOUND = "not_found"
    REFUSED_DIRTY = "refused_dirty"
    WRONG_ITEM = "wrong_item"
    LOST = "lost"
    CANCELLED = "cancelled"


#: Lines that still wait for something.
OPEN: Final = frozenset({LineState.REQUESTED, LineState.PLANNED, LineState.COLLECTED})

#: What a driver could not collect, by the reason given; with any other reason the line waits for another try.
NOT_COLLECTED: Final = {"dirty": LineState.REFUSED_DIRTY, "not_found": LineState.NOT_FOUND}


def state_of(lines: Iterable[LineState]) -> State:
    """Return the state that follows from the lines."""
    states = set(lines)
    if states & OPEN:
        return State.REGISTERED
    return State.CANCELLED if states <= {LineState.CANCELLED} else State.CLOSED


def cancel_refusal(state: State, lines: Iterable[LineState], *, office: bool, cancel_by: CancelBy) -> str | None:
    """Return why the order cannot be cancelled, or None.

    Args:
        office: customer service or a planner does it; else the orderer.
        cancel_by: the region's policy (R-156).
    """
    if state is not State.REGISTERED:
        return f"pickup.{state.value}"
    states = set(lines)
    if not office and cancel_by == "customer_service":
        return "pickup.cancel_by_customer_service"
    if not office and states - {LineState.REQUESTED}:
        return "pickup.begun"
    if LineState.COLLECTED in states:
        return "pickup.collected"
    return "pickup.on_round" if LineState.PLANNED in states else None


def arrive_refusal(line: LineState) -> str | None:
    """Return why an arrival cannot be registered, or None. What was said to be lost may turn up."""
    return {
        LineState.ARRIVED: "pickup.arrived_already",
        LineState.CANCELLED: "pickup.cancelled",
    }.get(line)


def not_deregistered(*, kind: str, vision_aid: bool) -> str | None:
    """Return why an article cannot be deregistered by an order that executes its return at once (R-261), or None."""
    return never_collected(kind=kind, vision_aid=vision_aid) or (
        None if kind == "accessory" else "pickup.not_accessory"
    )


def never_collected(*, kind: str, vision_aid: bool) -> str | None:
    """Return why an article is never on a pick-up order, or None: vision aids (R-248) and consumables (R-264)."""
    if vision_aid:
        return "pickup.vision_aid"
    return "pickup.consumable" if kind == "consumable" else None
