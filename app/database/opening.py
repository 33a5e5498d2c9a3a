"""Open the database: start the embedded server or reach the one of DATABASE_URL, check it, and give DB its pool."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

from app.database import driver
from app.database.engine import DB
from app.database.errors import DatabaseError, DatabaseInUseError, DatabaseUnavailableError, DatabaseVersionError
from app.database.launcher import EmbeddedPostgres, running_address
from app.settings import Settings

OLDEST_VERSION = 15
# For LISTEN, maintenance and a person with psql, besides the pool.
_SPARE_CONNECTIONS = 20


class Database:
    """The open database of this process.

    Attributes:
        dsn: its address; it may hold a password, so it is never logged.
        server_version: PostgreSQL's major version.
        server: the embedded server, or None when DATABASE_URL names another.
    """

    def __init__(self, dsn: str, server_version: int, pool: driver.Pool, server: EmbeddedPostgres | None) -> None:
        self.dsn = dsn
        self.server_version = server_version
        self.server = server
        self._pool = pool

    def __repr__(self) -> str:
        return f"<Database of PostgreSQL {self.server_version}, {'embedded' if self.server else 'from DATABASE_URL'}>"

    async def connect(self) -> driver.Connection:
        """A connection outside the pool and outside any unit of work, for LISTEN; the caller closes it."""
        return await driver.connect(self.dsn)

    async def close(self) -> None:
        """Close the pool, then stop the embedded server. May be called twice."""
        if DB.pool is self._pool:
            DB.pool = None
        try:
            async with asyncio.timeout(10):
                await self._pool.close()
        except driver.CONNECTION_ERRORS:  # a TimeoutError is an OSError
            self._pool.terminate()
        if self.server is not None:
            await self.server.stop()


async def open_database(settings: Settings) -> Database:
    """Open the database that the settings name and make it the one that ``DB`` and ``unit_of_work`` use.

    Raises:
        DatabaseError: one line that says what to do; nothing is left running.
    """
    if DB.pool is not None:
        raise DatabaseError("A database is already open in this process; close it first.")
    if settings.database_url is not None:
        return await open_dsn(settings.database_url, pool_size=settings.pool_size)
    server = EmbeddedPostgres(settings.data, connections=max(100, settings.pool_size + _SPARE_CONNECTIONS))
    dsn = await server.start()
    try:
        return await open_dsn(dsn, pool_size=settings.pool_size, server=server)
    except BaseException:
        await server.stop()
        raise


async def open_beside(settings: Settings) -> Database:
    """Open the database for a short command, also while a server runs on the same data folder.

    Raises:
        DatabaseError: as ``open_database``.
    """
    try:
        return await open_database(settings)
    except DatabaseInUseError:
        return await open_dsn(running_address(settings.data), pool_size=2)


async def open_dsn(dsn: str, *, pool_size: int, server: EmbeddedPostgres | None = None) -> Database:
    """Open the database at ``dsn``; ``open_database`` and the tests call this."""
    try:
        version = await _check(dsn)
        pool = await driver.create_pool(dsn, size=pool_size)
    except DatabaseError:
        raise
    except Exception as error:
        # "from None": the driver's own words may quote the address, and with it the password.
        raise DatabaseUnavailableError(_unreachable(dsn, error)) from None
    DB.pool = pool
    return Database(dsn, version, pool, server)


async def _check(dsn: str) -> int:
    """The server's major version, if it can serve."""
    connection = await driver.connect(dsn)
    try:
        version = int(await connection.fetchval("show server_version_num")) // 10_000
        encoding = await connection.fetchval("show server_encoding")
    finally:
        await connection.close(timeout=10)
    if version < OLDEST_VERSION:
        raise DatabaseVersionError(
            f"The database server is PostgreSQL {version}; turbil needs {OLDEST_VERSION} or newer. Nothing was touched."
        )
    if encoding != "UTF8":
        raise DatabaseVersionError(
            f"The database has the encoding {encoding}; "
            "make one with: create database turbil encoding 'UTF8' template template0."
        )
    return version


def _unreachable(dsn: str, error: Exception) -> str:
    """One line on why the server cannot be reached, with host and database but no password."""
    place = _place(dsn)
    if isinstance(error, driver.InvalidAuthorizationError):
        return f"DATABASE_URL: {place} refuses the user or the password; check both."
    if isinstance(error, driver.InvalidDatabaseNameError):
        return f"DATABASE_URL: {place} does not exist; make it with createdb, or correct the name."
    if isinstance(error, TimeoutError):
        return f"DATABASE_URL: {place} does not answer within 10 s; check the address and the firewall."
    if isinstance(error, OSError):
        reason = error.strerror or type(error).__name__
        return f"DATABASE_URL: {place} cannot be reached ({reason}); check the address and that PostgreSQL runs."
    return f"DATABASE_URL: {place} cannot be used ({type(error).__name__}); check the address."


def _place(dsn: str) -> str:
    try:
        parts = urlsplit(dsn)
        host = parts.hostname or "the local socket"
        port = f":{parts.port}" if parts.port else ""
        name = parts.path.strip("/") or "postgres"
    except ValueError:
        return "the address"
    return f"the database {name!r} on {host}{port}"
