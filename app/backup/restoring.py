"""``turbil restore``: everything is read, loaded and checked beside what runs, and only then put in its place.

Order of the last step, so that a crash in the middle leaves something a second try mends: attachments are added (they
are named by their content, so more of them do no harm), keys and anchors change places, and the databases are renamed
in one transaction. What was there before stays, under another name, until ``forget_previous``.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from app.audit.verification import VerifyReport, verify
from app.backup import programs
from app.backup.container import DUMP, FILES, BackupError, Header, extract, read_header
from app.database import driver, fetch, migrate
from app.database.engine import DB
from app.database.opening import open_dsn
from app.database.schema import read_migrations
from offline_sync.blob_files import BucketFiles

_BEFORE: Final = "before-restore"
_BLOBS: Final = "blobs"


@dataclass(frozen=True)
class Restored:
    """What was read in: when the backup was made, and what the audit chain in it says."""

    made_at: datetime
    audit: VerifyReport


async def check_backup(dsn: str, source: Path, passphrase: str, data: Path) -> Restored:
    """Load a backup into a database of its own, bring it up to date, verify its audit chain, and drop it again.

    Raises:
        BackupError: it cannot be used.
    """
    async with _loaded(dsn, source, passphrase, data) as (restored, temporary, _):
        await _run_sql(dsn, f'drop database if exists "{temporary}" with (force)')
    return restored


async def restore_backup(
    dsn: str,
    source: Path,
    passphrase: str,
    data: Path,
    renew_epoch: Callable[[], Awaitable[object]],
    bucket: BucketFiles | None = None,
) -> Restored:
    """Put a backup in the place of what runs. Nobody may be connected to the database.

    Args:
        dsn: the database that is replaced; the user must be allowed to create databases.
        bucket: where attachments are put if not in the data folder.
        renew_epoch: begins a new epoch in the restored database, so that phones send again what it lacks (SR-04).

    Raises:
        BackupError: it cannot be used, or a server still runs; what was there is as it was.
    """
    name = _database_of(dsn)
    stamp = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    async with _loaded(dsn, source, passphrase, data, renew_epoch) as (restored, temporary, files):
        await _refuse_if_used(dsn, name)
        before = data / f"{_BEFORE}-{stamp}"
        if bucket is not None:
            await asyncio.to_thread(bucket.put_all, files / _BLOBS)
        await asyncio.to_thread(_place_files, files, data, before)
        try:
            await _run_sql(
                dsn,
                f'alter database "{name}" rename to "{name}_before_{stamp}"',
                f'alter database "{temporary}" rename to "{name}"',
            )
        except BaseException:
            await asyncio.to_thread(_take_back, data, before)
            raise
    return restored


async def forget_previous(dsn: str, data: Path) -> int:
    """Drop what earlier restores have left standing; returns how many databases that were."""
    name = _database_of(dsn)
    connection = await driver.connect(_with_database(dsn, "postgres"))
    try:
        rows = await connection.fetch(
            "select datname from pg_database where datname ~ ('^' || $1 || '_before_[0-9]{14}$')", name
        )
    finally:
        await connection.close()
    for row in rows:
        await _run_sql(dsn, f'drop database "{row["datname"]}" with (force)')
    await asyncio.to_thread(_forget_files, data)
    return len(rows)


@asynccontextmanager
async def _loaded(
    dsn: str,
    source: Path,
    passphrase: str,
    data: Path,
    also: Callable[[], Awaitable[object]] | None = None,
) -> AsyncIterator[tuple[Restored, str, Path]]:
    """The backup in a database of its own and its files in a folder; both are gone again when anything fails."""
    header = await asyncio.to_thread(_read_header, source)
    _refuse_newer(header)
    temporary = f"{_database_of(dsn)}_restore_{datetime.now(UTC):%Y%m%d%H%M%S%f}"
    with tempfile.TemporaryDirectory(dir=data, prefix="restore-") as name:
        folder = Path(name)
        await asyncio.to_thread(_extract, source, passphrase, folder)
        await _run_sql(dsn, f"create database \"{temporary}\" encoding 'UTF8' template template0")
        try:
            own = _with_database(dsn, temporary)
            await asyncio.to_thread(programs.load, folder / DUMP, own)
            files = folder / FILES
            files.mkdir(exist_ok=True)
            async with _used(own):
                await _refuse_other_tables()
                await migrate()
                report = await verify(files)
                if also is not None:
                    await also()
            yield Restored(header.made_at, report), temporary, files
        except BaseException:
            with contextlib.suppress(*driver.CONNECTION_ERRORS):
                await _run_sql(dsn, f'drop database if exists "{temporary}" with (force)')
            raise


@asynccontextmanager
async def _used(dsn: str) -> AsyncIterator[None]:
    """Let the kernel's queries go to another database meanwhile."""
    before = DB.pool
    database = await open_dsn(dsn, pool_size=2)
    try:
        yield
    finally:
        await database.close()
        DB.pool = before


