"""SR-08: an answer that shows a person has one row per person in the access log, and no other answer has any."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest_asyncio

from app.database import Database, execute, fetch, fetch_value
from tests.security.house import CANARIES, LETTERS, House, canaries, open_house
from tests.support.builders import close_args
from tests.support.phone import Phone


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """Two regions, all roles."""
    async with open_house(database, tmp_path) as opened:
        yield opened


@dataclass
class Watch:
    """Compares each answer with the rows that were written while it was made."""

    house: House
    answers: int = 0
    shown: int = 0

    async def _rows(self) -> list[dict[str, Any]]:
        return [dict(row) for row in await fetch("select * from access_log order by at, id")]

    async def check(self, letter: str, answer: httpx.Response, *, masked: str = "") -> list[str]:
        """What is wrong with the log of one answer; it is emptied after each. ``masked``: logged though hidden."""
        names = {self.house.places[name].person: name for name in CANARIES}
        rows = await self._rows()
        await execute("delete from access_log")
        seen = canaries(answer.content)
        logged = Counter(names[row["person_id"]] for row in rows)
        self.answers += 1
        self.shown += len(seen)
        wrong = []
        where = f"{letter} {answer.request.method} {answer.request.url.raw_path.decode()} {answer.status_code}"
        allowed = [Counter(seen)] + ([Counter(seen | {masked})] if masked else [])
        if logged not in allowed:
            wrong.append(f"{where}: shown {sorted(seen)}, logged {dict(logged)}")
        for row in rows:
            user = self.house.user(letter)
            actor = await user.actor()
            if (row["user_id"], row["region_id"]) != (user.id, self.house.north.region_id):
                wrong.append(f"{where}: logged for another")
            late = abs(row["at"] - datetime.now(UTC)) > timedelta(minutes=1)
            if row["unit"] != actor.unit or not row["action"] or late:
                wrong.append(f"{where}: unit, action or time")
            if canaries(f"{row['action']} {row['unit']}"):
                wrong.append(f"{where}: the log itself names the person")
        return wrong


async def test_every_read_of_every_role_is_logged_once_per_person_shown(house: House) -> None:
    watch, wrong = Watch(house), []
    for letter in LETTERS:
        browser = house.clients[letter]
        for name, place in house.places.items():
            # A hidden identity is looked up all the same; who looked may be kept.
            detail = await browser.get(f"/api/work-orders/{place.order.number}")
            wrong += await watch.check(letter, detail, masked=name if detail.status_code == 200 else "")
            card = await browser.get(f"/api/devices/{place.device_number}")
            holder = card.status_code == 200 and card.json()["holder"]
            wrong += await watch.check(letter, card, masked=name if holder else "")
            # Everybody who has had the device is named, and so logged, to those who may trace it.
            chain = await browser.get(f"/api/devices/{place.device_number}/chain")
            wrong += await watch.check(letter, chain, masked=name if chain.status_code == 200 else "")
            wrong += await watch.check(letter, await browser.get(f"/api/devices/{place.device_number}/history"))
            for address in ("/api/recall", "/api/recall/file?format=csv"):
                called = await browser.post(address, json={"numbers": [place.device_number]})
                wrong += await watch.check(letter, called, masked=name if called.status_code == 200 else "")
            search = await browser.post("/api/persons/search", json={"personal_number": place.personal_number})
            hit = search.status_code == 200 and search.json()["items"]
            wrong += await watch.check(letter, search, masked=name if hit else "")
            for address in (
                f"/api/numbers/{place.order.number}",
                f"/api/devices?number={place.device_number}",
                f"/api/work-orders?q={place.order.number}",
            ):
                wrong += await watch.check(letter, await browser.get(address))
        for address in (
            "/api/work-orders?state=all",
            "/api/devices?number=1049*",
            "/api/articles?q=Lyft",
            "/api/teams",
            "/api/technicians",
            "/api/messages",
            "/api/reviews",
            "/api/session",
        ):
            wrong += await watch.check(letter, await browser.get(address))
    assert wrong == []
    assert watch.answers > 200
    assert watch.shown >= 15, "the positive control: people are shown, or nothing was tested"


async def test_a_phones_pull_is_logged_with_each_person_that_it_carries(house: House) -> None:
    phone, watch = house.phones["T"], Watch(house)
    reply = await phone.post_pull(phone.pull_body())
    assert canaries(reply.content) == {"own", "protected"}
    assert await watch.check("T", reply) == []
    phone.apply_pull(reply.json(), phone.pull_seq)
    empty = await phone.post_pull(phone.pull_body())
    assert canaries(empty.content) == set()
    assert await watch.check("T", empty) == []
    phone.apply_pull(empty.json(), phone.pull_seq)
    # Two orders of one person in one answer are one row.
    for _ in range(2):
        await house.make_order("own")
    again = await phone.post_pull(phone.pull_body())
    assert canaries(again.content) == {"own"}
    assert await watch.check("T", again) == []


async def test_small_chunks_are_logged_chunk_by_chunk(house: House) -> None:
    for _ in range(3):
        await house.make_order("own")
    phone, watch = house.phones["T"], Watch(house)
    wrong, more = [], True
    while more:
        reply = await phone.post_pull(phone.pull_body(limit=2))
        wrong += await watch.check("T", reply)
        phone.apply_pull(reply.json(), phone.pull_seq)
        more = reply.json()["more"]
    assert wrong == []


async def test_a_pull_of_any_other_role_carries_nobody(house: House) -> None:
    wrong = []
    for letter in "DPCRWAX":
        watch = Watch(house)
        phone = await Phone.register(house.clients[letter])
        reply = await phone.post_pull(phone.pull_body())
        assert reply.status_code == 200
        assert canaries(reply.content) == set(), letter
        wrong += await watch.check(letter, reply)
    assert wrong == []


async def test_answers_to_commands_show_and_log_nobody(house: House) -> None:
    watch = Watch(house)
    wrong = []
    for letter, name, args in (
        ("P", "work_order.assign", {"technician_id": str(house.user("T").id)}),
        ("P", "work_order.correct", {"contact": {"name": "Qxkanarie1 ny", "phone": "070-661103"}}),
        ("T", "work_order.start", {"at": datetime.now(UTC).isoformat()}),
        ("T", "work_order.close", close_args()),
        ("T", "work_order.close", close_args()),
    ):
        body = {"id": str(uuid4()), "aggregate": str(house.own.order.id), "args": args}
        answer = await house.clients[letter].post(f"/api/commands/{name}", json=body)
        assert answer.status_code in {200, 409}, answer.text
        wrong += await watch.check(letter, answer)
    assert wrong == []


async def test_a_refused_answer_logs_nobody(house: House) -> None:
    for letter in "DWAX-!k":
        browser = house.clients[letter]
        assert (await browser.get(f"/api/work-orders/{house.own.order.number}")).status_code in {401, 403}
        body = {"personal_number": house.own.personal_number}
        assert (await browser.post("/api/persons/search", json=body)).status_code in {401, 403}
    assert await fetch_value("select count(*) from access_log") == 0


async def test_a_review_item_quotes_no_typed_text_without_a_row_in_the_log(house: House) -> None:
    """What a technician typed about a patient's order is patient data wherever it is shown."""
    phone = house.phones["T"]
    order: UUID = house.own.order.id
    planner = house.clients["P"]
    body: dict[str, Any] = {"id": str(uuid4()), "aggregate": str(order), "args": {"reason": "wrong"}}
    assert (await planner.post("/api/commands/work_order.cancel", json=body)).status_code == 200
    note = f"{CANARIES['own'].columns['last_name']} svarar inte i telefon"
    phone.record("work_order.cancel", {"reason": "no_contact", "note": note}, aggregate=order)
    await phone.sync()
    await execute("delete from access_log")
    watch = Watch(house)
    answer = await planner.get("/api/reviews")
    assert len(answer.json()["items"]) == 1
    assert await watch.check("P", answer) == []
