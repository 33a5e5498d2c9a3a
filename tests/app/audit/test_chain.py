"""The chain over the command log: what it takes up, in which order, and that only one worker is at it (SR-09)."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.audit import chain as chain_module
from app.audit.chain import chain, verify
from app.audit.jobs import anchor
from app.database import Database, PostgresError, execute, fetch, fetch_value, unit_of_work
from tests.app.audit.conftest import WriteCommands


async def test_an_empty_log_is_whole(database: Database, tmp_path: Path) -> None:
    assert await chain() == 0
    assert await anchor(tmp_path) is False
    report = await verify(tmp_path)
    assert report.ok
    assert (report.batches, report.rows, report.unchained_rows, report.anchored_at) == (0, 0, 0, None)


async def test_batches_follow_each_other_and_ids_are_in_order(
    write_commands: WriteCommands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(chain_module, "ROWS_PER_BATCH", 4)
    ids = await write_commands(10)
    assert await chain() == 10
    assert await chain() == 0
    batches = await fetch("select * from audit_batch order by number")
    assert [batch["rows"] for batch in batches] == [4, 4, 2]
    assert batches[0]["previous_hash"] == bytes(32)
    assert [batch["previous_hash"] for batch in batches[1:]] == [batch["hash"] for batch in batches[:-1]]
    entries = await fetch("select command_id from audit_entry order by batch, position")
    assert [entry["command_id"] for entry in entries] == sorted(ids)
    report = await verify(tmp_path)
    assert (report.ok, report.batches, report.rows) == (True, 3, 10)


async def test_a_command_that_shows_up_late_falls_into_a_later_batch(
    write_commands: WriteCommands, tmp_path: Path
) -> None:
    ids = sorted(await write_commands(4))
    await execute("update command_log set verdict = 'parked' where id = $1", ids[0])
    assert await chain() == 3
    report = await verify(tmp_path)
    assert (report.ok, report.parked_rows, report.unchained_rows) == (True, 1, 0)
    await execute("update command_log set verdict = 'applied' where id = $1", ids[0])
    report = await verify(tmp_path)
    assert (report.parked_rows, report.unchained_rows) == (0, 1)
    assert report.unchained_seconds > 0
    assert await chain() == 1
    assert (await verify(tmp_path)).ok


async def test_what_may_change_later_does_not_break_the_chain(write_commands: WriteCommands, tmp_path: Path) -> None:
    await write_commands(3)
    await chain()
    await execute("update command_log set rv = rv")
    assert (await verify(tmp_path)).ok


async def test_old_commands_are_found_by_the_daily_search(write_commands: WriteCommands) -> None:
    await write_commands(2)
    await chain()
    late = await write_commands(1)
    await execute("update command_log set received_at = now() - interval '3 days' where id = $1", late[0])
    assert await chain() == 0
    assert await chain(everything=True) == 1


async def test_two_workers_do_not_chain_at_once(write_commands: WriteCommands, tmp_path: Path) -> None:
    await write_commands(50)
    assert sorted(await asyncio.gather(chain(), chain(), chain())) == [0, 0, 50]
    assert (await verify(tmp_path)).ok


@pytest.mark.parametrize("table", ["audit_batch", "audit_entry"])
async def test_the_database_refuses_to_change_the_chain(write_commands: WriteCommands, table: str) -> None:
    await write_commands(2)
    await chain()
    column = {"audit_batch": "rows", "audit_entry": "position"}[table]
    for change in (f"delete from {table}", f"update {table} set {column} = 9"):  # noqa: S608
        with pytest.raises(PostgresError):
            await execute(change)
    assert await fetch_value(f"select count(*) from {table}") > 0  # noqa: S608


async def test_a_commands_chain_entry_is_rolled_back_with_its_batch(write_commands: WriteCommands) -> None:
    await write_commands(2)

    async def chain_and_fail() -> None:
        async with unit_of_work():
            await chain()
            raise LookupError

    with pytest.raises(LookupError):
        await chain_and_fail()
    assert await fetch_value("select count(*) from audit_batch") == 0
    assert await chain() == 2
