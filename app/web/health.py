"""GET /healthz: is this server ready to serve?"""

from __future__ import annotations

import asyncio

from litestar import Request, get
from litestar.datastructures import State

from app.database import DatabaseError, PostgresError, fetch_value
from app.web.problems import unavailable
from app.web.structs import Reply

_PATIENCE_SECONDS = 2.0


class Health(Reply, frozen=True):
    """``status`` is "ok"."""

    status: str


@get("/healthz", operation_id="health", opt={"permission": "public"}, summary="Is the server ready?")
async def health(request: Request[None, None, State]) -> Health:
    """200 once the migrations have been applied and while the database answers, else 503."""
    if not request.app.state.get("ready", False):
        raise unavailable()
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await fetch_value("select 1")
    except (DatabaseError, PostgresError, OSError, TimeoutError):
        raise unavailable() from None
    return Health(status="ok")
