"""A later command changes what became of an earlier one: the log stays, phone and office learn it (sync rule R4)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from app.audit.chain import chain, verify
from app.database import PostgresError, execute, fetch_row, fetch_value, unit_of_work
from offline_sync.repository import Verdict
from offline_sync.revisions import revise_verdict
from tests.offline_sync.toy import House
from tests.support.phone import Phone

APPLIED = Verdict("applied", "", {})


def recorded(code: str = "toy.moved") -> Verdict:
    return Verdict("recorded", code, {}, None, "toy", uuid4())


async def two_commands(house: House) -> tuple[Phone, UUID, UUID]:
    """A phone with two applied commands."""
    phone, toy = await house.phone(), await house.toy()
    earlier = phone.record("toy.set", {"value": 1}, aggregate=toy)
    later = phone.record("toy.set", {"value": 2}, aggregate=toy)
    await phone.sync()
    assert [phone.verdicts[one]["verdict"] for one in (earlier, later)] == ["applied", "applied"]
    return phone, earlier, later


async def revise(command: UUID, verdict: Verdict, by: UUID) -> bool:
    async with unit_of_work():
        return await revise_verdict(command, verdict, caused_by=by)


async def shown(phone: Phone, command: UUID) -> dict[str, Any]:
    await phone.sync()
    row: dict[str, Any] = phone.rows["command"][command]
    return row


async def test_an_applied_command_becomes_recorded_and_applied_again(house: House) -> None:
    phone, earlier, later = await two_commands(house)
    assert await revise(earlier, recorded(), later)
    row = await shown(phone, earlier)
    assert (row["verdict"], row["code"], row["review"]["state"]) == ("recorded", "toy.moved", "open")
    assert (await shown(phone, later))["verdict"] == "applied"

    assert await revise(earlier, APPLIED, later)
    row = await shown(phone, earlier)
    assert (row["verdict"], row["code"], row["review"]["state"]) == ("applied", "", "decided")

    assert await revise(earlier, recorded("toy.taken"), later)
    row = await shown(phone, earlier)
    assert (row["verdict"], row["review"]["reason"], row["review"]["state"]) == ("recorded", "toy.taken", "open")


async def test_the_log_stays_and_the_audit_chain_holds(house: House, tmp_path: Path) -> None:
    _, earlier, later = await two_commands(house)
    await chain(everything=True)
    assert await revise(earlier, recorded(), later)
    stored = await fetch_row("select verdict, code from command_log where id = $1", earlier)
    assert stored is not None
    assert tuple(stored) == ("applied", "")
    report = await verify(tmp_path)
    assert (report.ok, report.rows) == (True, 2)
    for change in ("update command_revision set code = 'x'", "delete from command_revision"):
        with pytest.raises(PostgresError, match="never change"):
            await execute(change)


async def test_a_repeat_gets_the_verdict_of_now(house: House) -> None:
    phone, earlier, later = await two_commands(house)
    await revise(earlier, recorded(), later)
    for seq in sorted(phone.journal):
        phone.outbox[seq] = phone.journal[seq]
    answer = await phone.push_once()
    assert answer is not None
    lines = {line["id"]: line for line in answer["results"]}
    first = lines[str(earlier)]
    assert (first["verdict"], first["code"], first["duplicate"]) == ("recorded", "toy.moved", True)
    assert lines[str(later)]["verdict"] == "applied"


async def test_the_same_verdict_again_changes_nothing(house: House) -> None:
    _, earlier, later = await two_commands(house)
    assert await revise(earlier, recorded(), later)
    before = await fetch_value("select rv from command_log where id = $1", earlier)
    assert not await revise(earlier, recorded(), later)
    assert await fetch_value("select rv from command_log where id = $1", earlier) == before
    assert await fetch_value("select count(*) from review_item where command_id = $1", earlier) == 1
    assert not await revise(later, APPLIED, earlier)
    assert await fetch_value("select count(*) from command_revision") == 1


async def test_another_reason_changes_the_open_item_and_opens_no_second(house: House) -> None:
    _, earlier, later = await two_commands(house)
    await revise(earlier, recorded(), later)
    await revise(earlier, recorded("toy.taken"), later)
    row = await fetch_row("select count(*) as n, max(reason) as reason from review_item where command_id = $1", earlier)
    assert row is not None
    assert tuple(row) == (1, "toy.taken")


async def test_what_a_person_decided_is_not_overruled(house: House) -> None:
    phone, earlier, later = await two_commands(house)
    await revise(earlier, recorded(), later)
    await execute(
        "update review_item set state = 'decided', decision = 'keep_office', decided_by = $2, decided_at = now()"
        " where command_id = $1",
        earlier,
        house.technician,
    )
    assert not await revise(earlier, APPLIED, later)
    assert not await revise(earlier, recorded("toy.taken"), later)
    row = await shown(phone, earlier)
    assert (row["verdict"], row["code"], row["review"]["decision"]) == ("recorded", "toy.moved", "keep_office")


async def test_parked_and_quarantined_commands_are_not_touched(house: House) -> None:
    phone, earlier, _ = await two_commands(house)
    parked = phone.record("toy.fly", {})
    forbidden = phone.record("toy.forbid", {})
    await phone.sync()
    assert {phone.verdicts[one]["verdict"] for one in (parked, forbidden)} == {"parked", "quarantined"}
    for command in (parked, forbidden, uuid4()):
        assert not await revise(command, recorded(), earlier)
    assert await fetch_value("select count(*) from command_revision") == 0
