"""The whole application with two regions, a labelled device on loan, the public, and people in triage."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio

from app.database import Database, new_id
from app.identity.actor import Role
from labels.service import issue_label
from tests.app.orders.desk import Desk
from tests.support.builders import make_article, make_device, make_holding, make_person, make_policy
from tests.support.http import client, running_app
from tests.support.push_service import PushService, push_service
from tests.support.world import make_world

WORDS = "Lyften stannar halvvägs upp. Det luktar bränt."


@dataclass(kw_only=True)
class Triage(Desk):
    """``public``: a stranger's browser. ``label`` sits on ``device``, number 104901, which a patient has."""

    public: httpx.AsyncClient
    pushes: PushService
    device: UUID
    person: UUID
    label: str

    async def stranger(self, address: str) -> httpx.AsyncClient:
        """Another browser without a session."""
        return await self.stack.enter_async_context(client(self.app, address=address))

    async def report(self, browser: httpx.AsyncClient | None = None, **changes: Any) -> httpx.Response:
        """Send a report about the labelled device."""
        body = {"id": str(new_id()), "payload": self.label, "topic": "broken", "text": WORDS, **changes}
        return await (browser or self.public).post("/api/public/reports", json=body)

    async def reported(self, **changes: Any) -> str:
        """Send a report that is taken in; returns the secret of its page."""
        answer = await self.report(**changes)
        assert answer.status_code == 201, answer.text
        tracking: str = answer.json()["tracking"]
        return tracking

    async def status(self, tracking: str) -> dict[str, Any]:
        """What the page behind the secret shows."""
        answer = await self.public.post("/api/public/status", json={"tracking": tracking})
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    async def reports(self, role: Role = Role.CUSTOMER_SERVICE, state: str = "open") -> list[dict[str, Any]]:
        """The list as a role sees it."""
        answer = await (await self.as_role(role)).get("/api/fault-reports", params={"state": state})
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def decide(self, report_id: str, role: Role = Role.CUSTOMER_SERVICE, **args: Any) -> httpx.Response:
        """Decide about a report."""
        return await self.send(await self.as_role(role), "fault_report.decide", args, UUID(report_id))


def work_order(**args: Any) -> dict[str, Any]:
    """The work order that triage makes of a report about the labelled device."""
    return {
        "id": str(new_id()),
        "args": {
            "type": "corrective",
            "fault_text": "Lyften stannar.",
            "proposed_priority": 2,
            "proposed_place": "at_holder",
            "device_number": "104901",
            **args,
        },
    }


@pytest_asyncio.fixture
async def triage(database: Database, tmp_path: Path) -> AsyncIterator[Triage]:
    """Everything, running, with a push service on loopback."""
    world = await make_world()
    for region in (world.north, world.south):
        await make_policy(region)
    north = world.north
    article = await make_article(north, name="Personlyft")
    device = await make_device(north, number="104901", article_id=article, status="with_holder")
    person = await make_person(north)
    await make_holding(north, device, person_id=person, prescriber_id=north.users[Role.PRESCRIBER].id)
    label = (await issue_label(north.region_id, device, "https://turbil.example")).payload
    async with contextlib.AsyncExitStack() as stack:
        pushes = stack.enter_context(push_service())
        app = await stack.enter_async_context(
            running_app(database, tmp_path, push_loopback=True, push_hosts=("127.0.0.1",))
        )
        public = await stack.enter_async_context(client(app, address="198.51.100.7"))
        yield Triage(
            north, world.south, app, stack, {}, public=public, pushes=pushes, device=device, person=person, label=label
        )
