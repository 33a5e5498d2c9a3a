"""The tables of returns, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import UUID, BigSerial, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class DeviceReturn(Table, tablename="device_return"):
    """A device that came back, from cleaning to what became of it."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    device_id = UUID(required=True)
    pickup_line_id = UUID(null=True, default=None)
    state = Text()
    contamination = Text()
    quarantine_until = Timestamptz(null=True, default=None)
    received_at = Timestamptz()
    received_by = UUID(required=True)
    cleaned_at = Timestamptz(null=True, default=None)
    cleaned_by = UUID(null=True, default=None)
    inspected_at = Timestamptz(null=True, default=None)
    inspected_by = UUID(null=True, default=None)
    result = Text(null=True, default=None)
    disposition = Text(null=True, default=None)
    note = Text()
    rv = BigSerial()


class ReturnPart(Table, tablename="return_part"):
    """A part that belongs to a returned device, and how many of it were found."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    return_id = UUID(required=True)
    component_id = UUID(required=True)
    expected = Integer(required=True)
    found = Integer(required=True)
    asked_user = UUID(null=True, default=None)
    command_id = UUID(required=True)


class BuyBack(Table, tablename="buy_back"):
    """Whether a purchase is taken back; it never changes."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    pickup_line_id = UUID(required=True)
    unused = Boolean(required=True)
    original_packaging = Boolean(required=True)
    accepted = Boolean(required=True)
    reason = Text()
    judged_by = UUID(required=True)
    judged_at = Timestamptz()
