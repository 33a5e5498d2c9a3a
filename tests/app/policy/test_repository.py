"""Which policy holds on a day, and what a phone gets of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from app.database import Database, execute, fetch, fetch_row
from app.identity.actor import Role
from app.policy import repository
from app.policy.policy import PolicyError
from app.policy.regions import NORRBOTTEN
from app.policy.repository import NoPolicyError, current_policy, store_policy
from app.policy.view import POLICY_VIEW
from tests.support.world import World, make_world

DAY = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)


def policy(**changes: object) -> object:
    return msgspec.structs.replace(NORRBOTTEN, region="norr", **changes)


async def two_policies() -> World:
    world = await make_world()
    await store_policy(world.north.region_id, policy(valid_from=date(2026, 1, 1), fault_text_limit=250))
    await store_policy(world.north.region_id, policy(valid_from=date(2026, 7, 1), fault_text_limit=500))
    return world


async def test_the_newest_that_has_begun_holds(database: Database) -> None:
    world = await two_policies()
    region = world.north.region_id
    assert (await current_policy(region, DAY)).fault_text_limit == 250
    assert (await current_policy(region, datetime(2026, 6, 30, 21, 59, tzinfo=UTC))).fault_text_limit == 250
    assert (await current_policy(region, datetime(2026, 6, 30, 22, 0, tzinfo=UTC))).fault_text_limit == 500, "local day"
    assert (await current_policy(region, DAY)).clocks[4][0].amount == 24, "the whole document comes back"


async def test_no_policy_is_an_error_of_its_own(database: Database) -> None:
    world = await two_policies()
    with pytest.raises(NoPolicyError):
        await current_policy(world.north.region_id, datetime(2025, 1, 1, tzinfo=UTC))
    with pytest.raises(NoPolicyError):
        await current_policy(world.south.region_id, DAY)


async def test_a_new_policy_counts_at_once_here_and_soon_elsewhere(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = await two_policies()
    region = world.north.region_id
    now = 1000.0
    monkeypatch.setattr(repository.time, "monotonic", lambda: now)
    await current_policy(region, DAY)
    await store_policy(region, policy(valid_from=date(2026, 6, 1), fault_text_limit=300))
    assert (await current_policy(region, DAY)).fault_text_limit == 300
    await execute(
        "update service_policy set document = jsonb_set(document, '{fault_text_limit}', '400')"
        " where valid_from = '2026-06-01'"
    )
    assert (await current_policy(region, DAY)).fault_text_limit == 300
    now += repository.CACHE_SECONDS
    assert (await current_policy(region, DAY)).fault_text_limit == 400


async def test_a_policy_that_cannot_be_used_is_not_stored(database: Database) -> None:
    world = await make_world()
    with pytest.raises(PolicyError, match="fault_text_limit"):
        await store_policy(world.north.region_id, policy(fault_text_limit=0))
    with pytest.raises(PolicyError, match="region"):
        await store_policy(world.south.region_id, policy())
    assert await fetch("select 1 from service_policy") == []


async def test_the_phones_row(database: Database) -> None:
    world = await two_policies()
    actor = await world.north.users[Role.TECHNICIAN].actor()
    keys = await fetch(POLICY_VIEW.keys_sql, *POLICY_VIEW.parameters(actor, DAY))
    assert len(keys) == 1
    assert 0 <= keys[0]["rv"] < 2**53, "a number that every phone holds exactly"
    row = (await fetch(POLICY_VIEW.rows_sql, [keys[0]["id"]]))[0]["row"]
    assert (row["region_code"], row["region_name"], row["timezone"]) == ("norr", "Region Norr", "Europe/Stockholm")
    assert (row["label_owner"], row["fault_text_limit"]) == ("Länsservice Boden", 500)
    assert "rent_end" in row["assumed"]
    await execute("update service_policy set document = jsonb_set(document, '{label_phone}', '\"1\"')")
    changed = await fetch_row(POLICY_VIEW.keys_sql, *POLICY_VIEW.parameters(actor, DAY))
    assert changed is not None
    assert changed["rv"] != keys[0]["rv"]
    south = await world.south.users[Role.TECHNICIAN].actor()
    assert await fetch(POLICY_VIEW.keys_sql, *POLICY_VIEW.parameters(south, DAY)) == []
