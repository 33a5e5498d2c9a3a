"""The office beside the phones: planners who register, give away, correct and cancel orders through the same proxy."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Final

import httpx
import msgspec

from tests.simulation.findings import Findings
from tests.simulation.phone import Offline
from tests.simulation.world import User, World, random_id

_PATIENCE: Final = 20.0
_MOST_ATTEMPTS: Final = 400


@dataclass
class OfficeCommand:
    """A command that the server has answered for good."""

    id: str
    type: str
    aggregate: str
    status: int
    rv: int | None


class Office:
    """One planner at a desk.

    Attributes:
        sent: every command that got its final answer.
        orders: the orders that the planner knows of, newest last; shared by all planners.
    """

    def __init__(
        self, client: httpx.AsyncClient, world: World, orders: list[str], source: random.Random, findings: Findings
    ) -> None:
        self.sent: list[OfficeCommand] = []
        self.orders = orders
        self._client = client
        self._world = world
        self._random = source
        self._findings = findings

    async def send(self, type_name: str, aggregate: str, args: dict[str, Any], pause: Any) -> OfficeCommand:
        """Send until there is an answer, always the same bytes.

        Args:
            pause: awaited between two attempts.
        """
        command_id = str(random_id(self._random))
        body = msgspec.json.encode({"id": command_id, "aggregate": aggregate, "base_rv": None, "args": args})
        for _ in range(_MOST_ATTEMPTS):
            try:
                answer = await self._client.post(
                    f"/api/commands/{type_name}",
                    content=body,
                    headers={"content-type": "application/json"},
                    timeout=_PATIENCE,
                )
                document = msgspec.json.decode(answer.content)
            except (httpx.HTTPError, msgspec.DecodeError):
                await pause()
                continue
            if answer.status_code in {200, 404, 409} and isinstance(document, dict):
                told = document.get("id") == command_id and document["verdict"] == "applied"
                self._findings.check(
                    told or answer.status_code != 200, "J4", f"office {type_name} answered {document.get('verdict')}"
                )
                done = OfficeCommand(command_id, type_name, aggregate, answer.status_code, document.get("rv"))
                self.sent.append(done)
                return done
            self._findings.check(
                answer.status_code >= 500, "J9", f"office {type_name}: {answer.status_code} {answer.text[:200]}"
            )
            await pause()
        raise Offline

    async def do_something(self, needy: list[User], pause: Any) -> None:
        """One step: somebody without work gets some first, then orders move, change or are cancelled."""
        if needy and self._random.random() < 0.5:
            await self._give_new_order(self._random.choice(needy), pause)
            return
        chance = self._random.random()
        if chance < 0.1:
            await self._decide(pause)
            return
        if chance < 0.2 and self._world.stops:
            # The next driver gets a stop that the one before may have in hand already (sync case 20).
            args = {"round_id": self._random.choice(self._world.rounds)}
            await self.send("stop.move", self._random.choice(self._world.stops), args, pause)
            return
        order = self._random.choice(self.orders[-400:])
        chance = self._random.random()
        if chance < 0.65:
            await self.reassign(order, self._random.choice(self._world.technicians), pause)
        elif chance < 0.9:
            text = f"Ändrad felbeskrivning {self._random.getrandbits(20)}."
            await self.send("work_order.correct", order, {"fault_text": text}, pause)
        elif chance < 0.97:
            await self.send("work_order.cancel", order, {"reason": "not_needed", "note": ""}, pause)
        else:
            await self._give_new_order(self._random.choice(self._world.technicians), pause)

    async def reassign(self, order: str, technician: User, pause: Any) -> OfficeCommand:
        """Give an order to a technician and that technician's team."""
        args = {"technician_id": str(technician.id), "team_id": str(technician.team_id)}
        return await self.send("work_order.assign", order, args, pause)

    async def _decide(self, pause: Any) -> None:
        """Look at the review list and decide one item; the decision has to reach the phone."""
        try:
            answer = await self._client.get("/api/reviews", timeout=_PATIENCE)
            items = msgspec.json.decode(answer.content)["items"] if answer.status_code == 200 else []
        except (httpx.HTTPError, msgspec.DecodeError):
            return
        if items:
            args = {"decision": self._random.choice(("keep_office", "follow_up")), "note": "Genomgånget."}
            await self.send("review.decide", self._random.choice(items)["id"], args, pause)

    async def _give_new_order(self, technician: User, pause: Any) -> None:
        order = str(random_id(self._random))
        args = {
            "type": "corrective",
            "fault_text": "Bromsen tar inte på vänster sida.",
            "proposed_priority": self._random.choice((1, 2, 3)),
            "proposed_place": "at_centre",
            "device_number": self._random.choice(self._world.device_numbers),
        }
        done = await self.send("work_order.register", order, args, pause)
        if done.status == 200:
            self.orders.append(order)
            await self.reassign(order, technician, pause)
