"""Fixtures that every test may use.

``database`` is migrated and clean, ``empty_database`` has no tables; both belong to the one test that asks for them.
Never keep a unit of work open over the ``yield`` of a fixture: it belongs to the task that opened it, and a fixture is
another task than the test.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from app.database import Database
from tests.support.database import DatabaseServer


class _Scheduling(LoadScopeScheduling):
    """Every test for itself, but the end-to-end tests in one worker and in order: they share the demo's day."""

    def _split_scope(self, nodeid: str) -> str:
        return "e2e" if nodeid.startswith("tests/e2e/") else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Any:
    """Hand out the tests; xdist's own groups are not seen by this pytest."""
    return _Scheduling(config, log)


def pytest_collection_finish() -> None:
    """What is imported by now stays: nobody needs to look through it for garbage again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


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
