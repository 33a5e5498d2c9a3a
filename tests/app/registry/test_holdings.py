"""Who has which device: no overlap (I1), no gap between two holders (I3), and the database says so too."""

from __future__ import annotations

import random
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
from app.registry.holdings import (
    Holder,
    HoldingError,
    annul_holding,
    end_holding,
    end_quantity,
    hand_out,
    hand_out_quantity,
    open_holding,
)
from tests.support.builders import LONG_AGO, make_article, make_device, make_holding, make_person
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


async def standing_history(device: UUID) -> list[tuple[datetime, datetime | None]]:
    """The device's history without what was annulled."""
    rows = await fetch(
        "select starts_at, ends_at from holding where device_id = $1 and ends_at is distinct from starts_at"
        " order by starts_at",
        device,
    )
    return [tuple(row) for row in rows]


async def test_an_annulled_hand_over_counts_nowhere(database: Database) -> None:
    """The holder before has it still; what is later is not refused for its sake."""
    north = (await _world(database)).north
    device = await make_device(north)
    first = await make_holding(north, device, party_id=north.care_unit_id, at=later(1))
    second = await make_holding(north, device, party_id=north.customer_id, at=later(5))
    async with unit_of_work():
        await annul_holding(second, "in_transit")
        await annul_holding(second, "in_transit")
    assert await standing_history(device) == [(later(1), None)]
    assert await fetch_value("select status from device where id = $1", device) == "with_holder"
    assert await refusal(north, device, "out", days=3) == "not refused"
    async with unit_of_work():
        await annul_holding(first, "in_transit")
    assert await standing_history(device) == [(later(3), None)]
    only: UUID = await fetch_value("select id from holding where device_id = $1 and ends_at is null", device)
    async with unit_of_work():
        await annul_holding(only, "in_transit")
    assert await open_holding(device) is None
    assert await fetch_value("select status from device where id = $1", device) == "in_transit"
    assert await fetch_value("select count(*) from holding where device_id = $1", device) == 3


async def test_an_arrival_stands_when_the_hand_over_before_it_is_annulled(database: Database) -> None:
    north = (await _world(database)).north
    device = await make_device(north)
    await make_holding(north, device, party_id=north.care_unit_id, at=later(1))
    second = await make_holding(north, device, party_id=north.customer_id, at=later(5))
    async with unit_of_work():
        await end_holding(north.region_id, device, later(9), "arrived")
        await annul_holding(second, "in_transit")
    assert await standing_history(device) == [(later(1), later(9))]
    assert await fetch_value("select status from device where id = $1", device) == "arrived"


@pytest.mark.parametrize("seed", range(12))
async def test_late_news_take_their_place_whatever_order_they_come_in(database: Database, seed: int) -> None:
    """I1, I3: hand-overs and annulments in any order give the history of those that stand, in order of event time."""
    north = (await _world(database)).north
    device = await make_device(north)
    dice = random.Random(seed)
    days = dice.sample(range(1, 60), 6)
    annulled = set(dice.sample(days, 3))
    news = [("out", day) for day in days] + [("annul", day) for day in annulled]
    dice.shuffle(news)
    made: dict[int, UUID] = {}
    while news:
        what, day = news.pop(0)
        if what == "annul" and day not in made:
            news.append((what, day))
            continue
        async with unit_of_work():
            if what == "out":
                holder = Holder(party_id=north.care_unit_id)
                made[day] = await hand_out(north.region_id, device, holder, later(day), "", told_late=True)
            else:
                await annul_holding(made[day], "in_transit")
    standing = sorted(set(days) - annulled)
    ends = [later(day) for day in standing[1:]]
    assert await standing_history(device) == list(zip(map(later, standing), [*ends, None], strict=True))


async def test_two_hand_overs_at_the_very_same_time_are_both_kept(database: Database) -> None:
    north = (await _world(database)).north
    device = await make_device(north)
    async with unit_of_work():
        for party in (north.care_unit_id, north.customer_id):
            await hand_out(north.region_id, device, Holder(party_id=party), later(1), "", told_late=True)
    moment = timedelta(microseconds=1)
    assert await standing_history(device) == [(later(1), later(1) + moment), (later(1) + moment, None)]


async def test_a_part_of_a_quantity_comes_back(database: Database) -> None:
    north = (await _world(database)).north
    article = await make_article(north, individually_numbered=False)
    holder = Holder(party_id=north.care_unit_id)
    async with unit_of_work():
        holding = await hand_out_quantity(north.region_id, article, 5, holder, later(1), "")
        await end_quantity(holding, 2, later(3))
    rows = await fetch("select quantity, starts_at, ends_at from holding order by ends_at nulls last")
    assert [tuple(row) for row in rows] == [(2, later(1), later(3)), (3, later(1), None)]
    with pytest.raises(HoldingError, match=r"holding\.none_open"):
        await end_quantity(holding, 1, later(4))
    rest: UUID = await fetch_value("select id from holding where ends_at is null")
    with pytest.raises(HoldingError, match=r"holding\.before_last"):
        await end_quantity(rest, 1, later(0))
    async with unit_of_work():
        await end_quantity(rest, 9, later(4))
    assert await fetch_value("select count(*) from holding where ends_at is null") == 0
    with pytest.raises(HoldingError, match=r"holding\.one_holder"):
        await hand_out_quantity(north.region_id, article, 5, Holder(), later(1), "")
