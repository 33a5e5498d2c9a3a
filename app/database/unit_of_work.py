"""One transaction that nobody else can slip into, and raw SQL on it.

Piccolo's own transaction has four faults that lose data without a word: a failed COMMIT keeps the pooled connection, a
nested transaction rolls nothing back, tasks gathered inside share the connection, and a task that outlives it writes
into whichever transaction has the connection next. Here each of them raises or is put right.

BEGIN, COMMIT and SAVEPOINT are sent by hand rather than through asyncpg's ``transaction()`` for one reason: PostgreSQL
answers COMMIT of a failed transaction with the tag ROLLBACK and no error, and asyncpg throws that tag away.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Literal

from app.database import driver
from app.database.engine import DB
from app.database.errors import DatabaseUnavailableError, UnitOfWorkError

Isolation = Literal["read committed", "repeatable read", "serializable"]

_logger = logging.getLogger(__name__)


class UnitOfWork:
    """What lies in ``DB.current_transaction``: hands its connection to the task that opened it, and to no other."""

    __slots__ = ("_connection", "_task", "callbacks", "closed", "depth", "isolation")

    def __init__(self, connection: driver.Connection, isolation: Isolation) -> None:
        self._connection = connection
        self._task = asyncio.current_task()
        self.closed = False
        self.depth = 0
        self.callbacks: list[Callable[[], None]] = []
        self.isolation: Isolation = isolation

    @property
    def is_ours(self) -> bool:
        """True when the current task opened this unit of work and it has not ended."""
        return not self.closed and asyncio.current_task() is self._task

    @property
    def connection(self) -> driver.Connection:
        """The connection of this unit; Piccolo reads this for every query.

        Raises:
            UnitOfWorkError: the unit has ended, or another task asks.
            DatabaseUnavailableError: the server has cut the connection; the unit is rolled back.
        """
        if self.closed:
            raise UnitOfWorkError(
                "This task was started inside a unit of work that has ended; start it from on_commit() instead."
            )
        if asyncio.current_task() is not self._task:
            raise UnitOfWorkError(
                "A unit of work belongs to the task that opened it: no gather, create_task or wait_for inside."
            )
        if driver.is_lost(self._connection):
            raise DatabaseUnavailableError("The connection to the database was lost; nothing was written, try again.")
        return self._connection


def _current() -> UnitOfWork | None:
    return DB.current_transaction.get()


class _Outermost:
    """BEGIN ... COMMIT on a connection of its own."""

    def __init__(self, isolation: Isolation | None) -> None:
        self._isolation: Isolation = isolation or "read committed"

    async def enter(self) -> UnitOfWork:
        self._pool = DB.open_pool()
        connection = await DB.acquire(f"BEGIN ISOLATION LEVEL {self._isolation.upper()}")
        self._connection = connection
        self._unit = UnitOfWork(connection, self._isolation)
        self._token = DB.current_transaction.set(self._unit)
        return self._unit

    async def leave(self, failed: bool) -> None:
        unit = self._unit
        try:
            if failed or not unit.is_ours:
                await self._roll_back()
            else:
                await self._commit()
        finally:
            foreign = not unit.is_ours
            unit.closed = True
            try:
                if not foreign:
                    DB.current_transaction.reset(self._token)
            finally:
                await self._pool.release(self._connection)
        if foreign:
            raise UnitOfWorkError("A unit of work was left by another task than opened it; it was rolled back.")
        if not failed:
            _run_callbacks(unit.callbacks)

    async def _commit(self) -> None:
        try:
            tag = await self._connection.execute("COMMIT")
        except driver.CONNECTION_ERRORS as error:
            raise DatabaseUnavailableError(
                "The connection was lost at commit, so it may or may not have been written: look before trying again."
            ) from error
        if tag != "COMMIT":
            raise UnitOfWorkError(
                "An SQL error was swallowed inside a unit of work, so all of it was rolled back; "
                "put a nested unit_of_work() round a statement that may fail."
            )

    async def _roll_back(self) -> None:
        # A lost connection has rolled back by itself, and the error that brought us here says more.
        with contextlib.suppress(*driver.CONNECTION_ERRORS):
            await self._connection.execute("ROLLBACK")


class _Savepoint:
    """SAVEPOINT ... RELEASE within the unit of work under way."""

    def __init__(self, unit: UnitOfWork, isolation: Isolation | None) -> None:
        if isolation is not None and isolation != unit.isolation:
            raise UnitOfWorkError(
                f"The unit of work under way is {unit.isolation}: {isolation} must be asked outermost."
            )
        self._unit = unit

    async def enter(self) -> UnitOfWork:
        unit = self._unit
        connection = unit.connection
        self._name = f"unit_{unit.depth + 1}"
        self._mark = len(unit.callbacks)
        await connection.execute(f"SAVEPOINT {self._name}")
        unit.depth += 1
        return unit

    async def leave(self, failed: bool) -> None:
        unit = self._unit
        connection = unit.connection
        unit.depth -= 1
        if not failed:
            try:
                await connection.execute(f"RELEASE SAVEPOINT {self._name}")
            except driver.InFailedTransactionError as error:
                await self._roll_back(connection)
                raise UnitOfWorkError(
                    "An SQL error was swallowed inside a nested unit of work; the nested part was rolled back."
                ) from error
            return
        await self._roll_back(connection)

    async def _roll_back(self, connection: driver.Connection) -> None:
        del self._unit.callbacks[self._mark :]
        with contextlib.suppress(*driver.CONNECTION_ERRORS):
            await connection.execute(f"ROLLBACK TO SAVEPOINT {self._name}; RELEASE SAVEPOINT {self._name}")


def _run_callbacks(callbacks: list[Callable[[], None]]) -> None:
    for callback in callbacks:
        try:
            callback()
        except Exception:
            # The commit stands: a caller that saw an error here would do its work twice.
            _logger.exception("A callback after commit failed.")


class _Context:
    """The async context manager that ``unit_of_work`` returns; it can be entered once."""

    def __init__(self, isolation: Isolation | None) -> None:
        self._isolation = isolation
        self._scope: _Outermost | _Savepoint | None = None

    async def __aenter__(self) -> UnitOfWork:
        if self._scope is not None:
            raise UnitOfWorkError("A unit of work can be entered once; call unit_of_work() again.")
        unit = _current()
        self._scope = _Outermost(self._isolation) if unit is None else _Savepoint(unit, self._isolation)
        return await self._scope.enter()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._scope is not None:
            await self._scope.leave(failed=kind is not None)


def unit_of_work(isolation: Isolation | None = None) -> _Context:
    """A transaction as ``async with unit_of_work():``; inside another one, a savepoint.

    All Piccolo queries and the functions below use its connection while it lasts. It commits when the block ends and
    rolls back when the block raises; either way the connection goes back to the pool.

    Args:
        isolation: "read committed" unless told. A nested unit has its outermost one's isolation.

    Raises:
        UnitOfWorkError: used from another task than opened it or after its end; another isolation asked inside; an SQL
            error was swallowed without a nested unit of work (PostgreSQL would silently roll back).
        DatabaseUnavailableError: no connection to begin on.
    """
    return _Context(isolation)


def in_unit_of_work() -> bool:
    """True when the current task is inside a unit of work of its own."""
    unit = _current()
    return unit is not None and unit.is_ours


def on_commit(callback: Callable[[], None]) -> None:
    """Call ``callback`` right after the outermost COMMIT, outside the unit of work; a rollback drops it.

    For waking and for starting tasks. What must not be lost is a job row in the same transaction, not a callback.

    Raises:
        UnitOfWorkError: no unit of work of this task is under way.
    """
    unit = _current()
    if unit is None or not unit.is_ours:
        raise UnitOfWorkError("on_commit() is for use inside a unit of work.")
    unit.callbacks.append(callback)


@contextlib.asynccontextmanager
async def connection() -> AsyncIterator[driver.Connection]:
    """The connection of the unit of work, or else one from the pool for a while (COPY, cursors, many statements)."""
    unit = _current()
    if unit is not None:
        yield unit.connection
        return
    async with DB.borrow() as borrowed:
        yield borrowed


async def fetch(sql: str, *args: object) -> list[driver.Record]:
    """All rows of one statement with $1 placeholders, in the unit of work if there is one, else by itself."""
    async with connection() as current:
        return await current.fetch(sql, *args)


async def fetch_row(sql: str, *args: object) -> driver.Record | None:
    """The first row, or None; otherwise as ``fetch``."""
    async with connection() as current:
        return await current.fetchrow(sql, *args)


async def fetch_value(sql: str, *args: object) -> Any:
    """The first column of the first row, or None when there is no row; otherwise as ``fetch``."""
    async with connection() as current:
        return await current.fetchval(sql, *args)


async def execute(sql: str, *args: object) -> str:
    """Run a statement and return PostgreSQL's command tag, such as ``UPDATE 3``; without args also a whole script."""
    async with connection() as current:
        return await current.execute(sql, *args)


async def execute_many(sql: str, rows: Iterable[Sequence[object]]) -> None:
    """Run one statement for each row of arguments; all or none of them take effect."""
    async with connection() as current:
        await current.executemany(sql, rows)
