"""The real routes against raw asyncpg in Litestar that sends the same statements with the same session check.

Run it with `make bench-http`. The real server is the shipped one, `turbil demo`, with its default data. What a request
asks of the database is recorded from the application itself, so the opponent follows when a route changes. Both servers
use the same database, the same uvicorn and as many connections; their rounds are interleaved, and each figure is the
median of the rounds' ratios.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from app.database import migrate, new_id, open_database
from app.database.launcher import running_address
from app.demo import run as demo
from app.demo.seed import DEMO_PASSWORD
from app.main import create_app
from app.settings import Settings
from benchmarks import raw_app
from benchmarks.load import NEW_ID, Traffic, requests_per_second, tool
from benchmarks.recording import Statement, record
from benchmarks.report import figure, header, median, spread
from benchmarks.server import ServerFault, ShippedServer, cpu_seconds, free_port, shipped_server

SEED = 1
ROUNDS = 5
ROUND_SECONDS = 2
PAGE = "/api/work-orders?state=open&limit=50"
COMMAND = "work_order.correct"
READER = "planerare"
FAULT_TEXT = "Höger broms tar inte och fotplattan glappar."
ORDERS = 40


@dataclass(frozen=True)
class Recorded:
    """What the opponent needs, and what is asked of both."""

    cookie: str
    orders: dict[str, list[Statement]]
    page: list[Statement]
    commands: dict[str, list[Statement]]


async def _prepare(data: Path) -> Recorded:
    """Make the demo's data and record the three requests, in this process and before any server runs."""
    settings = Settings(data=data / "demo", demo=True, free_space_bytes=0)
    database = await open_database(settings)
    try:
        await migrate()
        await demo.prepare(settings, "default", SEED)
        transport = httpx.ASGITransport(app=create_app(settings, database=database))
        async with httpx.AsyncClient(transport=transport, base_url=settings.public_url) as browser:
            await _good(browser.post("/api/session", json={"username": READER, "password": DEMO_PASSWORD}))
            items = (await _good(browser.get(PAGE))).json()["items"]
            # Half of the orders are read and the others written, so that no history grows while it is read.
            read, written = items[0:ORDERS:2], items[1:ORDERS:2]
            orders = {item["number"]: await record(_get(browser, _order(item["number"]))) for item in read}
            page = await record(_get(browser, PAGE))
            commands = {item["id"]: await record(_command(browser, item["id"])) for item in written}
            cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    finally:
        await database.close()
    return Recorded(cookie, orders, page, commands)


async def _good(answering: Awaitable[httpx.Response]) -> httpx.Response:
    answer = await answering
    if answer.status_code != 200:
        raise ServerFault(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}")
    return answer


def _order(number: str) -> str:
    return f"/api/work-orders/{number}"


def _get(browser: httpx.AsyncClient, address: str) -> Callable[[], Awaitable[None]]:
    async def ask() -> None:
        await _good(browser.get(address))

    return ask


def _command(browser: httpx.AsyncClient, order_id: str) -> Callable[[], Awaitable[None]]:
    async def ask() -> None:
        body = _body(order_id).replace(NEW_ID, str(new_id()))
        await _good(
            browser.post(f"/api/commands/{COMMAND}", content=body, headers={"content-type": "application/json"})
        )

    return ask


def _body(order_id: str) -> str:
    return json.dumps({"id": NEW_ID, "aggregate": order_id, "args": {"fault_text": FAULT_TEXT}}, ensure_ascii=True)


def _traffic(recorded: Recorded) -> dict[str, Traffic]:
    headers = {"Cookie": recorded.cookie}
    return {
        "get": Traffic([(_order(number), None) for number in recorded.orders], headers),
        "list": Traffic([(PAGE, None)], headers),
        "command": Traffic(
            [(f"/api/commands/{COMMAND}", _body(order_id)) for order_id in recorded.commands],
            {**headers, "Content-Type": "application/json"},
        ),
    }


@dataclass
class _Side:
    """One of the two servers, and its figures of the rounds until now."""

    port: int
    pid: int
    rates: list[float]
    cpu: list[float]

    def load(self, traffic: Traffic) -> None:
        before = cpu_seconds(self.pid)
        rate = requests_per_second(self.port, traffic, ROUND_SECONDS)
        after = cpu_seconds(self.pid)
        self.rates.append(rate)
        if before is not None and after is not None:
            self.cpu.append((after - before) / (rate * ROUND_SECONDS) * 1e6)


def _compare(
    name: str, real: _Side, raw: _Side, traffic: Traffic, goal: float, statements: Sequence[Statement]
) -> None:
    for side in (real, raw):
        side.rates, side.cpu = [], []
        requests_per_second(side.port, traffic, 1)  # fills the pool and the statement caches
    for turn in range(ROUNDS):
        for side in (real, raw) if turn % 2 == 0 else (raw, real):
            side.load(traffic)
    ratios = [ours / theirs for ours, theirs in zip(real.rates, raw.rates, strict=True)]
    note = (
        f"median of {spread(ratios)}; {median(real.rates):.0f} against {median(raw.rates):.0f} requests/s,"
        f" {len(statements)} statements, {tool()}"
    )
    if real.cpu and raw.cpu:
        note += f"; CPU of the server {median(real.cpu):.0f} against {median(raw.cpu):.0f} us per request"
    figure(f"http.{name}_ratio", median(ratios), "ratio", goal, "higher", note)


def _measure(server: ShippedServer, recorded: Recorded, data: Path) -> None:
    dsn = running_address(data / "demo")
    port = free_port()
    opponent = multiprocessing.get_context("spawn").Process(
        target=raw_app.serve, args=(port, dsn, recorded.orders, recorded.page, recorded.commands), daemon=True
    )
    opponent.start()
    try:
        asyncio.run(_answers(port, recorded))
        real = _Side(server.port, server.pid, [], [])
        raw = _Side(port, opponent.pid or 0, [], [])
        traffic = _traffic(recorded)
        _compare("get", real, raw, traffic["get"], 0.5, next(iter(recorded.orders.values())))
        _compare("list", real, raw, traffic["list"], 0.5, recorded.page)
        _compare("command", real, raw, traffic["command"], 0.4, next(iter(recorded.commands.values())))
    finally:
        opponent.terminate()
        opponent.join(10)


async def _answers(port: int, recorded: Recorded) -> None:
    """Wait until the opponent answers, and see that it turns away who has no session."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:
        async with asyncio.timeout(30):
            while True:
                try:
                    refused = await browser.get(PAGE)
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
        accepted = await browser.get(PAGE, headers={"Cookie": recorded.cookie})
    if (refused.status_code, accepted.status_code) != (401, 200):
        raise ServerFault(f"the opponent answers {refused.status_code} and {accepted.status_code}, not 401 and 200")


def main() -> None:
    """Measure and print."""
    header(seed=SEED)
    with tempfile.TemporaryDirectory(prefix="turbil-bench-") as folder:
        data = Path(folder)
        recorded = asyncio.run(_prepare(data))
        with shipped_server(data, "--seed", str(SEED)) as server:
            _measure(server, recorded, data)


if __name__ == "__main__":
    main()
