"""Health, the request log and the OpenAPI document of the assembled application."""

from __future__ import annotations

import logging
from pathlib import Path

import httpx
import pytest

from app.database import Database
from app.main import create_app, openapi_document
from app.web.application import Application
from tests.app.web.conftest import note
from tests.support.http import client, running_app, settings_for, sign_in
from tests.support.world import make_world


async def test_health_is_503_until_started_and_when_the_database_is_gone(database: Database, tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path), (), database=database)
    async with client(app) as browser:
        assert (await browser.get("/healthz")).status_code == 503
        async with app.lifespan():
            assert (await browser.get("/healthz")).json() == {"status": "ok"}
            await database.close()
            answer = await browser.get("/healthz")
            assert answer.status_code == 503
            assert answer.headers["content-type"] == "application/problem+json"


async def test_the_request_log_names_the_route_and_nothing_else(
    browser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "191212121212"
    with caplog.at_level(logging.DEBUG):
        await browser.get(f"/api/work-orders/{canary}?q={canary}")
        await browser.get(f"/api/test/number?n={canary}")
        await browser.post("/api/session", json={"username": canary, "password": canary}, headers={"x-own": canary})
        await browser.get(f"/{canary}")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("turbil")]
    assert canary not in "\n".join(ours)
    lines = [record.getMessage() for record in caplog.records if record.name == "turbil.access"]
    assert len(lines) == 4
    assert "route=/api/test/number status=400" in lines[1]
    assert "method=POST route=/api/session status=401" in lines[2]
    assert "route=client" in lines[3]


async def test_the_schema_is_for_those_signed_in_but_public_in_the_demo(
    app: Application, database: Database, tmp_path: Path
) -> None:
    await make_world()
    async with client(app) as browser:
        assert (await browser.get("/schema/openapi.json")).status_code == 401
        await sign_in(browser, "auditor.norr")
        assert (await browser.get("/schema/openapi.json")).status_code == 200
    async with running_app(database, tmp_path, features=(), demo=True) as demo, client(demo) as visitor:
        assert (await visitor.get("/schema/openapi.json")).status_code == 200


def test_the_schema_says_what_bodies_refuse_and_how_errors_look(app: Application) -> None:
    document = openapi_document(app)
    schemas = document["components"]["schemas"]
    assert schemas["Note"]["additionalProperties"] is False
    assert schemas["Inner"]["additionalProperties"] is False, "also what a body refers to"
    assert "additionalProperties" not in schemas["Health"]
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status[0] in "45d":
                    assert set(answer["content"]) == {"application/problem+json"}


async def test_the_schema_builds_with_every_room(tmp_path: Path) -> None:
    app = create_app(settings_for(tmp_path), routes=(note,))
    document = openapi_document(app)
    identifiers = [
        operation["operationId"] for operations in document["paths"].values() for operation in operations.values()
    ]
    assert len(identifiers) == len(set(identifiers))
