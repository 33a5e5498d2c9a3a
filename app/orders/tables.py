"""The tables of customer orders, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import UUID, BigSerial, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class CustomerOrder(Table, tablename="customer_order"):
    """What is ordered for a person or a party, and how it is to get there."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    number = Text()
    kind = Text()
    state = Text()
    person_id = UUID(null=True, default=None)
    party_id = UUID(null=True, default=None)
    customer_id = UUID(null=True, default=None)
    payer_id = UUID(null=True, default=None)
    prescriber_id = UUID(null=True, default=None)
    registered_by = UUID(required=True)
    registered_at = Timestamptz()
    earliest_dispatch = Date(required=True)
    to_home = Boolean(default=False)
    contact_name = Text()
    contact_phone = Text()
    care_of = Text()
    street = Text()
    postcode = Text()
    town = Text()
    entry_code = Text()
    carrier_note = Text()
    warehouse_note = Text()
    co_delivery = Boolean(default=False)
    urgent = Boolean(default=False)
    linked_order = Text(null=True, default=None)
    carrier = Text(default="van")
    sent_at = Timestamptz(null=True, default=None)
    delivered_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    cancel_reason = Text(null=True, default=None)
    cancel_note = Text()
    rv = BigSerial()


class OrderLine(Table, tablename="order_line"):
    """One article by quantity, or one numbered device (R-073)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    order_id = UUID(required=True)
    position = Integer(required=True)
    article_id = UUID(required=True)
    quantity = Integer(required=True)
    device_id = UUID(null=True, default=None)
    state = Text(default="open")
    loaded = Boolean(default=False)
    delivered_quantity = Integer(default=0)
    delivered_at = Timestamptz(null=True, default=None)
