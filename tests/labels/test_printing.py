"""Printing as a command: who gets which label, what is kept of it, and the file that is fetched again (I16, SR-06)."""

from __future__ import annotations

import asyncio
import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pypdfium2  # type: ignore[import-untyped]  # it ships no annotations
import pytest
import zxingcpp
from PIL import Image

from app.database import execute, fetch, fetch_row, fetch_value, unit_of_work
from app.identity.actor import Role
from labels.numbers import FIRST, reserve_device_numbers
from labels.payload import OwnLabel, parse_scan, token_hash
from labels.printing import expire
from labels.service import GRACE, resolve_scan
from labels.standard import PROFILES
from tests.labels.conftest import Shop
from tests.support.builders import make_article, make_device

SHEET = next(str(one) for one, profile in PROFILES.items() if profile.places == 24)
ROLL = next(str(one) for one, profile in PROFILES.items() if profile.medium == "roll" and profile.dpi == 203)


def codes_of(pdf: bytes) -> list[list[str]]:
    """The QR codes of each page, from left to right and top to bottom."""
    document = pypdfium2.PdfDocument(pdf)
    pages = []
    for page in document:
        found = zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil().convert("L"))
        symbols = [code for code in found if code.format == zxingcpp.BarcodeFormat.QRCode]
        symbols.sort(key=lambda code: (round(code.position.top_left.y / 100), code.position.top_left.x))
        pages.append([str(code.text) for code in symbols])
    return pages


async def file_of(shop: Shop, print_id: str, **query: Any) -> Any:
    return await shop.planner.get(f"/api/labels/prints/{print_id}/file", params=query)


async def test_a_batch_on_sheets_from_the_third_place(shop: Shop) -> None:
    numbers = [str(104_901 + index) for index in range(30)]
    for number in numbers:
        await make_device(shop.north, number=number)
    result = await shop.printed(numbers=numbers, profile_id=SHEET)
    assert (result["count"], result["first_number"], result["last_number"]) == (30, "104901", "104930")
    answer = await file_of(shop, result["print_id"], profile_id=SHEET, start=3)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == 'attachment; filename="etiketter.pdf"'
    pages = codes_of(answer.content)
    assert [len(page) for page in pages] == [22, 8]
    scans = [parse_scan(text) for page in pages for text in page]
    assert [scan.number for scan in scans if isinstance(scan, OwnLabel)] == numbers
    for scan in scans:
        found = await resolve_scan(shop.north.region_id, scan.raw)
        assert found is not None
        assert isinstance(scan, OwnLabel)
        assert (found.number, found.version) == (scan.number, 1)


async def test_the_file_is_the_same_each_time_and_no_token_is_kept(shop: Shop) -> None:
    await make_device(shop.north, number="104901")
    result = await shop.printed(numbers=["104901"])
    first, second = [(await file_of(shop, result["print_id"], format="png")).content for _ in range(2)]
    assert first == second
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(first)), formats=zxingcpp.BarcodeFormat.QRCode)
    scan = parse_scan(code.text)
    assert isinstance(scan, OwnLabel)
    assert await fetch_value("select token_hash from device_label") == token_hash(scan.token)
    for table in ("command_log", "label_print", "device_label", "printed_label"):
        kept = str([dict(row) for row in await fetch(f"select * from {table}")])  # noqa: S608 - names of tables
        assert scan.token not in kept, table


async def test_a_second_print_needs_a_yes_and_ends_the_older_label(shop: Shop) -> None:
    device = await make_device(shop.north, number="104901")
    await make_device(shop.north, number="104902")
    await shop.printed(numbers=["104901"])
    warned = await shop.send("label.print", {"numbers": ["104901", "104902"]})
    assert (warned.status_code, warned.json()["code"]) == (409, "label.already_live")
    assert warned.json()["state"] == {"numbers": ["104901"], "count": 1}
    assert "104901" in warned.json()["detail"]
    assert await fetch_value("select count(*) from device_label") == 1
    await shop.printed(numbers=["104901", "104902"], replace_live=True)
    ends = await fetch("select version, revoked_at from device_label where device_id = $1 order by version", device)
    assert [row["version"] for row in ends] == [1, 2]
    assert ends[1]["revoked_at"] is None
    assert abs(ends[0]["revoked_at"] - datetime.now(UTC) - GRACE) < timedelta(minutes=5)


