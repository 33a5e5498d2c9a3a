"""The tables of plans and occasions, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import UUID, BigSerial, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class MaintenancePlan(Table, tablename="maintenance_plan"):
    """How often, on what ground and with which protocol a device, an article or an ISO class is maintained (R-224)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    name = Text()
    device_id = UUID(null=True, default=None)
    article_id = UUID(null=True, default=None)
    iso_class = Text(null=True, default=None)
    ground = Text()
    ground_text = Text()
    interval_months = Integer(required=True)
    due_from = Text()
    template_id = Text()
    template_version = Integer(required=True)
    made_by = UUID(required=True)
    made_at = Timestamptz()
    ended_by = UUID(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    rv = BigSerial()


class MaintenanceOccasion(Table, tablename="maintenance_occasion"):
    """One time that a device is due, from the notice to the label."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    device_id = UUID(required=True)
    plan_id = UUID(null=True, default=None)
    due_on = Date(required=True)
    state = Text()
    work_order_id = UUID(null=True, default=None)
    notified_on = Date(null=True, default=None)
    notified_how = Text(null=True, default=None)
    agreed = Boolean(default=False)
    contact_failed_on = Date(null=True, default=None)
    prescriber_told_on = Date(null=True, default=None)
    booked_on = Date(null=True, default=None)
    technician_id = UUID(null=True, default=None)
    performed_on = Date(null=True, default=None)
    next_pm = Date(null=True, default=None)
    label_how = Text(null=True, default=None)
    labelled_at = Timestamptz(null=True, default=None)
    labelled_by = UUID(null=True, default=None)
    disposition = Text(null=True, default=None)
    note = Text()
    opened_at = Timestamptz()
    ended_at = Timestamptz(null=True, default=None)
    rv = BigSerial()
