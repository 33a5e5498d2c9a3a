"""Who sees whom: protected identity (SR-40), entry codes, other regions, and the access log (SR-08)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from app.database import execute, fetch, fetch_value
from app.identity.actor import Role
from app.policy.working_time import STOCKHOLM
from tests.field.work_orders.shop import Shop
from tests.support.builders import close_args, make_device, make_holding, make_person, make_work_order, time_entry

CANARIES = ("Hemliga", "Gömda gatan", "070-1111111", "99999", "Kanariehamn", "4711")


def local_day(days: int = 0) -> Any:
    return datetime.now(UTC).astimezone(STOCKHOLM).date() + timedelta(days=days)


async def protected_order(shop: Shop, **columns: Any) -> Any:
    person = await make_person(shop.north, first_name="Hemliga", last_name="Testdata", protected_identity=True)
    device = await make_device(shop.north, number="104901")
    await make_holding(shop.north, device, person_id=person, customer_id=shop.north.customer_id)
    return await make_work_order(
        shop.north,
        device_id=device,
        person_id=person,
        customer_id=shop.north.customer_id,
        contact_name="Hemliga Testdata",
        contact_phone="070-1111111",
        street="Gömda gatan 3",
        postcode="99999",
        town="Kanariehamn",
        entry_code="4711",
        instructions="Hemliga vägen in",
        **columns,
    )


def shown(value: Any) -> list[str]:
    text = msgspec.json.encode(value).decode()
    return [canary for canary in CANARIES if canary in text]


async def test_a_protected_address_is_with_the_assigned_technician_on_the_day_only(shop: Shop) -> None:
    order = await protected_order(shop, assigned_to=shop.technician.id, planned_on=local_day())
    phone = await shop.phone(shop.technician)
    await phone.sync()
    row = phone.rows["work_order"][order.id]
    assert shown(row) == list(CANARIES)
    assert row["subject"]["protected"] is True
    assert shown(phone.rows["device"]) == []


@pytest.mark.parametrize("days", [-1, 1, 3])
async def test_on_another_day_nobody_has_a_protected_address(shop: Shop, days: int) -> None:
    order = await protected_order(shop, assigned_to=shop.technician.id, planned_on=local_day(days))
    phone = await shop.phone(shop.technician)
    await phone.sync()
    row = phone.rows["work_order"][order.id]
    assert shown(phone.rows) == []
    assert row["subject"] == {"kind": "person", "name": "Skyddad identitet", "protected": True}
    assert row["contact"]["name"] == "Skyddad identitet"


@pytest.mark.parametrize("role", [Role.PLANNER, Role.CUSTOMER_SERVICE, Role.PRESCRIBER])
async def test_a_protected_address_is_in_no_answer_to_the_office(shop: Shop, role: Role) -> None:
    order = await protected_order(shop, assigned_to=shop.technician.id, planned_on=local_day())
    browser = await shop.office(role)
    answers = [
        await browser.get("/api/work-orders"),
        await browser.get(f"/api/work-orders/{order.number}"),
        await browser.get("/api/devices/104901"),
        await browser.get("/api/devices?number=104901"),
        await browser.post("/api/persons/search", json={"personal_number": "191212121212"}),
    ]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert [shown(answer.json()) for answer in answers] == [[]] * 5
    assert "Skyddad identitet" in answers[1].text
    assert answers[0].json()["items"][0]["town"] == ""


async def test_the_day_changes_the_version_that_the_phone_compares(shop: Shop) -> None:
    """What a row shows depends on the day, so its version must, or the phone would keep yesterday's."""
    order = await protected_order(shop, assigned_to=shop.technician.id, planned_on=local_day(1))
    phone = await shop.phone(shop.technician)
    await phone.sync()
    before = phone.versions["work_order", order.id]
    rv = phone.rows["work_order"][order.id]["rv"]
    await execute("alter table work_order disable trigger work_order_rv")
    await execute("update work_order set planned_on = $2 where id = $1", order.id, local_day())
    await phone.sync()
    assert phone.versions["work_order", order.id] != before
    assert phone.rows["work_order"][order.id]["rv"] == rv
    assert shown(phone.rows["work_order"][order.id]) == list(CANARIES)


@pytest.mark.parametrize(("days", "visible"), [(-4, False), (-3, True), (0, True), (1, True), (2, False)])
async def test_the_entry_code_is_there_round_the_visit_only(shop: Shop, days: int, visible: bool) -> None:
    order = await make_work_order(shop.north, assigned_to=shop.technician.id, planned_on=local_day(days))
    phone = await shop.phone(shop.technician)
    await phone.sync()
    contact = phone.rows["work_order"][order.id]["contact"]
    assert (contact["entry_code"] != "") is visible
    assert contact["street"] == "Tolvgatan 12"


