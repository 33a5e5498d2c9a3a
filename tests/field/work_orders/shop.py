"""The whole stack with work orders on a test's own database, in two regions: `async with open_shop(...) as shop`."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import httpx

from app.database import Database, fetch
from app.feature import Feature
from app.identity import feature as identity
from app.identity.actor import Role
from app.messages.feature import MESSAGE_VIEW
from app.policy import feature as policy
from app.registry import feature as registry
from app.stock import feature as stock
from field.maintenance import feature as maintenance
from field.protocols import feature as protocols
from field.work_orders import feature as work_orders
from labels import feature as labels
from tests.support.builders import make_policy
from tests.support.http import client, running_app, settings_for, sign_in
from tests.support.phone import Phone
from tests.support.world import Person, RegionWorld, make_world

#: Messages are stored and shown, but neither pushed nor marked as read.
THIN_INBOX: Final = Feature(name="messages", views=(MESSAGE_VIEW,))


@dataclass
class Shop:
    """Two regions, the assembled application, and signed-in people on demand.

    Both regions have the policy of Norrbotten.
    """

    north: RegionWorld
    south: RegionWorld
    app: Any
    stack: contextlib.AsyncExitStack
    browsers: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    @property
    def technician(self) -> Person:
        """The technician of north's first team."""
        return self.north.users[Role.TECHNICIAN]

    @property
    def colleague(self) -> Person:
        """The technician of north's second team."""
        return self.north.other_technician

    async def browser(self, person: Person) -> httpx.AsyncClient:
        """A signed-in client."""
        if person.username not in self.browsers:
            browser = await self.stack.enter_async_context(client(self.app))
            await sign_in(browser, person.username)
            self.browsers[person.username] = browser
        return self.browsers[person.username]

    async def office(self, role: Role = Role.PLANNER) -> httpx.AsyncClient:
        """A signed-in client of north's office."""
        return await self.browser(self.north.users[role])

    async def phone(self, person: Person, **options: Any) -> Phone:
        """A new phone."""
        return await Phone.register(await self.browser(person), **options)

    async def send(
        self,
        browser: httpx.AsyncClient,
        type_name: str,
        args: dict[str, Any],
        aggregate: UUID | None,
        base_rv: int | None = None,
    ) -> httpx.Response:
        """Send an office command."""
        body: dict[str, Any] = {"id": str(uuid4()), "args": args, "aggregate": str(aggregate) if aggregate else None}
        if base_rv is not None:
            body["base_rv"] = base_rv
        return await browser.post(f"/api/commands/{type_name}", json=body)

    async def push(self, phone: Phone, type_name: str, args: dict[str, Any], aggregate: UUID, **options: Any) -> Any:
        """Record one command on a phone, sync, and return the verdict's line."""
        command = phone.record(type_name, args, aggregate=aggregate, **options)
        await phone.sync()
        return phone.verdicts[command]


async def messages_to(person: Person) -> list[tuple[str, dict[str, Any]]]:
    """Return kind and parameters of what somebody was told, oldest first."""
    rows = await fetch("select kind, params from message where recipient_id = $1 order by created_at, id", person.id)
    return [(row["kind"], row["params"]) for row in rows]


async def open_reviews(order_id: UUID) -> list[str]:
    """Return the reasons of the open review items about an order."""
    rows = await fetch(
        "select reason from review_item where subject_id = $1 and state = 'open' order by created_at", order_id
    )
    return [row["reason"] for row in rows]


@contextlib.asynccontextmanager
async def open_shop(database: Database, folder: Path, messages: Feature = THIN_INBOX) -> AsyncIterator[Shop]:
    """The assembled stack; repeated work is started by the tests themselves."""
    world = await make_world()
    await make_policy(world.north)
    await make_policy(world.south)
    settings = settings_for(folder)
    rooms = [
        identity.feature(settings),
        policy.feature(settings),
        registry.feature(settings),
        messages,
        labels.feature(settings),
        protocols.feature(settings),
        stock.feature(settings),
        work_orders.feature(settings),
        maintenance.feature(settings),
    ]
    features = [replace(room, jobs={}, every={}) for room in rooms]
    async with running_app(database, folder, features=features) as app, contextlib.AsyncExitStack() as stack:
        shop = Shop(world.north, world.south, app, stack)
        yield shop
