"""A shop with labels: the north region with its rules, the application, and a planner who prints."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest_asyncio

from app.database import Database
from app.identity.actor import Role
from app.identity.sessions import start_session
from tests.support.builders import make_policy
from tests.support.http import client, running_app
from tests.support.world import RegionWorld, World, make_world


@dataclass
class Shop:
    """The world and signed-in browsers."""

    world: World
    app: Any
    clients: dict[Role, httpx.AsyncClient]

    @property
    def north(self) -> RegionWorld:
        """The users' region."""
        return self.world.north

    @property
    def planner(self) -> httpx.AsyncClient:
        """A planner's browser."""
        return self.clients[Role.PLANNER]

    async def send(
        self, name: str, args: dict[str, Any], aggregate: Any = None, role: Role = Role.PLANNER, rv: int | None = None
    ) -> httpx.Response:
        """An office command."""
        body = {
            "id": str(uuid4()),
            "args": args,
            "aggregate": None if aggregate is None else str(aggregate),
            "base_rv": rv,
        }
        return await self.clients[role].post(f"/api/commands/{name}", json=body)

    async def printed(self, **args: Any) -> dict[str, Any]:
        """Print, and return the command's result."""
        answer = await self.send("label.print", args)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()["result"]
        return result


@pytest_asyncio.fixture
async def shop(database: Database, tmp_path: Path) -> AsyncIterator[Shop]:
    """The application with one browser per role of the north."""
    world = await make_world()
    await make_policy(world.north)
    await make_policy(world.south)
    async with running_app(database, tmp_path) as app:
        clients = {}
        for role in (Role.PLANNER, Role.WAREHOUSE, Role.TECHNICIAN, Role.PRESCRIBER, Role.DRIVER):
            browser = client(app)
            token = await start_session(world.north.users[role].id)
            browser.cookies.set(app.state["cookies"].session_name, token, domain="127.0.0.1")
            clients[role] = browser
        yield Shop(world, app, clients)
        for browser in clients.values():
            await browser.aclose()
