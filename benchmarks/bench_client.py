"""The client: what it weighs, and how it feels on a slow phone.

Run it with `make bench-client`. The sizes come from the built files. The times come from a real Chromium with the
profile on disk, the page's processor slowed to a quarter, and a technician with 1,000 orders in the phone's own store.
What Chromium does not slow down are its other threads: the service worker, the decoding worker and the store's process.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, sync_playwright

from benchmarks import client_sizes
from benchmarks.client_world import ORDERS, PASSWORD, PLANNER, SEED, TECHNICIAN, ClientWorld, make_world
from benchmarks.report import figure, header, median, p95, spread
from benchmarks.server import free_port, shipped_server
from tests.e2e.browser import DESK, PHONE, SWEDISH, executable

SLOWED = 4
RUNS = 5
SCROLL_RUNS = 3
SCROLL_PIXELS = 9_000
SCROLL_PIXELS_PER_SECOND = 3_000
PATIENCE_MS = 60_000
SETTLE_MS = 2_500
"""After a page's start: the app fetches further screens ahead, which would be counted to what is measured next."""

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)
AHEAD_MS = 1_000
"""The app waits a little longer than this before it fetches further screens."""
IN_PAGE = (Path(__file__).parent / "in_page.js").read_text()
LIST = ".orders a"
SCREENFUL = 8
"""More orders than a phone's screen shows at once."""


def report_sizes() -> client_sizes.Sizes:
    """Measure the built files."""
    sizes = client_sizes.measure()
    figure(
        "client.route_js_br_kb",
        sizes.first_route_kb,
        "kB",
        60,
        "lower",
        f"{len(sizes.first_route)} files, technician's day",
    )
    figure(
        "client.public_js_br_kb", sizes.public_page_kb, "kB", 32, "lower", f"{len(sizes.public_page)} files, fault form"
    )
    figure("client.all_js_br_kb", sizes.all_scripts_kb, "kB", 150, "lower", f"{len(sizes.all_scripts)} files")
    figure(
        "client.precache_br_kb", sizes.precache_kb, "kB", 700, "lower", f"{len(sizes.precache)} files, wasm included"
    )
    return sizes


class SlowPhone:
    """The technician's phone: a browser with its profile on disk."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(IN_PAGE)

    def sign_in(self, username: str, then: str) -> None:
        """Sign in over the net and wait until ``then`` is there and the app can start without net."""
        page = self.context.new_page()
        page.goto("/")
        page.get_by_label("Användarnamn").fill(username)
        page.get_by_label("Lösenord", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Logga in").click()
        page.locator(then).first.wait_for()
        page.evaluate("() => navigator.serviceWorker.ready.then(() => null)")
        page.close()

    @contextmanager
    def page(self, address: str) -> Iterator[tuple[Page, CDPSession]]:
        """A new page, slowed down from its first moment on."""
        page = self.context.new_page()
        tools = self.context.new_cdp_session(page)
        tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
        page.goto(address, wait_until="commit")
        try:
            yield page, tools
        finally:
            page.close()


def _until_painted(page: Page, selector: str, least: int) -> float:
    moment: float = page.evaluate(
        "([selector, least]) => window.turbilBench.untilPainted(selector, least)", [selector, least]
    )
    return moment


def _result(page: Page) -> Any:
    return page.evaluate("() => window.turbilBench.result")


def offline_start(phone: SlowPhone) -> tuple[float, float]:
    """Milliseconds from the navigation, without net, until the screen is full of orders, and until all are painted."""
    with phone.page("/") as (page, _):
        return _until_painted(page, LIST, SCREENFUL), _until_painted(page, LIST, ORDERS)


def save(phone: SlowPhone, number: str) -> float:
    """Milliseconds from the tap on "close the order" to the painted sentence that it is saved on the phone."""
    with phone.page(f"/order/{number}/close") as (page, _):
        page.get_by_role("button", name="Lägg till tid").tap()
        page.get_by_role("button", name="Spara tid").tap()
        page.get_by_role("radio").first.check(force=True)
        page.wait_for_timeout(SETTLE_MS)
        page.evaluate("() => window.turbilBench.watch('click', '.saved h2')")
        page.get_by_role("button", name="Avsluta order").tap()
        taken: float = _result(page)
        return taken


def scan(phone: SlowPhone, device: str) -> tuple[float, float]:
    """Milliseconds from the tap on "scan" to the hit, and to the painted card of the device."""
    with phone.page("/") as (page, _):
        _until_painted(page, LIST, 1)
        page.wait_for_timeout(SETTLE_MS)
        page.evaluate(
            "([path, selector]) => window.turbilBench.watchAddress('click', path, selector)",
            [f"/device/{device}", "dl"],
        )
        page.locator('nav a[href="/scan"]').tap()
        hit, shown = _result(page)
        return hit, shown


def scroll(phone: SlowPhone) -> list[float]:
    """Lengths of the page's frames in milliseconds while the list is scrolled."""
    with phone.page("/") as (page, tools):
        _until_painted(page, LIST, ORDERS)
        page.wait_for_timeout(SETTLE_MS)
        page.evaluate("() => window.turbilBench.frames()")
        tools.send(
            "Input.synthesizeScrollGesture",
            {
                "x": 180,
                "y": 400,
                "yDistance": -SCROLL_PIXELS,
                "speed": SCROLL_PIXELS_PER_SECOND,
                "gestureSourceType": "mouse",
                "preventFling": True,
            },
        )
        lengths: list[float] = page.evaluate("() => window.turbilBench.stop()")
        moved: float = page.evaluate("() => window.scrollY")
        assert moved > SCROLL_PIXELS / 2, f"the list scrolled {moved} pixels only"
        return lengths


