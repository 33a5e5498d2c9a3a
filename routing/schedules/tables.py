"""The tables of round schedules, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import UUID, Array, BigSerial, Integer, SmallInt, Text, Time, Timestamptz
from piccolo.table import Table

from app.database import new_id


class RoundTemplate(Table, tablename="round_template"):
    """A round of the list: its weekdays, its area and who drives it."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    name = Text()
    carrier = Text(default="van")
    weekdays = Array(base_column=SmallInt())
    postcode_prefixes = Array(base_column=Text())
    towns = Array(base_column=Text())
    cutoff_days = SmallInt(default=0)
    cutoff_at = Time(null=True, default=None)
    on_holiday = Text(default="after")
    van_id = UUID(null=True, default=None)
    driver_id = UUID(null=True, default=None)
    depot_id = UUID(null=True, default=None)
    retired_at = Timestamptz(null=True, default=None)
    rv = BigSerial()


class RoundTemplateStop(Table, tablename="round_template_stop"):
    """An entrance with porters and its like: goods for some care units are handed over there."""

    id = UUID(primary_key=True, default=new_id)
    template_id = UUID(required=True)
    position = Integer()
    name = Text()
    street = Text()
    postcode = Text()
    town = Text()
    carrier_note = Text()
    window_from = Time(null=True, default=None)
    window_to = Time(null=True, default=None)
    party_ids = Array(base_column=UUID())


class DeliveryAgreement(Table, tablename="delivery_agreement"):
    """How a customer has agreed to get deliveries."""

    customer_id = UUID(primary_key=True)
    region_id = UUID(required=True)
    kind = Text()
    rv = BigSerial()
