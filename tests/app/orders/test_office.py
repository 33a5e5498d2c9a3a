"""What each role reads of customer orders and pick-up orders, and that the two regions never meet."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.database import execute, fetch, fetch_value, new_id, unit_of_work
from app.identity.actor import Role
from app.orders import fulfilment
from tests.app.orders.desk import Desk, row_of, today
from tests.app.orders.test_registering import patient, prescription
from tests.routing.pickups.test_registering import aid, wanted
from tests.support.builders import make_article, make_device, make_person

SECRETS = ("Tolvan", "Testdata", "0920-121212", "Tolvgatan", "97212", "#1212", "Ring på baksidan")


async def both(desk: Desk, **person: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """An order home to a patient and a pick-up from there."""
    someone = await patient(desk.north, entry_code="#1212", **person)
    await make_article(desk.north, number="7001")
    order = await desk.order(
        **prescription(someone, "7001", to_home=True, carrier_note="Ring på baksidan.", warehouse_note="Montera.")
    )
    _, holding = await aid(desk.north, someone)
    pickup = await desk.pickup(Role.PRESCRIBER, **wanted(someone, holding, info="Ring på baksidan."))
    return order, pickup


async def read(desk: Desk, role: Role, kind: str, number: str) -> Any:
    return await (await desk.as_role(role)).get(f"/api/{kind}/{number}")


@pytest.mark.parametrize("role", [Role.PLANNER, Role.CUSTOMER_SERVICE, Role.PRESCRIBER])
async def test_the_office_and_the_prescriber_see_the_recipient_and_are_logged(desk: Desk, role: Role) -> None:
    order, pickup = await both(desk)
    for kind, found in (("customer-orders", order), ("pickup-orders", pickup)):
        answer = await read(desk, role, kind, found["number"])
        assert answer.status_code == 200
        shown = answer.json()
        assert shown["recipient"] == {"kind": "person", "name": "Tolvan Testdata", "protected": False}
        assert shown["contact"]["street"] == "Tolvgatan 12"
        assert shown["contact"]["entry_code"] == "#1212"
        assert shown.get("carrier_note", shown.get("info")) == "Ring på baksidan."
        assert [event["type"].rpartition(".")[2] for event in shown["history"]] == ["register"]
        assert shown["can_cancel"] is (role is not Role.PRESCRIBER)
    rows = await fetch("select action, user_id from access_log order by at")
    assert [tuple(row) for row in rows] == [
        (action, desk.north.users[role].id) for action in ("customer_order.read", "pickup_order.read")
    ]


async def test_the_warehouse_sees_what_to_do_and_never_for_whom(desk: Desk) -> None:
    """Domain model 5.6: no name, telephone, address, entry code or note to the carrier; so no row in the log either."""
    order, pickup = await both(desk)
    texts = []
    for kind, found in (("customer-orders", order), ("pickup-orders", pickup)):
        answer = await read(desk, Role.WAREHOUSE, kind, found["number"])
        assert answer.status_code == 200
        assert answer.json()["recipient"] == {"kind": "person", "name": "", "protected": False}
        assert set(answer.json()["contact"].values()) == {""}
        texts.append(answer.text)
        texts.append((await (await desk.as_role(Role.WAREHOUSE)).get(f"/api/{kind}")).text)
    assert "Montera." in texts[0]
    assert [secret for secret in (*SECRETS, "Luleå") for text in texts if secret in text] == []
    assert await fetch_value("select count(*) from access_log") == 0
    assert len(json.loads(texts[1])["items"]) == len(json.loads(texts[3])["items"]) == 1


async def test_a_protected_identity_is_shown_to_nobody_here(desk: Desk) -> None:
    """SR-40: not in lists, not in the detail; who looked is logged all the same."""
    order, pickup = await both(desk, protected_identity=True)
    for role in (Role.PLANNER, Role.PRESCRIBER, Role.WAREHOUSE):
        for kind, found in (("customer-orders", order), ("pickup-orders", pickup)):
            detail = await read(desk, role, kind, found["number"])
            listed = await (await desk.as_role(role)).get(f"/api/{kind}?state=all")
            for text in (detail.text, listed.text):
                assert [secret for secret in (*SECRETS, "Luleå") if secret in text] == [], (role, kind)
            name = "" if role is Role.WAREHOUSE else "Skyddad identitet"
            assert detail.json()["recipient"]["name"] == name
    assert await fetch_value("select count(*) from access_log") == 4


async def test_the_entry_code_goes_when_the_order_is_over(desk: Desk) -> None:
    order, pickup = await both(desk)
    for role in (Role.CUSTOMER_SERVICE,):
        await desk.do(role, "customer_order.cancel", {"reason": "wrong"}, order["id"])
        await desk.do(role, "pickup_order.cancel", {"reason": "wrong"}, pickup["id"])
    for kind, found in (("customer-orders", order), ("pickup-orders", pickup)):
        shown = (await read(desk, Role.PLANNER, kind, found["number"])).json()
        assert shown["contact"]["street"] == "Tolvgatan 12"
        assert shown["contact"]["entry_code"] == ""
        assert shown["can_cancel"] is False


async def test_nothing_crosses_between_regions_and_prescribers(desk: Desk) -> None:
    """SR-05: not yours and not there are one answer."""
    order, pickup = await both(desk)
    strangers = [
        await desk.as_role(Role.PLANNER, desk.south),
        await desk.as_role(Role.WAREHOUSE, desk.south),
        await desk.browser(desk.north.other_prescriber),
    ]
    for browser in strangers:
        for kind, found in (("customer-orders", order), ("pickup-orders", pickup)):
            other = await browser.get(f"/api/{kind}/{found['number']}")
            missing = await browser.get(f"/api/{kind}/99999999")
            assert (other.status_code, other.content) == (404, missing.content)
            assert (await browser.get(f"/api/{kind}?state=all")).json()["items"] == []
            assert (await browser.get(f"/api/numbers/{found['number']}")).json()["items"] == []
    planner = await desk.as_role(Role.PLANNER, desk.south)
    for name, found, args in (
        ("customer_order.cancel", order, {"reason": "wrong"}),
        ("customer_order.assign_device", order, {"line_id": str(order["lines"][0]), "device_number": None}),
        ("pickup_order.cancel", pickup, {"reason": "wrong"}),
    ):
        other = await desk.send(planner, name, args, found["id"])
        missing = await desk.send(planner, name, args, new_id())
        assert (other.status_code, other.content) == (404, missing.content)
    for role in (Role.TECHNICIAN, Role.DRIVER, Role.ADMIN, Role.AUDITOR):
        for kind in ("customer-orders", "pickup-orders"):
            assert (await (await desk.as_role(role)).get(f"/api/{kind}")).status_code == 403


async def test_lists_filters_and_pages(desk: Desk) -> None:
    """R-036: open and delivered, own ones, and what the warehouse has still to choose a device for."""
    person = await patient(desk.north)
    await make_article(desk.north, number="7001")
    await make_article(desk.north, number="7002", individually_numbered=False)
    numbered = await desk.order(**prescription(person, "7001", "7001", "7002", urgent=True))
    plain = await desk.order(Role.CUSTOMER_SERVICE, **prescription(person, "7002", to_home=True))
    gone = await desk.order(**prescription(person, "7002"))
    await desk.do(Role.PLANNER, "customer_order.cancel", {"reason": "other"}, gone["id"])
    browser = await desk.as_role(Role.PLANNER)

    async def numbers(query: str, reader: Any = browser) -> list[str]:
        answer = await reader.get(f"/api/customer-orders?{query}")
        assert answer.status_code == 200, answer.text
        return [item["number"] for item in answer.json()["items"]]

    assert await numbers("") == [plain["number"], numbered["number"]]
    assert await numbers("state=closed") == [gone["number"]]
    assert await numbers("state=all&to_assign=true") == [numbered["number"]]
    prescriber = await desk.as_role(Role.PRESCRIBER)
    assert await numbers("state=all&mine=true", prescriber) == [gone["number"], numbered["number"]]
    assert await numbers("mine=true", await desk.as_role(Role.CUSTOMER_SERVICE)) == [plain["number"]]
    seen, cursor = [], ""
    for _ in range(3):
        page = (await browser.get(f"/api/customer-orders?state=all&limit=1&cursor={cursor}")).json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [gone["number"], plain["number"], numbered["number"]]
    assert cursor is None
    assert (await browser.get("/api/customer-orders?cursor=abc")).json()["code"] == "cursor.invalid"
    hit = (await browser.get("/api/customer-orders?to_assign=true")).json()["items"][0]
    assert (hit["lines"], hit["lines_without_device"], hit["urgent"], hit["town"]) == (3, 2, True, "Luleå")
    assert (hit["recipient_kind"], hit["registered_by_name"], hit["earliest_dispatch"]) == (
        "person",
        "Test prescriber.norr",
        today(),
    )


async def test_the_arrival_is_found_by_the_device(desk: Desk) -> None:
    _, pickup = await both(desk)
    line = await row_of("pickup_line", pickup["lines"][0])
    number = (await row_of("device", line["device_id"]))["number"]
    browser = await desk.as_role(Role.WAREHOUSE)
    found = (await browser.get(f"/api/pickup-orders?device={number}")).json()["items"]
    assert [(item["number"], item["lines"], item["collected"], item["arrived"]) for item in found] == [
        (pickup["number"], 1, 0, 0)
    ]
    assert (await browser.get("/api/pickup-orders?device=4711")).json()["items"] == []
    assert (await browser.get("/api/pickup-orders?to_arrive=true")).json()["items"] == []
    await execute("update pickup_line set state = 'collected' where id = $1", line["id"])
    assert len((await browser.get("/api/pickup-orders?to_arrive=true")).json()["items"]) == 1


async def on_a_round(desk: Desk, line: UUID, state: str = "planned") -> UUID:
    """Put an order line on a round that goes out tomorrow, and return the task."""
    region, driver = desk.north.region_id, desk.north.users[Role.DRIVER].id
    depot, van, trip, stop, task = (new_id() for _ in range(5))
    for place, kind in ((depot, "warehouse"), (van, "van")):
        await execute(
            "insert into location (id, region_id, kind, number, name) values ($1, $2, $3, $3, $3)", place, region, kind
        )
    await execute(
        "insert into van_round (id, region_id, name, on_day, van_id, driver_id, depot_id, state)"
        " values ($1, $2, 'Norr', $3::text::date, $4, $5, $6, 'published')",
        trip,
        region,
        today(1),
        van,
        driver,
        depot,
    )
    await execute("insert into stop (id, region_id, round_id) values ($1, $2, $3)", stop, region, trip)
    await execute(
        "insert into stop_task (id, region_id, stop_id, kind, order_line_id, article_id, state)"
        " select $1, region_id, $2, 'deliver', id, article_id, $4 from order_line where id = $3",
        task,
        stop,
        line,
        state,
    )
    return task


async def test_an_order_on_a_round_says_when_and_is_taken_off_first(desk: Desk) -> None:
    """R-120: the real day is the round's. The stop follows when the warehouse chooses another device."""
    order, _ = await both(desk)
    task = await on_a_round(desk, order["lines"][0])
    shown = (await read(desk, Role.PLANNER, "customer-orders", order["number"])).json()
    assert (shown["planned_on"], shown["can_cancel"]) == (today(1), False)
    listed = (await (await desk.as_role(Role.PLANNER)).get("/api/customer-orders")).json()["items"]
    assert listed[0]["planned_on"] == today(1)
    browser = await desk.as_role(Role.CUSTOMER_SERVICE)
    refused = await desk.send(browser, "customer_order.cancel", {"reason": "wrong"}, order["id"])
    assert refused.json()["code"] == "order.on_round"
    article = (await row_of("order_line", order["lines"][0]))["article_id"]
    device = await make_device(desk.north, number="104901", article_id=article)
    args: dict[str, Any] = {"line_id": str(order["lines"][0]), "device_number": "104901"}
    await desk.do(Role.WAREHOUSE, "customer_order.assign_device", args, order["id"])
    assert (await row_of("stop_task", task))["device_id"] == device
    back = await desk.send(
        await desk.as_role(Role.WAREHOUSE), "customer_order.assign_device", {**args, "device_number": None}, order["id"]
    )
    assert back.json()["code"] == "order.on_round"
    await execute("update van_round set state = 'returned'")
    shown = (await read(desk, Role.PLANNER, "customer-orders", order["number"])).json()
    assert (shown["planned_on"], shown["can_cancel"]) == (None, True)


