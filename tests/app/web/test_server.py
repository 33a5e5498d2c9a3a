"""SR-19: a real uvicorn on loopback closes clients that dawdle, and serves the others meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import uvicorn

from app.settings import SettingsError, load_settings
from app.web import requests
from app.web.application import Application
from app.web.server import ImpatientProtocol, server_config
from tests.support.http import client

QUICK = 0.2
PATIENT = 10.0


class _Quick(ImpatientProtocol):
    header_seconds = QUICK


@contextlib.asynccontextmanager
async def serving(app: Application) -> AsyncIterator[int]:
    """A server on a free port, which is answered; the application's lifespan is the fixture's."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(app, http=_Quick, lifespan="off", log_config=None, server_header=False)
        server = uvicorn.Server(config)
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            await task


async def closed(reader: asyncio.StreamReader) -> bytes:
    """All that the server sends until it closes; fails when it never does."""
    async with asyncio.timeout(PATIENT):
        return await reader.read()


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTT", b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: "])
async def test_headers_that_never_end_are_cut_off(app: Application, sent: bytes) -> None:
    async with serving(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        assert await closed(reader) == b""
        writer.close()
        async with httpx.AsyncClient() as prober:
            assert (await prober.get(f"http://127.0.0.1:{port}/healthz")).status_code == 200


async def test_a_second_request_on_a_kept_connection_must_hurry_too(app: Application) -> None:
    async with serving(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200")
        assert b"\r\nserver:" not in head.lower()
        await reader.readexactly(len(b'{"status":"ok"}'))
        writer.write(b"GET /hea")
        assert await closed(reader) == b""
        writer.close()


@pytest.mark.parametrize("path", ["/api/test/note", "/api/test/blob"])
async def test_a_body_that_trickles_is_answered_and_closed(
    app: Application, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(requests, "PATIENCE_SECONDS", QUICK)
    kind = b"application/octet-stream" if path.endswith("blob") else b"application/json"
    async with serving(app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Type: %s\r\nContent-Length: 50\r\n\r\n{" % (path.encode(), kind)
        )
        answer = await closed(reader)
        assert answer.startswith(b"HTTP/1.1 408")
        assert b"body.too_slow" in answer
        assert b"content-security-policy" in answer
        writer.close()


@pytest.mark.parametrize(
    ("proxies", "connected", "sender"),
    [
        ((), "127.0.0.1", "127.0.0.1"),
        (("127.0.0.1",), "127.0.0.1", "203.0.113.7"),
        (("10.1.0.0/16",), "10.1.2.3", "203.0.113.7"),
        (("127.0.0.1",), "192.0.2.1", "192.0.2.1"),
    ],
)
async def test_only_a_named_proxy_says_who_the_sender_is(proxies: tuple[str, ...], connected: str, sender: str) -> None:
    """SR-12: from anybody else the header is a forgery; the nearest sender is the one the proxy itself has seen."""
    seen: list[str] = []

    async def application(scope: Any, _receive: Any, send: Any) -> None:
        seen.append(scope["client"][0])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config = server_config(application, proxies)
    config.load()
    async with client(config.loaded_app, address=connected) as browser:
        await browser.get("/", headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"})
    assert seen == [sender]


@pytest.mark.parametrize("name", ["*", "proxy.example", "0.0.0.0/0", "::/0", "10.0.0.1/8"])
def test_a_proxy_is_named_by_its_address(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURBIL_PROXY", f"127.0.0.1, {name}")
    with pytest.raises(SettingsError, match="TURBIL_PROXY"):
        load_settings()


def test_proxies_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().proxies == ()
    monkeypatch.setenv("TURBIL_PROXY", "127.0.0.1, 10.0.0.0/24")
    assert load_settings().proxies == ("127.0.0.1", "10.0.0.0/24")
