"""What a driver does with a phone: loads, delivers, collects, fails, undoes; at times with somebody else's goods."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from routing.rounds.proof import items_hash, proof_items
from tests.simulation.outbox import Command
from tests.simulation.phone import Phone
from tests.simulation.world import World

_ACTIONS: Final = {"load": 24, "complete": 26, "partly": 9, "fail": 9, "undo": 12, "stray": 6, "mistake": 4, "read": 4,
                   "return": 1}  # fmt: skip
_CODES: Final = ("no_contact", "wrong_address", "refused", "not_found", "other")


class Driving:
    """One driver's day on one phone."""

    def __init__(self, phone: Phone, world: World) -> None:
        self.phone = phone
        self._world = world
        self._random = phone.random
        self._undoable: list[Command] = []

    def do_something(self) -> Command:
        """Record one command."""
        action = self._random.choices(list(_ACTIONS), list(_ACTIONS.values()))[0]
        stops = self.phone.rows.of("stop")
        if not stops or action == "read":
            return self._read()
        if action == "undo" and self._undoable:
            target = self._undoable.pop()
            return self.phone.record("stop.undo", {"command_id": target.id}, target.aggregate)
        if action == "return":
            rounds = self.phone.rows.of("round")
            return self.phone.record("round.return", {"at": self._when()}, self._random.choice(rounds)["id"])
        waiting = [stop for stop in stops if stop["state"] == "planned"]
        stop = self._random.choice(waiting if waiting and self._random.random() < 0.8 else stops)
        command = self._at_stop(action, stop)
        self._undoable = [*self._undoable[-2:], command]
        return command

    def _read(self) -> Command:
        unread = [row["id"] for row in self.phone.rows.of("message") if row["read_at"] is None]
        return self.phone.record("message.read", {"message_ids": unread[:20] or [self.phone.storage_id]})

    def _when(self) -> str:
        """Now, or some minutes ago: phones meet in another order than what they tell happened in."""
        at = datetime.now(UTC) - timedelta(seconds=self._random.choice((0, 0, self._random.randint(1, 1200))))
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _at_stop(self, action: str, stop: dict[str, Any]) -> Command:
        deliver = [self._goods(task) for task in stop["tasks"] if task["kind"] == "deliver"]
        collect = [
            {**self._goods(task), "hygiene": self._random.choice(("clean", "unknown"))}
            for task in stop["tasks"]
            if task["kind"] == "collect"
        ]
        if action in {"load", "mistake"} and deliver:
            if action == "mistake":
                deliver = [{**item, "device_number": self._anything()} for item in deliver[:1]]
            return self.phone.record("stop.load", {"items": deliver, "at": self._when()}, stop["id"])
        if action == "fail" or not (deliver or collect):
            args = {"code": self._random.choice(_CODES), "note": "Ringde på, ingen öppnade.", "at": self._when()}
            return self.phone.record("stop.fail", args, stop["id"])
        not_done: list[dict[str, Any]] = []
        if action == "partly":
            left, deliver = deliver[-1:], deliver[:-1]
            not_done = [{"task_id": item["task_id"], "code": self._random.choice(_CODES)} for item in left]
        if action == "stray":
            collect = [*collect, {"device_number": self._anything(), "quantity": 1, "hygiene": "unknown"}]
        return self._complete(stop["id"], deliver, collect, not_done)

    def _goods(self, task: dict[str, Any]) -> dict[str, Any]:
        goods = {"task_id": task["id"], "quantity": task["quantity"]}
        return goods if task["device_number"] is None else {**goods, "device_number": task["device_number"]}

    def _anything(self) -> str:
        return self._random.choice(self._world.van_devices)

    def _complete(
        self, stop_id: str, delivered: list[dict[str, Any]], collected: list[dict[str, Any]], not_done: list[Any]
    ) -> Command:
        args: dict[str, Any] = {
            "delivered": delivered,
            "collected": collected,
            "not_done": not_done,
            "proof": None,
            "at": self._when(),
        }
        photos: list[bytes] = []
        if delivered:
            proof: dict[str, Any] = {
                "signer_name": "Test Mottagare",
                "method": "name",
                "items_sha256": items_hash(proof_items(delivered, collected)),
            }
            if self._random.random() < 0.3:
                photos = [self._random.randbytes(self._random.randint(200, 2000))]
                digest = hashlib.sha256(photos[0]).hexdigest()
                proof |= {
                    "method": "signature",
                    "blob": {"sha256": digest, "size": len(photos[0]), "mime": "image/jpeg"},
                }
            args["proof"] = proof
        return self.phone.record("stop.complete", args, stop_id, photos=photos)
