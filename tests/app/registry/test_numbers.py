"""Order numbers: one series for all kinds, eight digits, never twice."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.database import Database, execute, new_id, unit_of_work
from app.registry.numbers import next_order_number, order_kind_of
from tests.support.world import make_world

SUMMER = datetime(2026, 6, 18, tzinfo=UTC)


async def test_all_kinds_draw_from_one_series_and_only_the_table_knows_which(database: Database) -> None:
    region = (await make_world()).north.region_id
    subjects = [new_id(), new_id(), new_id()]
    async with unit_of_work():
        first = await next_order_number(region, "work_order", subjects[0], SUMMER)
        second = await next_order_number(region, "pickup_order", subjects[1], SUMMER)
        third = await next_order_number(region, "customer_order", subjects[2], SUMMER)
    assert (first, second, third) == ("26100001", "26100002", "26100003")
    assert await order_kind_of(region, second) == ("pickup_order", subjects[1])
    assert await order_kind_of(region, "99999999") is None


async def test_regions_and_years_have_series_of_their_own(database: Database) -> None:
    world = await make_world()
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert await next_order_number(world.north.region_id, "work_order", new_id(), SUMMER) == "26100001"
    assert await next_order_number(world.south.region_id, "work_order", new_id(), SUMMER) == "26100001"
    assert await next_order_number(world.north.region_id, "work_order", new_id(), new_year) == "27100001", "local time"


async def test_numbers_from_elsewhere_are_skipped_and_a_rollback_gives_one_back(database: Database) -> None:
    region = (await make_world()).north.region_id
    await execute("insert into order_number values ($1, '26100002', 'work_order', $2)", region, new_id())
    assert await next_order_number(region, "work_order", new_id(), SUMMER) == "26100001"
    with pytest.raises(RuntimeError):
        await _take_and_fail(region)
    assert await next_order_number(region, "work_order", new_id(), SUMMER) == "26100003"


async def _take_and_fail(region: UUID) -> None:
    async with unit_of_work():
        assert await next_order_number(region, "work_order", new_id(), SUMMER) == "26100003"
        raise RuntimeError
