"""uvicorn's HTTP protocol, with an end to its patience (SR-19).

uvicorn waits for ever for a request's headers: a few hundred half-open requests from one client took the server down
when it was measured. Bodies are timed in requests.py, idle kept-alive connections by uvicorn itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


def server_config(application: Any, proxies: Sequence[str]) -> uvicorn.Config:
    """Return how uvicorn serves the application.

    Args:
        proxies: addresses and networks whose ``X-Forwarded-For`` says who the sender is; from anybody else, and when
            there are none, it is what it always may be: a forgery (SR-12).
    """
    return uvicorn.Config(
        application,
        http=ImpatientProtocol,
        access_log=False,
        log_level="warning",
        server_header=False,
        date_header=True,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
        proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies),
    )


class ImpatientProtocol(HttpToolsProtocol):
    """Closes a connection whose headers are not there within ``header_seconds``; for ``uvicorn.Config(http=)``."""

    header_seconds = 15.0

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """A client has connected and should say something."""
        super().connection_made(transport)
        self._await_headers()

    def on_message_begin(self) -> None:
        """Another request begins on a connection that was kept alive."""
        if self._deadline is None:
            self._await_headers()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The headers are here."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_headers(self) -> None:
        self._deadline = self.loop.call_later(self.header_seconds, self._give_up)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        self._deadline = None
        if not self.transport.is_closing():
            self.transport.close()
