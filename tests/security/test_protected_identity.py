"""SR-40: a protected identity is with the assigned technician on the day of the visit, and nowhere else at any time."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
import pytest_asyncio

from app.database import Database, execute, fetch, fetch_value
from tests.security.house import CANARIES, LETTERS, House, canaries, local_day, open_house
from tests.support.builders import close_args
from tests.support.phone import Phone

PROTECTED = CANARIES["protected"]


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """Two regions; the protected person's visit is today."""
    async with open_house(database, tmp_path) as opened:
        await execute("update person set town = 'Hemlighamn' where id = $1", opened.places["protected"].person)
        await execute("update work_order set town = 'Hemlighamn' where id = $1", opened.places["protected"].order.id)
        yield opened


def shown(text: str | bytes) -> bool:
    """True when anything of the protected person is in the text, the town too."""
    return "protected" in canaries(text) or bool(canaries(text, ["Hemlighamn"]))


async def move_visit(house: House, days: int) -> None:
    """Plan the visit so many days from today."""
    await execute(
        "update work_order set planned_on = $2 where id = $1", house.places["protected"].order.id, local_day(days)
    )


async def everything(house: House, letter: str) -> list[str]:
    """All that a role can read of the protected person: detail, card, lists, search, messages, reviews, prints."""
    browser, place = house.clients[letter], house.places["protected"]
    answers = [
        await browser.get(f"/api/work-orders/{place.order.number}"),
        await browser.get(f"/api/devices/{place.device_number}"),
        await browser.post("/api/persons/search", json={"personal_number": place.personal_number}),
        await browser.get("/api/work-orders?state=all&limit=100"),
        await browser.get(f"/api/work-orders?q={place.order.number}"),
        await browser.get(f"/api/devices?number={place.device_number}"),
        await browser.get(f"/api/numbers/{place.order.number}"),
        await browser.get("/api/messages"),
        await browser.get("/api/reviews"),
        await browser.get("/api/technicians"),
        await browser.get(f"/api/devices/{place.device_number}/history"),
        await browser.post("/api/recall", json={"numbers": [place.device_number]}),
        await browser.post("/api/recall/file?format=csv", json={"numbers": [place.device_number]}),
        await browser.get(f"/api/devices/{place.device_number}/chain"),
    ]
    label = await browser.post("/api/labels", json={"number": place.device_number, "format": "pdf"})
    texts = [f"{answer.text} {answer.headers}" for answer in (*answers, label)]
    if label.status_code == 200:
        document = pypdfium2.PdfDocument(io.BytesIO(label.content))
        texts.append("".join(page.get_textpage().get_text_bounded() for page in document))
        document.close()
    return texts


async def held(house: House, phone: Phone) -> dict[str, Any]:
    """The protected order's row on a phone after a sync."""
    await phone.sync()
    row: dict[str, Any] = phone.rows["work_order"][house.places["protected"].order.id]
    return row


async def test_on_the_day_the_assigned_technician_has_all_and_nobody_else_anything(house: House) -> None:
    row = await held(house, house.phones["T"])
    contact = {
        "name": PROTECTED.contact["contact_name"],
        "phone": PROTECTED.contact["contact_phone"],
        "care_of": PROTECTED.contact["care_of"],
        "street": PROTECTED.contact["street"],
        "postcode": PROTECTED.contact["postcode"],
        "town": "Hemlighamn",
        "entry_code": PROTECTED.contact["entry_code"],
        "instructions": PROTECTED.contact["instructions"],
    }
    assert row["contact"] == contact
    detail = await house.clients["T"].get(f"/api/work-orders/{house.places['protected'].order.number}")
    assert detail.json()["contact"] == contact
    for kind, rows in house.phones["T"].rows.items():
        if kind != "work_order":
            assert not shown(str(rows)), kind
    for letter in set(LETTERS) - {"T"}:
        assert [text for text in await everything(house, letter) if shown(text)] == [], letter


async def test_on_the_day_the_technicians_own_lists_searches_and_prints_do_not_show_it(house: House) -> None:
    texts = await everything(house, "T")
    assert shown(texts[0]), "the detail is the one place"
    assert [text for text in texts[1:] if shown(text)] == []


@pytest.mark.parametrize("days", [-30, -2, -1, 1, 2, 3, 30])
async def test_on_any_other_day_nobody_has_anything(house: House, days: int) -> None:
    await move_visit(house, days)
    for letter in LETTERS:
        assert [text for text in await everything(house, letter) if shown(text)] == [], letter
    phone = house.phones["T"]
    await phone.sync()
    assert not shown(str(phone.rows))
    if days <= 3:
        row = phone.rows["work_order"][house.places["protected"].order.id]
        assert row["subject"] == {"kind": "person", "name": "Skyddad identitet", "protected": True}
        assert {value for key, value in row["contact"].items() if key != "name"} == {""}


