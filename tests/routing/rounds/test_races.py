"""One winner (SR-22): many phones at once with the same goods."""

from __future__ import annotations

import asyncio
from collections import Counter

from app.database import fetch, fetch_value
from tests.routing.rounds.shop import (
    Shop,
    at,
    collected,
    complete,
    delivered,
    holders,
    make_delivery,
    row_of,
    standing,
)
from tests.support.builders import make_device

AT_ONCE = 20


async def test_twenty_outcomes_of_one_stop_at_once_are_one_delivery(shop: Shop) -> None:
    order = await make_delivery(shop.north)
    stop = (await shop.tour(shop.driver, [order])).stops[0]
    phones = [await shop.phone(shop.driver) for _ in range(AT_ONCE)]
    commands = [
        phone.record(
            "stop.complete", complete(60 - number, [delivered(stop.tasks[0])]), aggregate=stop.id, at=at(60 - number)
        )
        for number, phone in enumerate(phones)
    ]
    await asyncio.gather(*(phone.push_once() for phone in phones))
    standings = await fetch("select standing, at from custody_event where kind = 'deliver' order by at")
    assert [row["standing"] for row in standings] == ["chain"] + ["merged"] * (AT_ONCE - 1)
    assert standings[0]["at"] == at(60 - AT_ONCE + 1), "the first by event time, whoever got through first"
    assert await holders(order.device_id) == [(order.person_id, True)]
    assert await fetch_value(
        "select starts_at from holding where device_id = $1 and ends_at is null", order.device_id
    ) == at(60 - AT_ONCE + 1)
    assert [await standing(command) for command in commands] == [("applied", "")] * AT_ONCE
    assert (await row_of("order_line", order.line_id))["delivered_quantity"] == 1


async def test_twenty_drivers_stops_with_one_device_have_one_winner(shop: Shop) -> None:
    device = await make_device(shop.north)
    number = await fetch_value("select number from device where id = $1", device)
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north) for _ in range(AT_ONCE)])
    phones = [await shop.phone(shop.driver) for _ in range(AT_ONCE)]
    commands = [
        phone.record(
            "stop.complete", complete(60 - which, collect=[collected(number)]), aggregate=stop.id, at=at(60 - which)
        )
        for which, (phone, stop) in enumerate(zip(phones, tour.stops, strict=True))
    ]
    await asyncio.gather(*(phone.push_once() for phone in phones))
    verdicts = [await standing(command) for command in commands]
    assert Counter(verdicts) == {("applied", ""): 1, ("recorded", "custody.other_driver"): AT_ONCE - 1}
    assert verdicts[-1] == ("applied", ""), "the first by event time"
    lines = await fetch("select state from pickup_line where device_id = $1", device)
    assert Counter(row["state"] for row in lines)["collected"] == 1
    assert await fetch_value("select count(*) from custody_event where standing = 'chain'") == 1
    assert await fetch_value("select count(*) from review_item where state = 'open'") == AT_ONCE - 1
