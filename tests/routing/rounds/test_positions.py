"""A driver at the door knows where it is: the stop and the next order there know it too."""

from __future__ import annotations

from app.database import execute, fetch_row
from tests.routing.rounds.shop import Shop, at, make_delivery, row_of


async def test_a_confirmed_position_corrects_the_stop_and_the_address(shop: Shop) -> None:
    order = await make_delivery(shop.north, street="Tolvgatan 12 B, lgh 1201", postcode="97212", town="Luleå")
    await execute(
        "insert into address_position (region_id, postcode, street, latitude, longitude, source)"
        " values ($1, '97212', 'tolvgatan 12b', 65.5, 22.0, 'import')",
        shop.north.region_id,
    )
    tour = await shop.tour(shop.driver, [order])
    stop = tour.stops[0]
    row = await row_of("stop", stop.id)
    assert (row["latitude"], row["longitude"]) == (65.5, 22.0), "the address is found however it is written"
    phone = await shop.phone(shop.driver)
    place = {"latitude": 65.5123, "longitude": 22.0456, "accuracy_m": 8.0, "at": at(5).isoformat()}
    verdict = await shop.push(phone, "stop.confirm_position", place, stop.id)
    assert verdict["verdict"] == "applied"
    row = await row_of("stop", stop.id)
    assert (row["latitude"], row["longitude"]) == (65.5123, 22.0456)
    known = await fetch_row("select latitude, source from address_position where street = 'tolvgatan 12b'")
    assert known is not None
    assert (known["latitude"], known["source"]) == (65.5123, "driver")
    again = await shop.tour(shop.colleague, [await make_delivery(shop.north, street="Tolvgatan 12B", postcode="97212")])
    assert (await row_of("stop", again.stops[0].id))["latitude"] == 65.5123, "the next order there knows it"


async def test_a_phone_that_is_not_sure_or_abroad_corrects_nothing(shop: Shop) -> None:
    tour = await shop.tour(shop.driver, [await make_delivery(shop.north)])
    stop = tour.stops[0]
    phone = await shop.phone(shop.driver)
    sure = {"latitude": 65.5, "longitude": 22.0, "accuracy_m": 5.0, "at": at(5).isoformat()}
    for place, code in (
        ({**sure, "accuracy_m": 400.0}, "stop.position_vague"),
        ({**sure, "latitude": 22.0, "longitude": 65.5}, "stop.position_odd"),
    ):
        verdict = await shop.push(phone, "stop.confirm_position", place, stop.id)
        assert (verdict["verdict"], verdict["code"]) == ("recorded", code)
    assert (await row_of("stop", stop.id))["latitude"] is None
    stranger = await shop.phone(shop.colleague)
    verdict = await shop.push(stranger, "stop.confirm_position", sure, stop.id)
    assert verdict["verdict"] == "quarantined", "a stop that was never theirs"
