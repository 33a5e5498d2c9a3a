"""Visits: attempts, texts to the patient, promises that will break, referral and what is at the supplier's."""

from __future__ import annotations

import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.database import execute, fetch, fetch_row
from app.identity.actor import Role
from app.jobs import RetryLater
from app.messages.gateway import (
    FileGateway,
    GatewayRefused,
    GatewaySettingError,
    SmtpGateway,
    open_gateway,
    phone_number,
)
from app.messages.texts import in_app_text
from app.policy.regions import NORRBOTTEN
from field.work_orders.clocks import watch_slots
from field.work_orders.sending import notice_sender
from field.work_orders.slots import has_slot
from tests.field.work_orders.shop import Shop, messages_to
from tests.support.builders import make_device, make_person, make_work_order, order_row

#: A Thursday in June, 10:00 in Sweden; the centre closes at 16.30, on Friday at 16.00.
THURSDAY = datetime(2026, 6, 11, 8, 0, tzinfo=UTC)
CALENDAR = NORRBOTTEN.calendar
HOUR = timedelta(hours=1)


async def office(shop: Shop, name: str, args: dict[str, Any], order_id: UUID) -> Any:
    return await shop.send(await shop.office(), f"work_order.{name}", args, order_id)


def text(**values: Any) -> dict[str, Any]:
    return {"purpose": "booked", "channel": "sms", "text": "Vi kommer torsdag 9-12.", "send": True, **values}


async def test_attempts_are_kept_and_counted_when_nobody_answers(shop: Shop) -> None:
    """R-157: the care provider hears how often the centre tried; R-213: only reaching somebody stops the clock."""
    prescriber = shop.north.users[Role.PRESCRIBER]
    order = await make_work_order(shop.north, assigned_to=shop.technician.id, prescriber_id=prescriber.id)
    phone = await shop.phone(shop.technician)
    at = datetime.now(UTC).isoformat()
    for channel, ago in (("phone", 2), ("sms", 1)):
        earlier = (datetime.now(UTC) - ago * HOUR).isoformat()
        args = {"at": earlier, "result": "no_answer", "channel": channel, "note": "Bor hos dottern."}
        assert (await shop.push(phone, "work_order.contact", args, order.id))["verdict"] == "applied"
    assert (await order_row(order.id))["contacted_at"] is None
    shown = (await (await shop.office()).get(f"/api/work-orders/{order.number}")).json()
    assert [(one["channel"], one["note"]) for one in shown["contact_attempts"]] == [
        ("phone", "Bor hos dottern."),
        ("sms", "Bor hos dottern."),
    ]
    theirs = (await (await shop.browser(prescriber)).get(f"/api/work-orders/{order.number}")).json()
    assert [one["note"] for one in theirs["contact_attempts"]] == ["", ""]

    await office(shop, "cancel", {"reason": "no_contact"}, order.id)
    (told,) = await messages_to(prescriber)
    assert "är makulerad: ingen kontakt efter 2 försök." in in_app_text(told[0], "sv", told[1])
    late = await shop.push(phone, "work_order.contact", {"at": at, "result": "reached"}, order.id)
    assert late["verdict"] == "recorded", "kept as a fact (sync rule R1), and a person looks"
    assert await fetch_row("select 1 from contact_attempt where result = 'reached'") is not None


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"text": "  "}, "notice_empty"),
        ({"text": "Hej 19121212-1212, vi kommer."}, "notice_personal_number"),
        ({"text": "Hej 121212-1212, vi kommer."}, "notice_personal_number"),
        ({"text": "x" * 481}, "notice_too_long"),
        ({"channel": "letter"}, "notice_letter"),
        ({"channel": "email", "address": "ingen"}, "notice_no_address"),
    ],
)
async def test_what_may_not_be_sent(shop: Shop, wrong: dict[str, Any], code: str) -> None:
    order = await make_work_order(shop.north)
    answer = await office(shop, "notify", text(**wrong), order.id)
    assert (answer.status_code, answer.json()["code"]) == (409, f"work_order.{code}")
    assert await fetch("select 1 from patient_notice") == []
    assert await fetch("select 1 from job where kind = 'patient_notice.send'") == []


