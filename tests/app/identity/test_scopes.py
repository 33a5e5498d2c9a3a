"""Whose orders and holdings an actor sees; judged by the database, over every role and both regions (SR-05)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.database import execute, fetch, new_id
from app.identity.actor import Actor, Role
from app.identity.scopes import holding_scope_sql, work_order_scope_sql
from tests.support.world import RegionWorld, World


async def make_order(region: RegionWorld, **columns: object) -> UUID:
    article_id, order_id = new_id(), new_id()
    await execute(
        "insert into article (id, region_id, number, name, iso_class, kind, stock_status, charging)"
        " values ($1, $2, $3, 'Rullstol', '122203', 'device', 'stocked', 'rent')",
        article_id,
        region.region_id,
        str(article_id),
    )
    values: dict[str, object] = {
        "id": order_id,
        "region_id": region.region_id,
        "number": str(order_id),
        "type": "corrective",
        "state": "registered",
        "article_id": article_id,
        "fault_text": "Bromsen tar inte",
        "proposed_priority": 3,
        "proposed_place": "at_holder",
        "registered_at": datetime.now(UTC),
    } | columns
    places = ", ".join(f"${n}" for n in range(1, len(values) + 1))
    await execute(f"insert into work_order ({', '.join(values)}) values ({places})", *values.values())  # noqa: S608
    return order_id


async def visible(actor: Actor) -> set[UUID]:
    condition, parameters = work_order_scope_sql(actor, first=2)
    rows = await fetch(f"select w.id from work_order w where $1 and {condition}", True, *parameters)  # noqa: S608
    return {row["id"] for row in rows}


async def test_each_role_sees_its_own_and_no_other_region(world: World) -> None:
    orders: dict[str, dict[str, UUID]] = {}
    for region in (world.north, world.south):
        technician, prescriber = region.users[Role.TECHNICIAN].id, region.users[Role.PRESCRIBER].id
        orders[region.code] = {
            "loose": await make_order(region),
            "own_team": await make_order(region, team_id=region.teams[0]),
            "other_team": await make_order(region, team_id=region.teams[1]),
            "assigned": await make_order(region, team_id=region.teams[1], assigned_to=technician),
            "registered_by_prescriber": await make_order(region, registered_by=prescriber),
            "prescribed": await make_order(region, prescriber_id=prescriber),
            "for_customer": await make_order(region, customer_id=region.customer_id),
            "registered_by_technician": await make_order(region, registered_by=technician),
        }
    expected: dict[Role, set[str]] = {
        Role.PLANNER: set(orders["norr"]),
        Role.CUSTOMER_SERVICE: set(orders["norr"]),
        Role.TECHNICIAN: {"own_team", "assigned", "registered_by_technician"},
        Role.PRESCRIBER: {"registered_by_prescriber", "prescribed", "for_customer"},
        Role.DRIVER: set(),
        Role.WAREHOUSE: set(),
        Role.AUDITOR: set(),
        Role.ADMIN: set(),
    }
    assert set(expected) == set(Role)
    for region in (world.north, world.south):
        for role, names in expected.items():
            actor = await region.users[role].actor()
            assert await visible(actor) == {orders[region.code][name] for name in names}, role
    both = replace(
        await world.north.users[Role.TECHNICIAN].actor(),
        roles=frozenset({Role.TECHNICIAN, Role.PRESCRIBER}),
        customer_ids=frozenset({world.north.customer_id}),
    )
    north = orders["norr"]
    assert await visible(both) == {
        north["own_team"],
        north["assigned"],
        north["for_customer"],
        north["registered_by_technician"],
    }
    assert await visible(await world.north.other_prescriber.actor()) == set(), "no customer, nothing registered"


async def test_a_deactivated_actor_sees_nothing(world: World) -> None:
    await make_order(world.north)
    planner = await world.north.users[Role.PLANNER].actor()
    assert await visible(planner)
    assert not await visible(replace(planner, active=False))


async def test_membership_of_a_foreign_team_shows_nothing_of_its_region(world: World) -> None:
    """Even if a row gave someone a team of the other region, the region stands before it."""
    await make_order(world.south, team_id=world.south.teams[0])
    technician = replace(await world.north.users[Role.TECHNICIAN].actor(), team_ids=frozenset({world.south.teams[0]}))
    assert not await visible(technician)


@pytest.mark.parametrize("first", [1, 4])
async def test_placeholders_are_numbered_from_first(world: World, first: int) -> None:
    actor = await world.north.users[Role.TECHNICIAN].actor()
    condition, parameters = work_order_scope_sql(actor, alias="o", first=first)
    assert [f"${first + n}" in condition for n in range(len(parameters))] == [True] * len(parameters)
    assert f"${first + len(parameters)}" not in condition
    assert "o.region_id" in condition


async def test_holder_data_is_for_the_office_and_for_who_ordered(world: World) -> None:
    prescriber = world.north.users[Role.PRESCRIBER]
    device_article = await make_order(world.north)
    article = (await fetch("select article_id from work_order where id = $1", device_article))[0]["article_id"]
    ids = {}
    for name, columns in {
        "prescribed": {"prescriber_id": prescriber.id},
        "customers": {"customer_id": world.north.customer_id},
        "others": {},
    }.items():
        ids[name] = new_id()
        await execute(
            "insert into holding (id, region_id, article_id, party_id, prescriber_id, customer_id)"
            " values ($1, $2, $3, $4, $5, $6)",
            ids[name],
            world.north.region_id,
            article,
            world.north.care_unit_id,
            columns.get("prescriber_id"),
            columns.get("customer_id"),
        )
    for role, names in {
        Role.PLANNER: set(ids),
        Role.PRESCRIBER: {"prescribed", "customers"},
        Role.TECHNICIAN: set(),
    }.items():
        condition, parameters = holding_scope_sql(await world.north.users[role].actor())
        rows = await fetch(f"select id from holding h where {condition}", *parameters)  # noqa: S608
        assert {row["id"] for row in rows} == {ids[name] for name in names}
    condition, parameters = holding_scope_sql(await world.south.users[Role.PLANNER].actor())
    assert not await fetch(f"select id from holding h where {condition}", *parameters)  # noqa: S608
