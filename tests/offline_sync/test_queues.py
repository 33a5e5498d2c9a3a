"""Queues of every released version sync for ever (sync case 23, SR-31)."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.database import Database, fetch
from app.messages import feature as messages
from labels.service import issue_label
from offline_sync.commands import Applied, Arguments, CommandContext, Outcome
from tests.field.work_orders.shop import open_shop
from tests.offline_sync.toy import House
from tests.support.builders import make_device, make_work_order
from tests.support.http import settings_for
from tests.support.phone import Outgoing, Phone

ROOT = Path(__file__).resolve().parent.parent.parent
QUEUES = Path(__file__).with_name("queues")
RELEASED = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


class Weigh(Arguments, frozen=True, kw_only=True):
    vikt: dict[str, int]


class Fold(Arguments, frozen=True, kw_only=True):
    times: int


async def _done(_context: CommandContext, _arguments: Arguments) -> Outcome:
    return Applied()


def load(phone: Phone, name: str, places: Mapping[str, Any]) -> list[UUID]:
    """Put a frozen queue into the phone's outbox."""
    text = (QUEUES / f"{name}.json").read_text()
    for place, value in places.items():
        text = text.replace("{" + place + "}", str(value))
    assert not re.search(r'"\{\w+\}"', text), "every name in braces has a value"
    for command in json.loads(text)["commands"]:
        raw = json.dumps(command, ensure_ascii=False).encode()
        phone.outbox[command["seq"]] = Outgoing(command["seq"], UUID(command["id"]), raw)
    phone.next_seq = len(phone.outbox) + 1
    return [outgoing.id for outgoing in phone.outbox.values()]


def test_every_released_version_has_its_queue() -> None:
    assert RELEASED
    assert {path.stem for path in QUEUES.glob("[0-9]*.json")} == set(RELEASED)


@pytest.mark.parametrize("version", RELEASED)
async def test_a_released_versions_queue_syncs(database: Database, tmp_path: Path, version: str) -> None:
    async with open_shop(database, tmp_path, messages.feature(settings_for(tmp_path))) as shop:
        device = await make_device(shop.north, number="104901")
        label = await issue_label(shop.north.region_id, device, "http://127.0.0.1:8000")
        own = {"assigned_to": shop.technician.id, "device_id": device}
        orders = [await make_work_order(shop.north, **own) for _ in range(2)]
        phone = await shop.phone(shop.technician)
        places = {
            "order": orders[0].id,
            "second_order": orders[1].id,
            "technician": shop.technician.id,
            "label": label.payload,
            "number": "104901",
        }
        ids = load(phone, version, places)
        await phone.sync()
        assert phone.outbox == {}
        assert {phone.verdicts[command]["code"] for command in ids} == {""}
        row = await fetch("select state, outcome from work_order where id = any($1)", [order.id for order in orders])
        assert Counter(item["state"] for item in row) == {"closed": 1, "cancelled": 1}


async def test_case_23_arguments_of_older_versions_are_lifted_step_by_step(house: House) -> None:
    phone = await house.phone()
    load(phone, "synthetic-older", {"toy": await house.toy()})
    await phone.sync()
    assert [line["verdict"] for line in phone.verdicts.values()] == ["applied", "applied"]
    assert [row["kind"] for row in await fetch("select kind from toy_effect order by position")] == [
        "renamed 5",
        "renamed 6",
    ]


async def test_case_23_a_newer_queue_waits_for_the_servers_update(house: House) -> None:
    phone = await house.phone()
    ids = load(phone, "synthetic-newer", {"toy": await house.toy()})
    await phone.sync()
    assert [phone.verdicts[command]["verdict"] for command in ids] == ["parked", "parked"]
    assert phone.outbox == {}
    # The update knows the ninth version and the new type.
    types = house.sync.dispatcher.types
    types["toy.rename"] = replace(types["toy.rename"], version=9, arguments=Weigh, handler=_done)
    types["toy.fold"] = replace(types["toy.rename"], name="toy.fold", version=1, arguments=Fold)
    assert await house.sync.dispatcher.replay_parked() == 2
    await phone.pull()
    assert {phone.rows["command"][command]["verdict"] for command in ids} == {"applied"}
