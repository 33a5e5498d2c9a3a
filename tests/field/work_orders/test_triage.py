"""Triage: why an order is red, what its text leaves out, what comes first, and whom the inbox shows what."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.database import execute
from app.identity.actor import Role
from app.policy.regions import NORRBOTTEN, VASTMANLAND
from field.work_orders.triage import ClockFacts, TextFacts, fault_gaps, is_red, reasons, sort_key
from tests.field.work_orders.shop import Shop
from tests.support.builders import make_device, make_holding, make_person, make_work_order

VECTORS = json.loads((Path(__file__).resolve().parents[2] / "vectors/fault_gaps.json").read_text())["cases"]
#: A Thursday in June, 10:00 in Sweden; Friday the 19th is Midsummer Eve in 2026.
THURSDAY = datetime(2026, 6, 11, 8, 0, tzinfo=UTC)
NOTHING = ClockFacts(THURSDAY, None, None, None, None, None, None)


@pytest.mark.parametrize("case", VECTORS, ids=[case["text"] for case in VECTORS])
def test_what_a_text_leaves_out(case: dict[str, Any]) -> None:
    """R-020, R-146, R-201, R-206: part, side, place, way in, and which components are ordered."""
    facts = msgspec.convert({key: value for key, value in case.items() if key != "gaps"}, TextFacts)
    assert list(fault_gaps(facts)) == case["gaps"]


def test_a_red_clock_says_the_regions_rule_and_the_working_time_left() -> None:
    """R-187: started within 3 working days; registered on a Thursday, due on Tuesday at 16.30 in Sweden."""
    due = datetime(2026, 6, 16, 14, 30, tzinfo=UTC)
    facts = replace(NOTHING, start_due=due)
    (early,) = reasons(NORRBOTTEN, 1, facts, THURSDAY)
    assert (early.clock, early.state, early.amount, early.unit, early.kind) == (
        "start",
        "ok",
        3,
        "working_days",
        "hard",
    )
    # Thursday from 10.00 6.5 h, Friday 8 h, Monday and Tuesday 8.5 h each.
    assert early.working_minutes == 390 + 480 + 510 + 510
    (late,) = reasons(NORRBOTTEN, 1, facts, due + timedelta(hours=16))
    assert (late.state, late.working_minutes) == ("late", -30), "Wednesday 8.30: the night does not count"
    assert reasons(NORRBOTTEN, 1, replace(facts, started_at=THURSDAY), due) == ()


def test_a_goal_is_not_called_a_promise_and_contact_ends_its_clock() -> None:
    """R-213, R-214."""
    facts = replace(
        NOTHING, contact_due=datetime(2026, 6, 12, 14, 0, tzinfo=UTC), done_due=THURSDAY + timedelta(days=9)
    )
    found = reasons(VASTMANLAND, 1, facts, THURSDAY)
    assert [(one.clock, one.kind) for one in found] == [("contact", "goal"), ("done", None)]
    assert [one.clock for one in reasons(VASTMANLAND, 1, replace(facts, contacted_at=THURSDAY), THURSDAY)] == ["done"]


def test_a_visit_booked_after_the_promise_is_red_before_it_is_late() -> None:
    """R-215: the care provider hears of it in time, not afterwards."""
    due = THURSDAY + timedelta(days=5)
    found = reasons(NORRBOTTEN, 3, replace(NOTHING, done_due=due, booked_from=due + timedelta(hours=1)), THURSDAY)
    assert found[0].state == "ok"
    assert is_red(found)
    assert not is_red(reasons(NORRBOTTEN, 3, replace(NOTHING, done_due=due, booked_from=due), THURSDAY))


def test_acute_comes_first_then_red_then_priority() -> None:
    """R-242: acute goes before normal, also before what is late."""
    late = reasons(NORRBOTTEN, 1, replace(NOTHING, start_due=THURSDAY - timedelta(days=1)), THURSDAY)
    keys = {
        "acute": sort_key(4, (), THURSDAY, "20000004"),
        "late": sort_key(1, late, THURSDAY, "20000003"),
        "urgent": sort_key(3, (), THURSDAY, "20000002"),
        "normal": sort_key(1, (), THURSDAY, "20000001"),
        "later": sort_key(1, (), THURSDAY + timedelta(hours=1), "20000000"),
    }
    assert sorted(keys, key=lambda name: keys[name]) == ["acute", "late", "urgent", "normal", "later"]


async def test_the_inbox_shows_what_is_to_be_decided(shop: Shop) -> None:
    """Proposed beside assessed, duplicates, gaps and reports; nothing says whom an order is about (SR-40)."""
    device = await make_device(shop.north)
    person = await make_person(shop.north, protected_identity=True)
    await make_holding(shop.north, device, person_id=person)
    past = datetime.now(UTC) - timedelta(hours=3)
    one = await make_work_order(shop.north, device_id=device, person_id=person, fault_text="Trasig.", start_due=past)
    two = await make_work_order(shop.north, device_id=device, assigned_to=shop.technician.id)
    planner = await shop.office()
    await shop.send(planner, "work_order.assess", {"priority": 2, "place": "at_centre"}, two.id)
    await execute(
        "insert into fault_report (id, region_id, device_id, topic, text, state, received_at, source, same_hash,"
        " command_id) select gen_random_uuid(), d.region_id, d.id, 'broken', 'Den gnisslar.', 'received', now(),"
        " 'label', '', c.id from device d, command_log c where d.id = $1",
        device,
    )
    page = (await planner.get("/api/triage")).json()
    assert [hit["number"] for hit in page["items"]] == [one.number]
    assert (page["undecided"], page["red"], page["all"], page["reports"]) == (1, 1, 2, 1)
    (hit,) = page["items"]
    assert (hit["red"], hit["undecided"], hit["reports"]) == (True, True, 1)
    assert hit["reasons"][0]["state"] == "late"
    assert hit["gaps"] == ["short", "part"]
    assert [alike["number"] for alike in hit["duplicates"]] == [two.number]
    assert hit["town"] == ""
    assert "Tolv" not in json.dumps(page)
    everything = (await planner.get("/api/triage?show=all")).json()["items"]
    assert {(hit["number"], hit["assessed_priority"]) for hit in everything} == {(one.number, None), (two.number, 2)}
    for role in (Role.PRESCRIBER, Role.DRIVER, Role.WAREHOUSE):
        assert (await (await shop.office(role)).get("/api/triage")).status_code == 403, role
    assert (await (await shop.browser(shop.south.users[Role.PLANNER])).get("/api/triage?show=all")).json()["all"] == 0


async def test_a_day_of_the_technicians(shop: Shop) -> None:
    """Booked ones by their time, others behind, and what waits beside."""
    device = await make_device(shop.north)
    mine = shop.technician.id
    day = datetime(2026, 6, 11, tzinfo=UTC).date()
    booked = {"state": "booked", "planned_on": day, "assigned_to": mine}
    late = await make_work_order(shop.north, device_id=device, booked_from=THURSDAY + timedelta(hours=3),
                                 booked_to=THURSDAY + timedelta(hours=4), **booked)  # fmt: skip
    early = await make_work_order(shop.north, device_id=device, booked_from=THURSDAY,
                                  booked_to=THURSDAY + timedelta(hours=1), **booked)  # fmt: skip
    anytime = await make_work_order(shop.north, device_id=device, planned_on=day, assigned_to=mine)
    waiting = await make_work_order(shop.north, device_id=device)
    planner = await shop.office()
    answer = (await planner.get(f"/api/technician-day?day={day}")).json()
    rows = {person["id"]: [hit["number"] for hit in person["orders"]] for person in answer["technicians"]}
    assert rows[str(mine)] == [early.number, late.number, anytime.number]
    assert rows[str(shop.colleague.id)] == []
    assert [hit["number"] for hit in answer["waiting"]] == [waiting.number]
    assert (answer["opens"], answer["closes"]) == ("2026-06-11T06:00:00Z", "2026-06-11T14:30:00Z")
    closed = (await planner.get("/api/technician-day?day=2026-06-19")).json()
    assert closed["opens"] is None, "Midsummer Eve counts as a holiday (R-245)"
    one_team = (await planner.get(f"/api/technician-day?day={day}&team={shop.north.teams[1]}")).json()
    assert [person["id"] for person in one_team["technicians"]] == [str(shop.colleague.id)]
