"""SR-05: what a push key and a pull open, and for whom."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest_asyncio

from app.database import Database, fetch_value
from tests.security.house import (
    LETTERS,
    MISSING,
    House,
    canaries,
    open_house,
)
from tests.security.tables import EVERYONE, visible
from tests.support.builders import close_args
from tests.support.phone import Phone


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """Two regions, all roles."""
    async with open_house(database, tmp_path) as opened:
        yield opened


def now() -> str:
    """The time as a client writes it."""
    return datetime.now(UTC).isoformat()


async def test_pull_knows_only_the_own_phones_of_the_user(house: House) -> None:
    phones: dict[str, Phone] = {}
    for letter in EVERYONE:
        phones[letter] = await Phone.register(house.clients[letter])
    foreign = await Phone.register(await house.browser(house.world.south.users[LETTERS["T"]]))
    for letter in EVERYONE:
        body = phones[letter].pull_body()
        browser = house.clients[letter]
        own = await browser.post("/api/sync/pull", json=body)
        assert own.status_code == 200, (letter, own.text)
        missing = await browser.post("/api/sync/pull", json={**body, "device": str(MISSING)})
        assert missing.status_code == 404
        strangers = [foreign, phones["P" if letter != "P" else "T"]]
        for stranger in strangers:
            answer = await browser.post("/api/sync/pull", json={**body, "device": str(stranger.device)})
            assert visible(answer) == visible(missing), letter
        assert canaries(own.content) == ({"own", "protected"} if letter == "T" else set()), letter
    for letter in "-!k":
        answer = await house.clients[letter].post("/api/sync/pull", json=foreign.pull_body())
        assert answer.status_code == 401, letter


async def test_poke_streams_open_for_every_role_and_nobody_else(house: House) -> None:
    """The stream itself stays open for minutes, so only who is refused is asked; that it opens is tested with pokes."""
    for letter in "-!k":
        assert (await house.clients[letter].get("/api/sync/events")).status_code == 401, letter


async def test_the_push_key_opens_push_and_blobs_of_its_phone_and_nothing_else(house: House) -> None:
    own, keyed = house.phones["T"], house.clients["k"]
    other = await Phone.register(await house.browser(house.north.other_technician))
    foreign = await Phone.register(await house.browser(house.world.south.users[LETTERS["T"]]))
    digests = {}
    for name, phone, place in (("own", own, "own"), ("other", other, "other"), ("foreign", foreign, "foreign")):
        photo = f"photo of {name}".encode()
        digests[name] = hashlib.sha256(photo).hexdigest()
        phone.record(
            "work_order.report", {"time_entries": []}, aggregate=house.places[place].order.id, blobs={"photo": photo}
        )
        await phone.sync()
    digests["missing"] = "0" * 64
    for method, ok in (("HEAD", 200), ("PUT", 200), ("PATCH", 200)):
        answers = {}
        for name, digest in digests.items():
            answers[name] = await keyed.request(
                method,
                f"/api/blobs/{digest}",
                content=None if method == "HEAD" else b"photo of own",
                headers={"content-type": "application/octet-stream", "upload-offset": "0"},
            )
        assert answers["own"].status_code in {ok, 409}, (method, answers["own"].text)
        assert answers["missing"].status_code == 404
        assert visible(answers["other"]) == visible(answers["missing"]) == visible(answers["foreign"])
        for letter in (*EVERYONE, "-", "!"):
            answer = await house.clients[letter].request(
                method,
                f"/api/blobs/{digests['own']}",
                content=None if method == "HEAD" else b"x",
                headers={"content-type": "application/octet-stream", "upload-offset": "0"},
            )
            assert answer.status_code == 401, (method, letter)
    pushed = await keyed.post("/api/sync/push", json={**_frame(own), "commands": []})
    assert pushed.status_code == 202
    refusals = [
        await keyed.post("/api/sync/push", json={**_frame(own), "device": str(device), "commands": []})
        for device in (MISSING, other.device, foreign.device)
    ]
    assert refusals[0].status_code == 400
    assert visible(refusals[0]) == visible(refusals[1]) == visible(refusals[2])
    for letter in (*EVERYONE, "-", "!"):
        answer = await house.clients[letter].post("/api/sync/push", json={**_frame(own), "commands": []})
        assert answer.status_code == 401, letter


def _frame(phone: Phone) -> dict[str, Any]:
    return {
        "proto": "fieldsync/1",
        "push_id": uuid4().hex,
        "device": str(phone.device),
        "epoch": phone.epoch,
        "build": "test",
        "schema": 1,
        "sent_at": now(),
    }


async def test_a_phone_of_another_region_cannot_touch_an_order_by_its_id(house: House) -> None:
    """Field commands are kept and judged, never applied to what is not the author's."""
    foreign = await Phone.register(await house.browser(house.world.south.users[LETTERS["T"]]))
    before = await fetch_value("select to_jsonb(w) from work_order w where id = $1", house.own.order.id)
    taken = foreign.record("work_order.close", close_args(), aggregate=house.own.order.id)
    missing = foreign.record("work_order.close", close_args(), aggregate=MISSING)
    await foreign.sync()
    lines = [foreign.verdicts[command] for command in (taken, missing)]
    assert [line["verdict"] for line in lines] != ["applied", "applied"]
    assert {line["verdict"] for line in lines} <= {"recorded", "quarantined"}
    assert (lines[0]["verdict"], lines[0]["code"], lines[0]["text"]) == (
        lines[1]["verdict"],
        lines[1]["code"],
        lines[1]["text"],
    )
    assert await fetch_value("select to_jsonb(w) from work_order w where id = $1", house.own.order.id) == before
    assert canaries(str(foreign.rows)) == {"foreign"}
