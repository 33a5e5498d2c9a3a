"""The demo's local store with yesterday's count of it, and a van's shelf (R-180): plain values, like logistics.py."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.demo.world import RegionMaker, Row

_SHELF: Final = (
    ("300301", "11109"),
    ("300302", "11109"),
    ("300303", "16952"),
    ("300304", "16952"),
    ("300305", "40112"),
    ("300306", "24310"),
)
_MISSED: Final = ("300305", "300306")
#: Stands in the central warehouse on paper and was found here.
_STRAY: Final = ("300311", "40112")
_UNKNOWN: Final = "309999"
#: What the first van always has along, to be lent until a repair is done.
_VAN_SHELF: Final = (("300321", "11109"), ("300322", "16952"), ("300323", "24310"))


def _is_first_van(place: Row, region_id: UUID) -> bool:
    return bool(place["region_id"] == region_id and place["kind"] == "van" and place["number"] == "9001")


def add_store(maker: RegionMaker, counted_by: UUID) -> None:
    """Add a local store with six devices, and a count that missed two and met a stray and an unknown number."""
    add, region_id = maker.world.add, maker.region_id
    store = add(
        "location",
        id=maker.ids(),
        region_id=region_id,
        kind="local_store",
        number=f"{maker.region.warehouse_number}-2",
        name="Lokalförråd 2 (testdata)",
        latitude=None,
        longitude=None,
    )["id"]
    van = next(row["id"] for row in maker.world.tables["location"] if _is_first_van(row, region_id))
    for number, article in _VAN_SHELF:
        maker.stored_device(number, article, "in_stock")["home_location_id"] = van
    counted_at = maker.now - timedelta(hours=16)
    count = add(
        "stock_count",
        id=maker.ids(),
        region_id=region_id,
        location_id=store,
        counted_by=counted_by,
        begun_at=counted_at - timedelta(minutes=12),
        counted_at=counted_at,
        note="Hylla C är inte räknad.",
    )["id"]
    for position, (number, article) in enumerate((*_SHELF, _STRAY, (_UNKNOWN, ""))):
        stray, missed = number == _STRAY[0], number in _MISSED
        device = maker.stored_device(number, article, "in_stock") if article else None
        if device is not None and not stray:
            device["home_location_id"] = store
        add(
            "stock_count_line",
            id=maker.ids(),
            region_id=region_id,
            count_id=count,
            number=number,
            device_id=device and device["id"],
            scanned_at=None if missed else counted_at - timedelta(minutes=11 - position),
            finding="missing" if missed else "elsewhere" if stray else "expected" if device else "unknown",
            status="in_stock" if device else None,
            home_location_id=device and device["home_location_id"],
        )
