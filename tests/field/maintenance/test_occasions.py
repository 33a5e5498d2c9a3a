"""Plans and occasions on the assembled application: from the due list to the label, and every way beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest_asyncio

from app.database import Database, Record, execute, fetch_row, fetch_value
from app.identity.actor import Role
from app.policy.working_time import STOCKHOLM
from field.maintenance.feature import void_gone
from field.maintenance.lifecycle import add_months
from tests.field.work_orders.answers import approved_answers, failed_answers, protocol
from tests.field.work_orders.shop import Shop, messages_to, open_shop
from tests.support.builders import make_article, make_device, make_holding, make_person, time_entry
from tests.support.phone import Phone

TODAY = datetime.now(UTC).astimezone(STOCKHOLM).date()
PLAN = {
    "name": "Lyftar",
    "iso_class": "12 36",
    "ground": "standard",
    "ground_text": "SS-EN ISO 10535",
    "interval_months": 12,
    "due_from": "schedule",
    "template_id": "patient_lift",
    "template_version": 1,
}


@pytest_asyncio.fixture
async def shop(database: Database, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(database, tmp_path) as shop:
        yield shop


async def command(shop: Shop, name: str, args: dict[str, Any], aggregate: UUID, role: Role = Role.PLANNER) -> Any:
    answer = await shop.send(await shop.office(role), f"maintenance.{name}", args, aggregate)
    return answer.json()["result"] if answer.status_code == 200 else answer.json()["code"]


async def lift_at_home(shop: Shop, due: date, **columns: Any) -> UUID:
    """A patient lift with a holder and a prescriber, due on a day."""
    device = await make_device(shop.north, number="104901", next_pm=due, **columns)
    person = await make_person(shop.north)
    await make_holding(shop.north, device, person_id=person)
    prescriber = shop.north.users[Role.PRESCRIBER].id
    await execute("update holding set prescriber_id = $2 where device_id = $1", device, prescriber)
    return device


async def occasion(device: UUID) -> Record:
    row = await fetch_row(
        "select * from maintenance_occasion where device_id = $1 order by opened_at desc, id desc limit 1", device
    )
    assert row is not None
    return row


async def due_list(shop: Shop, **query: Any) -> list[dict[str, Any]]:
    answer = await (await shop.office()).get("/api/maintenance/due", params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def close(shop: Shop, phone: Phone, order_id: UUID, answers: dict[str, Any] | None, outcome: str) -> Any:
    args: dict[str, Any] = {
        "time_entries": [time_entry()],
        "outcome": outcome,
        "performed_at": datetime.now(UTC).isoformat(),
    }
    if answers is not None:
        args["protocol"] = protocol(answers)
    return await shop.push(phone, "work_order.close", args, order_id)


async def booked(shop: Shop, device: UUID) -> tuple[Phone, UUID]:
    """Told, agreed and booked for today; the phone has the order."""
    await command(shop, "notify", {"given_on": TODAY.isoformat(), "how": "phone", "agreed": True}, device)
    made = await command(shop, "book", {"on": TODAY.isoformat(), "technician_id": str(shop.technician.id)}, device)
    assert made["order"], made
    order_id = (await occasion(device))["work_order_id"]
    phone = await shop.phone(shop.technician)
    await phone.sync()
    assert order_id in phone.rows["work_order"]
    return phone, order_id


async def test_a_plan_dates_its_devices_and_the_narrowest_holds(shop: Shop) -> None:
    """R-224, R-226: a device without a day gets one, none is moved away, and the article's plan beats the class's."""
    article = await make_article(shop.north, number="7001")
    never = await make_device(shop.north, article_id=article)
    done = await make_device(shop.north, last_pm=TODAY - timedelta(days=400), next_pm=TODAY + timedelta(days=500))
    soon = await make_device(shop.north, last_pm=TODAY, next_pm=TODAY + timedelta(days=5))
    south = await make_device(shop.south)
    assert await command(shop, "set_plan", PLAN, uuid4()) == {"covered": 3, "moved": 2}
    days = {
        device: await fetch_value("select next_pm from device where id = $1", device)
        for device in (never, done, soon, south)
    }
    assert days == {
        never: TODAY,
        done: add_months(TODAY - timedelta(days=400), 12),
        soon: TODAY + timedelta(days=5),
        south: None,
    }
    own = {**PLAN, "name": "Sexmånaders", "iso_class": None, "article_number": "7001", "interval_months": 6}
    assert await command(shop, "set_plan", own, uuid4()) == {"covered": 1, "moved": 0}
    name = await fetch_value("select name from device_maintenance where device_id = $1", never)
    assert name == "Sexmånaders"
    plans = (await (await shop.office()).get("/api/maintenance/plans")).json()
    assert {one["name"] for one in plans["items"]} == {"Lyftar", "Sexmånaders"}


async def test_plans_that_cannot_be_set(shop: Shop) -> None:
    plan_id = uuid4()
    await command(shop, "set_plan", PLAN, plan_id)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"iso_class": None}, "maintenance.plan_for_one"),
        ({"article_number": "7001"}, "maintenance.plan_for_one"),
        ({"ground_text": " "}, "maintenance.plan_for_one"),
        ({"iso_class": None, "article_number": "9999"}, "maintenance.article_unknown"),
        ({"iso_class": None, "device_number": "999999"}, "maintenance.device_unknown"),
        ({"iso_class": "12"}, "ok"),
        ({"iso_class": "1236"}, "maintenance.plan_taken"),
        ({"iso_class": "99", "template_version": 9}, "maintenance.template_unknown"),
        ({"iso_class": "99", "interval_months": 0}, "request.invalid"),
        ({"iso_class": "99", "ground": "the unit's own wish"}, "request.invalid"),
    ]
    for changes, code in cases:
        found = await command(shop, "set_plan", {**PLAN, **changes}, uuid4())
        assert (found if isinstance(found, str) else "ok") == code, changes
    assert await command(shop, "end_plan", {}, plan_id) == {}
    assert await command(shop, "end_plan", {}, plan_id) == "maintenance.plan_ended"
    assert await command(shop, "set_plan", PLAN, plan_id) == "maintenance.plan_ended"


async def test_from_the_due_list_to_the_scanned_label(shop: Shop) -> None:
    """R-228, R-074, R-232: told, booked, approved on the phone, and over only with the label on."""
    due = TODAY + timedelta(days=20)
    device = await lift_at_home(shop, due)
    await command(shop, "set_plan", PLAN, uuid4())
    listed = await due_list(shop)
    assert [(one["device_number"], one["state"], one["town"]) for one in listed] == [("104901", "none", "Luleå")]
    assert listed[0]["notice_by"] == (due - timedelta(days=14)).isoformat()
    assert await command(shop, "book", {"on": due.isoformat()}, device) == "maintenance.notify_first"
    assert await fetch_value("select count(*) from maintenance_occasion") == 0, "a refusal leaves nothing behind"
    await command(shop, "notify", {"given_on": TODAY.isoformat(), "how": "letter"}, device)
    soon = {"on": (TODAY + timedelta(days=13)).isoformat()}
    assert await command(shop, "book", soon, device) == "maintenance.too_soon"
    assert [one["state"] for one in await due_list(shop, state="notified")] == ["notified"]
    phone, order_id = await booked(shop, device)
    [row] = phone.rows["maintenance"].values()
    assert (row["state"], row["device_number"], row["order_id"]) == ("booked", "104901", str(order_id))
    assert phone.rows["device"][device]["template_ids"][0] == "patient_lift"
    assert (await close(shop, phone, order_id, approved_answers(), "inspected"))["verdict"] == "applied"
    standing = await occasion(device)
    # From the schedule: the next is a year after it was due, not after today.
    assert (standing["state"], standing["next_pm"]) == ("approved", add_months(due, 12))
    assert await fetch_value("select next_pm from device where id = $1", device) == add_months(due, 12)
    await phone.sync()
    [row] = phone.rows["maintenance"].values()
    assert (row["state"], row["next_pm"]) == ("approved", add_months(due, 12).isoformat())
    remembered = phone.rows["device"][device]["last_answers"]["patient_lift"]
    assert remembered["drive.current"]
    assert "finish.signature" not in remembered
    assert phone.rows["device"][device]["first_answers"]["patient_lift"] == remembered
    planner = await shop.office()
    number = await fetch_value("select number from work_order where id = $1", order_id)
    signed = (await planner.get(f"/api/work-orders/{number}")).json()["protocols"][0]["id"]
    paper = await planner.get(f"/api/work-orders/{number}/protocols/{signed}")
    assert paper.content.startswith(b"%PDF")
    assert paper.headers["content-disposition"] == 'attachment; filename="protokoll-104901.pdf"'
    fhir = await planner.get(f"/api/work-orders/{number}/protocols/{signed}", params={"format": "fhir"})
    assert (fhir.json()["resourceType"], fhir.json()["status"]) == ("QuestionnaireResponse", "completed")
    assert "Tolvan" not in fhir.text
    assert await fetch_value("select count(*) from access_log where action = 'work_order.protocol'") == 2
    template = await planner.get("/api/protocol-templates/patient_lift/fhir")
    assert template.json()["resourceType"] == "Questionnaire"
    assert (await planner.get("/api/protocol-templates/none/fhir")).status_code == 404
    colleague = await shop.browser(shop.colleague)
    assert (await colleague.get(f"/api/work-orders/{number}/protocols/{signed}")).status_code == 404
    assert (await planner.get(f"/api/work-orders/{number}/protocols/{uuid4()}")).status_code == 404
    unfinished = (await (await shop.office()).get("/api/maintenance/unfinished")).json()["items"]
    assert [one["state"] for one in unfinished] == ["approved"]
    other = await make_device(shop.north, number="104902")
    assert await shop.push(phone, "maintenance.label", {"how": "handwritten"}, other) is not None
    wrong = await shop.push(phone, "maintenance.label", {"how": "scan", "scan_raw": "104902"}, device)
    assert (wrong["verdict"], wrong["code"]) == ("recorded", "maintenance.label_elsewhere")
    right = await shop.push(phone, "maintenance.label", {"how": "scan", "scan_raw": "104901"}, device)
    assert right["verdict"] == "applied", right
    assert (await occasion(device))["state"] == "archived"
    await phone.sync()
    assert not phone.rows.get("maintenance")
    assert await command(shop, "label", {"how": "handwritten"}, device) == "maintenance.no_label_due"


async def test_not_approved_forces_a_disposition_and_stops_the_device(shop: Shop) -> None:
    """R-233: the outcome is the disposition; an outcome that is none leaves the occasion waiting for one."""
    device = await lift_at_home(shop, TODAY)
    phone, order_id = await booked(shop, device)
    await close(shop, phone, order_id, failed_answers(), "inspected")
    assert (await occasion(device))["state"] == "not_approved"
    assert await command(shop, "label", {"how": "handwritten"}, device) == "maintenance.no_label_due"
    await command(shop, "dispose", {"disposition": "referred", "note": "Utgången"}, device, Role.TECHNICIAN)
    ended = await occasion(device)
    assert (ended["state"], ended["disposition"], ended["note"]) == ("referred", "referred", "Utgången")
    assert (
        await fetch_value("select count(*) from device_block where device_id = $1 and lifted_at is null", device) == 1
    )
    told = await messages_to(shop.north.users[Role.PRESCRIBER])
    assert ("maintenance.not_approved", {"number": "104901", "article_name": "Lyft Provia"}) in told
    assert await command(shop, "dispose", {"disposition": "exchanged"}, device) == "maintenance.no_disposition_due"


async def test_mended_and_approved_after_all_lifts_the_block(shop: Shop) -> None:
    """The block is the maintenance's own; one that somebody else has set stays."""
    device = await lift_at_home(shop, TODAY)
    phone, order_id = await booked(shop, device)
    await close(shop, phone, order_id, failed_answers(), "inspected")
    blocked = "select count(*) from device_block where device_id = $1 and lifted_at is null"
    assert await fetch_value(blocked, device) == 1
    await command(shop, "dispose", {"disposition": "repaired"}, device, Role.TECHNICIAN)
    made = await command(shop, "book", {"on": TODAY.isoformat(), "technician_id": str(shop.technician.id)}, device)
    assert made["order"]
    await phone.sync()
    await close(shop, phone, (await occasion(device))["work_order_id"], approved_answers(), "repaired")
    assert (await occasion(device))["state"] == "approved"
    assert await fetch_value(blocked, device) == 0


