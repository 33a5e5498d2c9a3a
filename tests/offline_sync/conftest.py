"""The toy house for every test here that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from app.database import Database
from tests.offline_sync.toy import House, open_house


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """The assembled protocol with the toy feature, on a database of its own."""
    async with open_house(database, tmp_path) as house:
        yield house
