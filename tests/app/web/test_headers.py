"""SR-18: the headers are on every answer, whoever gave it."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from app.database import Database
from app.web.headers import with_security_headers
from tests.support.http import client, running_app

ANSWERS = [
    ("GET", "/healthz", 200),
    ("GET", "/api/session", 401),
    ("GET", "/api/nothing/here", 404),
    ("GET", "/nothing/here.js", 404),
    ("PUT", "/api/teams", 405),
    ("POST", "/", 405),
    ("OPTIONS", "/api/teams", 204),
    ("GET", "/api/test/crash", 500),
    ("GET", "/api/test/away", 503),
    ("GET", "/api/test/refuse", 409),
    ("GET", "/schema/openapi.json", 401),
    ("GET", "/f/unknown", 200),
    ("GET", "/api/test/number?n=%00", 400),
]


@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
async def test_every_kind_of_answer_carries_all_headers(
    browser: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await browser.request(method, path)
    assert answer.status_code == status
    policy = answer.headers["content-security-policy"]
    assert "unsafe-inline" not in policy
    assert "'unsafe-eval'" not in policy
    for directive in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "default-src 'self'"):
        assert directive in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert "camera=(self)" in answer.headers["permissions-policy"]
    assert answer.headers["x-request-id"]
    assert "strict-transport-security" not in answer.headers, "plain http must not promise https"
    if path.startswith(("/api", "/schema")):
        assert answer.headers["cache-control"] == "no-store"


async def test_https_promises_https_for_years(database: Database, tmp_path: Path) -> None:
    async with (
        running_app(database, tmp_path, features=(), public_url="https://turbil.example") as app,
        client(app, origin="https://turbil.example") as browser,
    ):
        for path in ("/healthz", "/api/none", "/nothing.js"):
            answer = await browser.get(path)
            seconds = int(answer.headers["strict-transport-security"].split(";")[0].removeprefix("max-age="))
            assert seconds >= 365 * 86_400


def test_an_answers_own_stricter_header_is_kept_and_not_doubled() -> None:
    own = [(b"Content-Security-Policy", b"sandbox"), (b"cache-control", b"immutable")]
    headers = with_security_headers(own, https=True, no_store=True)
    names = [name.lower() for name, _ in headers]
    assert headers[:2] == own
    assert len(names) == len(set(names))


def test_pictures_of_the_houses_own_map_server_are_let_in() -> None:
    headers = dict(with_security_headers([], https=True, no_store=True, pictures_from="https://tiles.example"))
    policy = headers[b"content-security-policy"].decode()
    assert "img-src 'self' data: blob: https://tiles.example;" in policy
    assert policy.count("tiles.example") == 1
