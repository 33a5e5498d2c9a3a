"""What fault reports look like over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from app.messages.routes import Endpoint, SubscriptionKeys
from app.web.structs import Body, Reply
from field.fault_reports.arguments import ContactName, ContactPhone, PrintedNumber, ReportText
from field.fault_reports.kinds import DeviceKind, Part, Side
from field.fault_reports.topics import Answerer, Topic

ReportState = Literal["received", "work_order_created", "referred", "duplicate", "rejected"]
Secret = Annotated[str, Meta(min_length=1, max_length=200)]

# ---------------------------------------------------------------- the public


class PublicRegion(Reply, frozen=True):
    """A region that a typed number can belong to."""

    code: str
    name: str


class LabelText(Body, frozen=True):
    """What follows ``/F/`` in a label's address, or the whole address; null for a form without a label."""

    payload: Annotated[str, Meta(max_length=500)] | None


class FormFacts(Reply, frozen=True):
    """What the form may say: the kind of thing and the region. ``known`` False is all there is for any other label.

    ``open_since``: when a fault of the device was told of that is not mended yet; what it is stays with the centre.
    """

    known: bool
    article_name: str
    region_name: str
    region_phone: str
    regions: list[PublicRegion]
    kind: DeviceKind
    open_since: datetime | None


class NewReport(Body, frozen=True, kw_only=True):
    """A report as the form sends it; the same ``id`` is the same report, however often it is sent."""

    id: UUID
    payload: Annotated[str, Meta(max_length=500)] | None = None
    number: PrintedNumber | None = None
    region_code: Annotated[str, Meta(max_length=40)] | None = None
    topic: Topic
    text: ReportText
    part: Part | None = None
    side: Side | None = None
    contact_name: ContactName = ""
    contact_phone: ContactPhone = ""
    language: Literal["sv", "en"] = "sv"


class Receipt(Reply, frozen=True):
    """The secret of the report's page, ``/S/<tracking>``: told once, kept as a hash."""

    tracking: str


class Tracked(Body, frozen=True):
    """Whoever knows the secret may look."""

    tracking: Secret


class ReportSubscription(Body, frozen=True):
    """What ``PushSubscription.toJSON()`` gives; browsers add an expiry, which nobody uses."""

    endpoint: Endpoint
    keys: SubscriptionKeys
    expirationTime: float | None = None  # noqa: N815 - the browser's own name


class TrackedSubscription(Body, frozen=True):
    """A browser that wants to be told; ``PushSubscription.toJSON()`` with the secret."""

    tracking: Secret
    subscription: ReportSubscription


class ReportStatus(Reply, frozen=True):
    """How a report stands. ``work`` is the work order's state, once there is one; nothing else of it."""

    state: ReportState
    received_at: datetime
    answer: str
    work: str | None
    article_name: str
    region_name: str
    region_phone: str


class Nothing(Body, frozen=True):
    """An empty body."""


class PublicPushKey(Reply, frozen=True):
    """The server's VAPID public key, base64url."""

    public_key: str


# ---------------------------------------------------------------- triage


class ReportOpenOrder(Reply, frozen=True):
    """A work order that is open on the same device."""

    number: str
    type: str
    state: str


class FaultReportHit(Reply, frozen=True):
    """A report in the list. ``to``: who answers such a topic (R-025, R-026); ``proposed``: what triage is proposed."""

    id: UUID
    state: ReportState
    topic: Topic
    to: Answerer
    proposed: Literal["work_order", "refer"]
    held: bool
    times_sent: int
    device_number: str
    known_device: bool
    article_name: str
    expired: bool
    open_orders: list[ReportOpenOrder]
    received_at: datetime
    photos: int
    excerpt: str
    rv: int


class FaultReportList(Reply, frozen=True):
    """Reports; open ones with the oldest first. ``more``: there are some beyond these."""

    items: list[FaultReportHit]
    more: bool


class FaultReportDetail(FaultReportHit, frozen=True):
    """A report with the patient's own words. ``prescriber``: somebody can be referred to."""

    text: str
    part: Part | None
    side: Side | None
    contact_name: str
    contact_phone: str
    language: Literal["sv", "en"]
    source: Literal["label", "number"]
    answer: str
    decided_at: datetime | None
    decided_by: str | None
    work_order_number: str | None
    prescriber: bool
    photo_positions: list[int]
