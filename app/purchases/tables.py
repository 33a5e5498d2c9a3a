"""The table of purchases, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import UUID, Array, BigInt, BigSerial, Date, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class DevicePurchase(Table, tablename="device_purchase"):
    """New devices of one article: ordered, here or cancelled."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    article_id = UUID(required=True)
    numbers = Array(base_column=Text())
    reference = Text()
    batch = Text()
    supplier = Text()
    purchased_on = Date(required=True)
    price_ore = BigInt(null=True, default=None)
    warranty_to = Date(null=True, default=None)
    location_id = UUID(null=True, default=None)
    state = Text()
    registered_by = UUID(required=True)
    registered_at = Timestamptz()
    closed_by = UUID(null=True, default=None)
    closed_at = Timestamptz(null=True, default=None)
    rv = BigSerial()
