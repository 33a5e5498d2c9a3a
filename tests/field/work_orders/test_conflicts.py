"""The conflict cases of docs/sync.md section 6 that fall on work orders, each by its number, from real phones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.database import execute, fetch, fetch_row, fetch_value, new_id, unit_of_work
from app.identity.actor import Role
from app.registry.holdings import end_holding
from labels.service import issue_label
from tests.field.work_orders.answers import approved_answers, failed_answers, protocol
from tests.field.work_orders.shop import Shop, messages_to, open_reviews
from tests.support.builders import (
    Order,
    close_args,
    make_article,
    make_device,
    make_holding,
    make_person,
    make_work_order,
    order_row,
    time_entry,
)
from tests.support.world import Person

HOST = "http://127.0.0.1:8000"


async def assigned_order(shop: Shop, **columns: Any) -> Order:
    """An order of the technician, registered by the prescriber."""
    return await make_work_order(
        shop.north,
        assigned_to=shop.technician.id,
        registered_by=shop.north.users[Role.PRESCRIBER].id,
        **columns,
    )


async def reassign(shop: Shop, order: Order, to: Person) -> None:
    answer = await shop.send(
        await shop.office(),
        "work_order.assign",
        {"technician_id": str(to.id), "team_id": str(shop.north.teams[1])},
        order.id,
    )
    assert answer.status_code == 200, answer.text


async def count(table: str, order: Order) -> int:
    value: int = await fetch_value(f"select count(*) from {table} where work_order_id = $1", order.id)  # noqa: S608
    return value


async def test_case_1_delivered_twice_has_one_effect(shop: Shop) -> None:
    order = await assigned_order(shop)
    phone = await shop.phone(shop.technician)
    command = phone.record("work_order.close", close_args(), aggregate=order.id)
    await phone.push_once(lose_answer=True)
    await phone.sync()
    verdict = phone.verdicts[command]
    assert (verdict["verdict"], verdict["duplicate"]) == ("applied", True)
    assert await count("time_entry", order) == 1
    assert await count("visit", order) == 1
    told = await messages_to(shop.north.users[Role.PRESCRIBER])
    assert [kind for kind, _ in told] == ["work_order.closed"]


async def test_case_2_closed_offline_after_reassignment_before_the_colleague_began(shop: Shop) -> None:
    order = await assigned_order(shop)
    phone = await shop.phone(shop.technician)
    other_phone = await shop.phone(shop.colleague)
    await phone.sync()
    await reassign(shop, order, shop.colleague)
    await other_phone.sync()
    assert order.id in other_phone.rows["work_order"]

    verdict = await shop.push(phone, "work_order.close", close_args(), order.id)

    assert verdict["verdict"] == "applied"
    row = await order_row(order.id)
    assert (row["state"], row["performed_by"]) == ("closed", shop.technician.id)
    await other_phone.sync()
    assert order.id not in other_phone.rows["work_order"]
    assert [kind for kind, _ in await messages_to(shop.colleague)] == ["work_order.closed"]
    assert [kind for kind, _ in await messages_to(shop.technician)] == ["work_order.reassigned"]


async def test_case_2_closed_offline_after_the_colleague_began(shop: Shop) -> None:
    order = await assigned_order(shop)
    phone = await shop.phone(shop.technician)
    await phone.sync()
    await reassign(shop, order, shop.colleague)
    other_phone = await shop.phone(shop.colleague)
    started = await shop.push(other_phone, "work_order.start", {"at": datetime.now(UTC).isoformat()}, order.id)
    assert started["verdict"] == "applied"

    verdict = await shop.push(phone, "work_order.close", close_args(), order.id)

    assert (verdict["verdict"], verdict["code"]) == ("recorded", "work_order.started_by_other")
    assert "kollega" in verdict["text"]
    assert (await order_row(order.id))["state"] == "started"
    assert await count("time_entry", order) == 1
    assert await open_reviews(order.id) == ["work_order.started_by_other"]


async def test_case_2_a_stranger_to_the_order_is_quarantined(shop: Shop) -> None:
    order = await assigned_order(shop)
    phone = await shop.phone(shop.colleague)
    verdict = await shop.push(phone, "work_order.close", close_args(), order.id)
    assert verdict["verdict"] == "quarantined"
    assert (await order_row(order.id))["state"] == "registered"


async def test_case_3_cancelled_meanwhile_keeps_everything_that_was_done(shop: Shop) -> None:
    order = await assigned_order(shop, device_id=await make_device(shop.north), type="preventive")
    phone = await shop.phone(shop.technician)
    await phone.sync()
    office = await shop.office()
    answer = await shop.send(
        office, "work_order.cancel", {"reason": "no_contact", "note": "Ringt tre gånger."}, order.id
    )
    assert answer.status_code == 200, answer.text

    part = {"id": str(new_id()), "article_number": "10156", "name": "Bromsvajer", "quantity": 2}
    verdict = await shop.push(
        phone,
        "work_order.close",
        close_args(parts=[part], outcome="inspected", protocol=protocol(approved_answers())),
        order.id,
    )

    assert (verdict["verdict"], verdict["code"]) == ("recorded", "work_order.cancelled_meanwhile")
    assert order.number in verdict["text"]
    row = await order_row(order.id)
    assert (row["state"], row["protocol_verdict"]) == ("cancelled", "approved")
    assert [await count(table, order) for table in ("time_entry", "part_used", "service_protocol", "visit")] == [1] * 4
    device = await fetch_row("select last_pm from device where id = $1", row["device_id"])
    assert device is not None
    assert device["last_pm"] is None
    assert await open_reviews(order.id) == ["work_order.cancelled_meanwhile"]
    told = await messages_to(shop.north.users[Role.PRESCRIBER])
    assert [(kind, params["reason"]) for kind, params in told] == [("work_order.cancelled", "no_contact")]


async def test_case_4_both_close_and_the_worse_protocol_holds(shop: Shop) -> None:
    order = await assigned_order(shop, device_id=await make_device(shop.north), type="preventive")
    phone = await shop.phone(shop.technician)
    await phone.sync()
    await reassign(shop, order, shop.colleague)
    other_phone = await shop.phone(shop.colleague)
    await other_phone.sync()
    shared = {"id": str(new_id()), "article_number": "10156", "name": "Batteri", "quantity": 1}
    own = {"id": str(new_id()), "article_number": "10157", "name": "Sele", "quantity": 1}

    first = await shop.push(
        phone, "work_order.close", close_args(parts=[shared], protocol=protocol(approved_answers())), order.id
    )
    closed = await order_row(order.id)
    device = await fetch_row("select last_pm, next_pm from device where id = $1", closed["device_id"])
    second = await shop.push(
        other_phone,
        "work_order.close",
        close_args(parts=[{**shared, "quantity": 9}, own], protocol=protocol(failed_answers())),
        order.id,
    )

    assert (first["verdict"], second["verdict"]) == ("applied", "recorded")
    assert second["code"] == "work_order.closed_meanwhile"
    row = await order_row(order.id)
    assert (closed["protocol_verdict"], row["protocol_verdict"]) == ("approved", "not_approved")
    assert (row["performed_by"], row["outcome"]) == (shop.technician.id, "repaired")
    parts = await fetch("select article_number, quantity from part_used where work_order_id = $1 order by 1", order.id)
    assert [tuple(part) for part in parts] == [("10156", 1), ("10157", 1)]
    visits = await fetch("select technician_id, additional from visit where work_order_id = $1 order by at", order.id)
    assert [tuple(visit) for visit in visits] == [(shop.technician.id, False), (shop.colleague.id, True)]
    told = await messages_to(shop.north.users[Role.PRESCRIBER])
    assert [kind for kind, _ in told] == ["work_order.closed"]
    later = await fetch_row("select last_pm, next_pm from device where id = $1", closed["device_id"])
    assert device is not None
    assert later is not None
    assert device["next_pm"] > datetime.now(UTC).date() + timedelta(days=300)
    assert later["next_pm"] <= datetime.now(UTC).date() + timedelta(days=1)


async def test_case_5_office_edits_meanwhile_do_not_stop_a_close(shop: Shop) -> None:
    order = await assigned_order(shop, device_id=await make_device(shop.north))
    phone = await shop.phone(shop.technician)
    await phone.sync()
    seen = phone.rows["work_order"][order.id]["rv"]
    office = await shop.office()
    answer = await shop.send(office, "work_order.correct", {"fault_text": "Lyften tjuter."}, order.id, base_rv=seen)
    assert answer.status_code == 200, answer.text

    verdict = await shop.push(
        phone, "work_order.close", close_args(protocol=protocol(approved_answers())), order.id, base_rv=seen
    )

    assert verdict["verdict"] == "applied"
    row = await order_row(order.id)
    assert (row["state"], row["fault_text"]) == ("closed", "Lyften tjuter.")
    detail = (await office.get(f"/api/work-orders/{order.number}")).json()
    assert [(item["template_version"], item["verdict"]) for item in detail["protocols"]] == [(1, "approved")]
    assert await fetch_value("select seen_rv from service_protocol where work_order_id = $1", order.id) == seen
    assert row["rv"] != seen


async def test_case_6_a_template_nobody_knows_keeps_the_answers(shop: Shop) -> None:
    order = await assigned_order(shop, device_id=await make_device(shop.north))
    phone = await shop.phone(shop.technician)
    verdict = await shop.push(
        phone, "work_order.close", close_args(protocol=protocol({"x": "12"}, template_sha256="0" * 64)), order.id
    )
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "work_order.template_unknown")
    stored = await fetch_row("select answers, verdict from service_protocol where work_order_id = $1", order.id)
    assert stored is not None
    assert (stored["answers"], stored["verdict"]) == ({"x": "12"}, "incomplete")
    assert await open_reviews(order.id) == ["work_order.template_unknown"]


async def test_case_7_a_protocol_on_a_scrapped_device_is_kept_and_revives_nothing(shop: Shop) -> None:
    device = await make_device(shop.north)
    order = await assigned_order(shop, device_id=device, type="preventive")
    phone = await shop.phone(shop.technician)
    await phone.sync()
    await execute("update device set status = 'scrapped', scrapped_on = current_date where id = $1", device)
    verdict = await shop.push(phone, "work_order.close", close_args(protocol=protocol(approved_answers())), order.id)
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "work_order.device_scrapped")
    assert await count("service_protocol", order) == 1
    row = await fetch_row("select status, last_pm from device where id = $1", device)
    assert row is not None
    assert tuple(row) == ("scrapped", None)


async def test_case_7_a_protocol_on_a_returned_device_is_kept_and_a_person_checks_the_number(shop: Shop) -> None:
    """Registered as returned while the technician was on the way: the dates of maintenance do not move."""
    device, person = await make_device(shop.north), await make_person(shop.north)
    order = await assigned_order(shop, device_id=device, type="preventive", person_id=person)
    phone = await shop.phone(shop.technician)
    await phone.sync()
    await execute("update device set status = 'arrived' where id = $1", device)
    verdict = await shop.push(phone, "work_order.close", close_args(protocol=protocol(approved_answers())), order.id)
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "work_order.device_returned")
    assert await count("service_protocol", order) == 1
    row = await fetch_row("select status, last_pm from device where id = $1", device)
    assert row is not None
    assert tuple(row) == ("arrived", None)


@pytest.mark.parametrize(
    ("hours_before", "verdict", "done"),
    [(3, ("applied", ""), True), (1, ("recorded", "work_order.device_returned"), False)],
)
async def test_case_8_maintenance_and_arrival_stand_in_the_order_of_their_times(
    shop: Shop, hours_before: int, verdict: tuple[str, str], done: bool
) -> None:
    """The device came back two hours ago; the phone was without a network. Rent is not begun again either way."""
    device, person = await make_device(shop.north, status="with_holder"), await make_person(shop.north)
    await make_holding(shop.north, device, person_id=person)
    order = await assigned_order(shop, device_id=device, type="preventive", person_id=person)
    phone = await shop.phone(shop.technician)
    await phone.sync()
    now = datetime.now(UTC)
    async with unit_of_work():
        await end_holding(shop.north.region_id, device, now - timedelta(hours=2), "arrived")
    at = now - timedelta(hours=hours_before)
    closing = close_args(protocol=protocol(approved_answers()), performed_at=at.isoformat())
    told = await shop.push(phone, "work_order.close", closing, order.id, at=at)
    assert (told["verdict"], told["code"]) == verdict
    assert await count("service_protocol", order) == 1
    row = await fetch_row("select status, last_pm is not null as done from device where id = $1", device)
    assert row is not None
    assert tuple(row) == ("arrived", done)
    assert await fetch_value("select count(*) from holding where device_id = $1 and ends_at is null", device) == 0


async def test_case_17_possible_duplicates_are_both_kept_and_told(shop: Shop) -> None:
    device = await make_device(shop.north, number="104901")
    first = await make_work_order(shop.north, device_id=device)
    answer = await shop.send(
        await shop.office(), "work_order.register", register_args(device_number="104901"), new_id()
    )
    assert answer.json()["result"]["possible_duplicates"] == [first.number]


def register_args(**values: Any) -> dict[str, Any]:
    return {
        "type": "corrective",
        "fault_text": "Bromsen tar inte.",
        "proposed_priority": 1,
        "proposed_place": "at_holder",
        **values,
    }


async def test_case_18_an_old_label_finds_its_device(shop: Shop) -> None:
    device = await make_device(shop.north, number="104901")
    long_ago = datetime.now(UTC) - timedelta(days=90)
    old = await issue_label(shop.north.region_id, device, HOST, now=long_ago)
    await issue_label(shop.north.region_id, device, HOST, now=long_ago)
    phone = await shop.phone(shop.technician)
    command = phone.record("device.scan", {"raw": old.payload})
    await phone.sync()
    assert phone.verdicts[command]["verdict"] == "applied"
    result = await fetch_value("select result from command_log where id = $1", command)
    assert result == {"device_id": str(device), "number": "104901", "revoked": True}


async def test_case_19_a_label_the_phone_does_not_know_is_resolved_at_push(shop: Shop) -> None:
    device = await make_device(shop.north, number="104901")
    label = await issue_label(shop.north.region_id, device, HOST)
    phone = await shop.phone(shop.technician)
    order_id = new_id()
    verdict = await shop.push(phone, "work_order.register", register_args(scan_raw=label.payload), order_id)
    assert verdict["verdict"] == "applied"
    assert (await order_row(order_id))["device_id"] == device
    await phone.sync()
    assert order_id in phone.rows["work_order"], "an order made on the road stays with the one who made it"


async def test_case_19_a_label_nobody_knows_is_recorded_with_its_raw_text_once_a_day(shop: Shop) -> None:
    device = await make_device(shop.south, number="104901")
    foreign = await issue_label(shop.south.region_id, device, HOST)
    phone = await shop.phone(shop.technician)
    command = phone.record("device.scan", {"raw": foreign.payload}, blobs={"photo": b"etikett"})
    await phone.sync()
    verdict = phone.verdicts[command]
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "label.unknown")
    again = phone.record("device.scan", {"raw": foreign.payload})
    await phone.sync()
    assert phone.verdicts[again]["verdict"] == "applied"
    row = await fetch_row("select payload_raw from command_log where id = $1", command)
    assert row is not None
    assert foreign.payload.encode() in row["payload_raw"]
    assert await fetch_value("select count(*) from review_item where command_id = $1", command) == 1


@pytest.mark.parametrize("raw", ["https://annan.example/hej", "7350000000012", "\x1d", "12"])
async def test_case_19_somebody_elses_code_is_a_result_and_waits_for_nobody(shop: Shop, raw: str) -> None:
    phone = await shop.phone(shop.technician)
    command = phone.record("device.scan", {"raw": raw})
    await phone.sync()
    assert phone.verdicts[command]["verdict"] == "applied"
    assert await fetch_value("select result from command_log where id = $1", command) == {"known": False}
    assert await fetch_value("select count(*) from review_item") == 0


async def test_a_label_of_another_device_than_the_orders_is_recorded(shop: Shop) -> None:
    await make_device(shop.north, number="104902")
    order = await assigned_order(shop, device_id=await make_device(shop.north, number="104901"))
    phone = await shop.phone(shop.technician)
    command = phone.record("device.scan", {"raw": "104902", "work_order_id": str(order.id)})
    await phone.sync()
    assert (phone.verdicts[command]["verdict"], phone.verdicts[command]["code"]) == (
        "recorded",
        "device.not_the_orders",
    )


async def test_case_21_the_same_close_from_two_phones_of_one_technician_is_one_visit(shop: Shop) -> None:
    order = await assigned_order(shop)
    first, second = await shop.phone(shop.technician), await shop.phone(shop.technician)
    await second.sync()
    at = datetime.now(UTC) - timedelta(minutes=40)
    part = {"article_number": "30100", "name": "Hjul", "quantity": 1}
    closed = close_args(time_entries=[time_entry(started_at=at.isoformat())], parts=[{**part, "id": str(new_id())}])
    assert (await shop.push(first, "work_order.close", closed, order.id))["verdict"] == "applied"

    later = (at + timedelta(hours=3)).isoformat()
    again = close_args(
        time_entries=[time_entry(started_at=(at + timedelta(minutes=2)).isoformat()), time_entry(started_at=later)],
        parts=[{**part, "id": str(new_id())}],
    )
    verdict = await shop.push(second, "work_order.close", again, order.id)

    assert (verdict["verdict"], verdict["seq"]) == ("applied", 1), "each phone has numbers of its own"
    assert await count("visit", order) == 1
    assert await count("time_entry", order) == 2, "time that does not overlap is more work"
    assert await count("part_used", order) == 1
    assert await open_reviews(order.id) == []
    told = await messages_to(shop.north.users[Role.PRESCRIBER])
    assert [kind for kind, _ in told] == ["work_order.closed"]


async def test_case_21_another_outcome_or_protocol_is_no_repeat(shop: Shop) -> None:
    order = await assigned_order(shop, device_id=await make_device(shop.north))
    first, second = await shop.phone(shop.technician), await shop.phone(shop.technician)
    await second.sync()
    await shop.push(first, "work_order.close", close_args(protocol=protocol(approved_answers())), order.id)
    verdict = await shop.push(second, "work_order.close", close_args(protocol=protocol(failed_answers())), order.id)
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "work_order.closed_meanwhile")
    assert await count("service_protocol", order) == 2


async def test_case_22_a_deactivated_technicians_work_is_quarantined(shop: Shop) -> None:
    order = await assigned_order(shop)
    phone = await shop.phone(shop.technician)
    await phone.sync()
    await execute("update user_account set active = false, deactivated_at = now() where id = $1", shop.technician.id)
    command = phone.record("work_order.close", close_args(), aggregate=order.id)
    await phone.push_once()
    assert phone.verdicts[command]["verdict"] == "quarantined"
    assert (await order_row(order.id))["state"] == "registered"
    assert await count("time_entry", order) == 0


async def test_case_22_a_lost_role_quarantines_and_shows_nothing(shop: Shop) -> None:
    order = await assigned_order(shop)
    phone = await shop.phone(shop.technician)
    await phone.sync()
    assert order.id in phone.rows["work_order"]
    await execute("update membership set role = 'warehouse' where user_id = $1", shop.technician.id)
    verdict = await shop.push(phone, "work_order.close", close_args(), order.id)
    assert verdict["verdict"] == "quarantined"
    assert phone.rows["work_order"] == {}
    assert phone.rows["device"] == {}


async def test_case_23_a_newer_command_is_parked_and_later_ones_wait_behind_it(shop: Shop) -> None:
    order = await assigned_order(shop)
    phone = await shop.phone(shop.technician)
    newer = phone.record("work_order.report", {"time_entries": [], "mood": "good"}, aggregate=order.id, version=7)
    close = phone.record("work_order.close", close_args(), aggregate=order.id)
    await phone.sync()
    assert phone.verdicts[newer]["verdict"] == "parked"
    assert phone.verdicts[close]["verdict"] == "parked"
    assert (await order_row(order.id))["state"] == "registered"


async def test_case_26_an_undo_compensates_and_both_stay_in_the_history(shop: Shop) -> None:
    order = await assigned_order(shop)
    phone = await shop.phone(shop.technician)
    entry = time_entry()
    report = phone.record("work_order.report", {"time_entries": [entry]}, aggregate=order.id)
    undo = phone.record("work_order.undo", {"command_id": str(report)}, aggregate=order.id)
    await phone.sync()
    assert [phone.verdicts[command]["verdict"] for command in (report, undo)] == ["applied", "applied"]
    row = await order_row(order.id)
    assert (row["state"], row["started_at"], row["started_by"]) == ("registered", None, None)
    assert phone.rows["work_order"][order.id]["time_entries"] == []
    assert await count("time_entry", order) == 1, "nothing is deleted"
    detail = (await (await shop.office()).get(f"/api/work-orders/{order.number}")).json()
    assert [line["type"] for line in detail["history"]] == ["work_order.report", "work_order.undo"]

    # What was undone does not count as time, and the same line saved again does.
    bare = close_args(time_entries=[])
    verdict = await shop.push(phone, "work_order.close", bare, order.id)
    assert verdict["code"] == "work_order.no_time"
    verdict = await shop.push(phone, "work_order.close", close_args(time_entries=[entry]), order.id)
    assert verdict["verdict"] == "applied"
    assert len(phone.rows["work_order"][order.id]["time_entries"]) == 1


async def test_case_26_only_own_recent_untouched_commands_can_be_undone(shop: Shop) -> None:
    order = await assigned_order(shop)
    phone = await shop.phone(shop.technician)
    start = phone.record("work_order.start", {"at": datetime.now(UTC).isoformat()}, aggregate=order.id)
    await phone.sync()
    other = await shop.send(await shop.office(), "work_order.undo", {"command_id": str(start)}, order.id)
    assert (other.status_code, other.json()["code"]) == (409, "work_order.undo_not_own")

    wait = phone.record("work_order.wait", {"waiting_for": "parts"}, aggregate=order.id)
    await phone.sync()
    overtaken = await shop.push(phone, "work_order.undo", {"command_id": str(start)}, order.id)
    assert (overtaken["verdict"], overtaken["code"]) == ("recorded", "work_order.undo_overtaken")

    late = await shop.push(
        phone,
        "work_order.undo",
        {"command_id": str(wait)},
        order.id,
    )
    assert late["verdict"] == "applied"
    assert (await order_row(order.id))["state"] == "started"
    again = await shop.push(phone, "work_order.undo", {"command_id": str(wait)}, order.id)
    assert again["code"] == "work_order.undo_impossible"


async def test_case_26_a_signed_protocol_is_never_undone(shop: Shop) -> None:
    order = await assigned_order(shop, device_id=await make_device(shop.north))
    phone = await shop.phone(shop.technician)
    report = phone.record("work_order.report", {"protocol": protocol(failed_answers())}, aggregate=order.id)
    await phone.sync()
    verdict = await shop.push(phone, "work_order.undo", {"command_id": str(report)}, order.id)
    assert verdict["code"] == "work_order.undo_protocol"
    assert (await order_row(order.id))["protocol_verdict"] == "not_approved"


async def test_an_unknown_order_is_recorded_not_found(shop: Shop) -> None:
    south = await make_work_order(shop.south)
    phone = await shop.phone(shop.technician)
    verdict = await shop.push(phone, "work_order.close", close_args(), south.id)
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "sync.not_found")
    assert (await order_row(south.id))["state"] == "registered"
    assert UUID(str(south.id)) not in phone.rows.get("work_order", {})


async def planned_from_two_sides(shop: Shop, **theirs: Any) -> tuple[Order, Any]:
    """The technician books offline what the office has booked meanwhile; returns the push's line."""
    order = await assigned_order(shop)
    phone = await shop.phone(shop.technician)
    await phone.sync()
    seen = (await order_row(order.id))["rv"]
    answer = await shop.send(await shop.office(), "work_order.book", theirs, order.id, base_rv=seen)
    assert answer.status_code == 200, answer.text
    return order, await shop.push(phone, "work_order.book", slot(9), order.id, base_rv=seen)


