"""The arguments of customer order commands. Unknown fields are refused and lengths count code points (SR-25)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta

from app.registry.recipients import DeliveryContact, RecipientRef
from offline_sync.commands import Arguments

OrderKind: TypeAlias = Literal["prescription", "unit_order"]
Carrier: TypeAlias = Literal["van", "internal_post", "postal"]
ShortNote: TypeAlias = Annotated[str, Meta(max_length=500)]


class NewOrderLine(Arguments, frozen=True, kw_only=True):
    """An article and how many (R-109, R-112). A numbered article becomes one line per device."""

    article_number: Annotated[str, Meta(min_length=1, max_length=30)]
    quantity: Annotated[int, Meta(ge=1, le=999)] = 1


class RegisterCustomerOrder(Arguments, frozen=True, kw_only=True):
    """A new order. The aggregate is its id, made by the client.

    Attributes:
        earliest_dispatch: the first day it may leave the centre (R-120, R-121); today when None.
        to_home: to the recipient's home; else to the orderer's own customer (R-114).
        contact: another address, or what replaces parts of it; None for the registered one.
        carrier_note: for the carrier alone (R-116).
        warehouse_note: for the warehouse alone (R-117).
        co_delivery: everything is delivered together (R-118).
        linked_order: the work order that is done at the same visit (R-209).
        carrier: the centre's van, the internal post to a care unit (R-275), or the post straight to a patient, which is
            for goods without a number and the prescriber's choice (R-281, R-282).
    """

    kind: OrderKind
    recipient: RecipientRef
    lines: Annotated[tuple[NewOrderLine, ...], Meta(min_length=1, max_length=50)]
    earliest_dispatch: date | None = None
    to_home: bool = False
    contact: DeliveryContact | None = None
    carrier_note: ShortNote = ""
    warehouse_note: ShortNote = ""
    co_delivery: bool = False
    urgent: bool = False
    linked_order: Annotated[str, Meta(pattern="^[0-9]{8}$")] | None = None
    carrier: Carrier = "van"


class AssignDevice(Arguments, frozen=True, kw_only=True):
    """Which device goes out on a line; None gives it back (R-073)."""

    line_id: UUID
    device_number: Annotated[str, Meta(pattern="^[0-9]{4,8}$")] | None


class SendCustomerOrder(Arguments, frozen=True, kw_only=True):
    """What is packed was given to the internal post or the post."""


class ReceiveCustomerOrder(Arguments, frozen=True, kw_only=True):
    """The internal post has handed it over to the care unit."""


class CancelCustomerOrder(Arguments, frozen=True, kw_only=True):
    """The order is not to be delivered (R-154, R-155)."""

    reason: Literal["not_needed", "wrong", "other"]
    note: Annotated[str, Meta(max_length=2000)] = ""