async def test_the_proof_shows_what_was_signed_for(desk: Desk) -> None:
    order, _ = await both(desk)
    line = order["lines"][0]
    article = (await row_of("order_line", line))["article_id"]
    device = await make_device(desk.north, number="104901", article_id=article)
    task = await on_a_round(desk, line, "done")
    stop = (await row_of("stop_task", task))["stop_id"]
    await execute("update stop_task set device_id = $2 where id = $1", task, device)
    async with unit_of_work():
        await fulfilment.mark_delivered(line, quantity=1, at=datetime.now(UTC), device_id=device)
    await execute(
        "insert into proof_of_delivery (id, region_id, stop_id, signer_name, method, items, items_sha256, driver_id,"
        " at, command_id) select $1, $2, $3, 'Grannen', 'name', $4, 'x', $5, now(), id from command_log limit 1",
        new_id(),
        desk.north.region_id,
        stop,
        [{"action": "deliver", "task_id": str(task), "quantity": 1}],
        desk.north.users[Role.DRIVER].id,
    )
    proof = (await read(desk, Role.PRESCRIBER, "customer-orders", order["number"])).json()["proof"]
    assert (proof["signer_name"], proof["items"]) == (
        "Grannen",
        [{"action": "deliver", "article_name": "Lyft Provia", "device_number": "104901", "quantity": 1}],
    )
    assert (await read(desk, Role.WAREHOUSE, "customer-orders", order["number"])).json()["proof"] is None
    await execute("update stop_task set state = 'planned' where id = $1", task)
    assert (await read(desk, Role.PLANNER, "customer-orders", order["number"])).json()["proof"] is None


async def test_a_care_units_order_names_the_unit(desk: Desk) -> None:
    await make_person(desk.north)
    await make_article(desk.north, number="7002", individually_numbered=False)
    order = await desk.order(
        Role.PLANNER,
        kind="unit_order",
        recipient={"party_number": "5001"},
        lines=[{"article_number": "7002"}],
    )
    shown = (await read(desk, Role.PLANNER, "customer-orders", order["number"])).json()
    assert shown["recipient"] == {"kind": "party", "name": "Boendet norr 5001", "protected": False}
    assert await fetch_value("select count(*) from access_log") == 0
