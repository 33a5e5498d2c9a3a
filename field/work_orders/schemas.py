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
    """A part that was used."""

    id: UUID
    article_number: str
    name: str
    quantity: int


class ProtocolRow(Reply, frozen=True, kw_only=True):
    """A signed service protocol."""

    id: UUID
    template_id: str
    template_version: int | str
    verdict: str
    signed_at: datetime
    by_name: str


class VisitRow(Reply, frozen=True, kw_only=True):
    """A visit; ``additional`` when the order was closed already."""

    at: datetime
    by_name: str
    outcome: str
    additional: bool


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
    visits: list[VisitRow]
    rv: int
    history: list[HistoryRow]