async def test_a_text_is_sent_once_and_says_so(shop: Shop, tmp_path: Path) -> None:
    order = await make_work_order(shop.north)
    await office(shop, "notify", text(), order.id)
    (job,) = await fetch("select args from job where kind = 'patient_notice.send'")
    send = notice_sender(FileGateway(tmp_path / "outgoing"))
    for _ in range(2):
        await send(job["args"])
    (file,) = (tmp_path / "outgoing").iterdir()
    assert json.loads(file.read_text()) == {"channel": "sms", "to": "+46920121212", "text": "Vi kommer torsdag 9-12."}
    assert file.stat().st_mode & 0o077 == 0
    (notice,) = (await (await shop.office()).get(f"/api/work-orders/{order.number}")).json()["notices"]
    assert (notice["state"], notice["channel"]) == ("sent", "sms")


async def test_a_gateway_that_is_down_is_asked_again_and_then_given_up(shop: Shop) -> None:
    class Down:
        async def send(self, *_: Any) -> None:
            raise ConnectionError

    class Refuses:
        async def send(self, *_: Any) -> None:
            raise GatewayRefused("recipient")

    order = await make_work_order(shop.north)
    await office(shop, "notify", text(), order.id)
    (job,) = await fetch("select args from job where kind = 'patient_notice.send'")
    with pytest.raises(RetryLater):
        await notice_sender(Down())(job["args"])
    await execute("update patient_notice set created_at = created_at - interval '1 hour'")
    await notice_sender(Down())(job["args"])
    assert (await fetch_row("select state, failure from patient_notice"))["failure"] == "gateway"  # type: ignore[index]
    await execute("update patient_notice set state = 'queued', failure = ''")
    await notice_sender(Refuses())(job["args"])
    assert (await fetch_row("select failure from patient_notice"))["failure"] == "recipient"  # type: ignore[index]


async def test_nothing_is_sent_to_a_protected_identity(shop: Shop) -> None:
    """SR-40: not when it is written, and not when the mark came between; a copied letter is kept, its words hidden."""
    person = await make_person(shop.north)
    order = await make_work_order(shop.north, person_id=person)
    await office(shop, "notify", text(), order.id)
    await execute("update person set protected_identity = true")
    (job,) = await fetch("select args from job where kind = 'patient_notice.send'")
    await notice_sender(FileGateway(Path("/nowhere")))(job["args"])
    assert (await fetch_row("select failure from patient_notice"))["failure"] == "protected"  # type: ignore[index]
    refused = await office(shop, "notify", text(), order.id)
    assert refused.json()["code"] == "work_order.notice_protected"
    letter = text(channel="letter", send=False, text="Ring oss på 0920-000 00. Tolvgatan 12.")
    assert (await office(shop, "notify", letter, order.id)).status_code == 200
    assert "Tolvgatan" not in (await (await shop.office()).get(f"/api/work-orders/{order.number}")).text


async def test_a_promise_that_will_break_is_told_before_it_does(shop: Shop) -> None:
    """R-215, by own tap; the message holds the reason and the day, and not what was written."""
    prescriber = shop.north.users[Role.PRESCRIBER]
    order = await make_work_order(shop.north, assigned_to=shop.technician.id, prescriber_id=prescriber.id)
    phone = await shop.phone(shop.technician)
    args = {"reason": "parts", "note": "Väntar på motor till Tolvan.", "new_day": "2026-06-25"}
    assert (await shop.push(phone, "work_order.will_miss", args, order.id))["verdict"] == "applied"
    ((kind, params),) = await messages_to(prescriber)
    assert kind == "work_order.will_miss"
    assert "Tolvan" not in str(params)
    assert in_app_text(kind, "sv", params).endswith("delar saknas. Ny dag: 2026-06-25.")
    shown = (await (await shop.office()).get(f"/api/work-orders/{order.number}")).json()
    assert (shown["will_miss"]["reason"], shown["will_miss"]["note"]) == ("parts", "Väntar på motor till Tolvan.")


