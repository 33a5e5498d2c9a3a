"""A fault proxy on loopback: everything that a mobile network does to a request, chosen by a seeded random.

One request per connection in both directions (``Connection: close``), so an answer is what comes until the end of the
stream and nothing of HTTP has to be understood but the request's length.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from typing import Final

_LARGEST_HEAD: Final = 64 * 1024
_PORTAL_PAGE: Final = b"<!doctype html><title>Wi-Fi</title><p>Logga in.</p>"
_PORTAL: Final = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (
    len(_PORTAL_PAGE),
    _PORTAL_PAGE,
)
_BAD_GATEWAY: Final = b"HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"

#: Fault -> its share of all requests. The rest goes through.
RATES: Final[dict[str, float]] = {
    "drop_before": 0.04,  # never reaches the server
    "drop_after": 0.06,  # the server has committed, the answer is lost
    "late": 0.03,  # the phone gives up; the request reaches the server afterwards, perhaps after newer ones
    "duplicate": 0.06,  # reaches the server twice, at once or one after the other; answered with either
    "delay": 0.05,
    "truncate": 0.04,  # the answer breaks off
    "bad_gateway": 0.02,
    "portal": 0.02,  # 200 with a log-in page
}
_LONGEST_DELAY: Final = 0.3  # seconds


class FaultProxy:
    """Stands between phones and server.

    Attributes:
        faulty: False lets everything through.
        counts: what happened to how many requests.
        port: where it listens, once started.
    """

    def __init__(self, upstream_port: int, seed: str) -> None:
        self.faulty = False
        self.counts: Counter[str] = Counter()
        self.port = 0
        self._upstream_port = upstream_port
        self._random = random.Random(seed)
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._open: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on a free loopback port."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LARGEST_HEAD)
        self.port = self._server.sockets[0].getsockname()[1]

    async def settle(self) -> None:
        """Wait until every request has reached the server and been answered, also those whose sender has given up."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def stop(self) -> None:
        """Listen no more, and let go of connections on which nothing came."""
        await self.settle()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                request = await _read_request(reader)
                self._tasks.add(task)
                answer = await self._answer(request)
                writer.write(answer)
                await writer.drain()
        finally:
            self._open.discard(task)
            self._tasks.discard(task)
            writer.close()

    async def _answer(self, request: bytes) -> bytes:
        """What the phone gets; empty when the connection breaks."""
        fault = self._choose()
        self.counts[fault] += 1
        if fault == "drop_before":
            return b""
        if fault == "bad_gateway":
            return _BAD_GATEWAY
        if fault == "portal":
            return _PORTAL
        if fault == "late":
            self._later(request)
            return b""
        if fault == "delay":
            await asyncio.sleep(self._random.uniform(0, _LONGEST_DELAY))
        if fault == "duplicate":
            return await self._twice(request)
        answer = await self._forward(request)
        if fault == "drop_after":
            return b""
        if fault == "truncate":
            return answer[: self._random.randrange(len(answer))] if answer else b""
        return answer

    def _choose(self) -> str:
        if not self.faulty:
            return "none"
        point = self._random.random()
        for fault, rate in RATES.items():
            if point < rate:
                return fault
            point -= rate
        return "none"

    def _later(self, request: bytes) -> None:
        async def forward() -> None:
            await asyncio.sleep(self._random.uniform(0, 2 * _LONGEST_DELAY))
            await self._forward(request)

        task = asyncio.create_task(forward())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _twice(self, request: bytes) -> bytes:
        if self._random.random() < 0.5:
            answers = await asyncio.gather(self._forward(request), self._forward(request))
            return answers[self._random.randrange(2)]
        first = await self._forward(request)
        second = await self._forward(request)
        return first if self._random.random() < 0.5 else second

    async def _forward(self, request: bytes) -> bytes:
        """The server's answer, or 502 when it does not run, or what it sent until it was killed."""
        answer = b""
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._upstream_port)
        except OSError:
            return _BAD_GATEWAY
        try:
            writer.write(request)
            await writer.drain()
            while chunk := await reader.read(1 << 16):
                answer += chunk
        except OSError:
            pass
        finally:
            writer.close()
        return answer


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lines = [line for line in head[:-4].split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = 0
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    body = await reader.readexactly(length) if length else b""
    return b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body
