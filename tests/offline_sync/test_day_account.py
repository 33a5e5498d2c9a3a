"""The account of a day: the same hash in both runtimes, and an honest list of what is missing."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from offline_sync.day_account import day_bounds, day_hash
from offline_sync.sealed import content_digest
from tests.offline_sync.toy import House
from tests.support.phone import Phone

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "day_hash.json").read_text())


def test_the_hash_is_that_of_the_phone() -> None:
    for vector in VECTORS["days"]:
        contents = {UUID(item["id"]): content_digest(item["raw"].encode()).hex() for item in vector["commands"]}
        assert day_hash(contents) == vector["hash"], vector["name"]


def test_a_day_is_one_of_stockholms() -> None:
    def hours(year: int, month: int, day: int) -> tuple[datetime, float]:
        start, end = (moment.astimezone(UTC) for moment in day_bounds(date(year, month, day)))
        return start, (end - start).total_seconds() / 3600

    assert hours(2026, 3, 2) == (datetime(2026, 3, 1, 23, tzinfo=UTC), 24)
    assert hours(2026, 10, 25)[1] == 25
    assert hours(2027, 3, 28)[1] == 23


async def ask(phone: Phone, commands: dict[UUID, str], day: str = "2026-03-02") -> Any:
    listed = [{"id": str(key), "content": content} for key, content in commands.items()]
    body = {"device": str(phone.device), "day": day, "commands": listed}
    return await phone.browser.post("/api/sync/day", json=body)


async def test_a_day_is_closed_when_both_have_the_same(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    at = "2026-03-02T08:00:00.000Z"
    ids = [phone.record("toy.set", {"value": value}, aggregate=toy, at=at) for value in (1, 2)]
    contents = {item.id: content_digest(item.raw).hex() for item in phone.outbox.values()}
    answer = (await ask(phone, contents)).json()
    assert (answer["missing"], answer["hash"]) == ([str(id_) for id_ in ids], day_hash({}))
    await phone.sync()
    answer = (await ask(phone, contents)).json()
    assert answer == {
        "day": "2026-03-02",
        "hash": day_hash(contents),
        "missing": [],
        "different": [],
        "more": 0,
        "pending_blobs": 0,
    }


async def test_what_differs_is_named(house: House) -> None:
    phone, toy = await house.phone(), await house.toy()
    at = "2026-03-02T08:00:00.000Z"
    first = phone.record("toy.set", {"value": 1}, aggregate=toy, at=at)
    second = phone.record("toy.set", {"value": 2}, aggregate=toy, at=at, blobs={"photo": b"picture"})
    phone.record("toy.set", {"value": 3}, aggregate=toy, at="2026-03-02T23:30:00.000Z")
    contents = {item.id: content_digest(item.raw).hex() for item in phone.outbox.values()}
    await phone.push_once()
    never = uuid4()
    answer = (await ask(phone, {first: "0" * 64, never: "1" * 64})).json()
    assert (answer["different"], answer["missing"]) == ([str(first)], [str(never)])
    # The second of the day; the third is the next day's in Stockholm.
    assert (answer["more"], answer["pending_blobs"]) == (1, 1)
    assert answer["hash"] == day_hash({key: contents[key] for key in (first, second)})


async def test_an_account_is_only_for_the_phones_own_user(house: House) -> None:
    mine, theirs = await house.phone(), await house.phone("technician2.norr")
    command = theirs.record("toy.make", {"value": 1}, at="2026-03-02T08:00:00.000Z")
    contents = {item.id: content_digest(item.raw).hex() for item in theirs.outbox.values()}
    await theirs.sync()
    for day in ("0001-01-01", "9999-12-31"):
        assert (await ask(theirs, {}, day)).status_code == 400
    theirs.browser = mine.browser
    assert (await ask(theirs, {})).status_code == 404
    answer = (await ask(mine, contents)).json()
    assert answer["missing"] == [str(command)], "another user's command is as if it were not there"


async def test_renumbering_changes_nothing_in_the_account(house: House) -> None:
    """The phone registered anew; its commands of the morning lie under the old identity."""
    phone, toy = await house.phone(), await house.toy()
    command = phone.record("toy.set", {"value": 1}, aggregate=toy, at="2026-03-02T08:00:00.000Z")
    contents = {command: content_digest(phone.outbox[1].raw).hex()}
    await phone.sync()
    again = await Phone.register(phone.browser)
    answer = (await ask(again, contents)).json()
    assert (answer["hash"], answer["missing"], answer["more"]) == (day_hash(contents), [], 0)
