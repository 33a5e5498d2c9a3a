"""New devices: their numbers are reserved once, they are made when they are here, and labels are printed of them."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from app.database import execute, fetch, fetch_value, new_id
from app.identity.actor import Role
from labels.numbers import FIRST
from labels.service import resolve_scan
from tests.labels.conftest import Shop
from tests.labels.test_printing import SHEET, codes_of
from tests.support.builders import make_article, make_device

BOUGHT = "2026-11-02"


async def register(shop: Shop, purchase_id: UUID | None = None, **changes: Any) -> tuple[UUID, httpx.Response]:
    made = purchase_id or uuid4()
    args = {"article_number": "7001", "count": 3, "arrived": True, "purchased_on": BOUGHT, **changes}
    return made, await shop.send("purchase.register", args, made, Role.WAREHOUSE)


async def bought(shop: Shop, **changes: Any) -> tuple[UUID, dict[str, Any]]:
    made, answer = await register(shop, **changes)
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.json()["result"]
    return made, result


async def labels_of(shop: Shop, **args: Any) -> list[str]:
    result = await shop.printed(profile_id=SHEET, **args)
    answer = await shop.planner.get(f"/api/labels/prints/{result['print_id']}/file", params={"profile_id": SHEET})
    return [code for page in codes_of(answer.content) for code in page]


async def test_devices_that_are_here_get_numbers_serials_and_labels(shop: Shop) -> None:
    place = new_id()
    await execute(
        "insert into location (id, region_id, kind, number, name) values ($1, $2, 'warehouse', '2000', 'Boden')",
        place,
        shop.north.region_id,
    )
    await make_article(shop.north, number="7001", pm_interval_months=12)
    purchase, result = await bought(
        shop,
        serials=["A-1", " A-2 ", "A-3"],
        supplier="Lyft AB",
        reference="B 4711",
        price_ore=1_250_000,
        warranty_to="2028-11-02",
        location_id=str(place),
    )
    assert result == {"count": 3, "first_number": str(FIRST), "last_number": str(FIRST + 2)}
    rows = await fetch("select number, serial, status, purchased_on, home_location_id, next_pm from device order by 1")
    assert [(row["number"], row["serial"], row["status"]) for row in rows] == [
        (str(FIRST), "A-1", "in_stock"),
        (str(FIRST + 1), "A-2", "in_stock"),
        (str(FIRST + 2), "A-3", "in_stock"),
    ]
    assert {(row["purchased_on"], row["home_location_id"]) for row in rows} == {(date(2026, 11, 2), place)}
    assert all(row["next_pm"] > datetime.now(UTC).date() + timedelta(days=300) for row in rows)
    (listed,) = (await shop.clients[Role.WAREHOUSE].get("/api/purchases")).json()["items"]
    assert (listed["state"], listed["unlabelled"], listed["location_name"]) == ("arrived", 3, "Boden")
    codes = await labels_of(shop, purchase=str(purchase))
    found = [await resolve_scan(shop.north.region_id, code) for code in codes]
    assert [one and one.number for one in found] == [str(FIRST), str(FIRST + 1), str(FIRST + 2)]
    detail = (await shop.clients[Role.WAREHOUSE].get(f"/api/purchases/{purchase}")).json()
    assert [one["serial"] for one in detail["devices"]] == ["A-1", "A-2", "A-3"]
    assert detail["purchase"]["unlabelled"] == 0
    again = await shop.send("label.print", {"purchase": str(purchase)})
    assert again.json()["code"] == "label.already_live"


async def test_labels_printed_ahead_of_an_order_become_the_devices_own_when_they_come(shop: Shop) -> None:
    await make_article(shop.north, number="7001")
    purchase, _ = await bought(shop, arrived=False)
    assert await fetch_value("select count(*) from device") == 0
    codes = await labels_of(shop, purchase=str(purchase))
    assert len(codes) == 3
    twice = await shop.send("label.print", {"purchase": str(purchase)})
    assert (twice.status_code, twice.json()["code"]) == (409, "label.purchase_printed")
    claimed = await shop.send("label.claim", {"raw": codes[0], "article_number": "7001"})
    assert (claimed.status_code, claimed.json()["code"]) == (409, "label.of_purchase")
    came = await shop.send("purchase.arrive", {"serials": ["S1", "S2", "S3"]}, purchase, Role.WAREHOUSE)
    assert came.status_code == 200, came.text
    for code, number, serial in zip(codes, range(FIRST, FIRST + 3), ("S1", "S2", "S3"), strict=True):
        found = await resolve_scan(shop.north.region_id, code)
        assert found is not None
        assert (found.number, found.version) == (str(number), 1)
        assert await fetch_value("select serial from device where id = $1", found.device_id) == serial
    assert (await shop.send("purchase.arrive", {}, purchase)).json()["code"] == "purchase.not_ordered"


async def test_a_print_of_an_order_that_was_thrown_away_is_printed_again_with_the_same_numbers(shop: Shop) -> None:
    await make_article(shop.north, number="7001")
    purchase, _ = await bought(shop, arrived=False)
    first = await shop.printed(purchase=str(purchase))
    await shop.send("label.discard", {}, first["print_id"])
    second = await shop.printed(purchase=str(purchase))
    assert (second["first_number"], second["count"]) == (first["first_number"], 3)
    await shop.send("purchase.arrive", {}, purchase)
    assert await fetch_value("select count(*) from device_label") == 3
    assert await fetch_value("select count(*) from unclaimed_label where claimed_at is not null") == 3


async def test_what_does_not_come_takes_its_labels_along(shop: Shop) -> None:
    await make_article(shop.north, number="7001")
    purchase, _ = await bought(shop, arrived=False)
    (code, *_rest) = await labels_of(shop, purchase=str(purchase))
    assert (await shop.send("purchase.cancel", {}, purchase, Role.WAREHOUSE)).status_code == 200
    claimed = await shop.send("label.claim", {"raw": code, "article_number": "7001"})
    assert claimed.json()["code"] == "label.discarded"
    assert (await shop.send("label.print", {"purchase": str(purchase)})).json()["code"] == "label.purchase_cancelled"


async def test_no_number_is_given_out_twice_whoever_asks_at_once(shop: Shop) -> None:
    """Purchases and labels printed ahead take from one series, also when it is set back."""
    await make_article(shop.north, number="7001")
    await make_device(shop.north, number=str(FIRST + 4))
    answers = await asyncio.gather(
        *(register(shop, arrived=index % 2 == 0) for index in range(4)), shop.printed(unclaimed=3)
    )
    assert all(isinstance(one, dict) or one[1].status_code == 200 for one in answers)
    await execute("update number_series set next_value = $1 where name = 'device'", FIRST)
    await bought(shop, count=2)
    numbers = [row["n"] for row in await fetch("select unnest(numbers) as n from device_purchase")]
    numbers += [row["number"] for row in await fetch("select number from unclaimed_label")]
    assert len(numbers) == 4 * 3 + 3 + 2
    assert len(set(numbers)) == len(numbers)
    assert str(FIRST + 4) not in numbers


async def test_what_is_refused_takes_no_number(shop: Shop) -> None:
    await make_article(shop.north, number="7001")
    await make_article(shop.north, number="7002", individually_numbered=False)
    await make_article(shop.world.south, number="7003")
    article = await fetch_value("select id from article where number = '7001'")
    await make_device(shop.north, article_id=article, serial="S9")
    ahead = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"article_number": "7002"}, 409, "purchase.article_unknown"),
        ({"article_number": "7003"}, 409, "purchase.article_unknown"),
        ({"location_id": str(uuid4())}, 409, "purchase.location_unknown"),
        ({"purchased_on": ahead}, 409, "purchase.date_ahead"),
        ({"warranty_to": "2026-11-01"}, 409, "purchase.warranty_before"),
        ({"serials": ["S1"]}, 409, "purchase.serials_count"),
        ({"serials": ["S1", "", "S3"]}, 409, "purchase.serials_count"),
        ({"serials": ["S1", "S2", "S1"]}, 409, "purchase.serial_twice"),
        ({"serials": ["S1", "S2", "S9"]}, 409, "purchase.serial_twice"),
        ({"serials": ["S1", "S2", "S3"], "arrived": False}, 409, "purchase.serials_ahead"),
        ({"count": 0}, 400, "request.invalid"),
        ({"count": 1_001}, 400, "request.invalid"),
        ({"price_ore": -1}, 400, "request.invalid"),
    ]
    for changes, status, code in cases:
        _, answer = await register(shop, **changes)
        assert (answer.status_code, answer.json()["code"]) == (status, code), changes
    assert await fetch_value("select count(*) from device_purchase") == 0
    _, result = await bought(shop)
    assert result["first_number"] == str(FIRST), "a refused purchase gives its numbers back"


async def test_the_same_purchase_sent_twice_and_another_regions(shop: Shop) -> None:
    await make_article(shop.north, number="7001")
    purchase, _ = await bought(shop, arrived=False)
    _, again = await register(shop, purchase)
    assert (again.status_code, again.json()["code"]) == (409, "purchase.id_taken")
    await execute("update device_purchase set region_id = $1", shop.world.south.region_id)
    assert (await shop.send("purchase.arrive", {}, purchase)).status_code == 404
    assert (await shop.clients[Role.WAREHOUSE].get(f"/api/purchases/{purchase}")).status_code == 404
    assert (await shop.clients[Role.TECHNICIAN].get("/api/purchases")).status_code == 403


async def test_a_number_that_an_import_took_meanwhile_is_said(shop: Shop) -> None:
    await make_article(shop.north, number="7001")
    purchase, result = await bought(shop, arrived=False)
    await make_device(shop.north, number=result["last_number"])
    answer = await shop.send("purchase.arrive", {}, purchase)
    assert (answer.status_code, answer.json()["code"]) == (409, "purchase.number_taken")
    assert result["last_number"] in answer.json()["detail"]
    assert await fetch_value("select state from device_purchase") == "ordered"
