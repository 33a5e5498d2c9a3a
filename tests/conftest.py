"""Fixtures that every test may use.

``database`` is migrated and clean, ``empty_database`` has no tables; both belong to the one test that asks for them.
Never keep a unit of work open over the ``yield`` of a fixture: it belongs to the task that opened it, and a fixture is
another task than the test.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.database import Database
from tests.support.database import DatabaseServer


@pytest_asyncio.fixture(scope="session")
async def database_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DatabaseServer]:
    """The embedded server of this run."""
    server = DatabaseServer(tmp_path_factory.mktemp("database"))
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@pytest_asyncio.fixture
async def database(database_server: DatabaseServer) -> AsyncIterator[Database]:
    """A migrated database without rows, open."""
    async with database_server.new_database(migrated=True) as database:
        yield database


@pytest_asyncio.fixture
async def empty_database(database_server: DatabaseServer) -> AsyncIterator[Database]:
    """A database without tables, open."""
    async with database_server.new_database(migrated=False) as database:
        yield database
