"""Registering a customer order: for whom, what, where to, and every "no" with its sentence."""

from __future__ import annotations

from typing import Any

import pytest

from app.database import execute, fetch, fetch_value, new_id
from app.identity.actor import Role
from app.orders.sentences import SENTENCES
from tests.app.orders.desk import Desk, row_of, today
from tests.support.builders import make_article, make_device, make_holding, make_person, make_work_order
from tests.support.world import RegionWorld


async def patient(region: RegionWorld, **columns: Any) -> Any:
    """A patient of the prescriber's: somebody who has had something that the prescriber ordered."""
    person = await make_person(region, **columns)
    await make_holding(
        region, await make_device(region), person_id=person, prescriber_id=region.users[Role.PRESCRIBER].id
    )
    return person


def prescription(person: Any, *articles: str, **more: Any) -> dict[str, Any]:
    lines = [{"article_number": number} for number in articles]
    return {"kind": "prescription", "recipient": {"person_id": str(person)}, "lines": lines, **more}


async def test_a_prescription_with_its_lines_parties_and_default_address(desk: Desk) -> None:
    """R-073, R-105, R-110, R-114: numbered articles by the piece, the prescriber's own customer as the address."""
    person = await patient(desk.north)
    await make_article(desk.north, number="7001")
    await make_article(desk.north, number="7002", individually_numbered=False)
    order = await desk.order(
        kind="prescription",
        recipient={"person_id": str(person)},
        lines=[{"article_number": "7001", "quantity": 2}, {"article_number": "7002", "quantity": 5}],
        carrier_note="Ring hemtjänsten före.",
        warehouse_note="Montera benstöd.",
        co_delivery=True,
        urgent=True,
        earliest_dispatch=today(3),
    )
    row = await row_of("customer_order", order["id"])
    prescriber = desk.north.users[Role.PRESCRIBER].id
    assert (row["state"], row["person_id"], row["prescriber_id"]) == ("registered", person, prescriber)
    assert (row["customer_id"], row["payer_id"]) == (desk.north.customer_id, desk.north.payer_id)
    assert (row["street"], row["contact_name"]) == ("Vårdgatan 1", "Vårdcentralen norr")
    assert (row["carrier_note"], row["warehouse_note"]) == ("Ring hemtjänsten före.", "Montera benstöd.")
    assert (str(row["earliest_dispatch"]), row["co_delivery"], row["urgent"]) == (today(3), True, True)
    lines = await fetch("select position, quantity from order_line where order_id = $1 order by position", order["id"])
    assert [tuple(line) for line in lines] == [(1, 1), (2, 1), (3, 5)]
    assert await fetch_value("select kind from order_number where number = $1", order["number"]) == "customer_order"


async def test_home_must_be_chosen_and_what_is_written_wins(desk: Desk) -> None:
    """R-114, R-115, R-205."""
    person = await patient(desk.north, mobile="070-1212121")
    await make_article(desk.north, number="7002", individually_numbered=False)
    home = await row_of("customer_order", (await desk.order(**prescription(person, "7002", to_home=True)))["id"])
    assert (home["street"], home["contact_phone"], home["entry_code"]) == ("Tolvgatan 12", "070-1212121", "1212")
    filled = prescription(person, "7002", to_home=True, contact={"entry_code": "9988", "phone": "070-3"})
    row = await row_of("customer_order", (await desk.order(**filled))["id"])
    assert (row["street"], row["contact_phone"], row["entry_code"]) == ("Tolvgatan 12", "070-3", "9988")
    written = prescription(person, "7002", contact={"name": "Dottern", "street": "Sidogatan 2", "town": "Boden"})
    row = await row_of("customer_order", (await desk.order(**written))["id"])
    assert (row["contact_name"], row["street"], row["town"], row["entry_code"]) == (
        "Dottern",
        "Sidogatan 2",
        "Boden",
        "",
    )


