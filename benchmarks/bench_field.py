"""The office's lists, a device's card with twenty years of history, and a recall over 200,000 devices with 2 M events.

Run it with `make bench-field`. The routes are those of the real application, in this process, with a session, the scope
and the access log; each figure counts from the request to the whole answer. The region is filled to a tenth first, so
that what grows with it is seen.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

import httpx

from app.database import migrate, open_database
from app.identity.sessions import start_session
from app.main import create_app
from app.settings import Settings
from benchmarks.field_world import BIG_ARTICLE, EVENTS, OLD_DEVICE, SMALL_ARTICLE, fill, make_region
from benchmarks.report import figure, header, median, p95, shortened

DEVICES: Final = 200_000
ROUNDS: Final = 20
RECALLS: Final = 5

Request = Callable[[httpx.AsyncClient], Awaitable[httpx.Response]]

_TRIAGE: Final = "/api/triage"
_ORDERS: Final = "/api/work-orders?state=open&limit=50"
_DUE: Final = "/api/maintenance/due?limit=50"
_HISTORY: Final = f"/api/devices/{OLD_DEVICE}/history"


@dataclass(frozen=True)
class Times:
    """Milliseconds of each round."""

    rounds: list[float]

    @property
    def p50(self) -> float:
        """The median."""
        return median(self.rounds)

    @property
    def p95(self) -> float:
        """What 95 % of the rounds do not exceed."""
        return p95(self.rounds)

    def said(self) -> str:
        """Both, for a note."""
        return f"p50 {shortened(self.p50)} ms, p95 {shortened(self.p95)} ms of {len(self.rounds)}"


async def _timed(browser: httpx.AsyncClient, rounds: int, *requests: Request) -> Times:
    """How long the requests take one after the other; a first round is not counted."""
    found = []
    for _ in range(rounds + 1):
        begin = time.perf_counter()
        for request in requests:
            answer = await request(browser)
            if answer.status_code != 200:
                raise RuntimeError(f"{answer.request.url.path}: {answer.status_code} {answer.text[:200]}")
        found.append((time.perf_counter() - begin) * 1000)
    return Times(found[1:])


def _get(address: str) -> Request:
    return lambda browser: browser.get(address)


def _recall(**wanted: str) -> Request:
    return lambda browser: browser.post("/api/recall", json=wanted)


async def _lists(browser: httpx.AsyncClient) -> dict[str, Times]:
    return {
        "triage": await _timed(browser, ROUNDS, _get(_TRIAGE)),
        "orders": await _timed(browser, ROUNDS, _get(_ORDERS)),
        "due": await _timed(browser, ROUNDS, _get(_DUE)),
        "card": await _timed(browser, ROUNDS, _get(f"/api/devices/{OLD_DEVICE}"), _get(_HISTORY)),
        "chain": await _timed(browser, ROUNDS, _get(f"/api/devices/{OLD_DEVICE}/chain")),
    }


async def _measure(browser: httpx.AsyncClient, region_id: UUID) -> None:
    events = await fill(region_id, 1, DEVICES // 10)
    print(f"{DEVICES // 10:,} devices, {events:,} events")
    small = await _lists(browser)
    events = await fill(region_id, DEVICES // 10 + 1, DEVICES)
    size = f"{DEVICES:,} devices, {events:,} events"
    print(size)
    big = await _lists(browser)
    inbox = (await browser.get(_TRIAGE)).json()
    note = f"{inbox['undecided']} undecided of {inbox['all']:,} open orders; {big['triage'].said()}; {size}"
    figure("field.triage_p95_ms", big["triage"].p95, "ms", 100, "lower", note)
    note = f"the office's list, 50 open orders by urgency; {big['orders'].said()}; {size}"
    figure("field.orders_p95_ms", big["orders"].p95, "ms", 100, "lower", note)
    due = (await browser.get(_DUE)).json()
    if due["next_cursor"] is None:
        raise RuntimeError("the due list has less than a page: nothing was measured")
    note = f"the 50 first due within 60 days; {big['due'].said()}; {size}"
    figure("field.due_p95_ms", big["due"].p95, "ms", 100, "lower", note)
    history = (await browser.get(f"{_HISTORY}?limit=200")).json()
    facts = len(history["items"]) if history["next_cursor"] is None else f"more than {len(history['items'])}"
    note = f"card and the 50 newest of {facts} facts of 20 years; {big['card'].said()}; {size}"
    figure("field.card_p95_ms", big["card"].p95, "ms", 100, "lower", note)
    note = f"all 40 holders by name, each logged; {big['chain'].said()}; goal of SR-28: 2 s"
    figure("field.chain_p95_ms", big["chain"].p95, "ms", 2000, "lower", note)
    growth = {name: big[name].p50 / small[name].p50 for name in small}
    note = ", ".join(f"{name} {shortened(value)}" for name, value in growth.items()) + "; p50 at ten times the region"
    figure("field.growth", max(growth.values()), "ratio", 1.5, "lower", note)
    await _measure_recalls(browser, size)
    board = await _timed(browser, 10, _get("/api/service-levels?weeks=52"))
    figure(
        "field.levels_p95_ms", board.p95, "ms", None, "lower", f"board of 52 weeks, 12 teams; {board.said()}; {size}"
    )


async def _measure_recalls(browser: httpx.AsyncClient, size: str) -> None:
    for name, goal, words, request in (
        ("field.recall_s", 5, f"an article with {DEVICES // 5:,} devices", _recall(article_number=BIG_ARTICLE)),
        (
            "field.recall_article_s",
            None,
            f"an article with {DEVICES // 40:,} devices",
            _recall(article_number=SMALL_ARTICLE),
        ),
        (
            "field.recall_serials_s",
            None,
            "a range of serial numbers",
            _recall(article_number=BIG_ARTICLE, serial_from="S000100000", serial_to="S000110000"),
        ),
        ("field.recall_batch_s", None, "a batch", _recall(article_number=BIG_ARTICLE, batch="B40")),
    ):
        times = await _timed(browser, RECALLS, request)
        found = (await request(browser)).json()
        note = (
            f"{words}: {found['all']:,} found, all counted, 500 with holder and place, logged; {times.said()}; {size}"
        )
        figure(name, times.p95 / 1000, "s", goal, "lower", note)
    wanted = {"article_number": SMALL_ARTICLE}
    times = await _timed(browser, RECALLS, lambda asking: asking.post("/api/recall/file?format=xlsx", json=wanted))
    note = f"XLSX of {DEVICES // 40:,} devices, each holder logged; {times.said()}; {size}"
    figure("field.recall_file_s", times.p95 / 1000, "s", 5, "lower", note)


async def _run(data: Path) -> None:
    settings = Settings(data=data, demo=True, free_space_bytes=0)
    database = await open_database(settings)
    try:
        await migrate()
        region_id, user_id = await make_region()
        application = create_app(settings, database=database)
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url=settings.public_url, timeout=120) as browser:
            browser.cookies.set(application.state["cookies"].session_name, await start_session(user_id))
            await _measure(browser, region_id)
    finally:
        await database.close()


def main() -> None:
    """Measure and print."""
    header()
    print(f"A region of {DEVICES:,} devices with {EVENTS} events each, filled to a tenth first.")
    with tempfile.TemporaryDirectory(prefix="turbil-bench-") as folder:
        asyncio.run(_run(Path(folder)))


if __name__ == "__main__":
    main()
