"""``turbil backup`` and ``turbil restore`` on the command line."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.backup.container import BackupError
from app.backup.restoring import Restored, check_backup, forget_previous, restore_backup
from app.backup.saving import save_backup
from app.database.errors import DatabaseInUseError
from app.database.launcher import EmbeddedPostgres, running_address
from app.settings import Settings
from offline_sync.blob_files import BucketFiles, open_blob_files
from offline_sync.repository import renew_epoch

#: For scripts; a person is asked.
PASSPHRASE = "TURBIL_BACKUP_PASSPHRASE"  # noqa: S105 - the variable's name


def add_parsers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the two commands to the parser of ``turbil``."""
    backup = commands.add_parser("backup", help="save database, attachments and keys in one encrypted file")
    backup.add_argument("target", type=Path, help="a new file, or a folder in which one is named after the time")
    restore = commands.add_parser("restore", help="put a backup in the place of what is here; stop the server first")
    restore.add_argument("file", type=Path, nargs="?", help="the backup")
    restore.add_argument("--check", action="store_true", help="only try whether the backup can be read in")
    restore.add_argument(
        "--forget-previous", action="store_true", help="remove for good what earlier restores have replaced"
    )


async def run(options: argparse.Namespace, settings: Settings) -> int:
    """Carry out ``backup`` or ``restore``.

    Raises:
        BackupError, DatabaseError: one line that says what to do.
    """
    if options.command == "backup":
        return await _backup(options.target, settings)
    if options.forget_previous:
        async with _beside(settings) as dsn:
            count = await forget_previous(dsn, settings.data)
        print(f"turbil: {count} replaced database(s) removed.")
        return 0
    if options.file is None:
        raise BackupError("name the backup: turbil restore FILE.")
    passphrase = _passphrase(twice=False)
    if options.check:
        async with _beside(settings) as dsn:
            restored = await check_backup(dsn, options.file, passphrase, settings.data)
        _tell(restored, "can be read in")
        return 0 if restored.audit.ok else 1
    async with _alone(settings) as dsn:
        restored = await restore_backup(dsn, options.file, passphrase, settings.data, renew_epoch, _bucket(settings))
    _tell(restored, "is in its place; phones send again what it lacks")
    print("turbil: what was here before is kept: turbil restore --forget-previous removes it.")
    return 0


async def _backup(target: Path, settings: Settings) -> int:
    passphrase = _passphrase(twice=True)
    async with _beside(settings) as dsn:
        saved = await asyncio.to_thread(save_backup, dsn, settings.data, target, passphrase, _bucket(settings))
    print(f"turbil: {saved.path}: {saved.size / 1e6:.1f} MB, the database and {saved.files} files.")
    return 0


def _bucket(settings: Settings) -> BucketFiles | None:
    files = open_blob_files(settings)
    return files if isinstance(files, BucketFiles) else None


def _tell(restored: Restored, what: str) -> None:
    print(f"turbil: the backup of {restored.made_at:%Y-%m-%d %H:%M} UTC {what}.")
    if restored.audit.ok:
        print(f"turbil: its audit chain holds: {restored.audit.rows} commands, {restored.audit.anchors} anchors.")
    else:
        print(f"turbil: its audit chain does NOT hold: {restored.audit.first_fault}", file=sys.stderr)


@asynccontextmanager
async def _beside(settings: Settings) -> AsyncIterator[str]:
    """The database's address, whether a server runs or not."""
    try:
        async with _alone(settings) as dsn:
            yield dsn
    except DatabaseInUseError:
        yield running_address(settings.data)


@asynccontextmanager
async def _alone(settings: Settings) -> AsyncIterator[str]:
    """The database's address, with the embedded server started by us; no other turbil may run on its folder."""
    if settings.database_url is not None:
        yield settings.database_url
        return
    server = EmbeddedPostgres(settings.data)
    try:
        dsn = await server.start()
    except DatabaseInUseError as error:
        raise DatabaseInUseError(f"{error} A backup is restored while the server stands still.") from None
    try:
        yield dsn
    finally:
        await server.stop()


def _passphrase(*, twice: bool) -> str:
    """From the environment, from a terminal, or one line on standard input."""
    given = os.environ.get(PASSPHRASE)
    if given is not None:
        return given
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Passphrase of the backup: ")
    if twice and getpass.getpass("Once more: ") != first:
        raise BackupError("the two passphrases differ; nothing was saved.")
    return first