def _read_header(source: Path) -> Header:
    try:
        with source.open("rb") as file:
            return read_header(file)
    except OSError as error:
        raise BackupError(f"{source} cannot be read ({error.strerror}).") from None


def _extract(source: Path, passphrase: str, folder: Path) -> None:
    with source.open("rb") as file:
        extract(file, passphrase, folder)


def _refuse_newer(header: Header) -> None:
    known = {migration.name: migration.sha256 for migration in read_migrations()}
    for name, digest in header.migrations.items():
        if known.get(name) != digest:
            raise BackupError(
                f"the backup's tables are of another turbil ({name}); install the version that made it or a newer one."
                " Nothing was touched."
            )


async def _refuse_other_tables() -> None:
    """The same question to the database itself: the header is not authenticated."""
    rows = await fetch("select name, sha256 from schema_migration")
    known = {migration.name: migration.sha256 for migration in read_migrations()}
    if not rows or any(known.get(row["name"]) != row["sha256"] for row in rows):
        raise BackupError("the backup's tables are of another turbil; nothing was touched.")


async def _refuse_if_used(dsn: str, name: str) -> None:
    connection = await driver.connect(_with_database(dsn, "postgres"))
    try:
        others = await connection.fetchval("select count(*) from pg_stat_activity where datname = $1", name)
    finally:
        await connection.close()
    if others:
        raise BackupError("a server still uses the database; stop it and try again. Nothing was touched.")


def _place_files(files: Path, data: Path, before: Path) -> None:
    for path in sorted(files.iterdir()):
        if path.name == _BLOBS:
            shutil.copytree(path, data / _BLOBS, dirs_exist_ok=True)
            continue
        before.mkdir(mode=0o700, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            (data / path.name).rename(before / path.name)
        path.rename(data / path.name)


def _forget_files(data: Path) -> None:
    for folder in data.glob(f"{_BEFORE}-*"):
        shutil.rmtree(folder)


def _take_back(data: Path, before: Path) -> None:
    for path in before.iterdir() if before.exists() else ():
        current = data / path.name
        if current.is_dir():
            shutil.rmtree(current)
        path.replace(current)
    shutil.rmtree(before, ignore_errors=True)


def _database_of(dsn: str) -> str:
    return urlsplit(dsn).path.strip("/")


def _with_database(dsn: str, name: str) -> str:
    return urlunsplit(urlsplit(dsn)._replace(path=f"/{name}"))


async def _run_sql(dsn: str, *statements: str) -> None:
    """Statements about whole databases, run from another one; several are one transaction."""
    connection = await driver.connect(_with_database(dsn, "postgres"))
    try:
        if len(statements) == 1:
            await connection.execute(statements[0])
            return
        async with connection.transaction():
            for statement in statements:
                await connection.execute(statement)
    finally:
        await connection.close()
