"""Building the index: what it says of a device, when it is made anew, and how a phone catches up."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest_asyncio

from app.database import Database, execute, fetch_value
from labels.device_index.builder import build_index, build_indexes, deltas_since, newest
from labels.device_index.format import DeviceIndex, apply, decode, token_check, unpack
from labels.payload import token_hash
from labels.service import issue_label
from tests.support.builders import make_article, make_device
from tests.support.world import World, make_world


@pytest_asyncio.fixture
async def world(database: Database) -> World:
    """Two regions."""
    return await make_world()


async def _snapshot(region_id: UUID) -> bytes:
    row = await newest(region_id)
    assert row is not None
    return unpack(bytes(row["snapshot"]))


async def _index(region_id: UUID) -> DeviceIndex:
    return decode(await _snapshot(region_id))


async def test_the_index_says_what_the_device_is(world: World) -> None:
    """Article, state, maintenance, home and the live labels' checks; nothing of the holder."""
    article = await make_article(world.north, number="22876")
    device = await make_device(world.north, number="0179711", article_id=article)
    await execute("update device set next_pm = $2, status = 'cleaning' where id = $1", device, date(2027, 5, 12))
    label = await issue_label(world.north.region_id, device, "turbil.example")
    built = await build_index(world.north.region_id)
    assert built is not None
    index = await _index(world.north.region_id)
    entry = index.entries["0179711"]
    assert (index.articles[entry.article].number, entry.status, entry.next_pm) == (
        "22876",
        "cleaning",
        date(2027, 5, 12),
    )
    token = label.payload.rpartition("-")[2]
    assert entry.labels == ((1, token_check(token_hash(token))),)


async def test_the_same_devices_make_no_new_version(world: World) -> None:
    """Nothing changed, or only what the index does not tell: phones fetch nothing."""
    device = await make_device(world.north)
    assert await build_index(world.north.region_id) is not None
    assert await build_index(world.north.region_id) is None
    await execute("update device set owner = 'someone else' where id = $1", device)
    assert await build_index(world.north.region_id) is None
    assert await fetch_value("select count(*) from device_index") == 1


async def test_a_phone_catches_up_by_deltas(world: World) -> None:
    """From any kept version to the newest, byte for byte; an unknown one is told to take the whole."""
    first = await make_device(world.north, number="1001")
    await build_index(world.north.region_id)
    start = await _snapshot(world.north.region_id)
    row = await newest(world.north.region_id)
    assert row is not None
    for status in ("cleaning", "inspection"):
        await execute("update device set status = $2 where id = $1", first, status)
        await make_device(world.north, number=f"200{len(status)}")
        assert await build_index(world.north.region_id) is not None
    deltas = await deltas_since(world.north.region_id, bytes(row["sha256"]))
    assert deltas is not None
    assert len(deltas) == 2
    content = start
    for delta in deltas:
        content = apply(content, unpack(delta))
    assert content == await _snapshot(world.north.region_id)
    assert await deltas_since(world.north.region_id, bytes(32)) is None
    assert await fetch_value("select count(*) from device_index where snapshot is not null") == 1


async def test_what_was_before_and_is_again(world: World) -> None:
    """A state that comes back has its old name; a phone in between takes the whole instead of a wrong delta."""
    device = await make_device(world.north)
    names = []
    for status in ("in_stock", "cleaning", "in_stock"):
        await execute("update device set status = $2 where id = $1", device, status)
        built = await build_index(world.north.region_id)
        assert built is not None
        names.append(built.sha256)
    assert names[0] == names[2] != names[1]
    assert await deltas_since(world.north.region_id, bytes.fromhex(names[2])) == []
    middle = await deltas_since(world.north.region_id, bytes.fromhex(names[1]))
    assert middle is not None
    assert len(middle) == 1


async def test_a_region_sees_its_own_devices(world: World) -> None:
    """Two regions may use the same number."""
    await make_device(world.north, number="5555")
    await make_device(world.south, number="5555")
    await make_device(world.south, number="6666")
    assert len(await build_indexes()) == 2
    assert set((await _index(world.north.region_id)).entries) == {"5555"}
    assert await deltas_since(world.south.region_id, bytes.fromhex("00" * 32)) is None
