"""SR-12 and SR-06: limits hold for every worker and after a restart, and let people through."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import pytest

from app.database import Database, execute, fetch_value
from field.fault_reports import limits
from field.fault_reports.limits import FLOOD, HOUR, Limit, admit, forget_old_attempts
from labels.service import issue_label
from tests.field.fault_reports.conftest import Triage
from tests.support.builders import make_device
from tests.support.http import client, running_app


async def test_a_label_takes_five_reports_an_hour_and_twenty_a_day(triage: Triage) -> None:
    for number in range(5):
        await triage.reported(text=f"Fel nummer {number}.")
    sixth = await triage.report(text="Fel nummer 6.")
    assert (sixth.status_code, sixth.json()["code"]) == (429, "fault_report.too_many")
    assert 3500 <= int(sixth.headers["retry-after"]) <= HOUR + 1
    async with client(triage.app, address="203.0.113.9") as elsewhere:
        assert (await triage.report(elsewhere, text="Härifrån då?")).status_code == 429, "the label is what counts"
    for _ in range(3):
        await execute("update public_attempt set at = at - interval '2 hours'")
        for number in range(5):
            await triage.reported(text=f"Senare fel {number} {_}.")
    await execute("update public_attempt set at = at - interval '2 hours'")
    assert (await triage.report(text="Det tjugoförsta.")).status_code == 429
    await execute("update public_attempt set at = at - interval '1 day'")
    await triage.reported(text="Nästa dag.")


async def test_a_replay_counts_against_nobody(triage: Triage) -> None:
    same = "5f0c7e0e-5a0f-4d3a-9b39-0a6d5d9c2f11"
    for _ in range(8):
        await triage.reported(id=same)
    assert await fetch_value("select count(*) from public_attempt where kind = 'subject'") == 1


async def test_fifty_people_behind_one_address_get_through(triage: Triage) -> None:
    """A care home behind one NAT (SR-12)."""
    for number in range(50):
        device = await make_device(triage.north)
        label = await issue_label(triage.north.region_id, device, "https://turbil.example")
        answer = await triage.report(payload=label.payload, text=f"Fel {number}.")
        assert answer.status_code == 201, (number, answer.text)


async def test_guessing_is_slowed_and_told_and_good_labels_still_open(
    triage: Triage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "turbil.public")
    guesses = [triage.label[:-26] + f"{number:026d}" for number in range(12)]
    answers = [await triage.public.post("/api/public/form", json={"payload": guess}) for guess in guesses]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 2
    forged = {"X-Forwarded-For": "203.0.113.77", "Forwarded": "for=203.0.113.77"}
    again = await triage.public.post("/api/public/form", json={"payload": guesses[0]}, headers=forged)
    assert again.status_code == 429, "what a header says of the sender counts for nothing"
    good = await triage.public.post("/api/public/form", json={"payload": triage.label})
    assert good.json()["known"] is True
    assert "bad" in caplog.text
    assert "198.51.100.7" not in caplog.text


async def test_secrets_of_pages_are_guessed_no_faster(triage: Triage) -> None:
    answers = [
        await triage.public.post("/api/public/status", json={"tracking": f"{number:026d}"}) for number in range(12)
    ]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429] * 2


async def test_right_and_wrong_numbers_run_into_the_same_limit(triage: Triage) -> None:
    code = triage.north.code
    for number in range(30):
        typed = "104901" if number % 10 == 0 else f"{900000 + number}"
        answer = await triage.report(payload=None, number=typed, region_code=code, text=f"Fel {number}.")
        assert answer.status_code == 201, answer.text
    for typed in ("104901", "999999"):
        assert (await triage.report(payload=None, number=typed, region_code=code)).status_code == 429


async def test_a_flood_is_kept_and_sorted_last(triage: Triage) -> None:
    """The breaker drops nothing (SR-12)."""
    await triage.reported(text="Före floden.")
    await execute(
        "insert into fault_report (id, region_id, source, state, topic, text, same_hash, received_at, command_id)"
        " select gen_random_uuid(), region_id, 'number', 'received', 'other', 'flod', decode(md5(n::text), 'hex'),"
        " now(), command_id from fault_report, generate_series(1, $1) n",
        FLOOD,
    )
    await triage.reported(text="Under floden.")
    assert await fetch_value("select held from fault_report where text = 'Under floden.'") is True
    assert await fetch_value("select held from fault_report where text = 'Före floden.'") is False


async def test_a_burst_does_not_slip_through(triage: Triage) -> None:
    """Two workers are two connections to one database, and so is a worker after a restart."""
    wanted = [Limit("burst", b"k" * 32, 3, HOUR)]
    waits = await asyncio.gather(*(admit(wanted) for _ in range(12)))
    assert sorted(wait == 0 for wait in waits) == [False] * 9 + [True] * 3


async def test_another_worker_counts_on_where_the_first_was(triage: Triage, database: Database, tmp_path: Path) -> None:
    """So does the same worker after a restart: nothing is remembered outside the database."""
    for number in range(3):
        await triage.reported(text=f"Fel nummer {number}.")
    async with running_app(database, tmp_path) as other, client(other) as browser:
        answers = [await triage.report(browser, text=f"Där: {number}.") for number in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 429]


async def test_a_region_takes_so_many_photographs_a_day(triage: Triage) -> None:
    """SR-13: for the disk's sake, from however many senders; another region is not touched."""
    region_id = triage.north.region_id
    (limit,) = (one for one in limits.of_photos("192.0.2.1", region_id) if one.kind == "photo_region")
    await execute(
        "insert into public_attempt (id, kind, key_hash) select gen_random_uuid(), $1, $2 from generate_series(2, $3)",
        limit.kind,
        limit.key,
        limit.most,
    )
    waits = [await admit(limits.of_photos(f"192.0.2.{number}", region_id)) for number in (1, 2)]
    assert [wait > 0 for wait in waits] == [False, True]
    assert await admit(limits.of_photos("192.0.2.2", triage.south.region_id)) == 0


async def test_old_attempts_are_forgotten(triage: Triage) -> None:
    await admit(limits.of_sender("192.0.2.1"))
    await execute("update public_attempt set at = at - interval '25 hours'")
    await admit(limits.of_sender("192.0.2.1"))
    await forget_old_attempts()
    assert await fetch_value("select count(*) from public_attempt") == 1


def test_an_ipv6_56_is_one_sender() -> None:
    assert limits.of_sender("2001:db8:0:aa01::1") == limits.of_sender("2001:db8:0:aaff::2")
    assert limits.of_sender("2001:db8:0:aa01::1") != limits.of_sender("2001:db8:0:ab01::1")
