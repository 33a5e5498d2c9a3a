"""A phone's second key: for its own user, made once, told again only right after a sign-in, and logged (SR-15)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from app.database import execute, fetch, fetch_value
from offline_sync.repository import set_device_state
from tests.offline_sync.toy import House


async def ask(browser: httpx.AsyncClient, device: UUID) -> Any:
    return await browser.post("/api/sync/vault-key", json={"device": str(device)})


async def test_the_key_is_made_once_and_told_again_right_after_a_sign_in(house: House) -> None:
    phone = await house.phone()
    first = await ask(phone.browser, phone.device)
    assert (first.status_code, len(first.json()["key"])) == (200, 43)
    assert await fetch_value("select count(*) from command_log") == 0
    again = await ask(phone.browser, phone.device)
    assert again.json() == first.json()
    rows = await fetch("select type, author, aggregate, payload_raw from command_log")
    assert [(row["type"], row["author"], row["aggregate"]) for row in rows] == [
        ("phone.vault_key", house.technician, phone.device)
    ]
    other = await house.phone()
    assert (await ask(other.browser, other.device)).json() != first.json()


async def test_a_session_that_is_old_gets_no_key_that_exists(house: House) -> None:
    phone = await house.phone()
    await execute("update session set created_at = created_at - $1::interval", timedelta(minutes=16))
    assert (await ask(phone.browser, phone.device)).status_code == 200, "there was none yet"
    refused = await ask(phone.browser, phone.device)
    assert (refused.status_code, refused.json()["code"]) == (403, "vault.sign_in_again")


@pytest.mark.parametrize("state", ["lost", "wipe"])
async def test_a_phone_that_is_shut_out_gets_none(house: House, state: str) -> None:
    phone = await house.phone()
    await ask(phone.browser, phone.device)
    await set_device_state(phone.device, state)
    assert (await ask(phone.browser, phone.device)).status_code == 404


async def test_another_users_phone_and_none_at_all_are_one_answer(house: House) -> None:
    phone = await house.phone()
    planner = await house.browser("planner.norr")
    assert (await ask(planner, phone.device)).status_code == 404
    assert (await ask(planner, uuid4())).status_code == 404
