"""The office's desk with orders and pick-ups on a test's own database, in two regions: `async with open_desk(...)`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from app.database import Database, execute, fetch, fetch_row, new_id
from app.identity import feature as identity
from app.identity.actor import Role
from app.identity.sessions import start_session
from app.orders import feature as orders
from app.policy import feature as policy
from app.policy.working_time import STOCKHOLM
from app.registry import feature as registry
from routing.pickups import feature as pickups
from routing.returns import feature as returns
from tests.support.builders import make_policy
from tests.support.http import client, running_app, settings_for
from tests.support.phone import Phone
from tests.support.world import Person, RegionWorld, make_world


@dataclass
class Desk:
    """Two regions with Norrbotten's policy, the assembled application, and signed-in people on demand."""

    north: RegionWorld
    south: RegionWorld
    app: Any
    stack: contextlib.AsyncExitStack
    browsers: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    async def browser(self, person: Person) -> httpx.AsyncClient:
        """A signed-in client."""
        if person.username not in self.browsers:
            browser = await self.stack.enter_async_context(client(self.app))
            token = await start_session(person.id)
            browser.cookies.set(self.app.state["cookies"].session_name, token, domain="127.0.0.1")
            self.browsers[person.username] = browser
        return self.browsers[person.username]

    async def as_role(self, role: Role, region: RegionWorld | None = None) -> httpx.AsyncClient:
        """A signed-in client of a role; the north's unless told otherwise."""
        return await self.browser((region or self.north).users[role])

    async def phone(self, person: Person) -> Phone:
        """A new phone."""
        return await Phone.register(await self.browser(person))

    async def send(
        self,
        browser: httpx.AsyncClient,
        type_name: str,
        args: dict[str, Any],
        aggregate: UUID | None = None,
    ) -> httpx.Response:
        """Send an office command; a new id is the aggregate when none is given."""
        body = {"id": str(new_id()), "args": args, "aggregate": str(aggregate or new_id())}
        return await browser.post(f"/api/commands/{type_name}", json=body)

    async def do(
        self, role: Role, type_name: str, args: dict[str, Any], aggregate: UUID | None = None
    ) -> dict[str, Any]:
        """Send an office command that must be applied, and return its result."""
        answer = await self.send(await self.as_role(role), type_name, args, aggregate)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()["result"]
        return result

    async def order(self, role: Role = Role.PRESCRIBER, **args: Any) -> dict[str, Any]:
        """Register a customer order and return its id, number and lines."""
        order_id = new_id()
        result = await self.do(role, "customer_order.register", args, order_id)
        return {"id": order_id, "number": result["number"], "lines": await line_ids("order_line", order_id)}

    async def pickup(self, role: Role = Role.CUSTOMER_SERVICE, **args: Any) -> dict[str, Any]:
        """Register a pick-up order and return its id, number and lines."""
        order_id = new_id()
        result = await self.do(role, "pickup_order.register", {"reason": "need_ended", **args}, order_id)
        return {"id": order_id, "number": result["number"], "lines": await line_ids("pickup_line", order_id)}


async def line_ids(table: str, order_id: UUID) -> list[UUID]:
    """Return the ids of an order's lines by position."""
    column = "order_id" if table == "order_line" else "pickup_order_id"
    rows = await fetch(f"select id from {table} where {column} = $1 order by position", order_id)  # noqa: S608
    return [row["id"] for row in rows]


async def row_of(table: str, row_id: UUID) -> dict[str, Any]:
    """Return a row's columns as they are now."""
    row = await fetch_row(f"select * from {table} where id = $1", row_id)  # noqa: S608
    assert row is not None
    return dict(row)


async def status_of(device_id: UUID) -> str:
    """Return a device's status."""
    status: str = (await row_of("device", device_id))["status"]
    return status


def today(days: int = 0) -> str:
    """Today in Stockholm, or so many days later, as a client writes it."""
    return (datetime.now(UTC).astimezone(STOCKHOLM).date() + timedelta(days=days)).isoformat()


async def make_warehouse(region: RegionWorld) -> UUID:
    """Store the region's warehouse and return its id."""
    warehouse = new_id()
    await execute(
        "insert into location (id, region_id, kind, number, name) values ($1, $2, 'warehouse', '10', 'Centrallagret')",
        warehouse,
        region.region_id,
    )
    return warehouse


@contextlib.asynccontextmanager
async def open_desk(database: Database, folder: Path) -> AsyncIterator[Desk]:
    """The assembled stack. The north's customer has an address, as every customer has in life."""
    world = await make_world()
    for region in (world.north, world.south):
        await make_policy(region)
        await execute(
            "update party set street = 'Vårdgatan 1', postcode = '97100', town = 'Luleå', phone = '0920-100100'"
            " where region_id = $1",
            region.region_id,
        )
    settings = settings_for(folder)
    rooms = [module.feature(settings) for module in (identity, policy, registry, orders, pickups, returns)]
    features = [replace(room, jobs={}, every={}) for room in rooms]
    async with running_app(database, folder, features=features) as app, contextlib.AsyncExitStack() as stack:
        yield Desk(world.north, world.south, app, stack)
