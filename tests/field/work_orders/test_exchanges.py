"""Technical exchange like for like, and deviations (R-219, R-236 to R-239, R-300, R-301)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from app.database import execute, fetch, fetch_row, fetch_value
from app.identity.actor import Role
from app.registry.holdings import open_holding
from field.work_orders.likeness import ExchangeDevice, exchange_fault
from tests.field.work_orders.shop import Shop, messages_to, open_reviews
from tests.support.builders import (
    Order,
    close_args,
    make_article,
    make_device,
    make_holding,
    make_person,
    make_work_order,
    order_row,
)

ORDER, ARTICLE = uuid4(), uuid4()
OLD = ExchangeDevice(uuid4(), "with_holder", ARTICLE, "AirSense 10", exchangeable=True, expired=False, held=True)
NEW = ExchangeDevice(uuid4(), "in_stock", ARTICLE, "AirSense 10", exchangeable=True, expired=False)
MODELS = ("AirSense 10", "AirSense 10 For Her")


def test_like_for_like() -> None:
    """R-236, R-238: the same article, or two models of the region's list."""
    her = replace(NEW, article_id=uuid4(), article_name="AirSense 10 For Her")
    assert exchange_fault(OLD, NEW, ORDER, ()) is None
    assert exchange_fault(replace(OLD, exchangeable=False), NEW, ORDER, MODELS) is None
    assert exchange_fault(OLD, her, ORDER, MODELS) is None
    assert exchange_fault(OLD, her, ORDER, ()) == "work_order.exchange_not_alike"
    assert exchange_fault(replace(OLD, exchangeable=False), NEW, ORDER, ()) == "work_order.exchange_not_listed"
    expired = replace(OLD, exchangeable=False, expired=True)
    assert exchange_fault(expired, NEW, ORDER, ()) == "work_order.exchange_expired", "R-237"


def test_what_must_not_be_handed_out() -> None:
    assert exchange_fault(OLD, OLD, ORDER, ()) == "work_order.exchange_same"
    for wrong, code in (
        ({"stopped": True}, "exchange_stopped"),
        ({"status": "scrapped"}, "exchange_stopped"),
        ({"held": True}, "exchange_not_ready"),
        ({"status": "cleaning"}, "exchange_not_ready"),
        ({"reserved_for": uuid4()}, "exchange_reserved"),
    ):
        assert exchange_fault(OLD, replace(NEW, **wrong), ORDER, ()) == f"work_order.{code}", wrong
    assert exchange_fault(OLD, replace(NEW, status="reserved", reserved_for=ORDER), ORDER, ()) is None


async def scene(shop: Shop) -> tuple[Order, UUID, UUID]:
    """An order on a patient's device, and a device like it on the shelf."""
    article = await make_article(shop.north, name="AirSense 10", exchangeable=True)
    old = await make_device(shop.north, number="410001", article_id=article)
    new = await make_device(shop.north, number="410002", article_id=article)
    person = await make_person(shop.north)
    prescriber = shop.north.users[Role.PRESCRIBER].id
    await make_holding(shop.north, old, person_id=person, prescriber_id=prescriber)
    order = await make_work_order(
        shop.north, device_id=old, person_id=person, assigned_to=shop.technician.id, prescriber_id=prescriber
    )
    return order, old, new


def swap(**values: Any) -> dict[str, Any]:
    return {"old_raw": "410001", "new_raw": "410002", "at": datetime.now(UTC).isoformat(), **values}


async def status(number: str) -> str:
    value: str = await fetch_value("select status from device where number = $1", number)
    return value


