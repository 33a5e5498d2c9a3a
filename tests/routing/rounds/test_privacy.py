"""Least data on rounds: what a driver has and when, what the office's roles see, and that looks are logged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.database import execute, fetch
from app.identity.actor import Role
from app.policy.working_time import STOCKHOLM
from tests.routing.rounds.shop import (
    Shop,
    complete,
    delivered,
    make_delivery,
    make_pickup,
    someone,
    today,
)
from tests.support.builders import make_device, make_holding

ROUND_KEYS = {
    *("id", "name", "on_day", "van_name", "depot_name", "state", "version", "stops", "published_at", "reconciled"),
    "rv",
}
STOP_KEYS = {
    *("id", "round_id", "position", "state", "window_from", "window_to", "name", "care_of", "street", "postcode"),
    *("town", "entry_code", "phone", "carrier_note", "latitude", "longitude", "protected", "tasks", "attempts"),
    *("proof", "failed_code", "failed_note", "done_at", "rv"),
}
TASK_KEYS = {
    *("id", "position", "kind", "device_number", "article_number", "article_name", "quantity", "state"),
    *("done_quantity", "failed_code", "hygiene", "unplanned", "order_number", "components", "loaded", "parts"),
}


def local_day(days: int = 0) -> str:
    """Today in Stockholm, or so many days later."""
    return (datetime.now(STOCKHOLM).date() + timedelta(days=days)).isoformat()


async def test_a_drivers_rows_have_these_keys_and_no_personal_number(shop: Shop) -> None:
    person = await someone(shop.north, personal_number="191212121212", last_name="Testdata")
    device = await make_device(shop.north)
    await make_holding(shop.north, device, person_id=person)
    pickup = await make_pickup(shop.north, device_id=device, person_id=person)
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north, person_id=person)], [pickup])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    await phone.sync()
    assert set(phone.rows["round"][tour.id]) == ROUND_KEYS
    row = phone.rows["stop"][stop.id]
    assert set(row) == STOP_KEYS
    assert [set(task) for task in row["tasks"]] == [TASK_KEYS, TASK_KEYS]
    assert (row["entry_code"], row["carrier_note"]) == ("1212", "Ring på nedre klockan.")
    await shop.push(phone, "stop.complete", complete(5, [delivered(stop.tasks[0])]), stop.id)
    row = phone.rows["stop"][stop.id]
    assert set(row["proof"]) == {"signer_name", "method", "at"}
    everything = json.dumps({kind: [*rows.values()] for kind, rows in phone.rows.items()}, default=str)
    assert "191212121212" not in everything
    assert "work_order" not in {kind for kind, rows in phone.rows.items() if rows}


@pytest.mark.parametrize("days", [-1, 1])
async def test_nothing_of_yesterday_or_tomorrow(shop: Shop, days: int) -> None:
    await shop.tour(shop.driver, [await make_delivery(shop.north, earliest_dispatch=_past())], day=local_day(days))
    mine = await shop.tour(shop.driver, [await make_delivery(shop.north)], name="I dag")
    phone = await shop.phone(shop.driver)
    await phone.sync()
    assert list(phone.rows["round"]) == [mine.id]
    assert list(phone.rows["stop"]) == [mine.stops[0].id]
    await shop.ok("round.change", {"on_day": local_day(days)}, mine.id)
    await phone.sync()
    assert (phone.rows["round"], phone.rows["stop"]) == ({}, {})


def _past() -> Any:
    return datetime.now(UTC).date() - timedelta(days=9)


async def test_a_day_later_the_phone_is_empty_although_no_row_changed(shop: Shop) -> None:
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north)])
    phone = await shop.phone(shop.driver)
    await phone.sync()
    assert tour.stops[0].id in phone.rows["stop"]
    await execute("alter table van_round disable trigger user")
    await execute("update van_round set on_day = on_day - 1")
    await execute("alter table van_round enable trigger user")
    # The server looks anew when the day of its last look is over.
    await execute("update sync_device set snap_day = snap_day - 1")
    await phone.sync()
    assert (phone.rows["round"], phone.rows["stop"]) == ({}, {})


async def test_another_driver_and_every_other_role_have_no_stops(shop: Shop) -> None:
    await shop.tour(shop.driver, [await make_delivery(shop.north)])
    people = [shop.colleague, shop.south.users[Role.DRIVER]]
    people += [shop.north.users[role] for role in Role if role is not Role.DRIVER]
    for person in people:
        phone = await shop.phone(person)
        await phone.sync()
        assert phone.rows.get("stop", {}) == {}, person.username
        assert phone.rows.get("round", {}) == {}, person.username


async def test_the_entry_code_is_gone_when_the_stop_is_done(shop: Shop) -> None:
    stop = (await shop.tour(shop.driver, [await make_delivery(shop.north)])).stops[0]
    phone = await shop.phone(shop.driver)
    await phone.sync()
    assert phone.rows["stop"][stop.id]["entry_code"] == "1212"
    await shop.push(phone, "stop.complete", complete(5, [delivered(stop.tasks[0])]), stop.id)
    assert phone.rows["stop"][stop.id]["entry_code"] == ""


async def test_a_protected_identity_is_with_the_driver_of_the_day_without_a_name(shop: Shop) -> None:
    person = await someone(shop.north, protected_identity=True, street="Hemliga gatan 7", town="Hemlighamn")
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north, person_id=person)])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    await phone.sync()
    row = phone.rows["stop"][stop.id]
    assert (row["name"], row["street"], row["protected"]) == ("Skyddad identitet", "Hemliga gatan 7", True)
    await shop.push(phone, "stop.complete", complete(5, [delivered(stop.tasks[0])]), stop.id)
    assert phone.rows["stop"][stop.id]["proof"]["signer_name"] == ""
    for role in (Role.PLANNER, Role.CUSTOMER_SERVICE, Role.TECHNICIAN, Role.WAREHOUSE):
        answer = await (await shop.office(role=role)).get(f"/api/rounds/{tour.id}")
        assert answer.status_code == 200
        assert "Hemlig" not in answer.text, role
        assert "Testa Kvittens" not in answer.text, role
        assert answer.json()["stops"][0]["name"] == "Skyddad identitet"
    await execute("update person set protected_identity = false where id = $1", person)
    await execute("update stop set state = 'planned', done_at = null")
    await phone.sync()
    assert phone.rows["stop"][stop.id]["name"].startswith("Tolvan"), "the row follows the person's protection"


async def test_the_queue_tells_no_protected_town(shop: Shop) -> None:
    person = await someone(shop.north, protected_identity=True, town="Hemlighamn")
    device = await make_device(shop.north)
    await make_holding(shop.north, device, person_id=person)
    await make_delivery(shop.north, person_id=person)
    await make_pickup(shop.north, device_id=device, person_id=person)
    open_order = await make_delivery(shop.north)
    queue = (await (await shop.office()).get("/api/rounds/queue", params={"day": today()})).json()
    assert [row["town"] for row in queue["deliveries"]] == ["", "Luleå"]
    assert [row["town"] for row in queue["pickups"]] == [""]
    assert queue["deliveries"][1]["order_number"] == open_order.number
    assert open_order.device_number in queue["deliveries"][1]["items"][0]


@pytest.mark.parametrize(("role", "town"), [(Role.TECHNICIAN, "Luleå"), (Role.WAREHOUSE, "")])
async def test_technicians_and_the_warehouse_see_the_goods_and_nobody(shop: Shop, role: Role, town: str) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    await shop.push(phone, "stop.complete", complete(5, [delivered(stop.tasks[0])]), stop.id)
    answer = await (await shop.office(role=role)).get(f"/api/rounds/{tour.id}")
    seen = answer.json()["stops"][0]
    assert (seen["name"], seen["street"], seen["carrier_note"], seen["proof"]["signer_name"]) == ("", "", "", "")
    assert (seen["town"], seen["tasks"][0]["device_number"]) == (town, order.device_number)
    for word in ("Tolvan", "Tolvgatan", "1212#", "0920-121212", "nedre klockan"):
        assert word not in answer.text
    office = shop.north.users[role]
    assert await fetch("select 1 from access_log where user_id = $1", office.id) == []


async def test_who_looked_is_in_the_log(shop: Shop) -> None:
    order, other = await make_delivery(shop.north), await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order, other])
    detail = (await (await shop.office()).get(f"/api/rounds/{tour.id}")).json()
    assert detail["stops"][0]["name"].startswith("Tolvan")
    assert "entry_code" not in detail["stops"][0]
    planner = shop.north.users[Role.PLANNER]
    rows = await fetch("select person_id, action from access_log where user_id = $1", planner.id)
    assert {(row["person_id"], row["action"]) for row in rows} == {
        (order.person_id, "round.read"),
        (other.person_id, "round.read"),
    }
    phone = await shop.phone(shop.driver)
    await phone.sync()
    rows = await fetch("select person_id from access_log where user_id = $1", shop.driver.id)
    assert sorted(row["person_id"] for row in rows) == sorted([order.person_id, other.person_id])


@pytest.mark.parametrize("role", [Role.DRIVER, Role.PRESCRIBER, Role.AUDITOR, Role.ADMIN])
async def test_other_roles_read_no_rounds(shop: Shop, role: Role) -> None:
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north)])
    browser = await shop.office(role=role)
    for path in ("/api/rounds?day=" + today(), "/api/rounds/queue?day=" + today(), f"/api/rounds/{tour.id}"):
        assert (await browser.get(path)).status_code == 403, path
    assert (await browser.post(f"/api/rounds/{tour.id}/proposal")).status_code == 403


async def test_only_the_office_plans(shop: Shop) -> None:
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north)])
    body = {"id": str(UUID(int=5)), "aggregate": str(tour.id), "args": {"name": "Min"}}
    for role in (Role.TECHNICIAN, Role.WAREHOUSE, Role.DRIVER):
        answer = await (await shop.office(role=role)).post("/api/commands/round.change", json=body)
        assert answer.status_code == 403
    for name in ("stop.load", "stop.complete", "stop.fail", "stop.undo", "round.return"):
        answer = await (await shop.office(role=Role.DRIVER)).post(f"/api/commands/{name}", json=body)
        assert answer.status_code in {404, 405}, "drivers' commands come from phones"
