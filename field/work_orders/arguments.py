"""The arguments of every work order command. Unknown fields are refused and lengths count code points (SR-25)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta

from field.work_orders.lifecycle import AssessmentFacts, BasicNeed, Place
from offline_sync.commands import Arguments

OrderType: TypeAlias = Literal["corrective", "preventive", "installation", "adaptation", "consultation"]
WaitingFor: TypeAlias = Literal["parts", "patient", "supplier", "prescriber"]
WorkOutcome: TypeAlias = Literal[
    "repaired", "adjusted", "inspected", "exchanged", "referred", "no_fault_found", "not_repairable"
]
CancelReason: TypeAlias = Literal["no_contact", "not_needed", "duplicate", "wrong", "other"]
Priority: TypeAlias = Annotated[int, Meta(ge=1, le=6)]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
Line: TypeAlias = Annotated[str, Meta(max_length=200)]
Note: TypeAlias = Annotated[str, Meta(max_length=2000)]
OrderNumber: TypeAlias = Annotated[str, Meta(pattern="^[0-9]{8}$")]
DeviceNumber: TypeAlias = Annotated[str, Meta(pattern="^[0-9]{4,8}$")]
ArticleNumber: TypeAlias = Annotated[str, Meta(min_length=1, max_length=30)]
ScanText: TypeAlias = Annotated[str, Meta(max_length=500)]
Sha256: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Contact(Arguments, frozen=True, kw_only=True):
    """Where the work is done and whom to call (R-205, R-206)."""

    name: Line = ""
    phone: Annotated[str, Meta(max_length=50)] = ""
    care_of: Line = ""
    street: Line = ""
    postcode: Annotated[str, Meta(max_length=10)] = ""
    town: Annotated[str, Meta(max_length=100)] = ""
    entry_code: Annotated[str, Meta(max_length=50)] = ""
    instructions: Annotated[str, Meta(max_length=500)] = ""

    @property
    def empty(self) -> bool:
        """True when nothing is filled in: the address is then fetched from the holder."""
        return not any((self.name, self.phone, self.care_of, self.street, self.postcode, self.town))


class Holder(Arguments, frozen=True, kw_only=True):
    """Whom an order without a device is for: a person, or a care unit by its number (R-208)."""

    person_id: UUID | None = None
    party_number: Annotated[str, Meta(min_length=1, max_length=30)] | None = None


class Assessment(Arguments, frozen=True, kw_only=True):
    """Priority, place and service department; final when a technician makes it (R-197, R-198, R-204)."""

    priority: Priority
    place: Place
    team_id: UUID | None = None
    basic_need: BasicNeed | None = None

    @property
    def facts(self) -> AssessmentFacts:
        """What the rules look at."""
        return AssessmentFacts(self.priority, self.place, self.basic_need)


class TimeEntry(Arguments, frozen=True, kw_only=True):
    """One time row; its comment is the technician's statement to the prescriber (R-221)."""

    id: UUID
    started_at: Moment
    minutes: Annotated[int, Meta(ge=1, le=1440)]
    comment: Note = ""
    visible_to_prescriber: bool = True


class Part(Arguments, frozen=True, kw_only=True):
    """A part that was used; ``location_id`` is the van or shelf that it was taken from, None: one without books."""

    id: UUID
    # Empty where the technician knows only what the part is called.
    article_number: Annotated[str, Meta(max_length=30)]
    name: Line = ""
    quantity: Annotated[int, Meta(ge=1, le=9999)] = 1
    location_id: UUID | None = None


class Protocol(Arguments, frozen=True, kw_only=True):
    """A signed service protocol: the template it was filled in against, and the answers."""

    id: UUID
    template_id: Annotated[str, Meta(min_length=1, max_length=100)]
    template_version: int | Annotated[str, Meta(max_length=20)]
    template_sha256: Sha256
    answers: dict[str, Any]
    signed_at: Moment


TimeEntries: TypeAlias = Annotated[tuple[TimeEntry, ...], Meta(max_length=50)]
Parts: TypeAlias = Annotated[tuple[Part, ...], Meta(max_length=200)]


class Register(Arguments, frozen=True, kw_only=True):
    """A new order. The aggregate is its id, made by the client."""

    type: OrderType
    fault_text: Annotated[str, Meta(min_length=1, max_length=2000)]
    proposed_priority: Priority
    proposed_place: Place
    device_number: DeviceNumber | None = None
    article_number: ArticleNumber | None = None
    quantity: Annotated[int, Meta(ge=1, le=9999)] = 1
    holder: Holder | None = None
    proposed_team_id: UUID | None = None
    proposed_basic_need: BasicNeed | None = None
    contact: Contact = Contact()
    linked_order: OrderNumber | None = None
    planned_on: date | None = None
    follows: UUID | None = None
    scan_raw: ScanText | None = None


