"""The one Piccolo engine of the process, and the pool behind it.

Tables are declared without ``db=``. Importing ``app.database`` sets ``PICCOLO_CONF`` to this module, so that Piccolo's
``engine_finder()`` answers :data:`DB` the first time a table needs its engine::

    class Widget(Table, tablename="widget"):
        id = UUID(primary_key=True, default=new_id)

    database = await open_database(settings)
    await Widget.select()
    await database.close()

Piccolo remembers the engine in each table's ``_meta``. That is harmless: ``DB`` is one object for the life of the
process and only its pool is exchanged (by ``open_database``, ``Database.close`` and the tests).

``DB`` differs from Piccolo's own engine in four ways:

* building it opens no connection (Piccolo's does, at import, before the embedded server runs);
* without a pool a query raises, where Piccolo would silently open a connection per query;
* ``DB.transaction()`` is our ``unit_of_work()``: Piccolo's own leaks its connection when COMMIT fails, and its nested
  transactions roll nothing back (piccolo 1.38, ``engine/postgres.py``);
* ``batch()`` raises, for it would read outside the current unit of work.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from piccolo.engine.postgres import PostgresEngine

from app.database import driver
from app.database.errors import DatabaseBusyError, DatabaseError, DatabaseUnavailableError

if TYPE_CHECKING:
    from app.database.unit_of_work import UnitOfWork

# How long a caller waits for a free connection, or for a server that restarts, before it gets an error.
ACQUIRE_SECONDS = 15.0
_RETRY_SECONDS = 0.1


class ProcessEngine(PostgresEngine):
    """Piccolo's PostgreSQL engine over the pool that ``open_database`` sets."""

    def __init__(self) -> None:
        # Piccolo's constructor would connect at once; these are the attributes it sets (engine/base.py, postgres.py).
        self.config: dict[str, Any] = {}
        self.extensions: Sequence[str] = ()
        self.extra_nodes = {}
        self.log_queries = False
        self.log_responses = False
        self.engine_type = "postgres"
        self.min_version_number = 15
        self.query_id = 0
        self.pool: driver.Pool | None = None
        # Piccolo reads only ``.connection`` of what lies here, so our guard object can take its transaction's place.
        self.current_transaction: ContextVar[UnitOfWork | None] = ContextVar("unit_of_work", default=None)  # type: ignore[assignment]  # see above

    def open_pool(self) -> driver.Pool:
        """The pool.

        Raises:
            DatabaseUnavailableError: the database is not open.
        """
        if self.pool is None:
            raise DatabaseUnavailableError("The database is not open: call open_database() first.")
        return self.pool

    async def acquire(self, first_statement: str | None = None) -> driver.Connection:
        """A connection from the pool, on which ``first_statement`` has been run.

        Waits at most ``ACQUIRE_SECONDS`` for a free connection. A server that restarts is waited for as long:
        nothing has been asked of it yet, so trying again is safe. The caller gives the
        connection back with ``release``.

        Raises:
            DatabaseBusyError: all connections stayed in use.
            DatabaseUnavailableError: the server did not answer.
        """
        pool = self.open_pool()
        reason: Exception | None = None
        try:
            async with asyncio.timeout(ACQUIRE_SECONDS):
                while True:
                    try:
                        return await self._acquire_once(pool, first_statement)
                    except driver.CONNECTION_ERRORS as error:
                        if self.pool is not pool:
                            raise DatabaseUnavailableError("The database was closed.") from error
                        reason = error
                    await asyncio.sleep(_RETRY_SECONDS)
        except TimeoutError:
            if reason is None:
                raise DatabaseBusyError("All database connections are in use; try again in a while.") from None
            raise DatabaseUnavailableError("The database does not answer; try again in a while.") from reason

    async def _acquire_once(self, pool: driver.Pool, first_statement: str | None) -> driver.Connection:
        connection = await pool.acquire()
        if first_statement is not None:
            try:
                await connection.execute(first_statement)
            except BaseException:
                await pool.release(connection)
                raise
        return connection

    @contextlib.asynccontextmanager
    async def borrow(self) -> AsyncIterator[driver.Connection]:
        """A connection from the pool for a while, each statement committing by itself."""
        pool = self.open_pool()
        connection = await self.acquire()
        try:
            yield connection
        finally:
            await pool.release(connection)

    async def _run_in_pool(self, query: str, args: Sequence[Any] | None = None) -> list[driver.Record]:
        async with self.borrow() as connection:
            return await connection.fetch(query, *(args or ()))

    async def _run_in_new_connection(self, query: str, args: Sequence[Any] | None = None) -> list[driver.Record]:
        return await self._run_in_pool(query, args)

    async def get_new_connection(self) -> Any:
        raise DatabaseError("Piccolo connections of their own are not used here: take app.database.connection().")

    async def batch(self, *_: Any, **__: Any) -> Any:
        raise DatabaseError("batch() reads outside the unit of work: use a cursor of app.database.connection().")

    def transaction(self, allow_nested: bool = True) -> Any:
        """A unit of work; ``allow_nested=False`` refuses to be a savepoint, as in Piccolo."""
        from app.database.unit_of_work import unit_of_work  # the unit of work stands on this module

        if not allow_nested and self.current_transaction.get() is not None:
            raise DatabaseError("A unit of work is already under way.")
        return unit_of_work()


DB = ProcessEngine()
