"""The conflict cases of docs/sync.md section 6 that fall on rounds, each by its number, from real phones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.database import fetch, fetch_value
from labels.service import issue_label
from routing.rounds.chain import chain_of
from tests.routing.rounds.shop import (
    Goods,
    Shop,
    Tour,
    at,
    collected,
    complete,
    delivered,
    fail,
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

HOST = "http://127.0.0.1:8000"


async def held_device(shop: Shop, person: UUID, **columns: object) -> UUID:
    """A device that a person has had for long."""
    device = await make_device(shop.north, **columns)
    await make_holding(shop.north, device, person_id=person)
    return device


async def number_of(device: UUID) -> str:
    value: str = await fetch_value("select number from device where id = $1", device)
    return value


async def two_tours_for_one_order(shop: Shop) -> tuple[Goods, Tour, Tour]:
    """The driver's stop is taken off while the phone is offline, and the order goes on the colleague's round."""
    order = await make_delivery(shop.north)
    first = await shop.tour(shop.driver, [order])
    await shop.ok("round.take_off", {"stop_id": str(first.stops[0].id)}, first.id)
    second = await shop.tour(shop.colleague, [order], van=1, name="Söderturen")
    return order, first, second


# ---------------------------------------------------------------- 9


async def test_case_9_two_drivers_scan_the_same_device_the_first_by_event_time_counts(shop: Shop) -> None:
    person, neighbour = await someone(shop.north), await someone(shop.north)
    device = await held_device(shop, person)
    pickup = await make_pickup(shop.north, device_id=device, person_id=person)
    mine = await shop.tour(shop.driver, pickups=[pickup])
    other_order = await make_delivery(shop.north, person_id=neighbour)
    other = await shop.tour(shop.colleague, [other_order], van=1)
    phone, other_phone = await shop.phone(shop.driver), await shop.phone(shop.colleague)
    number = await number_of(device)

    # The colleague was later, and is heard first.
    again = await shop.push(other_phone, "stop.complete", complete(30, collect=[collected(number)]), other.stops[0].id)
    assert (again["verdict"], again["code"]) == ("recorded", "stop.other_holder")
    first = await shop.push(phone, "stop.complete", complete(20, collect=[collected(number)]), mine.stops[0].id)
    assert first["verdict"] == "applied"

    assert await standing(again["id"]) == ("recorded", "custody.other_driver")
    assert await open_reviews(other.stops[0].id) == ["custody.other_driver"]
    assert (await row_of("device", device))["status"] == "collected"
    assert (await row_of("pickup_line", pickup.line_id))["state"] == "collected"
    assert (await row_of("stop", mine.stops[0].id))["state"] == "done"
    assert (await row_of("stop", other.stops[0].id))["state"] == "planned"
    events = await fetch("select standing, by_user from custody_event where device_id = $1 order by at", device)
    assert [tuple(event) for event in events] == [("chain", shop.driver.id), ("beside", shop.colleague.id)]
    await other_phone.sync()
    row = other_phone.rows["command"][UUID(again["id"])]
    assert (row["verdict"], row["code"], row["review"]["state"]) == ("recorded", "custody.other_driver", "open")
    assert number in row["text"]


async def test_case_9_a_later_heard_but_earlier_delivery_takes_the_place_of_the_first(shop: Shop) -> None:
    order, first, second = await two_tours_for_one_order(shop)
    phone, other_phone = await shop.phone(shop.driver), await shop.phone(shop.colleague)
    number = order.device_number
    item = delivered(second.stops[0].tasks[0], number)
    later = await shop.push(other_phone, "stop.complete", complete(40, [item]), second.stops[0].id)
    assert later["verdict"] == "applied"
    assert await holders(order.device_id) == [(order.person_id, True)]

    item = delivered(first.stops[0].tasks[0], number)
    earlier = await shop.push(phone, "stop.complete", complete(10, [item]), first.stops[0].id)

    assert (earlier["verdict"], earlier["code"]) == ("recorded", "stop.cancelled_meanwhile")
    assert await standing(later["id"]) == ("recorded", "custody.other_driver")
    assert await holders(order.device_id) == [(order.person_id, True)]
    starts = await fetch_value(
        "select starts_at from holding where device_id = $1 and ends_at is null", order.device_id
    )
    assert starts == at(10)
    assert (await row_of("stop", first.stops[0].id))["state"] == "done"
    assert (await row_of("stop_task", second.stops[0].tasks[0]))["state"] == "cancelled"
    assert (await row_of("customer_order", order.order_id))["state"] == "delivered"


async def test_case_9_the_same_stop_and_action_by_two_drivers_are_merged(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone, other_phone = await shop.phone(shop.driver), await shop.phone(shop.colleague)
    other = await shop.tour(shop.colleague, [await make_delivery(shop.north)], van=1, name="Söderturen")
    await shop.ok("stop.move", {"round_id": str(other.id)}, stop.id)

    verdicts = [
        await shop.push(other_phone, "stop.load", load(stop.tasks[0], 6, order.device_number), stop.id),
        await shop.push(other_phone, "stop.complete", complete(31, [delivered(stop.tasks[0])]), stop.id),
        await shop.push(phone, "stop.load", load(stop.tasks[0], 5, order.device_number), stop.id),
        await shop.push(phone, "stop.complete", complete(30, [delivered(stop.tasks[0])]), stop.id),
    ]

    assert [verdict["verdict"] for verdict in verdicts] == ["applied"] * 4
    assert [await standing(verdict["id"]) for verdict in verdicts] == [("applied", "")] * 4
    events = await fetch("select kind, standing from custody_event where device_id = $1 order by at", order.device_id)
    assert [tuple(event) for event in events] == [
        ("load", "chain"),
        ("load", "merged"),
        ("deliver", "chain"),
        ("deliver", "merged"),
    ]
    assert await holders(order.device_id) == [(order.person_id, True)]
    assert await open_reviews(stop.id) == []


# ---------------------------------------------------------------- 10 and 11


async def test_case_10_a_device_that_is_not_on_the_order_is_an_unplanned_line(shop: Shop) -> None:
    person = await someone(shop.north)
    planned, extra = await held_device(shop, person), await held_device(shop, person)
    pickup = await make_pickup(shop.north, device_id=planned, person_id=person)
    tour = await shop.tour(shop.driver, pickups=[pickup])
    phone = await shop.phone(shop.driver)
    items = [collected(task=tour.stops[0].tasks[0]), collected(await number_of(extra), hygiene="dirty")]

    verdict = await shop.push(phone, "stop.complete", complete(20, collect=items), tour.stops[0].id)

    assert verdict["verdict"] == "applied"
    lines = await fetch(
        "select device_id, state, unplanned, hygiene from pickup_line where pickup_order_id = $1 order by position",
        pickup.order_id,
    )
    assert [tuple(line) for line in lines] == [
        (planned, "collected", False, "clean"),
        (extra, "collected", True, "dirty"),
    ]
    assert (await row_of("device", extra))["status"] == "collected"
    row = phone.rows["stop"][tour.stops[0].id]
    assert [(task["unplanned"], task["state"]) for task in row["tasks"]] == [(False, "done"), (True, "done")]
    assert await holders(extra) == [(person, True)], "rent ends when the arrival is registered"


async def test_case_10_a_vision_aid_or_a_consumable_is_recorded(shop: Shop) -> None:
    person = await someone(shop.north)
    seeing = await held_device(shop, person, article_id=await make_article(shop.north, vision_aid=True))
    await make_article(shop.north, number="70001", kind="consumable", individually_numbered=False)
    order = await make_delivery(shop.north, person_id=person)
    tour = await shop.tour(shop.driver, [order])
    phone = await shop.phone(shop.driver)
    for item in (collected(await number_of(seeing)), collected(article_number="70001")):
        verdict = await shop.push(phone, "stop.complete", complete(20, collect=[item]), tour.stops[0].id)
        assert (verdict["verdict"], verdict["code"]) == ("recorded", "stop.never_collected")
    assert (await row_of("device", seeing))["status"] == "with_holder"
    assert await fetch_value("select count(*) from pickup_line") == 0
    assert await open_reviews(tour.stops[0].id) == ["stop.never_collected"] * 2
    assert (await row_of("stop", tour.stops[0].id))["state"] == "planned"


async def test_case_11_a_device_registered_on_another_patient_changes_nothing(shop: Shop) -> None:
    person, neighbour = await someone(shop.north), await someone(shop.north)
    device = await held_device(shop, neighbour)
    order = await make_delivery(shop.north, person_id=person)
    tour = await shop.tour(shop.driver, [order])
    phone = await shop.phone(shop.driver)

    verdict = await shop.push(
        phone, "stop.complete", complete(20, collect=[collected(await number_of(device))]), tour.stops[0].id
    )

    assert (verdict["verdict"], verdict["code"]) == ("recorded", "stop.other_holder")
    assert await holders(device) == [(neighbour, True)]
    assert (await row_of("device", device))["status"] == "with_holder"
    assert await fetch_value("select count(*) from pickup_line") == 0
    assert await fetch_value("select count(*) from custody_event where device_id = $1", device) == 1, "the fact stays"


async def test_an_arrival_that_is_registered_before_the_drivers_phone_is_heard_stands(shop: Shop) -> None:
    person = await someone(shop.north)
    device = await held_device(shop, person)
    pickup = await make_pickup(shop.north, device_id=device, person_id=person)
    stop = (await shop.tour(shop.driver, pickups=[pickup])).stops[0]
    phone = await shop.phone(shop.driver)
    args = complete(20, collect=[collected(task=stop.tasks[0], hygiene="dirty")])
    command = phone.record("stop.complete", args, aggregate=stop.id, at=at(20))
    arrival = {"lines": [{"line_id": str(pickup.line_id)}], "at": at(60).isoformat()}
    await shop.ok("pickup_order.arrive", arrival, pickup.order_id)

    await phone.sync()

    assert phone.verdicts[command]["verdict"] == "applied"
    line = await row_of("pickup_line", pickup.line_id)
    assert (line["state"], line["collected_at"], line["hygiene"]) == ("arrived", at(20), "dirty")
    assert (await row_of("device", device))["status"] == "arrived"
    assert await holders(device) == [(person, False)]
    assert (await row_of("stop", stop.id))["state"] == "done"
    chain = await chain_of(shop.north.region_id, ("device", device))
    assert [step.event.kind for step in chain if step.event] == ["collect", "arrive"]
    assert chain[0].target == chain[1].source


# ---------------------------------------------------------------- 12 and 13


async def test_case_12_nobody_home_after_the_stop_was_planned_anew_or_cancelled(shop: Shop) -> None:
    moved = await make_delivery(shop.north)
    gone = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [moved, gone])
    moved_stop, gone_stop = tour.stops
    phone = await shop.phone(shop.driver)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    later = await shop.tour(shop.driver, [await make_delivery(shop.north)], day=tomorrow, name="I morgon")
    await shop.ok("stop.move", {"round_id": str(later.id)}, moved_stop.id)
    await shop.ok("stop.change", {"state": "cancelled"}, gone_stop.id)

    for stop, state in ((moved_stop, "planned"), (gone_stop, "cancelled")):
        verdict = await shop.push(phone, "stop.fail", fail(20), stop.id)
        assert verdict["verdict"] == "applied"
        assert (await row_of("stop", stop.id))["state"] == state, "it is not moved back"
        assert await fetch_value("select code from stop_attempt where stop_id = $1", stop.id) == "no_contact"


async def test_case_13_nobody_home_heard_after_delivered_stands_in_the_history(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone, other = await shop.phone(shop.driver), await shop.phone(shop.driver)
    done = await shop.push(phone, "stop.complete", complete(60, [delivered(stop.tasks[0])]), stop.id)
    tried = await shop.push(other, "stop.fail", fail(20), stop.id)
    assert (done["verdict"], tried["verdict"]) == ("applied", "applied")
    row = await row_of("stop", stop.id)
    assert (row["state"], row["failed_code"]) == ("done", None)
    await phone.sync()
    attempts = phone.rows["stop"][stop.id]["attempts"]
    assert [attempt["code"] for attempt in attempts] == ["no_contact"]
    assert datetime.fromisoformat(attempts[0]["at"]) == at(20)


async def test_case_13_in_the_order_of_time_the_end_is_the_same(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    await shop.push(phone, "stop.fail", fail(119), stop.id)
    assert (await row_of("stop", stop.id))["state"] == "failed"
    done = await shop.push(phone, "stop.complete", complete(119.5, [delivered(stop.tasks[0])]), stop.id)
    assert done["verdict"] == "applied"
    assert (await row_of("stop", stop.id))["state"] == "done"
    assert await holders(order.device_id) == [(order.person_id, True)]


# ---------------------------------------------------------------- 14


async def test_case_14_a_signature_wins_over_the_offices_failed(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    await phone.sync()
    await shop.ok("stop.change", {"state": "failed", "note": "Brukaren ringde och sade nej."}, stop.id)

    verdict = await shop.push(phone, "stop.complete", complete(20, [delivered(stop.tasks[0])]), stop.id)

    assert (verdict["verdict"], verdict["code"]) == ("recorded", "stop.failed_by_office")
    row = await row_of("stop", stop.id)
    assert (row["state"], row["failed_note"]) == ("done", "Brukaren ringde och sade nej.")
    assert await holders(order.device_id) == [(order.person_id, True)]
    assert await open_reviews(stop.id) == ["stop.failed_by_office"]
    assert await fetch_value("select count(*) from proof_of_delivery where stop_id = $1", stop.id) == 1


async def test_case_15_what_was_handed_over_is_on_the_line_and_the_substitute_is_free(shop: Shop) -> None:
    """The driver has Y on a phone without a network; the office chooses Z meanwhile, which another may get."""
    order = await make_delivery(shop.north)
    article = await fetch_value("select article_id from device where id = $1", order.device_id)
    substitute = await make_device(shop.north, article_id=article)
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    await phone.sync()
    args = {"line_id": str(order.line_id), "device_number": await number_of(substitute)}
    await shop.ok("customer_order.assign_device", args, order.order_id)
    assert (await row_of("stop_task", stop.tasks[0]))["device_id"] == substitute, "the round follows the line"
    assert (await row_of("device", substitute))["status"] == "reserved"

    loaded = await shop.push(phone, "stop.load", load(stop.tasks[0], 5, order.device_number), stop.id)
    verdict = await shop.push(
        phone, "stop.complete", complete(20, [delivered(stop.tasks[0], order.device_number)]), stop.id
    )

    assert loaded["verdict"] == "applied"
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "stop.substituted")
    line = await row_of("order_line", order.line_id)
    assert (line["device_id"], line["state"]) == (order.device_id, "delivered")
    assert await holders(order.device_id) == [(order.person_id, True)]
    assert (await row_of("device", substitute))["status"] == "in_stock"
    assert (await row_of("stop", stop.id))["state"] == "done"
    assert await open_reviews(stop.id) == ["stop.substituted"]


async def test_a_device_that_was_never_the_lines_is_not_handed_over_by_it(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    article = await fetch_value("select article_id from device where id = $1", order.device_id)
    strange = await number_of(await make_device(shop.north, article_id=article))
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phone = await shop.phone(shop.driver)
    verdict = await shop.push(phone, "stop.complete", complete(20, [delivered(stop.tasks[0], strange)]), stop.id)
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "stop.other_device")
    assert (await row_of("order_line", order.line_id))["state"] == "open"


# ---------------------------------------------------------------- 18, 19 and 20


async def test_case_18_an_old_label_means_its_device(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    assert order.device_id is not None
    old = await issue_label(shop.north.region_id, order.device_id, HOST, now=datetime.now(UTC) - timedelta(days=90))
    await issue_label(shop.north.region_id, order.device_id, HOST, now=datetime.now(UTC) - timedelta(days=60))
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    loaded = await shop.push(phone, "stop.load", load(stop.tasks[0], 5, scan_raw=old.payload), stop.id)
    item = delivered(stop.tasks[0], scan_raw=old.payload)
    done = await shop.push(phone, "stop.complete", complete(20, [item]), stop.id)
    assert (loaded["verdict"], done["verdict"]) == ("applied", "applied")
    assert await holders(order.device_id) == [(order.person_id, True)]
    secret = old.payload.rpartition("/")[2]
    items = await fetch_value("select items::text from proof_of_delivery where stop_id = $1", stop.id)
    assert secret not in items, "the proof holds no label's secret"


async def test_case_19_a_label_nobody_knows_parks_the_outcome(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    args = load(stop.tasks[0], 5, scan_raw=f"{HOST}/F/1.{'A' * 26}.104901")
    verdict = await shop.push(phone, "stop.load", args, stop.id)
    assert verdict["verdict"] == "parked"
    assert await fetch_value("select count(*) from custody_event") == 0


async def test_case_20_the_old_drivers_outcome_counts_after_the_stop_moved(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order, await make_delivery(shop.north)])
    stop = tour.stops[0]
    phone, other_phone = await shop.phone(shop.driver), await shop.phone(shop.colleague)
    await phone.sync()
    assert stop.id in phone.rows["stop"]
    other = await shop.tour(shop.colleague, [await make_delivery(shop.north)], van=1, name="Söderturen")
    await shop.ok("stop.move", {"round_id": str(other.id)}, stop.id)
    await other_phone.sync()
    assert stop.id in other_phone.rows["stop"]

    loaded = await shop.push(phone, "stop.load", load(stop.tasks[0], 5, order.device_number), stop.id)
    done = await shop.push(phone, "stop.complete", complete(20, [delivered(stop.tasks[0])]), stop.id)

    assert (loaded["verdict"], done["verdict"]) == ("applied", "applied")
    assert stop.id not in phone.rows["stop"]
    await other_phone.sync()
    assert other_phone.rows["stop"][stop.id]["state"] == "done"
    van = await fetch_value("select to_id from custody_event where kind = 'load' and stop_id = $1", stop.id)
    assert van == shop.crews[shop.north.region_id].vans[0], "it was the old driver's van"


async def test_case_20_a_driver_who_never_had_the_stop_is_quarantined(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone = await shop.phone(shop.colleague)
    verdict = await shop.push(phone, "stop.complete", complete(20, [delivered(stop.tasks[0])]), stop.id)
    assert verdict["verdict"] == "quarantined"
    assert (await row_of("stop", stop.id))["state"] == "planned"
    assert await fetch_value("select count(*) from custody_event") == 0


# ---------------------------------------------------------------- 26


async def test_case_26_an_undone_outcome_leaves_nothing_but_history(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    await shop.push(phone, "stop.load", load(stop.tasks[0], 5, order.device_number), stop.id)
    done = await shop.push(phone, "stop.complete", complete(20, [delivered(stop.tasks[0])]), stop.id)
    undone = await shop.push(phone, "stop.undo", {"command_id": done["id"]}, stop.id, at=at(21))
    assert (done["verdict"], undone["verdict"]) == ("applied", "applied")
    row = phone.rows["stop"][stop.id]
    assert (row["state"], row["proof"], row["tasks"][0]["state"]) == ("planned", None, "loaded")
    assert await holders(order.device_id) == []
    assert (await row_of("device", order.device_id))["status"] == "in_transit"
    assert (await row_of("customer_order", order.order_id))["state"] == "in_transit"
    assert await fetch_value("select count(*) from custody_event") == 2
    assert await fetch_value("select count(*) from proof_of_delivery") == 1

    again = await shop.push(phone, "stop.complete", complete(25, [delivered(stop.tasks[0])]), stop.id)
    assert again["verdict"] == "applied"
    assert await holders(order.device_id) == [(order.person_id, True)]
    assert phone.rows["stop"][stop.id]["proof"]["signer_name"] == "Testa Kvittens"


async def test_case_26_an_undone_load_and_an_undone_try(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    loaded = await shop.push(phone, "stop.load", load(stop.tasks[0], 118, order.device_number), stop.id)
    assert (await row_of("customer_order", order.order_id))["state"] == "in_transit"
    await shop.push(phone, "stop.undo", {"command_id": loaded["id"]}, stop.id, at=at(118.3))
    assert (await row_of("customer_order", order.order_id))["state"] == "dispatchable"
    assert (await row_of("device", order.device_id))["status"] == "reserved"
    assert phone.rows["stop"][stop.id]["tasks"][0]["state"] == "planned"

    tried = await shop.push(phone, "stop.fail", fail(119, "no_entry_code", "Porten är låst."), stop.id)
    assert phone.rows["stop"][stop.id]["state"] == "failed"
    await shop.push(phone, "stop.undo", {"command_id": tried["id"]}, stop.id, at=at(119.5))
    row = phone.rows["stop"][stop.id]
    assert (row["state"], row["failed_code"], row["attempts"]) == ("planned", None, [])
    assert await fetch_value("select count(*) from stop_attempt where undone_by is not null") == 1


async def test_case_26_only_own_recent_commands_of_the_stop_and_only_once(shop: Shop) -> None:
    orders = [await make_delivery(shop.north), await make_delivery(shop.north)]
    tour = await shop.tour(shop.driver, orders)
    stop, next_stop = tour.stops
    phone, other_phone = await shop.phone(shop.driver), await shop.phone(shop.colleague)
    other = await shop.tour(shop.colleague, [await make_delivery(shop.north)], van=1, name="Söderturen")
    done = await shop.push(phone, "stop.complete", complete(20, [delivered(stop.tasks[0])]), stop.id)
    undo = {"command_id": done["id"]}

    late = await shop.push(phone, "stop.undo", undo, stop.id, at=at(30.1))
    assert (late["verdict"], late["code"]) == ("recorded", "stop.undo_too_late")
    elsewhere = await shop.push(phone, "stop.undo", undo, next_stop.id, at=at(21))
    assert elsewhere["code"] == "stop.undo_impossible"
    await shop.ok("stop.move", {"round_id": str(other.id)}, next_stop.id)
    tried = await shop.push(phone, "stop.fail", fail(22), next_stop.id)
    foreign = await shop.push(other_phone, "stop.undo", {"command_id": tried["id"]}, next_stop.id, at=at(23))
    assert (foreign["verdict"], foreign["code"]) == ("recorded", "stop.undo_not_own")
    assert (await row_of("stop", stop.id))["state"] == "done"

    assert (await shop.push(phone, "stop.undo", undo, stop.id, at=at(30)))["verdict"] == "applied"
    again = await shop.push(phone, "stop.undo", undo, stop.id, at=at(30))
    assert again["code"] == "stop.undo_impossible"
