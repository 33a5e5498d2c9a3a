"""The demo's maintenance plans, and an order of preventive maintenance for each technician that has one (R-224)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from uuid import UUID

from app.demo.world import RegionMaker

#: name, ISO class, ground, provision, months, next day counts from, template.
_PLANS: Final = (
    ("Personlyftar", "1236", "standard", "SS-EN ISO 10535, årlig inspektion", 12, "schedule", "patient_lift"),
    ("Vårdsängar", "1812", "manufacturer", "Tillverkarens serviceanvisning", 24, "completion", "electric_bed"),
    ("Manuella rullstolar", "1222", "manufacturer", "Tillverkarens serviceanvisning", 24, "completion",
     "manual_wheelchair"),
)  # fmt: skip

_OPEN: Final = frozenset({"registered", "triaged", "booked", "started", "waiting"})


def add_maintenance(maker: RegionMaker, made_by: UUID) -> None:
    """Add the region's plans, and an occasion for every open order of preventive maintenance."""
    add = maker.world.add
    for name, iso_class, ground, provision, months, due_from, template in _PLANS:
        add(
            "maintenance_plan",
            id=maker.ids(),
            region_id=maker.region_id,
            name=name,
            iso_class=iso_class,
            ground=ground,
            ground_text=provision,
            interval_months=months,
            due_from=due_from,
            template_id=template,
            template_version=1,
            made_by=made_by,
            made_at=maker.now - timedelta(days=200),
        )
    due = {row["id"]: row["next_pm"] for row in maker.world.tables["device"]}
    taken: set[UUID] = set()
    for order in maker.world.tables["work_order"]:
        device = order["device_id"]
        mine = order["region_id"] == maker.region_id and order["type"] == "preventive" and order["state"] in _OPEN
        if not mine or device is None or device in taken:
            continue
        taken.add(device)
        day: date = due.get(device) or maker.today
        told = maker.today - timedelta(days=20)
        add(
            "maintenance_occasion",
            id=maker.ids(),
            region_id=maker.region_id,
            device_id=device,
            due_on=day,
            state="notified",
            work_order_id=order["id"],
            notified_on=told,
            notified_how="phone",
            opened_at=maker.now - timedelta(days=20),
        )
