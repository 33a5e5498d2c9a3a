"""The outermost layer: every answer, from whatever part, gets its headers, its request id and its line in the log."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

from litestar import Litestar

from app.web.facts import facts_of
from app.web.headers import with_security_headers
from app.web.problems import MEDIA_TYPE, encode, log_unexpected, unexpected

#: First words of the addresses that Litestar answers; everything else is the client's (pwa/static.py).
SERVER_FOLDERS: Final = frozenset({"api", "schema", "healthz"})

access_logger = logging.getLogger("turbil.access")

Client = Callable[[Any, Any, Any], Awaitable[None]]


class Application(Litestar):
    """Litestar with the client's files beside it and one layer around both.

    Attributes:
        client: ASGI application for the built client, or None in a process without one.
        https: True when the public address is https.
        pictures_from: the origin of the map pictures; empty without any.
    """

    client: Client | None = None
    https: bool = False
    pictures_from: str = ""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        facts = facts_of(scope)
        server = self.client is None or _first_word(scope["path"]) in SERVER_FOLDERS
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = with_security_headers(
                    list(message.get("headers", ())),
                    https=self.https,
                    no_store=server,
                    pictures_from=self.pictures_from,
                )
                headers.append((b"x-request-id", facts.request_id.encode()))
                headers += [(b"set-cookie", cookie.encode()) for cookie in facts.set_cookies]
                message = {**message, "headers": headers}
            await send(message)

        try:
            if server or self.client is None:
                await super().__call__(scope, receive, send_with_headers)
            else:
                await self.client(scope, receive, send_with_headers)
        except Exception as error:
            log_unexpected(error, facts.request_id)
            if status == 0:
                await _send_unexpected(scope, send_with_headers)
            # An answer under way cannot be taken back: the server closes the connection, the client sees it cut off.
        finally:
            # The template, never the address itself: an address may hold what identifies someone (SR-07).
            access_logger.info(
                "method=%s route=%s status=%d ms=%.1f id=%s",
                scope["method"] if scope["method"].isalpha() else "-",
                scope.get("path_template") or ("unknown" if server else "client"),
                status,
                (time.perf_counter() - started) * 1000,
                facts.request_id,
            )


def _first_word(path: str) -> str:
    return path.lstrip("/").partition("/")[0].lower()


async def _send_unexpected(scope: Any, send: Callable[[Any], Awaitable[None]]) -> None:
    facts = facts_of(scope)
    body = encode(unexpected(), facts.language, facts.request_id)
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})
