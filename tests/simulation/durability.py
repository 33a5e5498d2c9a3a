"""``python -m tests.simulation.durability``: what the server said it has, it has (SR-01, SR-02).

* kills: the server is killed at random moments, alone or with its database, while phones push; every command whose
  push was answered is in the log afterwards, byte for byte.
* repeats: each command is sent one to ten times and has one effect.
* sync: where ``strace`` exists, PostgreSQL is watched: between each push and its answer lies an fdatasync. A kill does
  not test a power cut; this does.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import random
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx

from tests.simulation.phone import sign_in
from tests.simulation.server import ServerProcess, children, client_for
from tests.simulation.soak import bench
from tests.simulation.world import store_world

_BATCH: Final = 10
_PHONES: Final = 4


class Sender:
    """A phone that only sends, and remembers what was answered: id -> SHA-256 of the bytes."""

    def __init__(self, client: httpx.AsyncClient, source: random.Random, order: str) -> None:
        self._client = client
        self._random = source
        self._order = order
        self._device = ""
        self._key = ""
        self._seq = 0
        self._waiting: list[tuple[str, bytes]] = []
        self.acknowledged: dict[str, bytes] = {}

    async def register(self, username: str) -> None:
        """Sign in and register."""
        await sign_in(self._client, username)
        answer = await self._client.post("/api/sync/device", json={"build": "proof", "schema": 1})
        assert answer.status_code == 201, answer.text
        self._device, self._key = answer.json()["device"], answer.json()["push_key"]

    def _record(self) -> tuple[str, bytes]:
        self._seq += 1
        now = datetime.now(UTC).isoformat()
        line = {"id": str(uuid4()), "started_at": now, "minutes": 5, "comment": "", "visible_to_prescriber": True}
        command = {
            "seq": self._seq,
            "id": str(uuid4()),
            "type": "work_order.report",
            "v": 1,
            "aggregate": self._order,
            "at": now,
            "mono_ms": self._seq,
            "args": {"time_entries": [line]},
            "blobs": [],
        }
        return str(command["id"]), json.dumps(command).encode()

    async def push(self) -> int:
        """Send the oldest commands, new ones if there are none; returns how many were answered.

        Raises:
            httpx.HTTPError: the server is gone; what was sent stays and is sent again.
        """
        while len(self._waiting) < _BATCH:
            self._waiting.append(self._record())
        head = {
            "proto": "fieldsync/1",
            "push_id": uuid4().hex,
            "device": self._device,
            "epoch": None,
            "build": "proof",
            "schema": 1,
            "sent_at": datetime.now(UTC).isoformat(),
        }
        commands = b",".join(raw for _, raw in self._waiting)
        answer = await self._client.post(
            "/api/sync/push",
            content=json.dumps(head).encode()[:-1] + b',"commands":[' + commands + b"]}",
            headers={"authorization": f"Bearer {self._key}", "content-type": "application/json"},
        )
        if answer.status_code >= 500:
            raise httpx.ReadError(f"{answer.status_code}")
        assert answer.status_code == 202, answer.text
        self.acknowledged |= {name: hashlib.sha256(raw).digest() for name, raw in self._waiting}
        return len(self._waiting)

    def forget(self) -> None:
        """What was answered need not be sent again."""
        self._waiting = [(name, raw) for name, raw in self._waiting if name not in self.acknowledged]


@contextlib.asynccontextmanager
async def _senders(server: ServerProcess, seed: int) -> Any:
    connection = await server.connect()
    try:
        world = await store_world(connection, _PHONES, 1, seed)
        rows = await connection.fetch(
            "select distinct on (assigned_to) id, assigned_to from work_order where assigned_to is not null"
            " and state not in ('closed', 'cancelled')"
        )
    finally:
        await connection.close()
    orders = {row["assigned_to"]: str(row["id"]) for row in rows}
    async with contextlib.AsyncExitStack() as stack:
        senders = []
        for number, user in enumerate(world.technicians):
            client = await stack.enter_async_context(client_for(server.port))
            sender = Sender(client, random.Random(f"{seed}:{number}"), orders[user.id])
            await sender.register(user.username)
            senders.append(sender)
        yield senders


async def _missing(server: ServerProcess, senders: Sequence[Sender]) -> int:
    """How many answered commands are not in the log with their own bytes."""
    connection = await server.connect()
    try:
        rows = await connection.fetch("select id, payload_sha256 from command_log where type = 'work_order.report'")
    finally:
        await connection.close()
    kept = {str(row["id"]): bytes(row["payload_sha256"]) for row in rows}
    return sum(kept.get(name) != digest for sender in senders for name, digest in sender.acknowledged.items())


async def prove_kills(folder: Path, seed: int, kills: int, between: int) -> dict[str, float]:
    """Kill the server ``kills`` times, each after about ``between`` answered commands.

    Returns:
        kills, acknowledged, lost.
    """
    source = random.Random(f"{seed}:kills")
    lost = 0
    async with ServerProcess(folder) as server, _senders(server, seed) as senders:
        for _ in range(kills):
            wanted = source.randint(1, 2 * between)
            answered = 0
            done = asyncio.Event()

            async def work(sender: Sender, wanted: int = wanted, done: asyncio.Event = done) -> None:
                nonlocal answered
                with contextlib.suppress(httpx.HTTPError):
                    while True:
                        answered += await sender.push()
                        sender.forget()
                        if answered >= wanted:
                            done.set()

            workers = [asyncio.create_task(work(sender)) for sender in senders]
            await done.wait()
            # A moment by chance: in the middle of whatever the server does then.
            await asyncio.sleep(source.uniform(0, 0.02))
            await server.kill(database_too=source.random() < 0.5)
            await asyncio.gather(*workers)
            await server.start()
            lost += await _missing(server, senders)
    return {"kills": kills, "acknowledged": sum(len(sender.acknowledged) for sender in senders), "lost": lost}


async def prove_repeats(folder: Path, seed: int, commands: int) -> dict[str, float]:
    """Send each command one to ten times, from one phone, the repeats at once or later.

    Returns:
        commands, sent, lost, doubled.
    """
    source = random.Random(f"{seed}:repeats")
    sent = 0
    async with ServerProcess(folder) as server, _senders(server, seed) as senders:
        while sum(len(sender.acknowledged) for sender in senders) < commands:
            times = source.randint(1, 10)
            for sender in senders:
                await asyncio.gather(*(sender.push() for _ in range(times)))
                sent += times * _BATCH
                sender.forget()
        lost = await _missing(server, senders)
        connection = await server.connect()
        try:
            doubled = await connection.fetchval(
                "select count(*) - count(distinct command_id) from time_entry where command_id in"
                " (select id from command_log where type = 'work_order.report')"
            )
            effects = await connection.fetchval("select count(*) from command_log where type = 'work_order.report'")
        finally:
            await connection.close()
    known = sum(len(sender.acknowledged) for sender in senders)
    return {"commands": known, "sent": sent, "lost": lost, "doubled": doubled + max(0, effects - known)}


async def prove_sync(folder: Path, seed: int, pushes: int) -> dict[str, float] | None:
    """Watch PostgreSQL's system calls during pushes; None where there is no strace.

    Returns:
        pushes, unsynced: pushes whose answer came without an fdatasync since they were sent.
    """
    strace = shutil.which("strace")
    if strace is None:
        return None
    trace = folder / "strace.txt"
    async with ServerProcess(folder / "data") as server, _senders(server, seed) as senders:
        postmaster = server.database_process
        assert postmaster is not None
        # Following begins with the next fork, so each process that lives already is named.
        watched = [argument for process in (postmaster, *children(postmaster)) for argument in ("-p", str(process))]
        tracer = await asyncio.create_subprocess_exec(
            strace, "-f", "-ttt", "-e", "trace=fdatasync", "-o", str(trace), *watched, stderr=asyncio.subprocess.PIPE
        )
        try:
            assert tracer.stderr is not None
            for _ in range(len(watched) // 2):
                await tracer.stderr.readline()  # "Process … attached"
            intervals = []
            for _ in range(pushes):
                began = time.time()
                await senders[0].push()
                senders[0].forget()
                intervals.append((began, time.time()))
        finally:
            tracer.terminate()
            await tracer.wait()
    times = [float(found) for found in re.findall(r"^\d+ +(\d+\.\d+) fdatasync", trace.read_text(), re.MULTILINE)]
    unsynced = sum(not any(began <= moment <= ended for moment in times) for began, ended in intervals)
    return {"pushes": pushes, "unsynced": unsynced}


def main() -> None:
    """Run all three."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.durability", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--between", type=int, default=60, help="answered commands between two kills, on average")
    parser.add_argument("--repeats", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    print(f"durability: seed {seed}", flush=True)
    raise SystemExit(asyncio.run(_all(options, seed)))


async def _all(options: argparse.Namespace, seed: int) -> int:
    folder = Path(tempfile.mkdtemp(prefix="turbil-durability-"))
    note = f"seed {seed}"
    try:
        synced = await prove_sync(folder / "sync", seed, 50)
        repeated = await prove_repeats(folder / "repeats", seed, options.repeats)
        killed = await prove_kills(folder / "kills", seed, options.kills, options.between)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if synced is not None:
        bench("durability.unsynced_pushes", synced["unsynced"], "", 0, f"{note}; {synced['pushes']:.0f} pushes")
    times = f"{note}; {repeated['commands']:.0f} commands sent {repeated['sent']:.0f} times"
    bench("durability.repeats_lost", repeated["lost"], "", 0, times)
    bench("durability.repeats_doubled", repeated["doubled"], "", 0, times)
    kills = f"{note}; {killed['kills']:.0f} kills, {killed['acknowledged']:.0f} acknowledged commands"
    bench("durability.kills_lost", killed["lost"], "", 0, kills)
    return 1 if killed["lost"] or repeated["lost"] or repeated["doubled"] or (synced and synced["unsynced"]) else 0


if __name__ == "__main__":
    main()