async def test_a_print_thrown_away_gives_the_older_label_its_life_back(shop: Shop) -> None:
    """The new label sits nowhere: without this the device would be without a valid label in thirty days."""
    device = await make_device(shop.north, number="104901")
    await shop.printed(numbers=["104901"])
    second = await shop.printed(numbers=["104901"], replace_live=True)
    assert (await shop.send("label.discard", {}, second["print_id"])).status_code == 200
    rows = await fetch("select revoked_at from device_label where device_id = $1 order by version", device)
    assert rows[0]["revoked_at"] is None
    assert rows[1]["revoked_at"] <= datetime.now(UTC)
    assert (await file_of(shop, second["print_id"])).status_code == 409
    again = await shop.send("label.discard", {}, second["print_id"])
    assert (again.status_code, again.json()["code"]) == (409, "label.print_closed")


async def test_a_print_thrown_away_does_not_wake_what_a_later_one_has_replaced(shop: Shop) -> None:
    device = await make_device(shop.north, number="104901")
    await shop.printed(numbers=["104901"])
    second = await shop.printed(numbers=["104901"], replace_live=True)
    await shop.printed(numbers=["104901"], replace_live=True)
    await shop.send("label.discard", {}, second["print_id"])
    rows = await fetch(
        "select revoked_at is null as live from device_label where device_id = $1 order by version", device
    )
    assert [row["live"] for row in rows] == [False, False, True]


async def missing_of(shop: Shop, print_id: str) -> tuple[int, int, list[str]]:
    answer = (await shop.planner.get(f"/api/labels/prints/{print_id}/missing")).json()
    return answer["verified"], answer["count"], answer["missing"]


async def test_each_label_is_ticked_off_by_its_scan_and_the_last_one_closes_the_print(shop: Shop) -> None:
    numbers = ["104901", "104902", "104903"]
    for number in numbers:
        await make_device(shop.north, number=number)
    result = await shop.printed(numbers=numbers, profile_id=SHEET)
    (page,) = codes_of((await file_of(shop, result["print_id"], profile_id=SHEET)).content)
    assert await missing_of(shop, result["print_id"]) == (0, 3, numbers)
    told = (await shop.send("label.verify", {"raw": page[1]}, result["print_id"])).json()["result"]
    assert told == {"number": "104902", "again": False, "verified": 1, "count": 3, "closed": False}
    again = (await shop.send("label.verify", {"raw": page[1]}, result["print_id"])).json()["result"]
    assert (again["again"], again["verified"]) == (True, 1)
    assert await missing_of(shop, result["print_id"]) == (1, 3, ["104901", "104903"])
    (listed,) = (await shop.planner.get("/api/labels/prints")).json()["items"]
    assert (listed["state"], listed["verified"], listed["count"]) == ("open", 1, 3)
    await shop.send("label.verify", {"raw": page[0]}, result["print_id"])
    last = (await shop.send("label.verify", {"raw": page[2]}, result["print_id"])).json()["result"]
    assert (last["verified"], last["closed"]) == (3, True)
    assert await fetch_value("select state from label_print") == "verified"
    assert (await shop.planner.get(f"/api/labels/prints/{uuid4()}/missing")).status_code == 404


async def test_a_print_is_finished_before_its_last_label_and_those_that_never_came_out_end(shop: Shop) -> None:
    """The older label of a device whose new one never came out goes on; one that was scanned has replaced it."""
    devices = [await make_device(shop.north, number=number) for number in ("104901", "104902")]
    await shop.printed(numbers=["104901", "104902"])
    second = await shop.printed(numbers=["104901", "104902"], replace_live=True, profile_id=SHEET)
    early = await shop.send("label.finish", {"missing": "end"}, second["print_id"])
    assert (early.status_code, early.json()["code"]) == (409, "label.none_verified")
    (page,) = codes_of((await file_of(shop, second["print_id"], profile_id=SHEET)).content)
    await shop.send("label.verify", {"raw": page[0]}, second["print_id"])
    done = await shop.send("label.finish", {"missing": "end"}, second["print_id"])
    assert done.json()["result"] == {"verified": 1, "count": 2}
    live = []
    for one in devices:
        rows = await fetch("select revoked_at from device_label where device_id = $1 order by version", one)
        live.append([row["revoked_at"] is None for row in rows])
    assert live == [[False, True], [True, False]]
    closed = await shop.send("label.finish", {"missing": "keep"}, second["print_id"])
    assert (closed.status_code, closed.json()["code"]) == (409, "label.print_closed")


async def test_labels_printed_ahead_are_ticked_off_too_and_kept_when_they_came_out(shop: Shop) -> None:
    result = await shop.printed(unclaimed=2, profile_id=SHEET)
    (page,) = codes_of((await file_of(shop, result["print_id"], profile_id=SHEET)).content)
    await shop.send("label.verify", {"raw": page[1]}, result["print_id"])
    assert await missing_of(shop, result["print_id"]) == (1, 2, [str(FIRST)])
    assert (await shop.send("label.finish", {"missing": "keep"}, result["print_id"])).status_code == 200
    assert await fetch_value("select count(*) from unclaimed_label where discarded_at is null") == 2


