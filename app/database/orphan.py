"""A server that outlived the program that started it, and the file that names it.

``postmaster.pid`` names the server of a cluster, or what was its number before a power cut or a restart of the
container: by then the number may be anybody's. PostgreSQL itself errs on the safe side and would never start again.
So we look whose process it is: a server that works on this very cluster is stopped; anything else makes the file a
leftover.

We hold the lock of the folder when we come here, so nobody else is starting a server on it.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

from app.database.errors import DatabaseFolderError

_POLL_SECONDS = 0.05
_STOPS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))


async def stop(cluster: Path) -> None:
    """Stop a left-over server of ``cluster``, or remove a ``postmaster.pid`` that names somebody else.

    Raises:
        DatabaseFolderError: it does not stop.
    """
    file = cluster / "postmaster.pid"
    process_id = _read(file)
    if process_id is None:
        return
    for signal_number, seconds in _STOPS:
        if not _is_server_of(cluster, process_id):
            break
        _send(process_id, signal_number)
        await _wait_for_end(cluster, process_id, seconds)
    if _is_server_of(cluster, process_id):
        raise DatabaseFolderError(
            f"An old PostgreSQL (process {process_id}) still works on {cluster} and does not stop; stop it first."
        )
    # The same file, or it has been removed by the server that we stopped.
    if _read(file) == process_id:
        file.unlink(missing_ok=True)


def _read(file: Path) -> int | None:
    """The number in the first line; None when there is no file, or one written by half (PostgreSQL copes)."""
    try:
        return int(file.read_text(encoding="utf-8", errors="replace").splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return None


def _send(process_id: int, signal_number: signal.Signals) -> None:
    try:
        os.kill(process_id, signal_number)
    except ProcessLookupError:
        return


async def _wait_for_end(cluster: Path, process_id: int, seconds: float) -> None:
    for _ in range(int(seconds / _POLL_SECONDS)):
        if not _is_server_of(cluster, process_id):
            return
        await asyncio.sleep(_POLL_SECONDS)


def _is_server_of(cluster: Path, process_id: int) -> bool:
    """True when the process is a PostgreSQL whose working folder is this cluster."""
    if process_id <= 1 or process_id == os.getpid():
        return False
    if sys.platform == "linux":
        process = Path(f"/proc/{process_id}")
        try:
            if "postgres" not in (process / "comm").read_text():
                return False
            return os.path.samefile(process / "cwd", cluster)  # noqa: PTH121 - one of them is a link of the kernel
        except PermissionError:
            # Another user's process: it cannot be the server of a cluster that only we may read.
            return False
        except OSError:
            return False
    listing = ["ps", "-o", "command=", "-p", str(process_id)]
    command = subprocess.run(listing, check=False, capture_output=True, text=True)
    return "postgres" in command.stdout and str(cluster) in command.stdout
