"""Who has which device: no overlap (I1), no gap between two holders (I3), and the database says so too."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from app.database import (
    Database,
    ExclusionViolationError,
    UniqueViolationError,
    execute,
    fetch,
    fetch_value,
    new_id,
    unit_of_work,
)
from app.registry.holdings import Holder, HoldingError, end_holding, hand_out, open_holding
from tests.support.builders import LONG_AGO, make_device, make_holding, make_person
from tests.support.world import RegionWorld, World, make_world


async def _world(_database: Database) -> World:
    return await make_world()


def later(days: int) -> datetime:
    return LONG_AGO + timedelta(days=days)


async def test_a_hand_over_leaves_no_gap(database: Database) -> None:
    north = (await _world(database)).north
    device = await make_device(north)
    first = await make_person(north)
    await make_holding(north, device, person_id=first, at=later(0))
    await make_holding(north, device, party_id=north.care_unit_id, at=later(5))
    rows = await fetch(
        "select person_id, starts_at, ends_at from holding where device_id = $1 order by starts_at", device
    )
    assert [tuple(row) for row in rows] == [(first, later(0), later(5)), (None, later(5), None)]
    holding = await open_holding(device)
    assert holding is not None
    assert (holding.party_id, holding.starts_at) == (north.care_unit_id, later(5))
    assert await fetch_value("select status from device where id = $1", device) == "with_holder"


async def test_ending_a_holding(database: Database) -> None:
    north = (await _world(database)).north
    device = await make_device(north)
    await make_holding(north, device, person_id=await make_person(north))
    async with unit_of_work():
        await end_holding(north.region_id, device, later(9), "arrived")
    assert await open_holding(device) is None
    assert await fetch_value("select status from device where id = $1", device) == "arrived"
    assert await refusal(north, device, "end") == "holding.none_open"


async def refusal(region: RegionWorld, device: UUID, what: str, holder: Holder | None = None, days: int = 99) -> str:
    try:
        async with unit_of_work():
            if what == "end":
                await end_holding(region.region_id, device, later(days), "arrived")
            else:
                taker = holder or Holder(party_id=region.care_unit_id)
                await hand_out(region.region_id, device, taker, later(days), "")
    except HoldingError as error:
        return error.code
    return "not refused"


async def test_refusals(database: Database) -> None:
    world = await _world(database)
    north = world.north
    device = await make_device(north)
    person = await make_person(north)
    assert await refusal(north, device, "out", Holder()) == "holding.one_holder"
    both = Holder(person_id=person, party_id=north.care_unit_id)
    assert await refusal(north, device, "out", both) == "holding.one_holder"
    await make_holding(north, device, person_id=person, at=later(5))
    assert await refusal(north, device, "out", days=4) == "holding.before_last"
    assert await refusal(north, device, "end", days=4) == "holding.before_last"
    assert await refusal(world.south, device, "out") == "holding.no_device"
    assert await refusal(north, await make_device(north, status="scrapped"), "out") == "holding.scrapped"


async def test_the_database_refuses_what_slips_past(database: Database) -> None:
    north = (await _world(database)).north
    device = await make_device(north)
    await make_holding(north, device, party_id=north.care_unit_id)

    async def insert(ends: datetime | None) -> None:
        await execute(
            "insert into holding (id, region_id, device_id, party_id, starts_at, ends_at)"
            " values ($1, $2, $3, $4, $5, $6)",
            new_id(),
            north.region_id,
            device,
            north.care_unit_id,
            later(1),
            ends,
        )

    with pytest.raises((ExclusionViolationError, UniqueViolationError)):
        await insert(None)
    with pytest.raises(ExclusionViolationError):
        await insert(later(2))
