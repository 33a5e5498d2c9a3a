"""What the office reads of pick-up orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from app.orders.schemas import DeliveryAddress, OrderEvent, OrderRecipient
from app.web.structs import Reply


class PickupOrderHit(Reply, frozen=True, kw_only=True):
    """An order in a list: nothing of it says from whom, and a protected town is empty (SR-40).

    ``collected`` and ``arrived`` count lines: in the van, and at the centre.
    """

    id: UUID
    number: str
    state: str
    reason: str
    recipient_kind: Literal["person", "party"]
    town: str
    wanted_on: date | None
    lines: int
    collected: int
    arrived: int
    registered_at: datetime
    registered_by_name: str
    planned_on: date | None
    rv: int


class PickupOrderList(Reply, frozen=True, kw_only=True):
    """One page, newest first; ``next_cursor`` is None on the last one."""

    items: list[PickupOrderHit]
    next_cursor: str | None


class PickupOrderLine(Reply, frozen=True, kw_only=True):
    """A line with its owner and form of charging (R-253); ``unplanned`` when nobody had ordered it."""

    id: UUID
    position: int
    device_number: str | None
    article_number: str
    article_name: str
    quantity: int
    owner: str
    charging: str
    hygiene: str
    state: str
    unplanned: bool
    collected_at: datetime | None
    arrived_at: datetime | None


class PickupOrderDetail(Reply, frozen=True, kw_only=True):
    """The whole order (R-256). The warehouse is shown neither recipient nor address nor information."""

    id: UUID
    number: str
    state: str
    reason: str
    recipient: OrderRecipient
    contact: DeliveryAddress
    info: str
    wanted_on: date | None
    planned_on: date | None
    customer: str
    prescriber_name: str
    registered_at: datetime
    registered_by_name: str
    closed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    cancel_note: str
    can_cancel: bool
    lines: list[PickupOrderLine]
    history: list[OrderEvent]
    rv: int
