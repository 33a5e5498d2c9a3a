"""The tables of maintenance runs, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigSerial, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class MaintenanceRun(Table, tablename="maintenance_run"):
    """A run that was published (R-231)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    name = Text()
    technician_id = UUID(required=True)
    first_day = Date(required=True)
    last_day = Date(required=True)
    published_by = UUID(required=True)
    published_at = Timestamptz()
    withdrawn_by = UUID(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)
    rv = BigSerial()


class MaintenanceStop(Table, tablename="maintenance_stop"):
    """One door on one day, with what is done there."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    run_id = UUID(required=True)
    technician_id = UUID(required=True)
    on_day = Date(required=True)
    position = Integer(required=True)
    tasks = JSONB()
    withdrawn = Boolean(default=False)
    rv = BigSerial()
