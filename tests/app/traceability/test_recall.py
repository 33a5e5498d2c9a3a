"""SR-28, R-303: all who have what is called back, in one answer: by article, range, batch, list, or from a notice."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from app.database import execute, fetch, new_id, unit_of_work
from app.identity.actor import Role
from app.registry.holdings import Holder, hand_out_quantity
from tests.labels.conftest import Shop
from tests.support.builders import make_article, make_device, make_holding, make_person, make_work_order

LENT = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)


async def recall(shop: Shop, role: Role = Role.PLANNER, **wanted: Any) -> dict[str, Any]:
    answer = await shop.clients[role].post("/api/recall", json=wanted)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def numbers(found: dict[str, Any]) -> list[str]:
    return [item["device_number"] for item in found["items"]]


async def a_lift_that_is_called_back(shop: Shop) -> dict[str, UUID]:
    """A lift at a person's, a hidden person's, a unit's, in a van, in a store, scrapped, in a bed and by quantity."""
    north = shop.north
    article = await make_article(north, number="7001")
    store = new_id()
    van = new_id()
    await execute(
        "insert into location (id, region_id, kind, number, name) values ($1, $3, 'warehouse', 'L1', 'Lager Öjebyn'),"
        " ($2, $3, 'van', 'V1', 'Turbil 1')",
        store,
        van,
        north.region_id,
    )
    devices = {}
    for number, serial, batch, status in (
        ("104901", "G024-0100", "B7", "with_holder"),
        ("104902", "G024-0150", "B7", "with_holder"),
        ("104903", "G024-0200", "B8", "with_holder"),
        ("104904", "G024-0300", "B8", "collected"),
        ("104905", "G024-0400", "", "in_stock"),
        ("104906", "G024-0500", "B7", "scrapped"),
    ):
        devices[number] = await make_device(
            north,
            number=number,
            article_id=article,
            serial=serial,
            batch=batch,
            status=status,
            home_location_id=store,
        )
    person = await make_person(north)
    hidden = await make_person(
        north, personal_number="191212121220", first_name="Hemlig", last_name="Prov", protected_identity=True
    )
    prescriber = north.users[Role.PRESCRIBER].id
    await make_holding(north, devices["104901"], at=LENT, person_id=person, prescriber_id=prescriber)
    await make_holding(north, devices["104902"], at=LENT, person_id=hidden, prescriber_id=prescriber)
    await make_holding(north, devices["104903"], at=LENT, party_id=north.care_unit_id)
    await make_holding(north, devices["104904"], at=LENT, person_id=person)
    await execute("update device set status = 'collected' where number = '104904'")
    await _collected(shop, devices["104904"], article, person, van)
    bed = await make_device(north, number="105001")
    await execute(
        "insert into device_component (id, region_id, device_id, main_number, article_id) values ($1, $2, $3, $4, $5)",
        new_id(),
        north.region_id,
        bed,
        "105001",
        article,
    )
    async with unit_of_work():
        await hand_out_quantity(
            north.region_id, article, 3, Holder(party_id=north.care_unit_id), LENT, "test", ordered_at=None
        )
    # The other region's device of the same number and serial is nobody's business here.
    await make_device(shop.world.south, number="104901", serial="G024-0100")
    return devices


async def _collected(shop: Shop, device: UUID, article: UUID, holder: UUID, van: UUID) -> None:
    """A driver took it into the van; the loan goes on until it arrives."""
    driver = shop.north.users[Role.DRIVER].id
    command = new_id()
    await execute(
        "insert into command_log (id, region_id, author, type, v, payload_raw, payload_sha256, at, at_est, verdict)"
        " values ($1, $2, $3, 'stop.done', 1, $4, $4, now(), now(), 'applied')",
        command,
        shop.north.region_id,
        driver,
        b"x",
    )
    await execute(
        "insert into custody_event (id, region_id, device_id, article_id, kind, from_kind, from_id, to_kind, to_id, at,"
        " by_user, command_id) values ($1, $2, $3, $4, 'collect', 'holder', $5, 'location', $6, $7, $8, $9)",
        new_id(),
        shop.north.region_id,
        device,
        article,
        holder,
        van,
        LENT + timedelta(days=9),
        driver,
        command,
    )


async def test_an_article_is_found_with_all_who_have_it_in_every_form(shop: Shop) -> None:
    await a_lift_that_is_called_back(shop)
    found = await recall(shop, article_number="7001")
    assert Counter(item["what"] for item in found["items"]) == {"device": 6, "component": 1, "quantity": 1}
    assert (found["all"], found["with_holder"], found["scrapped"], found["left"], found["unnumbered"]) == (
        8,
        5,
        1,
        5,
        2,
    )
    by_number = {item["device_number"]: item for item in found["items"] if item["what"] == "device"}
    own = by_number["104901"]
    assert (own["name"], own["street"], own["prescriber_name"]) == (
        "Tolvan Testdata",
        "Tolvgatan 12",
        "Test prescriber.norr",
    )
    hidden = by_number["104902"]
    assert (hidden["name"], hidden["street"], hidden["phone"]) == ("Skyddad identitet", "", "")
    assert hidden["prescriber_name"] == "Test prescriber.norr", "whom to ask instead"
    assert by_number["104903"]["holder_kind"] == "care_unit"
    # The loan goes on, and yet it is in the van; what nobody has is in its store.
    assert (by_number["104904"]["holder_kind"], by_number["104904"]["place"]) == ("person", "Turbil 1")
    assert (by_number["104905"]["holder_kind"], by_number["104905"]["place"]) == ("none", "Lager Öjebyn")
    assert by_number["104901"]["place"] == ""
    logged = await fetch("select person_id from access_log where action = 'recall'")
    assert len(logged) == 2, "each person once, the hidden one too"
    assert "Hemlig" not in str(found)


