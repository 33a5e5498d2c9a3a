"""Small builders of registry rows and work orders for tests, on top of tests/support/world.py.

    north = (await make_world()).north
    await make_policy(north)
    device = await make_device(north, number="104901")
    order = await make_work_order(north, device_id=device, assigned_to=north.users[Role.TECHNICIAN].id)

Every builder takes the columns it should set as keywords. The people are invented; 191212121212 is the test person.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.database import execute, fetch_row, new_id, unit_of_work
from app.policy.policy import ServicePolicy
from app.policy.regions import NORRBOTTEN
from app.policy.repository import store_policy
from app.registry.holdings import Holder, hand_out
from app.registry.numbers import next_order_number
from tests.support.world import RegionWorld

LONG_AGO = datetime(2024, 5, 2, 8, 0, tzinfo=UTC)

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Order:
    """A work order that a test made."""

    id: UUID
    number: str


async def make_policy(region: RegionWorld, **changes: Any) -> ServicePolicy:
    """Store Norrbotten's rules for the region, with changes."""
    policy = msgspec.structs.replace(NORRBOTTEN, region=region.code, **{"label_phone": "0921-000 00", **changes})
    await store_policy(region.region_id, policy)
    return policy


async def make_article(region: RegionWorld, **columns: Any) -> UUID:
    """Store an article: an individually numbered patient lift unless told otherwise."""
    return await _insert(
        "article",
        {
            "region_id": region.region_id,
            "number": f"{20_000 + next(_numbers)}",
            "name": "Lyft Provia",
            "iso_class": "12 36 03",
            "kind": "device",
            "stock_status": "stocked",
            "charging": "rent",
            "individually_numbered": True,
            **columns,
        },
    )


async def make_device(region: RegionWorld, **columns: Any) -> UUID:
    """Store a device, with an article of its own unless ``article_id`` is given."""
    if "article_id" not in columns:
        columns["article_id"] = await make_article(region)
    return await _insert(
        "device",
        {"region_id": region.region_id, "number": f"{100_000 + next(_numbers)}", "status": "in_stock", **columns},
    )


async def make_person(region: RegionWorld, **columns: Any) -> UUID:
    """Store a person; the test person unless another number is given."""
    return await _insert(
        "person",
        {
            "region_id": region.region_id,
            "personal_number": "191212121212",
            "first_name": "Tolvan",
            "last_name": "Testdata",
            "phone": "0920-121212",
            "street": "Tolvgatan 12",
            "postcode": "97212",
            "town": "Luleå",
            "entry_code": "1212",
            **columns,
        },
    )


async def make_holding(region: RegionWorld, device_id: UUID, *, at: datetime = LONG_AGO, **holder: UUID) -> UUID:
    """Hand the device out to a person or party."""
    async with unit_of_work():
        return await hand_out(region.region_id, device_id, Holder(**holder), at, "test")


async def make_work_order(region: RegionWorld, **columns: Any) -> Order:
    """Store a work order on a device; the device and its article are made unless given."""
    order_id = new_id()
    if columns.get("device_id") is None and "article_id" not in columns:
        columns["device_id"] = await make_device(region)
    if "article_id" not in columns:
        device = await fetch_row("select article_id from device where id = $1", columns["device_id"])
        assert device is not None
        columns["article_id"] = device["article_id"]
    async with unit_of_work():
        number = await next_order_number(region.region_id, "work_order", order_id)
        await _insert(
            "work_order",
            {
                "id": order_id,
                "region_id": region.region_id,
                "number": number,
                "type": "corrective",
                "state": "registered",
                "fault_text": "Bromsen tar inte.",
                "proposed_priority": 1,
                "proposed_place": "at_holder",
                "team_id": region.teams[0],
                "contact_name": "Tolvan Testdata",
                "contact_phone": "0920-121212",
                "street": "Tolvgatan 12",
                "postcode": "97212",
                "town": "Luleå",
                "entry_code": "1212",
                "registered_at": datetime.now(UTC),
                **columns,
            },
        )
    return Order(order_id, number)


def time_entry(**values: Any) -> dict[str, Any]:
    """Return a time entry as a phone sends it."""
    return {
        "id": str(new_id()),
        "started_at": datetime.now(UTC).isoformat(),
        "minutes": 30,
        "comment": "Bytt bromsvajer.",
        **values,
    }


def close_args(**values: Any) -> dict[str, Any]:
    """Return the arguments of ``work_order.close`` as a phone sends them: one time entry and no parts."""
    return {
        "outcome": "repaired",
        "performed_at": datetime.now(UTC).isoformat(),
        "time_entries": [time_entry()],
        "parts": [],
        **values,
    }


async def order_row(order_id: UUID) -> dict[str, Any]:
    """Return an order's columns as they are now."""
    row = await fetch_row("select * from work_order where id = $1", order_id)
    assert row is not None
    return dict(row)


async def _insert(table: str, columns: dict[str, Any]) -> UUID:
    columns = {"id": new_id(), **columns}
    names, places = ", ".join(columns), ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    await execute(f"insert into {table} ({names}) values ({places})", *columns.values())  # noqa: S608 - test code
    row_id: UUID = columns["id"]
    return row_id


def day(text: str) -> date:
    """Return an ISO date."""
    return date.fromisoformat(text)
