"""Server-sent events that only say "pull": fed by PostgreSQL's NOTIFY, whose payload is the id of a touched scope.

A poke is a hint. A phone that misses one pulls within a minute anyway, so nothing here needs to be durable, but the
listener must come back after the database restarted (a listener that goes silent for ever was seen elsewhere).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any, Final, Protocol
from uuid import UUID

from app.database import Connection
from offline_sync.repository import POKE_CHANNEL

log = logging.getLogger("turbil.sync")

RECONNECT_SECONDS: Final = 1.0
HEARTBEAT_SECONDS: Final = 20.0
#: A stream ends after this, and the client opens the next one with its session of then (SR-30).
STREAM_SECONDS: Final = 600.0


class Connector(Protocol):
    """Opens connections outside the pool: an open ``app.database.Database``."""

    async def connect(self) -> Connection: ...


class PokeListener:
    """One LISTEN connection for all streams of the process."""

    def __init__(self) -> None:
        self._waiting: dict[asyncio.Event, frozenset[UUID]] = {}
        self._task: asyncio.Task[None] | None = None
        self._stopping = False
        self.listening = asyncio.Event()

    async def start(self, database: Connector) -> None:
        """Begin to listen in the background, and go on until ``stop``."""
        self._stopping = False
        self._task = asyncio.create_task(self._run(database), name="poke listener")

    async def stop(self) -> None:
        """Stop listening and end the open streams."""
        self._stopping = True
        self._wake_all()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self, database: Connector) -> None:
        while True:
            try:
                await self._listen(database)
            except Exception as error:  # whatever it was, the next try tells
                log.warning("poke listener lost its connection: %s", type(error).__name__)
            self.listening.clear()
            await asyncio.sleep(RECONNECT_SECONDS)

    async def _listen(self, database: Connector) -> None:
        ended = asyncio.Event()
        connection = await database.connect()
        try:
            connection.add_termination_listener(lambda _connection: ended.set())
            await connection.add_listener(POKE_CHANNEL, self._heard)
            self.listening.set()
            self._wake_all()  # something may have happened while nobody listened
            while not ended.is_set():
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        await ended.wait()
                if not ended.is_set():
                    async with asyncio.timeout(HEARTBEAT_SECONDS):
                        await connection.execute("select 1")  # a connection can die without a word
        finally:
            with contextlib.suppress(Exception):
                await asyncio.shield(connection.close(timeout=2))

    def _heard(self, _connection: Any, _process: int, _channel: str, payload: str) -> None:
        try:
            scope = UUID(payload)
        except ValueError:
            return
        for event, scopes in self._waiting.items():
            if scope in scopes:
                event.set()

    def _wake_all(self) -> None:
        for event in self._waiting:
            event.set()

    @contextlib.contextmanager
    def _subscribed(self, scopes: frozenset[UUID]) -> Any:
        event = asyncio.Event()
        self._waiting[event] = scopes
        try:
            yield event
        finally:
            # Synchronous, so that a disconnect that cancels the stream cannot cut it short.
            del self._waiting[event]

    async def stream(self, scopes: frozenset[UUID], *, seconds: float = STREAM_SECONDS) -> AsyncIterator[bytes]:
        """Server-sent events for one phone: ``poke`` when one of its scopes was touched, a comment as heartbeat."""
        with self._subscribed(scopes) as event:
            yield b": connected\n\n"
            end = asyncio.get_running_loop().time() + seconds
            while not self._stopping and (left := end - asyncio.get_running_loop().time()) > 0:
                try:
                    async with asyncio.timeout(min(left, HEARTBEAT_SECONDS)):
                        await event.wait()
                except TimeoutError:
                    yield b": here\n\n"
                else:
                    event.clear()
                    if self._stopping:
                        return
                    yield b"event: poke\ndata: pull\n\n"
