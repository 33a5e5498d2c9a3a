"""``turbil backup``: one file that holds everything, made while the server runs."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from app.backup import programs
from app.backup.container import DUMP, FILES, FORMAT, BackupError, Header, Writer, write_container
from app.database.schema import read_migrations
from offline_sync.blob_files import BucketFiles

SHORTEST_PASSPHRASE: Final = 12
#: The embedded server's own folder is in the dump; the others are what an earlier restore left behind.
_LEFT_OUT: Final = ("postgres", "before-restore", "restore-")


@dataclass(frozen=True)
class Saved:
    """What was made: the file, its size in bytes, and how many files lie in it beside the database."""

    path: Path
    size: int
    files: int


def save_backup(dsn: str, data: Path, target: Path, passphrase: str, bucket: BucketFiles | None = None) -> Saved:
    """Write a backup. The database is dumped first: every attachment that it names is on disk by then (SR-21).

    Args:
        dsn: the database.
        data: the data folder with attachments, keys and anchors.
        bucket: where attachments lie if not in the data folder.
        target: a file that does not exist yet, or a folder in which one is named after the time.

    Raises:
        BackupError: the passphrase is short, the file exists, or it cannot be written; nothing half is left.
    """
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise BackupError(f"the passphrase needs at least {SHORTEST_PASSPHRASE} characters; several words are best.")
    made_at = datetime.now(UTC)
    path = target / f"turbil-{made_at:%Y%m%d-%H%M%S}.backup" if target.is_dir() else target
    header = Header(
        format=FORMAT, made_at=made_at, migrations={migration.name: migration.sha256 for migration in read_migrations()}
    )
    unfinished = path.with_name(path.name + ".unfinished")
    files = list(_files(data))
    try:
        if path.exists():
            raise BackupError(f"{path} exists already; choose another name.")
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".turbil-dump-") as folder:
            dump = Path(folder) / DUMP
            programs.dump(dsn, dump)

            def members(writer: Writer) -> None:
                writer.add(DUMP, dump)
                for name in files:
                    writer.add(f"{FILES}/{name}", data / name)
                for name, content in bucket.all() if bucket else ():
                    fetched = Path(folder) / "attachment"
                    fetched.write_bytes(content)
                    writer.add(f"{FILES}/blobs/{name}", fetched)
                    files.append(name)

            with os.fdopen(os.open(unfinished, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "r+b") as output:
                write_container(output, header, passphrase, members)
                output.flush()
                os.fsync(output.fileno())
        unfinished.rename(path)
        folder_handle = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder_handle)
        finally:
            os.close(folder_handle)
    except OSError as error:
        raise BackupError(f"{path} cannot be written ({error.strerror}).") from None
    finally:
        unfinished.unlink(missing_ok=True)
    return Saved(path, path.stat().st_size, len(files))


def _files(data: Path) -> list[str]:
    """Names below the data folder, in order."""
    found = []
    for path in sorted(data.rglob("*")):
        name = path.relative_to(data)
        if path.is_file() and not path.is_symlink() and not name.parts[0].startswith(_LEFT_OUT):
            found.append(name.as_posix())
    return found
