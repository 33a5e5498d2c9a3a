"""Fetched for repair and brought back (R-204), and a work order that is done with a delivery (R-209)."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database import execute, fetch, fetch_value
from tests.routing.rounds.shop import (
    Shop,
    at,
    collected,
    complete,
    delivered,
    load,
    make_delivery,
    open_reviews,
    row_of,
    someone,
    stops_of,
    today,
)
from tests.support.builders import make_device, make_holding, make_work_order


async def queue(shop: Shop) -> list[dict[str, Any]]:
    answer = await (await shop.office()).get("/api/rounds/queue", params={"day": today()})
    repairs: list[dict[str, Any]] = answer.json()["repairs"]
    return repairs


async def holdings(device_id: UUID) -> list[tuple[UUID, bool]]:
    rows = await fetch("select person_id, ends_at is null as open from holding where device_id = $1", device_id)
    return [(row["person_id"], row["open"]) for row in rows]


async def add(shop: Shop, number: str, name: str = "Norrturen") -> tuple[UUID, UUID, UUID]:
    """A published round with the one leg: its id, its stop's and its task's."""
    round_id = uuid4()
    crew = {"van_id": str(shop.crews[shop.north.region_id].vans[0]), "driver_id": str(shop.driver.id)}
    await shop.ok("round.create", {"name": name, "on_day": today(), **crew}, round_id)
    await shop.ok("round.add", {"repair_numbers": [number]}, round_id)
    await shop.ok("round.publish", {}, round_id)
    [stop] = await stops_of(round_id)
    return round_id, stop.id, stop.tasks[0]


@pytest.mark.parametrize("way", ["round.return", "round.reconcile"])
async def test_a_device_is_fetched_for_repair_and_comes_back_to_the_same_holder(shop: Shop, way: str) -> None:
    """R-204: never a pick-up order; the holding stays open all the while."""
    person_id = await someone(shop.north)
    device_id = await make_device(shop.north, status="with_holder")
    number = await fetch_value("select number from device where id = $1", device_id)
    await make_holding(shop.north, device_id, person_id=person_id)
    order = await make_work_order(
        shop.north,
        device_id=device_id,
        person_id=person_id,
        state="triaged",
        assessed_priority=4,
        assessed_place="pickup_for_repair",
        street="Tolvgatan 1",
        town="Boden",
    )
    [row] = await queue(shop)
    assert (row["number"], row["leg"], row["priority"]) == (order.number, "fetch", 4)

    round_id, stop_id, task_id = await add(shop, order.number)
    assert await queue(shop) == []
    stop = await row_of("stop", stop_id)
    assert order.number in stop["carrier_note"]
    twice = await shop.send("round.add", {"repair_numbers": [order.number]}, round_id)
    assert twice.json()["code"] == "round.order_taken"
    phone = await shop.phone(shop.driver)
    taken = complete(5, collect=[collected(number, task_id)])
    assert (await shop.push(phone, "stop.complete", taken, stop_id))["verdict"] == "applied"
    assert await holdings(device_id) == [(person_id, True)]
    assert await fetch_value("select count(*) from pickup_order") == 0
    said: dict[str, Any] = {"at": at(30).isoformat()}
    if way == "round.reconcile":
        said = {**said, "items": [{"task_id": str(task_id), "code": "here", "quantity": 1}]}
    assert (await shop.push(phone, way, said, round_id))["verdict"] == "applied"
    assert await queue(shop) == [], "the work is not done yet"
    refused = await shop.send("round.add", {"repair_numbers": [order.number]}, round_id)
    assert refused.status_code == 409

    await execute("update work_order set state = 'done', outcome = 'repaired' where id = $1", order.id)
    [row] = await queue(shop)
    assert row["leg"] == "return"
    _, stop_id, task_id = await add(shop, order.number, "Söderturen")
    assert (await shop.push(phone, "stop.load", load(task_id, 40, number), stop_id))["verdict"] == "applied"
    home = complete(50, [delivered(task_id, number)])
    assert (await shop.push(phone, "stop.complete", home, stop_id))["verdict"] == "applied"
    assert await holdings(device_id) == [(person_id, True)], "it never left its holder in the register"
    assert (await row_of("device", device_id))["status"] == "with_holder"
    assert await queue(shop) == []
    assert await open_reviews(stop_id) == []


async def test_only_what_a_technician_has_assessed_so_is_fetched(shop: Shop) -> None:
    person_id = await someone(shop.north)
    device_id = await make_device(shop.north, status="with_holder")
    order = await make_work_order(
        shop.north, device_id=device_id, person_id=person_id, proposed_place="pickup_for_repair"
    )
    assert await queue(shop) == []
    round_id = uuid4()
    await shop.ok("round.create", {"name": "Norr", "on_day": today()}, round_id)
    refused = await shop.send("round.add", {"repair_numbers": [order.number]}, round_id)
    assert refused.json()["code"] == "round.repair_not_ready"
    assert order.number in refused.json()["detail"]


async def test_what_was_not_fetched_waits_again_when_the_van_is_back(shop: Shop) -> None:
    person_id = await someone(shop.north)
    device_id = await make_device(shop.north, status="with_holder")
    await make_holding(shop.north, device_id, person_id=person_id)
    order = await make_work_order(
        shop.north,
        device_id=device_id,
        person_id=person_id,
        state="triaged",
        assessed_place="pickup_for_repair",
        assessed_priority=1,
    )
    round_id, _, _ = await add(shop, order.number)
    phone = await shop.phone(shop.driver)
    await shop.push(phone, "round.return", {"at": at(30).isoformat()}, round_id)
    assert [row["leg"] for row in await queue(shop)] == ["fetch"]


async def test_a_stop_names_the_work_order_of_the_same_visit(shop: Shop) -> None:
    """R-209: whichever of the two names the other."""
    person_id = await someone(shop.north)
    order = await make_work_order(shop.north, person_id=person_id)
    delivery = await make_delivery(shop.north, person_id=person_id, linked_order=order.number)
    waiting = (await (await shop.office()).get("/api/rounds/queue", params={"day": today()})).json()["deliveries"]
    assert waiting[0]["linked_order"] == order.number
    tour = await shop.tour(shop.driver, [delivery])
    [stop] = (await (await shop.office()).get(f"/api/rounds/{tour.id}")).json()["stops"]
    assert [(one["number"], one["work_order_id"]) for one in stop["visits"]] == [(order.number, str(order.id))]
    await execute("update customer_order set linked_order = null where id = $1", delivery.order_id)
    await execute("update work_order set linked_order = $2 where id = $1", order.id, delivery.number)
    [stop] = (await (await shop.office()).get(f"/api/rounds/{tour.id}")).json()["stops"]
    assert [one["number"] for one in stop["visits"]] == [order.number]
