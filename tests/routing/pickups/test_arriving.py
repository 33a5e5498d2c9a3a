"""Arrival registration: the holding and its rent end, and the last arrival closes the order (R-255, R-265, R-274)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.database import execute, fetch, fetch_row, fetch_value, new_id, unit_of_work
from app.identity.actor import Role
from app.registry.holdings import Holder, hand_out, open_holding
from routing.pickups import collecting
from tests.app.orders.desk import Desk, line_ids, make_warehouse, row_of, status_of
from tests.routing.pickups.test_registering import aid, by_quantity, wanted
from tests.support.builders import LONG_AGO, make_device, make_person


def now(minutes: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


async def arrive(desk: Desk, order: dict[str, Any], *lines: dict[str, Any], at: str | None = None) -> Any:
    args = {"lines": list(lines), "at": at or now()}
    return await desk.send(await desk.as_role(Role.WAREHOUSE), "pickup_order.arrive", args, order["id"])


def whole(order: dict[str, Any], index: int = 0, **more: Any) -> dict[str, Any]:
    return {"line_id": str(order["lines"][index]), **more}


async def two(desk: Desk) -> tuple[dict[str, Any], UUID, UUID, UUID]:
    """An order for a device and for three of four of an article: order, device, its holding, the other holding."""
    person = await make_person(desk.north)
    device, holding = await aid(desk.north, person)
    plain = await by_quantity(desk.north, person, 4)
    lines = [{"holding_id": str(holding)}, {"holding_id": str(plain), "quantity": 3}]
    return await desk.pickup(**wanted(person, lines=lines)), device, holding, plain


async def test_the_last_arrival_closes_the_order(desk: Desk) -> None:
    """A device as its own time says, and an article in part: the recipient keeps the rest."""
    order, device, holding, plain = await two(desk)
    at = now(-60)
    first = await arrive(desk, order, whole(order, hygiene="dirty"), at=at)
    assert (first.status_code, first.json()["result"]["state"]) == (200, "registered")
    assert await open_holding(device) is None
    assert await status_of(device) == "arrived"
    assert (await row_of("holding", holding))["ends_at"] == datetime.fromisoformat(at)
    line = await row_of("pickup_line", order["lines"][0])
    assert (line["state"], line["hygiene"], line["arrived_at"]) == ("arrived", "dirty", datetime.fromisoformat(at))
    second = await arrive(desk, order, whole(order, 1))
    assert second.json()["result"]["state"] == "closed"
    row = await row_of("pickup_order", order["id"])
    assert (row["state"], row["closed_at"] is not None) == ("closed", True)
    ended = await row_of("holding", plain)
    assert (ended["quantity"], ended["ends_at"] is not None) == (3, True)
    kept = await fetch_row(
        "select quantity, starts_at, ends_at from holding where article_id = $1 and id <> $2",
        ended["article_id"],
        plain,
    )
    assert kept is not None
    assert tuple(kept) == (1, LONG_AGO, None)


async def test_nothing_arrives_twice_and_no_strange_line(desk: Desk) -> None:
    order, _, _, _ = await two(desk)
    assert (await arrive(desk, order, whole(order), whole(order))).json()["result"]["arrived"] == 1
    again = await arrive(desk, order, whole(order), whole(order, 1))
    assert (again.status_code, again.json()["code"]) == (409, "pickup.arrived_already")
    assert (await row_of("pickup_line", order["lines"][1]))["state"] == "requested", "all or nothing"
    strange = await arrive(desk, order, {"line_id": str(new_id())})
    assert strange.json()["code"] == "pickup.line_unknown"
    other = await desk.send(
        await desk.as_role(Role.WAREHOUSE, desk.south),
        "pickup_order.arrive",
        {"lines": [whole(order)], "at": now()},
        order["id"],
    )
    assert other.status_code == 404


async def test_a_scan_must_be_the_lines_device(desk: Desk) -> None:
    order, device, _, _ = await two(desk)
    number = (await row_of("device", device))["number"]
    other = (await row_of("device", await make_device(desk.north)))["number"]
    wrong = await arrive(desk, order, whole(order, scan_raw=other))
    assert wrong.json()["code"] == "pickup.other_device"
    assert wrong.json()["detail"].startswith(
        f"Du läste {other}, men raden på hämtorder {order['number']} gäller {number}"
    )
    unknown = await arrive(desk, order, whole(order, scan_raw="7351111111111"))
    assert unknown.json()["code"] == "label.unknown"
    assert await status_of(device) == "pickup_requested"
    assert (await arrive(desk, order, whole(order, scan_raw=number))).status_code == 200


async def test_the_time_is_never_later_than_now_nor_before_the_delivery(desk: Desk) -> None:
    order, device, holding, _ = await two(desk)
    early = await arrive(desk, order, whole(order), at="2020-01-01T00:00:00Z")
    assert early.json()["code"] == "holding.before_last"
    assert await open_holding(device) is not None
    await arrive(desk, order, whole(order), at=now(60 * 24))
    assert (await row_of("holding", holding))["ends_at"] <= datetime.now(UTC)


async def test_a_device_that_is_registered_on_another_is_left_alone(desk: Desk) -> None:
    order, device, _, _ = await two(desk)
    async with unit_of_work():
        await hand_out(
            desk.north.region_id, device, Holder(party_id=desk.north.care_unit_id), datetime.now(UTC), "test"
        )
    answer = await arrive(desk, order, whole(order), at=now(1))
    assert answer.json()["code"] == "pickup.holder_changed"
    held = await open_holding(device)
    assert held is not None
    assert held.party_id == desk.north.care_unit_id


async def test_from_the_van_to_the_warehouse_is_the_last_link(desk: Desk) -> None:
    """The custody event says where it came from: the van when a driver collected it, else its holder."""
    warehouse = await make_warehouse(desk.north)
    order, device, _, _ = await two(desk)
    person = (await row_of("pickup_order", order["id"]))["person_id"]
    answer = await arrive(desk, order, whole(order), whole(order, 1))
    events = await fetch("select * from custody_event order by device_id nulls last")
    assert [(event["kind"], event["from_kind"], event["from_id"], event["to_id"]) for event in events] == [
        ("arrive", "holder", person, warehouse)
    ] * 2
    assert (events[0]["device_id"], events[1]["quantity"]) == (device, 3)
    assert str(events[0]["command_id"]) == answer.json()["id"]
    assert events[0]["by_user"] == desk.north.users[Role.WAREHOUSE].id


async def test_a_collected_line_that_had_no_holding_arrives_too(desk: Desk) -> None:
    """An aid that the register knew nobody for came with the van (case 10)."""
    person = await make_person(desk.north)
    device = await make_device(desk.north)
    article = (await row_of("device", device))["article_id"]
    async with unit_of_work():
        line = await collecting.add_unplanned_line(
            None,
            region_id=desk.north.region_id,
            person_id=person,
            party_id=None,
            article_id=article,
            device_id=device,
            quantity=1,
            at=datetime.now(UTC),
            hygiene="unknown",
            registered_by=desk.north.users[Role.DRIVER].id,
        )
    order_id = (await row_of("pickup_line", line))["pickup_order_id"]
    order = {"id": order_id, "lines": await line_ids("pickup_line", order_id)}
    assert (await arrive(desk, order, whole(order))).json()["result"]["state"] == "closed"
    assert await status_of(device) == "arrived"


async def test_the_collection_may_be_heard_of_after_the_arrival(desk: Desk) -> None:
    order, device, _, _ = await two(desk)
    await arrive(desk, order, whole(order))
    async with unit_of_work():
        await collecting.mark_collected(order["lines"][0], at=datetime.now(UTC), hygiene="clean")
    line = await row_of("pickup_line", order["lines"][0])
    assert (line["state"], line["collected_at"] is not None, line["hygiene"]) == ("arrived", True, "clean")
    assert await status_of(device) == "arrived"
    async with unit_of_work():
        await collecting.undo_collected(order["lines"][0])
    assert (await row_of("pickup_line", order["lines"][0]))["state"] == "arrived"


async def test_what_was_not_found_turns_up(desk: Desk) -> None:
    order, device, _, _ = await two(desk)
    async with unit_of_work():
        await collecting.mark_not_collected(order["lines"][0], "not_found")
    assert (await arrive(desk, order, whole(order))).status_code == 200
    assert await status_of(device) == "arrived"


async def test_a_phone_registers_what_it_can_and_a_person_sees_the_rest(desk: Desk) -> None:
    """Sync rules R1 and R2: the good line's fact is never lost for the bad one's sake."""
    order, device, _, _ = await two(desk)
    await arrive(desk, order, whole(order, 1))
    phone = await desk.phone(desk.north.users[Role.WAREHOUSE])
    command = phone.record(
        "pickup_order.arrive", {"lines": [whole(order), whole(order, 1)], "at": now()}, aggregate=order["id"]
    )
    await phone.sync()
    line = phone.verdicts[command]
    assert (line["verdict"], line["code"]) == ("recorded", "pickup.arrived_already")
    assert await status_of(device) == "arrived"
    assert (await row_of("pickup_order", order["id"]))["state"] == "closed"
    assert await fetch_value("select count(*) from review_item where subject_id = $1", order["id"]) == 1


@pytest.mark.parametrize("role", [Role.PRESCRIBER, Role.TECHNICIAN, Role.DRIVER, Role.ADMIN])
async def test_who_may_not(desk: Desk, role: Role) -> None:
    answer = await desk.send(
        await desk.as_role(role), "pickup_order.arrive", {"lines": [{"line_id": str(new_id())}], "at": now()}, new_id()
    )
    assert answer.status_code == 403


async def test_an_executing_return_is_nobodys(desk: Desk) -> None:
    """R-263: it can be neither listed, read, searched by number nor worked on."""
    order, _, _, _ = await two(desk)
    await execute("update pickup_order set kind = 'executing_return' where id = $1", order["id"])
    browser = await desk.as_role(Role.PLANNER)
    assert (await browser.get("/api/pickup-orders?state=all")).json()["items"] == []
    assert (await browser.get(f"/api/pickup-orders/{order['number']}")).status_code == 404
    assert (await browser.get(f"/api/numbers/{order['number']}")).json()["items"] == []
    assert (await arrive(desk, order, whole(order))).status_code == 404
    assert await collecting.open_pickup_lines(desk.north.region_id, [order["id"]]) == []
