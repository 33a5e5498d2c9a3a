"""The start password: told once, kept nowhere but as a hash, good for three days and for one sign-in."""

from __future__ import annotations

import json
import logging
from uuid import UUID, uuid4

import pytest

from app.administration import start_password
from app.database import execute, fetch, fetch_row, fetch_value
from app.identity.actor import Role
from tests.app.administration.conftest import Office, send
from tests.support.world import PASSWORD

OWN = "ett eget långt lösenord"


async def invite(office: Office) -> UUID:
    """A user without a password."""
    user_id = uuid4()
    answer = await send(office.admin, "user.invite", user_id, username="ny", name="Ny Test", role="driver")
    assert answer.status_code == 200
    return user_id


async def make(office: Office, user_id: UUID) -> str:
    """A start password."""
    answer = await office.admin.post(f"/api/users/{user_id}/start-password", json={})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    password: str = answer.json()["password"]
    return password


async def everything_stored() -> str:
    """Every row of every table as text."""
    tables = await fetch("select tablename as name from pg_tables where schemaname = 'public'")
    rows = [await fetch(f"select to_jsonb(t)::text as row from {table['name']} t") for table in tables]  # noqa: S608 - names
    payloads = await fetch("select payload_raw from command_log")
    text = " ".join(str(record["row"]) for found in rows for record in found)
    return text + " ".join(bytes(row["payload_raw"]).decode() for row in payloads)


async def test_it_signs_in_once_must_be_changed_and_is_nowhere(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    user_id = await invite(office)
    browser = await office.visitor()
    for guess in ("", "x", PASSWORD):
        answer = await browser.post("/api/session", json={"username": "ny", "password": guess or "x"})
        assert answer.status_code in {401, 429}, "an invited user has no password yet"
    await execute("delete from sign_in_failure")

    password = await make(office, user_id)
    assert len(password) == 14
    stored = await everything_stored()
    assert password not in stored
    assert password not in caplog.text
    entry = await fetch_row("select * from command_log where type = 'user.start_password'")
    assert entry is not None
    assert bytes(entry["payload_raw"]) == b"{}"
    assert entry["author"] == office.admin_id
    assert entry["aggregate"] == user_id
    assert "password" not in json.dumps(entry["result"])

    answer = await browser.post("/api/session", json={"username": "NY", "password": password})
    assert answer.status_code == 200
    assert answer.json()["user"]["must_change_password"] is True
    assert (await browser.get("/api/teams")).status_code == 403
    changed = await browser.post("/api/session/password", json={"current": password, "new": OWN})
    assert changed.status_code == 200
    assert (await browser.get("/api/messages")).status_code == 200

    refused = await office.admin.post(f"/api/users/{user_id}/start-password", json={})
    assert refused.status_code == 409
    assert refused.json()["code"] == "user.password_in_use"
    assert (await browser.get("/api/messages")).status_code == 200, "the user was not disturbed"


async def test_a_second_one_replaces_the_first(office: Office) -> None:
    user_id = await invite(office)
    first, second = await make(office, user_id), await make(office, user_id)
    assert first != second
    browser = await office.visitor()
    assert (await browser.post("/api/session", json={"username": "ny", "password": first})).status_code == 401
    assert (await browser.post("/api/session", json={"username": "ny", "password": second})).status_code == 200


async def test_a_reset_ends_the_old_password_and_every_session(office: Office) -> None:
    driver = office.world.north.users[Role.DRIVER]
    browser = await office.browser(driver)
    assert (await send(office.admin, "user.reset_password", driver.id)).status_code == 200
    assert (await browser.get("/api/session")).status_code == 401
    old = await browser.post("/api/session", json={"username": driver.username, "password": PASSWORD})
    assert old.status_code == 401
    password = await make(office, driver.id)
    assert (
        await browser.post("/api/session", json={"username": driver.username, "password": password})
    ).status_code == 200


async def test_after_three_days_it_is_no_longer_good(office: Office) -> None:
    user_id = await invite(office)
    password = await make(office, user_id)
    shown = (await office.admin.get(f"/api/users/{user_id}")).json()
    assert shown["start_password_until"] is not None
    await execute("update user_account set start_password_until = now() - interval '1 second' where id = $1", user_id)
    browser = await office.visitor()
    late = await browser.post("/api/session", json={"username": "ny", "password": password})
    unknown = await browser.post("/api/session", json={"username": "finns.inte", "password": password})
    assert late.status_code == 401
    assert late.json() == unknown.json()
    await execute("delete from sign_in_failure")
    again = await make(office, user_id)
    assert (await browser.post("/api/session", json={"username": "ny", "password": again})).status_code == 200


async def test_a_deactivated_user_gets_none(office: Office) -> None:
    driver = office.world.north.users[Role.DRIVER].id
    await send(office.admin, "user.reset_password", driver)
    await send(office.admin, "user.deactivate", driver)
    refused = await office.admin.post(f"/api/users/{driver}/start-password", json={})
    assert refused.json()["code"] == "user.inactive"
    assert await fetch_value("select count(*) from command_log where type = 'user.start_password'") == 0


def test_passwords_are_many_and_readable() -> None:
    made = {start_password.invent() for _ in range(200)}
    assert len(made) == 200
    assert all(len(one) == 14 and not set(one) & set("0O1lI ") for one in made)
