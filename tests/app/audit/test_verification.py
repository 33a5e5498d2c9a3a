"""SR-09: every edit, deletion, swap, insertion and cut of what was chained is seen, and the first bad place named."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from app.audit import chain as chain_module
from app.audit.anchors import Anchors, Statement
from app.audit.chain import chain, verify
from app.audit.digest import FIELDS_SQL, batch_hash, line
from app.audit.jobs import anchor
from app.audit.verification import VerifyReport, examine
from app.database import execute, fetch, fetch_value, new_id, unit_of_work
from tests.app.audit.conftest import WriteCommands

ROUNDS = 600


class _Undo(Exception):
    """Takes a forgery back."""


async def _edit(chance: random.Random) -> str:
    changes = [
        ("payload_raw", "payload_raw || ' '::bytea"),
        ("payload_raw, payload_sha256", "(select row('x'::bytea, sha256('x'::bytea)))"),
        ("payload_sha256", "sha256(payload_sha256)"),
        ("author", "(select id from user_account order by random() limit 1)"),
        ("type", "'work_order.cancel'"),
        ("v", "v + 1"),
        ("at", "at + interval '1 microsecond'"),
        ("at_est", "at_est - interval '1 day'"),
        ("received_at", "received_at - interval '1 hour'"),
        ("aggregate", "gen_random_uuid()"),
        ("aggregate", "null"),
        ("verdict", "'refused'"),
        ("verdict", "'parked'"),
        ("seq", "1"),
        ("region_id", "(select id from region where id <> region_id limit 1)"),
        ("id", "gen_random_uuid()"),
    ]
    columns, value = chance.choice(changes)
    if columns == "payload_raw, payload_sha256":
        change = "payload_raw = 'x'::bytea, payload_sha256 = sha256('x'::bytea)"
    elif columns == "region_id":
        change = "region_id = (select r.id from region r where r.id <> command_log.region_id limit 1)"
    elif columns == "author":
        change = "author = (select u.id from user_account u where u.id <> command_log.author limit 1)"
    else:
        change = f"{columns} = {value}"
    await execute(f"update command_log set {change} where id = $1", await _some_command(chance))  # noqa: S608
    return f"edit {columns}"


async def _delete(chance: random.Random) -> str:
    command = await _some_command(chance)
    await execute("delete from command_log where id = $1", command)
    if chance.random() < 0.7:
        await execute("delete from audit_entry where command_id = $1", command)
        return "delete with entry"
    return "delete"


async def _delete_and_close_the_gap(chance: random.Random) -> str:
    command = await _some_command(chance)
    place = (await fetch("delete from audit_entry where command_id = $1 returning batch, position", command))[0]
    await execute("delete from command_log where id = $1", command)
    for row in await fetch(
        "select command_id from audit_entry where batch = $1 and position > $2 order by position",
        place["batch"],
        place["position"],
    ):
        await execute("update audit_entry set position = position - 1 where command_id = $1", row["command_id"])
    if chance.random() < 0.5:
        await execute("update audit_batch set rows = rows - 1 where number = $1", place["batch"])
    return "delete and close"


async def _swap(chance: random.Random) -> str:
    one, other = await fetch(
        "select * from audit_entry order by md5(command_id::text || $1) limit 2", str(chance.random())
    )
    await execute(
        "delete from audit_entry where command_id = any($1::uuid[])", [one["command_id"], other["command_id"]]
    )
    for command, place in ((one, other), (other, one)):
        await execute(
            "insert into audit_entry (command_id, batch, position) values ($1, $2, $3)",
            command["command_id"],
            place["batch"],
            place["position"],
        )
    return "swap"


async def _insert(chance: random.Random) -> str:
    forged = new_id()
    await execute(
        "insert into command_log (id, region_id, author, type, v, payload_raw, payload_sha256, at, at_est, verdict)"
        " select $1, region_id, author, type, v, payload_raw, payload_sha256, at, at_est, verdict"
        " from command_log limit 1",
        forged,
    )
    batch = chance.randint(1, await fetch_value("select max(number) from audit_batch"))
    await execute(
        "insert into audit_entry (command_id, batch, position)"
        " select $1, $2, max(position) + 1 from audit_entry where batch = $2",
        forged,
        batch,
    )
    if chance.random() < 0.5:
        await execute("update audit_batch set rows = rows + 1 where number = $1", batch)
    return "insert"


async def _cut_the_end(chance: random.Random) -> str:
    last = await fetch_value("select max(number) from audit_batch")
    first = chance.randint(1, last)
    commands = await fetch("delete from audit_entry where batch >= $1 returning command_id", first)
    await execute("delete from audit_batch where number >= $1", first)
    if chance.random() < 0.7:
        await execute("delete from command_log where id = any($1::uuid[])", [row["command_id"] for row in commands])
    return "cut"


async def _change_batch(chance: random.Random) -> str:
    number = chance.randint(1, await fetch_value("select max(number) from audit_batch"))
    change = chance.choice(
        ["hash = sha256(hash)", "previous_hash = sha256(previous_hash)", "rows = rows + 1", "number = number + 100"]
    )
    await execute(f"update audit_batch set {change} where number = $1", number)  # noqa: S608
    return f"batch {change.split()[0]}"


async def _forge_everything(chance: random.Random) -> str:
    """Change a command and compute the whole chain anew: only the anchor can tell."""
    await _edit_payload_consistently(chance)
    previous = bytes(32)
    for batch in await fetch("select number from audit_batch order by number"):
        rows = await fetch(
            f"select {FIELDS_SQL} from audit_entry e join command_log c on c.id = e.command_id"  # noqa: S608
            " where e.batch = $1 order by e.position",
            batch["number"],
        )
        found = batch_hash(batch["number"], previous, (line(row) for row in rows))
        await execute(
            "update audit_batch set previous_hash = $2, hash = $3 where number = $1", batch["number"], previous, found
        )
        previous = found
    return "forge everything"


async def _edit_payload_consistently(chance: random.Random) -> None:
    payload = b"forged %d" % chance.randrange(10**9)
    await execute(
        "update command_log set payload_raw = $2, payload_sha256 = $3 where id = $1",
        await _some_command(chance),
        payload,
        hashlib.sha256(payload).digest(),
    )


async def _some_command(chance: random.Random) -> object:
    ids = [row["command_id"] for row in await fetch("select command_id from audit_entry order by command_id")]
    return chance.choice(ids)


FORGERIES: list[Callable[[random.Random], Awaitable[str]]] = [
    _edit,
    _edit,
    _edit,
    _delete,
    _delete_and_close_the_gap,
    _swap,
    _insert,
    _cut_the_end,
    _change_batch,
    _forge_everything,
]


async def _forge_and_examine(chance: random.Random, statements: list[Statement]) -> tuple[str, VerifyReport]:
    """Forge, look, and take it back. Nothing of the database's own protection stands in the forger's way."""
    found: tuple[str, VerifyReport] | None = None
    try:
        async with unit_of_work():
            await execute("set local session_replication_role = replica")
            name = await chance.choice(FORGERIES)(chance)
            found = name, await examine(statements)
            raise _Undo
    except _Undo:
        assert found is not None
        return found


async def test_hundreds_of_random_forgeries_are_all_seen(
    write_commands: WriteCommands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(chain_module, "ROWS_PER_BATCH", 5)
    await write_commands(28)
    await chain()
    assert await anchor(tmp_path)
    statements = Anchors(tmp_path).read_all()
    assert (await verify(tmp_path)).ok
    chance = random.Random(20261125)
    seen: Counter[str] = Counter()
    missed: list[str] = []
    for _ in range(ROUNDS):
        name, report = await _forge_and_examine(chance, statements)
        seen[name] += 1
        if report.ok or not report.first_fault:
            missed.append(name)
    assert not missed
    assert len(seen) >= 18, "every kind of forgery was tried"
    assert (await verify(tmp_path)).ok, "all were taken back"


async def test_the_first_bad_row_is_named(
    write_commands: WriteCommands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(chain_module, "ROWS_PER_BATCH", 5)
    ids = sorted(await write_commands(15))
    await chain()
    for victim in (ids[12], ids[6]):
        await execute("update command_log set payload_raw = 'forged'::bytea where id = $1", victim)
    report = await verify(tmp_path)
    assert not report.ok
    assert (report.fault_batch, report.fault_position, report.fault_command) == (2, 1, str(ids[6]))
    assert str(ids[6]) in report.first_fault
    assert report.batches == 1, "whole batches before the fault"


async def test_without_an_anchor_a_cut_end_is_not_seen_which_is_why_there_are_anchors(
    write_commands: WriteCommands, tmp_path: Path
) -> None:
    await write_commands(3)
    await chain()
    await anchor(tmp_path)
    async with unit_of_work():
        await execute("set local session_replication_role = replica")
        await execute("delete from audit_entry")
        await execute("delete from audit_batch")
        await execute("delete from command_log")
    report = await verify(tmp_path)
    assert not report.ok
    assert "end is missing" in report.first_fault
    assert report.fault_batch == 1
    assert (await verify(tmp_path / "elsewhere")).ok


async def test_a_large_log_is_streamed(
    write_commands: WriteCommands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from app.audit import verification

    monkeypatch.setattr(verification, "_PREFETCH", 3)
    monkeypatch.setattr(chain_module, "ROWS_PER_BATCH", 4)
    await write_commands(30)
    await chain()
    report = await verify(tmp_path)
    assert (report.ok, report.rows, report.batches) == (True, 30, 8)
