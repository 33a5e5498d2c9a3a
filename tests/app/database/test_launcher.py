"""The embedded server: it comes back after a crash, stops with us, and says in one line why it will not start."""

# ruff: noqa: ASYNC110, ASYNC220, ASYNC221, ASYNC240 - a test has its loop to itself, and other processes to look at

from __future__ import annotations

import asyncio
import os
import pwd
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from app.database import (
    Connection,
    Database,
    DatabaseError,
    DatabaseFolderError,
    DatabaseVersionError,
    PostgresConnectionError,
    execute,
    fetch_value,
    open_database,
    orphan,
    server_account,
)
from app.database.driver import connect
from app.database.launcher import EmbeddedPostgres
from app.settings import Settings

# Opens the folder's database, says so, and then waits to be killed.
# With a user, it becomes that user after its imports, for the interpreter may lie where that user may not read.
SERVE = """
import asyncio, importlib.metadata, os, pwd, sys
import asyncpg
from pathlib import Path
from app.database import DatabaseError, execute, open_database
from app.settings import Settings
async def main():
    try:
        database = await open_database(Settings(data=Path(sys.argv[1])))
    except DatabaseError as error:
        print("refused:", error, flush=True)
        return
    if sys.argv[2] != "-":
        await execute(sys.argv[2])
    print("open", database.server.process_id, flush=True)
    if sys.argv[3] == "wait":
        await asyncio.Event().wait()
if sys.argv[4] != "-":
    account = pwd.getpwnam(sys.argv[4])
    os.environ["HOME"] = "/"
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
asyncio.run(main())
"""


async def run_program(data: Path, sql: str = "-", then: str = "wait", user: str = "-") -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVE, str(data), sql, then, user, stdout=asyncio.subprocess.PIPE
    )


async def line_of(program: asyncio.subprocess.Process) -> str:
    assert program.stdout is not None
    async with asyncio.timeout(60):
        return (await program.stdout.readline()).decode().strip()


async def wait_until_gone(process_id: int) -> None:
    async with asyncio.timeout(60):
        while _alive(process_id):
            await asyncio.sleep(0.02)


def _alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest_asyncio.fixture
async def opened(cluster: Path) -> AsyncIterator[Database]:
    """A database on a server of its own, with fsync as in production."""
    database = await open_database(Settings(data=cluster))
    yield database
    await database.close()


@pytest_asyncio.fixture(scope="module")
async def made_cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose cluster has been made and stopped; ``initdb`` is the slow part."""
    folder = tmp_path_factory.mktemp("cluster")
    server = EmbeddedPostgres(folder)
    await server.start()
    await server.stop()
    return folder


@pytest.fixture
def cluster(made_cluster: Path, tmp_path: Path) -> Path:
    """A copy of that folder, with its owners."""
    subprocess.run(["cp", "-a", str(made_cluster), str(tmp_path / "data")], check=True)
    return tmp_path / "data"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter; those of pytest are private, and each run of pytest sees to that."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


async def test_a_cluster_is_made_as_we_want_it(opened: Database) -> None:
    """Checksums find rot on the disk; C.UTF-8 sorts alike everywhere; no network; nothing is lost at a power cut."""
    assert await fetch_value("show data_checksums") == "on"
    assert await fetch_value("show server_encoding") == "UTF8"
    assert await fetch_value("select datlocale from pg_database where datname = current_database()") == "C.UTF-8"
    assert await fetch_value("show listen_addresses") == ""
    assert [await fetch_value(f"show {name}") for name in ("fsync", "synchronous_commit", "full_page_writes")] == [
        "on"
    ] * 3
    assert await fetch_value("select lower('ÅÄÖ') = 'åäö'")
    assert await fetch_value("show timezone") == "UTC"
    assert opened.server_version >= 18


async def test_the_socket_is_private(opened: Database) -> None:
    """Whoever reaches the socket is let in, so nobody else may reach it."""
    folder = Path(await fetch_value("show unix_socket_directories"))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert len(os.fsencode(folder)) < 100


async def test_a_temporary_folder_with_a_long_path_is_one_line(
    cluster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel allows a socket about a hundred bytes; what was made is cleared away."""
    long = tmp_path / ("long" * 25)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    with pytest.raises(DatabaseFolderError, match="TMPDIR"):
        await EmbeddedPostgres(cluster).start()
    assert list(long.iterdir()) == []