class Correct(Arguments, frozen=True, kw_only=True):
    """The office's corrections; what is left out stays (R-205)."""

    fault_text: Annotated[str, Meta(min_length=1, max_length=2000)] | None = None
    contact: Contact | None = None
    linked_order: OrderNumber | None = None


class Assess(Assessment, frozen=True, kw_only=True):
    """The whole command is the assessment."""


class Assign(Arguments, frozen=True, kw_only=True):
    """Give the order to a technician, or to nobody."""

    technician_id: UUID | None
    team_id: UUID | None = None
    planned_on: date | None = None


class Book(Arguments, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A booked visit; ``technician_id`` is who comes, left out: who has the order already."""

    from_: Moment
    to: Moment
    technician_id: UUID | None = None


class ContactAttempt(Arguments, frozen=True, kw_only=True):
    """An attempt to reach the patient (R-213, R-218)."""

    at: Moment
    result: Literal["reached", "no_answer", "wrong_number"]
    channel: Literal["phone", "sms", "letter", "visit"] = "phone"
    note: Note = ""


class Notify(Arguments, frozen=True, kw_only=True):
    """A text to the patient, as it was copied by hand or as the gateway shall send it.

    ``address`` is an e-mail address; a text message goes to the order's telephone number.
    """

    purpose: Literal["booked", "moved", "call_us", "no_contact", "delayed"]
    channel: Literal["sms", "letter", "email"]
    text: Annotated[str, Meta(min_length=1, max_length=2000)]
    send: bool = False
    address: Line = ""


class WillMiss(Arguments, frozen=True, kw_only=True):
    """The promised time will not be kept, and why; ``new_day`` is when it is thought to be done (R-215)."""

    reason: Literal["parts", "time", "patient", "supplier", "other"]
    note: Annotated[str, Meta(max_length=500)] = ""
    new_day: date | None = None


class Refer(Arguments, frozen=True, kw_only=True):
    """The article has expired: the prescriber is asked for a new prescription (R-220)."""


class Supplier(Arguments, frozen=True, kw_only=True):
    """When the device went to the supplier, is promised back and came back; all three as they are now (R-192)."""

    sent_on: date | None = None
    promised_on: date | None = None
    back_on: date | None = None


class Start(Arguments, frozen=True, kw_only=True):
    """Work has begun."""

    at: Moment


class Wait(Arguments, frozen=True, kw_only=True):
    """Work waits for something."""

    waiting_for: WaitingFor


class Resume(Arguments, frozen=True, kw_only=True):
    """Work goes on."""


class Report(Arguments, frozen=True, kw_only=True):
    """Save so far: facts only."""

    time_entries: TimeEntries = ()
    parts: Parts = ()
    assessment: Assessment | None = None
    protocol: Protocol | None = None


class Close(Report, frozen=True, kw_only=True):
    """The work is done."""

    outcome: WorkOutcome
    performed_at: Moment
    scan_raw: ScanText | None = None


class Cancel(Arguments, frozen=True, kw_only=True):
    """The order will not be done; a new one is a new order (R-157)."""

    reason: CancelReason
    note: Note = ""


class Undo(Arguments, frozen=True, kw_only=True):
    """Take back an own command of the last minutes; both stay in the history (sync case 26)."""

    command_id: UUID


class Reserve(Arguments, frozen=True, kw_only=True):
    """Keep a device for the exchange at the visit; None gives it free again (R-219)."""

    device_number: DeviceNumber | None


class Exchange(Arguments, frozen=True, kw_only=True):
    """The order's device was exchanged for another: both codes as they were read (R-236).

    ``data_uploaded``: what the old device had stored was uploaded (R-239); None for a device that stores nothing.
    """

    old_raw: Annotated[str, Meta(min_length=1, max_length=500)]
    new_raw: Annotated[str, Meta(min_length=1, max_length=500)]
    at: Moment
    data_uploaded: bool | None = None
    note: Annotated[str, Meta(max_length=500)] = ""


class ReportDeviation(Arguments, frozen=True, kw_only=True):
    """A medical device deviation, as whoever found it tells it (R-301)."""

    text: Annotated[str, Meta(min_length=1, max_length=2000)]
    harm: Literal["none", "could", "happened"]
    at: Moment


class ScanDevice(Arguments, frozen=True, kw_only=True):
    """A label that was read, as its raw text (sync cases 18 and 19)."""

    raw: ScanText
    work_order_id: UUID | None = None