async def test_closing_as_not_repairable_is_the_disposition_itself(shop: Shop) -> None:
    device = await lift_at_home(shop, TODAY)
    phone, order_id = await booked(shop, device)
    await close(shop, phone, order_id, failed_answers(), "not_repairable")
    assert (await occasion(device))["state"] == "quarantined"


async def test_partial_stays_partial_and_is_taken_up_again(shop: Shop) -> None:
    """Closed without a protocol is begun, not done: the device's day stays, and another visit is booked at once."""
    device = await lift_at_home(shop, TODAY)
    phone, order_id = await booked(shop, device)
    await close(shop, phone, order_id, None, "adjusted")
    assert (await occasion(device))["state"] == "in_progress"
    assert await fetch_value("select next_pm from device where id = $1", device) == TODAY
    again = await command(shop, "book", {"on": TODAY.isoformat()}, device)
    assert again["order"]
    assert (await occasion(device))["state"] == "in_progress"
    assert (await occasion(device))["work_order_id"] != order_id


async def test_a_cancelled_visit_does_not_end_the_maintenance(shop: Shop) -> None:
    """The order is off, the device still due; for want of contact the prescriber is next (R-157, R-230)."""
    device = await lift_at_home(shop, TODAY)
    _, order_id = await booked(shop, device)
    planner = await shop.office()
    await shop.send(planner, "work_order.cancel", {"reason": "other", "note": "Regn"}, order_id)
    standing = await occasion(device)
    assert (standing["state"], standing["work_order_id"]) == ("notified", None)
    await command(shop, "book", {"on": TODAY.isoformat()}, device)
    order_id = (await occasion(device))["work_order_id"]
    await shop.send(planner, "work_order.cancel", {"reason": "no_contact"}, order_id)
    assert (await occasion(device))["state"] == "contact_failed"
    assert await command(shop, "waive", {"note": "Sängliggande"}, device) == "maintenance.ask_prescriber_first"
    await command(shop, "tell_prescriber", {"note": "Ringt"}, device)
    await command(shop, "waive", {"note": "Förskrivaren avstår"}, device)
    assert (await occasion(device))["state"] == "waived"