async def test_a_device_is_kept_and_exchanged_like_for_like(shop: Shop) -> None:
    """R-219, R-236, R-239: kept before the visit; then the new one has the old one's holder and prescriber."""
    order, old, new = await scene(shop)
    planner = await shop.office()
    (alike,) = (await planner.get(f"/api/work-orders/{order.number}/alike")).json()["items"]
    assert alike == {"number": "410002", "article_name": "AirSense 10", "place": "", "same": True}
    assert (await shop.send(planner, "work_order.reserve", {"device_number": "410002"}, order.id)).status_code == 200
    assert await status("410002") == "reserved"
    other = await make_work_order(shop.north, device_id=old)
    taken = await shop.send(planner, "work_order.reserve", {"device_number": "410002"}, other.id)
    assert taken.json()["code"] == "work_order.exchange_reserved"

    phone = await shop.phone(shop.technician)
    verdict = await shop.push(phone, "work_order.exchange", swap(data_uploaded=True), order.id)
    assert verdict["verdict"] == "applied", verdict
    assert await open_holding(old) is None
    holding = await open_holding(new)
    assert holding is not None
    assert holding.prescriber_id == shop.north.users[Role.PRESCRIBER].id
    assert (await status("410001"), await status("410002")) == ("collected", "with_holder")
    assert (await order_row(order.id))["state"] == "started"
    shown = (await planner.get(f"/api/work-orders/{order.number}")).json()
    assert shown["reserved"] is None
    assert [(one["old_number"], one["new_number"], one["data_uploaded"]) for one in shown["exchanges"]] == [
        ("410001", "410002", True)
    ]


async def test_an_exchange_that_the_rules_refuse_is_kept_for_a_person(shop: Shop) -> None:
    """From the field the fact is stored (R1); accepted, the holder has the new one."""
    order, old, new = await scene(shop)
    await execute("update article set exchangeable = false")
    phone = await shop.phone(shop.technician)
    verdict = await shop.push(phone, "work_order.exchange", swap(), order.id)
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "work_order.exchange_not_listed")
    assert await open_holding(old) is not None
    assert await open_reviews(order.id) == ["work_order.exchange_not_listed"]
    review = await fetch_value("select id from review_item")
    decided = await shop.send(await shop.office(), "review.decide", {"decision": "accept_field"}, review)
    assert decided.status_code == 200, decided.text
    assert await open_holding(new) is not None
    wrong = await shop.push(phone, "work_order.exchange", swap(old_raw="410002"), order.id)
    assert wrong["code"] == "work_order.exchange_other"
    unknown = await shop.push(phone, "work_order.exchange", swap(new_raw="499999"), order.id)
    assert unknown["verdict"] == "parked"


async def test_an_order_that_ends_gives_its_device_free(shop: Shop) -> None:
    order, _, _ = await scene(shop)
    planner = await shop.office()
    await shop.send(planner, "work_order.reserve", {"device_number": "410002"}, order.id)
    await shop.push(await shop.phone(shop.technician), "work_order.close", close_args(), order.id)
    assert await status("410002") == "in_stock"


async def test_a_deviation_is_told_at_once_and_blocks_the_device(shop: Shop) -> None:
    """R-300, R-301: the prescriber hears it now, and nobody hands the device out; what was written is in no message."""
    order, old, _ = await scene(shop)
    prescriber = shop.north.users[Role.PRESCRIBER]
    phone = await shop.phone(shop.technician)
    args = {"text": "Fläkten brann, Tolvan vaknade.", "harm": "could", "at": datetime.now(UTC).isoformat()}
    assert (await shop.push(phone, "work_order.deviation", args, order.id))["verdict"] == "applied"
    ((kind, params),) = await messages_to(prescriber)
    assert (kind, params["device_number"]) == ("work_order.deviation", "410001")
    assert "Tolvan" not in str(params)
    block = await fetch_row("select reason from device_block where device_id = $1 and lifted_at is null", old)
    assert block is not None
    assert block["reason"] == "Medicinteknisk avvikelse"
    theirs = (await (await shop.browser(prescriber)).get(f"/api/work-orders/{order.number}")).json()
    assert theirs["deviations"][0]["text"] == args["text"]
    again = await shop.push(phone, "work_order.deviation", args, order.id)
    assert again["verdict"] == "applied", "a second one on a blocked device is kept too"
    assert len(await fetch("select 1 from deviation")) == 2
