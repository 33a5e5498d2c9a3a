"""The identity room alone, with the small world of two regions."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest_asyncio

from app.database import Database
from app.identity.feature import feature
from app.web.application import Application
from tests.support.http import client, running_app, settings_for
from tests.support.world import World, make_world


@pytest_asyncio.fixture
async def world(database: Database) -> World:
    """Two regions with users of every role."""
    return await make_world()


@pytest_asyncio.fixture
async def app(database: Database, world: World, tmp_path: Path) -> AsyncIterator[Application]:
    """The application, running."""
    async with running_app(database, tmp_path, features=(feature(settings_for(tmp_path)),)) as running:
        yield running


@pytest_asyncio.fixture
async def browser(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that is not signed in."""
    async with client(app) as visitor:
        yield visitor
