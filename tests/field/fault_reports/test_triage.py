"""Triage: what a report becomes, who is told, and that two regions never meet (R-025, R-026, R-220)."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest

from app.database import execute, fetch, fetch_row, fetch_value
from app.identity.actor import Role
from tests.field.fault_reports.conftest import WORDS, Triage, work_order
from tests.support.builders import close_args, make_device, make_work_order
from tests.support.push_service import Browser

READERS = (Role.CUSTOMER_SERVICE, Role.PLANNER, Role.TECHNICIAN)


async def subscribe(triage: Triage, tracking: str, endpoint: str) -> tuple[Browser, httpx.Response]:
    """Turn notifications on, as the page does."""
    browser = Browser()
    subscription = {"endpoint": endpoint, "expirationTime": None, "keys": browser.keys}
    return browser, await triage.public.post(
        "/api/public/status/push", json={"tracking": tracking, "subscription": subscription}
    )


async def close(triage: Triage, number: str) -> None:
    """A technician closes the order."""
    row = await fetch_row("select id from work_order where number = $1", number)
    assert row is not None
    technician = triage.north.users[Role.TECHNICIAN]
    await triage.do(Role.PLANNER, "work_order.assign", {"technician_id": str(technician.id)}, row["id"])
    await triage.do(Role.TECHNICIAN, "work_order.close", close_args(), row["id"])


@pytest.mark.parametrize(
    ("topic", "to"),
    [
        ("broken", "centre"),
        ("not_working", "centre"),
        ("maintenance", "centre"),
        ("worn_part", "centre"),
        ("other", "centre"),
        ("treatment_insufficient", "prescriber"),
        ("new_condition", "prescriber"),
        ("chafes_or_allergy", "prescriber"),
        ("worn_within_interval", "prescriber"),
        ("needs_training", "prescriber"),
    ],
)
async def test_the_two_lists(topic: str, to: str, triage: Triage) -> None:
    """R-025, R-026."""
    await triage.reported(topic=topic)
    report = (await triage.reports())[0]
    assert report["to"] == to
    assert report["proposed"] == ("refer" if to == "prescriber" else "work_order")


async def test_an_expired_device_is_proposed_to_the_prescriber(triage: Triage) -> None:
    """R-220."""
    await execute("update article set stock_status = 'expired'")
    await triage.reported(topic="broken")
    report = (await triage.reports())[0]
    assert (report["to"], report["expired"], report["proposed"]) == ("centre", True, "refer")


async def test_triage_sees_the_thing_its_open_orders_and_no_name(triage: Triage) -> None:
    order = await make_work_order(triage.north, device_id=triage.device)
    await triage.reported(contact_name="Test Anhörig")
    for role in READERS:
        report = (await triage.reports(role))[0]
        assert (report["device_number"], report["article_name"], report["known_device"]) == (
            "104901",
            "Personlyft",
            True,
        )
        assert [one["number"] for one in report["open_orders"]] == [order.number]
        assert report["excerpt"] == WORDS
        assert "Tolvan" not in str(report)
    detail = (await (await triage.as_role(Role.TECHNICIAN)).get(f"/api/fault-reports/{report['id']}")).json()
    assert (detail["text"], detail["contact_name"], detail["prescriber"]) == (WORDS, "Test Anhörig", True)
    logged = await fetch_row("select person_id, action from access_log")
    assert logged is not None
    assert tuple(logged) == (triage.person, "fault_report.read")


async def test_a_report_becomes_a_work_order_and_both_are_told_when_it_is_closed(triage: Triage) -> None:
    """The patient's page follows the order; its message goes to the prescriber of the holding, not to triage."""
    tracking = await triage.reported()
    browser, subscribed = await subscribe(triage, tracking, triage.pushes.endpoint("patient"))
    assert subscribed.status_code == 204, subscribed.text
    report = (await triage.reports())[0]
    made = await triage.decide(
        report["id"], decision="work_order", answer="Vi kommer på torsdag.", work_order=work_order()
    )
    assert made.status_code == 200, made.text
    number = made.json()["result"]["number"]
    status = await triage.status(tracking)
    assert (status["state"], status["work"], status["answer"]) == (
        "work_order_created",
        "registered",
        "Vi kommer på torsdag.",
    )
    assert await triage.reports() == []
    decided = (await triage.reports(state="decided"))[0]
    assert decided["state"] == "work_order_created"
    order = await fetch_row("select person_id, prescriber_id, fault_text from work_order where number = $1", number)
    assert order is not None
    assert tuple(order) == (triage.person, triage.north.users[Role.PRESCRIBER].id, "Lyften stannar.")
    seen = (await (await triage.as_role(Role.PLANNER)).get(f"/api/work-orders/{number}")).json()
    assert [(one["type"], one["by_name"] != "") for one in seen["history"]] == [
        ("fault_report.submit", False),
        ("fault_report.decide", True),
    ], "the order's history begins with what it was made of"
    await close(triage, number)
    assert (await triage.status(tracking))["work"] == "closed"
    recipients = {row["recipient_id"] for row in await fetch("select recipient_id from message")}
    assert recipients == {triage.north.users[Role.PRESCRIBER].id}
    deliveries = await asyncio.to_thread(triage.pushes.wait_for, 2)
    for delivery in deliveries:
        text = str(browser.decrypt(delivery.body))
        assert "felanmälan" in text
        assert not [word for word in ("104901", "Personlyft", "Tolvan", tracking, number) if word in text]


