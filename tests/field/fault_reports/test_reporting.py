"""What a stranger can do with a label or a number, and what nobody is told (R-023, R-212, SR-06)."""

from __future__ import annotations

import asyncio
import json

import pytest

from app.database import execute, fetch, fetch_row, fetch_value, new_id
from app.identity.actor import Role
from field.fault_reports.kinds import kind_of
from labels.service import issue_label
from tests.field.fault_reports.conftest import WORDS, Triage
from tests.support.builders import make_device
from tests.support.http import client

HOLDER = ("Tolvan", "Testdata", "191212121212", "0920-121212", "Tolvgatan", "1212")


async def test_a_label_opens_a_form_that_names_the_thing_and_the_region_only(triage: Triage) -> None:
    path = triage.label.split("/F/")[1]
    for payload in (triage.label, path, path.lower()):
        answer = await triage.public.post("/api/public/form", json={"payload": payload})
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert {region["code"] for region in found["regions"]} == {triage.north.code, triage.south.code}
        assert found["known"] is True
        assert found["article_name"] == "Personlyft"
        assert found["region_phone"] == "0921-000 00"
        assert not [word for word in HOLDER if word in answer.text]
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    ("iso_class", "kind"),
    [
        ("12 22 03", "wheelchair"),
        ("122303", "powered_wheelchair"),
        ("12 36 03", "lift"),
        ("123621", "sling"),
        ("181210", "bed"),
        ("040306", "breathing"),
        ("1236", "lift"),
        ("123", "other"),
        ("220303", "other"),
        ("", "other"),
    ],
)
def test_the_class_decides_which_questions_are_asked(iso_class: str, kind: str) -> None:
    assert kind_of(iso_class) == kind


async def test_part_and_side_reach_triage_and_what_is_no_part_is_refused(triage: Triage) -> None:
    await triage.reported(part="brake", side="rear_left")
    [report] = await triage.reports()
    detail = (await (await triage.as_role(Role.CUSTOMER_SERVICE)).get(f"/api/fault-reports/{report['id']}")).json()
    assert (detail["part"], detail["side"]) == ("brake", "rear_left")
    refused = await triage.report(part="gearbox")
    assert refused.status_code == 400
    assert [error["path"] for error in refused.json()["errors"]] == ["part"]


async def test_a_fault_that_is_known_is_said_before_anybody_types(triage: Triage) -> None:
    async def open_since() -> str | None:
        answer = await triage.public.post("/api/public/form", json={"payload": triage.label})
        since: str | None = answer.json()["open_since"]
        return since

    assert await open_since() is None
    await triage.reported()
    assert await open_since() is not None
    await execute("update fault_report set state = 'rejected'")
    assert await open_since() is None, "decided, and no work came of it"


async def test_unknown_withdrawn_and_no_label_are_answered_alike_byte_for_byte(triage: Triage) -> None:
    """SR-06: nobody learns by guessing."""
    withdrawn = await issue_label(triage.north.region_id, await make_device(triage.north), "https://turbil.example")
    await execute("update device_label set revoked_at = now() where device_id <> $1", triage.device)
    unknown = triage.label[:-26] + "0" * 26
    answers = [
        await triage.public.post("/api/public/form", json={"payload": payload})
        for payload in (unknown, withdrawn.payload, "https://annan.example/F/123456-1-" + "A" * 26, "vad som helst")
    ]
    assert {(answer.status_code, answer.content) for answer in answers} == {(200, answers[0].content)}
    plain = await triage.public.post("/api/public/form", json={"payload": None})
    assert plain.content == answers[0].content
    assert answers[0].json()["known"] is False


async def test_a_report_is_kept_in_the_patients_own_words_and_is_no_work_yet(triage: Triage) -> None:
    long_words = "Den låter. " * 300
    tracking = await triage.reported(text=long_words, contact_name=" Test Anhörig ", contact_phone="070-0000000")
    row = await fetch_row("select * from fault_report")
    assert row is not None
    assert (row["device_id"], row["source"], row["state"]) == (triage.device, "label", "received")
    assert (row["text"], row["contact_name"], row["typed_number"]) == (long_words, "Test Anhörig", None)
    assert await fetch_value("select count(*) from work_order") == 0
    status = await triage.status(tracking)
    assert (status["state"], status["article_name"], status["work"], status["answer"]) == (
        "received",
        "Personlyft",
        None,
        "",
    )
    logged = await fetch_row("select author, payload_raw, verdict from command_log where type = 'fault_report.submit'")
    assert logged is not None
    assert (logged["author"], logged["verdict"]) == (None, "applied")
    assert triage.label[-26:].encode() not in logged["payload_raw"], "the label's secret is not logged"
    assert tracking.encode() not in logged["payload_raw"]
    assert not await fetch_value("select true from fault_report_link where token_hash = $1", tracking.encode())


async def test_a_typed_number_makes_a_report_and_tells_nothing_whether_it_exists(triage: Triage) -> None:
    """R-212: the answers for a number that exists and one that does not have the same shape and length."""
    code = triage.north.code
    there = await triage.report(payload=None, number="104901", region_code=code)
    not_there = await triage.report(payload=None, number="999999", region_code=code, text="Annat fel.")
    assert there.status_code == not_there.status_code == 201
    assert len(there.content) == len(not_there.content)
    shown = [await triage.status(answer.json()["tracking"]) for answer in (there, not_there)]
    assert [one["article_name"] for one in shown] == ["", ""]
    rows = await fetch("select typed_number, device_id from fault_report order by typed_number")
    assert [tuple(row) for row in rows] == [("104901", triage.device), ("999999", None)]


