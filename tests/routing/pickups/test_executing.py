"""R-258..R-263: accessories that came back already are deregistered at once, by an order that nobody drives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from app.database import execute, fetch_row, fetch_value, new_id
from app.identity.actor import Role
from routing.pickups.collecting import open_pickup_lines
from routing.pickups.lifecycle import not_deregistered
from tests.app.orders.desk import Desk, row_of, status_of
from tests.support.builders import make_article, make_device, make_person


async def held(desk: Desk, person: UUID, *, quantity: int = 1, device: bool = False, **article: Any) -> UUID:
    """An open holding of the person; its id."""
    article_id = await make_article(desk.north, **{"kind": "accessory", "individually_numbered": device, **article})
    device_id = await make_device(desk.north, article_id=article_id, status="with_holder") if device else None
    holding = new_id()
    await execute(
        "insert into holding (id, region_id, device_id, article_id, quantity, person_id, prescriber_id, starts_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        holding,
        desk.north.region_id,
        device_id,
        None if device else article_id,
        quantity,
        person,
        desk.north.users[Role.PRESCRIBER].id,
        datetime.now(UTC) - timedelta(days=9),
    )
    return holding


async def send(desk: Desk, person: UUID, *lines: dict[str, Any], name: str = "Hemsjukvården") -> httpx.Response:
    args = {"recipient": {"person_id": str(person)}, "lines": list(lines), "contact": {"name": name}}
    return await desk.send(await desk.as_role(Role.CUSTOMER_SERVICE), "pickup_order.execute_return", args)


def test_only_accessories_are_eligible() -> None:
    assert not_deregistered(kind="accessory", vision_aid=False) is None
    assert not_deregistered(kind="device", vision_aid=False) == "pickup.not_accessory"
    assert not_deregistered(kind="consumable", vision_aid=False) == "pickup.consumable"
    assert not_deregistered(kind="accessory", vision_aid=True) == "pickup.vision_aid"


async def test_it_is_closed_at_once_is_no_stop_and_nobody_finds_it(desk: Desk) -> None:
    person = await make_person(desk.north)
    rails, belt = await held(desk, person, quantity=3), await held(desk, person, device=True)
    answer = await send(desk, person, {"holding_id": str(rails), "quantity": 2}, {"holding_id": str(belt)})
    assert answer.status_code == 200, answer.text
    number = answer.json()["result"]["number"]
    order = await fetch_row("select * from pickup_order where number = $1", number)
    assert order is not None
    assert (order["kind"], order["state"], order["reason"]) == (
        "executing_return",
        "closed",
        "returned_not_deregistered",
    )
    assert (order["street"], order["entry_code"]) == ("", ""), "nobody drives there"
    device = (await row_of("holding", belt))["device_id"]
    assert (await row_of("holding", belt))["ends_at"] is not None
    assert await status_of(device) == "arrived"
    assert (await row_of("holding", rails))["quantity"] == 2
    kept = "select quantity from holding where person_id = $1 and ends_at is null"
    assert await fetch_value(kept, person) == 1, "one is kept"
    assert await open_pickup_lines(desk.north.region_id, [order["id"]]) == [], "I8"
    browser = await desk.as_role(Role.CUSTOMER_SERVICE)
    assert (await browser.get(f"/api/pickup-orders/{number}")).status_code == 404
    assert (await browser.get("/api/pickup-orders?state=all")).json()["items"] == []


async def test_what_is_not_eligible_or_lacks_a_name_is_refused_and_nothing_is_saved(desk: Desk) -> None:
    person = await make_person(desk.north)
    accessory = {"holding_id": str(await held(desk, person))}
    for lines, name, code in (
        ([{"holding_id": str(await held(desk, person, kind="device"))}], "Enheten", "pickup.not_accessory"),
        ([accessory, {"holding_id": str(await held(desk, person, kind="consumable"))}], "Enheten", "pickup.consumable"),
        ([accessory], "  ", "pickup.name_needed"),
        ([accessory, accessory], "Enheten", "pickup.holding_twice"),
    ):
        answer = await send(desk, person, *lines, name=name)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert await fetch_value("select count(*) from pickup_order") == 0
    assert await fetch_value("select count(*) from holding where ends_at is not null") == 0
