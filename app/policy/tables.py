"""The policy table, mirrored from the migrations."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, Date
from piccolo.table import Table

from app.database import new_id


class ServicePolicyRow(Table, tablename="service_policy"):
    """One region's rules from a day on; ``document`` is a ``ServicePolicy`` as JSON."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    valid_from = Date(required=True)
    document = JSONB()
