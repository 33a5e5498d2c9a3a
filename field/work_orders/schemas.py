"""What the office reads of work orders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from app.web.structs import Reply


class Named(Reply, frozen=True, kw_only=True):
    """A team or a person of the staff."""

    id: UUID
    name: str


class Due(Reply, frozen=True, kw_only=True):
    """When each promise runs out; None where no clock runs."""

    contact: datetime | None
    start: datetime | None
    done: datetime | None


class OrderHit(Reply, frozen=True, kw_only=True):
    """An order in the office's list: nothing of it says whom it is about, and a protected town is empty (SR-40)."""

    id: UUID
    number: str
    type: str
    state: str
    waiting_for: str | None
    priority: int
    priority_final: bool
    article_name: str
    device_number: str | None
    town: str
    team: Named | None
    assigned_to: Named | None
    planned_on: date | None
    registered_at: datetime
    due: Due
    late: bool
    rv: int


class OrderList(Reply, frozen=True, kw_only=True):
    """One page, newest first; ``next_cursor`` is None on the last one."""

    items: list[OrderHit]
    next_cursor: str | None


class Proposed(Reply, frozen=True, kw_only=True):
    """What the orderer proposed."""

    priority: int
    place: str
    basic_need: str | None
    by_name: str | None


class Assessed(Proposed, frozen=True, kw_only=True):
    """What was decided; ``final`` when a technician did."""

    at: datetime
    final: bool


class Subject(Reply, frozen=True, kw_only=True):
    """Whom the order is for."""

    kind: Literal["person", "care_unit"]
    name: str
    protected: bool


class ContactCard(Reply, frozen=True, kw_only=True):
    """Where and whom to call; all empty when it is not the reader's to see."""

    name: str
    phone: str
    care_of: str
    street: str
    postcode: str
    town: str
    entry_code: str
    instructions: str


class TimeEntryRow(Reply, frozen=True, kw_only=True):
    """A time row."""

    id: UUID
    started_at: datetime
    minutes: int
    comment: str
    visible_to_prescriber: bool
    by_name: str


class PartRow(Reply, frozen=True, kw_only=True):
    """A part that was used, and the shelf that it came from."""

    id: UUID
    article_number: str
    name: str
    quantity: int
    location_id: UUID | None


class ProtocolRow(Reply, frozen=True, kw_only=True):
    """A signed service protocol."""

    id: UUID
    template_id: str
    template_version: int | str
    verdict: str
    signed_at: datetime
    by_name: str


class OrderVisitRow(Reply, frozen=True, kw_only=True):
    """A visit; ``additional`` when the order was closed already."""

    at: datetime
    by_name: str
    outcome: str
    additional: bool


class ContactAttemptItem(Reply, frozen=True, kw_only=True):
    """An attempt to reach the patient (R-157)."""

    at: datetime
    result: Literal["reached", "no_answer", "wrong_number"]
    channel: Literal["phone", "sms", "letter", "visit"]
    note: str
    by_name: str | None


class NoticeRow(Reply, frozen=True, kw_only=True):
    """A text to the patient; ``failure`` says why it could not be sent."""

    at: datetime
    purpose: Literal["booked", "moved", "call_us", "no_contact", "delayed"]
    channel: Literal["sms", "letter", "email"]
    text: str
    state: Literal["copied", "queued", "sent", "failed"]
    failure: str
    by_name: str | None


class WillMissRow(Reply, frozen=True, kw_only=True):
    """The promised time will not be kept, and why (R-215)."""

    at: datetime
    reason: Literal["parts", "time", "patient", "supplier", "no_slot", "other"]
    note: str


class SupplierRow(Reply, frozen=True, kw_only=True):
    """Where the supplier's part stands (R-192)."""

    sent_on: date | None
    promised_on: date | None
    back_on: date | None


class ReservedDevice(Reply, frozen=True, kw_only=True):
    """The device that is kept for an exchange (R-219)."""

    number: str
    article_name: str
    place: str


class ExchangeRow(Reply, frozen=True, kw_only=True):
    """A device that was exchanged for another (R-236)."""

    at: datetime
    old_number: str
    new_number: str
    data_uploaded: bool | None
    note: str
    by_name: str | None


class DeviationRow(Reply, frozen=True, kw_only=True):
    """A medical device deviation and who was told of it (R-301)."""

    at: datetime
    text: str
    harm: Literal["none", "could", "happened"]
    by_name: str | None
    told_name: str | None


class AlikeDevice(Reply, frozen=True, kw_only=True):
    """A device that could be exchanged for an order's own."""

    number: str
    article_name: str
    place: str
    same: bool


