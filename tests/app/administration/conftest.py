"""Two regions with users of every role, the application with identity and administration, and signed-in clients."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest_asyncio

from app.administration import feature as administration
from app.database import Database
from app.identity import feature as identity
from app.identity.actor import Role
from app.identity.sessions import start_session
from app.messages import feature as messages
from app.web.application import Application
from tests.support.http import client, running_app, settings_for
from tests.support.world import Person, World, make_user, make_world


@dataclass
class Office:
    """The application and its administrators: ``admin`` and ``second`` in the north, ``south`` in the other region."""

    world: World
    app: Application
    stack: AsyncExitStack
    admin: httpx.AsyncClient
    second: httpx.AsyncClient
    second_id: UUID
    south: httpx.AsyncClient

    @property
    def admin_id(self) -> UUID:
        """The first administrator of the north."""
        return self.world.north.users[Role.ADMIN].id

    async def browser(self, person: Person) -> httpx.AsyncClient:
        """A client with a session."""
        browser = await self.stack.enter_async_context(client(self.app))
        browser.cookies.set(self.app.state["cookies"].session_name, await start_session(person.id), domain="127.0.0.1")
        return browser

    async def visitor(self) -> httpx.AsyncClient:
        """A client without a session."""
        return await self.stack.enter_async_context(client(self.app))


async def send(
    browser: httpx.AsyncClient, command: str, aggregate: UUID | None, base_rv: int | None = None, /, **args: Any
) -> httpx.Response:
    """Send a command as the office does."""
    body = {"id": str(uuid4()), "aggregate": aggregate and str(aggregate), "base_rv": base_rv, "args": args}
    return await browser.post(f"/api/commands/{command}", json=body)


@pytest_asyncio.fixture
async def office(database: Database, tmp_path: Path) -> AsyncIterator[Office]:
    """Everything, running."""
    world = await make_world()
    second = await make_user(world.north.region_id, "second.norr", Role.ADMIN)
    settings = settings_for(tmp_path)
    rooms = (identity.feature(settings), messages.feature(settings), administration.feature(settings))
    async with running_app(database, tmp_path, features=rooms) as app, AsyncExitStack() as stack:
        made = Office(world, app, stack, *[None] * 2, second.id, None)  # type: ignore[arg-type]  # filled in below
        made.admin = await made.browser(world.north.users[Role.ADMIN])
        made.second = await made.browser(second)
        made.south = await made.browser(world.south.users[Role.ADMIN])
        yield made
