"""One embedded server for the whole test run, and a new database in it for each test.

``initdb`` runs once. The schema is migrated once, into a template; a test's database is a copy of it. ``DB`` is one
object for the process, so a test "switches databases" by opening ``DB``'s pool on its own copy.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import AsyncIterator
from pathlib import Path

from app.database import Database, migrate
from app.database.driver import connect
from app.database.launcher import EmbeddedPostgres
from app.database.opening import open_dsn

TEMPLATE = "turbil_template"
_POOL_SIZE = 5


class DatabaseServer:
    """The embedded server of a test run. It does not fsync, for its data need not outlive the run."""

    def __init__(self, folder: Path) -> None:
        self.embedded = EmbeddedPostgres(folder, durable=False)
        self._numbers = itertools.count(1)
        self._template_made = False

    async def start(self) -> None:
        await self.embedded.start()

    async def stop(self) -> None:
        await self.embedded.stop()

    @contextlib.asynccontextmanager
    async def new_database(self, *, migrated: bool) -> AsyncIterator[Database]:
        """A database of its own with ``DB`` open on it; dropped afterwards, whoever is still connected."""
        if migrated and not self._template_made:
            await self._make_template()
        name = f"test_{next(self._numbers)}"
        template = TEMPLATE if migrated else "template1"
        await self._administer(f"create database {name} template {template} strategy file_copy")
        try:
            database = await open_dsn(self.embedded.address(name), pool_size=_POOL_SIZE)
            try:
                yield database
            finally:
                await database.close()
        finally:
            await self._administer(f"drop database {name} with (force)")

    async def _make_template(self) -> None:
        await self._administer(f"drop database if exists {TEMPLATE}")
        await self._administer(f"create database {TEMPLATE}")
        database = await open_dsn(self.embedded.address(TEMPLATE), pool_size=2)
        try:
            await migrate()
        finally:
            await database.close()
        self._template_made = True

    async def _administer(self, sql: str) -> None:
        connection = await connect(self.embedded.address("postgres"))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()