async def test_an_order_without_numbered_articles_can_leave_at_once(desk: Desk) -> None:
    await make_article(desk.north, number="7002", individually_numbered=False, kind="consumable")
    order = await desk.order(
        Role.CUSTOMER_SERVICE,
        kind="unit_order",
        recipient={"party_number": "5001"},
        lines=[{"article_number": "7002", "quantity": 40}],
    )
    row = await row_of("customer_order", order["id"])
    assert (row["state"], row["party_id"], str(row["earliest_dispatch"])) == (
        "dispatchable",
        desk.north.care_unit_id,
        today(),
    )
    assert (row["customer_id"], row["prescriber_id"]) == (desk.north.care_unit_id, None)


async def test_the_linked_work_order_shows_the_order(desk: Desk) -> None:
    """R-209: both at the same visit; a work order of somebody else's is as unknown as none."""
    person = await patient(desk.north)
    await make_article(desk.north, number="7002", individually_numbered=False)
    prescriber = desk.north.users[Role.PRESCRIBER]
    mine = await make_work_order(desk.north, person_id=person, prescriber_id=prescriber.id)
    order = await desk.order(**prescription(person, "7002", linked_order=mine.number))
    assert (await row_of("work_order", mine.id))["linked_order"] == order["number"]
    assert (await row_of("customer_order", order["id"]))["linked_order"] == mine.number
    again = await desk.order(**prescription(person, "7002", linked_order=mine.number))
    assert (await row_of("work_order", mine.id))["linked_order"] == order["number"] != again["number"]
    other = await make_work_order(desk.north)
    await make_work_order(desk.south)
    answers = [
        await desk.send(
            await desk.browser(prescriber),
            "customer_order.register",
            prescription(person, "7002", linked_order=number),
        )
        for number in (other.number, "99999999")
    ]
    assert [answer.json()["code"] for answer in answers] == ["order.linked_unknown"] * 2


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"recipient": {}}, "order.recipient_needed"),
        ({"recipient": {"party_number": "5001", "person_id": str(new_id())}}, "order.recipient_needed"),
        ({"recipient": {"party_number": "1001"}}, "order.prescription_to_person"),
        ({"kind": "unit_order"}, "order.unit_order_to_party"),
        ({"recipient": {"person_id": str(new_id())}}, "order.recipient_unknown"),
        ({"lines": [{"article_number": "9"}]}, "order.article_unknown"),
        ({"lines": [{"article_number": "7003"}]}, "order.article_expired"),
        ({"lines": [{"article_number": "7004"}]}, "order.article_service"),
        ({"lines": [{"article_number": "7001", "quantity": 101}]}, "order.too_many_devices"),
        ({"earliest_dispatch": today(-1)}, "order.dispatch_past"),
        ({"contact": {"street": "Bara gatan 1"}}, "order.address_needed"),
        ({"linked_order": "20000001"}, "order.linked_unknown"),
    ],
)
async def test_each_refusal_has_one_sentence_and_stores_nothing(desk: Desk, change: dict[str, Any], code: str) -> None:
    person = await patient(desk.north)
    await make_article(desk.north, number="7001")
    await make_article(desk.north, number="7003", stock_status="expired")
    await make_article(desk.north, number="7004", kind="service", individually_numbered=False)
    answer = await desk.send(
        await desk.as_role(Role.PRESCRIBER), "customer_order.register", {**prescription(person, "7001"), **change}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, code), answer.text
    swedish = SENTENCES[code][0].split("{")[0]
    assert answer.json()["detail"].startswith(swedish)
    assert "{" not in answer.json()["detail"]
    assert await fetch_value("select count(*) from customer_order") == 0


@pytest.mark.parametrize(
    "change",
    [
        {"lines": []},
        {"lines": [{"article_number": "7001"}] * 51},
        {"lines": [{"article_number": "7001", "quantity": 0}]},
        {"lines": [{"article_number": "7001", "quantity": 1000}]},
        {"carrier_note": "å" * 501},
        {"warehouse_note": "😀" * 501},
        {"state": "delivered"},
        {"number": "1"},
    ],
)
async def test_what_does_not_fit_is_refused_before_anything(desk: Desk, change: dict[str, Any]) -> None:
    person = await patient(desk.north)
    answer = await desk.send(
        await desk.as_role(Role.PRESCRIBER), "customer_order.register", {**prescription(person, "7001"), **change}
    )
    assert answer.status_code == 400


