"""The tables of fault reports, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import UUID, BigSerial, Boolean, Bytea, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class FaultReport(Table, tablename="fault_report"):
    """What a patient wrote, and what was decided about it."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    device_id = UUID(null=True, default=None)
    typed_number = Text(null=True, default=None)
    source = Text()
    state = Text()
    topic = Text()
    text = Text()
    part = Text(null=True, default=None)
    side = Text(null=True, default=None)
    contact_name = Text()
    contact_phone = Text()
    language = Text(default="sv")
    held = Boolean(default=False)
    same_hash = Bytea(required=True)
    times_sent = Integer(default=1)
    answer = Text()
    work_order_id = UUID(null=True, default=None)
    referred_to = UUID(null=True, default=None)
    received_at = Timestamptz()
    decided_at = Timestamptz(null=True, default=None)
    decided_by = UUID(null=True, default=None)
    command_id = UUID(required=True)
    rv = BigSerial()


class FaultReportLink(Table, tablename="fault_report_link"):
    """The hash of a secret link to a report's status."""

    token_hash = Bytea(primary_key=True)
    fault_report_id = UUID(required=True)
    created_at = Timestamptz()


class FaultReportPhoto(Table, tablename="fault_report_photo"):
    """A photograph, kept by its hash."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    fault_report_id = UUID(required=True)
    position = Integer(required=True)
    sha256 = Bytea(required=True)
    size = Integer(required=True)
    created_at = Timestamptz()


class FaultReportSubscription(Table, tablename="fault_report_subscription"):
    """A browser that wants to be told about one report."""

    id = UUID(primary_key=True, default=new_id)
    fault_report_id = UUID(required=True)
    endpoint = Text()
    p256dh = Text()
    auth = Text()
    language = Text(default="sv")
    created_at = Timestamptz()
    dropped_at = Timestamptz(null=True, default=None)


class PublicAttempt(Table, tablename="public_attempt"):
    """Something that the public tried; the key is a hash."""

    id = UUID(primary_key=True, default=new_id)
    kind = Text()
    key_hash = Bytea(required=True)
    at = Timestamptz()
