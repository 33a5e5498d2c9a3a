"""The opponent: Litestar and asyncpg with nothing between them, repeating the statements of a recorded request.

It does what a handler written by hand for one purpose would do: takes the session's token from the cookie, asks who it
is with the same statement, sends the other statements on one connection, and answers the rows as JSON.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import uvicorn
from litestar import Litestar, Request, get, post
from litestar.exceptions import NotAuthorizedException
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from app.database import driver, new_id
from app.identity.cookies import Cookies
from benchmarks.recording import Kind, Statement, filled, has_slots

POOL_SIZE = 10
"""As many connections as the real application has unless it is told otherwise."""


class Command(Struct, frozen=True):
    """The envelope of an office command."""

    id: str
    aggregate: str
    args: dict[str, Any]


class _Script:
    """The statements of one recorded request."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self.session, *self.others = statements
        self._varies = [has_slots(statement.arguments) for statement in self.others]

    async def play(self, connection: driver.Connection, token: str | None, body: bytes = b"") -> list[Any]:
        """Check the session, send the statements and return what the reading ones answered."""
        digest = hashlib.sha256((token or "").encode()).digest()
        if await connection.fetchrow(self.session.sql, digest, *self.session.arguments[1:]) is None:
            raise NotAuthorizedException
        slots: dict[int, Any] = {}

        def new(kind: Kind) -> Any:
            if kind == "id":
                return new_id()
            if kind == "time":
                return datetime.now(UTC)
            return body if kind == "body" else hashlib.sha256(body).digest()

        answers: list[Any] = []
        for statement, varies in zip(self.others, self._varies, strict=True):
            arguments = (
                [filled(value, slots, new) for value in statement.arguments] if varies else list(statement.arguments)
            )
            answer = await getattr(connection, statement.method)(statement.sql, *arguments)
            if statement.method == "fetch":
                answers.append([dict(row) for row in answer])
            elif statement.method == "fetchrow":
                answers.append(None if answer is None else dict(answer))
        return answers


def create_raw_app(
    dsn: str,
    orders: Mapping[str, Sequence[Statement]],
    page: Sequence[Statement],
    commands: Mapping[str, Sequence[Statement]],
) -> Litestar:
    """Assemble the opponent.

    Args:
        dsn: the database of the real application.
        orders: the statements of one order's page, by its number.
        page: the statements of the list.
        commands: the statements of the command, by the id of its order.
    """
    pool: driver.Pool
    order_scripts = {number: _Script(statements) for number, statements in orders.items()}
    command_scripts = {order_id: _Script(statements) for order_id, statements in commands.items()}
    page_script = _Script(page)
    cookies = Cookies(https=False)

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        nonlocal pool
        pool = await driver.create_pool(dsn, size=POOL_SIZE)
        yield
        await pool.close()

    async def play(script: _Script, request: Request[Any, Any, Any], body: bytes = b"") -> list[Any]:
        connection = await pool.acquire()
        try:
            return await script.play(connection, cookies.read_session(request.scope), body)
        finally:
            await pool.release(connection)

    @get("/api/work-orders/{number:str}")
    async def order(number: FromPath[str], request: Request[Any, Any, Any]) -> list[Any]:
        return await play(order_scripts[number], request)

    @get("/api/work-orders")
    async def order_page(request: Request[Any, Any, Any]) -> list[Any]:
        return await play(page_script, request)

    @post("/api/commands/work_order.correct", status_code=200)
    async def correct(data: JSONBody[Command], request: Request[Any, Any, Any]) -> list[Any]:
        return await play(command_scripts[data.aggregate], request, await request.body())

    return Litestar(
        [order, order_page, correct], lifespan=[lifespan], openapi_config=None, logging_config=None, debug=False
    )


def serve(port: int, *arguments: Any) -> None:
    """Serve ``create_raw_app(*arguments)`` on loopback until it is told to stop; the entry of a process of its own."""
    application = create_raw_app(*arguments)
    uvicorn.run(application, host="127.0.0.1", port=port, access_log=False, log_level="warning", server_header=False)
