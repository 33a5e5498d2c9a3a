"""The proxy's faults are the faults that they are called, or the simulation proves less than it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from tests.simulation import proxy as proxy_module
from tests.simulation.proxy import RATES, FaultProxy
from tests.simulation.server import client_for


class Upstream:
    """A server that counts requests and answers each with its number."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.arrived = asyncio.Condition()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        self.bodies.append(await reader.readexactly(length))
        number = b"%04d" % len(self.bodies)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\n" + number)
        await writer.drain()
        writer.close()
        async with self.arrived:
            self.arrived.notify_all()

    async def received(self, count: int) -> None:
        """Wait for the requests."""
        async with asyncio.timeout(10), self.arrived:
            await self.arrived.wait_for(lambda: len(self.bodies) >= count)


@pytest.fixture
async def upstream() -> AsyncIterator[tuple[Upstream, int]]:
    """A running upstream and its port."""
    stub = Upstream()
    server = await asyncio.start_server(stub.serve, "127.0.0.1", 0)
    async with server:
        yield stub, server.sockets[0].getsockname()[1]


async def _ask(port: int, fault: str, monkeypatch: pytest.MonkeyPatch) -> httpx.Response | None:
    """One request through a proxy that has only this fault; None when no answer came."""
    monkeypatch.setattr(proxy_module, "RATES", {fault: 1.0})
    proxy = FaultProxy(port, "1")
    await proxy.start()
    proxy.faulty = True
    try:
        async with client_for(proxy.port) as client:
            return await client.post("/", content=b"hello")
    except httpx.HTTPError:
        return None
    finally:
        await proxy.stop()


@pytest.mark.parametrize(
    ("fault", "requests"),
    [("drop_before", 0), ("drop_after", 1), ("late", 1), ("duplicate", 2), ("delay", 1), ("truncate", 1)],
)
async def test_what_reaches_the_server(
    fault: str, requests: int, upstream: tuple[Upstream, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stub, port = upstream
    answer = await _ask(port, fault, monkeypatch)
    await stub.received(requests)
    assert stub.bodies == [b"hello"] * requests
    assert (answer is not None) == (fault in {"duplicate", "delay"})


@pytest.mark.parametrize(("fault", "status"), [("bad_gateway", 502), ("portal", 200)])
async def test_what_others_answer_in_its_place(
    fault: str, status: int, upstream: tuple[Upstream, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stub, port = upstream
    answer = await _ask(port, fault, monkeypatch)
    assert answer is not None
    assert answer.status_code == status
    assert stub.bodies == []


async def test_a_delayed_request_is_waited_for_though_its_sender_has_given_up(
    upstream: tuple[Upstream, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stub, port = upstream
    proxy = FaultProxy(port, "1")
    arrived = asyncio.Event()

    def delay() -> str:
        arrived.set()
        return "delay"

    monkeypatch.setattr(proxy, "_choose", delay)
    await proxy.start()
    async with client_for(proxy.port) as client:
        asking = asyncio.create_task(client.post("/", content=b"hello"))
        await asyncio.wait_for(arrived.wait(), 10)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await proxy.settle()
        assert stub.bodies == [b"hello"]
    await proxy.stop()


async def test_without_faults_everything_passes(upstream: tuple[Upstream, int]) -> None:
    stub, port = upstream
    proxy = FaultProxy(port, "1")
    await proxy.start()
    async with client_for(proxy.port) as client:
        for number in range(1, 21):
            assert (await client.post("/", content=b"x")).text == f"{number:04d}"
    await proxy.stop()
    assert proxy.counts == {"none": 20}
    assert len(stub.bodies) == 20


def test_most_requests_pass() -> None:
    assert sum(RATES.values()) < 0.5
