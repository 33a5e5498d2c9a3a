"""The application with the identity room and a few routes that go wrong on purpose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import httpx
import pytest_asyncio
from litestar import Request, get, post
from litestar.params import FromQuery, JSONBody
from msgspec import Meta, field

from app.database import Database, DatabaseUnavailableError, execute, fetch_value
from app.identity.feature import feature
from app.web.application import Application
from app.web.problems import Problem
from app.web.structs import Body
from tests.support.http import client, running_app, settings_for

SECRET = "191212121212"


class Inner(Body, frozen=True):
    count: int


class Note(Body, frozen=True):
    text: Annotated[str, Meta(max_length=5)] = ""
    inner: Inner | None = None
    rows: list[Inner] = field(default_factory=list)


class Sum(Body, frozen=True):
    length: int


@post("/api/test/note", status_code=200, opt={"permission": "public"}, operation_id="test_note")
async def note(data: JSONBody[Note]) -> Sum:
    """Takes a strict body."""
    return Sum(length=len(data.text))


@post(
    "/api/test/large",
    status_code=200,
    opt={"permission": "public"},
    request_max_body_size=2 * 1024 * 1024,
    operation_id="test_large",
)
async def large(data: JSONBody[list[Any]]) -> Sum:
    """Takes a larger body than most."""
    return Sum(length=len(data))


@post(
    "/api/test/blob",
    status_code=200,
    opt={"permission": "public", "body": "bytes"},
    request_max_body_size=100,
    operation_id="test_blob",
)
async def blob(request: Request[Any, Any, Any]) -> Sum:
    """Takes bytes."""
    return Sum(length=sum([len(part) async for part in request.stream()]))


@post(
    "/api/test/as-sent",
    status_code=200,
    opt={"permission": "public", "body": "as_sent"},
    operation_id="test_as_sent",
)
async def as_sent(request: Request[Any, Any, Any]) -> Sum:
    """Judges its JSON itself."""
    return Sum(length=len(await request.body()))


@post("/api/test/unhurried", status_code=200, opt={"permission": "public", "disk": "any"}, operation_id="test_disk")
async def works_on_full_disk() -> Sum:
    """Writes nothing."""
    return Sum(length=0)


@get("/api/test/crash", opt={"permission": "public"}, operation_id="test_crash")
async def crash() -> Sum:
    """Fails with words that must never be seen."""
    raise RuntimeError(f"person {SECRET}")


@get("/api/test/away", opt={"permission": "public"}, operation_id="test_away")
async def away() -> Sum:
    """The database is away."""
    raise DatabaseUnavailableError(f"no server for {SECRET}")


@get("/api/test/refuse", opt={"permission": "public"}, operation_id="test_refuse")
async def refuse() -> Sum:
    """Refuses with everything a problem can carry."""
    raise Problem(
        409,
        "test.refused",
        sv=("Nej", "Gör så här."),
        en=("No", "Do it like this."),
        extra={"state": {"state": "closed"}},
        headers={"Retry-After": "7"},
    )


@get("/api/test/number", opt={"permission": "public"}, operation_id="test_number")
async def number(n: FromQuery[int] = 0) -> Sum:
    """Hands an unchecked number to the database."""
    return Sum(length=int(await fetch_value("select $1::int4", n)))


@get("/api/test/taken", opt={"permission": "public"}, operation_id="test_taken")
async def taken() -> Sum:
    """Breaks a constraint, and PostgreSQL quotes the row."""
    for _ in range(2):
        await execute("insert into region (id, code, name) values (gen_random_uuid(), $1, 'x')", SECRET)
    return Sum(length=0)


ROUTES = (note, large, blob, as_sent, works_on_full_disk, crash, away, refuse, number, taken)


@pytest_asyncio.fixture
async def app(database: Database, tmp_path: Path) -> AsyncIterator[Application]:
    """The application, running."""
    async with running_app(database, tmp_path, features=(feature(settings_for(tmp_path)),), routes=ROUTES) as running:
        yield running


@pytest_asyncio.fixture
async def browser(app: Application) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that is not signed in."""
    async with client(app) as visitor:
        yield visitor
