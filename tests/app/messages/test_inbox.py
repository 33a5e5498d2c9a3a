"""The inbox: put away and taken back, and phones that ring for what their owner chose."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import pytest_asyncio

from app.database import Database, fetch, fetch_value, new_id, unit_of_work
from app.messages import feature as messages
from app.messages.repository import save_subscription
from app.messages.service import send_message
from app.messages.texts import RECIPIENTS, TEXTS, MessageKind
from tests.offline_sync.toy import House, open_house


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """The toy house with an inbox."""
    async with open_house(database, tmp_path, messages.feature) as house:
        yield house


async def tell(house: House, kind: str = "work_order.closed") -> None:
    """Send the technician a message of the kind."""
    async with unit_of_work():
        await send_message(
            region_id=house.region.region_id,
            recipient_id=house.technician,
            kind=kind,
            work_order_id=None,
            params={"number": "1", "reason": "wrong", "name": "T", "day": "2026-03-02", "article_name": "Rollator"},
            once_key=str(new_id()),
        )


def test_every_kind_has_words_and_readers() -> None:
    assert set(TEXTS) == set(RECIPIENTS) == set(get_args(MessageKind))


async def test_put_away_is_out_of_the_inbox_and_can_be_taken_back(house: House) -> None:
    await tell(house)
    await tell(house)
    phone = await house.phone()
    await phone.pull()
    first, second = sorted(phone.rows["message"])
    phone.record("message.put_away", {"message_ids": [str(first)]})
    await phone.push_once()
    await phone.pull()
    assert set(phone.rows["message"]) == {second}
    browser = await house.browser("technician.norr")
    assert [item["id"] for item in (await browser.get("/api/messages")).json()["items"]] == [str(second)]
    assert await fetch_value("select count(*) from message") == 2, "kept until retention ends it"
    phone.record("message.put_away", {"message_ids": [str(first)], "away": False})
    await phone.push_once()
    await phone.pull()
    assert set(phone.rows["message"]) == {first, second}


async def test_a_phone_rings_for_what_its_owner_chose(house: House) -> None:
    await save_subscription(
        region_id=house.region.region_id,
        user_id=house.technician,
        endpoint="https://push.invalid/a",
        p256dh="k",
        auth="a",
    )
    browser = await house.browser("technician.norr")
    body: dict[str, Any] = {"id": str(new_id()), "args": {"kind": "work_order.closed", "wanted": False}}
    assert (await browser.post("/api/commands/message.choose_push", json=body)).status_code == 200
    await tell(house)
    await tell(house, "work_order.cancelled")
    choices = {item["kind"]: item["wanted"] for item in (await browser.get("/api/push/choices")).json()["items"]}
    assert choices["work_order.closed"] is False
    assert choices["work_order.cancelled"] is True
    assert "fault_report.referred" not in choices, "a technician gets none"
    pushed = await fetch(
        "select m.kind from job j join message m on m.id = (j.args->>'message_id')::uuid where j.kind = 'push.send'"
    )
    assert [row["kind"] for row in pushed] == ["work_order.cancelled"]
    assert await fetch_value("select count(*) from message") == 2, "the inbox has both"


async def test_a_kind_that_nobody_sends_is_refused_with_its_place(house: House) -> None:
    browser = await house.browser("technician.norr")
    body = {"id": str(new_id()), "args": {"kind": "work_order.exploded", "wanted": False}}
    answer = await browser.post("/api/commands/message.choose_push", json=body)
    assert answer.status_code == 400
    assert [error["path"] for error in answer.json()["errors"]] == ["args.kind"]
