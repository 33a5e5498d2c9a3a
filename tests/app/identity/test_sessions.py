"""Sessions: fixation, rotation with grace, absolute end, revocation, and changes that bite at once (SR-29, SR-30)."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import httpx

from app.database import Database, execute, fetch, fetch_row, fetch_value, new_id
from app.identity import service, sessions
from app.identity.actor import Role
from app.identity.feature import feature
from app.web.application import Application
from tests.support.http import client, running_app, settings_for, sign_in
from tests.support.world import World, make_user

NAME = "turbil"


def token_of(browser: httpx.AsyncClient) -> str:
    return browser.cookies[NAME]


async def status_with(app: Application, token: str) -> int:
    """What a browser that holds only this token gets."""
    async with client(app, cookies={NAME: token}) as other:
        return (await other.get("/api/session")).status_code


async def age(minutes: int) -> None:
    """Let all tokens be this old."""
    await execute("update session set rotated_at = rotated_at - make_interval(mins => $1)", minutes)


async def test_the_session_document_is_the_contracts(browser: httpx.AsyncClient, world: World) -> None:
    session = await sign_in(browser, "prescriber.norr")
    prescriber = world.north.users[Role.PRESCRIBER]
    assert session == {
        "user": {
            "id": str(prescriber.id),
            "username": "prescriber.norr",
            "name": "Test prescriber.norr",
            "language": "sv",
            "must_change_password": False,
            "roles": ["prescriber"],
            "teams": [],
            "customers": [{"id": str(world.north.customer_id), "number": "1001", "name": "Vårdcentralen norr"}],
        },
        "region": {"code": "norr", "name": "Region Norr"},
        "demo": False,
        "pin": False,
    }
    assert (await browser.get("/api/session")).json() == session


async def test_those_with_patients_on_their_phone_open_it_with_a_pin(browser: httpx.AsyncClient, world: World) -> None:
    """SR-15: technicians and drivers; the others keep nothing of the kind on the disk."""
    asked = {role: (await sign_in(browser, f"{role}.norr"))["pin"] for role in Role if role in world.north.users}
    assert {role for role, pin in asked.items() if pin} == {Role.TECHNICIAN, Role.DRIVER}


async def test_user_names_are_the_same_in_capitals(browser: httpx.AsyncClient) -> None:
    session = await sign_in(browser, "TECHNICIAN.Norr")
    assert session["user"]["username"] == "technician.norr"


async def test_only_a_hash_is_stored_and_the_token_has_256_bits(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "planner.norr")
    token = token_of(browser)
    assert len(token) >= 43
    row = await fetch_row("select * from session")
    assert row is not None
    assert row["token_hash"] == hashlib.sha256(token.encode()).digest()
    assert token not in str(dict(row))


async def test_cookie_attributes_on_http(app: Application) -> None:
    async with client(app) as browser:
        answer = await browser.post(
            "/api/session", json={"username": "planner.norr", "password": "provrummet är varmt"}
        )
        cookies = answer.headers.get_list("set-cookie")
        session = next(cookie for cookie in cookies if cookie.startswith("turbil="))
        assert "; Path=/;" in session
        assert "HttpOnly" in session
        assert "SameSite=Lax" in session
        assert "Secure" not in session
        assert "Max-Age=43200" in session


async def test_cookie_attributes_on_https(database: Database, world: World, tmp_path: Path) -> None:
    rooms = (feature(settings_for(tmp_path)),)
    origin = "https://turbil.example"
    async with (
        running_app(database, tmp_path, features=rooms, public_url=origin) as app,
        client(app, origin=origin) as b,
    ):
        answer = await b.post("/api/session", json={"username": "planner.norr", "password": "provrummet är varmt"})
        for cookie in answer.headers.get_list("set-cookie"):
            assert cookie.startswith("__Host-turbil")
            assert cookie.endswith("; Secure")
            assert "Domain" not in cookie
        assert (await b.get("/api/session")).status_code == 200


async def test_a_token_from_before_signing_in_is_worth_nothing_after(
    app: Application, browser: httpx.AsyncClient
) -> None:
    """Session fixation: what an attacker planted is neither kept nor let in."""
    browser.cookies.set(NAME, "planted-by-somebody-else", domain="127.0.0.1")
    await sign_in(browser, "planner.norr")
    first = token_of(browser)
    assert first != "planted-by-somebody-else"
    assert await status_with(app, "planted-by-somebody-else") == 401
    await sign_in(browser, "technician.norr")
    assert token_of(browser) != first
    assert await status_with(app, first) == 401, "signing in again ends the earlier session of this browser"


async def test_sign_out_ends_the_session_and_takes_the_cookie(app: Application, browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "planner.norr")
    token = token_of(browser)
    assert (await browser.delete("/api/session")).status_code == 204
    assert NAME not in browser.cookies
    assert await status_with(app, token) == 401


async def test_a_token_is_rotated_after_an_hour_and_the_old_one_dies(
    app: Application, browser: httpx.AsyncClient
) -> None:
    await sign_in(browser, "planner.norr")
    old = token_of(browser)
    await browser.get("/api/teams")
    assert token_of(browser) == old, "not before an hour"
    await age(61)
    await browser.get("/api/teams")
    new = token_of(browser)
    assert new != old
    assert await status_with(app, old) == 200, "until the phone has shown that it got the new one"
    assert (await browser.get("/api/teams")).status_code == 200
    assert await status_with(app, old) == 200, "and a minute longer"
    left = await fetch_value(
        "select extract(epoch from expires_at - now())::float8 from session where token_hash = $1",
        sessions.hash_token(old),
    )
    assert 0 < left <= sessions.GRACE_SECONDS
    await execute("update session set expires_at = now() where token_hash = $1", sessions.hash_token(old))
    assert await status_with(app, old) == 401
    assert (await browser.get("/api/teams")).status_code == 200


async def test_a_lost_answer_signs_nobody_out(app: Application, browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "planner.norr")
    old = token_of(browser)
    await age(61)
    await status_with(app, old)  # its new cookie goes down with that browser
    await age(2)
    assert (await browser.get("/api/teams")).status_code == 200
    assert token_of(browser) != old, "another one is offered"
    assert (await browser.get("/api/teams")).status_code == 200


async def test_parallel_requests_rotate_once(app: Application, browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "planner.norr")
    token = token_of(browser)
    await age(61)
    assert await asyncio.gather(*(status_with(app, token) for _ in range(8))) == [200] * 8
    assert await fetch_value("select count(*) from session") == 2


async def test_rotation_never_outlives_twelve_hours(app: Application, browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "planner.norr")
    hours = await fetch_value("select extract(epoch from expires_at - created_at)::float8 / 3600 from session")
    assert hours <= 12.0001
    await age(61)
    await browser.get("/api/teams")
    await browser.get("/api/teams")
    ends = {
        row["expires_at"] for row in await fetch("select expires_at, last_seen from session order by id desc limit 1")
    }
    starts = {row["created_at"] for row in await fetch("select created_at from session")}
    assert len(starts) == 1
    assert (ends.pop() - starts.pop()).total_seconds() <= 12 * 3600 + 1
    await execute("update session set expires_at = now() - interval '1 second'")
    answer = await browser.get("/api/session")
    assert answer.status_code == 401
    assert answer.json()["code"] == "session.required"


async def test_revoking_a_phone_ends_its_sessions_at_the_next_request(
    app: Application, browser: httpx.AsyncClient, world: World
) -> None:
    technician = world.north.users[Role.TECHNICIAN]
    phone = new_id()
    await execute(
        "insert into sync_device (id, region_id, user_id, push_key_hash) values ($1, $2, $3, $4)",
        phone,
        world.north.region_id,
        technician.id,
        b"k",
    )
    async with client(app) as desk:
        await sign_in(browser, "technician.norr")
        await sign_in(desk, "technician.norr")
        signed_in = await sessions.find_session(token_of(browser))
        assert signed_in is not None
        await sessions.bind_sync_device(signed_in.session_id, phone)
        await age(61)
        await browser.get("/api/session")  # a rotated token belongs to the phone as well
        await sessions.revoke_sync_device(phone)
        assert (await browser.get("/api/session")).status_code == 401
        assert (await desk.get("/api/session")).status_code == 200, "another device of the same user goes on"


async def test_a_role_taken_away_bites_at_the_next_request(browser: httpx.AsyncClient, world: World) -> None:
    await sign_in(browser, "planner.norr")
    assert (await browser.get("/api/teams")).status_code == 200
    await service.remove_role(world.north.users[Role.PLANNER].id, Role.PLANNER)
    answer = await browser.get("/api/teams")
    assert answer.status_code == 403
    assert answer.json()["code"] == "permission.missing"
    assert (await browser.get("/api/session")).json()["user"]["roles"] == []


async def test_a_deactivated_user_is_out_at_the_next_request(browser: httpx.AsyncClient, world: World) -> None:
    await sign_in(browser, "planner.norr")
    await service.deactivate(world.north.users[Role.PLANNER].id)
    assert (await browser.get("/api/session")).status_code == 401
    answer = await browser.post("/api/session", json={"username": "planner.norr", "password": "provrummet är varmt"})
    assert answer.status_code == 401
    await service.reactivate(world.north.users[Role.PLANNER].id)
    await sign_in(browser, "planner.norr")


async def test_a_password_that_must_be_changed_comes_first(
    app: Application, browser: httpx.AsyncClient, world: World
) -> None:
    person = await make_user(world.north.region_id, "ny.norr", Role.PLANNER, must_change_password=True)
    session = await sign_in(browser, person.username)
    assert session["user"]["must_change_password"] is True
    refused = await browser.get("/api/teams")
    assert (refused.status_code, refused.json()["code"]) == (403, "password.must_change")
    before = token_of(browser)
    async with client(app) as elsewhere:
        await sign_in(elsewhere, person.username)
        for current, new, code in (
            ("fel lösenord", "ett nytt lösenord", "password.wrong"),
            ("provrummet är varmt", "kort", "password.short"),
            ("provrummet är varmt", "x" * 201, "password.long"),
            ("provrummet är varmt", "provrummet är varmt", "password.same"),
        ):
            answer = await browser.post("/api/session/password", json={"current": current, "new": new})
            assert (answer.status_code, answer.json()["code"]) == (400, code)
        changed = await browser.post(
            "/api/session/password", json={"current": "provrummet är varmt", "new": "ett nytt lösenord"}
        )
        assert changed.status_code == 200
        assert changed.json()["user"]["must_change_password"] is False
        assert token_of(browser) != before
        assert await status_with(app, before) == 401
        assert (await elsewhere.get("/api/session")).status_code == 401, "every other session has ended"
    assert (await browser.get("/api/teams")).status_code == 200
    await sign_in(browser, person.username, "ett nytt lösenord")


async def test_language_is_chosen_and_used_in_refusals(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, "driver.norr")
    answer = await browser.put("/api/session/language", json={"language": "en"})
    assert answer.json()["user"]["language"] == "en"
    refused = await browser.get("/api/teams", headers={"accept-language": "sv"})
    assert refused.json()["title"] == "Not allowed"
    assert (await browser.put("/api/session/language", json={"language": "de"})).status_code == 400


async def test_teams_and_technicians_are_the_own_regions(browser: httpx.AsyncClient, world: World) -> None:
    await sign_in(browser, "planner.soder")
    teams = (await browser.get("/api/teams")).json()["items"]
    assert [team["name"] for team in teams] == ["Arvidsjaursgruppen soder", "Ångermanlandsgruppen soder"], (
        "Swedish order"
    )
    everyone = (await browser.get("/api/technicians")).json()["items"]
    assert {item["id"] for item in everyone} == {
        str(world.south.users[Role.TECHNICIAN].id),
        str(world.south.other_technician.id),
    }
    of_team = (await browser.get("/api/technicians", params={"team": str(world.south.teams[1])})).json()["items"]
    assert [item["id"] for item in of_team] == [str(world.south.other_technician.id)]
    assert of_team[0]["teams"] == [str(world.south.teams[1])]
    assert of_team[0]["open_orders"] == 0
    foreign = await browser.get("/api/technicians", params={"team": str(world.north.teams[0])})
    assert foreign.json() == {"items": []}
