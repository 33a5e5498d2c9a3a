"""What a decision on a review item does to a stop, and that nothing overrules the one who decided."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.database import fetch_row, fetch_value
from tests.routing.rounds.shop import (
    Shop,
    at,
    collected,
    complete,
    delivered,
    holders,
    load,
    make_delivery,
    make_pickup,
    open_reviews,
    row_of,
    someone,
    standing,
)
from tests.support.builders import make_article, make_device, make_holding


async def decide(shop: Shop, verdict: dict[str, Any], decision: str) -> Any:
    review_id = await fetch_value(
        "select id from review_item where command_id = $1 and state = 'open'", UUID(verdict["id"])
    )
    return await shop.send("review.decide", {"decision": decision, "note": "Avstämt."}, review_id)


async def test_a_delivery_without_proof_counts_when_a_person_says_so(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    verdict = await shop.push(phone, "stop.complete", complete(5, [delivered(stop.tasks[0])], proof=None), stop.id)
    assert await holders(order.device_id) == []
    assert (await decide(shop, verdict, "accept_field")).status_code == 200
    assert await holders(order.device_id) == [(order.person_id, True)]
    assert (await row_of("stop", stop.id))["state"] == "done"
    assert (await row_of("customer_order", order.order_id))["state"] == "delivered"
    assert await fetch_value("select starts_at from holding where device_id = $1", order.device_id) == at(5)
    await phone.sync()
    row = phone.rows["command"][UUID(verdict["id"])]
    assert (row["verdict"], row["review"]["decision"]) == ("recorded", "accept_field")


async def test_keeping_the_offices_version_changes_nothing(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    verdict = await shop.push(phone, "stop.complete", complete(5, [delivered(stop.tasks[0])], proof=None), stop.id)
    assert (await decide(shop, verdict, "keep_office")).status_code == 200
    assert await holders(order.device_id) == []
    assert (await row_of("stop", stop.id))["state"] == "planned"
    # The driver can still do it properly.
    again = await shop.push(phone, "stop.complete", complete(9, [delivered(stop.tasks[0])]), stop.id)
    assert again["verdict"] == "applied"
    assert await holders(order.device_id) == [(order.person_id, True)]


async def test_what_another_patient_had_is_collected_from_them_when_a_person_says_so(shop: Shop) -> None:
    """Case 11: the pick-up is registered for the one whose device it is, and ends no holding."""
    person, neighbour = await someone(shop.north), await someone(shop.north)
    device = await make_device(shop.north)
    await make_holding(shop.north, device, person_id=neighbour)
    number = await fetch_value("select number from device where id = $1", device)
    stop = (await shop.tour(shop.driver, [await make_delivery(shop.north, person_id=person)])).stops[0]
    phone = await shop.phone(shop.driver)
    verdict = await shop.push(phone, "stop.complete", complete(5, collect=[collected(number)]), stop.id)
    assert verdict["code"] == "stop.other_holder"
    assert (await decide(shop, verdict, "accept_field")).status_code == 200
    row = await fetch_row(
        "select o.person_id, l.state, l.unplanned from pickup_line l join pickup_order o on o.id = l.pickup_order_id"
        " where l.device_id = $1",
        device,
    )
    assert row is not None
    assert tuple(row) == (neighbour, "collected", True)
    assert (await row_of("device", device))["status"] == "collected"
    assert await holders(device) == [(neighbour, True)]


async def test_the_second_driver_can_be_right_and_the_decision_is_not_overruled(shop: Shop) -> None:
    person = await someone(shop.north)
    device = await make_device(shop.north)
    await make_holding(shop.north, device, person_id=person)
    pickup = await make_pickup(shop.north, device_id=device, person_id=person)
    number = pickup.device_number
    first = (await shop.tour(shop.driver, pickups=[pickup])).stops[0]
    order = await make_delivery(shop.north, person_id=person)
    second = (await shop.tour(shop.colleague, [order], van=1)).stops[0]
    phone, other_phone = await shop.phone(shop.driver), await shop.phone(shop.colleague)
    await shop.push(phone, "stop.complete", complete(20, collect=[collected(number)]), first.id)
    later = await shop.push(other_phone, "stop.complete", complete(30, collect=[collected(number)]), second.id)
    assert (later["verdict"], later["code"]) == ("recorded", "custody.other_driver")

    assert (await decide(shop, later, "accept_field")).status_code == 200

    last = await fetch_value(
        "select to_id from custody_event where device_id = $1 and standing = 'chain' order by at desc limit 1", device
    )
    assert last == shop.crews[shop.north.region_id].vans[1], "it is in the second van"
    assert await standing(later["id"]) == ("recorded", "custody.other_driver")
    # What comes later changes the chain, and the decided command keeps what the person said.
    await shop.push(phone, "stop.complete", complete(10, collect=[collected(number)]), first.id)
    assert await standing(later["id"]) == ("recorded", "custody.other_driver")
    assert await open_reviews(second.id) == []


async def test_goods_that_are_never_collected_stay_beside_whatever_is_decided(shop: Shop) -> None:
    person = await someone(shop.north)
    device = await make_device(shop.north, article_id=await make_article(shop.north, vision_aid=True))
    await make_holding(shop.north, device, person_id=person)
    number = await fetch_value("select number from device where id = $1", device)
    stop = (await shop.tour(shop.driver, [await make_delivery(shop.north, person_id=person)])).stops[0]
    phone = await shop.phone(shop.driver)
    verdict = await shop.push(phone, "stop.complete", complete(5, collect=[collected(number)]), stop.id)
    assert (await decide(shop, verdict, "accept_field")).status_code == 200
    assert await fetch_value("select count(*) from pickup_line") == 0
    assert (await row_of("device", device))["status"] == "with_holder"


async def test_where_only_the_payload_is_stored_there_is_nothing_to_let_through(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    verdict = await shop.push(phone, "stop.load", load(stop.tasks[0], 5, "9999"), stop.id)
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "stop.device_unknown")
    answer = await decide(shop, verdict, "accept_field")
    assert (answer.status_code, answer.json()["code"]) == (409, "review.nothing_stored")
    assert (await decide(shop, verdict, "follow_up")).status_code == 200


async def test_the_wrong_device_is_recorded_and_its_review_tells_where_the_stop_stands(shop: Shop) -> None:
    order, other = await make_delivery(shop.north), await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order, other])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    verdict = await shop.push(phone, "stop.load", load(stop.tasks[0], 5, other.device_number), stop.id)
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "stop.other_device")
    assert str(other.device_number) in verdict["text"]
    assert (await row_of("device", other.device_id))["status"] == "reserved"
    assert (await row_of("stop_task", stop.tasks[0]))["state"] == "planned"
    items = (await (await shop.office()).get("/api/reviews")).json()["items"]
    assert [(item["subject_kind"], item["office"]["round_name"], item["office"]["state"]) for item in items] == [
        ("stop", "Norrturen", "planned")
    ]
    seen = await fetch_value("select count(*) from access_log where action = 'review.read'")
    assert seen == 1