def slot(hour: int) -> dict[str, str]:
    """An hour of tomorrow."""
    start = (datetime.now(UTC) + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return {"from": start.isoformat(), "to": (start + timedelta(hours=1)).isoformat()}


async def test_the_same_value_from_two_sides_shows_both_and_a_person_chooses(shop: Shop) -> None:
    order, verdict = await planned_from_two_sides(shop, **slot(13))
    assert (verdict["verdict"], verdict["code"]) == ("recorded", "work_order.same_value")
    assert (await order_row(order.id))["booked_from"].hour == 13
    items = (await (await shop.office()).get("/api/reviews")).json()["items"]
    [item] = [item for item in items if item["id"] == verdict["review_id"]]
    assert datetime.fromisoformat(item["command"]["args_summary"]["from"]).hour == 9
    assert datetime.fromisoformat(item["office"]["from"]).hour == 13
    answer = await shop.send(
        await shop.office(), "review.decide", {"decision": "accept_field"}, UUID(verdict["review_id"])
    )
    assert answer.status_code == 200, answer.text
    assert (await order_row(order.id))["booked_from"].hour == 9


async def test_the_same_value_twice_is_no_conflict(shop: Shop) -> None:
    order, verdict = await planned_from_two_sides(shop, **slot(9))
    assert verdict["verdict"] == "applied"
    assert await open_reviews(order.id) == []


async def test_different_values_from_two_sides_merge(shop: Shop) -> None:
    order = await assigned_order(shop)
    phone = await shop.phone(shop.technician)
    await phone.sync()
    seen = (await order_row(order.id))["rv"]
    office = await shop.office()
    await shop.send(office, "work_order.correct", {"fault_text": "Lyften tjuter."}, order.id, base_rv=seen)
    assert (await shop.push(phone, "work_order.book", slot(9), order.id, base_rv=seen))["verdict"] == "applied"
    row = await order_row(order.id)
    assert (row["fault_text"], row["booked_from"].hour) == ("Lyften tjuter.", 9)


async def test_of_two_assignments_a_person_takes_the_day_of_one_and_the_technician_of_the_other(shop: Shop) -> None:
    order = await assigned_order(shop)
    phone = await shop.phone(shop.technician)
    await phone.sync()
    seen = (await order_row(order.id))["rv"]
    await reassign(shop, order, shop.colleague)
    day = (datetime.now(UTC) + timedelta(days=3)).date()
    mine = {"technician_id": str(shop.technician.id), "planned_on": day.isoformat()}
    verdict = await shop.push(phone, "work_order.assign", mine, order.id, base_rv=seen)
    assert verdict["code"] == "work_order.same_value"
    review, office = UUID(verdict["review_id"]), await shop.office()
    for fields in (["priority"], ["team_id"]):
        answer = await shop.send(office, "review.decide", {"decision": "merge", "fields": fields}, review)
        assert answer.json()["code"] == "review.fields"
    answer = await shop.send(office, "review.decide", {"decision": "merge", "fields": ["planned_on"]}, review)
    assert answer.status_code == 200, answer.text
    row = await order_row(order.id)
    assert (row["assigned_to"], row["planned_on"]) == (shop.colleague.id, day)


async def test_two_technicians_final_assessments_are_put_to_a_person_and_the_clocks_follow(shop: Shop) -> None:
    order = await assigned_order(shop, team_id=shop.north.teams[0])
    phone = await shop.phone(shop.technician)
    await phone.sync()
    seen = (await order_row(order.id))["rv"]
    await reassign(shop, order, shop.colleague)
    other = await shop.phone(shop.colleague)
    await shop.push(other, "work_order.assess", {"priority": 2, "place": "at_holder"}, order.id)
    verdict = await shop.push(phone, "work_order.assess", {"priority": 1, "place": "at_centre"}, order.id, base_rv=seen)
    assert verdict["code"] == "work_order.same_value"
    before = await order_row(order.id)
    answer = await shop.send(
        await shop.office(),
        "review.decide",
        {"decision": "merge", "fields": ["priority"]},
        UUID(verdict["review_id"]),
    )
    assert answer.status_code == 200, answer.text
    row = await order_row(order.id)
    assert (row["assessed_priority"], row["assessed_place"], row["assessment_final"]) == (1, "at_holder", True)
    assert row["assessed_by"] == shop.technician.id
    assert row["start_due"] != before["start_due"]


async def test_case_29_parts_beyond_the_vans_stock_are_taken_and_a_person_is_asked(shop: Shop) -> None:
    """The part was there, whatever the books say: applied, below nothing, and a review item."""
    van = new_id()
    await execute(
        "insert into location (id, region_id, kind, number, name) values ($1, $2, 'van', '9001', 'Bil 1')",
        van,
        shop.north.region_id,
    )
    article = await make_article(shop.north, number="700100", name="Bromsvajer", individually_numbered=False)
    phone = await shop.phone(shop.technician)
    await shop.push(phone, "van_stock.choose", {"location_id": str(van)}, van)
    await shop.push(phone, "van_stock.fill", {"lines": [{"article_number": "700100", "quantity": 1}]}, van)
    assert phone.rows["van_stock"]
    assert next(iter(phone.rows["van_stock"].values()))["quantity"] == 1

    order = await assigned_order(shop)
    part = {"id": str(new_id()), "article_number": "700100", "quantity": 2, "location_id": str(van)}
    close = close_args(parts=[part])
    verdict = await shop.push(phone, "work_order.close", close, order.id)
    assert verdict["verdict"] == "applied"
    assert await fetch_value("select quantity from stock_balance where article_id = $1", article) == -1
    assert await open_reviews(van) == ["van_stock.short"]
    (item,) = (await (await shop.office()).get("/api/reviews?state=open")).json()["items"]
    assert "Bromsvajer" in item["text"]
    decided = await shop.send(await shop.office(), "review.decide", {"decision": "follow_up"}, UUID(item["id"]))
    assert decided.status_code == 200, decided.text


async def test_the_ledger_follows_what_counts_on_the_order(shop: Shop) -> None:
    """Told twice it is taken once; corrected by its difference; taken back it lies on the shelf again."""
    van = new_id()
    await execute(
        "insert into location (id, region_id, kind, number, name) values ($1, $2, 'van', '9001', 'Bil 1')",
        van,
        shop.north.region_id,
    )
    await make_article(shop.north, number="700100", name="Bromsvajer", individually_numbered=False)
    phone = await shop.phone(shop.technician)
    await shop.push(phone, "van_stock.choose", {"location_id": str(van)}, van)
    fill = {"lines": [{"article_number": "700100", "quantity": 10}]}
    await shop.push(phone, "van_stock.fill", fill, van)

    async def left() -> int:
        value: int = await fetch_value("select quantity from stock_balance")
        return value

    order = await assigned_order(shop)
    part = {"id": str(new_id()), "article_number": "700100", "quantity": 2, "location_id": str(van)}
    await shop.push(phone, "work_order.report", {"parts": [part]}, order.id)
    assert await left() == 8
    again = phone.record("work_order.report", {"parts": [{**part, "quantity": 3}]}, aggregate=order.id)
    await phone.sync()
    assert await left() == 7
    undone = await shop.push(phone, "work_order.undo", {"command_id": str(again)}, order.id)
    assert undone["verdict"] == "applied"
    assert await left() == 10
    counted = {"lines": [{"article_number": "700100", "quantity": 4}], "counted": True}
    await shop.push(phone, "van_stock.fill", counted, van)
    assert await left() == 4
    for wrong in ({"article_number": "1", "quantity": 1}, {"article_number": "700100", "quantity": -1}):
        verdict = await shop.push(phone, "van_stock.fill", {"lines": [wrong], "counted": True}, van)
        assert verdict["verdict"] == "recorded"
    assert await left() == 4
    unknown = {**part, "id": str(new_id()), "article_number": "999"}
    await shop.push(phone, "work_order.report", {"parts": [unknown]}, order.id)
    assert await left() == 4, "an article that the register does not have is a part all the same"
    assert await open_reviews(van) == ["van_stock.article_unknown", "van_stock.count_negative"]