async def test_notes_are_kept_as_typed_up_to_their_limit_in_characters(desk: Desk) -> None:
    person = await patient(desk.north)
    await make_article(desk.north, number="7002", individually_numbered=False)
    note = "👩‍🦽" * 166 + "å1"
    assert len(note) == 500
    order = await desk.order(**prescription(person, "7002", carrier_note=note, warehouse_note=note))
    row = await row_of("customer_order", order["id"])
    assert row["carrier_note"] == row["warehouse_note"] == note


async def test_a_prescriber_orders_for_own_patients_and_customers_only(desk: Desk) -> None:
    """SR-05: what is not the prescriber's is answered as what does not exist; the office orders for anybody."""
    stranger = await make_person(desk.north)
    foreign = await make_person(desk.south)
    await make_article(desk.north, number="7002", individually_numbered=False)
    prescriber = await desk.as_role(Role.PRESCRIBER)
    answers = [
        await desk.send(prescriber, "customer_order.register", prescription(person, "7002"))
        for person in (stranger, foreign, new_id())
    ]
    unit = {"kind": "unit_order", "lines": [{"article_number": "7002"}]}
    answers += [
        await desk.send(prescriber, "customer_order.register", {**unit, "recipient": {"party_number": number}})
        for number in ("5001", "5999")
    ]
    assert {answer.json()["code"] for answer in answers} == {"order.recipient_unknown"}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    own = await desk.send(prescriber, "customer_order.register", {**unit, "recipient": {"party_number": "1001"}})
    assert own.status_code == 200
    office = await desk.as_role(Role.PLANNER)
    for person, status in ((stranger, 200), (foreign, 409)):
        wanted = prescription(person, "7002", to_home=True)
        assert (await desk.send(office, "customer_order.register", wanted)).status_code == status
    # Nobody's customer, so no address but the one that is written.
    bare = await desk.send(office, "customer_order.register", prescription(stranger, "7002"))
    assert bare.json()["code"] == "order.address_needed"


async def test_an_ordered_aid_makes_the_person_an_own_patient(desk: Desk) -> None:
    """Customer service orders a first aid in the customer's name: from then on the prescriber finds the person."""
    person = await make_person(desk.north)
    await make_article(desk.north, number="7002", individually_numbered=False)
    order = await desk.order(Role.CUSTOMER_SERVICE, **prescription(person, "7002", to_home=True))
    prescriber = await desk.as_role(Role.PRESCRIBER)
    search = {"personal_number": "191212121212"}
    assert (await prescriber.post("/api/persons/search", json=search)).json()["items"] == []
    await execute("update customer_order set customer_id = $2 where id = $1", order["id"], desk.north.customer_id)
    assert len((await prescriber.post("/api/persons/search", json=search)).json()["items"]) == 1
    await desk.order(**prescription(person, "7002"))


async def test_an_id_is_used_once(desk: Desk) -> None:
    person = await patient(desk.north)
    await make_article(desk.north, number="7002", individually_numbered=False)
    order = await desk.order(**prescription(person, "7002"))
    browser = await desk.as_role(Role.PRESCRIBER)
    again = await desk.send(browser, "customer_order.register", prescription(person, "7002"), order["id"])
    assert again.json()["code"] == "order.id_taken"
    body = {"id": str(new_id()), "args": prescription(person, "7002"), "aggregate": None}
    assert (await browser.post("/api/commands/customer_order.register", json=body)).json()["code"] == "order.id_missing"


async def test_the_office_orders_in_the_place_of_the_patients_customer(desk: Desk) -> None:
    """R-114: the unit's own address is where a delivery goes unless home is chosen, whoever types the order."""
    person = await make_person(desk.north)
    await make_holding(desk.north, await make_device(desk.north), person_id=person, customer_id=desk.north.customer_id)
    await make_article(desk.north, number="7002", individually_numbered=False)
    order = await desk.order(Role.CUSTOMER_SERVICE, **prescription(person, "7002"))
    row = await row_of("customer_order", order["id"])
    assert (row["customer_id"], row["payer_id"], row["street"]) == (
        desk.north.customer_id,
        desk.north.payer_id,
        "Vårdgatan 1",
    )
    assert row["prescriber_id"] is None
