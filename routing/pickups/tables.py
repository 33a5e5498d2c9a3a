"""The tables of pick-up orders, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import UUID, BigSerial, Boolean, Date, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class PickupOrder(Table, tablename="pickup_order"):
    """What is to come back from one recipient, and from where."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    number = Text()
    kind = Text(default="normal")
    state = Text()
    reason = Text()
    person_id = UUID(null=True, default=None)
    party_id = UUID(null=True, default=None)
    customer_id = UUID(null=True, default=None)
    prescriber_id = UUID(null=True, default=None)
    registered_by = UUID(required=True)
    registered_at = Timestamptz()
    wanted_on = Date(null=True, default=None)
    contact_name = Text()
    contact_phone = Text()
    care_of = Text()
    street = Text()
    postcode = Text()
    town = Text()
    entry_code = Text()
    info = Text()
    closed_at = Timestamptz(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    cancel_reason = Text(null=True, default=None)
    cancel_note = Text()
    rv = BigSerial()


class PickupLine(Table, tablename="pickup_line"):
    """One device, or an article by quantity, with its owner and form of charging (R-253)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    pickup_order_id = UUID(required=True)
    position = Integer(required=True)
    device_id = UUID(null=True, default=None)
    article_id = UUID(required=True)
    quantity = Integer(default=1)
    holding_id = UUID(null=True, default=None)
    owner = Text()
    charging = Text()
    hygiene = Text(default="unknown")
    state = Text(default="requested")
    unplanned = Boolean(default=False)
    collected_at = Timestamptz(null=True, default=None)
    arrived_at = Timestamptz(null=True, default=None)
