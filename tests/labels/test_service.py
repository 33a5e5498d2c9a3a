"""Issuing labels and finding the device again through their history (I16, sync case 18)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.database import Database, fetch, fetch_value, new_id
from labels.payload import OwnLabel, build_payload, new_token, parse_scan, token_hash
from labels.service import GRACE, NoSuchDeviceError, Scanned, issue_label, resolve_scan
from tests.support.builders import make_device
from tests.support.world import make_world

HOST = "hjalpmedel.example"
NOW = datetime(2026, 6, 18, 12, 0, tzinfo=UTC)


async def test_a_label_is_a_new_token_of_which_only_the_hash_is_kept(database: Database) -> None:
    north = (await make_world()).north
    device = await make_device(north, number="104901")
    issued = await issue_label(north.region_id, device, HOST)
    scan = parse_scan(issued.payload)
    assert isinstance(scan, OwnLabel)
    assert (scan.host, scan.number, scan.version) == (HOST, "104901", 1)
    row = (await fetch("select token_hash, revoked_at from device_label"))[0]
    assert (bytes(row["token_hash"]), row["revoked_at"]) == (token_hash(scan.token), None)
    text = str(await fetch("select * from device_label"))
    assert scan.token not in text


async def test_an_older_label_ends_after_the_grace_time_and_still_names_its_device(database: Database) -> None:
    north = (await make_world()).north
    device = await make_device(north, number="104901")
    first = await issue_label(north.region_id, device, HOST, now=NOW)
    second = await issue_label(north.region_id, device, HOST, now=NOW)
    assert second.version == 2
    day_before, day_after = NOW + GRACE - timedelta(days=1), NOW + GRACE + timedelta(days=1)
    assert await resolve_scan(north.region_id, first.payload, now=day_before) == Scanned(device, "104901", 1, False)
    assert await resolve_scan(north.region_id, first.payload, now=day_after) == Scanned(device, "104901", 1, True)
    assert await resolve_scan(north.region_id, second.payload, now=day_after) == Scanned(device, "104901", 2, False)


async def test_a_third_print_does_not_give_the_first_more_time(database: Database) -> None:
    north = (await make_world()).north
    device = await make_device(north)
    for days in (0, 1, 20):
        await issue_label(north.region_id, device, HOST, now=NOW + timedelta(days=days))
    ends = await fetch("select revoked_at from device_label where device_id = $1 order by version", device)
    assert [row["revoked_at"] for row in ends] == [
        NOW + timedelta(days=1) + GRACE,
        NOW + timedelta(days=20) + GRACE,
        None,
    ]


async def test_prints_at_once_get_different_versions(database: Database) -> None:
    north = (await make_world()).north
    device = await make_device(north)
    issued = await asyncio.gather(*(issue_label(north.region_id, device, HOST) for _ in range(8)))
    assert sorted(label.version for label in issued) == list(range(1, 9))
    assert await fetch_value("select count(*) from device_label where revoked_at is null") == 1


async def test_what_a_text_means(database: Database) -> None:
    north = (await make_world()).north
    device = await make_device(north, number="104901", serial="26B46546")
    await make_device(north, number="104902", serial="G024-014317")
    await make_device(north, number="104903", serial="G024-014317")
    region = north.region_id
    assert await resolve_scan(region, " 104 901 ") == Scanned(device, "104901")
    assert await resolve_scan(region, "K-104901") == Scanned(device, "104901"), "a component names its main device"
    assert await resolve_scan(region, "26B46546") == Scanned(device, "104901"), "the maker's serial number"
    assert await resolve_scan(region, "G024-014317") is None, "two devices: nobody can say which"
    for unknown in ("999999", "", "https://example.org/x", "123", "\x00", "K-999999"):
        assert await resolve_scan(region, unknown) is None, unknown


async def test_a_forged_label_with_a_real_number_names_nothing(database: Database) -> None:
    north = (await make_world()).north
    device = await make_device(north, number="104901")
    await issue_label(north.region_id, device, HOST)
    forged = build_payload(HOST, "104901", 1, new_token())
    assert await resolve_scan(north.region_id, forged) is None


async def test_no_label_crosses_regions(database: Database) -> None:
    world = await make_world()
    device = await make_device(world.north, number="104901")
    issued = await issue_label(world.north.region_id, device, HOST)
    assert await resolve_scan(world.south.region_id, issued.payload) is None
    assert await resolve_scan(world.south.region_id, "104901") is None
    with pytest.raises(NoSuchDeviceError):
        await issue_label(world.south.region_id, device, HOST)
    with pytest.raises(NoSuchDeviceError):
        await issue_label(world.north.region_id, new_id(), HOST)
