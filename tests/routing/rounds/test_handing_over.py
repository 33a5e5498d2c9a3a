"""R-277 and R-280: van, entrance, porters, clinic, and home again, as one chain without a gap."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from uuid import UUID

from app.database import execute, fetch_value, new_id
from app.identity.actor import Role
from routing.rounds.chain import chain_of
from tests.routing.rounds.shop import (
    Shop,
    at,
    complete,
    delivered,
    holders,
    load,
    make_delivery,
    make_pickup,
    row_of,
)


async def make_place(shop: Shop, kind: str, name: str) -> UUID:
    place = new_id()
    await execute(
        "insert into location (id, region_id, kind, number, name) values ($1, $2, $3, $4, $4)",
        place,
        shop.north.region_id,
        kind,
        name,
    )
    return place


def to(place: UUID, minute: float) -> dict[str, Any]:
    return {"to_location_id": str(place), "at": at(minute).isoformat()}


async def test_out_by_entrance_and_porters_and_home_the_other_way(shop: Shop) -> None:
    """The chain has no gap, the loan begins at the clinic and ends at the centre, and the van goes up without it."""
    entrance, porters = (
        await make_place(shop, "entrance", "Ingång 46"),
        await make_place(shop, "porters", "Vaktmästeri"),
    )
    order = await make_delivery(shop.north)
    assert order.device_id is not None
    tour = await shop.tour(shop.driver, [order])
    (stop,) = tour.stops
    phone = await shop.phone(shop.driver)
    crew = shop.crews[shop.north.region_id]
    await shop.push(phone, "stop.load", load(stop.tasks[0], 1, order.device_number), stop.id)
    for minute, place in ((10, entrance), (20, porters)):
        verdict = await shop.push(phone, "custody.hand_over", to(place, minute), order.device_id)
        assert verdict["verdict"] == "applied", verdict
        assert (await row_of("device", order.device_id))["status"] == "in_transit"
    done = await shop.push(
        phone, "stop.complete", complete(30, [delivered(stop.tasks[0], order.device_number)]), stop.id
    )
    assert done["verdict"] == "applied"
    assert await holders(order.device_id) == [(order.person_id, True)]
    empty = await shop.push(phone, "round.reconcile", {"items": [], "at": at(40).isoformat()}, tour.id)
    assert empty["verdict"] == "applied"

    pickup = await make_pickup(shop.north, device_id=order.device_id, person_id=order.person_id)
    for minute, place in ((50, porters), (60, entrance), (70, crew.vans[0])):
        await shop.push(phone, "custody.hand_over", to(place, minute), order.device_id)
        assert (await row_of("device", order.device_id))["status"] == "collected"
    assert (await row_of("pickup_line", pickup.line_id))["state"] == "collected"
    assert await holders(order.device_id) == [(order.person_id, True)], "rent ends at the centre (R-265)"
    lines = [{"line_id": str(pickup.line_id)}]
    await shop.ok("pickup_order.arrive", {"lines": lines, "at": at(80).isoformat()}, pickup.order_id)
    assert await holders(order.device_id) == [(order.person_id, False)]
    chain = await chain_of(shop.north.region_id, ("device", order.device_id))
    assert all(before.target == after.source for before, after in pairwise(chain))
    assert [step.event.kind for step in chain if step.event is not None] == [
        *("load", "hand_over", "hand_over", "deliver", "hand_over", "hand_over", "hand_over", "arrive")
    ]

    seen = (await (await shop.office(role=Role.WAREHOUSE)).get(f"/api/devices/{order.device_number}/custody")).json()
    steps = [(step["kind"], step["from_name"], step["to_name"]) for step in seen["items"]]
    assert steps[1:3] == [("hand_over", "Ingång 46", "Turbil 1"), ("hand_over", "Vaktmästeri", "Ingång 46")]
    assert ("deliver", "Turbil 1", "") in steps, "a recipient has no name here"
    assert all(step["received_at"] >= step["at"] for step in seen["items"]), "both times are kept"


async def test_what_cannot_be_is_named_and_nothing_is_stored(shop: Shop) -> None:
    entrance = await make_place(shop, "entrance", "Ingång 46")
    order = await make_delivery(shop.north)
    assert order.device_id is not None
    for args, code in (
        (to(new_id(), 5), "custody.place_unknown"),
        (to(shop.crews[shop.north.region_id].depot, 5), "custody.there_already"),
    ):
        answer = await shop.send("custody.hand_over", args, order.device_id)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    await execute("update device set status = 'scrapped' where id = $1", order.device_id)
    answer = await shop.send("custody.hand_over", to(entrance, 5), order.device_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "custody.scrapped")
    assert await fetch_value("select count(*) from custody_event") == 0