async def test_no_contact_tells_the_prescriber_once(shop: Shop) -> None:
    """R-230."""
    device = await lift_at_home(shop, TODAY + timedelta(days=30))
    assert await command(shop, "no_contact", {}, device) == {"number": "104901", "prescriber_told": True}
    assert (await occasion(device))["state"] == "prescriber_contacted"
    told = await messages_to(shop.north.users[Role.PRESCRIBER])
    assert told == [("maintenance.no_contact", {"number": "104901", "article_name": "Lyft Provia"})]
    assert await command(shop, "no_contact", {}, device) == "maintenance.begun_already"


async def test_an_order_of_priority_five_opens_or_joins_an_occasion(shop: Shop) -> None:
    """R-191, R-234: also on the wish of a prescriber; a second order joins what is open."""
    device = await lift_at_home(shop, TODAY + timedelta(days=100))
    planner = await shop.office()
    first = uuid4()
    args = {
        "type": "corrective",
        "fault_text": "Vill ha den besiktigad.",
        "proposed_priority": 5,
        "proposed_place": "at_centre",
        "device_number": "104901",
    }
    await shop.send(planner, "work_order.register", args, first)
    assert (await occasion(device))["work_order_id"] == first
    await shop.send(planner, "work_order.register", args, uuid4())
    assert await fetch_value("select count(*) from maintenance_occasion") == 1
    repair = uuid4()
    await shop.send(planner, "work_order.register", {**args, "proposed_priority": 1}, repair)
    phone = await shop.phone(shop.technician)
    await shop.send(planner, "work_order.assign", {"technician_id": str(shop.technician.id)}, repair)
    await phone.sync()
    await close(shop, phone, repair, approved_answers(), "repaired")
    assert (await occasion(device))["state"] == "planned", "a repair is no maintenance"


