"""The list of rounds in the office's hands: kept, turned into a day's rounds, and obeyed by the queue."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from app.database import execute, fetch, fetch_value
from app.identity.actor import Role
from app.policy.working_time import STOCKHOLM, Calendar
from tests.routing.rounds.shop import Goods, Shop, make_delivery, make_pickup, row_of, someone
from tests.support.builders import make_article, make_device, make_holding

#: A holiday that falls on a Wednesday, some years away.
EPIPHANY = date(2027, 1, 6)


def template(**more: Any) -> dict[str, Any]:
    """Arguments of a round that drives every day of the week, through Testköping."""
    return {"name": "Västra", "weekdays": list(range(7)), "towns": ["Testköping"], **more}


def day_of_work() -> str:
    """Today, or the first day after it that is no holiday: a list does not drive on those."""
    day = datetime.now(STOCKHOLM).date()
    while Calendar().is_holiday(day):
        day += timedelta(days=1)
    return day.isoformat()


async def refused(shop: Shop, type_name: str, args: dict[str, Any], aggregate: UUID, code: str) -> dict[str, Any]:
    answer = await shop.send(type_name, args, aggregate)
    assert (answer.status_code, answer.json()["code"]) == (409, code), answer.text
    body: dict[str, Any] = answer.json()
    return body


async def queue(shop: Shop, day: str | None = None) -> dict[str, Any]:
    answer = await (await shop.office()).get("/api/rounds/queue", params={"day": day or day_of_work()})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def in_west(shop: Shop, **more: Any) -> Goods:
    person_id = await someone(shop.north, town="Testköping", postcode="961 32")
    return await make_delivery(shop.north, person_id=person_id, **more)


async def clinic(shop: Shop) -> tuple[UUID, str]:
    """A care unit of the north, and its number."""
    row = await fetch(
        "select id, number from party where region_id = $1 and kind = 'care_unit' limit 1", shop.north.region_id
    )
    if row:
        return row[0]["id"], row[0]["number"]
    party_id = uuid4()
    await execute(
        "insert into party (id, region_id, kind, number, name, street, postcode, town)"
        " values ($1, $2, 'care_unit', 'K46', 'Testkliniken', 'Sjukhusvägen 1', '96132', 'Testköping')",
        party_id,
        shop.north.region_id,
    )
    return party_id, "K46"


async def test_a_day_of_rounds_is_made_of_the_list(shop: Shop) -> None:
    """R-276, R-283: made once, filled with what is due, drafts filled again with what has come since."""
    template_id = uuid4()
    van = str(shop.crews[shop.north.region_id].vans[0])
    crew = {"van_id": van, "driver_id": str(shop.driver.id)}
    await shop.ok("round_template.save", template(**crew), template_id)
    order, elsewhere = await in_west(shop), await make_delivery(shop.north, town="Någonannanstans", postcode="11111")
    person_id = await someone(shop.north, town="Testköping")
    device_id = await make_device(shop.north, status="with_holder")
    await make_holding(shop.north, device_id=device_id, person_id=person_id)
    back = await make_pickup(shop.north, device_id=device_id, person_id=person_id)

    made = await shop.ok("round_day.make", {"on_day": day_of_work()}, uuid4())
    assert made == {"made": ["Västra"], "rounds": 1, "orders": 2}
    tour = await fetch("select * from van_round where template_id = $1", template_id)
    assert (len(tour), tour[0]["state"], str(tour[0]["van_id"])) == (1, "draft", van)
    waiting = await queue(shop)
    numbers = [one["order_number"] for one in waiting["deliveries"]]
    assert numbers == [elsewhere.number]
    assert not waiting["pickups"]
    assert (order.number, back.number) == tuple(
        row["number"]
        for row in await fetch(
            "select coalesce(o.number, p.number) as number from stop_task t join stop s on s.id = t.stop_id"
            " left join order_line l on l.id = t.order_line_id left join customer_order o on o.id = l.order_id"
            " left join pickup_line q on q.id = t.pickup_line_id left join pickup_order p on p.id = q.pickup_order_id"
            " where s.round_id = $1 order by t.kind desc",
            tour[0]["id"],
        )
    )

    await in_west(shop)
    again = await shop.ok("round_day.make", {"on_day": day_of_work()}, uuid4())
    assert again == {"made": [], "rounds": 1, "orders": 1}, "nothing is made twice"
    await shop.ok("round.publish", {}, tour[0]["id"])
    await in_west(shop)
    assert (await shop.ok("round_day.make", {"on_day": day_of_work()}, uuid4()))["orders"] == 0, (
        "a published one is left"
    )


async def test_the_rounds_of_a_holiday_are_named_where_they_went(shop: Shop) -> None:
    await refused(shop, "round_day.make", {"on_day": EPIPHANY.isoformat()}, uuid4(), "template.none")
    await shop.ok("round_template.save", template(weekdays=[2]), uuid4())
    body = await refused(shop, "round_day.make", {"on_day": EPIPHANY.isoformat()}, uuid4(), "template.moved")
    assert "2027-01-07" in body["detail"]
    moved = await shop.ok("round_day.make", {"on_day": "2027-01-07"}, uuid4())
    assert moved["made"] == ["Västra"]
    await refused(shop, "round_day.make", {"on_day": "2027-01-12"}, uuid4(), "template.not_that_day")


async def test_goods_for_a_clinic_go_to_the_entrance_with_porters(shop: Shop) -> None:
    """R-276, R-277: the entrance's address, time and note, and in the c/o whose they are."""
    party_id, number = await clinic(shop)
    stop = {
        "name": "Ingång 46",
        "street": "Lasarettsvägen 2",
        "carrier_note": "Vaktmästeriet tar emot.",
        "window_from": "08:00:00",
        "window_to": "10:00:00",
        "party_numbers": [number],
    }
    template_id = uuid4()
    await shop.ok("round_template.save", template(towns=[], fixed_stops=[stop]), template_id)
    order = await make_delivery(shop.north)
    await execute(
        "update customer_order set kind = 'unit_order', person_id = null, party_id = $2, contact_name = 'Testkliniken'"
        " where id = $1",
        order.order_id,
        party_id,
    )
    assert (await shop.ok("round_day.make", {"on_day": day_of_work()}, uuid4()))["orders"] == 1
    row = (
        await fetch(
            "select s.* from stop s join van_round r on r.id = s.round_id where r.template_id = $1", template_id
        )
    )[0]
    assert (row["contact_name"], row["care_of"], row["street"]) == ("Ingång 46", "Testkliniken", "Lasarettsvägen 2")
    assert row["party_id"] == party_id
    assert row["carrier_note"].startswith("Vaktmästeriet tar emot.")
    assert row["window_from"].astimezone(STOCKHOLM).strftime("%H:%M:%S") == "08:00:00"