async def test_it_comes_back_after_kill_9_with_every_committed_row(opened: Database) -> None:
    """Three crashes; the pool finds the new server by itself."""
    assert opened.server is not None
    await execute("create table witness (number integer)")
    for number in range(3):
        await execute("insert into witness values ($1)", number)
        process_id = opened.server.process_id
        assert process_id is not None
        os.kill(process_id, signal.SIGKILL)
        await wait_until_gone(process_id)
        async with asyncio.timeout(60):
            while opened.server.process_id is None:
                await asyncio.sleep(0.02)
        assert await count_after_the_crash() == number + 1
        assert opened.server.process_id not in {None, process_id}
        assert Path(await fetch_value("show unix_socket_directories")).exists()


async def test_a_second_program_on_the_folder_is_refused(opened: Database, cluster: Path) -> None:
    """Two servers on one cluster would destroy it; the first is not disturbed."""
    second = await run_program(cluster)
    answer = await line_of(second)
    assert answer.startswith("refused: Another turbil already uses")
    assert "TURBIL_DATA" in answer
    await second.wait()
    assert await fetch_value("select 1") == 1


async def count_after_the_crash() -> int:
    """A statement that was under way when the server died fails; it is for the caller to try again."""
    async with asyncio.timeout(60):
        while True:
            try:
                return int(await fetch_value("select count(*) from witness"))
            except (PostgresConnectionError, OSError):
                continue


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
@pytest.mark.parametrize("signal_number", [signal.SIGKILL, signal.SIGTERM])
async def test_the_server_goes_when_the_program_is_killed(cluster: Path, signal_number: signal.Signals) -> None:
    """No server is left behind, and the row that was committed is there at the next start."""
    program = await run_program(cluster, "create table witness as select 1 as number")
    _, process_id = (await line_of(program)).split()
    socket_folder = Path((cluster / "postgres" / "socket_folder").read_text())
    program.send_signal(signal_number)
    await program.wait()
    await wait_until_gone(int(process_id))
    database = await open_database(Settings(data=cluster))
    try:
        assert await fetch_value("select count(*) from witness") == 1
        assert not socket_folder.exists()
    finally:
        await database.close()


async def test_the_server_goes_when_the_program_ends_without_closing(cluster: Path) -> None:
    """An exception on the way out must not leave a server."""
    program = await run_program(cluster, then="end")
    _, process_id = (await line_of(program)).split()
    await program.wait()
    assert not _alive(int(process_id))
    assert "database system is shut down" in (cluster / "postgres" / "server.log").read_text().splitlines()[-1]


@pytest.mark.skipif(sys.platform != "linux", reason="the working folder of a process is read from /proc")
async def test_a_server_that_outlived_its_program_is_stopped(cluster: Path) -> None:
    """Where the program's death is not told to the server, the next start stops it."""
    first = EmbeddedPostgres(cluster)
    await first.start()
    process = first._process
    assert process is not None
    # What kill -9 does to us, seen from the folder: the lock is free and the server lives.
    assert first._watchdog is not None
    first._watchdog.cancel()
    assert first._lock is not None
    first._lock.close()
    second = EmbeddedPostgres(cluster)
    starting = asyncio.create_task(second.start())
    try:
        async with asyncio.timeout(60):
            while process.poll() is None:  # reaps it, as init would
                await asyncio.sleep(0.02)
            connection = await connect(await starting)
        await connection.close()
        assert process.returncode == 0
    finally:
        await second.stop()
        await first.stop()


async def test_a_pid_file_that_names_somebody_else_is_a_leftover(cluster: Path) -> None:
    """After a power cut the number in postmaster.pid may be anybody's; that process is left alone."""
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        file = cluster / "postgres" / "cluster" / "postmaster.pid"
        owner = file.parent.stat()
        file.write_text(f"{stranger.pid}\n{file.parent}\n1700000000\n5432\n/nowhere\n\n  1234  5678\nready\n")
        os.chown(file, owner.st_uid, owner.st_gid)
        database = await open_database(Settings(data=cluster))
        try:
            assert await fetch_value("select 1") == 1
        finally:
            await database.close()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


async def test_only_a_server_of_this_cluster_is_an_orphan(opened: Database, cluster: Path, tmp_path: Path) -> None:
    """A postmaster on another folder may have the number too."""
    assert opened.server is not None
    process_id = opened.server.process_id
    other = tmp_path / "other"
    other.mkdir()
    (other / "postmaster.pid").write_text(f"{process_id}\n")
    await orphan.stop(other)
    assert not (other / "postmaster.pid").exists()
    assert await fetch_value("select 1") == 1
    assert opened.server.process_id == process_id