def test_a_free_half_hour_before_the_promise_is_a_slot() -> None:
    due = THURSDAY.replace(hour=14, minute=30)
    assert has_slot(THURSDAY, due, CALENDAR, [[]])
    assert not has_slot(THURSDAY, due, CALENDAR, [])
    assert not has_slot(due, due - HOUR, CALENDAR, [[]]), "what has run out has none"
    full = [(THURSDAY - HOUR, THURSDAY + 3 * HOUR), (THURSDAY + 2 * HOUR, due)]
    assert not has_slot(THURSDAY, due, CALENDAR, [full])
    assert has_slot(THURSDAY, due, CALENDAR, [full, []]), "a colleague is free"
    assert has_slot(THURSDAY, due, CALENDAR, [[(THURSDAY, due - HOUR / 2)]]), "the last half hour"
    assert has_slot(THURSDAY, due, CALENDAR, [[(THURSDAY + HOUR / 2, due)]]), "the first"
    assert not has_slot(due - HOUR / 3, due + HOUR, CALENDAR, [[]]), "twenty minutes until the centre closes"
    assert not has_slot(datetime(2026, 6, 13, 8, tzinfo=UTC), datetime(2026, 6, 14, 20, tzinfo=UTC), CALENDAR, [[]])


async def test_an_order_that_nobody_has_time_for_is_told_once(shop: Shop) -> None:
    """R-215: no slot left before the clock runs out."""
    prescriber = shop.north.users[Role.PRESCRIBER]
    due = THURSDAY.replace(hour=14, minute=30)
    device = await make_device(shop.north)
    order = await make_work_order(shop.north, device_id=device, prescriber_id=prescriber.id, start_due=due)
    busy = await make_work_order(shop.north, device_id=device, assigned_to=shop.technician.id, state="booked",
                                 booked_from=THURSDAY, booked_to=due - HOUR / 2)  # fmt: skip
    await watch_slots({}, now=THURSDAY)
    assert await messages_to(prescriber) == []
    await execute("update work_order set booked_to = $2 where id = $1", busy.id, due)
    for _ in range(2):
        await watch_slots({}, now=THURSDAY)
    ((kind, params),) = await messages_to(prescriber)
    assert (kind, params["reason"]) == ("work_order.will_miss", "no_slot")
    assert (await order_row(order.id))["will_miss_reason"] == "no_slot"
    kept = await make_work_order(shop.north, device_id=device, start_due=due, state="booked",
                                 booked_from=due - HOUR, booked_to=due)  # fmt: skip
    await watch_slots({}, now=THURSDAY)
    assert (await order_row(kept.id))["will_miss_at"] is None, "it is booked in time"


async def test_an_expired_article_goes_to_the_prescriber_in_one_tap(shop: Shop) -> None:
    """R-220, R-237: the order waits for a new prescription; taken back, it does not wait."""
    prescriber = shop.north.users[Role.PRESCRIBER]
    order = await make_work_order(shop.north, assigned_to=shop.technician.id, prescriber_id=prescriber.id)
    phone = await shop.phone(shop.technician)
    command = phone.record("work_order.refer", {}, aggregate=order.id)
    await phone.sync()
    assert phone.verdicts[command]["verdict"] == "applied"
    row = await order_row(order.id)
    assert (row["state"], row["waiting_for"]) == ("waiting", "prescriber")
    ((kind, _),) = await messages_to(prescriber)
    assert kind == "work_order.referred"
    undone = await shop.push(phone, "work_order.undo", {"command_id": str(command)}, order.id)
    assert undone["verdict"] == "applied"
    row = await order_row(order.id)
    assert (row["state"], row["referred_at"]) == ("registered", None)
    nobody = await make_work_order(shop.north, assigned_to=shop.technician.id)
    refused = await shop.push(phone, "work_order.refer", {}, nobody.id)
    assert (refused["verdict"], refused["code"]) == ("recorded", "work_order.no_prescriber")