async def test_what_a_template_lacks_is_named(shop: Shop) -> None:
    await refused(shop, "round_template.save", template(towns=[]), uuid4(), "template.no_area")
    stop = {"name": "Ingång 46", "party_numbers": ["99999"]}
    body = await refused(shop, "round_template.save", template(fixed_stops=[stop]), uuid4(), "template.party_unknown")
    assert "99999" in body["detail"]
    assert "Ingång 46" in body["detail"]
    stop = {"name": "Ingång 46", "window_from": "10:00:00", "window_to": "08:00:00"}
    await refused(shop, "round_template.save", template(fixed_stops=[stop]), uuid4(), "template.window_ends_first")
    answer = await shop.send("round_template.save", template(postcode_prefixes=["96x"]), uuid4())
    assert answer.status_code == 400, "not a postcode"
    assert await fetch_value("select count(*) from round_template") == 0, "nothing half-saved"


async def test_a_template_is_changed_whole_and_retired(shop: Shop) -> None:
    template_id = uuid4()
    await shop.ok("round_template.save", template(), template_id)
    await shop.ok("round_template.save", template(name="Östra", postcode_prefixes=["961 3"], weekdays=[4]), template_id)
    schedule = (await (await shop.office()).get("/api/round-schedule")).json()
    [row] = schedule["templates"]
    assert (row["name"], row["postcode_prefixes"], row["weekdays"]) == ("Östra", ["9613"], [4])
    assert len(row["next_days"]) == 3
    other = await shop.send("round_template.save", template(), template_id, shop.south)
    assert other.json()["code"] == "template.id_taken", "regions never meet"
    await shop.ok("round_template.retire", {}, template_id)
    assert (await (await shop.office()).get("/api/round-schedule")).json()["templates"] == []
    await refused(shop, "round_template.save", template(), template_id, "template.retired")


async def test_a_customer_with_daily_deliveries_waits_for_no_list(shop: Shop) -> None:
    """R-122: the queue says which day, by which round, and why."""
    tomorrow = (datetime.now(STOCKHOLM) + timedelta(days=1)).date()
    await shop.ok("round_template.save", template(weekdays=[tomorrow.weekday()], on_holiday="none"), uuid4())
    order = await in_west(shop)
    party_id, number = await clinic(shop)
    await execute("update customer_order set customer_id = $2, to_home = true where id = $1", order.order_id, party_id)
    [row] = (await queue(shop))["deliveries"]
    assert (row["due_round"], row["due_reason"]) == ("Västra", "round_list")
    await shop.ok("delivery_agreement.set", {"customer_number": number, "kind": "daily"}, uuid4())
    [row] = (await queue(shop))["deliveries"]
    assert (row["due_round"], row["due_reason"]) == (None, "daily")
    assert Calendar().hours(date.fromisoformat(row["due_on"])) is not None
    day = (await (await shop.office()).get(f"/api/customer-orders/{order.number}/dispatch-day")).json()
    assert (day["day"], day["reason"]) == (row["due_on"], "daily")
    await shop.ok("delivery_agreement.set", {"customer_number": number, "kind": None}, uuid4())
    assert (await queue(shop))["deliveries"][0]["due_reason"] == "round_list"
    body = await refused(
        shop, "delivery_agreement.set", {"customer_number": "0", "kind": "daily"}, uuid4(), "agreement.customer_unknown"
    )
    assert "0" in body["detail"]


