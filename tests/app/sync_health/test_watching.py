"""Phones tell how they are; the office sees it, and is told of old unsent work (sync case 24, SR-14)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from app.database import Database, execute, fetch, fetch_value
from app.identity.actor import Role
from app.sync_health import feature as sync_health
from app.sync_health.watching import chase_attachments, tell_of_unsent
from tests.offline_sync.toy import House, open_house

NOW = datetime.now(UTC)


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """The toy house with the rooms that watch its phones."""
    async with open_house(database, tmp_path, sync_health.feature) as house:
        yield house


async def health(house: House, username: str = "planner.norr") -> dict[str, Any]:
    answer = await (await house.browser(username)).get("/api/sync-health")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def tell(phone: Any, **told: Any) -> None:
    answer = await phone.post_pull({**phone.pull_body(), "told": told})
    assert answer.status_code == 200, answer.text


async def test_a_phone_tells_what_it_has_not_sent_and_how_long(house: House) -> None:
    phone = await house.phone()
    await phone.pull()
    assert (await health(house))["items"][0]["unsent"] is None
    await tell(phone, unsent=4, oldest_seconds=7200, persisted=True)
    [item] = (await health(house))["items"]
    assert (item["unsent"], item["persisted"], item["concerns"]) == (4, True, [])
    assert abs(datetime.fromisoformat(item["unsent_since"]) - (NOW - timedelta(hours=2))) < timedelta(minutes=5)
    before = await fetch_value("select told_at from sync_device")
    await tell(phone, unsent=4, oldest_seconds=7201, persisted=True)
    assert await fetch_value("select told_at from sync_device") == before, "not written again for every pull"
    await tell(phone, unsent=4, oldest_seconds=7202, persisted=True, storage_lost=True)
    assert (await health(house))["items"][0]["concerns"] == ["storage_lost"]
    await tell(phone, unsent=0)
    [item] = (await health(house))["items"]
    assert (item["unsent"], item["unsent_since"]) == (0, None)


async def test_the_planners_are_told_of_old_unsent_work_once_a_day(house: House) -> None:
    phone = await house.phone()
    await tell(phone, unsent=2, oldest_seconds=23 * 3600)
    assert await tell_of_unsent(datetime.now(UTC)) == 0
    later = datetime.now(UTC) + timedelta(hours=2)
    assert await tell_of_unsent(later) == 1
    assert await tell_of_unsent(later) == 1
    rows = await fetch("select recipient_id, kind, params from message")
    assert [(row["recipient_id"], row["kind"]) for row in rows] == [
        (house.region.users[Role.PLANNER].id, "phone.unsent")
    ]
    await tell_of_unsent(later + timedelta(days=1))
    assert await fetch_value("select count(*) from message") == 2


async def test_case_24_an_attachment_that_never_comes_is_chased_and_seen(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    command = phone.record("toy.set", {"value": 1}, aggregate=toy, blobs={"photo": b"bild", "signature": b"namn"})
    body = await phone.push_once()
    assert body is not None
    assert len(body["missing_blobs"]) == 2
    assert phone.verdicts[command]["verdict"] == "applied", "the work does not wait for its picture"
    assert await chase_attachments(datetime.now(UTC)) == 0
    tomorrow = datetime.now(UTC) + timedelta(hours=25)
    assert await chase_attachments(tomorrow) == 2
    assert await chase_attachments(tomorrow + timedelta(hours=1)) == 0
    rows = await fetch("select recipient_id, kind from message")
    assert [(row["recipient_id"], row["kind"]) for row in rows] == [(house.technician, "attachment.missing")]
    await execute("update command_log set received_at = received_at - interval '25 hours'")
    [item] = (await health(house))["items"]
    assert (item["attachments"], item["concerns"]) == (2, ["attachments_old"])
    # The phone has kept the bytes; they come, and nothing is left to chase.
    for name in body["missing_blobs"]:
        await phone.put_blob(name)
    assert await chase_attachments(tomorrow + timedelta(days=2)) == 0
    assert (await health(house))["worrying"] == 0


async def test_what_waits_for_a_decision_and_a_replaced_phone(house: House) -> None:
    first = await house.phone()
    first.record("toy.fly", {})
    await first.sync()
    await tell(first, unsent=1, oldest_seconds=60)
    await house.phone()
    items = {item["id"]: item for item in (await health(house))["items"]}
    old = items[str(first.device)]
    assert (old["parked"], old["quarantined"]) == (1, 0)
    assert old["concerns"] == ["replaced_with_unsent", "waits_for_decision"]
    assert (await health(house))["items"][0]["id"] == str(first.device), "those to worry about come first"


async def test_who_sees_it(house: House) -> None:
    await house.phone()
    assert len((await health(house, "admin.norr"))["items"]) == 1
    for role in ("technician", "driver", "prescriber", "warehouse", "auditor"):
        answer = await (await house.browser(f"{role}.norr")).get("/api/sync-health")
        assert answer.status_code == 403, role
