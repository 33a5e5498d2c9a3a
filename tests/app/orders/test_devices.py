"""Which device goes out: the warehouse chooses it, one order gets it, and cancelling gives it back (R-073)."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import pytest

from app.database import execute, new_id, unit_of_work
from app.identity.actor import Role
from app.orders import fulfilment
from app.registry.repository import article_by_number
from tests.app.orders.desk import Desk, row_of, status_of
from tests.app.orders.test_registering import patient, prescription
from tests.support.builders import make_article, make_device, make_policy


async def lifts(desk: Desk, count: int) -> dict[str, Any]:
    """An order for lifts, article 7001."""
    person = await patient(desk.north)
    await make_article(desk.north, number="7001")
    lines = [{"article_number": "7001", "quantity": count}]
    return await desk.order(**{**prescription(person), "lines": lines})


async def lift(desk: Desk, number: str, **columns: Any) -> UUID:
    article = await article_id(desk)
    return await make_device(desk.north, number=number, article_id=article, **columns)


async def article_id(desk: Desk) -> UUID:
    article = await article_by_number(desk.north.region_id, "7001")
    assert article is not None
    return article.id


async def assign(desk: Desk, order: dict[str, Any], line: int, number: str | None) -> Any:
    args = {"line_id": str(order["lines"][line]), "device_number": number}
    return await desk.send(await desk.as_role(Role.WAREHOUSE), "customer_order.assign_device", args, order["id"])


async def state(order: dict[str, Any]) -> str:
    return str((await row_of("customer_order", order["id"]))["state"])


async def test_the_first_choice_begins_the_order_and_the_last_makes_it_ready(desk: Desk) -> None:
    """Co-delivery or not, an order leaves when everything in it has its device (R-118)."""
    order = await lifts(desk, 2)
    first, second = await lift(desk, "104901"), await lift(desk, "104902")
    assert (await assign(desk, order, 0, "104901")).status_code == 200
    assert (await state(order), await status_of(first)) == ("processing", "reserved")
    assert (await assign(desk, order, 1, "104902")).json()["rv"] == (await row_of("customer_order", order["id"]))["rv"]
    assert (await state(order), await status_of(second)) == ("dispatchable", "reserved")
    # The same again is the same; another one lets the first go.
    assert (await assign(desk, order, 1, "104902")).status_code == 200
    third = await lift(desk, "104903")
    assert (await assign(desk, order, 1, "104903")).status_code == 200
    assert (await status_of(second), await status_of(third)) == ("in_stock", "reserved")
    assert (await assign(desk, order, 1, None)).status_code == 200
    assert (await state(order), await status_of(third)) == ("processing", "in_stock")
    assert (await assign(desk, order, 0, None)).status_code == 200
    assert await state(order) == "processing", "the centre has begun with it"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("7777", "order.device_unknown"),
        ("104904", "order.device_unknown"),
        ("104905", "order.device_other_article"),
        ("104906", "order.device_taken"),
        ("104907", "order.device_taken"),
    ],
)
async def test_devices_that_cannot_go_out(desk: Desk, number: str, code: str) -> None:
    order = await lifts(desk, 1)
    await make_device(desk.south, number="104904")
    await make_device(desk.north, number="104905")
    await lift(desk, "104906", status="in_repair")
    held = await lift(desk, "104907")
    await execute(
        "insert into holding (id, region_id, device_id, party_id, starts_at) values ($1, $2, $3, $4, now())",
        new_id(),
        desk.north.region_id,
        held,
        desk.north.care_unit_id,
    )
    answer = await assign(desk, order, 0, number)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert answer.json()["state"]["state"] == "registered"
    assert (await row_of("order_line", order["lines"][0]))["device_id"] is None


async def test_of_two_orders_that_want_one_device_at_once_one_gets_it(desk: Desk) -> None:
    orders = [await lifts(desk, 1)]
    person = (await row_of("customer_order", orders[0]["id"]))["person_id"]
    orders += [await desk.order(**prescription(person, "7001")) for _ in range(3)]
    device = await lift(desk, "104901")
    await desk.as_role(Role.WAREHOUSE)
    answers = await asyncio.gather(*(assign(desk, order, 0, "104901") for order in orders))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"order.device_taken"}
    assert await status_of(device) == "reserved"
    assert sorted([await state(order) for order in orders]) == ["dispatchable"] + ["registered"] * 3


async def test_what_is_loaded_or_over_is_not_chosen_anew(desk: Desk) -> None:
    order = await lifts(desk, 1)
    await lift(desk, "104901")
    await lift(desk, "104902")
    await assign(desk, order, 0, "104901")
    async with unit_of_work():
        await fulfilment.mark_in_transit(order["lines"])
    assert (await assign(desk, order, 0, "104902")).json()["code"] == "order.line_in_transit"
    strange = await desk.send(
        await desk.as_role(Role.WAREHOUSE),
        "customer_order.assign_device",
        {"line_id": str(new_id()), "device_number": None},
        order["id"],
    )
    assert strange.json()["code"] == "order.line_unknown"


async def cancel(desk: Desk, role: Role, order: dict[str, Any]) -> Any:
    args = {"reason": "not_needed", "note": "Ändrat behov."}
    return await desk.send(await desk.as_role(role), "customer_order.cancel", args, order["id"])


async def test_where_policy_says_so_only_customer_service_cancels(desk: Desk) -> None:
    """R-154: Norrbotten."""
    order = await lifts(desk, 1)
    device = await lift(desk, "104901")
    await assign(desk, order, 0, "104901")
    refused = await cancel(desk, Role.PRESCRIBER, order)
    assert refused.json()["code"] == "order.cancel_by_customer_service"
    assert (await cancel(desk, Role.CUSTOMER_SERVICE, order)).status_code == 200
    row = await row_of("customer_order", order["id"])
    assert (row["state"], row["cancel_reason"], row["cancel_note"]) == ("cancelled", "not_needed", "Ändrat behov.")
    assert row["cancelled_at"] is not None
    assert await status_of(device) == "in_stock"
    line = await row_of("order_line", order["lines"][0])
    assert (line["state"], line["device_id"]) == ("cancelled", None)
    assert (await cancel(desk, Role.CUSTOMER_SERVICE, order)).json()["code"] == "order.cancelled"
    assert (await assign(desk, order, 0, "104901")).json()["code"] == "order.cancelled"


async def test_elsewhere_the_orderer_may_until_the_centre_begins(desk: Desk) -> None:
    """R-155: Västra Götaland."""
    await make_policy(desk.north, cancel_order_by="orderer_until_processing")
    order = await lifts(desk, 1)
    await lift(desk, "104901")
    browser = await desk.as_role(Role.PRESCRIBER)
    detail = f"/api/customer-orders/{order['number']}"
    assert (await browser.get(detail)).json()["can_cancel"] is True
    await assign(desk, order, 0, "104901")
    assert (await browser.get(detail)).json()["can_cancel"] is False
    assert (await cancel(desk, Role.PRESCRIBER, order)).json()["code"] == "order.processing_begun"
    person = (await row_of("customer_order", order["id"]))["person_id"]
    untouched = await desk.order(**prescription(person, "7001"))
    assert (await cancel(desk, Role.PRESCRIBER, untouched)).status_code == 200
    assert await state(untouched) == "cancelled"


async def test_nobody_cancels_what_is_in_the_van_and_the_rest_of_a_delivery_can_be_let_go(desk: Desk) -> None:
    order = await lifts(desk, 2)
    for line, number in enumerate(("104901", "104902")):
        await lift(desk, number)
        await assign(desk, order, line, number)
    async with unit_of_work():
        await fulfilment.mark_in_transit(order["lines"])
    assert (await cancel(desk, Role.CUSTOMER_SERVICE, order)).json()["code"] == "order.in_transit"
    async with unit_of_work():
        registered = (await row_of("customer_order", order["id"]))["registered_at"]
        await fulfilment.mark_delivered(order["lines"][0], quantity=1, at=registered, device_id=None)
        await fulfilment.mark_back_at_centre(order["lines"][1:])
    assert (await cancel(desk, Role.CUSTOMER_SERVICE, order)).status_code == 200
    assert await state(order) == "delivered"
    assert [(await row_of("order_line", line))["state"] for line in order["lines"]] == ["delivered", "cancelled"]