async def test_a_technician_sees_a_colleagues_order_without_the_person(shop: Shop) -> None:
    person = await make_person(shop.north)
    order = await make_work_order(shop.north, person_id=person)
    answer = await (await shop.browser(shop.technician)).get(f"/api/work-orders/{order.number}")
    assert answer.status_code == 200
    assert "Tolv" not in answer.text
    assert answer.json()["subject"] == {"kind": "person", "name": "", "protected": False}


async def test_the_phone_never_has_a_holders_name_on_a_device_card(shop: Shop) -> None:
    person = await make_person(shop.north, last_name="Kanarie")
    device = await make_device(shop.north)
    await make_holding(shop.north, device, person_id=person)
    await make_work_order(shop.north, device_id=device, assigned_to=shop.technician.id)
    phone = await shop.phone(shop.technician)
    await phone.sync()
    assert phone.rows["device"][device]["holder_label"] == "Brukare"
    assert "Kanarie" not in str(phone.rows["device"])


async def test_a_prescriber_reads_the_comments_meant_for_prescribers(shop: Shop) -> None:
    """R-221."""
    prescriber = shop.north.users[Role.PRESCRIBER]
    order = await make_work_order(shop.north, prescriber_id=prescriber.id, assigned_to=shop.technician.id)
    phone = await shop.phone(shop.technician)
    entries = [time_entry(comment="Utlåtande"), time_entry(comment="Internt", visible_to_prescriber=False)]
    await shop.push(phone, "work_order.close", close_args(time_entries=entries), order.id)
    url = f"/api/work-orders/{order.number}"
    seen = (await (await shop.browser(prescriber)).get(url)).json()
    assert [entry["comment"] for entry in seen["time_entries"]] == ["Utlåtande"]
    seen = (await (await shop.office()).get(url)).json()
    assert {entry["comment"] for entry in seen["time_entries"]} == {"Utlåtande", "Internt"}


async def test_every_answer_with_a_patient_writes_one_row_in_the_access_log(shop: Shop) -> None:
    person = await make_person(shop.north)
    device = await make_device(shop.north, number="104901")
    await make_holding(shop.north, device, person_id=person)
    order = await make_work_order(shop.north, device_id=device, person_id=person)
    planner = await shop.office()
    await planner.get("/api/work-orders")
    await planner.get("/api/devices?number=104901")
    assert await fetch_value("select count(*) from access_log") == 0
    await planner.get(f"/api/work-orders/{order.number}")
    await planner.get("/api/devices/104901")
    await planner.post("/api/persons/search", json={"personal_number": "191212121212"})
    rows = await fetch("select action, person_id, user_id from access_log order by at, action")
    assert {row["action"] for row in rows} == {"work_order.read", "device.holder", "person.search"}
    assert [row["person_id"] for row in rows] == [person] * 3
    assert {row["user_id"] for row in rows} == {shop.north.users[Role.PLANNER].id}


async def test_no_query_crosses_regions(shop: Shop) -> None:
    person = await make_person(shop.south)
    device = await make_device(shop.south, number="104901")
    await make_holding(shop.south, device, person_id=person)
    order = await make_work_order(shop.south, device_id=device, person_id=person)
    planner = await shop.office()
    assert (await planner.get("/api/work-orders?state=all")).json()["items"] == []
    assert (await planner.get(f"/api/work-orders/{order.number}")).status_code == 404
    assert (await planner.get("/api/devices?number=1049*")).json()["items"] == []
    assert (await planner.get("/api/devices/104901")).status_code == 404
    assert (await planner.get("/api/articles?q=Lyft")).json()["items"] == []
    assert (await planner.get(f"/api/numbers/{order.number}")).json()["items"] == []
    found = await planner.post("/api/persons/search", json={"personal_number": "191212121212"})
    assert found.json()["items"] == []
    cancel = await shop.send(planner, "work_order.cancel", {"reason": "wrong"}, order.id)
    missing = await shop.send(planner, "work_order.cancel", {"reason": "wrong"}, person)
    assert (cancel.status_code, missing.status_code) == (404, 404)
    assert {**cancel.json(), "instance": ""} == {**missing.json(), "instance": ""}


async def test_a_label_print_is_named_by_the_number_alone(shop: Shop) -> None:
    await make_device(shop.north, number="104901")
    for kind, start in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
        answer = await (await shop.office()).post("/api/labels", json={"number": "104901", "format": kind})
        assert answer.status_code == 200, answer.text
        assert answer.content.startswith(start)
        assert answer.headers["content-disposition"] == f'attachment; filename="104901.{kind}"'
    assert await fetch_value("select max(version) from device_label") == 2
    missing = await (await shop.office()).post("/api/labels", json={"number": "999999"})
    assert missing.status_code == 404
