"""What the office does with rounds and stops, what it is refused, and that regions never meet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database import execute, fetch, fetch_value
from app.identity.actor import Role
from tests.routing.rounds.shop import (
    Shop,
    at,
    complete,
    delivered,
    fail,
    load,
    make_delivery,
    make_pickup,
    row_of,
    someone,
    stops_of,
    today,
)
from tests.support.builders import make_article, make_device, make_holding


async def refused(shop: Shop, type_name: str, args: dict[str, Any], aggregate: UUID, code: str) -> dict[str, Any]:
    answer = await shop.send(type_name, args, aggregate)
    assert (answer.status_code, answer.json()["code"]) == (409, code), answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_a_round_from_draft_to_published(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order], published=False)
    phone = await shop.phone(shop.driver)
    await phone.sync()
    assert phone.rows.get("round", {}) == {}, "a draft is nobody's"
    verdict = await shop.push(phone, "stop.fail", fail(1), tour.stops[0].id)
    assert verdict["verdict"] == "quarantined", "nobody has had it"

    assert (await shop.ok("round.publish", {}, tour.id))["version"] == 1
    await phone.sync()
    row = phone.rows["round"][tour.id]
    assert {key: row[key] for key in ("name", "van_name", "depot_name", "state", "version", "stops")} == {
        "name": "Norrturen",
        "van_name": "Turbil 1",
        "depot_name": "Huvudlager",
        "state": "published",
        "version": 1,
        "stops": 1,
    }
    assert (await shop.ok("round.publish", {}, tour.id))["version"] == 2
    await shop.push(phone, "stop.load", load(tour.stops[0].tasks[0], 5), tour.stops[0].id)
    assert phone.rows["round"][tour.id]["state"] == "in_progress"


async def test_a_round_without_van_driver_or_stops_is_not_published(shop: Shop) -> None:
    round_id = uuid4()
    await shop.ok("round.create", {"name": "Tom", "on_day": today()}, round_id)
    body = await refused(shop, "round.publish", {}, round_id, "round.no_van")
    assert "Tom" in body["detail"]
    van = str(shop.crews[shop.north.region_id].vans[0])
    await shop.ok("round.change", {"van_id": van}, round_id)
    await refused(shop, "round.publish", {}, round_id, "round.no_driver")
    await shop.ok("round.change", {"driver_id": str(shop.driver.id)}, round_id)
    await refused(shop, "round.publish", {}, round_id, "round.no_stops")
    order = await make_delivery(shop.north)
    await shop.ok("round.add", {"order_numbers": [order.number]}, round_id)
    await shop.ok("round.publish", {}, round_id)
    await refused(shop, "round.change", {"van_id": None}, round_id, "round.no_van")
    await refused(shop, "round.change", {"driver_id": None}, round_id, "round.no_driver")


async def test_a_stop_without_a_position_is_published_and_flagged(shop: Shop) -> None:
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north)])
    detail = (await (await shop.office()).get(f"/api/rounds/{tour.id}")).json()
    assert [stop["positioned"] for stop in detail["stops"]] == [False]
    await execute("update stop set latitude = 65.58, longitude = 22.15")
    person_street = detail["stops"][0]["street"]
    again = await make_delivery(shop.north, street=person_street)
    second = await shop.tour(shop.driver, [again], name="Två")
    detail = (await (await shop.office()).get(f"/api/rounds/{second.id}")).json()
    assert [stop["positioned"] for stop in detail["stops"]] == [True], "an earlier stop knew where the address is"


async def test_orders_of_one_recipient_at_one_address_are_one_stop(shop: Shop) -> None:
    person, neighbour = await someone(shop.north), await someone(shop.north)
    device = await make_device(shop.north)
    await make_holding(shop.north, device, person_id=person)
    orders = [await make_delivery(shop.north, person_id=person), await make_delivery(shop.north, person_id=neighbour)]
    elsewhere = await make_delivery(shop.north, person_id=person, street="Sommarstugan 1", carrier_note="Grusväg.")
    pickup = await make_pickup(shop.north, device_id=device, person_id=person)
    tour = await shop.tour(shop.driver, [*orders, elsewhere], [pickup])
    assert [len(stop.tasks) for stop in tour.stops] == [2, 1, 1]
    kinds = await fetch("select kind from stop_task where stop_id = $1 order by position", tour.stops[0].id)
    assert [row["kind"] for row in kinds] == ["deliver", "collect"]
    assert (await row_of("pickup_line", pickup.line_id))["state"] == "planned"
    more = await make_delivery(shop.north, person_id=person)
    await shop.ok("round.add", {"order_numbers": [more.number]}, tour.id)
    assert [len(stop.tasks) for stop in await stops_of(tour.id)] == [3, 1, 1]


async def test_orders_that_cannot_go_are_refused_and_nothing_is_added(shop: Shop) -> None:
    ready = await make_delivery(shop.north)
    cases = [
        ("99999999", "round.order_unknown"),
        ((await make_delivery(shop.south)).number.replace("26", "27", 1), "round.order_unknown"),
        ((await make_delivery(shop.north, state="registered")).number, "round.order_not_ready"),
        (
            (await make_delivery(shop.north, earliest_dispatch=datetime.now(UTC).date() + timedelta(days=9))).number,
            "round.order_too_early",
        ),
    ]
    round_id = uuid4()
    await shop.ok("round.create", {"name": "Rundan", "on_day": today()}, round_id)
    for number, code in cases:
        body = await refused(shop, "round.add", {"order_numbers": [ready.number, number]}, round_id, code)
        assert body["state"]["name"] == "Rundan"
    await refused(shop, "round.add", {}, round_id, "round.nothing_to_add")
    assert await stops_of(round_id) == ()
    tour = await shop.tour(shop.driver, [ready], name="Den andra")
    await refused(shop, "round.add", {"order_numbers": [ready.number]}, round_id, "round.order_taken")
    assert len(await stops_of(tour.id)) == 1


async def test_the_stops_in_another_sequence(shop: Shop) -> None:
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north) for _ in range(3)])
    wanted = [tour.stops[number].id for number in (2, 0, 1)]
    await shop.ok("round.sequence", {"stop_ids": [str(stop) for stop in wanted]}, tour.id)
    assert [stop.id for stop in await stops_of(tour.id)] == wanted
    for wrong in (wanted[:2], [*wanted, uuid4()], [wanted[0], wanted[0], wanted[1]]):
        ids = {"stop_ids": [str(stop) for stop in wrong]}
        await refused(shop, "round.sequence", ids, tour.id, "round.stops_differ")
    assert [stop.id for stop in await stops_of(tour.id)] == wanted


async def test_a_stop_taken_off_waits_again(shop: Shop) -> None:
    person = await someone(shop.north)
    device = await make_device(shop.north)
    await make_holding(shop.north, device, person_id=person)
    order = await make_delivery(shop.north, person_id=person)
    pickup = await make_pickup(shop.north, device_id=device, person_id=person)
    tour = await shop.tour(shop.driver, [order, await make_delivery(shop.north)], [pickup])
    office = await shop.office()

    async def waiting() -> tuple[list[str], list[str]]:
        queue = (await office.get("/api/rounds/queue", params={"day": today()})).json()
        return [row["order_number"] for row in queue["deliveries"]], [row["pickup_number"] for row in queue["pickups"]]

    assert await waiting() == ([], [])
    await shop.ok("round.take_off", {"stop_id": str(tour.stops[0].id)}, tour.id)
    assert await waiting() == ([order.number], [pickup.number])
    assert (await row_of("pickup_line", pickup.line_id))["state"] == "requested"
    rows = await fetch("select position from stop where round_id = $1", tour.id)
    assert [row["position"] for row in rows] == [1]
    await refused(shop, "round.take_off", {"stop_id": str(tour.stops[0].id)}, tour.id, "round.stops_differ")


async def test_what_is_done_is_not_planned_anew(shop: Shop) -> None:
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north)])
    other = await shop.tour(shop.colleague, [await make_delivery(shop.north)], van=1)
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    await shop.push(phone, "stop.complete", complete(5, [delivered(stop.tasks[0])]), stop.id)
    await refused(shop, "round.take_off", {"stop_id": str(stop.id)}, tour.id, "stop.settled")
    await refused(shop, "stop.move", {"round_id": str(other.id)}, stop.id, "stop.settled")
    for state in ("planned", "failed", "cancelled"):
        await refused(shop, "stop.change", {"state": state}, stop.id, "stop.settled")


async def test_the_office_changes_window_note_and_state_of_a_stop(shop: Shop) -> None:
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north)])
    stop = tour.stops[0].id
    window = {"window_from": at(60).isoformat(), "window_to": at(120).isoformat()}
    await shop.ok("stop.change", {**window, "carrier_note": "Hiss finns."}, stop)
    phone = await shop.phone(shop.driver)
    await phone.sync()
    row = phone.rows["stop"][stop]
    assert (datetime.fromisoformat(row["window_from"]), row["carrier_note"]) == (at(60), "Hiss finns.")
    turned = {"window_from": at(120).isoformat(), "window_to": at(60).isoformat()}
    await refused(shop, "stop.change", turned, stop, "stop.window_ends_first")
    await shop.ok("stop.change", {"window_from": None, "window_to": None}, stop)
    assert (await row_of("stop", stop))["window_from"] is None
    for state in ("failed", "planned", "cancelled", "planned"):
        await shop.ok("stop.change", {"state": state, "note": "Ringde återbud."}, stop)
        await phone.sync()
        assert phone.rows["stop"][stop]["state"] == state


async def test_a_new_driver_gets_the_round_and_the_old_one_is_still_heard(shop: Shop) -> None:
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north)])
    stop = tour.stops[0]
    phone, other_phone = await shop.phone(shop.driver), await shop.phone(shop.colleague)
    await phone.sync()
    await shop.ok("round.change", {"driver_id": str(shop.colleague.id)}, tour.id)
    await other_phone.sync()
    assert stop.id in other_phone.rows["stop"]
    verdict = await shop.push(phone, "stop.complete", complete(5, [delivered(stop.tasks[0])]), stop.id)
    assert verdict["verdict"] == "applied"
    assert phone.rows["stop"] == {}


async def test_the_van_is_back_and_everything_is_accounted_for(shop: Shop) -> None:
    """I15: what was loaded was delivered or came back, or is explained."""
    person = await someone(shop.north)
    device = await make_device(shop.north)
    await make_holding(shop.north, device, person_id=person)
    pickup = await make_pickup(shop.north, device_id=device, person_id=person)
    article = await make_article(shop.north, individually_numbered=False)
    orders = [
        await make_delivery(shop.north),
        await make_delivery(shop.north),
        await make_delivery(shop.north, article_id=article, quantity=3),
    ]
    tour = await shop.tour(shop.driver, orders, [pickup])
    phone = await shop.phone(shop.driver)
    for stop, quantity in zip(tour.stops[:3], (1, 1, 3), strict=True):
        await shop.push(phone, "stop.load", load(stop.tasks[0], 5, quantity=quantity), stop.id)
    await shop.push(phone, "stop.complete", complete(20, [delivered(tour.stops[0].tasks[0])]), tour.stops[0].id)
    await shop.push(phone, "stop.fail", fail(30), tour.stops[1].id)

    back = await shop.push(phone, "round.return", {"at": at(60).isoformat()}, tour.id)

    assert back["verdict"] == "applied"
    events = await fetch("select kind, sum(quantity) as n from custody_event where standing = 'chain' group by kind")
    counted = {row["kind"]: row["n"] for row in events}
    assert counted == {"load": 5, "deliver": 1, "unload": 4}
    states = [(await row_of("customer_order", order.order_id))["state"] for order in orders]
    assert states == ["delivered", "dispatchable", "dispatchable"]
    assert (await row_of("device", orders[1].device_id))["status"] == "reserved"
    assert (await row_of("pickup_line", pickup.line_id))["state"] == "requested"
    assert phone.rows["round"][tour.id]["state"] == "returned"
    queue = (await (await shop.office()).get("/api/rounds/queue", params={"day": today()})).json()
    assert sorted(row["order_number"] for row in queue["deliveries"]) == sorted(order.number for order in orders[1:])
    assert [row["pickup_number"] for row in queue["pickups"]] == [pickup.number]
    again = await shop.push(phone, "round.return", {"at": at(61).isoformat()}, tour.id)
    assert again["verdict"] == "applied"
    assert await fetch_value("select count(*) from custody_event where kind = 'unload'") == 2, "once is enough"
    await refused(shop, "round.add", {"order_numbers": [orders[1].number]}, tour.id, "round.returned")
    await shop.tour(shop.driver, [orders[1]], name="I morgon")


async def test_an_order_cancelled_meanwhile_leaves_the_round(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    await phone.sync()
    await execute("update order_line set state = 'cancelled' where id = $1", order.line_id)
    await phone.sync()
    row = phone.rows["stop"][stop.id]
    assert (row["state"], [task["state"] for task in row["tasks"]]) == ("cancelled", ["cancelled"])


async def test_partly_done_and_not_done_at_all(shop: Shop) -> None:
    person = await someone(shop.north)
    device = await make_device(shop.north)
    await make_holding(shop.north, device, person_id=person)
    order = await make_delivery(shop.north, person_id=person)
    pickup = await make_pickup(shop.north, device_id=device, person_id=person)
    stop = (await shop.tour(shop.driver, [order], [pickup])).stops[0]
    phone = await shop.phone(shop.driver)
    dirty = {"task_id": str(stop.tasks[1]), "code": "dirty", "note": "Måste rengöras."}
    done = await shop.push(phone, "stop.complete", complete(119, [delivered(stop.tasks[0])], failed=[dirty]), stop.id)
    assert done["verdict"] == "applied"
    row = phone.rows["stop"][stop.id]
    assert (row["state"], [(task["state"], task["failed_code"]) for task in row["tasks"]]) == (
        "partial",
        [("done", None), ("failed", "dirty")],
    )
    assert (await row_of("pickup_line", pickup.line_id))["state"] == "refused_dirty"
    await shop.push(phone, "stop.undo", {"command_id": done["id"]}, stop.id, at=at(119.3))
    row = phone.rows["stop"][stop.id]
    assert (row["state"], [task["state"] for task in row["tasks"]]) == ("planned", ["planned", "planned"])
    assert (await row_of("pickup_line", pickup.line_id))["state"] == "planned"

    nothing = [{"task_id": str(task), "code": "refused", "note": ""} for task in stop.tasks]
    await shop.push(phone, "stop.complete", complete(119.6, failed=nothing), stop.id)
    row = phone.rows["stop"][stop.id]
    assert (row["state"], row["failed_code"], len(row["attempts"])) == ("failed", "refused", 1)


@pytest.mark.parametrize("field", ["van_id", "driver_id", "depot_id"])
async def test_van_driver_and_depot_are_the_regions_own(shop: Shop, field: str) -> None:
    crew = shop.crews[shop.south.region_id]
    foreign = {"van_id": crew.vans[0], "driver_id": shop.south.users[Role.DRIVER].id, "depot_id": crew.depot}[field]
    codes = {"van_id": "round.van_unknown", "driver_id": "round.driver_unknown", "depot_id": "round.no_depot"}
    args = {"name": "Rundan", "on_day": today(), field: str(foreign)}
    await refused(shop, "round.create", args, uuid4(), codes[field])
    technician = {"name": "Rundan", "on_day": today(), "driver_id": str(shop.north.users[Role.TECHNICIAN].id)}
    await refused(shop, "round.create", technician, uuid4(), "round.driver_unknown")


async def test_regions_never_meet(shop: Shop) -> None:
    order = await make_delivery(shop.south)
    driver = shop.south.users[Role.DRIVER]
    tour = await shop.tour(driver, [order], region=shop.south)
    own = await shop.tour(shop.driver, [await make_delivery(shop.north)])
    stop = tour.stops[0]
    for type_name, args, aggregate in (
        ("round.change", {"name": "Min"}, tour.id),
        ("round.add", {"order_numbers": [order.number]}, tour.id),
        ("round.sequence", {"stop_ids": [str(stop.id)]}, tour.id),
        ("round.take_off", {"stop_id": str(stop.id)}, tour.id),
        ("round.publish", {}, tour.id),
        ("stop.move", {"round_id": str(own.id)}, stop.id),
        ("stop.change", {"state": "failed"}, stop.id),
    ):
        missing = await shop.send(type_name, args, uuid4())
        foreign = await shop.send(type_name, args, aggregate)
        assert foreign.status_code == missing.status_code == 404, type_name
    await refused(shop, "stop.move", {"round_id": str(tour.id)}, own.stops[0].id, "round.unknown")
    office = await shop.office()
    assert [row["id"] for row in (await office.get("/api/rounds", params={"day": today()})).json()["items"]] == [
        str(own.id)
    ]
    assert (await office.get(f"/api/rounds/{tour.id}")).status_code == 404
    assert (await office.post(f"/api/rounds/{tour.id}/proposal")).status_code == 404
    drivers = (await office.get("/api/drivers")).json()["items"]
    assert {row["id"] for row in drivers} == {str(shop.driver.id), str(shop.colleague.id)}
    phone = await shop.phone(shop.driver)
    verdict = await shop.push(phone, "stop.fail", fail(1), stop.id)
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "sync.not_found")
    verdict = await shop.push(phone, "round.return", {"at": at(1).isoformat()}, tour.id)
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "sync.not_found")
    number = await fetch_value("select number from device where id = $1", order.device_id)
    verdict = await shop.push(phone, "stop.load", load(own.stops[0].tasks[0], 5, number), own.stops[0].id)
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "stop.device_unknown")
    assert (await row_of("stop", stop.id))["state"] == "planned"


async def test_the_planner_proposes_an_order_of_all_stops(shop: Shop) -> None:
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north) for _ in range(4)])
    for stop, longitude in zip(tour.stops[:3], (22.9, 22.1, 22.5), strict=True):
        await execute("update stop set latitude = 65.6, longitude = $2 where id = $1", stop.id, longitude)
    await execute("update location set latitude = 65.6, longitude = 22.0 where number = '10'")
    answer = await (await shop.office()).post(f"/api/rounds/{tour.id}/proposal")
    assert answer.status_code == 200, answer.text
    proposal = answer.json()
    ids = [str(stop.id) for stop in tour.stops]
    assert sorted(proposal["stop_ids"]) == sorted(ids)
    assert proposal["stop_ids"][-1] == ids[3] == proposal["unpositioned"][0], "a stop without a position comes last"
    assert proposal["estimated"] is True
    assert 0 < proposal["total_minutes"] <= proposal["present_minutes"]
    await shop.ok("round.sequence", {"stop_ids": proposal["stop_ids"]}, tour.id)
    empty = uuid4()
    await shop.ok("round.create", {"name": "Tom", "on_day": today()}, empty)
    answer = await (await shop.office()).post(f"/api/rounds/{empty}/proposal")
    assert (answer.status_code, answer.json()["code"]) == (409, "round.no_stops")
