"""The life of a customer order as pure rules: no database, no clock, no HTTP (domain model 5.2).

An order's state follows from its lines; what may be done to it follows from the state. Nothing else sets a state.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

Carrier: TypeAlias = Literal["van", "internal_post", "postal"]
CancelBy: TypeAlias = Literal["customer_service", "orderer_until_processing"]


class State(StrEnum):
    """The states of a customer order; delivered and cancelled are final."""

    REGISTERED = "registered"
    PROCESSING = "processing"
    DISPATCHABLE = "dispatchable"
    IN_TRANSIT = "in_transit"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class LineFacts:
    """What the rules need to know of a line.

    Attributes:
        state: open, delivered or cancelled.
        numbered: the article is individually numbered, so the line needs a device before it can leave (R-073).
        has_device: the warehouse has said which one.
        loaded: it is in a van.
        delivered: how much of it has been delivered.
    """

    state: str
    numbered: bool = False
    has_device: bool = False
    loaded: bool = False
    delivered: int = 0


@dataclass(frozen=True)
class OrderFacts:
    """What the rules need to know of an order. ``on_round``: it is planned on a round that has not come back."""

    state: State
    lines: tuple[LineFacts, ...]
    on_round: bool = False

    @property
    def begun(self) -> bool:
        """True when the centre has begun with it: until then an orderer may cancel, where policy says so (R-155)."""
        touched = any(line.has_device or line.loaded or line.delivered for line in self.lines)
        return touched or self.on_round or self.state is State.PROCESSING


def state_of(lines: Iterable[LineFacts], before: State) -> State:
    """Return the state that follows from the lines.

    An order without numbered articles can leave at once. One that the warehouse has begun with never looks untouched
    again. Its last line decides: cancelled lines do not count beside delivered ones.
    """
    lines = tuple(lines)
    waiting = [line for line in lines if line.state == "open"]
    delivered = any(line.state == "delivered" or line.delivered for line in lines)
    if not waiting:
        return State.DELIVERED if delivered else State.CANCELLED
    if any(line.loaded for line in waiting):
        return State.IN_TRANSIT
    if all(line.has_device or not line.numbered for line in waiting):
        return State.DISPATCHABLE
    begun = delivered or before is not State.REGISTERED or any(line.has_device for line in waiting)
    return State.PROCESSING if begun else State.REGISTERED


def cancel_refusal(order: OrderFacts, *, office: bool, cancel_by: CancelBy) -> str | None:
    """Return why the order cannot be cancelled, or None.

    Args:
        office: customer service or a planner does it; else the orderer.
        cancel_by: the region's policy (R-154, R-155).
    """
    finality = _final(order.state)
    if finality is not None:
        return finality
    if not office and cancel_by == "customer_service":
        return "order.cancel_by_customer_service"
    if not office and order.begun:
        return "order.processing_begun"
    if order.state is State.IN_TRANSIT:
        return "order.in_transit"
    return "order.on_round" if order.on_round else None


def carrier_refusal(carrier: Carrier, *, to_person: bool, to_home: bool, numbered: bool) -> str | None:
    """Return why the order cannot go that way, or None.

    The post goes straight home to a patient with goods that have no number (R-281, R-282); the internal post goes
    between the house's own units (R-275).
    """
    if carrier == "postal":
        if not (to_person and to_home):
            return "order.postal_to_home"
        return "order.postal_numbered" if numbered else None
    return "order.internal_post_to_unit" if carrier == "internal_post" and to_home and to_person else None


def send_refusal(order: OrderFacts, carrier: Carrier) -> str | None:
    """Return why the order cannot be given to its carrier now, or None. A van's order goes on a round instead."""
    finality = _final(order.state)
    if finality is not None:
        return finality
    if carrier == "van":
        return "order.by_van"
    if order.state is State.IN_TRANSIT:
        return "order.sent"
    return None if order.state is State.DISPATCHABLE else "order.not_packed"


def receive_refusal(order: OrderFacts, carrier: Carrier) -> str | None:
    """Return why the order cannot have come, or None."""
    finality = _final(order.state)
    if finality is not None:
        return finality
    if carrier == "van":
        return "order.by_van"
    return None if order.state is State.IN_TRANSIT else "order.not_sent"


def assign_refusal(order: OrderFacts, line: LineFacts, *, gives_back: bool) -> str | None:
    """Return why the line's device cannot be chosen now, or None. ``gives_back``: it is taken away again."""
    finality = _final(order.state)
    if finality is not None:
        return finality
    if line.state != "open":
        return "order.line_done"
    if line.loaded:
        return "order.line_in_transit"
    if not line.numbered:
        return "order.line_unnumbered"
    return "order.on_round" if gives_back and order.on_round else None


def _final(state: State) -> str | None:
    return {State.CANCELLED: "order.cancelled", State.DELIVERED: "order.delivered"}.get(state)
