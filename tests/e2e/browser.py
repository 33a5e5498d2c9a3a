"""A real Chromium: phones and desks, and a phone whose browser can be killed and opened again."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from playwright.async_api import Browser, BrowserContext, Page, Playwright

PHONE: Final[dict[str, Any]] = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}
DESK: Final[dict[str, Any]] = {"viewport": {"width": 1280, "height": 800}}
SWEDISH: Final[dict[str, Any]] = {"locale": "sv-SE", "timezone_id": "Europe/Stockholm"}

_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
)
PATIENCE_MS: Final = 15_000
"""How long a busy machine may take for what a phone does in a moment."""


def executable(playwright: Playwright) -> str:
    """The browser's program: the system's Chromium, else Playwright's own.

    Raises:
        RuntimeError: there is none. These tests are never skipped: what a user sees is known only from a browser.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    if Path(playwright.chromium.executable_path).exists():
        return playwright.chromium.executable_path
    raise RuntimeError("The end-to-end tests need Chromium: install it (Debian, Ubuntu: apt-get install chromium).")


async def launch(playwright: Playwright) -> Browser:
    """A browser for many phones and desks, each a context of its own; its camera shows Chromium's own test picture."""
    return await playwright.chromium.launch(executable_path=executable(playwright), args=list(_ARGUMENTS))


async def open_page(context: BrowserContext) -> Page:
    """The context's page, with the patience these tests have."""
    context.set_default_timeout(PATIENCE_MS)
    return context.pages[0] if context.pages else await context.new_page()


class KillablePhone:
    """A phone that keeps its profile on disk, so that its browser can die and be opened again.

    Args:
        playwright: the driver.
        profile: folder of the profile, new or from before.
        film: what the camera sees, an .mjpeg file; Chromium's own test picture when None.
    """

    def __init__(self, playwright: Playwright, profile: Path, film: Path | None = None) -> None:
        self._playwright = playwright
        self._profile = profile
        self._film = film
        self._context: BrowserContext | None = None

    @property
    def context(self) -> BrowserContext:
        """The running browser's one context."""
        assert self._context is not None
        return self._context

    async def open(self, *, offline: bool = False) -> Page:
        """Start the browser on the profile."""
        self._context = await self._playwright.chromium.launch_persistent_context(
            self._profile,
            executable_path=executable(self._playwright),
            args=[*_ARGUMENTS, *([f"--use-file-for-fake-video-capture={self._film}"] if self._film else [])],
            permissions=["camera"],
            offline=offline,
            **PHONE,
            **SWEDISH,
        )
        return await open_page(self._context)

    async def kill(self) -> None:
        """SIGKILL the browser's whole process group: no page, worker or store gets to say goodbye."""
        # Chromium's lock names its process: <host>-<process id>.
        process_id = int(str((self._profile / "SingletonLock").readlink()).rpartition("-")[2])
        gone = asyncio.Event()
        self.context.on("close", lambda _: gone.set())
        os.killpg(os.getpgid(process_id), signal.SIGKILL)
        async with asyncio.timeout(20):
            await gone.wait()
        self._context = None

    async def close(self) -> None:
        """Close the browser, if it runs."""
        if self._context is not None:
            with suppress(Exception):
                await self._context.close()
            self._context = None
