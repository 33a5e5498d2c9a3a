"""Assessing, assigning, booking, cancelling, and the promises that somebody watches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.database import execute, fetch_value, new_id
from app.identity.actor import Role
from field.work_orders.clocks import watch_clocks
from tests.field.work_orders.answers import approved_answers, protocol
from tests.field.work_orders.shop import Shop, messages_to
from tests.support.builders import close_args, make_device, make_work_order, order_row

NOON = datetime(2026, 6, 18, 10, 0, tzinfo=UTC)


async def office(shop: Shop, name: str, args: dict[str, Any], order_id: UUID, base_rv: int | None = None) -> Any:
    return await shop.send(await shop.office(), f"work_order.{name}", args, order_id, base_rv)


async def test_the_technicians_assessment_is_final_and_the_proposal_stays(shop: Shop) -> None:
    """R-197, I13; the promises count from the registration (Midsummer: R-245)."""
    order = await make_work_order(shop.north, registered_at=NOON, assigned_to=shop.technician.id, proposed_priority=5)
    answer = await office(shop, "assess", {"priority": 3, "place": "at_centre"}, order.id)
    assert answer.status_code == 200
    row = await order_row(order.id)
    assert (row["state"], row["assessed_priority"], row["assessment_final"]) == ("registered", 3, False)
    assert row["done_due"] == datetime(2026, 6, 24, 14, 30, tzinfo=UTC)

    phone = await shop.phone(shop.technician)
    verdict = await shop.push(phone, "work_order.assess", {"priority": 1, "place": "at_unit"}, order.id)
    assert verdict["verdict"] == "applied"
    row = await order_row(order.id)
    assert (row["state"], row["assessed_priority"], row["assessment_final"]) == ("triaged", 1, True)
    assert (row["proposed_priority"], row["proposed_place"]) == (5, "at_holder")
    assert row["done_due"] is None
    assert row["start_due"] == datetime(2026, 6, 24, 14, 30, tzinfo=UTC)
    assert row["assessed_by"] == shop.technician.id

    late = await office(shop, "assess", {"priority": 2, "place": "at_centre"}, order.id)
    assert (late.status_code, late.json()["code"]) == (409, "work_order.assessment_final")
    assert late.json()["state"]["state"] == "triaged"
    assert (await order_row(order.id))["assessed_priority"] == 1


async def test_closing_takes_over_the_proposal_as_this_technicians_assessment(shop: Shop) -> None:
    order = await make_work_order(shop.north, assigned_to=shop.technician.id, proposed_priority=3)
    phone = await shop.phone(shop.technician)
    await shop.push(phone, "work_order.close", close_args(), order.id)
    row = await order_row(order.id)
    assert (row["assessed_priority"], row["assessment_final"], row["assessed_by"]) == (3, True, shop.technician.id)


async def test_a_correction_on_an_older_version_is_refused_with_the_state(shop: Shop) -> None:
    order = await make_work_order(shop.north)
    seen = (await order_row(order.id))["rv"]
    first = await office(shop, "correct", {"fault_text": "Tjuter."}, order.id, seen)
    assert first.status_code == 200
    second = await office(shop, "correct", {"fault_text": "Låter."}, order.id, seen)
    assert (second.status_code, second.json()["code"]) == (409, "work_order.changed_meanwhile")
    assert second.json()["state"]["rv"] == first.json()["rv"]
    assert (await order_row(order.id))["fault_text"] == "Tjuter."


async def test_what_a_correction_leaves_out_stays(shop: Shop) -> None:
    order = await make_work_order(shop.north)
    await office(shop, "correct", {"contact": {"name": "Ny", "street": "Nygatan 1"}}, order.id)
    row = await order_row(order.id)
    assert (row["contact_name"], row["street"], row["entry_code"]) == ("Ny", "Nygatan 1", "")
    assert row["fault_text"] == "Bromsen tar inte."


async def test_booking_passes_triage_and_plans_the_day(shop: Shop) -> None:
    order = await make_work_order(shop.north)
    booking = {"from": "2026-06-22T22:30:00Z", "to": "2026-06-22T23:30:00Z"}
    answer = await office(shop, "book", booking, order.id)
    assert answer.json()["result"]["path"] == ["triaged", "booked"]
    assert str((await order_row(order.id))["planned_on"]) == "2026-06-23", "the local day"
    wrong = await office(shop, "book", {"from": booking["to"], "to": booking["from"]}, order.id)
    assert wrong.json()["code"] == "work_order.booking_ends_first"


async def test_only_reaching_somebody_stops_the_contact_clock(shop: Shop) -> None:
    order = await make_work_order(shop.north)
    at = datetime.now(UTC).isoformat()
    await office(shop, "contact", {"at": at, "result": "no_answer"}, order.id)
    assert (await order_row(order.id))["contacted_at"] is None
    await office(shop, "contact", {"at": at, "result": "reached"}, order.id)
    assert (await order_row(order.id))["contacted_at"] is not None


async def test_start_wait_resume(shop: Shop) -> None:
    order = await make_work_order(shop.north)
    phone = await shop.phone(shop.technician)
    at = datetime.now(UTC).isoformat()
    assert (await shop.push(phone, "work_order.start", {"at": at}, order.id))["verdict"] == "applied"
    row = await order_row(order.id)
    assert (row["state"], row["started_by"], row["assigned_to"]) == ("started", *[shop.technician.id] * 2)
    assert (await shop.push(phone, "work_order.wait", {"waiting_for": "parts"}, order.id))["verdict"] == "applied"
    assert (await shop.push(phone, "work_order.wait", {"waiting_for": "patient"}, order.id))["verdict"] == "applied"
    row = await order_row(order.id)
    assert (row["state"], row["waiting_for"]) == ("waiting", "patient")
    assert (await shop.push(phone, "work_order.resume", {}, order.id))["verdict"] == "applied"
    row = await order_row(order.id)
    assert (row["state"], row["waiting_for"]) == ("started", None)
    assert (await shop.push(phone, "work_order.resume", {}, order.id))["code"] == "work_order.not_waiting"


async def test_a_stranger_cannot_be_assigned(shop: Shop) -> None:
    order = await make_work_order(shop.north)
    for stranger in (shop.north.users[Role.PLANNER].id, shop.south.users[Role.TECHNICIAN].id, new_id()):
        answer = await office(shop, "assign", {"technician_id": str(stranger)}, order.id)
        assert answer.json()["code"] == "work_order.technician_unknown"
    elsewhere = await office(shop, "assign", {"technician_id": None, "team_id": str(shop.south.teams[0])}, order.id)
    assert elsewhere.json()["code"] == "work_order.team_unknown"


async def test_the_technician_who_loses_an_order_is_told_once(shop: Shop) -> None:
    order = await make_work_order(shop.north)
    await office(shop, "assign", {"technician_id": str(shop.technician.id)}, order.id)
    await office(shop, "assign", {"technician_id": str(shop.technician.id)}, order.id)
    await office(shop, "assign", {"technician_id": str(shop.colleague.id)}, order.id)
    told = await messages_to(shop.technician)
    assert [(kind, params["number"]) for kind, params in told] == [("work_order.reassigned", order.number)]
    assert await messages_to(shop.colleague) == []


async def test_cancelling_tells_everybody_concerned_why_and_is_final(shop: Shop) -> None:
    """R-157: with the reason; an order is never reopened."""
    prescriber = shop.north.users[Role.PRESCRIBER]
    order = await make_work_order(
        shop.north,
        registered_by=shop.north.users[Role.CUSTOMER_SERVICE].id,
        prescriber_id=prescriber.id,
        assigned_to=shop.technician.id,
        state="waiting",
        waiting_for="patient",
    )
    answer = await office(shop, "cancel", {"reason": "no_contact", "note": "Ringt."}, order.id)
    assert answer.status_code == 200, answer.text
    row = await order_row(order.id)
    assert (row["state"], row["cancel_reason"], row["cancel_note"]) == ("cancelled", "no_contact", "Ringt.")
    for person in (prescriber, shop.north.users[Role.CUSTOMER_SERVICE], shop.technician):
        told = await messages_to(person)
        assert [(kind, params["reason"]) for kind, params in told] == [("work_order.cancelled", "no_contact")]
        assert "Tolvan" not in str(told)
    for name, args in (
        ("book", {"from": "2026-06-22T08:00:00Z", "to": "2026-06-22T09:00:00Z"}),
        ("assign", {"technician_id": None}),
        ("cancel", {"reason": "wrong"}),
    ):
        again = await office(shop, name, args, order.id)
        assert again.json()["code"] == "work_order.cancelled_meanwhile"


async def test_orderer_and_prescriber_are_each_told_once_of_a_closing(shop: Shop) -> None:
    prescriber = shop.north.users[Role.PRESCRIBER]
    order = await make_work_order(
        shop.north, registered_by=prescriber.id, prescriber_id=prescriber.id, assigned_to=shop.technician.id
    )
    phone = await shop.phone(shop.technician)
    await shop.push(phone, "work_order.close", close_args(outcome="adjusted"), order.id)
    told = await messages_to(prescriber)
    assert [(kind, params["outcome"]) for kind, params in told] == [("work_order.closed", "adjusted")]


async def test_a_missed_promise_is_told_once(shop: Shop) -> None:
    """R-215. A new priority makes a new promise."""
    prescriber = shop.north.users[Role.PRESCRIBER]
    order = await make_work_order(shop.north, prescriber_id=prescriber.id, registered_at=NOON, start_due=NOON)
    await watch_clocks({}, now=NOON)
    assert await messages_to(prescriber) == [], "at the due time it is not late"
    for minutes in (1, 2, 3):
        await watch_clocks({}, now=NOON + timedelta(minutes=minutes))
    assert [kind for kind, _ in await messages_to(prescriber)] == ["work_order.late"]
    assert (await order_row(order.id))["missed_told_at"] == NOON + timedelta(minutes=1)
    await execute("update work_order set done_due = $2 where id = $1", order.id, NOON + timedelta(hours=1))
    for hours in (2, 3):
        await watch_clocks({}, now=NOON + timedelta(hours=hours))
    assert [kind for kind, _ in await messages_to(prescriber)] == ["work_order.late"] * 2


@pytest.mark.parametrize(
    "columns",
    [
        {"state": "started", "started_at": NOON, "start_due": NOON},
        {"state": "closed", "closed_at": NOON, "done_due": NOON},
        {"state": "cancelled", "cancel_reason": "wrong", "done_due": NOON},
        {"contacted_at": NOON, "contact_due": NOON},
        {"state": "started", "started_at": NOON, "contact_due": NOON},
    ],
)
async def test_a_promise_that_was_kept_or_has_ended_is_not_told(shop: Shop, columns: dict[str, Any]) -> None:
    await make_work_order(shop.north, registered_by=shop.technician.id, **columns)
    await watch_clocks({}, now=NOON + timedelta(days=9))
    assert await fetch_value("select count(*) from message") == 0


async def test_maintenance_moves_the_devices_dates_by_the_articles_interval(shop: Shop) -> None:
    device = await make_device(shop.north)
    order = await make_work_order(shop.north, device_id=device, type="preventive", assigned_to=shop.technician.id)
    phone = await shop.phone(shop.technician)
    performed = datetime.now(UTC) - timedelta(hours=1)
    verdict = await shop.push(
        phone,
        "work_order.close",
        close_args(performed_at=performed.isoformat(), outcome="inspected", protocol=protocol(approved_answers())),
        order.id,
    )
    assert verdict["verdict"] == "applied"
    last = await fetch_value("select last_pm from device where id = $1", device)
    following = await fetch_value("select next_pm from device where id = $1", device)
    assert (following.year - last.year, following.month) == (1, last.month)
    assert abs((performed.date() - last).days) <= 1
