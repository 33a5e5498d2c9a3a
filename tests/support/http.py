"""Real HTTP against the assembled application, in the test's own loop: httpx over ASGI, lifespan run by the caller.

async with running_app(database, tmp_path) as app, client(app) as browser:
    await sign_in(browser, "planerare.norr")
    answer = await browser.get("/api/teams")
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import httpx
from litestar.handlers import HTTPRouteHandler

from app.database import Database
from app.feature import Feature
from app.main import create_app
from app.settings import Settings
from app.web.application import Application
from tests.support.world import PASSWORD

ORIGIN = "http://127.0.0.1:8000"


def settings_for(data: Path, **changes: Any) -> Settings:
    """Settings with ``data`` as data folder and no demand on free space."""
    values: dict[str, Any] = {"data": data, "public_url": ORIGIN, "free_space_bytes": 0}
    return Settings(**(values | changes))


@contextlib.asynccontextmanager
async def running_app(
    database: Database,
    data: Path,
    *,
    features: Sequence[Feature] | None = None,
    routes: Sequence[HTTPRouteHandler] = (),
    **changes: Any,
) -> AsyncIterator[Application]:
    """The application on the test's database, started and stopped.

    Args:
        database: the fixture's.
        data: data folder, usually ``tmp_path``.
        features: the rooms to open; all of them when None.
        routes: more route handlers.
        changes: settings that differ from ``settings_for``.
    """
    app = create_app(settings_for(data, **changes), features, database=database, routes=routes)
    started, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await stop.wait()

    # In a task of its own, for a fixture is set up and torn down in different tasks and the lifespan minds.
    task = asyncio.create_task(live())
    waiter = asyncio.create_task(started.wait())
    await asyncio.wait({task, waiter}, return_when=asyncio.FIRST_COMPLETED)
    waiter.cancel()
    try:
        if not task.done():
            yield app
    finally:
        stop.set()
        await task


def client(app: Any, *, origin: str = ORIGIN, address: str = "192.0.2.1", **options: Any) -> httpx.AsyncClient:
    """A browser with cookies of its own, at ``origin``, calling from ``address``; use it in ``async with``."""
    transport = httpx.ASGITransport(app=app, client=(address, 50_000), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=origin, **options)


async def sign_in(browser: httpx.AsyncClient, username: str, password: str = PASSWORD) -> dict[str, Any]:
    """Sign in and answer the session document; the cookie stays with the client."""
    answer = await browser.post("/api/session", json={"username": username, "password": password})
    assert answer.status_code == 200, answer.text
    session: dict[str, Any] = answer.json()
    return session
