"""Serves the built client: everything in memory, precompressed, with exact caching rules.

Rules (the reasons are in the faults of others: a stale page that asks for deleted files shows a white screen):

* hashed files (``/assets/name-HASH.ext``) never change: ``immutable`` for a year;
* everything else is asked for anew each time (``no-cache`` + ``ETag``), so an update is seen at the next visit;
* a label's address (``/F/...``, in either case) and a report's (``/S/...``) get the public's page, ``report.html``;
* any other address without a dot that names no file is a screen of the app: it gets ``index.html``;
* the server's own addresses (``/api``, ``/schema``, ``/healthz``) never get the app's page.

Security headers are set around this, for all answers alike.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

STATIC = Path(__file__).resolve().parent / "static"

MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".wav": "audio/wav",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""Content codings in order of preference, with the suffix of the file beside."""

SERVER_FOLDERS = ("api", "schema", "healthz")
"""First words of the server's own addresses, in any case."""

_REPORT = re.compile(r"^/(?:[Ff](?:/|$)|S/)")
"""Addresses of the public's page; the service worker holds the same rule (service-worker/routing.ts)."""

_HASHED = re.compile(r"^/assets/.+-[\w-]{8}\.\w+$")
_ONE_YEAR = b"public, max-age=31536000, immutable"
_ASK_ANEW = b"no-cache"

_NOT_BUILT = """<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><title>Turbil: klienten är inte byggd</title></head>
<body><h1>Klienten är inte byggd</h1>
<p>Servern går, men appens filer saknas. Bygg klienten: <code>make build</code> och ladda om sidan.</p>
<p lang="en">The server is running but the app has not been built. Build it: <code>make build</code>, then reload.</p>
</body></html>
""".encode()


@dataclass(frozen=True, slots=True)
class Body:
    """One representation of a file: its bytes as sent, and an entity tag of its own."""

    content: bytes
    etag: bytes


@dataclass(frozen=True, slots=True)
class File:
    """One file with all its representations; ``bodies`` is keyed by content coding and always has ``identity``."""

    media_type: bytes
    cache_control: bytes
    bodies: Mapping[str, Body]


def _body(content: bytes) -> Body:
    return Body(content, b'"' + hashlib.sha256(content).hexdigest()[:32].encode() + b'"')


def load_files(folder: Path) -> dict[str, File]:
    """Read a build into memory, keyed by address (``/assets/...``); empty when ``folder`` holds no ``index.html``."""
    if not (folder / "index.html").is_file():
        return {}
    suffixes = tuple(ENCODINGS.values())
    files: dict[str, File] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix not in MEDIA_TYPES or path.name.endswith(suffixes) or path.name.startswith("."):
            continue
        address = "/" + path.relative_to(folder).as_posix()
        bodies = {"identity": _body(path.read_bytes())}
        for coding, suffix in ENCODINGS.items():
            beside = path.with_name(path.name + suffix)
            if beside.is_file():
                bodies[coding] = _body(beside.read_bytes())
        cache_control = _ONE_YEAR if _HASHED.match(address) else _ASK_ANEW
        files[address] = File(MEDIA_TYPES[path.suffix].encode(), cache_control, bodies)
    return files


def _accepted(header: str) -> dict[str, float]:
    """Content codings of an Accept-Encoding header with their weights (RFC 9110, 12.5.3); nonsense weighs nothing."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        coding, _, parameters = part.strip().lower().partition(";")
        name, _, value = parameters.strip().partition("=")
        try:
            weight = float(value) if name.strip() == "q" else 1.0
        except ValueError:
            weight = 0.0
        if coding.strip():
            weights[coding.strip()] = weight
    return weights


def choose_coding(header: str, available: Iterable[str]) -> str:
    """The content coding to send: the one with the greatest weight, our own preference between equals.

    ``identity`` when the client wants nothing better: a client that refuses even that still gets an answer.
    """
    weights = _accepted(header)
    best, best_weight = "identity", 0.0
    for coding in (name for name in ENCODINGS if name in available):
        weight = weights.get(coding, weights.get("*", 0.0))
        if weight > best_weight:
            best, best_weight = coding, weight
    return best if best_weight >= weights.get("identity", 0.0) else "identity"


def _matches(if_none_match: str, etag: bytes) -> bool:
    """If-None-Match with the weak comparison of RFC 9110, 13.1.2."""
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in tags or etag.decode() in tags


class ClientFiles:
    """ASGI application for the built client in ``folder``; mount it at ``/`` after every other route.

    The files are read once. While nothing is built, each request looks again and answers 503 with what to do.
    """

    def __init__(self, folder: Path = STATIC) -> None:
        self._folder = folder
        # Read with the first request: a process that shows no page needs none of them.
        self._files: dict[str, File] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; a WebSocket is refused."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        if scope["type"] != "http":
            return
        status, headers, content = self._answer(scope)
        headers.append((b"content-length", str(len(content)).encode()))
        if status == 304:
            headers.pop()
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else content})

    def _answer(self, scope: Scope) -> tuple[int, Headers, bytes]:
        path: str = scope["path"] if scope["path"].startswith("/") else "/" + scope["path"]
        request = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if path.split("/")[1].lower() in SERVER_FOLDERS:
            return _problem(404, "Adressen finns inte.")
        if scope["method"] not in {"GET", "HEAD"}:
            status, headers, content = _problem(405, "Den här adressen kan bara läsas.")
            return status, [*headers, (b"allow", b"GET, HEAD")], content
        if not self._files:
            self._files = load_files(self._folder)
        if not self._files:
            return 503, [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")], _NOT_BUILT
        file = self._find(path, request)
        if file is None:
            return _problem(404, "Filen finns inte.")
        return _deliver(file, request)

    def _find(self, path: str, request: Mapping[str, str]) -> File | None:
        found = self._files.get(path)
        if found is not None:
            return found
        # A script that asks for a wrong address must hear so, not be handed a page; old browsers do not say who asks.
        is_navigation = request.get("sec-fetch-mode", "navigate") == "navigate"
        if not is_navigation or "." in path.rsplit("/", 1)[-1]:
            return None
        return self._files.get("/report.html" if _REPORT.match(path) else "/index.html")


def _deliver(file: File, request: Mapping[str, str]) -> tuple[int, Headers, bytes]:
    coding = choose_coding(request.get("accept-encoding", ""), file.bodies)
    body = file.bodies[coding]
    headers: Headers = [(b"etag", body.etag), (b"cache-control", file.cache_control)]
    if len(file.bodies) > 1:
        headers.append((b"vary", b"Accept-Encoding"))
    if "if-none-match" in request and _matches(request["if-none-match"], body.etag):
        return 304, headers, b""
    headers.append((b"content-type", file.media_type))
    if coding != "identity":
        headers.append((b"content-encoding", coding.encode()))
    return 200, headers, body.content


def _problem(status: int, detail: str) -> tuple[int, Headers, bytes]:
    """A problem document (RFC 9457)."""
    code, title = {404: ("not_found", "Hittades inte"), 405: ("method.not_allowed", "Går inte här")}[status]
    document = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
    content = json.dumps(document, ensure_ascii=False).encode()
    return status, [(b"content-type", b"application/problem+json"), (b"cache-control", b"no-store")], content