class AlikeDevices(Reply, frozen=True, kw_only=True):
    """Those of the same article first, those in vans before those in stores."""

    items: list[AlikeDevice]


class HistoryRow(Reply, frozen=True, kw_only=True):
    """One command on the order; ``text`` says what became of it when it was not applied."""

    at: datetime
    received_at: datetime
    by_name: str
    type: str
    verdict: str
    code: str
    text: str


class OrderDetail(Reply, frozen=True, kw_only=True):
    """The whole order, the same row as on a phone, with its history."""

    id: UUID
    number: str
    type: str
    state: str
    waiting_for: str | None
    device_id: UUID | None
    device_number: str | None
    article_number: str
    article_name: str
    quantity: int
    fault_text: str
    proposed: Proposed
    assessed: Assessed | None
    team: Named | None
    assigned_to: UUID | None
    planned_on: date | None
    booked_from: datetime | None
    booked_to: datetime | None
    subject: Subject | None
    contact: ContactCard
    linked_order: str | None
    follows_number: str | None
    registered_at: datetime
    registered_by_name: str | None
    prescriber_name: str | None
    due: Due
    contacted_at: datetime | None
    started_at: datetime | None
    done_at: datetime | None
    closed_at: datetime | None
    cancelled_at: datetime | None
    cancel_reason: str | None
    cancel_note: str
    outcome: str | None
    protocol_verdict: str | None
    attachment_pending: bool
    time_entries: list[TimeEntryRow]
    parts: list[PartRow]
    protocols: list[ProtocolRow]
    visits: list[OrderVisitRow]
    contact_attempts: list[ContactAttemptItem]
    notices: list[NoticeRow]
    will_miss: WillMissRow | None
    referred_at: datetime | None
    reserved: ReservedDevice | None
    exchangeable: bool
    exchanges: list[ExchangeRow]
    deviations: list[DeviationRow]
    supplier: SupplierRow
    rv: int
    history: list[HistoryRow]


class ClockReason(Reply, frozen=True, kw_only=True):
    """Why one clock is red, or how long it still runs (R-187 to R-190, R-213).

    ``working_minutes``: of opening hours left, negative once late. ``amount`` and ``unit``: the region's rule.
    """

    clock: Literal["contact", "start", "done"]
    due: datetime
    state: Literal["ok", "soon", "late"]
    working_minutes: int
    amount: int | None
    unit: Literal["working_days", "hours", "opening_hours"] | None
    kind: Literal["hard", "goal"] | None
    booked_after: bool


class Alike(Reply, frozen=True, kw_only=True):
    """Another open order on the same device."""

    number: str
    type: str
    state: str


class TriageHit(Reply, frozen=True, kw_only=True):
    """An open order in the inbox: proposed beside assessed, why it is red, and what its text leaves out.

    Nothing of it says whom it is about; a protected town is empty (SR-40).
    """

    id: UUID
    number: str
    type: str
    state: str
    waiting_for: str | None
    priority: int
    fault_text: str
    device_number: str | None
    article_name: str
    expired: bool
    town: str
    protected: bool
    proposed_priority: int
    proposed_place: str
    proposed_basic_need: str | None
    proposed_team: Named | None
    assessed_priority: int | None
    assessed_place: str | None
    assessment_final: bool
    team: Named | None
    assigned_to: Named | None
    planned_on: date | None
    booked_from: datetime | None
    booked_to: datetime | None
    linked_order: str | None
    registered_at: datetime
    reasons: list[ClockReason]
    red: bool
    undecided: bool
    gaps: list[Literal["short", "part", "side", "address", "phone", "entry_code", "components"]]
    duplicates: list[Alike]
    reports: int
    rv: int


class TriageList(Reply, frozen=True, kw_only=True):
    """The inbox, most urgent first, with how many stand in each of its three views.

    ``reports``: the public's reports that nobody has decided. ``more``: there are some beyond these.
    """

    items: list[TriageHit]
    undecided: int
    red: int
    all: int
    reports: int
    more: bool


class DayTechnician(Reply, frozen=True, kw_only=True):
    """A technician and the orders of the day: booked ones by their time, then the others by urgency."""

    id: UUID
    name: str
    teams: list[UUID]
    orders: list[TriageHit]


class TechnicianDay(Reply, frozen=True, kw_only=True):
    """One day of the technicians. ``opens`` and ``closes`` are null on a day when the centre is closed.

    ``waiting``: open orders that nobody has or that no day is set for, most urgent first.
    """

    day: date
    opens: datetime | None
    closes: datetime | None
    technicians: list[DayTechnician]
    waiting: list[TriageHit]
    more: bool