async def test_half_a_cluster_is_made_anew(tmp_path: Path) -> None:
    """A crash during initdb leaves a folder that is thrown away."""
    unfinished = tmp_path / "postgres" / "cluster.unfinished"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    server = EmbeddedPostgres(tmp_path, durable=False)
    await server.start()
    await server.stop()
    assert not unfinished.exists()


async def test_a_cluster_of_another_version_is_refused(cluster: Path) -> None:
    """PostgreSQL cannot read an older version's files; nothing is touched."""
    (cluster / "postgres" / "cluster" / "PG_VERSION").write_text("17\n")
    with pytest.raises(DatabaseVersionError, match="PostgreSQL 17"):
        await EmbeddedPostgres(cluster).start()


async def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    """The path leads through a file."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseFolderError, match="TURBIL_DATA") as caught:
        await EmbeddedPostgres(tmp_path / "file" / "data").start()
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user to be")
async def test_an_ordinary_user_is_told_of_folders_it_may_not_write(open_folder: Path) -> None:
    """Root may write everywhere, so this runs a program as nobody."""
    program = await run_program(open_folder / "new", user="nobody")
    answer = await line_of(program)
    assert answer.startswith("refused: The folder")
    assert answer.endswith("or set TURBIL_DATA to another folder.")
    await program.wait()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another user to be")
async def test_an_ordinary_user_has_a_server_too(open_folder: Path) -> None:
    """The other way to start: no rights to drop."""
    data = open_folder / "nobodys"
    data.mkdir()
    nobody = pwd.getpwnam("nobody")
    os.chown(data, nobody.pw_uid, nobody.pw_gid)
    program = await run_program(data, "create table witness (number integer)", then="end", user="nobody")
    answer = await line_of(program)
    assert answer.startswith("open ")
    await program.wait()
    assert (data / "postgres" / "cluster").stat().st_uid == nobody.pw_uid


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops its rights")
async def test_root_needs_no_rights_on_the_folders_above(cluster: Path) -> None:
    """The data may lie below a private home: its folders keep their owner and mode, and the server is not root."""
    cluster.chmod(0o700)
    before = [(folder.stat().st_uid, folder.stat().st_mode) for folder in (cluster, *cluster.parents)]
    database = await open_database(Settings(data=cluster))
    try:
        assert database.server is not None
        process = Path(f"/proc/{database.server.process_id}/status").read_text()
        ids = next(line for line in process.splitlines() if line.startswith("Uid:")).split()[1:]
        assert "0" not in ids
        assert next(line for line in process.splitlines() if line.startswith("Groups:")).split()[1:] == []
        await execute("create table witness (number integer)")
    finally:
        await database.close()
    assert [(folder.stat().st_uid, folder.stat().st_mode) for folder in (cluster, *cluster.parents)] == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root drops its rights")
@pytest.mark.parametrize("cache_works", [True, False])
async def test_root_copies_programs_that_others_cannot_reach(
    cluster: Path, monkeypatch: pytest.MonkeyPatch, open_folder: Path, cache_works: bool
) -> None:
    """A virtual environment below /root: the programs are copied, once or for the life of the server."""
    private = open_folder / "private"
    subprocess.run(["cp", "-a", str(server_account.wheel_programs()), str(private)], check=True)
    private.chmod(0o700)
    cache = open_folder / "cache"
    if not cache_works:
        cache.mkdir()
        cache.chmod(0o777)  # somebody else could have put programs there
    monkeypatch.setattr(server_account, "wheel_programs", lambda: private)
    monkeypatch.setattr(server_account, "_CACHE", cache)
    server = EmbeddedPostgres(cluster)
    connection: Connection = await connect(await server.start())
    await connection.close()
    programs = server._programs
    assert private not in programs.parents
    assert (cache in programs.parents) == cache_works
    await server.stop()
    assert programs.exists() == cache_works


async def test_a_platform_without_programs_is_told_of_database_url(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """There are wheels for the common platforms only."""
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(DatabaseError, match="set DATABASE_URL"):
        await EmbeddedPostgres(tmp_path).start()
    monkeypatch.undo()
    server = EmbeddedPostgres(tmp_path, durable=False)
    await server.start()  # the failed start has let go of the folder
    await server.stop()
