"""Pre-printed labels become a device's by scan, and what a scan means to staff and to nobody else (R-143, R-348)."""

from __future__ import annotations

from typing import Any

import pytest

from app.database import execute, fetch_row, fetch_value
from app.identity.actor import Role
from labels.gs1 import read_gs1
from labels.payload import build_payload, new_token
from labels.service import Scanned, resolve_scan
from tests.labels.conftest import Shop
from tests.labels.test_printing import codes_of, file_of
from tests.support.builders import make_article, make_device, make_holding, make_person


async def printed_ahead(shop: Shop, count: int = 1) -> list[str]:
    """The QR texts of labels without a device."""
    result = await shop.printed(unclaimed=count)
    pages = codes_of((await file_of(shop, result["print_id"])).content)
    return [text for page in pages for text in page]


async def resolved(shop: Shop, raw: str, role: Role = Role.PLANNER) -> dict[str, Any]:
    answer = await shop.clients[role].post("/api/labels/resolve", json={"raw": raw})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_label_printed_ahead_is_nobodys_until_it_is_scanned(shop: Shop) -> None:
    device = await make_device(shop.north, number="104901")
    (raw,) = await printed_ahead(shop)
    assert await resolve_scan(shop.north.region_id, raw) is None
    found = await resolved(shop, raw)
    assert (found["found"], found["label_number"], found["number"]) == ("unclaimed", "700001", None)
    claimed = await shop.send("label.claim", {"raw": raw, "device_number": "104901"}, role=Role.TECHNICIAN)
    assert claimed.status_code == 200, claimed.text
    assert await resolve_scan(shop.north.region_id, raw) == Scanned(device, "104901", 1, False)
    assert await resolve_scan(shop.north.region_id, "700001") == Scanned(device, "104901"), "its printed number"
    found = await resolved(shop, raw)
    assert (found["number"], found["label_number"], found["revoked"]) == ("104901", "700001", False)
    again = await shop.send("label.claim", {"raw": raw, "device_number": "104901"})
    assert (again.status_code, again.json()["code"]) == (409, "label.claimed_already")
    assert "104901" in again.json()["detail"]


async def test_a_new_device_gets_the_labels_number(shop: Shop) -> None:
    await make_article(shop.north, number="23993")
    await make_article(shop.north, number="60001", individually_numbered=False)
    first, second = await printed_ahead(shop, 2)
    plain = await shop.send("label.claim", {"raw": first, "article_number": "60001"})
    assert (plain.status_code, plain.json()["code"]) == (409, "label.article_unknown")
    made = await shop.send("label.claim", {"raw": first, "article_number": "23993", "serial": "26B46546"})
    assert made.json()["result"]["number"] == "700001"
    row = await fetch_row("select number, serial, status from device")
    assert row is not None
    assert tuple(row) == ("700001", "26B46546", "in_stock")
    for args, code in (
        ({"raw": second}, "label.one_device"),
        ({"raw": second, "article_number": "23993", "device_number": "700001"}, "label.one_device"),
        ({"raw": first, "article_number": "23993"}, "label.claimed_already"),
    ):
        answer = await shop.send("label.claim", args)
        assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert await fetch_value("select count(*) from device") == 1


async def test_two_live_labels_only_after_a_warning(shop: Shop) -> None:
    await make_device(shop.north, number="104901")
    await shop.printed(numbers=["104901"])
    (raw,) = await printed_ahead(shop)
    warned = await shop.send("label.claim", {"raw": raw, "device_number": "104901"})
    assert (warned.status_code, warned.json()["code"]) == (409, "label.already_live")
    sure = await shop.send("label.claim", {"raw": raw, "device_number": "104901", "replace_live": True})
    assert sure.json()["result"]["version"] == 2
    assert await fetch_value("select count(*) from device_label where revoked_at is null") == 1


async def test_labels_of_a_discarded_print_and_unknown_ones_cannot_be_claimed(shop: Shop) -> None:
    await make_device(shop.north, number="104901")
    result = await shop.printed(unclaimed=1)
    ((raw,),) = codes_of((await file_of(shop, result["print_id"])).content)
    await shop.send("label.discard", {}, result["print_id"])
    thrown = await shop.send("label.claim", {"raw": raw, "device_number": "104901"})
    assert (thrown.status_code, thrown.json()["code"]) == (409, "label.discarded")
    assert (await resolved(shop, raw))["found"] == "nothing"
    for unknown in (build_payload("a.example", "700001", 1, new_token()), "700001", "x"):
        answer = await shop.send("label.claim", {"raw": unknown, "device_number": "104901"})
        assert answer.status_code == 404, unknown