async def test_what_the_supplier_has(shop: Shop) -> None:
    """R-192: sent, promised, back; impossible dates are refused and nothing changes."""
    order = await make_work_order(shop.north, proposed_priority=6)
    for wrong, code in (
        ({"promised_on": "2026-06-20"}, "supplier_not_sent"),
        ({"sent_on": "2026-06-20", "back_on": "2026-06-19"}, "supplier_dates"),
    ):
        assert (await office(shop, "supplier", wrong, order.id)).json()["code"] == f"work_order.{code}"
    right = {"sent_on": "2026-06-20", "promised_on": "2026-06-30"}
    assert (await office(shop, "supplier", right, order.id)).status_code == 200
    shown = (await (await shop.office()).get(f"/api/work-orders/{order.number}")).json()
    assert shown["supplier"] == {**right, "back_on": None}


def test_telephone_numbers_are_written_as_gateways_take_them() -> None:
    assert phone_number("070-555 14 46") == "+46705551446"
    assert phone_number("+47 22 33 44 55") == "+4722334455"
    assert phone_number("0046 70 555 14 46") == "+46705551446"
    for wrong in ("", "070", "ring mig"):
        with pytest.raises(GatewayRefused):
            phone_number(wrong)


def test_the_address_of_a_gateway(tmp_path: Path) -> None:
    assert open_gateway(None, tmp_path) == FileGateway(tmp_path / "outgoing")
    found = open_gateway("smtp://me:p%40ss@mail.example:2525?from=a@b.example&sms=sms.example", tmp_path)
    assert found == SmtpGateway("mail.example", 2525, "a@b.example", "me", "p@ss", "sms.example")
    for wrong in ("http://x", "smtp://mail.example", "smtp://mail.example?from=a@b&to=c", "smtp://h:x?from=a@b"):
        with pytest.raises(GatewaySettingError):
            open_gateway(wrong, tmp_path)


async def test_a_mail_server_gets_the_text(tmp_path: Path) -> None:
    """A mail server of a few lines: what it is handed is what was written, to the gateway's own address."""
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        thread = threading.Thread(target=_mail_server, args=(listener, heard), daemon=True)
        thread.start()
        gateway = open_gateway(f"smtp+plain://127.0.0.1:{port}?from=hmc@b.example&sms=sms.example", tmp_path)
        await gateway.send(uuid4(), "sms", "070-555 14 46", "Vi kommer på måndag.")
        thread.join(10)
    whole = "\n".join(heard)
    assert "to:<46705551446@sms.example>" in whole.lower()
    assert any(written in whole for written in ("p=C3=A5 m=C3=A5ndag.", "på måndag.", "VmkgIGtvbW1lciBww6U")), whole
    with pytest.raises(GatewayRefused):
        await SmtpGateway("127.0.0.1", port, "a@b.example").send(uuid4(), "sms", "070-555 14 46", "x")
    with pytest.raises(ConnectionError):
        await gateway.send(uuid4(), "sms", "070-555 14 46", "Servern är borta.")


def _mail_server(listener: socket.socket, heard: list[str]) -> None:
    connection, _ = listener.accept()
    with connection, connection.makefile("rwb") as stream:
        stream.write(b"220 ready\r\n")
        stream.flush()
        body = False
        for raw in stream:
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            heard.append(line)
            if body and line != ".":
                continue
            answer = (
                b"354 go on\r\n"
                if line.upper() == "DATA"
                else b"221 bye\r\n"
                if line.upper() == "QUIT"
                else b"250 ok\r\n"
            )
            body = line.upper() == "DATA"
            stream.write(answer)
            stream.flush()
            if line.upper() == "QUIT":
                return
