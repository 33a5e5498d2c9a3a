"""The tables of work orders, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import UUID, BigSerial, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class WorkOrder(Table, tablename="work_order"):
    """A work order. What was proposed is never overwritten by what was assessed (I13)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    number = Text()
    type = Text()
    state = Text()
    waiting_for = Text(null=True, default=None)
    device_id = UUID(null=True, default=None)
    article_id = UUID(required=True)
    quantity = Integer(default=1)
    person_id = UUID(null=True, default=None)
    party_id = UUID(null=True, default=None)
    customer_id = UUID(null=True, default=None)
    prescriber_id = UUID(null=True, default=None)
    registered_by = UUID(null=True, default=None)
    fault_text = Text()
    proposed_priority = Integer(required=True)
    proposed_place = Text()
    proposed_team_id = UUID(null=True, default=None)
    proposed_basic_need = Text(null=True, default=None)
    assessed_priority = Integer(null=True, default=None)
    assessed_place = Text(null=True, default=None)
    assessed_basic_need = Text(null=True, default=None)
    assessed_by = UUID(null=True, default=None)
    assessed_at = Timestamptz(null=True, default=None)
    assessment_final = Boolean(default=False)
    team_id = UUID(null=True, default=None)
    assigned_to = UUID(null=True, default=None)
    planned_on = Date(null=True, default=None)
    booked_from = Timestamptz(null=True, default=None)
    booked_to = Timestamptz(null=True, default=None)
    contact_name = Text()
    contact_phone = Text()
    care_of = Text()
    street = Text()
    postcode = Text()
    town = Text()
    entry_code = Text()
    instructions = Text()
    linked_order = Text(null=True, default=None)
    follows = UUID(null=True, default=None)
    registered_at = Timestamptz()
    contacted_at = Timestamptz(null=True, default=None)
    started_at = Timestamptz(null=True, default=None)
    started_by = UUID(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    cancel_reason = Text(null=True, default=None)
    cancel_note = Text()
    outcome = Text(null=True, default=None)
    performed_by = UUID(null=True, default=None)
    protocol_verdict = Text(null=True, default=None)
    contact_due = Timestamptz(null=True, default=None)
    start_due = Timestamptz(null=True, default=None)
    done_due = Timestamptz(null=True, default=None)
    missed_told_at = Timestamptz(null=True, default=None)
    will_miss_at = Timestamptz(null=True, default=None)
    will_miss_reason = Text(null=True, default=None)
    will_miss_note = Text()
    referred_at = Timestamptz(null=True, default=None)
    supplier_sent_on = Date(null=True, default=None)
    supplier_promised_on = Date(null=True, default=None)
    supplier_back_on = Date(null=True, default=None)
    reserved_device_id = UUID(null=True, default=None)
    rv = BigSerial()


class TimeEntryRow(Table, tablename="time_entry"):
    """One time row of an order (R-221)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    work_order_id = UUID(required=True)
    technician_id = UUID(required=True)
    started_at = Timestamptz()
    minutes = Integer(required=True)
    comment = Text()
    visible_to_prescriber = Boolean(default=True)
    command_id = UUID(required=True)


class PartUsed(Table, tablename="part_used"):
    """A part used in an order."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    work_order_id = UUID(required=True)
    article_number = Text()
    name = Text()
    quantity = Integer(required=True)
    location_id = UUID(null=True, default=None)
    command_id = UUID(required=True)


class Visit(Table, tablename="visit"):
    """A visit that was made; ``additional`` when the order was no longer the visitor's to close."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    work_order_id = UUID(required=True)
    technician_id = UUID(required=True)
    at = Timestamptz()
    outcome = Text()
    additional = Boolean(default=False)
    command_id = UUID(required=True)


class ContactAttemptRow(Table, tablename="contact_attempt"):
    """An attempt to reach the patient (R-157, R-213)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    work_order_id = UUID(required=True)
    at = Timestamptz()
    result = Text()
    channel = Text()
    note = Text()
    by_id = UUID(null=True, default=None)
    command_id = UUID(required=True)


class PatientNotice(Table, tablename="patient_notice"):
    """A text to the patient, copied by hand or sent through the gateway."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    work_order_id = UUID(required=True)
    purpose = Text()
    channel = Text()
    address = Text()
    text = Text()
    state = Text()
    failure = Text()
    by_id = UUID(null=True, default=None)
    command_id = UUID(required=True)
    created_at = Timestamptz()
    sent_at = Timestamptz(null=True, default=None)


class TechnicalExchange(Table, tablename="technical_exchange"):
    """A broken device that was exchanged for another like it (R-236)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    work_order_id = UUID(required=True)
    old_device_id = UUID(required=True)
    new_device_id = UUID(required=True)
    at = Timestamptz()
    data_uploaded = Boolean(null=True, default=None)
    note = Text()
    by_id = UUID(null=True, default=None)
    command_id = UUID(required=True)


class Deviation(Table, tablename="deviation"):
    """A medical device deviation, as whoever found it wrote it (R-301)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    work_order_id = UUID(required=True)
    device_id = UUID(required=True)
    text = Text()
    harm = Text()
    at = Timestamptz()
    by_id = UUID(null=True, default=None)
    told_id = UUID(null=True, default=None)
    command_id = UUID(required=True)
