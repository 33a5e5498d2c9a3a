"""Versions of a published round, its driver's yes, its times, its map and its sheets of paper."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from app.database import execute, fetch_value
from tests.routing.rounds.shop import (
    Shop,
    at,
    complete,
    delivered,
    make_delivery,
    row_of,
    someone,
    stops_of,
    today,
)


async def versions(shop: Shop, round_id: UUID) -> list[dict[str, Any]]:
    answer = await (await shop.office()).get(f"/api/rounds/{round_id}/versions")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def place(stop_id: UUID, latitude: float, longitude: float) -> None:
    await execute("update stop set latitude = $2, longitude = $3 where id = $1", stop_id, latitude, longitude)


async def test_each_change_of_a_published_round_is_a_version_that_its_driver_takes(shop: Shop) -> None:
    """Two new, one moved, one removed; the draft before had none."""
    orders = [await make_delivery(shop.north) for _ in range(5)]
    tour = await shop.tour(shop.driver, orders[:3], published=False)
    first, second, third = (stop.id for stop in tour.stops)
    await shop.ok("round.sequence", {"stop_ids": [str(one) for one in (second, first, third)]}, tour.id)
    assert await versions(shop, tour.id) == [], "a draft is nobody's"
    await shop.ok("round.publish", {}, tour.id)
    await shop.ok("round.add", {"order_numbers": [orders[3].number, orders[4].number]}, tour.id)
    await shop.ok("round.take_off", {"stop_id": str(third)}, tour.id)
    assert (await row_of("van_round", tour.id))["version"] == 3
    added = [str(stop.id) for stop in await stops_of(tour.id) if stop.id not in {first, second}]
    await shop.ok("round.sequence", {"stop_ids": [str(first), str(second), *added]}, tour.id)
    said = await versions(shop, tour.id)
    assert [(one["version"], one["sv"]) for one in said] == [
        (4, "1 flyttad"),
        (3, "1 borttagen"),
        (2, "2 nya"),
        (1, "Inget är ändrat"),
    ]
    assert said[0]["by_name"]

    phone = await shop.phone(shop.driver)
    await phone.sync()
    assert (await shop.push(phone, "round.accept", {"version": 4, "at": at(20).isoformat()}, tour.id))[
        "verdict"
    ] == "applied"
    assert (await shop.push(phone, "round.accept", {"version": 2, "at": at(10).isoformat()}, tour.id))[
        "verdict"
    ] == "applied"
    head = (await (await shop.office()).get(f"/api/rounds/{tour.id}")).json()
    assert head["accepted_version"] == 4, "an older yes takes nothing back"
    other = await shop.phone(shop.colleague)
    line = await shop.push(other, "round.accept", {"version": 4, "at": at(20).isoformat()}, tour.id)
    assert line["verdict"] != "applied", "somebody else's round"


async def test_a_stop_that_changes_round_is_a_change_of_both_and_done_stops_never_move(shop: Shop) -> None:
    """Sync cases 13 and 20: what is done stays where it was done, whatever becomes of the list."""
    orders = [await make_delivery(shop.north) for _ in range(3)]
    tour = await shop.tour(shop.driver, orders)
    other = await shop.tour(shop.colleague, [await make_delivery(shop.north)], van=1, name="Söder")
    phone = await shop.phone(shop.driver)
    done = tour.stops[0]
    item = delivered(done.tasks[0], orders[0].device_number)
    assert (await shop.push(phone, "stop.complete", complete(5, [item]), done.id))["verdict"] == "applied"
    await shop.ok("stop.move", {"round_id": str(other.id)}, tour.stops[1].id)
    assert (await versions(shop, tour.id))[0]["sv"] == "1 borttagen"
    assert (await versions(shop, other.id))[0]["sv"] == "1 ny"
    last = tour.stops[2].id
    await shop.ok("round.sequence", {"stop_ids": [str(last), str(done.id)]}, tour.id)
    assert (await versions(shop, tour.id))[0]["sv"] == "1 borttagen", "the place of what is done is no change"
    assert (await row_of("stop", done.id))["state"] == "done"
    refused = await shop.send("stop.move", {"round_id": str(other.id)}, done.id)
    assert refused.json()["code"] == "stop.settled"


async def test_times_ahead_follow_the_last_done_stop_without_a_plan(shop: Shop) -> None:
    """Told anew after each stop; what is done is not told again."""
    orders = [await make_delivery(shop.north) for _ in range(3)]
    tour = await shop.tour(shop.driver, orders)
    for number, stop in enumerate(tour.stops):
        await place(stop.id, 65.80 + number / 100, 21.70)
    office = await shop.office()
    before = (await office.get(f"/api/rounds/{tour.id}/times")).json()
    assert [one["stop_id"] for one in before["items"]] == [str(stop.id) for stop in tour.stops]
    assert before["estimated"]
    phone = await shop.phone(shop.driver)
    item = delivered(tour.stops[0].tasks[0], orders[0].device_number)
    await shop.push(phone, "stop.complete", complete(90, [item]), tour.stops[0].id)
    after = (await office.get(f"/api/rounds/{tour.id}/times")).json()["items"]
    assert [one["stop_id"] for one in after] == [str(stop.id) for stop in tour.stops[1:]]
    starts = [datetime.fromisoformat(one["start_at"]) for one in after]
    assert starts == sorted(starts)
    assert await fetch_value("select count(*) from day_plan") == 0


async def test_the_map_shows_places_and_nobody_protected(shop: Shop) -> None:
    """SR-08, SR-40: whose homes are shown is logged; a protected one is counted, never placed."""
    plain = await someone(shop.north)
    hidden = await someone(shop.north, protected_identity=True)
    orders = [await make_delivery(shop.north, person_id=person) for person in (plain, hidden)]
    tour = await shop.tour(shop.driver, orders)
    for stop in tour.stops:
        await place(stop.id, 65.82, 21.69)
    await make_delivery(shop.north, street="Ingenstans 1")
    shown = (await (await shop.office()).get("/api/rounds/map", params={"day": today()})).json()
    [drawn] = shown["rounds"]
    assert len(drawn["stops"]) == 1
    assert (shown["unplaced"], shown["waiting"], shown["tiles"]) == (2, [], None)
    logged = "select count(*) from access_log where person_id = $1"
    assert await fetch_value(logged, plain) == 1
    assert await fetch_value(logged, hidden) == 0


async def test_what_waits_is_on_the_map_where_its_address_is_known(shop: Shop) -> None:
    order = await make_delivery(shop.north, street="Storgatan 12 A, lgh 1101", postcode="961 32", town="Boden")
    await execute(
        "insert into address_position (region_id, postcode, street, latitude, longitude, source)"
        " values ($1, '96132', swedish_order('Storgatan 12A'), 65.8, 21.7, 'import')",
        shop.north.region_id,
    )
    shown = (await (await shop.office()).get("/api/rounds/map", params={"day": today()})).json()
    assert [(one["number"], one["latitude"]) for one in shown["waiting"]] == [(order.number, 65.8)]


async def test_the_sheets_are_a_file_that_names_nobody(shop: Shop) -> None:
    """A PDF for outages; its name says nothing of whom it is about (SR-07)."""
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north, carrier_note="Ring <först> & vänta")])
    answer = await (await shop.office()).get(f"/api/rounds/{tour.id}/sheets")
    assert answer.status_code == 200, answer.text
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-disposition"] == 'attachment; filename="korlista.pdf"'
    assert answer.headers["cache-control"] == "no-store"
    assert (await (await shop.office(shop.south)).get(f"/api/rounds/{tour.id}/sheets")).status_code == 404
    empty = uuid4()
    await shop.ok("round.create", {"name": "Tom", "on_day": today()}, empty)
    assert (await (await shop.office()).get(f"/api/rounds/{empty}/sheets")).content.startswith(b"%PDF")
