"""SR-10: what schemathesis makes of the OpenAPI document, good and bad, on every operation, is never a fault of ours.

A slice of it in every run, with a seed that is printed: ``FUZZ_SEED`` repeats it, ``FUZZ_EXAMPLES`` makes it longer.
Every command is sent from a phone as well, where a fault of ours is a command that is parked with ``server.fault``.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import hypothesis
import pytest_asyncio
import requests
import schemathesis
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode

from app.database import Database
from tests.security.fuzzer import FEW, NOT_CALLED, Fuzzer, faults, push
from tests.security.house import House, open_house, operations
from tests.support.phone import Phone

EXAMPLES: Final = int(os.environ.get("FUZZ_EXAMPLES", "1"))


@pytest_asyncio.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    """Two regions, all roles."""
    async with open_house(database, tmp_path) as opened:
        yield opened


def _at_home(house: House, body: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Most bodies get ids that exist, or nothing behind the first look-up would ever be reached."""
    changed = dict(body)
    if isinstance(changed.get("args"), dict):
        changed["id"] = str(uuid4())
    if chance.random() < 0.7:
        if "aggregate" in changed or "args" in changed:
            changed["aggregate"] = str(house.own.order.id)
        arguments = changed.get("args")
        if isinstance(arguments, dict):
            real = {
                "device_number": house.own.device_number,
                "technician_id": str(house.user("T").id),
                "team_id": str(house.north.teams[0]),
                "article_number": "90001",
            }
            changed["args"] = {
                key: real[key] if key in real and chance.random() < 0.5 else value for key, value in arguments.items()
            }
        if "storage_id" in changed and "pull_seq" in changed:
            phone = house.phones["T"]
            changed |= {"device": str(phone.device), "storage_id": str(phone.storage_id), "epoch": phone.epoch}
    return changed


async def test_schemathesis_finds_no_fault_of_ours(house: House) -> None:
    seed = int(os.environ.get("FUZZ_SEED", random.SystemRandom().randrange(2**32)))
    print(f"FUZZ_SEED={seed}")
    fuzzer = Fuzzer(house, asyncio.get_running_loop())
    document = house.document()
    commands: list[tuple[str, Any]] = []

    def explore() -> None:
        schema = schemathesis.openapi.from_dict(document)
        chance = random.Random(seed)
        for result in schema.get_all_operations():
            operation = result.ok()
            name = operation.definition.raw["operationId"]
            if name in NOT_CALLED:
                continue
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                _explore_one(fuzzer, operation, name, mode, chance, seed, commands)

    await asyncio.to_thread(explore)
    print(f"{sum(fuzzer.statuses.values())} cases: {dict(sorted(fuzzer.statuses.items()))}")
    await _send_from_phone(fuzzer, commands)
    assert fuzzer.wrong == [], f"FUZZ_SEED={seed}"
    called = {operation.name for operation in operations(document)} - NOT_CALLED
    assert set(fuzzer.reached) == called, "every operation is called"
    assert sum(fuzzer.statuses.values()) > 300


def _explore_one(
    fuzzer: Fuzzer,
    operation: Any,
    name: str,
    mode: GenerationMode,
    chance: random.Random,
    seed: int,
    commands: list[tuple[str, Any]],
) -> None:
    """A few cases of one operation."""

    def run(case: Any) -> None:
        if isinstance(case.body, dict):
            case.body = _at_home(fuzzer.house, case.body, chance)
        prepared = requests.Request(**case.as_transport_kwargs(base_url="http://127.0.0.1:8000")).prepare()
        headers = {
            key: value if isinstance(value, str) else value.decode("latin-1")
            for key, value in prepared.headers.items()
            if key.lower() not in {"content-length", "user-agent", "host"}
        }
        if "blob" in name or name == "sync_push":
            headers["authorization"] = f"Bearer {fuzzer.house.phones['T'].push_key}"
            headers.setdefault("content-type", "application/octet-stream" if "blob" in name else "application/json")
        browser = fuzzer.house.clients["X"] if name == "sign_out" else fuzzer.client_for(name, chance.randrange(3))
        address = prepared.path_url
        if "{number}" in operation.path and chance.random() < 0.3:
            address = operation.path.replace(
                "{number}", fuzzer.house.own.order.number if "order" in name else fuzzer.house.own.device_number
            )
        fuzzer.send_from_thread(name, browser, prepared.method, address, prepared.body, headers)
        if operation.path.startswith("/api/commands/") and isinstance(case.body, dict):
            commands.append((operation.path.rpartition("/")[2], case.body))

    try:
        strategy = operation.as_strategy(generation_mode=mode)
        hypothesis.seed(seed)(
            hypothesis.settings(
                max_examples=FEW.get(name, EXAMPLES),
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )(hypothesis.given(case=strategy)(run))
        )()
    except hypothesis.errors.Unsatisfiable:
        fuzzer.reached.setdefault(name, set())  # nothing can be made worse of an operation without parameters


async def _send_from_phone(fuzzer: Fuzzer, commands: list[tuple[str, Any]]) -> None:
    """The same commands through the push; each has a verdict, and none is a fault of ours."""
    phone = await Phone.register(fuzzer.house.clients["T"])
    sent = 0
    for kind, body in commands:
        arguments = body.get("args")
        if sent % 5 == 0:  # a parked command makes later ones on its order wait
            order = (await fuzzer.house.make_order("own")).id
        try:
            phone.record(kind, arguments, aggregate=order)
            json.loads(phone.outbox[phone.next_seq - 1].raw)
        except (ValueError, TypeError, UnicodeError):
            phone.next_seq -= 1 if phone.outbox.pop(phone.next_seq - 1, None) else 0
            continue
        sent += 1
        if len(phone.outbox) == 20:
            await push(fuzzer, phone)
    await push(fuzzer, phone)
    assert sent > 20
    codes = Counter(line["code"] for line in phone.verdicts.values())
    print(f"{sent} commands from a phone: {dict(codes)}")
    fuzzer.wrong += await faults(phone)
    await phone.pull()
