"""``turbil demo`` as a process of its own, as a user starts it, with a look at its database from outside."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import quote

import asyncpg
import httpx
import msgspec

ROOT: Final = Path(__file__).resolve().parents[2]
PASSWORD: Final = "turbil-demo-2026"
"""Of every demo user."""

_PATIENCE_SECONDS: Final = 120.0


class DemoServer:
    """The demo on a free loopback port; use it with ``async with``.

    Args:
        data: the data folder (TURBIL_DATA); the demo lies in a folder below it.
    """

    def __init__(self, data: Path) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            self.port: int = listener.getsockname()[1]
        self._data = data
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("TURBIL_", "DATABASE_"))},
            "TURBIL_DATA": str(data),
            "TURBIL_PORT": str(self.port),
            "TURBIL_FREE_SPACE": "0",
            # Only tests/e2e/test_pin.py is about the PIN; it turns it on for its own pages.
            "TURBIL_PIN": "0",
            "TURBIL_PUSH_LOOPBACK": "1",
            "PYTHONPATH": str(ROOT),
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        """Scheme, host and port, as browsers write an origin."""
        return f"http://127.0.0.1:{self.port}"

    async def __aenter__(self) -> Self:
        """Start it and wait until it answers.

        Raises:
            RuntimeError: it ended, or is not ready in time; the message holds the end of its output.
        """
        output = self._data / "server-output.txt"
        with output.open("wb") as words:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - it outlives this call
                [sys.executable, "-m", "app.cli", "demo", "--scale", "small"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
                start_new_session=True,
            )
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self.client() as client:
                while not await self._ready(client):
                    if self._process.poll() is not None:
                        raise RuntimeError(output.read_text(errors="replace")[-2000:])
                    await asyncio.sleep(0.05)
        except TimeoutError:
            await self.stop()
            raise RuntimeError(output.read_text(errors="replace")[-2000:]) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _ready(self, client: httpx.AsyncClient) -> bool:
        try:
            return (await client.get("/healthz")).status_code == 200
        except httpx.TransportError:
            return False

    async def stop(self) -> None:
        """Stop it in an orderly way, at last by force."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(process.wait, 30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            await asyncio.to_thread(process.wait)

    def client(self) -> httpx.AsyncClient:
        """A caller without cookies; its writes come from the server's own origin, as a browser's do."""
        return httpx.AsyncClient(base_url=self.origin, headers={"Origin": self.origin}, trust_env=False, timeout=20)

    @asynccontextmanager
    async def signed_in(self, username: str) -> AsyncIterator[httpx.AsyncClient]:
        """A caller with that demo user's session."""
        async with self.client() as client:
            answer = await client.post("/api/session", json={"username": username, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            yield client

    async def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What the query finds in the server's database; jsonb comes as Python objects."""
        folder = (self._data / "demo" / "postgres" / "socket_folder").read_text(encoding="utf-8")
        connection = await asyncpg.connect(f"postgresql://turbil@/turbil?host={quote(folder, safe='')}")
        try:
            await connection.set_type_codec(
                "jsonb",
                schema="pg_catalog",
                encoder=lambda value: msgspec.json.encode(value).decode(),
                decoder=msgspec.json.decode,
            )
            return [dict(row) for row in await connection.fetch(query, *values)]
        finally:
            await connection.close()

    async def command_line(self, *words: str, typed: str = "") -> str:
        """Run ``turbil`` beside the running server on the demo's data; returns what it printed."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "app.cli",
            *words,
            cwd=ROOT,
            env={**self._environment, "TURBIL_DATA": str(self._data / "demo")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        printed, _ = await process.communicate(typed.encode())
        assert process.returncode == 0, printed.decode(errors="replace")
        return printed.decode()
