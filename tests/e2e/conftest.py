"""The demo server, a push service and a real Chromium for all end-to-end tests; each test makes its own phones."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Playwright, async_playwright, expect

from pwa.build import build
from tests.e2e.browser import DESK, PATIENCE_MS, PHONE, SWEDISH, launch
from tests.e2e.demo_server import DemoServer
from tests.support.push_service import PushService, push_service

Opened = Callable[..., Awaitable[BrowserContext]]


@pytest_asyncio.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DemoServer]:
    """The demo, with the client built from the sources as they are now."""
    await asyncio.to_thread(build)
    async with DemoServer(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="session")
def pushes() -> Iterator[PushService]:
    """A push service on loopback."""
    with push_service() as service:
        yield service


@pytest_asyncio.fixture(scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    """The browser driver."""
    expect.set_options(timeout=PATIENCE_MS)
    async with async_playwright() as driver:
        yield driver


@pytest_asyncio.fixture(scope="session")
async def chromium(playwright: Playwright) -> AsyncIterator[Browser]:
    """The browser that phones and desks share."""
    browser = await launch(playwright)
    yield browser
    await browser.close()


@pytest_asyncio.fixture
async def _contexts(chromium: Browser, server: DemoServer) -> AsyncIterator[Opened]:
    async with AsyncExitStack() as opened:

        async def open_context(**options: Any) -> BrowserContext:
            context = await chromium.new_context(base_url=server.origin, **SWEDISH, **options)
            opened.push_async_callback(context.close)
            return context

        yield open_context


@pytest.fixture
def phone(_contexts: Opened) -> Opened:
    """Opens a phone: ``await phone(permissions=["camera"], color_scheme="dark")``."""

    async def open_phone(**options: Any) -> BrowserContext:
        return await _contexts(**(PHONE | options))

    return open_phone


@pytest.fixture
def desk(_contexts: Opened) -> Opened:
    """Opens a desk's wide screen, likewise."""

    async def open_desk(**options: Any) -> BrowserContext:
        return await _contexts(**(DESK | options))

    return open_desk
