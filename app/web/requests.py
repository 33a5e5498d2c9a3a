"""What every request must be before a handler sees it: same site, the right content type, sane JSON (SR-10, SR-17)."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote_to_bytes, urlsplit

import msgspec
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.web.disk import Disk
from app.web.facts import facts_of, header
from app.web.problems import FieldError, Problem, invalid, of_status

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
DEFAULT_BODY_BYTES: Final = 64 * 1024
PATIENCE_SECONDS: Final = 30.0
SLOWEST_BYTES_PER_SECOND: Final = 1024
_DEEPEST: Final = 32
_GREATEST: Final = 2**63 - 1
_SURROGATES: Final = ("\ud800", "\udfff")


class RequestRules(ASGIMiddleware):
    """Checks each request of a Litestar route; see the functions below for what is refused.

    A handler may say

    * ``opt={"body": "bytes"}``: a blob, whose bytes are left alone;
    * ``opt={"body": "as_sent"}``: JSON whose content the handler judges itself, for a phone's push must never be
      refused for what someone typed;
    * ``opt={"disk": "any"}``: it writes little or nothing and works on a full disk.

    Its ``request_max_body_size`` is the limit of its body in bytes.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, disk: Disk, own_origins: frozenset[str]) -> None:
        self._disk = disk
        self._own_origins = own_origins

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Refuse, or pass the request on with its body read."""
        handler: Any = scope["route_handler"]
        _refuse_nul(scope)
        if scope["method"] not in SAFE_METHODS:  # type: ignore[typeddict-item]  # only HTTP comes here, see scopes
            refuse_cross_site(scope, self._own_origins)
            if handler.opt.get("disk") != "any":
                self._disk.ensure_free_space()
            limit = handler.resolve_request_max_body_size()
            unhurried, receive = receive, _paced(receive)
            if handler.opt.get("body") == "bytes":
                _demand_content_type(scope, "application/octet-stream", "image/")
            else:
                body = await _read_body(scope, receive, limit)
                if body:
                    _demand_content_type(scope, "application/json")
                    if handler.opt.get("body") != "as_sent":
                        check_json(body, facts_of(scope).language)  # type: ignore[arg-type]  # see facts.Scope
                receive = _replay(body, unhurried)
        await next_app(scope, receive, send)


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers write an Origin: default ports left out."""
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    port = f":{parts.port}" if parts.port and parts.port != default else ""
    return f"{parts.scheme}://{parts.hostname}{port}".lower()


def refuse_cross_site(scope: Any, own_origins: frozenset[str]) -> None:
    """Refuse what another site's page sends with our user's cookie (SR-17; ASVS 3.5.1, 3.5.3).

    Browsers tell by ``Sec-Fetch-Site`` and ``Origin``; programs that send neither hold no one's cookie by accident.

    Raises:
        Problem: 403.
    """
    site = header(scope, b"sec-fetch-site")
    origin = header(scope, b"origin").lower()
    own = not origin or origin in own_origins or origin == f"{scope['scheme']}://{header(scope, b'host').lower()}"
    if site not in {"", "same-origin", "none"} or not own:
        raise Problem(
            403,
            "request.cross_site",
            sv=("Från en annan webbplats", "Öppna Turbil på sin egen adress och försök där."),
            en=("From another site", "Open Turbil at its own address and try there."),
        )


def _demand_content_type(scope: Any, *allowed: str) -> None:
    """Refuse other content types: a form of another site can only send its own few (M1 of the measurements)."""
    content_type = header(scope, b"content-type").partition(";")[0].strip().lower()
    if not any(content_type == name or (name.endswith("/") and content_type.startswith(name)) for name in allowed):
        raise of_status(415)


def _refuse_nul(scope: Any) -> None:
    """PostgreSQL holds no NUL in text; so no address and no query may carry one."""
    if "\x00" in scope["path"]:
        raise invalid([FieldError("path", "NUL")])
    for pair in scope.get("query_string", b"").split(b"&"):
        if b"\x00" in unquote_to_bytes(pair):
            name = unquote_to_bytes(pair.partition(b"=")[0]).decode("utf-8", "replace").replace("\x00", "")
            raise invalid([FieldError(name[:60], "NUL")])


