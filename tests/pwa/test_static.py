"""How the built client is served: caching, compression, screens of the app, and what is not the app's."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar, asgi, get

from pwa.static import ClientFiles, choose_coding, load_files

SCRIPT = "/assets/index-Ab1_-xYz.js"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small build: a page, a hashed script with both compressed forms, a wasm, and things never to be served."""
    (tmp_path / "assets").mkdir()
    files = {
        "index.html": b"<!doctype html><title>Turbil</title>",
        "index.html.br": b"page in brotli",
        "report.html": b"<!doctype html><title>Felanm\xc3\xa4lan</title>",
        "sw.js": b"worker",
        "manifest.webmanifest": b"{}",
        "icon.svg": b"<svg/>",
        SCRIPT[1:]: b"script",
        f"{SCRIPT[1:]}.br": b"script in brotli",
        f"{SCRIPT[1:]}.gz": gzip.compress(b"script", mtime=0),
        "assets/reader-12345678.wasm": b"\0asm",
        "assets/plain.css": b"body{}",
        ".build.json": b"{}",
        "notes.md": b"not a kind we serve",
        "assets/half.js.incoming": b"half a file",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A client that asks for no compression unless told."""
    transport = httpx.ASGITransport(ClientFiles(folder))
    headers = {"accept-encoding": "identity"}
    async with httpx.AsyncClient(transport=transport, base_url="http://turbil.test", headers=headers) as client:
        yield client


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html", "text/html; charset=utf-8"),
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/icon.svg", "image/svg+xml"),
        (SCRIPT, "text/javascript; charset=utf-8"),
        ("/assets/reader-12345678.wasm", "application/wasm"),
        ("/assets/plain.css", "text/css; charset=utf-8"),
    ],
)
async def test_each_file_has_its_own_media_type(client: httpx.AsyncClient, path: str, media_type: str) -> None:
    response = await client.get(path)
    assert response.status_code == 200
    assert response.headers["content-type"] == media_type
    assert int(response.headers["content-length"]) == len(response.content)


@pytest.mark.parametrize("path", [SCRIPT, "/assets/reader-12345678.wasm"])
async def test_hashed_files_are_kept_for_ever(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).headers["cache-control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("path", ["/", "/idag", "/index.html", "/sw.js", "/manifest.webmanifest", "/assets/plain.css"])
async def test_everything_else_is_asked_for_anew(client: httpx.AsyncClient, path: str) -> None:
    """A kept index.html or sw.js would hold phones on a version whose files are gone."""
    assert (await client.get(path)).headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("accept", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0.5, gzip;q=0.9", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("BR", "br"),
        ("*", "br"),
        ("*;q=0.1, br;q=0", "gzip"),
        ("gzip;q=0.2, identity;q=0.8", "identity"),
        ("", "identity"),
        ("zstd", "identity"),
        ("br;q=much, gzip;q=0", "identity"),
        ("identity;q=0, *;q=0", "identity"),
    ],
)
def test_the_clients_wish_decides_the_coding(accept: str, coding: str) -> None:
    assert choose_coding(accept, ["identity", "br", "gzip"]) == coding


def test_a_coding_that_was_not_built_is_not_sent() -> None:
    assert choose_coding("br, gzip", ["identity", "gzip"]) == "gzip"
    assert choose_coding("br, gzip", ["identity"]) == "identity"


async def test_compressed_files_say_what_they_are(folder: Path) -> None:
    """Read raw: the stand-in for brotli in this test cannot be unpacked."""
    transport = httpx.ASGITransport(ClientFiles(folder))
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://turbil.test") as client,
        client.stream("GET", SCRIPT, headers={"accept-encoding": "br, gzip"}) as response,
    ):
        raw = b"".join([part async for part in response.aiter_raw()])
    assert raw == b"script in brotli"
    assert response.headers["content-encoding"] == "br"
    assert response.headers["vary"] == "Accept-Encoding"
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["content-length"] == str(len(raw))


async def test_gzip_unpacks_to_the_file(client: httpx.AsyncClient) -> None:
    response = await client.get(SCRIPT, headers={"accept-encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.content == b"script"


async def test_an_unchanged_file_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/index.html")
    for tags in (first.headers["etag"], f'"other", W/{first.headers["etag"]}', "*"):
        again = await client.get("/idag", headers={"if-none-match": tags})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["etag"] == first.headers["etag"]
        assert again.headers["cache-control"] == "no-cache"
        assert "content-length" not in again.headers
        assert "content-type" not in again.headers
    assert (await client.get("/", headers={"if-none-match": '"other"'})).status_code == 200


async def test_each_coding_has_its_own_tag(client: httpx.AsyncClient) -> None:
    """Else a cache could give the brotli bytes to a client that cannot read them."""
    tags = {
        (await client.head(SCRIPT, headers={"accept-encoding": coding})).headers["etag"]
        for coding in ("identity", "gzip", "br")
    }
    assert len(tags) == 3


@pytest.mark.parametrize(
    "path", ["/idag", "/order/15510441", "/apiary", "/fel", "/mer/inställningar", "/a.b/c", "/Fel", "/S", "/s/x"]
)
async def test_screens_of_the_app_get_its_page(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path, headers={"sec-fetch-mode": "navigate"})
    assert response.status_code == 200
    assert response.text == "<!doctype html><title>Turbil</title>"
    assert (await client.get(path)).status_code == 200, "old browsers do not say that they navigate"


@pytest.mark.parametrize("path", ["/F/104901-1-ABC", "/f/104901-1-abc", "/F", "/F/", "/S/0123456789ABCDEFGHJKMNPQRS"])
async def test_the_public_gets_a_page_of_its_own(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path, headers={"sec-fetch-mode": "navigate"})
    assert response.status_code == 200
    assert response.text == "<!doctype html><title>Felanmälan</title>"
    assert response.headers["cache-control"] == "no-cache"
    assert (await client.get(path, headers={"sec-fetch-mode": "cors"})).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/v1/unknown",
        "/API/v1",
        "/schema",
        "/schema/openapi.json",
        "/healthz",
        "/healthz/more",
        "/assets/gone-12345678.js",
        "/favicon.ico",
        "/.build.json",
        "/notes.md",
        "/index.html.br",
        "/assets/half.js.incoming",
        "/../pyproject.toml",
        "/assets/..%2f..%2fbuild.py",
    ],
)
async def test_the_app_never_answers_for_these(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == 404
    assert response.json()["code"] == "not_found"
    assert response.headers["cache-control"] == "no-store"


async def test_a_script_that_asks_for_a_wrong_address_gets_no_page(client: httpx.AsyncClient) -> None:
    assert (await client.get("/idag", headers={"sec-fetch-mode": "cors"})).status_code == 404


async def test_head_sends_no_bytes_at_all(folder: Path) -> None:
    """Asked without an HTTP library in between: httpx itself would drop a body that must not be there."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> None: ...

    await ClientFiles(folder)({"type": "http", "method": "HEAD", "path": "/sw.js", "headers": []}, receive, send)
    assert [message.get("body") for message in sent] == [None, b""]
    assert (b"content-length", b"6") in sent[0]["headers"]


@pytest.mark.parametrize("path", ["/", SCRIPT, "/idag"])
async def test_head_is_get_without_the_body(client: httpx.AsyncClient, path: str) -> None:
    full, head = await client.get(path), await client.head(path)
    assert head.status_code == 200
    assert head.content == b""
    assert dict(head.headers) == dict(full.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/idag", SCRIPT])
async def test_the_client_can_only_be_read(client: httpx.AsyncClient, method: str, path: str) -> None:
    response = await client.request(method, path)
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD"


async def test_says_what_to_do_while_nothing_is_built_and_finds_the_build_later(tmp_path: Path) -> None:
    transport = httpx.ASGITransport(ClientFiles(tmp_path / "static"))
    async with httpx.AsyncClient(transport=transport, base_url="http://turbil.test") as client:
        missing = await client.get("/")
        assert missing.status_code == 503
        assert "make build" in missing.text
        assert missing.headers["cache-control"] == "no-store"
        assert (await client.get("/api/v1/x")).status_code == 404, "the server's own addresses do not depend on it"
        (tmp_path / "static").mkdir()
        (tmp_path / "static" / "index.html").write_text("built")
        assert (await client.get("/")).text == "built"


def test_files_are_read_once(folder: Path) -> None:
    """What is deleted or changed under a running server is still served as it was."""
    files = load_files(folder)
    (folder / "index.html").unlink()
    assert files["/index.html"].bodies["identity"].content.startswith(b"<!doctype")
    assert "/.build.json" not in files


async def test_works_mounted_under_the_servers_own_routes(folder: Path) -> None:
    @get("/api/v1/ping", sync_to_thread=False)
    def ping() -> str:
        return "pong"

    files = asgi(path="/", is_mount=True, copy_scope=True)(ClientFiles(folder))
    app = Litestar([ping, files], openapi_config=None)
    transport = httpx.ASGITransport(cast("Any", app))  # the two libraries spell the ASGI types differently
    async with httpx.AsyncClient(transport=transport, base_url="http://turbil.test") as client:
        assert (await client.get("/api/v1/ping")).text == "pong"
        assert (await client.post("/api/v1/ping")).status_code == 405
        assert (await client.get("/api/v1/pong")).status_code == 404
        assert (await client.get(SCRIPT)).status_code == 200
        for path in ("/", "/idag", "/order/15510441"):
            assert "Turbil" in (await client.get(path)).text
