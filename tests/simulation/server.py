"""The real server as a process of its own, started through the shipped entry, killed and started again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Final, Self
from urllib.parse import quote

import asyncpg
import httpx
import msgspec

ROOT: Final = Path(__file__).resolve().parents[2]
_PATIENCE_SECONDS: Final = 120.0
_POLL_SECONDS: Final = 0.05
_STOP_SECONDS: Final = 30.0


class ServerGone(Exception):
    """The server does not start; the message holds the end of its output."""


class ServerProcess:
    """One server on one data folder; use it with ``async with``, so that nothing stays behind.

    Args:
        data: the data folder (TURBIL_DATA).
        root: the folder of the code; another one for a copy with a planted fault.
    """

    def __init__(self, data: Path, root: Path = ROOT) -> None:
        self.port = _free_port()
        self.starts = 0
        self._data = data
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def output(self) -> Path:
        """Where the server's own words go."""
        return self._data / "server-output.txt"

    async def start(self) -> None:
        """Start it and wait until it is ready.

        Raises:
            ServerGone: it ended, or is not ready in time.
        """
        self._data.mkdir(parents=True, exist_ok=True)
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - starting takes no time, and it outlives this loop
                [sys.executable, "-m", "app.cli", "serve"],
                cwd=self._root,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.starts += 1
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while not await self._ready():
                    if self._process.poll() is not None:
                        raise ServerGone(self.output.read_text(errors="replace")[-2000:])
                    await asyncio.sleep(_POLL_SECONDS)
        except TimeoutError:
            await self.stop()
            raise ServerGone(self.output.read_text(errors="replace")[-2000:]) from None

    async def _ready(self) -> bool:
        try:
            async with client_for(self.port, patience=5) as client:
                answer = await client.get("/healthz")
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    async def run(self, *arguments: str) -> None:
        """Run another command of ``turbil`` on the same data folder, to its end.

        Raises:
            ServerGone: it failed.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.cli",
            *arguments,
            cwd=self._root,
            env=self._environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        if process.returncode != 0:
            raise ServerGone(output.decode(errors="replace"))

    def _environment(self) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("TURBIL_", "DATABASE_"))},
            "TURBIL_DATA": str(self._data),
            "TURBIL_PORT": str(self.port),
            "TURBIL_FREE_SPACE": "0",
            "TURBIL_BACKUP_PASSPHRASE": "bara för simuleringen",
            "PYTHONPATH": str(self._root),
        }

    async def kill(self, *, database_too: bool) -> None:
        """SIGKILL the server; PostgreSQL then stops as its parent has died, or is killed as well."""
        if database_too:
            self.kill_database()
        if self._process is not None:
            self._signal(self._process.pid, signal.SIGKILL)
            await asyncio.to_thread(self._process.wait)

    def kill_database(self) -> None:
        """SIGKILL PostgreSQL and everything that it has started; the server is left to cope."""
        postmaster = self.database_process
        if postmaster is None:
            return
        for process_id in (postmaster, *children(postmaster)):
            self._signal(process_id, signal.SIGKILL)

    @property
    def database_process(self) -> int | None:
        """The embedded PostgreSQL's process, when it is a child of this server."""
        with contextlib.suppress(OSError, ValueError, IndexError):
            file = self._data / "postgres" / "cluster" / "postmaster.pid"
            process_id = int(file.read_text().splitlines()[0])
            if self._process is not None and process_id in children(self._process.pid):
                return process_id
        return None

    async def stop(self) -> None:
        """Stop it in an orderly way, at last by force, and wait until its database has ended too."""
        if self._process is None or self._process.poll() is not None:
            return
        postmaster = self.database_process
        self._signal(self._process.pid, signal.SIGTERM)
        try:
            await asyncio.to_thread(self._process.wait, _STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(self._process.pid, signal.SIGKILL)
            await asyncio.to_thread(self._process.wait)
        if postmaster is not None:
            await self._end_database(postmaster)

    async def _end_database(self, postmaster: int) -> None:
        for number, seconds in ((None, _STOP_SECONDS), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 5.0)):
            if number is not None:
                self._signal(postmaster, number)
            for _ in range(int(seconds / _POLL_SECONDS)):
                if not _is_postgres(postmaster):
                    return
                await asyncio.sleep(_POLL_SECONDS)

    async def connect(self) -> asyncpg.Connection:
        """A connection of our own to its database, to look at it from outside; jsonb comes as Python objects."""
        folder = (self._data / "postgres" / "socket_folder").read_text(encoding="utf-8")
        connection = await asyncpg.connect(f"postgresql://turbil@/turbil?host={quote(folder, safe='')}")
        await connection.set_type_codec(
            "jsonb",
            schema="pg_catalog",
            encoder=lambda value: msgspec.json.encode(value).decode(),
            decoder=msgspec.json.decode,
        )
        return connection

    @staticmethod
    def _signal(process_id: int, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process_id, number)


def client_for(port: int, *, patience: float = 20.0) -> httpx.AsyncClient:
    """A browser's connection to a loopback port, over plain http; it waits ``patience`` seconds at most."""
    return httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}",
        verify=False,  # noqa: S501 - there is no TLS here, and loading certificates twenty times takes long
        trust_env=False,
        timeout=patience,
    )


def children(process_id: int) -> list[int]:
    """The process's children, from /proc; none on systems without it."""
    with contextlib.suppress(OSError):
        text = Path(f"/proc/{process_id}/task/{process_id}/children").read_text()
        return [int(word) for word in text.split()]
    return []


def _is_postgres(process_id: int) -> bool:
    """True while the process lives and is still the one that we know."""
    try:
        status = Path(f"/proc/{process_id}/stat").read_text()
    except OSError:
        return False
    return "(postgres)" in status and ") Z" not in status


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