async def test_an_order_goes_as_it_gets_ready_unless_all_is_to_come_together(shop: Shop) -> None:
    """R-118."""
    numbered = await fetch_value(
        "select article_id from device where id = $1", await make_device(shop.north, status="in_stock")
    )
    for together in (False, True):
        order = await make_delivery(shop.north, state="processing", co_delivery=together)
        await execute(
            "insert into order_line (id, region_id, order_id, position, article_id, quantity)"
            " values ($1, $2, $3, 2, $4, 1)",
            uuid4(),
            shop.north.region_id,
            order.order_id,
            numbered,
        )
        round_id = uuid4()
        await shop.ok("round.create", {"name": "Norr", "on_day": day_of_work()}, round_id)
        shown = [one for one in (await queue(shop))["deliveries"] if one["order_number"] == order.number]
        if together:
            assert shown == []
            await refused(shop, "round.add", {"order_numbers": [order.number]}, round_id, "round.order_not_ready")
        else:
            assert (shown[0]["lines"], shown[0]["lines_waiting"]) == (1, 1)
            await shop.ok("round.add", {"order_numbers": [order.number]}, round_id)
            tasks = await fetch(
                "select t.* from stop_task t join stop s on s.id = t.stop_id where s.round_id = $1", round_id
            )
            assert [task["order_line_id"] for task in tasks] == [order.line_id]


async def test_consumables_by_post_are_delivered_when_the_post_has_them(shop: Shop) -> None:
    """R-281, R-282; a round does not take them."""
    article_id = await make_article(shop.north, individually_numbered=False, kind="consumable")
    order = await make_delivery(shop.north, article_id=article_id, quantity=4, carrier="postal", to_home=True)
    assert (await queue(shop))["deliveries"] == []
    round_id = uuid4()
    await shop.ok("round.create", {"name": "Norr", "on_day": day_of_work()}, round_id)
    await refused(shop, "round.add", {"order_numbers": [order.number]}, round_id, "round.order_other_carrier")
    await refused(shop, "customer_order.receive", {}, order.order_id, "order.not_sent")
    await shop.ok("customer_order.send", {}, order.order_id)
    row = await row_of("customer_order", order.order_id)
    assert (row["state"], row["sent_at"] is not None) == ("delivered", True)
    assert (await row_of("order_line", order.line_id))["delivered_quantity"] == 4


async def test_the_internal_post_is_under_way_until_it_has_come(shop: Shop) -> None:
    """R-275: the device is the unit's from then on, and not before."""
    party_id, _ = await clinic(shop)
    order = await make_delivery(shop.north, carrier="internal_post")
    await execute(
        "update customer_order set kind = 'unit_order', person_id = null, party_id = $2 where id = $1",
        order.order_id,
        party_id,
    )
    await shop.ok("customer_order.send", {}, order.order_id)
    assert (await row_of("customer_order", order.order_id))["state"] == "in_transit"
    assert (await row_of("device", order.device_id))["status"] == "in_transit"
    await refused(shop, "customer_order.send", {}, order.order_id, "order.sent")
    await shop.ok("customer_order.receive", {}, order.order_id)
    assert await fetch_value("select party_id from holding where device_id = $1", order.device_id) == party_id
    early = await make_delivery(
        shop.north, carrier="internal_post", earliest_dispatch=datetime.now(STOCKHOLM).date() + timedelta(days=1)
    )
    await refused(shop, "customer_order.send", {}, early.order_id, "order.too_early")
    by_van = await make_delivery(shop.north)
    await refused(shop, "customer_order.send", {}, by_van.order_id, "order.by_van")


async def test_the_warehouse_reads_the_list_and_does_not_change_it(shop: Shop) -> None:
    browser = await shop.office(role=Role.WAREHOUSE)
    assert (await browser.get("/api/round-schedule")).status_code == 200
    body = {"id": str(uuid4()), "aggregate": str(uuid4()), "args": template()}
    assert (await browser.post("/api/commands/round_template.save", json=body)).status_code == 403