async def test_everything_that_staff_scan_finds_the_device(shop: Shop) -> None:
    lift = await make_article(shop.north, supplier_article_number="7311234567892")
    device = await make_device(shop.north, number="104901", serial="26B46546", article_id=lift)
    await make_device(shop.north, number="104902", serial="26B46546")
    await make_device(shop.north, number="104903", serial="7350012349")
    for raw in (
        "104901",
        " 104 901 ",
        "K-104901",
        "010731123456789221" + "26B46546",
        "]d2010731123456789221" + "26B46546",
        "010731123456789221" + "26B46546\x1d17270101",
        "(01)07311234567892(21)26B46546",
        "https://id.gs1.org/01/07311234567892/21/26B46546",
    ):
        found = await resolve_scan(shop.north.region_id, raw)
        assert found == Scanned(device, "104901"), raw
        assert (await resolved(shop, raw))["number"] == "104901"
    assert (await resolved(shop, "https://id.gs1.org/8004/7350012349"))["number"] == "104903"
    for nobody in ("26B46546", "0107311234567892", "01073112345678922199", "https://example.org/01/x", "999999"):
        assert (await resolved(shop, nobody))["found"] == "nothing", nobody


async def test_the_old_label_still_names_its_device_to_staff(shop: Shop) -> None:
    """Sync case 18."""
    await make_device(shop.north, number="104901")
    result = await shop.printed(numbers=["104901"])
    ((raw,),) = codes_of((await file_of(shop, result["print_id"])).content)
    await execute("update device_label set revoked_at = now() - interval '1 day'")
    found = await resolved(shop, raw)
    assert (found["found"], found["number"], found["version"], found["revoked"]) == ("device", "104901", 1, True)


async def test_what_is_not_theirs_is_answered_as_what_does_not_exist(shop: Shop) -> None:
    """SR-05: a prescriber finds the own patients' devices only; nobody finds another region's."""
    mine = await make_device(shop.north, number="104901")
    await make_device(shop.north, number="104902")
    await make_device(shop.world.south, number="104903")
    person = await make_person(shop.north)
    await make_holding(
        shop.north,
        mine,
        person_id=person,
        prescriber_id=shop.north.users[Role.PRESCRIBER].id,
        customer_id=shop.north.customer_id,
    )
    assert (await resolved(shop, "104901", Role.PRESCRIBER))["found"] == "device"
    answers = [
        await shop.clients[Role.PRESCRIBER].post("/api/labels/resolve", json={"raw": raw})
        for raw in ("104902", "104903", "999999")
    ]
    assert len({answer.content for answer in answers}) == 1
    assert (await resolved(shop, "104903"))["found"] == "nothing"
    prints = [
        await shop.clients[Role.PRESCRIBER].post("/api/labels/return", json={"code": code})
        for code in ("104901", "K-104901", "", "104902", "104903", "999999", "K-104902")
    ]
    assert [answer.status_code for answer in prints] == [200, 200, 200, 404, 404, 404, 404]
    assert prints[1].headers["content-disposition"] == 'attachment; filename="K-104901.pdf"'


async def test_a_visitor_resolves_nothing(shop: Shop) -> None:
    shop.planner.cookies.clear()
    for address in ("resolve", "return"):
        answer = await shop.planner.post(f"/api/labels/{address}", json={"raw": "104901"})
        assert answer.status_code == 401


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "(",
        "()",
        "(01)",
        "01",
        "\x1d",
        "https://",
        "]d2",
        "\x00",
        "\ud83e",
        "9" * 400,
        "91b073d3-2016-4341-a10f-6229070ba7e1",
    ],
)
def test_no_text_breaks_the_reading_of_makers_codes(text: str) -> None:
    assert read_gs1(text) is None


def test_a_makers_code_says_article_and_serial() -> None:
    code = read_gs1("01073112345678922112<GS>17270101")
    assert code is not None
    assert (code.gtins, code.serial, code.asset) == (("07311234567892", "7311234567892"), "12", "")
