"""Sends whatever it is given and keeps what was a fault of ours."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import httpx

from app.database import fetch_value
from tests.security.house import FIELD_WORK, House
from tests.support.phone import Phone

HANG_SECONDS: Final = 5.0

#: A stream that stays open; who may open it is asked in the matrix.
NOT_CALLED: Final = {"sync_events"}
#: These end the session that the next case needs, or take a tenth of a second each by design.
FEW: Final = {"sign_out": 2, "sign_in": 4, "change_password": 4}


@dataclass
class Fuzzer:
    """Sends raw requests in the test's loop, from the loop or from a thread, and keeps what went wrong."""

    house: House
    loop: asyncio.AbstractEventLoop
    wrong: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    reached: dict[str, set[int]] = field(default_factory=dict)

    def client_for(self, name: str, turn: int) -> httpx.AsyncClient:
        """A planner, a technician or a prescriber in turn; field work is a technician's."""
        if name in FIELD_WORK:
            return self.house.clients["T"]
        return self.house.clients["PTR"[turn % 3]]

    async def send(
        self, name: str, browser: httpx.AsyncClient, method: str, address: str, body: Any, headers: dict[str, str]
    ) -> httpx.Response | None:
        """Send one request; a 5xx, an exception or a long thought is kept."""
        started = time.perf_counter()
        what = f"{name}: {method} {address[:300]} {headers} {repr(body)[:600]}"
        try:
            request = browser.build_request(method, address, content=body, headers=headers)
        except (httpx.InvalidURL, UnicodeError, ValueError):
            return None  # what no client can send
        try:
            async with asyncio.timeout(4 * HANG_SECONDS):
                answer = await browser.send(request)
        except Exception as error:  # what comes through httpx is the server's own
            self.wrong.append(f"{type(error).__name__} {error} {what}")
            return None
        took = time.perf_counter() - started
        self.statuses[answer.status_code] += 1
        self.reached.setdefault(name, set()).add(answer.status_code)
        if answer.status_code >= 500 or took > HANG_SECONDS:
            self.wrong.append(f"{answer.status_code} after {took:.1f} s {what} -> {answer.text[:300]}")
        return answer

    def send_from_thread(self, *arguments: Any) -> httpx.Response | None:
        """The same from the thread that schemathesis runs in."""
        return asyncio.run_coroutine_threadsafe(self.send(*arguments), self.loop).result()


async def push(fuzzer: Fuzzer, phone: Phone) -> None:
    """Push the whole outbox; one that is too big is cut down to its first command, which goes next time."""
    if not phone.outbox:
        return
    answer = await phone.post_push(phone.push_body())
    if answer.status_code == 413:
        first, *rest = sorted(phone.outbox)
        for seq in rest or [first]:
            phone.outbox.pop(seq)
        phone.next_seq = first + (1 if rest else 0)
        return
    if answer.status_code != 202:
        fuzzer.wrong.append(f"push {answer.status_code} {answer.text[:300]}")
        return
    phone.accept_push(answer)
    phone.acknowledge(answer.json()["last_seq"])


async def faults(phone: Phone) -> list[str]:
    """The commands that were parked because the server failed."""
    commands = [command for command, line in phone.verdicts.items() if line["code"] == "server.fault"]
    payload = "select payload_raw from command_log where id = $1"
    return [f"server.fault {bytes(await fetch_value(payload, command))[:800]!r}" for command in commands]
