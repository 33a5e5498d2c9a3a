"""Which statements one request of the real application sends to PostgreSQL, so that the raw opponent can send the same.

A recording is taken twice. What differs between the two takes (new ids, the time, the body as it was sent) becomes a
slot that the opponent fills anew for each request; everything else is repeated as it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from app.database.driver import Connection, Pool
from app.database.engine import DB

Method = Literal["execute", "executemany", "fetch", "fetchrow", "fetchval"]
METHODS: tuple[Method, ...] = ("execute", "executemany", "fetch", "fetchrow", "fetchval")
Kind = Literal["id", "time", "body", "digest"]
_DIGEST_BYTES = 32


class RecordingFault(Exception):
    """The two takes of a request differ in what cannot be filled anew."""


@dataclass(frozen=True)
class Slot:
    """A value that is new in each request; equal numbers are equal values."""

    number: int
    kind: Kind


@dataclass(frozen=True)
class Statement:
    """One call of the driver. ``arguments`` may hold slots, also inside lists and dictionaries."""

    method: Method
    sql: str
    arguments: tuple[Any, ...]


class _RecordingConnection:
    """Hands everything on to a connection and writes down what changes or asks something."""

    def __init__(self, connection: Connection, statements: list[Statement]) -> None:
        self.connection = connection
        self._statements = statements

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.connection, name)
        if name not in METHODS:
            return attribute

        async def call(sql: str, *arguments: Any, **options: Any) -> Any:
            self._statements.append(Statement(name, sql, arguments))
            return await attribute(sql, *arguments, **options)

        return call


class _RecordingPool:
    """Stands in front of the application's pool."""

    def __init__(self, pool: Pool, statements: list[Statement]) -> None:
        self._pool = pool
        self._statements = statements

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)

    async def acquire(self) -> Any:
        return _RecordingConnection(await self._pool.acquire(), self._statements)

    async def release(self, connection: Any) -> None:
        await self._pool.release(connection.connection)


@contextmanager
def _written_down() -> Iterator[list[Statement]]:
    pool = DB.open_pool()
    statements: list[Statement] = []
    DB.pool = _RecordingPool(pool, statements)
    try:
        yield statements
    finally:
        DB.pool = pool


async def record(request: Callable[[], Awaitable[None]], *, attempts: int = 3) -> list[Statement]:
    """The statements of a request, which is sent twice and must be answered well both times.

    Once a minute a session's first request also notes when it was seen; two takes of which one does so are taken again.

    Raises:
        RecordingFault: the takes differ in their statements.
    """
    for attempt in range(attempts):
        try:
            return await _record_once(request)
        except RecordingFault:
            if attempt == attempts - 1:
                raise
    raise AssertionError(attempts)


async def _record_once(request: Callable[[], Awaitable[None]]) -> list[Statement]:
    takes = []
    for _ in range(2):
        with _written_down() as statements:
            await request()
        takes.append(statements)
    first, second = takes
    if [(s.method, s.sql) for s in first] != [(s.method, s.sql) for s in second]:
        raise RecordingFault("the same request sends other statements the second time")
    slots: dict[Hashable, Slot] = {}
    return [
        Statement(
            one.method,
            one.sql,
            tuple(_compared(a, b, slots) for a, b in zip(one.arguments, two.arguments, strict=True)),
        )
        for one, two in zip(first, second, strict=True)
    ]


def _compared(one: Any, two: Any, slots: dict[Hashable, Slot]) -> Any:
    if one == two:
        return one
    if isinstance(one, list | tuple) and len(one) == len(two):
        return [_compared(a, b, slots) for a, b in zip(one, two, strict=True)]
    if isinstance(one, dict) and one.keys() == two.keys():
        return {name: _compared(one[name], two[name], slots) for name in one}
    kind = _kind_of(one)
    if kind is None:
        # A row version or a sentence that has moved on: as good in the next request as in this one.
        return one
    if one not in slots:
        slots[one] = Slot(len(slots), kind)
    return slots[one]


def _kind_of(value: Any) -> Kind | None:
    if isinstance(value, uuid.UUID):
        return "id"
    if isinstance(value, datetime):
        return "time"
    if isinstance(value, bytes):
        return "digest" if len(value) == _DIGEST_BYTES else "body"
    return None


def filled(value: Any, slots: dict[int, Any], new: Callable[[Kind], Any]) -> Any:
    """The value with its slots filled; ``slots`` remembers over one request what each slot was filled with."""
    if isinstance(value, Slot):
        if value.number not in slots:
            slots[value.number] = new(value.kind)
        return slots[value.number]
    if isinstance(value, list):
        return [filled(item, slots, new) for item in value]
    if isinstance(value, dict):
        return {name: filled(item, slots, new) for name, item in value.items()}
    return value


def has_slots(arguments: Sequence[Any]) -> bool:
    """Whether any of the arguments must be filled anew."""
    return any(
        isinstance(value, Slot)
        or (isinstance(value, list) and has_slots(value))
        or (isinstance(value, dict) and has_slots(list(value.values())))
        for value in arguments
    )