async def test_what_the_recall_says_of_a_place_is_the_last_link_of_the_chain(shop: Shop) -> None:
    await a_lift_that_is_called_back(shop)
    for item in (await recall(shop, article_number="7001"))["items"]:
        if item["what"] != "device" or item["status"] in {"scrapped", "in_stock"}:
            continue
        chain = (await shop.planner.get(f"/api/devices/{item['device_number']}/chain")).json()["items"]
        assert chain[-1]["name"] == (item["place"] or item["name"]), item["device_number"]


async def test_a_range_a_batch_and_a_list_find_what_they_name(shop: Shop) -> None:
    await a_lift_that_is_called_back(shop)
    ranged = await recall(shop, article_number="7001", serial_from="G024-0100", serial_to="G024-0200")
    # A component without a serial number may be one of them, and goods by quantity have none: both are listed.
    assert numbers(ranged) == ["", "104901", "104902", "104903", "105001"]
    batch = await recall(shop, article_number="7001", batch="B7")
    assert [item["device_number"] for item in batch["items"] if item["what"] == "device"] == [
        "104901",
        "104902",
        "104906",
    ]
    listed = await recall(shop, numbers=["104905", "105001", "104905"])
    assert sorted(numbers(listed)) == ["104905", "105001"]


async def test_from_a_notice_it_says_who_has_done_it_and_what_is_left(shop: Shop) -> None:
    devices = await a_lift_that_is_called_back(shop)
    notice = new_id()
    args = {"title": "Bromsen kan lossna", "action": "Byt vajern", "article_number": "7001", "batch": "B7"}
    answer = await shop.send("safety_notice.set", args, notice)
    assert answer.status_code == 200, answer.text
    assert answer.json()["result"]["covered"] == 2, "what is scrapped is not covered"
    card = (await shop.planner.get("/api/devices/104901")).json()
    assert [one["title"] for one in card["safety_notices"]] == ["Bromsen kan lossna"], "red at each scan"
    assert (await shop.planner.get("/api/devices/104903")).json()["safety_notices"] == []
    order = await make_work_order(shop.north, device_id=devices["104902"])
    done = await shop.send(
        "safety_notice.done", {"device_number": "104901", "note": "Bytt på plats"}, notice, Role.TECHNICIAN
    )
    assert done.status_code == 200, done.text
    whole = await recall(shop, notice_id=str(notice))
    assert (whole["title"], whole["action"], whole["done"], whole["left"]) == ("Bromsen kan lossna", "Byt vajern", 1, 1)
    left = await recall(shop, notice_id=str(notice), only="left")
    assert [(item["device_number"], item["open_order"]) for item in left["items"]] == [("104902", order.number)]
    ready = await recall(shop, notice_id=str(notice), only="done")
    assert [(item["device_number"], item["done_by_name"], item["done_note"]) for item in ready["items"]] == [
        ("104901", "Test technician.norr", "Bytt på plats")
    ]
    # The second one too: what is left is nothing, and the numbers still stand.
    await shop.send("safety_notice.done", {"device_number": "104902"}, notice)
    nothing = await recall(shop, notice_id=str(notice), only="left")
    assert (nothing["items"], nothing["done"], nothing["left"]) == ([], 2, 0)
    # Lifted: the recall still says who did what.
    await shop.send("safety_notice.lift", {}, notice)
    after = await recall(shop, notice_id=str(notice))
    assert (after["lifted"], after["done"]) == (True, 2)


async def test_the_files_hold_everything_and_are_logged(shop: Shop) -> None:
    await a_lift_that_is_called_back(shop)
    wanted = {"article_number": "7001"}
    answer = await shop.planner.post("/api/recall/file?format=csv", json=wanted)
    assert answer.status_code == 200
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 8
    assert {row["Innehavare"] for row in rows} == {
        "Tolvan Testdata",
        "Skyddad identitet",
        "",
        f"Boendet {shop.north.code}",
    }
    assert "Hemlig" not in answer.text
    assert answer.headers["content-disposition"].startswith('attachment; filename="aterkallelse-2')
    assert answer.headers["cache-control"] == "no-store"
    book = await shop.planner.post("/api/recall/file", json=wanted)
    assert book.content.startswith(b"PK")
    logged = Counter(row["person_id"] for row in await fetch("select person_id from access_log"))
    assert sorted(logged.values()) == [2, 2]


async def test_what_cannot_be_read_is_refused_with_the_place(shop: Shop) -> None:
    await a_lift_that_is_called_back(shop)
    for wanted, code, path in (
        ({}, "safety.nothing_covered", "article_number"),
        ({"batch": "B7"}, "safety.serials_without_article", "article_number"),
        ({"article_number": "9999"}, "safety.article_unknown", "article_number"),
        ({"article_number": "7001", "serial_from": "2", "serial_to": "10"}, "safety.serial_range", "serial_from"),
        ({"article_number": "7001", "serial_from": "2"}, "safety.serial_range", "serial_from"),
        ({"numbers": ["104901", "1"]}, "safety.unknown_numbers", "numbers"),
    ):
        answer = await shop.planner.post("/api/recall", json=wanted)
        assert (answer.status_code, answer.json()["code"]) == (400, code), wanted
        assert answer.json()["errors"][0]["path"] == path
    assert (await shop.planner.post("/api/recall", json={"notice_id": str(new_id())})).status_code == 404
    for role in (Role.TECHNICIAN, Role.WAREHOUSE, Role.PRESCRIBER, Role.DRIVER):
        assert (await shop.clients[role].post("/api/recall", json={"article_number": "7001"})).status_code == 403
