"""A place is counted by scanning, from the office and from a phone, and its differences are put right (R-180)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from app.database import Database, execute, fetch, fetch_row, fetch_value, new_id
from app.identity.actor import Role
from app.identity.sessions import start_session
from labels.service import issue_label
from tests.support.builders import make_device, make_holding, make_person, make_policy
from tests.support.http import client, running_app
from tests.support.phone import Phone
from tests.support.world import RegionWorld, make_world


async def make_place(region: RegionWorld, name: str, kind: str = "warehouse") -> UUID:
    place = new_id()
    await execute(
        "insert into location (id, region_id, kind, number, name) values ($1, $2, $3, $4, $4)",
        place,
        region.region_id,
        kind,
        name,
    )
    return place


@dataclass
class Store:
    """Two places with devices, and a browser per role."""

    north: RegionWorld
    south: RegionWorld
    clients: dict[Role, httpx.AsyncClient]
    here: UUID
    other: UUID

    async def device(self, number: str, status: str = "in_stock", home: UUID | None = None) -> UUID:
        return await make_device(self.north, number=number, status=status, home_location_id=home)

    async def count(self, *numbers: str, role: Role = Role.WAREHOUSE, raws: dict[str, str] | None = None) -> Any:
        """Count ``here`` with these numbers; returns the count's id and the answer."""
        made = uuid4()
        body = {"id": str(uuid4()), "aggregate": str(made), "base_rv": None, "args": self.args(*numbers, raws=raws)}
        return made, await self.clients[role].post("/api/commands/stock_count.record", json=body)

    def args(self, *numbers: str, raws: dict[str, str] | None = None) -> dict[str, Any]:
        now = datetime.now(UTC)
        devices = [{"number": one, "at": now.isoformat(), "scan_raw": (raws or {}).get(one)} for one in numbers]
        begun = (now - timedelta(minutes=20)).isoformat()
        return {"location_id": str(self.here), "begun_at": begun, "devices": devices}

    async def adjust(self, count: UUID, *lines: tuple[str, str], role: Role = Role.WAREHOUSE) -> httpx.Response:
        args = {"lines": [{"number": number, "deed": deed} for number, deed in lines], "reason": "moved"}
        body = {"id": str(uuid4()), "aggregate": str(count), "base_rv": None, "args": args}
        return await self.clients[role].post("/api/commands/stock_count.adjust", json=body)

    async def differences(self, count: UUID) -> dict[str, str]:
        answer = await self.clients[Role.WAREHOUSE].get(f"/api/stock-counts/{count}")
        assert answer.status_code == 200, answer.text
        return {line["number"]: line["finding"] for line in answer.json()["differences"]}


@pytest_asyncio.fixture
async def store(database: Database, tmp_path: Path) -> AsyncIterator[Store]:
    world = await make_world()
    await make_policy(world.north)
    async with running_app(database, tmp_path) as app:
        clients = {}
        for role in (Role.WAREHOUSE, Role.TECHNICIAN, Role.PLANNER):
            browser = client(app)
            token = await start_session(world.north.users[role].id)
            browser.cookies.set(app.state["cookies"].session_name, token, domain="127.0.0.1")
            clients[role] = browser
        here, other = await make_place(world.north, "Centrallagret"), await make_place(world.north, "Boden")
        yield Store(world.north, world.south, clients, here, other)
        for browser in clients.values():
            await browser.aclose()


async def test_a_count_names_what_is_missing_unexpected_and_known_elsewhere(store: Store) -> None:
    for number in ("200001", "200002", "200003"):
        await store.device(number, home=store.here)
    await store.device("200010", home=store.other)
    await store.device("200020", "cleaning", home=store.here)
    held = await store.device("200030", home=store.here)
    await make_holding(store.north, held, person_id=await make_person(store.north))
    count, answer = await store.count("200001", "200010", "200030", "299999")
    assert answer.status_code == 200, answer.text
    told = {"counted": 4, "missing": 2, "elsewhere": 1, "unexpected": 1, "unknown": 1}
    assert answer.json()["result"] == told
    findings = {
        "200002": "missing", "200003": "missing", "200010": "elsewhere", "200030": "unexpected", "299999": "unknown",
    }  # fmt: skip
    assert await store.differences(count) == findings
    listed = (await store.clients[Role.TECHNICIAN].get(f"/api/stock-counts?location={store.here}")).json()["items"]
    assert [(one["id"], one["counted"], one["differences"], one["open"]) for one in listed] == [(str(count), 4, 5, 5)]
    assert (await store.clients[Role.PLANNER].get(f"/api/stock-counts?location={store.other}")).json()["items"] == []
    assert await fetch_value("select count(*) from device where status <> 'in_stock' and number < '200020'") == 0, (
        "counting changes nothing"
    )


