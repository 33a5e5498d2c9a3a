"""The desk for every test here that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from app.database import Database
from tests.app.orders.desk import Desk, open_desk


@pytest_asyncio.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """The assembled stack with orders, pick-ups and returns, on a database of its own."""
    async with open_desk(database, tmp_path) as desk:
        yield desk