async def test_when_the_day_is_over_the_phones_copy_is_replaced(house: House) -> None:
    """The clock moved: the row did not change, and the phone must lose what it held all the same."""
    phone = house.phones["T"]
    assert shown(str(await held(house, phone)))
    await execute("alter table work_order disable trigger user")
    await move_visit(house, -1)
    await execute("alter table work_order enable trigger user")
    # The server looks anew when the day of its last look is over.
    await execute("update sync_device set snap_day = snap_day - 1")
    assert not shown(str(await held(house, phone)))


async def test_an_order_without_a_day_shows_nothing(house: House) -> None:
    await execute("update work_order set planned_on = null where id = $1", house.places["protected"].order.id)
    assert not shown(str(await held(house, house.phones["T"])))
    assert [text for text in await everything(house, "T") if shown(text)] == []


async def test_a_technician_who_loses_the_order_loses_the_person(house: House) -> None:
    phone = house.phones["T"]
    assert shown(str(await held(house, phone)))
    body = {
        "id": str(uuid4()),
        "aggregate": str(house.places["protected"].order.id),
        "args": {"technician_id": str(house.north.other_technician.id)},
    }
    assert (await house.clients["P"].post("/api/commands/work_order.assign", json=body)).status_code == 200
    await phone.sync()
    assert not shown(str(phone.rows))
    assert [text for text in await everything(house, "T") if shown(text)] == []


async def test_a_technician_cannot_plan_a_visit_for_today_on_a_colleagues_order_to_look(house: House) -> None:
    """Assigning oneself is allowed in the own team and stands in the log; another team's order stays out of reach."""
    colleague = await house.browser(house.north.other_technician)
    order = house.places["protected"].order
    body = {
        "id": str(uuid4()),
        "aggregate": str(order.id),
        "args": {"technician_id": str(house.north.other_technician.id), "planned_on": local_day().isoformat()},
    }
    assert (await colleague.post("/api/commands/work_order.assign", json=body)).status_code == 404
    assert (await colleague.get(f"/api/work-orders/{order.number}")).status_code == 404


async def test_the_day_after_closing_nothing_is_left(house: House) -> None:
    phone = house.phones["T"]
    order = house.places["protected"].order
    await phone.sync()
    phone.record("work_order.close", close_args(), aggregate=order.id)
    await phone.sync()
    await move_visit(house, -1)
    await phone.sync()
    assert not shown(str(phone.rows))
    assert [text for text in await everything(house, "T") if shown(text)] == []


async def test_messages_pushes_and_verdicts_say_nothing_of_the_person(house: House) -> None:
    phone, order = house.phones["T"], house.places["protected"].order
    await phone.sync()
    phone.record("work_order.close", close_args(), aggregate=order.id)
    await phone.sync()
    told = json.dumps([dict(row) for row in await fetch("select kind, params from message")], default=str)
    assert order.number in told
    assert not shown(told)
    assert not shown(str(phone.rows["command"]))
    for letter in "PCR":
        assert [text for text in await everything(house, letter) if shown(text)] == [], letter


async def test_a_new_order_for_a_protected_person_fetches_no_address_into_an_answer(house: House) -> None:
    """Registering copies the address into the order (R-205); the one who registers does not get to see it."""
    order = uuid4()
    body = {
        "id": str(uuid4()),
        "aggregate": str(order),
        "args": {
            "type": "corrective",
            "fault_text": "Bromsen tar inte.",
            "proposed_priority": 1,
            "proposed_place": "at_holder",
            "device_number": house.places["protected"].device_number,
        },
    }
    for letter in "PR":
        changed = {**body, "id": str(uuid4()), "aggregate": str(uuid4())}
        answer = await house.clients[letter].post("/api/commands/work_order.register", json=changed)
        assert answer.status_code == 200, answer.text
        assert not shown(answer.text)
        detail = await house.clients[letter].get(f"/api/work-orders/{answer.json()['result']['number']}")
        assert detail.status_code == 200
        assert not shown(detail.text)
        street = await fetch_value("select street from work_order where id = $1::uuid", changed["aggregate"])
        assert street == PROTECTED.columns["street"]


async def test_a_person_who_becomes_protected_disappears_from_phones_and_answers(house: House) -> None:
    phone = house.phones["T"]
    await phone.sync()
    assert canaries(str(phone.rows)) == {"own", "protected"}
    await execute("update person set protected_identity = true where id = $1", house.own.person)
    await execute("update work_order set planned_on = $2 where id = $1", house.own.order.id, local_day(1))
    await phone.sync()
    assert canaries(str(phone.rows)) == {"protected"}
    detail = await house.clients["P"].get(f"/api/work-orders/{house.own.order.number}")
    assert canaries(detail.text) == set()