async def test_what_is_centre_only_is_not_booked_home_and_what_is_gone_is_void(shop: Shop) -> None:
    """R-211, R-229."""
    article = await make_article(shop.north, site_restriction="centre_or_prescriber")
    device = await lift_at_home(shop, TODAY, article_id=article)
    await command(shop, "notify", {"given_on": TODAY.isoformat(), "how": "phone", "agreed": True}, device)
    home = {"on": TODAY.isoformat(), "place": "at_holder"}
    assert await command(shop, "book", home, device) == "maintenance.centre_only"
    await execute("update device set status = 'scrapped' where id = $1", device)
    await void_gone({})
    assert (await occasion(device))["state"] == "void"
    assert await due_list(shop) == []


async def test_the_list_says_nothing_of_a_protected_identity_and_goes_on_by_cursor(shop: Shop) -> None:
    """SR-40; and every device comes once."""
    device = await lift_at_home(shop, TODAY)
    await execute("update person set protected_identity = true")
    for index in range(4):
        await make_device(shop.north, next_pm=TODAY + timedelta(days=index))
    [hidden] = [one for one in await due_list(shop) if one["device_id"] == str(device)]
    assert (hidden["town"], hidden["postcode"]) == ("", "")
    assert await due_list(shop, place="972") == []
    planner = await shop.office()
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = (await planner.get("/api/maintenance/due", params={"limit": 2, "cursor": cursor})).json()
        seen += [one["device_number"] for one in page["items"]]
        cursor = page["next_cursor"]
    assert len(seen) == len(set(seen)) == 5
    bad = await planner.get("/api/maintenance/due", params={"cursor": "x"})
    assert (bad.status_code, bad.json()["code"]) == (400, "cursor.invalid")
    driver = await shop.office(Role.DRIVER)
    assert (await driver.get("/api/maintenance/due")).status_code == 403