async def test_a_label_with_another_number_counts_for_its_device(store: Store) -> None:
    device = await store.device("200001", home=store.here)
    label = await issue_label(store.north.region_id, device, "a.example")
    raw = label.payload.replace("200001-", "700001-")
    count, answer = await store.count("700001", raws={"700001": raw})
    assert answer.json()["result"]["counted"] == 1
    assert await store.differences(count) == {}
    twice, _ = await store.count("200001", "700001", raws={"700001": raw})
    assert await fetch_value("select count(*) from stock_count_line where count_id = $1", twice) == 1


async def test_the_same_id_counts_once(store: Store) -> None:
    count, _ = await store.count()
    body = {"id": str(uuid4()), "aggregate": str(count), "base_rv": None, "args": store.args()}
    again = await store.clients[Role.WAREHOUSE].post("/api/commands/stock_count.record", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "stock.id_taken")


async def test_a_phone_counts_its_van_without_the_office(store: Store) -> None:
    await store.device("200001", home=store.here)
    phone = await Phone.register(store.clients[Role.TECHNICIAN])
    count = uuid4()
    phone.record("stock_count.record", store.args("200001", "200044"), aggregate=count)
    await phone.sync()
    assert await store.differences(count) == {"200044": "unknown"}
    row = await fetch_row("select counted_by from stock_count where id = $1", count)
    assert row is not None
    assert row["counted_by"] == store.north.users[Role.TECHNICIAN].id


async def test_differences_are_put_right_with_a_reason(store: Store) -> None:
    gone = await store.device("200001", home=store.here)
    stray = await store.device("200010", home=store.other)
    found = await store.device("200011", "lost", home=store.other)
    count, _ = await store.count("200010", "200011")
    answer = await store.adjust(count, ("200001", "lost"), ("200010", "placed_here"), ("200011", "placed_here"))
    assert answer.status_code == 200, answer.text
    assert answer.json()["result"]["adjusted"] == 3
    rows = await fetch("select id, status, home_location_id as home from device where number >= '200001'")
    assert {row["id"]: (row["status"], row["home"]) for row in rows} == {
        gone: ("lost", store.here), stray: ("in_stock", store.here), found: ("in_stock", store.here),
    }  # fmt: skip
    detail = (await store.clients[Role.WAREHOUSE].get(f"/api/stock-counts/{count}")).json()
    assert {(line["adjusted"], line["reason"], line["adjusted_by_name"] != "") for line in detail["differences"]} == {
        ("lost", "moved", True), ("placed_here", "moved", True),
    }  # fmt: skip
    again = await store.adjust(count, ("200001", "lost"))
    assert (again.status_code, again.json()["code"]) == (409, "stock.adjusted_already")
    assert await fetch_value(
        "select verdict from command_log where type = 'stock_count.adjust' order by received_at limit 1"
    ) == ("applied")


@pytest.mark.parametrize(
    ("number", "deed", "code"),
    [
        ("200002", "lost", "stock.moved_on"),
        ("200003", "placed_here", "stock.held"),
        ("200004", "placed_here", "stock.scrapped"),
        ("299999", "placed_here", "stock.line_unknown"),
        ("200005", "placed_here", "stock.line_unknown"),
    ],
)
async def test_one_that_cannot_be_put_right_leaves_all_as_they_are(
    store: Store, number: str, deed: str, code: str
) -> None:
    await store.device("200001", home=store.here)
    moved = await store.device("200002", home=store.here)
    held = await store.device("200003", home=store.here)
    await store.device("200004", "scrapped", home=store.here)
    await make_holding(store.north, held, person_id=await make_person(store.north))
    count, _ = await store.count("200003", "200004", "299999")
    await execute("update device set status = 'in_transit' where id = $1", moved)
    answer = await store.adjust(count, ("200001", "lost"), (number, deed))
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert number in answer.json()["detail"]
    assert await fetch_value("select status from device where number = '200001'") == "in_stock"


async def test_another_regions_place_cannot_be_counted(store: Store) -> None:
    store.here = await make_place(store.south, "Söder")
    _, answer = await store.count("200001")
    assert answer.status_code == 404
