"""SR-10, SR-17, SR-25: what no handler ever gets to see."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.database import Database
from app.web.problems import Problem
from app.web.requests import check_json, origin_of
from tests.support.http import ORIGIN, client, running_app

JSON = {"content-type": "application/json"}


async def test_a_good_body_passes(browser: httpx.AsyncClient) -> None:
    answer = await browser.post(
        "/api/test/note", content='{"text": "åäö😀"}', headers={"content-type": "application/JSON; charset=utf-8"}
    )
    assert answer.status_code == 200
    assert answer.json() == {"length": 4}


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/json2"]
)
async def test_other_content_types_are_refused(browser: httpx.AsyncClient, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = await browser.post("/api/test/note", content=b"{}", headers=headers)
    assert answer.status_code == 415
    assert answer.json()["code"] == "content_type.unsupported"


@pytest.mark.parametrize("content_type", ["application/octet-stream", "image/jpeg"])
async def test_blob_routes_take_bytes(browser: httpx.AsyncClient, content_type: str) -> None:
    answer = await browser.post("/api/test/blob", content=b"\x00\xff" * 10, headers={"content-type": content_type})
    assert answer.status_code == 200
    assert answer.json() == {"length": 20}


async def test_blob_routes_refuse_forms_and_too_much(browser: httpx.AsyncClient) -> None:
    answer = await browser.post("/api/test/blob", content=b"a=1", headers={"content-type": "text/plain"})
    assert answer.status_code == 415
    answer = await browser.post("/api/test/blob", content=b"x" * 101, headers={"content-type": "image/png"})
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:8001"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
    ],
)
async def test_other_sites_cannot_write(browser: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await browser.post("/api/test/note", json={}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["code"] == "request.cross_site"
    assert (await browser.get("/healthz", headers=headers)).status_code == 200, "reading is not writing"


@pytest.mark.parametrize("headers", [{}, {"origin": ORIGIN}, {"origin": ORIGIN, "sec-fetch-site": "same-origin"}])
async def test_the_own_site_can_write(browser: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await browser.post("/api/test/note", json={}, headers=headers)).status_code == 200


async def test_behind_a_proxy_the_public_origin_is_the_own_one(database: Database, tmp_path: Path) -> None:
    async with (
        running_app(database, tmp_path, features=(), public_url="https://turbil.example:443") as app,
        client(app) as inside,
    ):
        answer = await inside.post("/healthz", headers={"origin": "https://turbil.example"})
        assert answer.status_code == 405
    assert origin_of("https://Turbil.example:443/x") == "https://turbil.example"
    assert origin_of("http://127.0.0.1:8000") == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"[" * 60_000, ""),
        (b'{"a":' * 10_000, ""),
        (b"[" * 50_000 + b"]" * 50_000, ""),
        (b"[" * 33 + b"]" * 33, "[0]" * 32),
        (b'{"text": "a\\u0000b"}', "text"),
        (b'{"te\\u0000xt": 1}', ""),
        (b'{"inner": {"x": ["ok", "\\ud800"]}}', "inner.x[1]"),
        (b'{"rows": [{"count": 1180591620717411303424}]}', "rows[0].count"),
        (b'{"rows": [{"count": -9223372036854775809}]}', "rows[0].count"),
        (b'{"text": 1e400}', "text"),
        (b'{"text": NaN}', "text"),
        (b"not json", ""),
        (b"\xff\xfe", ""),
        (b'{"text": "\xc3"}', ""),
        (b"1" * 6000, ""),
    ],
)
async def test_harmful_json_is_a_400_that_says_where(browser: httpx.AsyncClient, body: bytes, path: str) -> None:
    answer = await browser.post("/api/test/large", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == path[:120]


async def test_a_push_is_taken_as_it_was_sent_but_for_type_and_size(browser: httpx.AsyncClient) -> None:
    body = b'{"text": "a\\u0000b", "deep": ' + b"[" * 50 + b"]" * 50 + b"}"
    answer = await browser.post("/api/test/as-sent", content=body, headers=JSON)
    assert answer.json() == {"length": len(body)}
    assert (
        await browser.post("/api/test/as-sent", content=body, headers={"content-type": "text/plain"})
    ).status_code == 415
    assert (await browser.post("/api/test/as-sent", content=b" " * 70_000, headers=JSON)).status_code == 413


async def test_a_hundred_thousand_brackets_are_a_400(browser: httpx.AsyncClient) -> None:
    """M3 of the measurements: 500 out of the box."""
    answer = await browser.post("/api/test/large", content=b"[" * 100_000, headers=JSON)
    assert answer.status_code == 400


async def test_body_limits_are_per_route(browser: httpx.AsyncClient) -> None:
    body = json.dumps(["x" * 1000] * 100)
    assert (await browser.post("/api/test/note", content=body, headers=JSON)).status_code == 413
    assert (await browser.post("/api/test/large", content=body, headers=JSON)).status_code == 200

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1024

    answer = await browser.post("/api/test/note", content=chunks(), headers=JSON)  # no content-length
    assert answer.status_code == 413


async def test_nul_in_address_and_query_is_a_400(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/api/test/number", params={"q": "a\0b"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["path"] == "q"
    assert (await browser.get("/api/te%00st")).status_code in {400, 404}


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(categories=["L"]), max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON_VALUES)
def test_harmless_json_is_never_refused(value: object) -> None:
    check_json(json.dumps(value).encode())
    check_json(json.dumps(value, ensure_ascii=False).encode())


@given(st.binary(max_size=200))
def test_any_bytes_are_judged_without_a_crash(body: bytes) -> None:
    with contextlib.suppress(Problem):
        check_json(body)
