"""What the routes of traceability take and answer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from app.web.structs import Reply

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