async def test_scanning_a_label_of_the_print_closes_it_and_nothing_else_does(shop: Shop) -> None:
    await make_device(shop.north, number="104901")
    await make_device(shop.north, number="104902")
    first = await shop.printed(numbers=["104901"])
    other = await shop.printed(numbers=["104902"])
    (mine,), (foreign,) = (
        codes_of((await file_of(shop, first["print_id"])).content)[0],
        codes_of((await file_of(shop, other["print_id"])).content)[0],
    )
    for raw in (foreign, "104901", "HTTPS://EXAMPLE.SE/", mine[:-1]):
        answer = await shop.send("label.verify", {"raw": raw}, first["print_id"])
        code = "label.number_only" if raw == "104901" else "label.not_of_print"
        assert (answer.status_code, answer.json()["code"]) == (409, code), raw
    assert (await shop.send("label.verify", {"raw": mine.lower()}, first["print_id"])).status_code == 200
    row = await fetch_row("select state, seed from label_print where id = $1", UUID(first["print_id"]))
    assert row is not None
    assert (row["state"], row["seed"]) == ("verified", None)
    assert (await file_of(shop, first["print_id"])).json()["code"] == "label.print_closed"
    listed = (await shop.planner.get("/api/labels/prints")).json()["items"]
    assert [(one["id"], one["state"]) for one in listed] == [
        (other["print_id"], "open"),
        (first["print_id"], "verified"),
    ]


async def test_prints_that_nobody_verifies_are_forgotten_after_three_days(shop: Shop) -> None:
    await make_device(shop.north, number="104901")
    result = await shop.printed(numbers=["104901"])
    await expire({}, now=lambda: datetime.now(UTC) + timedelta(days=2))
    assert await fetch_value("select state from label_print") == "open"
    await expire({}, now=lambda: datetime.now(UTC) + timedelta(days=4))
    row = await fetch_row("select state, seed from label_print where id = $1", UUID(result["print_id"]))
    assert row is not None
    assert (row["state"], row["seed"]) == ("expired", None)
    assert await fetch_value("select revoked_at from device_label") is None, "the label itself is as valid as before"


async def test_what_cannot_be_chosen(shop: Shop) -> None:
    await make_device(shop.north, number="104901")
    await make_device(shop.world.south, number="104999")
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({}, 409, "label.nothing_chosen"),
        ({"numbers": ["104901"], "unclaimed": 3}, 409, "label.nothing_chosen"),
        ({"numbers": ["104901", "999999"]}, 409, "label.unknown_numbers"),
        ({"numbers": ["104901", "104999"]}, 409, "label.unknown_numbers"),
        ({"numbers": ["104999"]}, 404, "not_found"),
        ({"search": {"number": "9*"}}, 409, "label.search_empty"),
        ({"unclaimed": 10_001}, 400, "request.invalid"),
        ({"numbers": ["104901"], "template_id": str(uuid4())}, 404, "not_found"),
        ({"numbers": ["104901"], "profile_id": str(uuid4())}, 404, "not_found"),
        ({"numbers": ["104901", "12a", ""]}, 409, "label.unknown_numbers"),
        ({"numbers": [104901]}, 400, "request.invalid"),
    ]
    for args, status, code in cases:
        answer = await shop.send("label.print", args)
        assert (answer.status_code, answer.json()["code"]) == (status, code), args
    assert await fetch_value("select count(*) from label_print") == 0


async def test_a_search_prints_what_the_list_showed(shop: Shop) -> None:
    lift = await make_article(shop.north, number="23993", name="Telefontillkoppling")
    for number, article, status in (
        ("104901", lift, "in_stock"),
        ("104902", None, "in_stock"),
        ("104903", lift, "scrapped"),
        ("204901", lift, "in_stock"),
    ):
        await make_device(shop.north, number=number, status=status, **({"article_id": article} if article else {}))
    for query, found in (
        ({"number": "1049*"}, ["104901", "104902"]),
        ({"number": "*4901"}, ["104901", "204901"]),
        ({"article_number": "23993"}, ["104901", "204901"]),
        ({"number": "1049*", "article_number": "23993"}, ["104901"]),
        ({"number": "104901"}, ["104901"]),
    ):
        listed = (await shop.planner.get("/api/labels/candidates", params=query)).json()
        assert ([item["number"] for item in listed["items"]], listed["total"]) == (found, len(found)), query
    await shop.printed(search={"number": "104901"})
    listed = (await shop.planner.get("/api/labels/candidates", params={"number": "1049*", "unlabelled": "true"})).json()
    assert [item["number"] for item in listed["items"]] == ["104902"]
    result = await shop.printed(search={"article_number": "23993"}, replace_live=True)
    assert result["count"] == 2