async def test_an_old_label_counts_as_its_printed_number(triage: Triage) -> None:
    await execute("update device_label set revoked_at = now()")
    refused = await triage.report()
    assert (refused.status_code, refused.json()["code"]) == (400, "fault_report.region_needed")
    taken = await triage.report(region_code=triage.north.code)
    assert taken.status_code == 201
    row = await fetch_row("select source, typed_number, device_id from fault_report")
    assert row is not None
    assert tuple(row) == ("number", "104901", triage.device)


async def test_the_same_form_sent_again_is_the_same_report(triage: Triage) -> None:
    """A replay gets the first answer again; by hand within a day it is one report with a link of its own (SR-12)."""
    own_id = str(new_id())
    first = await triage.reported(id=own_id)
    again = await triage.reported(id=own_id)
    by_hand = await triage.reported()
    assert await fetch_value("select count(*) from fault_report") == 1
    assert await fetch_value("select times_sent from fault_report") == 2
    assert first == again != by_hand
    assert await fetch_value("select count(*) from fault_report_link") == 2
    for tracking in (first, by_hand):
        assert (await triage.status(tracking))["state"] == "received"
    other = await triage.report(id=own_id, text="Något helt annat.")
    assert other.status_code == 409
    assert await fetch_value("select text from fault_report") == WORDS


async def test_the_same_words_at_the_same_moment_are_one_report(triage: Triage) -> None:
    """An impatient thumb in two tabs, or two workers."""
    answers = await asyncio.gather(*(triage.report() for _ in range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert await fetch_value("select array_agg(times_sent) from fault_report") == [4]


async def test_whoever_says_the_same_with_another_name_gets_a_report_of_their_own(triage: Triage) -> None:
    """Else somebody could get a link to another's answer by repeating the words."""
    await triage.reported(contact_name="Test Ett")
    await triage.reported(contact_name="Test Två")
    assert await fetch_value("select count(*) from fault_report") == 2


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"text": ""}, 400, None),
        ({"text": "   "}, 409, "fault_report.text_empty"),
        ({"text": "x" * 4001}, 400, None),
        ({"topic": "love"}, 400, None),
        ({"payload": None}, 400, "fault_report.number_needed"),
        ({"payload": None, "number": "104901"}, 400, "fault_report.region_needed"),
        ({"payload": None, "number": "104901", "region_code": "ingenstans"}, 400, "fault_report.region_needed"),
        ({"payload": None, "number": "12a4"}, 400, None),
        ({"contact_name": "x" * 101}, 400, None),
        ({"id": "inget"}, 400, None),
        ({"held": False}, 400, None),
    ],
)
async def test_bad_input_is_one_sentence_and_keeps_nothing(
    changes: dict[str, object], status: int, code: str | None, triage: Triage
) -> None:
    answer = await triage.report(**changes)
    assert answer.status_code == status, answer.text
    assert code is None or answer.json()["code"] == code
    assert answer.json()["detail"]
    assert await fetch_value("select count(*) from fault_report") == 0
    assert await fetch_value("select count(*) from command_log where type like 'fault_report%'") == 0


async def test_nothing_the_public_is_told_or_the_log_says_names_the_holder(
    triage: Triage, caplog: pytest.LogCaptureFixture
) -> None:
    """SR-07, SR-08: canaries."""
    tracking = await triage.reported(contact_name="Test Kanariefågel", contact_phone="070-5550155")
    answers = [
        await triage.public.post("/api/public/form", json={"payload": triage.label}),
        await triage.public.post("/api/public/status", json={"tracking": tracking}),
        await triage.public.post("/api/public/status", json={"tracking": "0" * 26}),
        await triage.report(text=""),
    ]
    told = " ".join(answer.text for answer in answers)
    assert not [word for word in (*HOLDER, "Kanariefågel", "5550155") if word in told]
    assert not [
        word
        for word in (*HOLDER, "Kanariefågel", "5550155", WORDS, tracking, triage.label[-26:])
        if word in caplog.text
    ]


async def test_the_secret_is_the_only_way_to_a_report(triage: Triage) -> None:
    await triage.reported()
    report_id = str(await fetch_value("select id from fault_report"))
    for guess in ("0" * 26, report_id, "", "å" * 26, "x" * 300):
        answer = await triage.public.post("/api/public/status", json={"tracking": guess})
        assert answer.status_code in {400, 404}, guess
    async with client(triage.app) as browser:
        assert (await browser.get(f"/api/fault-reports/{report_id}")).status_code == 401


async def test_what_stands_in_a_field_is_text_and_nothing_else(triage: Triage) -> None:
    """SR-36: hostile text is kept as it came."""
    text = '<script>alert(1)</script> =HYPERLINK("x") \';drop table device;-- \u202egnirts'
    await triage.reported(text=text)
    assert await fetch_value("select text from fault_report") == text
    assert json.loads(json.dumps((await triage.reports())[0]["excerpt"])) == text
