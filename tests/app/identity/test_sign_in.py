"""SR-29: failures are slowed across workers, nobody is locked out by a stranger, and nothing tells who exists."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest

from app.database import Database, execute, fetch_value, new_id
from app.identity import throttle
from app.identity.feature import feature
from app.web.application import Application
from tests.support.http import client, running_app, settings_for, sign_in
from tests.support.world import PASSWORD, World


async def attempt(browser: httpx.AsyncClient, username: str, password: str = "fel") -> httpx.Response:  # noqa: S107
    return await browser.post("/api/session", json={"username": username, "password": password})


async def time_passes(seconds: int) -> None:
    await execute("update sign_in_failure set failed_at = failed_at - make_interval(secs => $1)", seconds)


async def test_unknown_user_and_wrong_password_get_the_same_answer(browser: httpx.AsyncClient) -> None:
    known = await attempt(browser, "planner.norr")
    unknown = await attempt(browser, "finns.inte")
    assert known.status_code == unknown.status_code == 401
    assert known.content == unknown.content
    assert known.headers.keys() == unknown.headers.keys()
    assert "set-cookie" not in known.headers


async def test_known_and_unknown_names_are_slowed_alike(app: Application) -> None:
    answers = []
    for username, address in (("planner.norr", "192.0.2.10"), ("finns.inte", "192.0.2.11")):
        async with client(app, address=address) as browser:
            answers.append([(await attempt(browser, username)).status_code for _ in range(5)])
    assert answers[0] == answers[1]
    assert answers[0][-1] == 429


async def test_the_wait_grows_to_25_seconds_and_is_told(browser: httpx.AsyncClient) -> None:
    waits = []
    for _ in range(12):
        answer = await attempt(browser, "planner.norr")
        if answer.status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            assert answer.json()["code"] == "session.slow_down"
            await time_passes(waits[-1])
            assert (await attempt(browser, "planner.norr")).status_code == 401, "after the wait the next guess is taken"
    assert waits == sorted(waits)
    assert waits[0] <= 2
    assert waits[-1] in {25, 26}


async def test_even_the_right_password_waits_but_then_forgets_the_failures(browser: httpx.AsyncClient) -> None:
    for _ in range(4):
        await attempt(browser, "planner.norr")
    assert (await attempt(browser, "planner.norr", PASSWORD)).status_code == 429
    await time_passes(30)
    await sign_in(browser, "planner.norr")
    browser.cookies.clear()
    for _ in range(3):
        assert (await attempt(browser, "planner.norr")).status_code == 401


async def test_two_workers_count_together(
    database: Database, world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine the first wait of one second could pass during the burst.
    monkeypatch.setattr(throttle, "wait_seconds", lambda failures, free: 0 if failures < free else 1000)
    rooms = (feature(settings_for(tmp_path)),)
    async with (
        running_app(database, tmp_path, features=rooms) as one,
        running_app(database, tmp_path, features=rooms) as two,
        client(one) as first,
        client(two) as second,
    ):
        answers = await asyncio.gather(*(attempt(b, "planner.norr") for b in (first, second) * 10))
        statuses = [answer.status_code for answer in answers]
        assert statuses.count(401) == throttle.FREE_PER_USER, "a burst gets no more guesses than a queue"
        assert statuses.count(429) == 20 - throttle.FREE_PER_USER


async def test_a_stranger_cannot_lock_out_a_user_at_the_own_phone(app: Application) -> None:
    async with client(app, address="192.0.2.20") as phone, client(app, address="198.51.100.1") as stranger:
        await sign_in(phone, "planner.norr")
        await phone.delete("/api/session")
        for _ in range(30):
            await attempt(stranger, "planner.norr")
        assert (await attempt(stranger, "planner.norr", PASSWORD)).status_code == 429
        await sign_in(phone, "planner.norr")


async def test_a_forged_proof_of_a_known_phone_is_worth_nothing(
    app: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "wait_seconds", lambda failures, free: 0 if failures < free else 1000)
    async with client(app, address="192.0.2.21") as phone:
        await sign_in(phone, "driver.norr")
        proof_of_another = phone.cookies["turbil-known"]
    own_proof = proof_of_another.partition(".")[2]
    forged = [proof_of_another, f"another-nonce.{own_proof}", "x.y", "å.å", "." * 300, "nonce."]
    async with client(app, address="198.51.100.2") as stranger:
        answers = [
            await stranger.post(
                "/api/session",
                json={"username": "planner.norr", "password": "fel"},
                headers=[(b"cookie", f"turbil-known={cookie}".encode())],
            )
            for cookie in forged
        ]
        assert answers[-1].status_code == 429, "each forged browser would have had free attempts of its own"


async def test_guesses_at_a_known_phone_are_slowed_too(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "planner.norr")
    await browser.delete("/api/session")
    assert [(await attempt(browser, "planner.norr")).status_code for _ in range(4)] == [401, 401, 401, 429]


async def test_an_address_that_tries_many_names_is_slowed(app: Application) -> None:
    async with client(app, address="203.0.113.5") as browser:
        statuses = [(await attempt(browser, f"namn{n}")).status_code for n in range(throttle.FREE_PER_ADDRESS + 2)]
        assert statuses[: throttle.FREE_PER_ADDRESS] == [401] * throttle.FREE_PER_ADDRESS
        assert statuses[-1] == 429
        headers = {"x-forwarded-for": "198.51.100.77"}
        forged = await browser.post("/api/session", json={"username": "a", "password": "b"}, headers=headers)
        assert forged.status_code == 429, "a forged forwarding header changes nothing"
    async with client(app, address="203.0.113.6") as neighbour:
        assert (await attempt(neighbour, "namn")).status_code == 401


async def test_guessing_the_current_password_in_a_session_is_slowed(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "planner.norr")
    answers = [
        await browser.post("/api/session/password", json={"current": "fel", "new": "ett nytt lösenord"})
        for _ in range(4)
    ]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 429]


async def test_names_and_addresses_are_not_stored(browser: httpx.AsyncClient) -> None:
    await attempt(browser, "planner.norr")
    stored = await fetch_value("select string_agg(row_to_json(f)::text, ' ') from sign_in_failure f")
    assert "planner" not in stored
    assert "192.0.2" not in stored


async def test_old_failures_are_forgotten(browser: httpx.AsyncClient) -> None:
    await attempt(browser, "planner.norr")
    await time_passes(2 * 86_400)
    await throttle.forget_old_failures()
    assert await fetch_value("select count(*) from sign_in_failure") == 0


@pytest.mark.parametrize(
    ("failures", "wait"), [(0, 0), (2, 0), (3, 1), (4, 2), (5, 4), (6, 8), (7, 16), (8, 25), (9, 25), (10_000, 25)]
)
def test_the_curve(failures: int, wait: int) -> None:
    assert throttle.wait_seconds(failures, 3) == wait


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::1", "2001:db8:1::/56"),
        ("2001:db8:1:ff::9", "2001:db8:1::/56"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("testclient", "unknown"),
    ],
)
def test_one_sender(address: str, network: str) -> None:
    assert throttle.network_of(address) == network


def test_a_proof_is_one_users_and_ends_with_the_password() -> None:
    user, another = new_id(), new_id()
    cookie = throttle.known_browser_cookie(user, "hash")
    nonce = throttle.known_browser(cookie, user, "hash")
    assert nonce == cookie.partition(".")[0]
    assert throttle.known_browser(cookie, another, "hash") is None
    assert throttle.known_browser(cookie, user, "hash of a new password") is None
    assert throttle.known_browser(f"other.{cookie.partition('.')[2]}", user, "hash") is None
    assert throttle.known_browser(None, user, "hash") is None