async def test_a_cancelled_order_shows_on_the_page(triage: Triage) -> None:
    tracking = await triage.reported()
    report = (await triage.reports())[0]
    order = work_order()
    assert (await triage.decide(report["id"], decision="work_order", work_order=order)).status_code == 200
    await triage.do(Role.CUSTOMER_SERVICE, "work_order.cancel", {"reason": "not_needed", "note": ""}, UUID(order["id"]))
    assert (await triage.status(tracking))["work"] == "cancelled"


async def test_a_referral_lets_the_prescriber_read_it_and_nobody_elses(triage: Triage) -> None:
    """R-025."""
    await triage.reported(topic="chafes_or_allergy")
    await triage.reported(text="Ett annat fel.")
    prescriber = await triage.as_role(Role.PRESCRIBER)
    assert (await prescriber.get("/api/fault-reports")).json()["items"] == []
    mine, other = sorted(await triage.reports(), key=lambda one: one["topic"] != "chafes_or_allergy")
    referred = await triage.decide(mine["id"], decision="refer", answer="Din förskrivare hör av sig.")
    assert referred.status_code == 200, referred.text
    message = await fetch_row("select recipient_id, kind, params from message")
    assert message is not None
    assert (message["recipient_id"], message["kind"]) == (
        triage.north.users[Role.PRESCRIBER].id,
        "fault_report.referred",
    )
    assert message["params"]["fault_report_id"] == mine["id"]
    assert [one["id"] for one in await triage.reports(Role.PRESCRIBER, "decided")] == [mine["id"]]
    assert (await prescriber.get(f"/api/fault-reports/{mine['id']}")).json()["text"] == WORDS
    assert (await prescriber.get(f"/api/fault-reports/{other['id']}")).status_code == 404
    stranger = await triage.browser(triage.north.other_prescriber)
    assert (await stranger.get(f"/api/fault-reports/{mine['id']}")).status_code == 404
    assert (await triage.decide(other["id"], Role.PRESCRIBER, decision="refer")).status_code == 403


async def test_a_duplicate_follows_the_order_that_is_there(triage: Triage) -> None:
    clerk = triage.north.users[Role.CUSTOMER_SERVICE].id
    order = await make_work_order(triage.north, device_id=triage.device, registered_by=clerk)
    tracking = await triage.reported()
    report = (await triage.reports())[0]
    done = await triage.decide(report["id"], decision="duplicate", duplicate_of=order.number)
    assert done.status_code == 200, done.text
    assert (await triage.status(tracking))["state"] == "duplicate"
    await close(triage, order.number)
    assert (await triage.status(tracking))["work"] == "closed"
    told = "select count(*) from message m join work_order w on w.registered_by = m.recipient_id where w.number = $1"
    assert await fetch_value(told, order.number) == 1


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ({"decision": "work_order"}, "fault_report.work_order_missing"),
        ({"decision": "duplicate"}, "fault_report.duplicate_missing"),
        ({"decision": "duplicate", "duplicate_of": "15599999"}, "fault_report.duplicate_unknown"),
        ({"decision": "reject", "answer": "  "}, "fault_report.answer_needed"),
        ({"decision": "work_order", "work_order": work_order(proposed_priority=99)}, None),
        ({"decision": "work_order", "work_order": work_order(device_number="999999")}, "work_order.device_unknown"),
    ],
)
async def test_what_a_decision_lacks_is_said_and_nothing_changes(
    args: dict[str, Any], code: str | None, triage: Triage
) -> None:
    tracking = await triage.reported()
    report = (await triage.reports())[0]
    answer = await triage.decide(report["id"], **args)
    assert answer.status_code in {400, 409}, answer.text
    assert code is None or answer.json()["code"] == code
    assert (await triage.status(tracking))["state"] == "received"
    assert await fetch_value("select count(*) from work_order") == 0


async def test_nobody_can_be_referred_to_without_a_prescriber(triage: Triage) -> None:
    await execute("update holding set prescriber_id = null")
    await triage.reported()
    report = (await triage.reports())[0]
    answer = await triage.decide(report["id"], decision="refer")
    assert (answer.status_code, answer.json()["code"]) == (409, "fault_report.no_prescriber")


async def test_a_report_is_decided_once(triage: Triage) -> None:
    await triage.reported()
    report = (await triage.reports())[0]
    assert (await triage.decide(report["id"], decision="reject", answer="Ring oss.")).status_code == 200
    second = await triage.decide(report["id"], Role.PLANNER, decision="work_order", work_order=work_order())
    assert (second.status_code, second.json()["code"]) == (409, "fault_report.decided")
    assert second.json()["state"]["state"] == "rejected"
    assert await fetch_value("select count(*) from work_order") == 0


async def test_regions_never_meet(triage: Triage) -> None:
    """Neither in lists nor by number: a number of another region is nobody's here."""
    await make_device(triage.south, number="777777")
    await triage.reported()
    report = (await triage.reports())[0]
    south = await triage.as_role(Role.CUSTOMER_SERVICE, triage.south)
    assert (await south.get("/api/fault-reports")).json()["items"] == []
    assert (await south.get(f"/api/fault-reports/{report['id']}")).status_code == 404
    answer = await triage.send(south, "fault_report.decide", {"decision": "refer"}, UUID(report["id"]))
    assert answer.status_code == 404
    await triage.reported(payload=None, number="777777", region_code=triage.north.code, text="Fel region.")
    assert await fetch_value("select device_id from fault_report where typed_number = '777777'") is None


async def test_notifications_go_to_known_push_services_only(triage: Triage) -> None:
    """SR-26."""
    tracking = await triage.reported()
    _, answer = await subscribe(triage, tracking, "https://elak.example/push")
    assert (answer.status_code, answer.json()["code"]) == (400, "push.endpoint_refused")
    assert (await triage.public.post("/api/public/push-key", json={})).json()["public_key"]
