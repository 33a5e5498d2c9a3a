"""Every refusal is problem+json, in the reader's language, and says nothing about people or our insides."""

from __future__ import annotations

import logging

import httpx
import pytest

from app.web.facts import preferred_language
from app.web.validation import explain

SECRET = "191212121212"

REFUSALS = [
    ("GET", "/api/nothing", 404, "not_found"),
    ("GET", "/api/session", 401, "session.required"),
    ("DELETE", "/api/teams", 405, "method.not_allowed"),
    ("GET", "/api/test/crash", 500, "server.error"),
    ("GET", "/api/test/away", 503, "server.busy"),
    ("GET", "/api/test/taken", 500, "server.error"),
    ("GET", "/api/test/number?n=word", 400, "request.invalid"),
    ("GET", f"/api/test/number?n={2**40}", 400, "request.invalid"),
    ("GET", f"/api/test/number?n={2**70}", 400, "request.invalid"),
    ("POST", "/api/session", 400, "request.invalid"),
]


@pytest.mark.parametrize(("method", "path", "status", "code"), REFUSALS)
async def test_refusals_are_problems_in_both_languages(
    browser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, method: str, path: str, status: int, code: str
) -> None:
    texts = {}
    with caplog.at_level(logging.DEBUG):
        for language in ("sv", "en"):
            answer = await browser.request(method, path, headers={"accept-language": language})
            assert answer.status_code == status
            assert answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert problem["status"] == status
            assert problem["code"] == code
            assert problem["type"] == "about:blank"
            assert SECRET not in answer.text
            assert "Error" not in answer.text
            texts[language] = (problem["title"], problem["detail"])
    assert texts["sv"] != texts["en"]
    assert SECRET not in caplog.text


async def test_an_unexpected_error_is_logged_with_its_place_and_request_id(
    browser: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "turbil.web"):
        answer = await browser.get("/api/test/crash")
    request_id = answer.headers["x-request-id"]
    assert answer.json()["instance"] == f"urn:turbil:request:{request_id}"
    line = next(record.getMessage() for record in caplog.records if record.name == "turbil.web")
    assert request_id in line
    assert "RuntimeError" in line
    assert " crash" in line, "the function's name"


async def test_a_problem_carries_its_extras(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/api/test/refuse")
    assert answer.status_code == 409
    assert answer.headers["retry-after"] == "7"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Nej",
        "status": 409,
        "detail": "Gör så här.",
        "code": "test.refused",
        "state": {"state": "closed"},
    }


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "sv"),
        ("en", "en"),
        ("en-GB,en;q=0.9,sv;q=0.8", "en"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("de,fi", "sv"),
        ("en;q=0.5,sv;q=0.5", "sv"),
        ("en;q=nonsense", "sv"),
        ("*", "sv"),
    ],
)
def test_language_follows_accept_language_and_is_swedish_by_default(header: str, language: str) -> None:
    assert preferred_language(header) == language


async def test_validation_names_the_field_and_not_the_value(browser: httpx.AsyncClient) -> None:
    async def first_error(body: object) -> dict[str, str]:
        answer = await browser.post("/api/test/note", json=body)
        assert answer.status_code == 400, answer.text
        assert SECRET not in answer.text
        error: dict[str, str] = answer.json()["errors"][0]
        return error

    assert await first_error({"text": SECRET}) == {"path": "text", "message": "För långt: högst 5 är tillåtet."}
    assert await first_error({"inner": {"count": SECRET + "x"}}) == {
        "path": "inner.count",
        "message": "Här behövs ett heltal.",
    }
    assert (await first_error({"rows": [{"count": 1}, {"count": None}]}))["path"] == "rows[1].count"
    assert await first_error({"nonsense": 1}) == {"path": "nonsense", "message": "Fältet är okänt här."}
    assert await first_error({"inner": {}}) == {"path": "inner.count", "message": "Fältet behövs."}
    assert await first_error({"inner": {"count": 1, "extra": 2}}) == {
        "path": "inner.extra",
        "message": "Fältet är okänt här.",
    }


def test_unknown_wording_of_the_library_still_gives_a_sentence() -> None:
    assert explain("data.a", "Something nobody has seen", "sv") == ("a", "Värdet går inte att använda.")
    assert explain("a", "Expected `int | null`, got `str`", "en") == ("a", "Expected int or null.")
