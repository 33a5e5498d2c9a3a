"""What the office reads of customer orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from app.web.structs import Reply


class CustomerOrderHit(Reply, frozen=True, kw_only=True):
    """An order in a list: nothing of it says whom it is for, and a protected town is empty (SR-40)."""

    id: UUID
    number: str
    kind: str
    state: str
    recipient_kind: Literal["person", "party"]
    town: str
    earliest_dispatch: date
    urgent: bool
    co_delivery: bool
    lines: int
    lines_without_device: int
    carrier: Literal["van", "internal_post", "postal"]
    registered_at: datetime
    registered_by_name: str
    planned_on: date | None
    rv: int


class CustomerOrderList(Reply, frozen=True, kw_only=True):
    """One page, newest first; ``next_cursor`` is None on the last one."""

    items: list[CustomerOrderHit]
    next_cursor: str | None


class OrderRecipient(Reply, frozen=True, kw_only=True):
    """Whom an order is for; the name is empty when it is not the reader's to see."""

    kind: Literal["person", "party"]
    name: str
    protected: bool


class DeliveryAddress(Reply, frozen=True, kw_only=True):
    """Where it goes; all empty when it is not the reader's to see."""

    name: str
    phone: str
    care_of: str
    street: str
    postcode: str
    town: str
    entry_code: str


class CustomerOrderLine(Reply, frozen=True, kw_only=True):
    """A line; ``numbered`` ones need a device before they can leave (R-073)."""

    id: UUID
    position: int
    article_number: str
    article_name: str
    quantity: int
    numbered: bool
    device_number: str | None
    state: str
    loaded: bool
    delivered_quantity: int
    delivered_at: datetime | None


class OrderEvent(Reply, frozen=True, kw_only=True):
    """One command on the order; ``text`` says what became of it when it was not applied."""

    at: datetime
    received_at: datetime
    by_name: str
    type: str
    verdict: str
    code: str
    text: str


class ProofLine(Reply, frozen=True, kw_only=True):
    """Something that was signed for."""

    action: str
    article_name: str
    device_number: str | None
    quantity: int


class ProofShown(Reply, frozen=True, kw_only=True):
    """The newest proof of delivery of a stop where something of the order was handed over."""

    signer_name: str
    method: str
    at: datetime
    items: list[ProofLine]


class CustomerOrderDetail(Reply, frozen=True, kw_only=True):
    """The whole order. The warehouse is shown neither recipient nor address nor carrier note (domain model 5.6)."""

    id: UUID
    number: str
    kind: str
    state: str
    recipient: OrderRecipient
    to_home: bool
    contact: DeliveryAddress
    carrier_note: str
    warehouse_note: str
    earliest_dispatch: date
    planned_on: date | None
    co_delivery: bool
    urgent: bool
    linked_order: str | None
    carrier: Literal["van", "internal_post", "postal"]
    sent_at: datetime | None
    customer: str
    prescriber_name: str
    registered_at: datetime
    registered_by_name: str
    delivered_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    cancel_note: str
    can_cancel: bool
    lines: list[CustomerOrderLine]
    history: list[OrderEvent]
    proof: ProofShown | None
    rv: int
