"""The shop for every test here that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from app.database import Database
from tests.routing.rounds.shop import Shop, open_shop


@pytest_asyncio.fixture
async def shop(database: Database, tmp_path: Path) -> AsyncIterator[Shop]:
    """The assembled stack with two drivers, on a database of its own."""
    async with open_shop(database, tmp_path) as shop:
        yield shop
