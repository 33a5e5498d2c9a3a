"""The table of signed service protocols, mirrored from the migrations. The database refuses every change (I11)."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigInt, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class ServiceProtocol(Table, tablename="service_protocol"):
    """One signed protocol with its judgement; ``seen_rv`` is the order as the technician saw it (sync case 5)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    work_order_id = UUID(null=True, default=None)
    device_id = UUID(null=True, default=None)
    template_id = Text()
    template_version = Text()
    template_sha256 = Text()
    answers = JSONB()
    verdict = Text()
    judgement = JSONB()
    seen_rv = BigInt(null=True, default=None)
    technician_id = UUID(required=True)
    signed_at = Timestamptz()
    command_id = UUID(required=True)
    created_at = Timestamptz()
