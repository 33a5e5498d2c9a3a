"""Backups: all of it comes back, and a file that cannot be used touches nothing (SR-04, SR-21)."""

from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from app.backup import BackupError, check_backup, forget_previous, programs, restore_backup, save_backup
from app.database import Database, driver, execute, fetch_value
from app.database.opening import open_dsn
from offline_sync.repository import epoch, renew_epoch
from tests.support.world import make_world

PASSPHRASE = "fyra ord i en mening"
SECRET = b"a photo of nobody"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with an attachment, keys and the embedded server's own folder."""
    folder = tmp_path / "data"
    for name, content in (
        ("blobs/ab/abcd", SECRET),
        ("keys/vapid.pem", b"old key"),
        ("postgres/cluster/PG_VERSION", b"18"),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


@asynccontextmanager
async def _closed(database: Database) -> AsyncIterator[str]:
    """The database's address with nobody connected; open again afterwards."""
    await database.close()
    try:
        yield database.dsn
    finally:
        again = await open_dsn(database.dsn, pool_size=2)
        database._pool = again._pool


async def _state(data: Path) -> tuple[str, UUID, dict[str, bytes]]:
    names = await fetch_value("select string_agg(username, ',' order by username) from user_account")
    return names, await epoch(), _read(data)


def _read(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


async def test_everything_comes_back_under_a_new_epoch(database: Database, data: Path, tmp_path: Path) -> None:
    """Rows, attachments and keys are those of the backup; later attachments stay; phones see another epoch."""
    await make_world()
    before, first_epoch, _ = await _state(data)
    saved = save_backup(database.dsn, data, tmp_path, PASSPHRASE)
    assert saved.files == 2
    await execute("update user_account set username = 'changed.' || username")
    (data / "keys" / "vapid.pem").write_bytes(b"new key")
    (data / "blobs" / "ab" / "later").write_bytes(b"a later photo")
    (data / "blobs" / "ab" / "abcd").unlink()
    async with _closed(database) as dsn:
        restored = await restore_backup(dsn, saved.path, PASSPHRASE, data, renew_epoch)
        assert restored.audit.ok
    after, second_epoch, files = await _state(data)
    assert after == before
    assert second_epoch != first_epoch
    assert (files["blobs/ab/abcd"], files["blobs/ab/later"]) == (SECRET, b"a later photo")
    assert files["keys/vapid.pem"] == b"old key"
    assert [content for name, content in files.items() if name.startswith("before-restore")] == [b"new key"]
    async with _closed(database) as dsn:
        assert await forget_previous(dsn, data) == 1
    assert not any(name.startswith("before-restore") for name in _read(data))


async def test_a_backup_can_be_tried_beside_what_runs(database: Database, data: Path, tmp_path: Path) -> None:
    """--check loads it into a database of its own and leaves no trace."""
    await make_world()
    saved = save_backup(database.dsn, data, tmp_path, PASSPHRASE)
    before = await _state(data), await _databases(database)
    assert (await check_backup(database.dsn, saved.path, PASSPHRASE, data)).audit.ok
    assert (await _state(data), await _databases(database)) == before


async def _databases(database: Database) -> list[str]:
    connection = await driver.connect(database.dsn)
    try:
        return [row["datname"] for row in await connection.fetch("select datname from pg_database order by 1")]
    finally:
        await connection.close()


def _cut(path: Path, count: int) -> None:
    """Take the last bytes of what is encrypted, not of the padding behind it."""
    with tarfile.open(path) as tar:
        member = tar.getmember("data.age")
    os.truncate(path, member.offset_data + member.size - count)


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _of_newer_program(path: Path) -> None:
    _change_header(path, lambda header: header["migrations"].update({"9999_later": "00"}))


def _of_newer_format(path: Path) -> None:
    _change_header(path, lambda header: header.update(format=2))


def _change_header(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    with tarfile.open(path) as tar:
        members = [(member, tar.extractfile(member).read()) for member in tar]  # type: ignore[union-attr]  # files only
    with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
        for member, content in members:
            if member.name == "header.json":
                header = json.loads(content)
                change(header)
                content = json.dumps(header).encode()
                member.size = len(content)
            tar.addfile(member, io.BytesIO(content))


_DAMAGES: Final[tuple[tuple[Callable[[Path], object], str], ...]] = (
    (lambda path: _cut(path, 1), "whole"),
    (lambda path: os.truncate(path, 3_000), "whole"),
    (_flip, "whole"),
    (lambda path: path.write_bytes(b"not a backup"), "whole"),
    (lambda path: path.write_bytes(b""), "whole"),
    (lambda path: path.unlink(), "cannot be read"),
    (_of_newer_program, "another turbil"),
    (_of_newer_format, "newer turbil"),
)


async def test_what_cannot_be_used_touches_nothing(database: Database, data: Path, tmp_path: Path) -> None:
    """SR-21: cut off, changed or newer backups are refused, and the running data is as it was."""
    await make_world()
    saved = save_backup(database.dsn, data, tmp_path, PASSPHRASE)
    before = await _state(data), await _databases(database)
    damaged = tmp_path / "damaged"
    async with _closed(database) as dsn:
        for damage, words in _DAMAGES:
            damaged.write_bytes(saved.path.read_bytes())
            damage(damaged)
            with pytest.raises(BackupError, match=words):
                await restore_backup(dsn, damaged, PASSPHRASE, data, renew_epoch)
    assert (await _state(data), await _databases(database)) == before


async def test_a_wrong_passphrase_is_refused(database: Database, data: Path, tmp_path: Path) -> None:
    """And nothing of the backup can be read without it."""
    await make_world()
    saved = save_backup(database.dsn, data, tmp_path, PASSPHRASE)
    assert SECRET not in saved.path.read_bytes()
    assert b"prescriber.norr" not in saved.path.read_bytes()
    before = await _state(data), await _databases(database)
    async with _closed(database) as dsn:
        with pytest.raises(BackupError, match="passphrase is wrong"):
            await restore_backup(dsn, saved.path, PASSPHRASE + "!", data, renew_epoch)
    assert (await _state(data), await _databases(database)) == before


async def test_a_server_in_use_is_not_replaced(database: Database, data: Path, tmp_path: Path) -> None:
    """The database is not renamed under the feet of who uses it."""
    await make_world()
    saved = save_backup(database.dsn, data, tmp_path, PASSPHRASE)
    before = await _state(data), await _databases(database)
    async with _closed(database) as dsn:
        user = await driver.connect(dsn)
        try:
            with pytest.raises(BackupError, match="stop it"):
                await restore_backup(dsn, saved.path, PASSPHRASE, data, renew_epoch)
        finally:
            await user.close()
    assert (await _state(data), await _databases(database)) == before


async def test_a_short_passphrase_and_a_taken_name_are_refused(database: Database, data: Path, tmp_path: Path) -> None:
    """Nothing half-made is left either."""
    with pytest.raises(BackupError, match="12 characters"):
        save_backup(database.dsn, data, tmp_path, "kort")
    (tmp_path / "taken").write_bytes(b"x")
    with pytest.raises(BackupError, match="exists already"):
        save_backup(database.dsn, data, tmp_path / "taken", PASSPHRASE)
    with pytest.raises(BackupError, match="cannot be written"):
        save_backup(database.dsn, data, tmp_path / "no" / "such" / "folder", PASSPHRASE)
    with pytest.raises(BackupError, match="cannot be dumped"):
        save_backup(database.dsn.replace(urlsplit(database.dsn).path, "/nosuch"), data, tmp_path / "x", PASSPHRASE)
    assert [name for name in _read(tmp_path) if not name.startswith("data/")] == ["taken"]


def test_the_password_is_not_on_the_command_line() -> None:
    """Everybody on the machine can read another process's arguments."""
    assert programs.connection_environment("postgresql://anna:hem%40lig@db.example:6432/turbil?sslmode=require") == {
        "PGHOST": "db.example",
        "PGPORT": "6432",
        "PGUSER": "anna",
        "PGPASSWORD": "hem@lig",
        "PGDATABASE": "turbil",
        "PGSSLMODE": "require",
    }


async def test_a_large_file_passes_in_pieces(database: Database, data: Path, tmp_path: Path) -> None:
    """Neither side holds a whole attachment in memory; content survives the pipe."""
    content = os.urandom(5 * 1024 * 1024 + 17)
    (data / "blobs" / "large").write_bytes(content)
    saved = save_backup(database.dsn, data, tmp_path, PASSPHRASE)
    (data / "blobs" / "large").unlink()
    async with _closed(database) as dsn:
        await restore_backup(dsn, saved.path, PASSPHRASE, data, renew_epoch)
    assert (data / "blobs" / "large").read_bytes() == content