async def test_numbers_printed_ahead_are_never_given_twice(shop: Shop) -> None:
    """Taken numbers are skipped, two prints at once differ, and a refused print gives its numbers back."""
    region = shop.north.region_id
    await make_device(shop.north, number=str(FIRST + 1))
    results = await asyncio.gather(*(shop.printed(unclaimed=20) for _ in range(4)))
    assert [result["count"] for result in results] == [20] * 4
    numbers = [row["number"] for row in await fetch("select number from unclaimed_label order by number")]
    assert len(set(numbers)) == 80
    assert str(FIRST + 1) not in numbers
    before = await fetch_value("select next_value from number_series where region_id = $1 and name = 'device'", region)
    taken: list[str] = []

    async def take_and_fail() -> None:
        async with unit_of_work():
            taken.extend(await reserve_device_numbers(region, 5))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await take_and_fail()
    async with unit_of_work():
        assert await reserve_device_numbers(region, 5) == taken
    assert before == int(numbers[-1]) + 1


async def test_the_series_may_begin_elsewhere_and_ends(shop: Shop) -> None:
    region = shop.north.region_id
    await execute("insert into number_series (region_id, name, next_value) values ($1, 'device', 99999998)", region)
    assert (await shop.printed(unclaimed=2))["last_number"] == "99999999"
    full = await shop.send("label.print", {"unclaimed": 1})
    assert (full.status_code, full.json()["code"]) == (409, "label.no_numbers_left")


async def test_zpl_and_a_zip_of_pictures(shop: Shop) -> None:
    for number in ("104901", "104902"):
        await make_device(shop.north, number=number)
    result = await shop.printed(numbers=["104902", "104901"], profile_id=ROLL)
    zpl = await file_of(shop, result["print_id"], format="zpl", profile_id=ROLL)
    assert zpl.headers["content-type"].startswith("text/plain")
    assert zpl.text.count("^XA") == zpl.text.count("^XZ") == 2
    assert zpl.text.index("104902-1-") < zpl.text.index("104901-1-")
    archive = zipfile.ZipFile(io.BytesIO((await file_of(shop, result["print_id"], format="png")).content))
    assert archive.namelist() == ["00001-104902.png", "00002-104901.png"]
    picture = Image.open(io.BytesIO(archive.read("00001-104902.png")))
    assert "Code128" in {code.format.name for code in zxingcpp.read_barcodes(picture.convert("L"))}
    sheet = await file_of(shop, result["print_id"], format="zpl", profile_id=SHEET)
    assert (sheet.status_code, sheet.json()["code"]) == (422, "label.sheet_has_no_zpl")
    off = await file_of(shop, result["print_id"], profile_id=SHEET, start=25)
    assert (off.status_code, off.json()["code"]) == (422, "label.start_off_sheet")


async def test_the_printed_command_is_in_the_log_and_a_repeat_prints_nothing_new(shop: Shop) -> None:
    await make_device(shop.north, number="104901")
    body = {"id": str(uuid4()), "args": {"numbers": ["104901"]}}
    first, second = [await shop.planner.post("/api/commands/label.print", json=body) for _ in range(2)]
    assert first.json()["result"] == second.json()["result"]
    assert second.json()["duplicate"] is True
    assert await fetch_value("select count(*) from device_label") == 1
    single = await shop.planner.post("/api/labels", json={"number": "104901", "format": "pdf"})
    assert single.status_code == 200
    log = await fetch("select author, verdict from command_log where type = 'label.print' order by received_at")
    assert [(row["author"], row["verdict"]) for row in log] == [(shop.north.users[Role.PLANNER].id, "applied")] * 2


async def test_another_region_neither_sees_nor_closes_a_print(shop: Shop) -> None:
    await make_device(shop.north, number="104901")
    result = await shop.printed(numbers=["104901"])
    await execute("update label_print set region_id = $1", shop.world.south.region_id)
    assert (await file_of(shop, result["print_id"])).status_code == 404
    assert (await shop.send("label.verify", {"raw": "x"}, result["print_id"])).status_code == 404
    assert (await shop.send("label.discard", {}, result["print_id"])).status_code == 404
    assert (await shop.planner.get("/api/labels/prints")).json()["items"] == []
