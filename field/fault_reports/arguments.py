"""Arguments of the fault report commands."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from field.fault_reports.kinds import Part, Side
from field.fault_reports.topics import Topic
from field.work_orders.arguments import Register
from offline_sync.commands import Arguments

LONGEST_TEXT = 4000
ReportText = Annotated[str, Meta(min_length=1, max_length=LONGEST_TEXT)]
ContactName = Annotated[str, Meta(max_length=100)]
ContactPhone = Annotated[str, Meta(max_length=40)]
PrintedNumber = Annotated[str, Meta(pattern="^[0-9]{4,8}$")]


class SubmitReport(Arguments, frozen=True, kw_only=True):
    """A patient's own words about one thing; the aggregate is the report's id.

    Attributes:
        label: SHA-256 of the label's token, in hexadecimal: the token itself opens the form and is not logged.
        number: what was typed, when there was no valid label; it may be nobody's.
        part, side: what is broken and where, as chosen; None when the form did not ask.
    """

    label: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None
    number: PrintedNumber | None = None
    topic: Topic
    text: ReportText
    part: Part | None = None
    side: Side | None = None
    contact_name: ContactName = ""
    contact_phone: ContactPhone = ""
    language: Literal["sv", "en"] = "sv"


class NewWorkOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The work order that a report becomes: its id, made by the client, and what ``work_order.register`` takes."""

    id: UUID
    args: Register


class DecideReport(Arguments, frozen=True, kw_only=True):
    """What triage decides. ``answer`` is shown to the patient."""

    decision: Literal["work_order", "refer", "duplicate", "reject"]
    answer: Annotated[str, Meta(max_length=1000)] = ""
    work_order: NewWorkOrder | None = None
    duplicate_of: Annotated[str, Meta(pattern="^[0-9]{8}$")] | None = None
