"""What a recipient has and waits for, who may see it, and the searches for parties, places and any number."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from app.database import Database, execute, fetch, new_id, unit_of_work
from app.identity.actor import Role
from app.registry.holdings import annul_holding
from tests.app.orders.desk import Desk, make_warehouse, open_desk, row_of, today
from tests.app.orders.test_registering import prescription
from tests.routing.pickups.test_registering import aid, by_quantity, wanted
from tests.support.builders import make_article, make_device, make_holding, make_person, make_work_order


@pytest_asyncio.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """The assembled stack with orders and pick-ups, on a database of its own."""
    async with open_desk(database, tmp_path) as desk:
        yield desk


async def aids(desk: Desk, role: Role, **wanted: Any) -> Any:
    return await (await desk.as_role(role)).post("/api/recipients/aids", json=wanted)


async def test_all_that_a_person_has_waits_for_and_has_asked_for(desk: Desk) -> None:
    """R-053, R-058, R-059, R-063, R-064: numbered devices, articles by quantity, and what is on its way."""
    person = await make_person(desk.north, mobile="070-12")
    device, holding = await aid(desk.north, person, name="Ärmstöd")
    await by_quantity(desk.north, person, 3, name="Ögondroppar", kind="consumable")
    await by_quantity(desk.north, person, 1, name="Aloe", vision_aid=True)
    annulled = await by_quantity(desk.north, person, 9)
    async with unit_of_work():
        await annul_holding(annulled, "in_transit")
    await execute(
        "insert into holding (id, region_id, article_id, person_id, ordered_at) values ($1, $2, $3, $4, now())",
        new_id(),
        desk.north.region_id,
        await make_article(desk.north, name="Badkar", individually_numbered=False),
        person,
    )
    await make_article(desk.north, number="7001", name="Rollator")
    order = await desk.order(**prescription(person, "7001", earliest_dispatch=today(4)))
    work = await make_work_order(desk.north, device_id=device, person_id=person)
    await make_work_order(desk.north, device_id=device, person_id=person, state="closed")
    pickup = await desk.pickup(**wanted(person, holding))
    answer = await aids(desk, Role.CUSTOMER_SERVICE, person_id=str(person))
    assert answer.status_code == 200
    shown = answer.json()
    assert shown["recipient"] == {
        "kind": "person",
        "person_id": str(person),
        "party_number": None,
        "name": "Tolvan Testdata",
        "phone": "0920-121212",
        "mobile": "070-12",
        "care_of": "",
        "street": "Tolvgatan 12",
        "postcode": "97212",
        "town": "Luleå",
        "entry_code": "1212",
        "protected": False,
    }
    listed = [(row["article_name"], row["quantity"], row["can_pick_up"], row["pickup_order"]) for row in shown["aids"]]
    assert listed == [
        ("Aloe", 1, False, None),
        ("Badkar", 1, False, None),
        ("Ärmstöd", 1, False, pickup["number"]),
        ("Ögondroppar", 3, False, None),
    ]
    by_name = {row["article_name"]: row for row in shown["aids"]}
    assert by_name["Badkar"]["delivered_at"] is None
    assert by_name["Ögondroppar"]["consumable"] is True
    assert by_name["Ärmstöd"]["prescriber_name"] == "Test prescriber.norr"
    assert by_name["Ärmstöd"]["device_number"] == (await row_of("device", device))["number"]
    assert shown["on_the_way"] == [
        {
            "order_number": order["number"],
            "article_number": "7001",
            "article_name": "Rollator",
            "quantity": 1,
            "device_number": None,
            "state": "registered",
            "earliest_dispatch": today(4),
            "planned_on": None,
        }
    ]
    assert shown["work_orders"] == [{"number": work.number, "type": "corrective", "state": "registered"}]
    assert shown["pickup_orders"] == [{"number": pickup["number"], "state": "registered"}]
    assert [row["action"] for row in await fetch("select action from access_log")] == ["recipient.aids"]
    await desk.do(Role.PLANNER, "pickup_order.cancel", {"reason": "wrong"}, pickup["id"])
    again = (await aids(desk, Role.PLANNER, person_id=str(person))).json()
    assert {row["article_name"]: row["can_pick_up"] for row in again["aids"]}["Ärmstöd"] is True


async def test_a_care_units_list(desk: Desk) -> None:
    """R-052."""
    device = await make_device(desk.north)
    await make_holding(desk.north, device, party_id=desk.north.care_unit_id)
    shown = (await aids(desk, Role.PLANNER, party_number="5001")).json()
    assert (shown["recipient"]["kind"], shown["recipient"]["name"]) == ("care_unit", "Boendet norr")
    assert len(shown["aids"]) == 1
    assert await fetch("select 1 from access_log") == []


async def test_a_prescriber_sees_own_patients_and_of_them_the_own_part(desk: Desk) -> None:
    """SR-05: not yours is not there, to the byte."""
    person = await make_person(desk.north)
    stranger = await make_person(desk.north, personal_number="191212121213")
    foreign = await make_person(desk.south)
    await aid(desk.north, person, name="Mitt")
    other = await make_device(desk.north)
    await make_holding(desk.north, other, person_id=person, prescriber_id=desk.north.other_prescriber.id)
    await make_work_order(desk.north, person_id=person, device_id=other)
    shown = (await aids(desk, Role.PRESCRIBER, person_id=str(person))).json()
    assert [row["article_name"] for row in shown["aids"]] == ["Mitt"]
    assert shown["work_orders"] == []
    missing = await aids(desk, Role.PRESCRIBER, person_id=str(new_id()))
    for who in (stranger, foreign):
        answer = await aids(desk, Role.PRESCRIBER, person_id=str(who))
        assert (answer.status_code, answer.content) == (404, missing.content)
    unit = await aids(desk, Role.PRESCRIBER, party_number="5001")
    assert (unit.status_code, unit.content) == (404, missing.content)
    assert (await aids(desk, Role.PRESCRIBER, party_number="1001")).status_code == 200
    assert (await aids(desk, Role.PLANNER, person_id=str(foreign))).status_code == 404
    for role in (Role.TECHNICIAN, Role.DRIVER, Role.WAREHOUSE, Role.ADMIN, Role.AUDITOR):
        assert (await aids(desk, role, person_id=str(person))).status_code == 403


async def test_a_protected_identity_has_aids_but_no_name_or_address(desk: Desk) -> None:
    """SR-40."""
    person = await make_person(desk.north, protected_identity=True, mobile="070-12", care_of="Vän")
    await aid(desk.north, person)
    answer = await aids(desk, Role.CUSTOMER_SERVICE, person_id=str(person))
    recipient = answer.json()["recipient"]
    assert (recipient["name"], recipient["protected"]) == ("Skyddad identitet", True)
    assert len(answer.json()["aids"]) == 1
    for secret in ("Tolvan", "Tolvgatan", "97212", "Luleå", "1212", "070-12", "Vän"):
        assert secret not in answer.text.replace(str(person), "")
    assert len(await fetch("select 1 from access_log")) == 1


@pytest.mark.parametrize("body", [{}, {"person_id": str(new_id()), "party_number": "5001"}])
async def test_one_recipient_at_a_time(desk: Desk, body: dict[str, str]) -> None:
    answer = await aids(desk, Role.PLANNER, **body)
    assert (answer.status_code, answer.json()["code"]) == (400, "recipient.one")


async def test_parties(desk: Desk) -> None:
    """By number or name; a prescriber finds the own customers and units, an administrator all."""
    planner = await desk.as_role(Role.PLANNER)

    async def found(browser: Any, text: str) -> list[tuple[str, str]]:
        answer = await browser.get("/api/parties", params={"q": text})
        assert answer.status_code == 200
        return [(item["kind"], item["number"]) for item in answer.json()["items"]]

    assert await found(planner, "") == [("care_unit", "5001"), ("customer", "1001")]
    assert await found(planner, "BOENDE") == [("care_unit", "5001")]
    assert await found(planner, "100") == [("customer", "1001")]
    assert await found(planner, "%") == []
    assert await found(await desk.as_role(Role.ADMIN), "5001") == [("care_unit", "5001")]
    prescriber = await desk.as_role(Role.PRESCRIBER)
    assert await found(prescriber, "") == [("customer", "1001")]
    device = await make_device(desk.north)
    await make_holding(
        desk.north, device, party_id=desk.north.care_unit_id, prescriber_id=desk.north.users[Role.PRESCRIBER].id
    )
    assert await found(prescriber, "") == [("care_unit", "5001"), ("customer", "1001")]
    assert (await (await desk.as_role(Role.WAREHOUSE)).get("/api/parties")).status_code == 403


async def test_places(desk: Desk) -> None:
    await make_warehouse(desk.north)
    await execute(
        "insert into location (id, region_id, kind, number, name) values ($1, $2, 'van', '91', 'Bil 1')",
        new_id(),
        desk.north.region_id,
    )
    await make_warehouse(desk.south)
    browser = await desk.as_role(Role.TECHNICIAN)
    items = (await browser.get("/api/locations")).json()["items"]
    assert [(item["kind"], item["number"], item["name"]) for item in items] == [
        ("van", "91", "Bil 1"),
        ("warehouse", "10", "Centrallagret"),
    ]
    assert len((await browser.get("/api/locations?kind=van")).json()["items"]) == 1
    assert (await browser.get("/api/locations?kind=moon")).status_code == 400


async def test_any_number_in_one_box(desk: Desk) -> None:
    """R-343 to R-347: the same digits can be several things; each role finds what it may see, and no person ever."""
    person = await make_person(desk.north)
    device, holding = await aid(desk.north, person)
    await execute("update device set number = '7001' where id = $1", device)
    await make_article(desk.north, number="7001", name="Rollator")
    order = await desk.order(**prescription(person, "7001", "7001"))
    pickup = await desk.pickup(Role.PRESCRIBER, **wanted(person, holding))
    prescriber = desk.north.users[Role.PRESCRIBER]
    work = await make_work_order(desk.north, device_id=device, person_id=person, prescriber_id=prescriber.id)

    async def found(role: Role, number: str) -> list[tuple[str, str]]:
        answer = await (await desk.as_role(role)).get(f"/api/numbers/{number}")
        assert answer.status_code == 200
        return [(item["kind"], item["title"]) for item in answer.json()["items"]]

    assert await found(Role.PLANNER, "7001") == [("device", "Lyft Provia"), ("article", "Rollator")]
    assert await found(Role.PRESCRIBER, "7001") == [("device", "Lyft Provia"), ("article", "Rollator")]
    assert await found(Role.PLANNER, order["number"]) == [("customer_order", "Rollator +1")]
    assert await found(Role.WAREHOUSE, order["number"]) == [("customer_order", "Rollator +1")]
    assert await found(Role.TECHNICIAN, order["number"]) == []
    assert await found(Role.PRESCRIBER, pickup["number"]) == [("pickup_order", "Lyft Provia")]
    assert await found(Role.PRESCRIBER, work.number) == [("work_order", "Lyft Provia")]
    assert await found(Role.WAREHOUSE, work.number) == []
    assert await found(Role.PLANNER, "5001") == [("party", "Boendet norr")]
    assert await found(Role.PRESCRIBER, "5001") == []
    assert await found(Role.TECHNICIAN, "5001") == []
    assert await found(Role.PLANNER, "191212121212") == []
    assert await found(Role.PLANNER, "9001") == [], "a payer is nobody to look up"