def office_filter(desk: SlowPhone) -> list[float]:
    """Milliseconds from choosing another state in the office's list to the painted answer of the server."""
    taken = []
    with desk.page("/office/orders") as (page, _):
        page.locator("tr[data-number]").first.wait_for()
        page.wait_for_timeout(SETTLE_MS)
        choice = page.locator(".selects select").first
        for value in ("closed", "open") * RUNS:
            page.evaluate("() => window.turbilBench.watchList('tr[data-number]', 'data-number')")
            choice.select_option(value)
            taken.append(_result(page))
    return taken


def _loaded_scripts(phone: SlowPhone) -> set[str]:
    """Which scripts the first screen really asks for; those that the app fetches ahead come later than that."""
    page = phone.context.new_page()
    page.goto("/", wait_until="commit")
    _until_painted(page, LIST, 1)
    asked: list[str] = page.evaluate(
        "(before) => performance.getEntriesByType('resource').filter((entry) => entry.startTime < before)"
        ".map((entry) => new URL(entry.name).pathname)",
        AHEAD_MS,
    )
    page.close()
    return {address for address in asked if address.endswith(".js") and address != "/sw.js"}


def report_times(phone: SlowPhone, world: ClientWorld, sizes: client_sizes.Sizes) -> None:
    """Measure the technician's phone, without net from here on."""
    phone.sign_in(TECHNICIAN, f":nth-match({LIST}, {ORDERS})")
    phone.context.set_offline(True)
    other = _loaded_scripts(phone) - sizes.first_route
    if other:
        print("The first route also loaded:", ", ".join(sorted(other)))

    def told(name: str, values: Sequence[float], goal: float | None, note: str) -> None:
        slow = f"{SLOWED}x slower processor, offline, {ORDERS:,} orders in the store"
        figure(name, median(values), "ms", goal, "lower", f"median of {spread(values, 'ms')}; {note}; {slow}")

    starts = [offline_start(phone) for _ in range(RUNS)]
    told("client.offline_start_ms", [whole for _, whole in starts], 1000, "navigation to every row painted")
    told(
        "client.offline_screen_ms", [screen for screen, _ in starts], None, "navigation to a screenful of rows painted"
    )
    scans = [scan(phone, world.device) for _ in range(RUNS)]
    cards = median(card for _, card in scans)
    told(
        "client.scan_hit_ms",
        [hit for hit, _ in scans],
        800,
        f"tap on scan to hit, start of the camera included, label in view from the start, decoding worker not slowed;"
        f" the device's card is painted after {cards:.0f} ms",
    )
    tails = [p95(scroll(phone)) for _ in range(SCROLL_RUNS)]
    told("client.scroll_p95_ms", tails, 34, f"frames at {SCROLL_PIXELS_PER_SECOND:,} pixels/s, p95 of each run")
    saves = [save(phone, number) for number in world.closable[:RUNS]]
    told("client.save_ms", saves, 100, "tap on close to the painted sentence that it is saved on the phone")


def main() -> None:
    """Measure and print."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="turbil-bench-") as folder:
        program = executable(playwright)  # type: ignore[arg-type]  # it asks for a path only, which both kinds have
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        header(seed=SEED, chromium=browser.version)
        browser.close()
        sizes = report_sizes()
        data, port = Path(folder), free_port()
        world = _make(data, f"http://127.0.0.1:{port}")
        with shipped_server(data, port=port) as server:
            common: dict[str, Any] = {"executable_path": program, "base_url": server.url, **SWEDISH}
            camera = [*ARGUMENTS, f"--use-file-for-fake-video-capture={world.film}"]
            context = playwright.chromium.launch_persistent_context(
                data / "phone", args=camera, permissions=["camera"], **common, **PHONE
            )
            report_times(SlowPhone(context), world, sizes)
            context.close()
            context = playwright.chromium.launch_persistent_context(
                data / "desk", args=list(ARGUMENTS), **common, **DESK
            )
            desk = SlowPhone(context)
            desk.sign_in(PLANNER, "tr[data-number]")
            taken = office_filter(desk)
            context.close()
            figure(
                "client.office_filter_ms",
                median(taken),
                "ms",
                None,
                "lower",
                f"median of {spread(taken, 'ms')}; office list, another state, answered by the server;"
                f" {SLOWED}x slower processor",
            )


def _make(data: Path, url: str) -> ClientWorld:
    # Playwright's driver keeps an event loop in this thread, so the database gets a thread with a loop of its own.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, make_world(data, url)).result()


if __name__ == "__main__":
    main()
