"""What the routes of traceability take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta

from app.web.structs import Body, Reply

FactKind: TypeAlias = Literal[
    "purchased",
    "scrapped",
    "handed_out",
    "handed_back",
    "moved",
    "moved_beside",
    "order_registered",
    "order_started",
    "order_closed",
    "order_cancelled",
    "protocol",
    "delivery_ordered",
    "pickup_ordered",
    "pickup_arrived",
    "fault_reported",
    "label_made",
    "label_ended",
    "adapted",
    "component",
    "blocked",
    "unblocked",
    "notice_set",
    "notice_lifted",
    "notice_done",
    "pm_announced",
    "maintained",
    "pm_labelled",
    "returned",
    "cleaned",
    "inspected",
    "counted",
]


class DeviceFact(Reply, frozen=True, kw_only=True):
    """Something recorded of a device. ``ref`` is a number that people know (an order's, a label version's), ``what`` a
    code of its kind (an outcome, a verdict), ``by_name`` a member of staff; nothing says who had the device."""

    at: datetime
    kind: FactKind
    ref: str
    what: str
    text: str
    by_name: str


class DeviceHistory(Reply, frozen=True, kw_only=True):
    """A page of a device's history, newest first."""

    items: list[DeviceFact]
    next_cursor: str | None


class ChainLink(Reply, frozen=True, kw_only=True):
    """Where the device was from when to when; ``unrecorded`` says that nobody wrote down where."""

    kind: Literal["holder", "location", "unrecorded", "scrapped"]
    person_id: UUID | None
    number: str
    name: str
    protected: bool
    starts_at: datetime
    ends_at: datetime | None


class DeviceChain(Reply, frozen=True, kw_only=True):
    """The chain, oldest first: each link begins where the one before ends."""

    items: list[ChainLink]


class RecallWanted(Body, frozen=True, kw_only=True):
    """What is called back: a safety notice's devices; or an article, a range of its serial numbers, a batch of it, or
    devices by number. ``only``: all, what is left, or what is done."""

    notice_id: UUID | None = None
    article_number: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    serial_from: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    serial_to: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    batch: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    numbers: Annotated[tuple[Annotated[str, Meta(max_length=12)], ...], Meta(max_length=5_000)] = ()
    only: Literal["all", "left", "done"] = "all"


class Recalled(Reply, frozen=True, kw_only=True):
    """Something called back and who has it. A protected identity has no name, telephone or address.

    ``what``: a numbered device, a component in one, or goods held by quantity. ``place`` is where it is when it is with
    nobody, or on its way although somebody's loan goes on. ``open_order`` is a work order on it, "" for none.
    """

    what: Literal["device", "component", "quantity"]
    device_number: str
    serial: str
    batch: str
    article_number: str
    article_name: str
    quantity: int
    status: str
    holder_kind: Literal["none", "person", "care_unit", "customer"]
    party_number: str
    name: str
    protected: bool
    phone: str
    care_of: str
    street: str
    postcode: str
    town: str
    prescriber_name: str
    customer: str
    since: datetime | None
    place: str
    open_order: str
    done_at: datetime | None
    done_by_name: str
    done_note: str


class Recall(Reply, frozen=True, kw_only=True):
    """The answer of a recall. The numbers are of all that is called back, ``items`` the first of what was asked for.

    ``done`` counts a notice's actions, ``left`` the numbered devices that are neither done nor scrapped, ``unnumbered``
    the components and goods without a number. ``seconds`` is how long the answer took.
    """

    title: str
    action: str
    lifted: bool
    all: int
    with_holder: int
    done: int
    scrapped: int
    left: int
    unnumbered: int
    seconds: float
    items: list[Recalled]
