"""Pokes: the touched scopes' streams hear of a commit, and the listener comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import uvicorn

from app.database import execute, fetch_value
from offline_sync import events
from offline_sync.events import PokeListener
from tests.offline_sync.toy import House
from tests.support.http import sign_in


async def next_poke(stream: AsyncIterator[bytes]) -> bytes:
    """The next event that is not a heartbeat."""
    async with asyncio.timeout(10):
        async for event in stream:
            if not event.startswith(b":"):
                return event
    raise AssertionError("the stream ended")


async def test_a_push_pokes_the_users_it_touched_and_nobody_else(house: House) -> None:
    """The event carries no data at all."""
    pokes: PokeListener = house.sync.pokes
    async with asyncio.timeout(10):
        await pokes.listening.wait()
    mine, theirs = pokes.stream(frozenset({house.technician})), pokes.stream(frozenset({house.other}))
    assert (await anext(mine)).startswith(b":")
    assert (await anext(theirs)).startswith(b":")
    phone, toy = await house.phone(), await house.toy()
    phone.record("toy.set", {"value": 1}, aggregate=toy)
    await phone.push_once()
    assert await next_poke(mine) == b"event: poke\ndata: pull\n\n"
    await execute("update toy set owner = $1", house.other)
    phone.record("toy.claim", {}, aggregate=toy)
    await phone.push_once()
    assert await next_poke(theirs) == b"event: poke\ndata: pull\n\n"
    await mine.aclose()  # type: ignore[attr-defined]  # an async generator
    await theirs.aclose()  # type: ignore[attr-defined]  # an async generator
    assert pokes._waiting == {}


async def test_the_listener_comes_back_after_its_connection_was_ended(house: House, monkeypatch: Any) -> None:
    """As after a restart of the database; whoever waits is poked, for something may have been missed."""
    monkeypatch.setattr(events, "RECONNECT_SECONDS", 0.01)
    pokes: PokeListener = house.sync.pokes
    async with asyncio.timeout(10):
        await pokes.listening.wait()
    stream = pokes.stream(frozenset({UUID(int=1)}))
    await anext(stream)
    pid = await fetch_value(
        "select pid from pg_stat_activity where query ilike 'listen%' and datname = current_database()"
    )
    assert await fetch_value("select pg_terminate_backend($1)", pid)
    assert (await next_poke(stream)).startswith(b"event: poke")
    async with asyncio.timeout(10):
        await pokes.listening.wait()
    await execute("select pg_notify($1, $2)", "turbil_poke", str(UUID(int=1)))
    assert (await next_poke(stream)).startswith(b"event: poke")
    await stream.aclose()  # type: ignore[attr-defined]  # an async generator


async def test_a_stream_ends_by_itself(house: House) -> None:
    """So that a session that was revoked is asked for again (SR-30)."""
    async with asyncio.timeout(10):
        await house.sync.pokes.listening.wait()
    stream = house.sync.pokes.stream(frozenset(), seconds=0.05)
    assert [event[:1] for event in [item async for item in stream]] == [b":", b":"]


async def test_over_a_real_connection(house: House) -> None:
    """A poke reaches the client at once, and a client that goes away leaves nothing behind."""
    server = uvicorn.Server(uvicorn.Config(house.app, port=0, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    try:
        async with asyncio.timeout(10):
            while not server.started:  # noqa: ASYNC110 - the server has no event for it
                await asyncio.sleep(0.01)
            await house.sync.pokes.listening.wait()
        port = server.servers[0].sockets[0].getsockname()[1]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:
            assert (await browser.get("/api/sync/events")).status_code == 401
            await sign_in(browser, "technician.norr")
            async with asyncio.timeout(10), browser.stream("GET", "/api/sync/events") as answer:
                assert answer.headers["content-type"].startswith("text/event-stream")
                lines = answer.aiter_lines()
                assert await anext(lines) == ": connected"
                await execute("select pg_notify($1, $2)", "turbil_poke", str(house.technician))
                assert [await anext(lines) for _ in range(3)] == ["", "event: poke", "data: pull"]
                assert len(house.sync.pokes._waiting) == 1
        async with asyncio.timeout(10):
            while house.sync.pokes._waiting:  # noqa: ASYNC110 - there is no event for it
                await asyncio.sleep(0.01)
    finally:
        server.should_exit = True
        await serving


async def test_open_streams_end_with_the_listener(house: House) -> None:
    """Or a server with phones connected would not stop."""
    stream = house.sync.pokes.stream(frozenset())
    await anext(stream)
    ending = asyncio.create_task(anext(stream, b"over"))
    await asyncio.sleep(0)
    await house.sync.pokes.stop()
    async with asyncio.timeout(10):
        assert await ending in {b"over", b"event: poke\ndata: pull\n\n"}
        assert [event async for event in stream] == []
