"""What a technician does with a phone: mostly sensible work, at times a slip, always on what the phone shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.simulation.outbox import Command, utc_text
from tests.simulation.phone import Phone
from tests.simulation.world import World, random_id

_DONE: Final = {"closed", "cancelled"}
_ACTIONS: Final = {
    "report": 40, "start": 9, "assess": 8, "contact": 9, "wait": 5, "resume": 5, "close": 11, "undo": 4,
    "scan": 3, "read": 3, "register": 2, "odd": 2,
}  # fmt: skip
#: So much is done on an order before it is closed for sure, or its row would grow for ever.
_MOST_ON_ONE_ORDER: Final = 12


class Work:
    """One technician's day on one phone."""

    def __init__(self, phone: Phone, world: World) -> None:
        self.phone = phone
        self._world = world
        self._random = phone.random
        self._closed: set[str] = set()
        self._done_on: dict[str, int] = {}
        self._undoable: list[Command] = []

    @property
    def open_orders(self) -> list[str]:
        """Ids of the orders that can be worked on, as the phone shows them with its own pending commands on top."""
        return [
            row["id"]
            for row in self.phone.rows.of("work_order")
            if row["state"] not in _DONE and row["id"] not in self._closed
        ]

    def do_something(self) -> Command:
        """Record one command."""
        action = self._random.choices(list(_ACTIONS), list(_ACTIONS.values()))[0]
        if action == "scan":
            return self._scan()
        if action == "register":
            return self._register()
        if action == "read":
            unread = [row["id"] for row in self.phone.rows.of("message") if row["read_at"] is None]
            if unread:
                return self.phone.record("message.read", {"message_ids": unread[:20]})
        if action == "undo" and self._undoable:
            target = self._undoable.pop()
            return self.phone.record("work_order.undo", {"command_id": target.id}, target.aggregate)
        return self._work(action)

    def _work(self, action: str) -> Command:
        orders = self.open_orders
        if not orders:
            return self._scan() if self._random.random() < 0.3 else self._register()
        order = self._random.choice(orders)
        self._done_on[order] = self._done_on.get(order, 0) + 1
        if action == "close" or self._done_on[order] > _MOST_ON_ONE_ORDER:
            return self._close(order)
        if action == "odd":
            return self._odd(order)
        simple: dict[str, dict[str, Any]] = {
            "start": {"at": utc_text()},
            "assess": {"priority": self._random.choice((1, 2, 3)), "place": "at_centre"},
            "contact": {
                "at": utc_text(),
                "result": self._random.choice(("reached", "no_answer", "wrong_number")),
                "note": "Ringde på förmiddagen.",
            },
            "wait": {"waiting_for": self._random.choice(("parts", "patient", "supplier"))},
            "resume": {},
        }
        name = action if action in simple else "report"
        args = simple[name] if name in simple else self._lines()
        row = self.phone.rows.row("work_order", order)
        command = self.phone.record(
            f"work_order.{name}", args, order, base_rv=row["rv"] if row and self._random.random() < 0.7 else None
        )
        if name in {"start", "assess", "wait", "report"}:
            self._undoable = [*self._undoable[-2:], command]
        return command

    def _lines(self) -> dict[str, Any]:
        return {
            "time_entries": [self._time_entry() for _ in range(self._random.choice((1, 1, 2)))],
            "parts": [
                {"id": str(random_id(self._random)), "article_number": "11338", "name": "Armstöd", "quantity": 1}
                for _ in range(self._random.choice((0, 0, 1)))
            ],
        }

    def _time_entry(self) -> dict[str, Any]:
        started = datetime.now(UTC) - timedelta(minutes=self._random.randint(5, 90))
        return {
            "id": str(random_id(self._random)),
            "started_at": started.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "minutes": self._random.randint(1, 60),
            "comment": "Justerade bromsen och provade. Åäö.",
        }

    def _close(self, order: str) -> Command:
        self._closed.add(order)
        args = {**self._lines(), "outcome": "repaired", "performed_at": utc_text()}
        photos = [self._random.randbytes(self._random.randint(200, 4000))] if self._random.random() < 0.25 else []
        return self.phone.record("work_order.close", args, order, photos=photos)

    def _scan(self) -> Command:
        known = self._random.random() < 0.8
        raw = self._random.choice(self._world.labels) if known else f"okänd etikett {self._random.getrandbits(40)}"
        return self.phone.record("device.scan", {"raw": raw})

    def _register(self) -> Command:
        args = {
            "type": "corrective",
            "fault_text": "Nytt fel som upptäcktes på plats.",
            "proposed_priority": self._random.choice((1, 2)),
            "proposed_place": "at_centre",
            "device_number": self._random.choice(self._world.device_numbers),
        }
        return self.phone.record("work_order.register", args, str(random_id(self._random)))

    def _odd(self, order: str) -> Command:
        """A command of a newer app, arguments that no rule takes, an order that never was."""
        kind = self._random.randrange(3)
        if kind == 0:
            self._closed.add(order)  # what comes after it on this order waits behind it for ever
            return self.phone.record("work_order.from_the_future", {"x": 1}, order)
        if kind == 1:
            return self.phone.record("work_order.report", {"time_entries": [{"minutes": -5}]}, order)
        return self.phone.record("work_order.start", {"at": utc_text()}, str(random_id(self._random)))
