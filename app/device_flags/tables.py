"""The tables of safety notices, blocks and announced maintenance, mirrored from the migrations (a test compares)."""

from __future__ import annotations

from piccolo.columns import UUID, Array, BigSerial, Date, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class SafetyNotice(Table, tablename="safety_notice"):
    """A safety notice over an article, a range of its serial numbers or a list of devices (R-303)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    title = Text()
    text = Text()
    reference = Text()
    action = Text()
    article_id = UUID(null=True, default=None)
    serial_from = Text(null=True, default=None)
    serial_to = Text(null=True, default=None)
    batch = Text(null=True, default=None)
    numbers = Array(base_column=Text())
    set_by = UUID(required=True)
    set_at = Timestamptz()
    lifted_by = UUID(null=True, default=None)
    lifted_at = Timestamptz(null=True, default=None)
    lift_note = Text()
    rv = BigSerial()


class SafetyNoticeDone(Table, tablename="safety_notice_done"):
    """What a notice demands has been done with a device; the two ids are one key in the database."""

    notice_id = UUID(primary_key=True)
    device_id = UUID(required=True)
    done_by = UUID(required=True)
    done_at = Timestamptz()
    note = Text()


class DeviceBlock(Table, tablename="device_block"):
    """A device that must not be handed out or used, from when to when and why."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    device_id = UUID(required=True)
    reason = Text()
    blocked_by = UUID(required=True)
    blocked_at = Timestamptz()
    lifted_by = UUID(null=True, default=None)
    lifted_at = Timestamptz(null=True, default=None)
    lift_note = Text()


class PmNotice(Table, tablename="pm_notice"):
    """The holder was told that preventive maintenance comes (R-228)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    device_id = UUID(required=True)
    given_on = Date(required=True)
    how = Text()
    given_by = UUID(required=True)
    recorded_at = Timestamptz()
