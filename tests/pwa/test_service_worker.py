"""The service worker in a real browser: offline start, a new version that waits, and a deploy caught half-way.

The built client is served without any API behind it; a second version is made by changing the page's title.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from playwright.async_api import BrowserContext, Page, async_playwright

from pwa import build
from pwa.static import ClientFiles, Receive, Scope, Send

CONTROLLED = "navigator.serviceWorker.controller !== null"
WAITING = "navigator.serviceWorker.getRegistration().then((one) => one.waiting !== null)"
SECOND_PAGE = "<!-- second version -->"


class Site:
    """Serves one folder, which a test may exchange: that is a deploy."""

    def __init__(self, folder: Path) -> None:
        self.deploy(folder)

    def deploy(self, folder: Path) -> None:
        self._files = ClientFiles(folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._files(scope, receive, send)


def _integrity(content: bytes) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"


def _second_version(first: Path, folder: Path, *, whole: bool) -> Path:
    """A copy of a build with another page; unless ``whole``, its worker expects yet another one."""
    shutil.copytree(first, folder)
    for path in [*folder.glob("index.html*"), *folder.glob("sw.js*")]:
        path.unlink()
    page = (first / "index.html").read_bytes()
    changed = page.replace(b"</body>", f"{SECOND_PAGE}</body>".encode())
    worker = (first / "sw.js").read_text()
    assert _integrity(page) in worker
    worker = worker.replace(_integrity(page), _integrity(changed if whole else b"a page nobody has"))
    worker, versions = re.subn(r"(version:[`\"'])[0-9a-f]{12}", r"\g<1>secondsecond", worker)
    assert versions == 1
    (folder / "index.html").write_bytes(changed)
    (folder / "sw.js").write_text(worker)
    return folder


@pytest.fixture(scope="module")
def first_version() -> Path:
    build.build()
    return build.STATIC


@pytest.fixture
async def site(first_version: Path) -> AsyncIterator[tuple[Site, str]]:
    """The site and its address, on a free port."""
    site = Site(first_version)
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site, lifespan="off", log_level="warning"))
    # The socket takes connections from here on; the server answers them as soon as it runs.
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    yield site, f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    await serving


@pytest.fixture
async def browser() -> AsyncIterator[BrowserContext]:
    paths = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    executable = next((path for path in paths if path), None)
    assert executable, "Chromium is missing: make browser"
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        yield await running.new_context()
        await running.close()


async def _first_visit(browser: BrowserContext, address: str) -> Page:
    page = await browser.new_page()
    await page.goto(address)
    await page.wait_for_function(CONTROLLED)
    return page


async def test_opens_without_network_at_any_of_the_apps_addresses(
    site: tuple[Site, str], browser: BrowserContext
) -> None:
    page = await _first_visit(browser, site[1])
    await browser.set_offline(True)
    for path in ("/", "/order/15510441?flik=tid"):
        response = await page.goto(site[1] + path)
        assert response is not None
        assert response.status == 200
        assert response.from_service_worker
        assert await page.title() != ""
        await page.locator("#app > *").first.wait_for(state="attached")
    ask = "(path) => fetch(path).then(() => 'answered', () => 'network')"
    answers = [await page.evaluate(ask, path) for path in ("/api/v1/x", "/healthz")]
    assert answers == ["network", "network"], "the server's addresses are never answered from here"


async def test_a_new_version_waits_until_the_page_asks_for_it(
    site: tuple[Site, str], browser: BrowserContext, first_version: Path, tmp_path: Path
) -> None:
    page = await _first_visit(browser, site[1])
    site[0].deploy(_second_version(first_version, tmp_path / "second", whole=True))
    await page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    await page.wait_for_function(WAITING)
    await page.reload()
    assert SECOND_PAGE not in await page.content(), "a reload alone changes nothing: a form may be open in another tab"
    await page.evaluate(
        """async () => {
            const changed = new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done));
            (await navigator.serviceWorker.getRegistration()).waiting.postMessage({ type: "SKIP_WAITING" });
            await changed;
        }"""
    )
    await browser.set_offline(True)
    await page.reload()
    assert SECOND_PAGE in await page.content()


async def test_a_deploy_caught_half_way_is_not_installed(
    site: tuple[Site, str], browser: BrowserContext, first_version: Path, tmp_path: Path
) -> None:
    """The page that came is not the one the worker was built with: the old version stays whole and goes on working."""
    page = await _first_visit(browser, site[1])
    site[0].deploy(_second_version(first_version, tmp_path / "second", whole=False))
    end = await page.evaluate(
        """async () => {
            const registration = await navigator.serviceWorker.getRegistration();
            const found = new Promise((done) => registration.addEventListener("updatefound", () => {
                const worker = registration.installing;
                worker.addEventListener("statechange", () => done(worker.state));
            }));
            await Promise.all([registration.update().catch(() => undefined), found]);
            return found;
        }"""
    )
    assert end == "redundant"
    await browser.set_offline(True)
    await page.reload()
    assert SECOND_PAGE not in await page.content()
    await page.locator("#app > *").first.wait_for(state="attached")
