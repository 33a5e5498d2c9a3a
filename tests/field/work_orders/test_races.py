"""One winner (SR-22): the same order closed by many at once, and orders numbered at once."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from app.database import fetch, fetch_value, new_id
from app.identity.actor import Actor
from app.identity.actors import load_actor
from app.settings import Settings
from field.work_orders.arguments import Close
from field.work_orders.feature import feature
from offline_sync.commands import CommandRefused
from offline_sync.dispatcher import Dispatcher, OfficeCommand
from tests.field.work_orders.shop import Shop, messages_to
from tests.support.builders import close_args, make_device, make_work_order

ROUNDS = int(os.environ.get("RACE_ROUNDS", "5"))
"""``make soak`` runs a hundred."""
AT_ONCE = 20


async def test_twenty_closes_at_once_are_one_closing(shop: Shop) -> None:
    dispatcher = Dispatcher([feature(Settings())], load_actor=load_actor)
    actors = [await shop.technician.actor(), await shop.colleague.actor()]
    device = await make_device(shop.north)
    for _ in range(ROUNDS):
        order = await make_work_order(shop.north, device_id=device, assigned_to=shop.colleague.id)
        answers = await asyncio.gather(*(_close(dispatcher, actors[number % 2], order.id) for number in range(AT_ONCE)))
        assert answers.count("applied") == 1
        assert set(answers) == {"applied", "work_order.closed_meanwhile closed"}
        assert await fetch_value("select count(*) from visit where work_order_id = $1", order.id) == 1
        assert await fetch_value("select count(*) from time_entry where work_order_id = $1", order.id) == 1


async def _close(dispatcher: Dispatcher, actor: Actor, order_id: UUID) -> str:
    arguments = msgspec.convert(close_args(), Close)
    try:
        result = await dispatcher.office(
            actor, "work_order.close", OfficeCommand(id=new_id(), args=arguments, aggregate=order_id)
        )
    except CommandRefused as refused:
        return f"{refused.code} {refused.state['state']}"
    return result.verdict


async def test_two_phones_closing_at_once_have_one_winner(shop: Shop) -> None:
    order = await make_work_order(
        shop.north, assigned_to=shop.technician.id, registered_by=shop.technician.id, team_id=shop.north.teams[1]
    )
    phones = [await shop.phone(person) for person in (shop.technician, shop.colleague)]
    commands = [phone.record("work_order.close", close_args(), aggregate=order.id) for phone in phones]
    await asyncio.gather(*(phone.push_once() for phone in phones))
    verdicts = sorted(phone.verdicts[command]["verdict"] for phone, command in zip(phones, commands, strict=True))
    assert verdicts == ["applied", "recorded"]
    assert await fetch_value("select count(*) from time_entry where work_order_id = $1", order.id) == 2
    closed = [kind for kind, _ in await messages_to(shop.technician)]
    assert closed.count("work_order.closed") == 1


async def test_orders_registered_at_once_get_different_numbers(shop: Shop) -> None:
    await make_device(shop.north, number="104901")
    planner = await shop.office()

    async def register() -> str:
        args: dict[str, Any] = {
            "device_number": "104901",
            "type": "corrective",
            "fault_text": f"Fel {datetime.now(UTC)}",
            "proposed_priority": 1,
            "proposed_place": "at_holder",
        }
        answer = await shop.send(planner, "work_order.register", args, new_id())
        assert answer.status_code == 200, answer.text
        number: str = answer.json()["result"]["number"]
        return number

    numbers = await asyncio.gather(*(register() for _ in range(10)))
    assert len(set(numbers)) == 10
    rows = await fetch("select number from order_number order by number")
    assert sorted(numbers) == [row["number"] for row in rows]
