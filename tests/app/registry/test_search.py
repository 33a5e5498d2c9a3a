"""Finding things: wildcards, Swedish order, whose patients, typed order numbers, and what a card shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.database import Database, execute, fetch, fetch_value, new_id
from app.identity.actor import Role
from app.registry.search import find_articles, find_devices, find_holder, find_persons, parse_number_search
from app.registry.view import DEVICE_CARDS_SQL, templates_for, with_templates
from tests.support.builders import make_article, make_device, make_holding, make_person, make_work_order
from tests.support.http import client, running_app, sign_in
from tests.support.world import RegionWorld, make_world


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("123", ("exact", "123")),
        (" 123* ", ("start", "123")),
        ("*123", ("end", "123")),
        ("1*3", None),
        ("*123*", None),
        ("*", None),
        ("", None),
        ("12a", None),
        ("١٢٣", None),
        ("123456789", None),
    ],
)
def test_reading_a_number_search(text: str, wanted: Any) -> None:
    """R-066."""
    assert parse_number_search(text) == wanted


async def test_wildcards(database: Database) -> None:
    north = (await make_world()).north
    for number in ("104901", "104902", "204901", "1049"):
        await make_device(north, number=number)
    actor = await north.users[Role.WAREHOUSE].actor()

    async def numbers(text: str, limit: int = 50) -> list[str]:
        wanted = parse_number_search(text)
        assert wanted is not None
        return [row["number"] for row in await find_devices(actor, wanted, limit)]

    assert await numbers("1049*") == ["1049", "104901", "104902"]
    assert await numbers("*4901") == ["104901", "204901"]
    assert await numbers("104901") == ["104901"]
    assert await numbers("10490") == []
    assert await numbers("*9") == ["1049"]
    assert await numbers("1049*", limit=1) == ["1049"]


async def test_both_wildcards_read_an_index(database: Database) -> None:
    north = (await make_world()).north
    article = await make_article(north)
    await execute(
        "insert into device (id, region_id, number, article_id, status)"
        " select gen_random_uuid(), $1, (100000 + i)::text, $2, 'in_stock' from generate_series(1, 65000) i",
        north.region_id,
        article,
    )
    await execute("analyze device")
    for condition, index in (
        ("number ~>=~ '1234' and number ~<~ '1234:'", "device_number_start"),
        ("reverse(number) ~>=~ '4321' and reverse(number) ~<~ '4321:'", "device_number_end"),
    ):
        plan = await fetch(f"explain select 1 from device where region_id = '{north.region_id}' and {condition}")  # noqa: S608
        assert index in "\n".join(row[0] for row in plan)


async def test_articles_come_in_swedish_order_and_wildcards_are_ordinary_letters(database: Database) -> None:
    north = (await make_world()).north
    for name in ("Öronlapp", "Ärmstöd", "Ångbuss", "Zebrasits", "armstöd 100%"):
        await make_article(north, name=name)
    await make_article(north, name="Rullstol", number="38415", supplier_article_number="26210-60-2")

    async def names(text: str) -> list[str]:
        return [row["name"] for row in await find_articles(north.region_id, text)]

    assert await names("") == ["armstöd 100%", "Rullstol", "Zebrasits", "Ångbuss", "Ärmstöd", "Öronlapp"]
    assert await names("STÖD") == ["armstöd 100%", "Ärmstöd"]
    assert await names("ÄRM") == ["Ärmstöd"]
    assert await names("100%") == ["armstöd 100%"]
    assert await names("%") == ["armstöd 100%"]
    assert await names("_") == []
    assert await names("384") == ["Rullstol"]
    assert await names("26210") == ["Rullstol"]


async def held(region: RegionWorld) -> tuple[Any, Any]:
    person = await make_person(region)
    device = await make_device(region, number="104901")
    await make_holding(region, device, person_id=person, customer_id=region.customer_id)
    return person, device


async def test_a_prescriber_finds_own_patients_and_their_devices(database: Database) -> None:
    north = (await make_world()).north
    person, device = await held(north)
    await make_device(north, number="104902")
    own = await north.users[Role.PRESCRIBER].actor()
    other = await north.other_prescriber.actor()
    assert [row["id"] for row in await find_persons(own, "191212121212")] == [person]
    assert await find_persons(other, "191212121212") == []
    assert [row["number"] for row in await find_devices(own, ("start", "1049"), 50)] == ["104901"]
    assert await find_devices(other, ("start", "1049"), 50) == []
    holder = await find_holder(own, device)
    assert holder is not None
    assert holder["person_id"] == person
    assert await find_holder(other, device) is None
    assert await find_holder(await north.users[Role.TECHNICIAN].actor(), device) is None


async def test_a_person_is_found_by_the_whole_number_only(database: Database) -> None:
    north = (await make_world()).north
    await held(north)
    planner = await north.users[Role.PLANNER].actor()
    assert len(await find_persons(planner, "191212121212")) == 1
    assert await find_persons(planner, "1912121212%%") == []


async def test_the_card(database: Database) -> None:
    north = (await make_world()).north
    article = await make_article(north, number="14540", name="Lyft", stock_status="expired")
    device = await make_device(north, number="104901", article_id=article, serial="26B46546")
    await make_holding(north, device, party_id=north.care_unit_id)
    order = await make_work_order(north, device_id=device, assessed_priority=3)
    await make_work_order(north, device_id=device, state="closed")
    part = await make_article(north, number="6878", name="Sele")
    await execute(
        "insert into device_component (id, region_id, device_id, main_number, article_id)"
        " values ($1, $2, $3, '104901', $4)",
        new_id(),
        north.region_id,
        device,
        part,
    )
    await execute(
        "insert into special_adaptation (id, region_id, device_id, number, made_on, text, safety_note)"
        " values ($1, $2, $3, '7', '2020-01-02', 'Kortad arm', 'Högst 80 kg')",
        new_id(),
        north.region_id,
        device,
    )
    for version, ends in ((1, "now() - interval '1 day'"), (2, "now() + interval '1 day'"), (3, "null")):
        await execute(
            "insert into device_label (id, region_id, device_id, version, token_hash, revoked_at)"  # noqa: S608
            f" values ($1, $2, $3, $4, $5, {ends})",
            new_id(),
            north.region_id,
            device,
            version,
            bytes([version]) * 32,
        )
    card = with_templates(await fetch_value(DEVICE_CARDS_SQL.replace("select d.id, ", "select ", 1), [device]))
    assert card["holder_label"] == "Boendet norr 5001"
    assert (card["article_expired"], card["template_ids"]) == (True, ["patient_lift"])
    assert [(item["number"], item["priority"]) for item in card["open_orders"]] == [(order.number, 3)]
    assert card["label_versions"] == {"live": [2, 3], "revoked": [1]}
    assert card["components"] == [
        {"article_number": "6878", "name": "Sele", "quantity": 1, "serial": "", "main_number": "104901"}
    ]
    assert card["adaptations"][0]["safety_note"] == "Högst 80 kg"


def test_protocols_are_found_by_iso_class_however_it_is_written() -> None:
    assert templates_for("14540", "12 36 03") == templates_for("14540", "123603") == ("patient_lift",)
    assert templates_for("14540", "99 99 99") == ()


async def test_the_routes(database: Database, tmp_path: Path) -> None:
    north = (await make_world()).north
    await held(north)
    order = await make_work_order(north)
    async with running_app(database, tmp_path) as app, client(app) as planner, client(app) as technician:
        await sign_in(planner, north.users[Role.PLANNER].username)
        await sign_in(technician, north.users[Role.TECHNICIAN].username)
        assert (await planner.get("/api/devices?number=1*3")).json()["code"] == "device.number_search"
        assert (await planner.get("/api/devices?number=1*&limit=101")).status_code == 400
        assert (await planner.get("/api/devices/104901")).json()["holder"]["name"] == "Tolvan Testdata"
        assert (await technician.get("/api/devices/104901")).json()["holder"] is None
        assert (await technician.get("/api/devices/104901")).json()["holder_label"] == "Brukare"
        assert (
            await technician.post("/api/persons/search", json={"personal_number": "191212121212"})
        ).status_code == 403
        assert (await planner.post("/api/persons/search", json={"personal_number": "1912"})).status_code == 400
        kinds = (await technician.get(f"/api/numbers/{order.number}")).json()["items"]
        assert kinds == [{"number": order.number, "kind": "work_order", "title": "Lyft Provia"}]
        assert (await planner.get("/api/articles?q=lyft")).json()["items"] != []
