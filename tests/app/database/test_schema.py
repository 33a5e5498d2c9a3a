"""Migrations: all or none, once, in order, and never rewritten."""

from __future__ import annotations

import asyncio
import contextvars
import sys
from pathlib import Path

import pytest

from app.database import Database, DatabaseVersionError, MigrationError, fetch, fetch_value, migrate, unit_of_work
from app.database.schema import FOLDER, read_migrations

ROOM = "create table room (number integer primary key);\ninsert into room values (1);\n"
DOOR = "create table door (room integer references room);\ninsert into door values (1);\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good migrations."""
    (tmp_path / "0001_room.sql").write_text(ROOM)
    (tmp_path / "0002_door.sql").write_text(DOOR)
    return tmp_path


async def tables() -> set[str]:
    return {row["tablename"] for row in await fetch("select tablename from pg_tables where schemaname = 'public'")}


async def test_files_run_once_in_order(empty_database: Database, folder: Path) -> None:
    """A second start finds nothing to do, and a new file runs alone."""
    assert await migrate(folder) == ["0001_room", "0002_door"]
    assert await migrate(folder) == []
    (folder / "0003_key.sql").write_text("create table key (door integer)")
    assert await migrate(folder) == ["0003_key"]
    assert await tables() == {"room", "door", "key", "schema_migration"}
    assert await fetch_value("select count(*) from room") == 1


async def test_a_failure_leaves_nothing(empty_database: Database, folder: Path) -> None:
    """Not the earlier files of the same start either, nor the bookkeeping; the message names file and line."""
    (folder / "0003_bad.sql").write_text("create table key (door integer);\n\ncreate tabel oops;\n")
    with pytest.raises(MigrationError, match=r"0003_bad\.sql failed at line 3 .*tabel.*as it was before") as caught:
        await migrate(folder)
    assert "\n" not in str(caught.value)
    assert await tables() == set()
    (folder / "0003_bad.sql").unlink()
    assert await migrate(folder) == ["0001_room", "0002_door"]


async def test_a_crash_in_the_middle_leaves_nothing(empty_database: Database, folder: Path) -> None:
    """The program is killed while the second file runs; the next start does everything."""
    (folder / "0002_door.sql").write_text(DOOR + "select pg_sleep(600);\n")
    script = (
        "import asyncio, sys; from pathlib import Path\n"
        "from app.database import migrate; from app.database.opening import open_dsn\n"
        "async def main():\n"
        "    await open_dsn(sys.argv[1], pool_size=2)\n"
        "    await migrate(Path(sys.argv[2]))\n"
        "asyncio.run(main())\n"
    )
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", script, empty_database.dsn, str(folder))
    try:
        async with asyncio.timeout(60):
            while not await fetch_value("select count(*) from pg_stat_activity where wait_event = 'PgSleep'"):
                assert program.returncode is None
                await asyncio.sleep(0.02)
    finally:
        program.kill()
        await program.wait()
    # The server notices the broken connection only when the statement ends, so end it.
    await fetch_value("select pg_terminate_backend(pid, 10000) from pg_stat_activity where wait_event = 'PgSleep'")
    assert await tables() == set()
    (folder / "0002_door.sql").write_text(DOOR)
    assert await migrate(folder) == ["0001_room", "0002_door"]


async def test_of_three_that_start_together_one_works(empty_database: Database, folder: Path) -> None:
    """Each takes the lock in turn; the later two find nothing to do."""
    results = await asyncio.gather(
        *(asyncio.create_task(migrate(folder), context=contextvars.Context()) for _ in range(3))
    )
    assert sorted(results) == [[], [], ["0001_room", "0002_door"]]
    assert await fetch_value("select count(*) from room") == 1


async def test_a_changed_file_is_refused(empty_database: Database, folder: Path) -> None:
    """What ran elsewhere is not what stands here: nobody could say what the database looks like."""
    await migrate(folder)
    (folder / "0001_room.sql").write_text(ROOM + "-- a thought\n")
    (folder / "0003_key.sql").write_text("create table key (door integer)")
    with pytest.raises(MigrationError, match=r"0001_room\.sql was changed"):
        await migrate(folder)
    assert "key" not in await tables()


async def test_line_ends_are_no_change(empty_database: Database, folder: Path) -> None:
    """A checkout on Windows has other line ends."""
    await migrate(folder)
    (folder / "0001_room.sql").write_bytes(ROOM.replace("\n", "\r\n").encode())
    assert await migrate(folder) == []


async def test_a_newer_database_is_refused(empty_database: Database, folder: Path) -> None:
    """An old program on a new schema would write what the new one does not understand."""
    await migrate(folder)
    (folder / "0002_door.sql").unlink()
    with pytest.raises(DatabaseVersionError, match=r"newer than this program \(it has 0002_door\)"):
        await migrate(folder)


async def test_a_file_that_comes_late_is_refused(empty_database: Database, folder: Path) -> None:
    """It would run before its successors on a new database and after them here."""
    (folder / "0001_room.sql").rename(folder / "0003_room.sql")
    (folder / "0002_door.sql").write_text("create table wall (number integer)")
    await migrate(folder)
    (folder / "0001_early.sql").write_text("create table early (number integer)")
    with pytest.raises(MigrationError, match="renumber"):
        await migrate(folder)


@pytest.mark.parametrize(
    ("name", "sql", "reason"),
    [
        ("1_short.sql", "select 1", "named like"),
        ("0002_other.sql", "select 1", "number 0002"),
        ("0003_own.sql", "create table a (b integer);\nCOMMIT;\n", "transaction itself"),
        ("0003_own.sql", "begin;\ncreate table a (b integer);\n", "transaction itself"),
    ],
)
def test_odd_files_are_refused(folder: Path, name: str, sql: str, reason: str) -> None:
    """Before anything is touched."""
    (folder / name).write_text(sql)
    with pytest.raises(MigrationError, match=reason):
        read_migrations(folder)


def test_a_function_may_have_begin_in_its_body(folder: Path) -> None:
    """PL/pgSQL's BEGIN opens a block, not a transaction."""
    (folder / "0003_function.sql").write_text("do $$\nbegin\n  perform 1;\nend\n$$;\n")
    assert [migration.name for migration in read_migrations(folder)][-1] == "0003_function"


async def test_the_schema_runs_and_is_complete(database: Database) -> None:
    """The project's own files: all applied, nothing left for a second start, and btree_gist is all they need."""
    assert await migrate() == []
    applied = [row["name"] for row in await fetch("select name from schema_migration order by name")]
    assert applied == [path.stem for path in sorted(FOLDER.glob("*.sql"))]
    extensions = {row["extname"] for row in await fetch("select extname from pg_extension")}
    assert extensions <= {"plpgsql", "btree_gist"}


async def test_a_test_starts_with_a_database_of_its_own(database: Database) -> None:
    """What one test writes, the next does not see (the two below run in either order)."""
    async with unit_of_work():
        assert await fetch_value("select to_regclass('left_over')") is None
        await fetch("create table left_over (number integer)")


async def test_another_test_starts_with_a_database_of_its_own(database: Database) -> None:
    """The twin of the one above."""
    assert await fetch_value("select to_regclass('left_over')") is None
    await fetch("create table left_over (number integer)")
