"""What the rounds do to orders: in transit, back, delivered in parts, and a delivery that never was."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.database import fetch, fetch_value, new_id, unit_of_work
from app.identity.actor import Role
from app.orders import fulfilment
from app.registry.holdings import HoldingError, open_holding
from tests.app.orders.desk import Desk, row_of, status_of
from tests.app.orders.test_registering import patient, prescription
from tests.support.builders import make_article, make_device

NOON = datetime(2026, 6, 18, 10, 0, tzinfo=UTC)


async def ready_order(desk: Desk, count: int = 2, quantity: int = 5, **more: Any) -> tuple[dict[str, Any], list[UUID]]:
    """A dispatchable order for ``count`` numbered devices and, last, ``quantity`` of a plain article."""
    person = await patient(desk.north)
    lift = await make_article(desk.north)
    number = (await row_of("article", lift))["number"]
    plain = await make_article(desk.north, individually_numbered=False)
    lines = [
        {"article_number": number, "quantity": count},
        {"article_number": (await row_of("article", plain))["number"], "quantity": quantity},
    ]
    order = await desk.order(**{**prescription(person), "lines": lines, **more})
    devices = [await make_device(desk.north, article_id=lift) for _ in range(count)]
    for line, device in zip(order["lines"], devices, strict=False):
        args = {"line_id": str(line), "device_number": (await row_of("device", device))["number"]}
        await desk.do(Role.WAREHOUSE, "customer_order.assign_device", args, order["id"])
    return order, devices


async def state(order: dict[str, Any]) -> str:
    return str((await row_of("customer_order", order["id"]))["state"])


async def deliver(line: UUID, at: datetime = NOON, quantity: int = 1, device: UUID | None = None) -> None:
    async with unit_of_work():
        await fulfilment.mark_delivered(line, quantity=quantity, at=at, device_id=device)


async def unmark(line: UUID, at: datetime = NOON) -> None:
    async with unit_of_work():
        await fulfilment.unmark_delivered(line, at=at)


async def test_open_lines_tell_a_stop_all_it_needs(desk: Desk) -> None:
    """R-115, R-116, R-118, R-120."""
    order, devices = await ready_order(desk, 1, to_home=True, carrier_note="Ring före.", co_delivery=True, urgent=True)
    lines = await fulfilment.open_lines(desk.north.region_id, [order["id"]])
    assert [(line.device_id, line.quantity) for line in lines] == [(devices[0], 1), (None, 5)]
    line = lines[0]
    assert (line.order_number, line.order_state) == (order["number"], "dispatchable")
    assert (line.street, line.entry_code, line.carrier_note) == ("Tolvgatan 12", "1212", "Ring före.")
    assert (line.co_delivery, line.urgent) == (True, True)
    assert await fulfilment.open_lines(desk.south.region_id, [order["id"]]) == []


async def test_to_the_van_and_back(desk: Desk) -> None:
    order, devices = await ready_order(desk)
    async with unit_of_work():
        await fulfilment.mark_in_transit(order["lines"])
    assert await state(order) == "in_transit"
    assert [await status_of(device) for device in devices] == ["in_transit"] * 2
    async with unit_of_work():
        await fulfilment.mark_back_at_centre(order["lines"][:1])
    assert await state(order) == "in_transit", "the other goods are still in the van"
    async with unit_of_work():
        await fulfilment.mark_back_at_centre(order["lines"])
    assert await state(order) == "dispatchable"
    assert [await status_of(device) for device in devices] == ["reserved"] * 2


async def test_delivering_opens_the_holdings(desk: Desk) -> None:
    """R-019: on patient and individual level; the rest of an article waits until all of it is there."""
    order, devices = await ready_order(desk)
    first, second, plain = order["lines"]
    await deliver(first, device=devices[0])
    assert await state(order) == "dispatchable"
    await deliver(second)
    await deliver(plain, quantity=3)
    row = await row_of("order_line", plain)
    assert (row["state"], row["delivered_quantity"]) == ("open", 3)
    assert [line.quantity for line in await fulfilment.open_lines(desk.north.region_id, [order["id"]])] == [2]
    await deliver(plain, quantity=2, at=NOON + timedelta(hours=1))
    row = await row_of("customer_order", order["id"])
    assert (row["state"], row["delivered_at"]) == ("delivered", NOON + timedelta(hours=1))
    held = await open_holding(devices[0])
    assert held is not None
    assert (held.person_id, held.starts_at) == (row["person_id"], NOON)
    assert (held.prescriber_id, held.customer_id, held.payer_id) == (
        row["prescriber_id"],
        desk.north.customer_id,
        desk.north.payer_id,
    )
    rows = await fetch("select quantity, ordered_at from holding where order_line_id = $1 order by starts_at", plain)
    assert [(row["quantity"], row["ordered_at"]) for row in rows] == [
        (3, (await row_of("customer_order", order["id"]))["registered_at"]),
        (2, (await row_of("customer_order", order["id"]))["registered_at"]),
    ]
    assert await status_of(devices[1]) == "with_holder"


async def test_a_device_is_delivered_once(desk: Desk) -> None:
    order, devices = await ready_order(desk, 1)
    for _ in range(2):
        await deliver(order["lines"][0], device=devices[0])
    assert await fetch_value("select count(*) from holding where device_id = $1", devices[0]) == 1
    with pytest.raises(LookupError):
        await deliver(order["lines"][0], device=new_id())
    with pytest.raises(LookupError):
        await deliver(new_id())


async def test_an_undone_delivery_was_never_a_holding_and_stays_as_history(desk: Desk) -> None:
    """Case 26: the annulled holding has no length; nobody has the device, and the list of aids does not show it."""
    order, devices = await ready_order(desk, 1)
    line, plain = order["lines"]
    await deliver(line)
    await deliver(plain, quantity=5)
    assert await state(order) == "delivered"
    await unmark(line, NOON + timedelta(minutes=5))
    await unmark(line)  # twice is once
    await unmark(plain)
    assert await state(order) == "in_transit"
    assert await open_holding(devices[0]) is None
    assert await status_of(devices[0]) == "in_transit"
    rows = await fetch("select starts_at, ends_at from holding where order_line_id = any($1)", order["lines"])
    assert [(row["starts_at"], row["ends_at"]) for row in rows] == [(NOON, NOON)] * 2
    assert (await row_of("order_line", plain))["delivered_quantity"] == 0
    browser = await desk.as_role(Role.CUSTOMER_SERVICE)
    person = (await row_of("customer_order", order["id"]))["person_id"]
    aids = (await browser.post("/api/recipients/aids", json={"person_id": str(person)})).json()
    number = (await row_of("device", devices[0]))["number"]
    assert number not in [aid["device_number"] for aid in aids["aids"]]
    assert number in [line["device_number"] for line in aids["on_the_way"]]
    # It can be delivered again, at an earlier time than the annulled one too.
    await deliver(line, at=NOON - timedelta(hours=1))
    assert (await row_of("order_line", line))["delivered_at"] == NOON - timedelta(hours=1)


async def test_of_several_part_deliveries_the_nearest_in_time_is_annulled(desk: Desk) -> None:
    order, _ = await ready_order(desk, 1)
    plain = order["lines"][1]
    await deliver(plain, quantity=3)
    await deliver(plain, quantity=2, at=NOON + timedelta(hours=2))
    await unmark(plain, NOON)
    row = await row_of("order_line", plain)
    assert (row["state"], row["delivered_quantity"], row["delivered_at"]) == ("open", 2, NOON + timedelta(hours=2))


async def test_a_scrapped_device_is_told_of(desk: Desk) -> None:
    order, devices = await ready_order(desk, 1)
    await fetch("update device set status = 'scrapped' where id = $1 returning 1", devices[0])
    with pytest.raises(HoldingError, match=r"holding\.scrapped"):
        await deliver(order["lines"][0])


async def device_history(device: UUID) -> list[tuple[Any, ...]]:
    rows = await fetch(
        "select order_line_id, starts_at, ends_at from holding where device_id = $1"
        " and ends_at is distinct from starts_at order by starts_at",
        device,
    )
    return [tuple(row) for row in rows]


async def test_the_order_in_which_facts_arrive_does_not_matter(desk: Desk) -> None:
    """Two deliveries of one device and the annulment of one of them, heard in every order: one history."""
    first, devices = await ready_order(desk, 1)
    device = devices[0]
    line = first["lines"][0]
    person = (await row_of("customer_order", first["id"]))["person_id"]
    article = (await row_of("device", device))["article_id"]
    number = (await row_of("article", article))["number"]
    results = []
    for sequence in itertools.permutations(("early", "late", "annul")):
        if sequence.index("annul") < sequence.index("early"):
            continue  # nothing to annul yet
        second = await desk.order(**prescription(person, number))
        other = second["lines"][0]
        for step in sequence:
            if step == "early":
                await deliver(line, at=NOON)
            elif step == "late":
                await deliver(other, at=NOON + timedelta(hours=3), device=device)
            else:
                await unmark(line)
        names = {line: "early", other: "late"}
        results.append([(names[row[0]], *row[1:]) for row in await device_history(device)])
        held = await open_holding(device)
        assert held is not None
        assert await status_of(device) == "with_holder"
        await unmark(other, NOON + timedelta(hours=3))
        assert await device_history(device) == []
        assert await open_holding(device) is None
    assert len(results) == 3
    assert results == [[("late", NOON + timedelta(hours=3), None)]] * 3
