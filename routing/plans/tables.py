"""The tables of plans, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    UUID,
    Array,
    BigInt,
    BigSerial,
    Date,
    Integer,
    Text,
    Time,
    Timestamptz,
)
from piccolo.table import Table

from app.database import new_id


class VanEquipment(Table, tablename="van_equipment"):
    """What a van takes, what it can, and when it drives."""

    van_id = UUID(primary_key=True)
    region_id = UUID(required=True)
    wheelchair_slots = Integer(default=0)
    bed_slots = Integer(default=0)
    volume_litres = Integer(default=0)
    weight_kg = Integer(default=0)
    skills = Array(base_column=Text())
    shift_from = Time()
    shift_to = Time()
    break_minutes = Integer(default=0)
    break_from = Time()
    break_to = Time()
    rv = BigSerial()


class TravelPair(Table, tablename="travel_pair"):
    """The way between two places, as a map knew it."""

    id = BigInt(primary_key=True)
    source = Text()
    from_north = Integer()
    from_east = Integer()
    to_north = Integer()
    to_east = Integer()
    duration_s = Integer()
    distance_m = Integer()
    asked_on = Date()


class DayPlan(Table, tablename="day_plan"):
    """A plan: what was asked, how far the search is, and what came out."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    on_day = Date(required=True)
    kind = Text()
    pins = JSONB()
    round_ids = Array(base_column=UUID())
    new_round_id = UUID(null=True, default=None)
    seconds = Integer()
    state = Text(default="waiting")
    made_by = UUID(required=True)
    made_at = Timestamptz()
    started_at = Timestamptz(null=True, default=None)
    finished_at = Timestamptz(null=True, default=None)
    best_cost = BigInt(null=True, default=None)
    present_cost = BigInt(null=True, default=None)
    failure = Text()
    result = JSONB(null=True, default=None)
    taken_at = Timestamptz(null=True, default=None)


class RoundChange(Table, tablename="round_change"):
    """What a plan, or a planner's hand, changed on a published round."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    round_id = UUID(required=True)
    version = Integer()
    plan_id = UUID(null=True, default=None)
    change = JSONB()
    made_at = Timestamptz()
    made_by = UUID(null=True, default=None)
    stops = Array(base_column=UUID())