async def _read_body(scope: Any, receive: Receive, limit: int | None) -> bytes:
    declared = header(scope, b"content-length")
    if limit is not None and declared.isdigit() and int(declared) > limit:
        raise of_status(413)
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        body += message.get("body", b"")  # type: ignore[arg-type]  # http.request it is
        if limit is not None and len(body) > limit:
            raise of_status(413)
        if not message.get("more_body", False):
            return bytes(body)


def _paced(receive: Receive) -> Receive:
    """A ``receive`` that gives up on a body slower than SLOWEST_BYTES_PER_SECOND after PATIENCE_SECONDS (SR-19)."""
    started = time.monotonic()
    received = 0
    complete = False

    async def paced() -> Any:
        nonlocal received, complete
        if complete:
            return await receive()
        left = started + PATIENCE_SECONDS + received / SLOWEST_BYTES_PER_SECOND - time.monotonic()
        try:
            async with asyncio.timeout(left):
                message: Any = await receive()
        except TimeoutError:
            raise _too_slow() from None
        received += len(message.get("body", b""))
        complete = not message.get("more_body", False)
        return message

    return paced


def _too_slow() -> Problem:
    return Problem(
        408,
        "body.too_slow",
        sv=("Det gick för långsamt", "Inget har sparats. Försök igen där täckningen är bättre."),
        en=("That was too slow", "Nothing was saved. Try again where the network is better."),
        headers={"Connection": "close"},
    )


def _replay(body: bytes, receive: Receive) -> Receive:
    """A ``receive`` that hands out the body again, then whatever comes after it."""
    pending: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Any:
        return pending.pop() if pending else await receive()

    return replay


_MESSAGES: Final = {
    "nul": ("Tecknet NUL går inte att spara.", "The character NUL cannot be stored."),
    "surrogate": ("Ett tecken är trasigt.", "A character is broken."),
    "number": ("Talet är för stort.", "The number is too large."),
    "depth": ("För många nivåer.", "Too many levels."),
    "json": ("Det här är inte JSON.", "This is not JSON."),
}


def check_json(body: bytes, language: str = "sv") -> None:
    """Refuse JSON that would break something later: too deep, NUL, lone surrogates, numbers no column can hold.

    Raises:
        Problem: 400 with the path of what is at fault.
    """
    fault: tuple[str, str] | None
    try:
        fault = _find_fault(msgspec.json.decode(body))
    except RecursionError:
        fault = "", "depth"
    except (msgspec.DecodeError, UnicodeDecodeError):
        fault = _why_not_json(body)
    if fault is not None:
        path, kind = fault
        raise invalid([FieldError(path[:120], _MESSAGES[kind][0 if language == "sv" else 1])])


def _why_not_json(body: bytes) -> tuple[str, str]:
    """Where the fault is, if it is one of ours: Python's own reader lets broken characters through."""
    try:
        return _find_fault(json.loads(body)) or ("", "json")
    except RecursionError:
        return "", "depth"
    except ValueError:
        return "", "json"


def _find_fault(document: Any) -> tuple[str, str] | None:
    """The first fault as (path, kind), or None. Walks without recursion: the depth is the sender's choice."""
    waiting: list[tuple[str, Any, int]] = [("", document, 1)]
    while waiting:
        path, value, depth = waiting.pop()
        if isinstance(value, str):
            if kind := _text_fault(value):
                return path, kind
        elif isinstance(value, int | float):
            if abs(value) > _GREATEST or not math.isfinite(value):
                return path, "number"
        elif isinstance(value, dict | list):
            if depth > _DEEPEST:
                return path, "depth"
            if isinstance(value, dict) and (kind := next(filter(None, map(_text_fault, value)), None)):
                return path, kind
            waiting += [(place, item, depth + 1) for place, item in _items(path, value)]
    return None


def _items(path: str, value: dict[str, Any] | list[Any]) -> Iterable[tuple[str, Any]]:
    if isinstance(value, list):
        return ((f"{path}[{index}]", item) for index, item in enumerate(value))
    return ((f"{path}.{key}" if path else key, item) for key, item in value.items())


def _text_fault(text: str) -> str | None:
    if "\x00" in text:
        return "nul"
    if not text.isascii() and any(_SURROGATES[0] <= character <= _SURROGATES[1] for character in text):
        return "surrogate"
    return None


__all__ = ["DEFAULT_BODY_BYTES", "SAFE_METHODS", "RequestRules", "check_json", "origin_of", "refuse_cross_site"]
