"""Safety notices, blocks and announced maintenance: whom they meet, and that every scan shows them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from app.database import execute, fetch_value
from app.identity.actor import Role
from app.policy.working_time import STOCKHOLM
from labels.device_index.builder import build_index, newest
from labels.device_index.format import decode, unpack
from labels.device_index.verdict import notices
from tests.labels.conftest import Shop
from tests.support.builders import make_article, make_device, make_person, make_work_order
from tests.support.phone import Phone


async def flags(shop: Shop) -> dict[str, set[str]]:
    """What the index says of each device, made anew if anything has changed."""
    # The application builds it too; when its job was under way, its version is the one from before the change.
    for _ in range(2):
        await build_index(shop.north.region_id)
    row = await newest(shop.north.region_id)
    assert row is not None
    entries = decode(unpack(bytes(row["snapshot"]))).entries
    return {number: set(entry.flags) for number, entry in entries.items() if entry.flags}


async def says(shop: Shop, number: str) -> list[str]:
    row = await newest(shop.north.region_id)
    assert row is not None
    return list(notices(decode(unpack(bytes(row["snapshot"]))), number, None, datetime.now(UTC).date()))


async def set_notice(shop: Shop, **args: Any) -> tuple[UUID, httpx.Response]:
    made = uuid4()
    answer = await shop.send("safety_notice.set", {"title": "Bromsen kan lossna", **args}, made)
    return made, answer


async def card(shop: Shop, number: str) -> dict[str, Any]:
    answer = await shop.planner.get(f"/api/devices/{number}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_notice_meets_an_article_a_range_of_serials_and_a_list(shop: Shop) -> None:
    article = await make_article(shop.north, number="7001")
    for number, serial in (("104901", "G024-0099"), ("104902", "G024-0100"), ("104903", "G024-0250"), ("104904", "G1")):
        await make_device(shop.north, number=number, article_id=article, serial=serial)
    await make_device(shop.north, number="104905")
    await make_device(shop.north, number="104906", article_id=article, serial="G024-0150", status="scrapped")
    await make_device(shop.world.south, number="104905")
    made, answer = await set_notice(
        shop, article_number="7001", serial_from="G024-0100", serial_to="G024-0300", numbers=["104905"]
    )
    assert answer.json()["result"] == {"covered": 3}, answer.text
    stopped = {"safety_notice"}
    assert await flags(shop) == {"104902": stopped, "104903": stopped, "104905": stopped}
    assert await says(shop, "104903") == ["safety_notice"]
    # One that is bought afterwards is met too.
    await make_device(shop.north, number="104907", article_id=article, serial="G024-0299")
    assert "104907" in await flags(shop)
    assert (await card(shop, "104907"))["safety_notices"][0]["title"] == "Bromsen kan lossna"
    assert (await shop.send("safety_notice.lift", {"note": "Utredd"}, made)).json()["result"] == {"covered": 4}
    assert await flags(shop) == {}
    assert (await card(shop, "104907"))["safety_notices"] == []
    again = await shop.send("safety_notice.lift", {}, made)
    assert (again.status_code, again.json()["code"]) == (409, "safety.lifted")


async def test_a_notice_about_a_whole_article_ends_for_each_device_with_its_action(shop: Shop) -> None:
    article = await make_article(shop.north, number="7001")
    for number in ("104901", "104902"):
        await make_device(shop.north, number=number, article_id=article)
    await make_device(shop.north, number="104903")
    made, _ = await set_notice(shop, article_number="7001", action="Byt bromsvajern")
    assert set(await flags(shop)) == {"104901", "104902"}
    other = await shop.send("safety_notice.done", {"device_number": "104903"}, made, Role.TECHNICIAN)
    assert (other.status_code, other.json()["code"]) == (409, "safety.not_covered")
    done = await shop.send("safety_notice.done", {"device_number": "104901", "note": "Bytt"}, made, Role.TECHNICIAN)
    assert done.status_code == 200, done.text
    assert set(await flags(shop)) == {"104902"}
    detail = (await shop.planner.get(f"/api/safety-notices/{made}")).json()
    assert (detail["notice"]["covered"], detail["notice"]["done"]) == (2, 1)
    assert [(one["number"], one["done_at"] is not None) for one in detail["devices"]] == [
        ("104902", False),
        ("104901", True),
    ]


async def test_the_phones_card_brings_the_notice(shop: Shop) -> None:
    """The technician stands at the device: title, text and what must be done are on the phone, without a network."""
    technician = shop.north.users[Role.TECHNICIAN]
    device = await make_device(shop.north, number="104901")
    await make_work_order(shop.north, device_id=device, assigned_to=technician.id)
    phone = await Phone.register(shop.clients[Role.TECHNICIAN])
    await phone.sync()
    assert phone.rows["device"][device]["safety_notices"] == []
    await set_notice(shop, numbers=["104901"], text="Lyft inte.", action="Byt bromsvajern")
    await phone.sync()
    rows = phone.rows["device"][device]
    assert [(one["title"], one["text"], one["action"]) for one in rows["safety_notices"]] == [
        ("Bromsen kan lossna", "Lyft inte.", "Byt bromsvajern")
    ]


async def test_notices_that_cannot_be_set(shop: Shop) -> None:
    await make_article(shop.north, number="7001")
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({}, 409, "safety.nothing_covered"),
        ({"serial_from": "A1", "serial_to": "A2"}, 409, "safety.serials_without_article"),
        ({"numbers": ["104901"], "serial_from": "A1", "serial_to": "A2"}, 409, "safety.serials_without_article"),
        ({"article_number": "9999"}, 409, "safety.article_unknown"),
        ({"article_number": "7001", "serial_from": "A1"}, 409, "safety.serial_range"),
        ({"article_number": "7001", "serial_from": "A10", "serial_to": "A9"}, 409, "safety.serial_range"),
        ({"article_number": "7001", "serial_from": "A9", "serial_to": "A1"}, 409, "safety.serial_range"),
        ({"article_number": "7001", "serial_from": " ", "serial_to": " "}, 409, "safety.serial_range"),
        ({"numbers": ["104999"]}, 404, "not_found"),
        ({"numbers": ["104999", "104998"]}, 409, "safety.unknown_numbers"),
        ({"article_number": "7001", "title": ""}, 400, "request.invalid"),
    ]
    for args, status, code in cases:
        _, answer = await set_notice(shop, **args)
        assert (answer.status_code, answer.json()["code"]) == (status, code), args
    assert await fetch_value("select count(*) from safety_notice") == 0
    made, _ = await set_notice(shop, article_number="7001")
    twice = await shop.send("safety_notice.set", {"title": "Samma", "article_number": "7001"}, made)
    assert twice.json()["code"] == "safety.id_taken"
    no_action = await shop.send("safety_notice.done", {"device_number": "104901"}, made)
    assert no_action.json()["code"] == "safety.no_action"


async def test_a_block_stops_a_device_until_it_is_lifted(shop: Shop) -> None:
    device = await make_device(shop.north, number="104901")
    blocked = await shop.send("device.block", {"reason": "Spricka i ramen"}, device, Role.TECHNICIAN)
    assert blocked.status_code == 200, blocked.text
    assert await flags(shop) == {"104901": {"blocked"}}
    assert await says(shop, "104901") == ["blocked"]
    assert (await card(shop, "104901"))["block"]["reason"] == "Spricka i ramen"
    twice = await shop.send("device.block", {"reason": "Igen"}, device)
    assert (twice.status_code, twice.json()["code"]) == (409, "device.blocked_already")
    assert (await shop.send("device.unblock", {"note": "Svetsad"}, device, Role.WAREHOUSE)).status_code == 200
    assert await flags(shop) == {}
    assert (await card(shop, "104901"))["block"] is None
    none = await shop.send("device.unblock", {}, device)
    assert (none.status_code, none.json()["code"]) == (409, "device.not_blocked")
    assert await fetch_value("select lift_note from device_block") == "Svetsad"
    scrapped = await make_device(shop.north, status="scrapped")
    assert (await shop.send("device.block", {"reason": "x"}, scrapped)).json()["code"] == "device.block_scrapped"
    assert (await shop.send("device.block", {"reason": "x"}, await make_device(shop.world.south))).status_code == 404


async def test_maintenance_announced_two_weeks_ago_is_done_now(shop: Shop) -> None:
    """R-228: by a notice of its own or the contact on the open order; not by a younger one, or one of last time."""
    today = datetime.now(STOCKHOLM).date()
    due = {"next_pm": today - timedelta(days=30), "last_pm": today - timedelta(days=400)}
    told = {number: await make_device(shop.north, number=number, **due) for number in ("104901", "104902", "104903")}
    for number, days in (("104901", 15), ("104902", 13), ("104903", 401)):
        args = {"given_on": (today - timedelta(days=days)).isoformat(), "how": "letter"}
        assert (await shop.send("device.pm_notice", args, told[number], Role.TECHNICIAN)).status_code == 200
    by_order = await make_device(shop.north, number="104904", **due)
    long_ago = datetime.now(UTC) - timedelta(days=20)
    person = await make_person(shop.north)
    await make_work_order(
        shop.north, device_id=by_order, type="preventive", person_id=person, contacted_at=long_ago, state="booked"
    )
    await make_device(shop.north, number="104905", **due)
    assert await flags(shop) == {"104901": {"pm_notice_given"}, "104904": {"pm_notice_given"}}
    assert await says(shop, "104901") == ["pm_overdue_now"]
    assert await says(shop, "104905") == ["pm_overdue_ask"]
    assert (await card(shop, "104902"))["pm_notice"]["how"] == "letter"
    assert (await card(shop, "104903"))["pm_notice"] is None
    # A day later nobody has changed a row, and yet the second notice is two weeks old.
    await execute("update pm_notice set given_on = given_on - 1 where device_id = $1", told["104902"])
    assert set(await flags(shop)) == {"104901", "104902", "104904"}
    ahead = {"given_on": (today + timedelta(days=2)).isoformat(), "how": "phone"}
    refused = await shop.send("device.pm_notice", ahead, told["104901"])
    assert (refused.status_code, refused.json()["code"]) == (409, "device.pm_notice_ahead")
    none = await make_device(shop.north)
    args = {"given_on": today.isoformat(), "how": "phone"}
    assert (await shop.send("device.pm_notice", args, none)).json()["code"] == "device.no_pm"
