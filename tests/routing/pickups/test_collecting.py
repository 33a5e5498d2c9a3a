"""What the rounds do to pick-up orders: planned, in the van, not found, taken back, and the unplanned (case 10)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.database import fetch_value, new_id, unit_of_work
from app.identity.actor import Role
from app.registry.holdings import open_holding
from routing.pickups import collecting
from tests.app.orders.desk import Desk, row_of, status_of
from tests.routing.pickups.test_registering import aid, by_quantity, wanted
from tests.support.builders import make_article, make_person

NOON = datetime(2026, 6, 18, 10, 0, tzinfo=UTC)


async def one(desk: Desk) -> tuple[dict[str, Any], UUID, UUID]:
    """An order for one device: order, device, person."""
    person = await make_person(desk.north)
    device, holding = await aid(desk.north, person)
    return await desk.pickup(**wanted(person, holding, info="Ring på baksidan.")), device, person


async def state(order: dict[str, Any]) -> tuple[str, str]:
    line = await row_of("pickup_line", order["lines"][0])
    return (await row_of("pickup_order", order["id"]))["state"], line["state"]


async def test_open_lines_tell_a_stop_all_it_needs(desk: Desk) -> None:
    order, device, person = await one(desk)
    (line,) = await collecting.open_pickup_lines(desk.north.region_id, [order["id"]])
    assert (line.device_id, line.person_id, line.pickup_number, line.state) == (
        device,
        person,
        order["number"],
        "requested",
    )
    assert (line.street, line.entry_code, line.info) == ("Tolvgatan 12", "1212", "Ring på baksidan.")
    assert await collecting.open_pickup_lines(desk.south.region_id, [order["id"]]) == []


async def test_collected_is_not_closed_and_the_recipient_has_it_still(desk: Desk) -> None:
    """R-255, R-265: the arrival ends the holding, the van does not."""
    order, device, person = await one(desk)
    line = order["lines"][0]
    async with unit_of_work():
        await collecting.mark_planned([line])
        await collecting.mark_collected(line, at=NOON, hygiene="clean")
    assert await state(order) == ("registered", "collected")
    assert await status_of(device) == "collected"
    held = await open_holding(device)
    assert held is not None
    assert held.person_id == person
    row = await row_of("pickup_line", line)
    assert (row["hygiene"], row["collected_at"]) == ("clean", NOON)
    async with unit_of_work():
        await collecting.undo_collected(line)
    assert await state(order) == ("registered", "planned")
    assert await status_of(device) == "pickup_requested"
    row = await row_of("pickup_line", line)
    assert (row["hygiene"], row["collected_at"]) == ("unknown", None)


@pytest.mark.parametrize(
    ("code", "line_state", "order_state", "device_status"),
    [
        ("dirty", "refused_dirty", "closed", "with_holder"),
        ("not_found", "not_found", "closed", "with_holder"),
        ("no_contact", "requested", "registered", "pickup_requested"),
        ("refused", "requested", "registered", "pickup_requested"),
    ],
)
async def test_what_could_not_be_collected(
    desk: Desk, code: str, line_state: str, order_state: str, device_status: str
) -> None:
    """Nobody home: it waits for another round. Dirty or gone: somebody must look, and no van is sent again."""
    order, device, _ = await one(desk)
    async with unit_of_work():
        await collecting.mark_planned(order["lines"])
        await collecting.mark_not_collected(order["lines"][0], code)
    assert await state(order) == (order_state, line_state)
    assert await status_of(device) == device_status
    async with unit_of_work():
        await collecting.undo_collected(order["lines"][0])
    assert await state(order) == ("registered", "planned")
    assert await status_of(device) == "pickup_requested"
    assert (await row_of("pickup_order", order["id"]))["closed_at"] is None


async def unplanned(desk: Desk, person: UUID, article: UUID, **more: Any) -> UUID:
    async with unit_of_work():
        return await collecting.add_unplanned_line(
            more.pop("order", None),
            region_id=desk.north.region_id,
            person_id=person,
            party_id=None,
            article_id=article,
            **{
                "device_id": None,
                "quantity": 1,
                "at": NOON,
                "hygiene": "dirty",
                "registered_by": desk.north.users[Role.DRIVER].id,
                **more,
            },
        )


async def test_what_nobody_had_ordered_goes_on_the_recipients_order(desk: Desk) -> None:
    order, _, person = await one(desk)
    device, holding = await aid(desk.north, person, charging="sale")
    article = (await row_of("device", device))["article_id"]
    line = await row_of("pickup_line", await unplanned(desk, person, article, device_id=device))
    assert (line["pickup_order_id"], line["holding_id"], line["unplanned"]) == (order["id"], holding, True)
    assert (line["state"], line["charging"], line["hygiene"], line["position"]) == ("collected", "sale", "dirty", 2)
    assert await status_of(device) == "collected"
    async with unit_of_work():
        await collecting.undo_collected(line["id"])
    assert (await row_of("pickup_line", line["id"]))["state"] == "cancelled"
    assert await status_of(device) == "with_holder"
    assert (await row_of("pickup_order", order["id"]))["state"] == "registered"


async def test_without_an_order_a_new_one_is_made_and_goes_with_the_undo(desk: Desk) -> None:
    person = await make_person(desk.north)
    holding = await by_quantity(desk.north, person, 3)
    article = (await row_of("holding", holding))["article_id"]
    line_id = await unplanned(desk, person, article, quantity=2, order=new_id())
    line = await row_of("pickup_line", line_id)
    assert (line["quantity"], line["holding_id"]) == (2, holding)
    order = await row_of("pickup_order", line["pickup_order_id"])
    assert (order["state"], order["reason"], order["person_id"], order["street"]) == (
        "registered",
        "other",
        person,
        "Tolvgatan 12",
    )
    assert (order["prescriber_id"], order["registered_by"]) == (
        desk.north.users[Role.PRESCRIBER].id,
        desk.north.users[Role.DRIVER].id,
    )
    async with unit_of_work():
        await collecting.undo_collected(line_id)
    assert (await row_of("pickup_order", order["id"]))["state"] == "cancelled"
    async with unit_of_work():
        await collecting.mark_collected(line_id, at=NOON, hygiene="clean")
    again = await row_of("pickup_order", order["id"])
    assert (again["state"], again["cancelled_at"]) == ("registered", None)


async def test_an_order_that_waits_for_the_device_is_the_one(desk: Desk) -> None:
    order, device, person = await one(desk)
    article = (await row_of("device", device))["article_id"]
    assert await unplanned(desk, person, article, device_id=device) == order["lines"][0]
    assert await state(order) == ("registered", "collected")
    assert await fetch_value("select count(*) from pickup_line") == 1


async def test_never_collected(desk: Desk) -> None:
    assert await collecting.never_collected(await make_article(desk.north, vision_aid=True)) == "pickup.vision_aid"
    assert await collecting.never_collected(await make_article(desk.north, kind="consumable")) == "pickup.consumable"
    assert await collecting.never_collected(await make_article(desk.north)) is None
