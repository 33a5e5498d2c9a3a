"""Days of vans with faults, judged by the rules alone: nothing is in two places, and every loaded unit is explained.

A world of devices that really are somewhere, drivers that carry them, and phones that report it: late, twice, in a
wrong order, not at all, by the wrong driver, with a tap that is taken back. What the rules make of the reports
(routing/rounds/custody.py and balance.py, both pure) is held against the invariants, and against the world where every
report arrived. A run is its seed: the same one gives the same days.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Final
from uuid import UUID

from routing.rounds.balance import Said, Unit, balance, judge
from routing.rounds.custody import Event, Kind, Place, fold

START: Final = datetime(2026, 1, 5, 6, tzinfo=UTC)
DEPOT: Final[Place] = ("location", UUID(int=1))
VANS: Final[tuple[Place, ...]] = tuple(("location", UUID(int=10 + number)) for number in range(3))
VAN_IDS: Final = frozenset(place[1] for place in VANS)


@dataclass
class Outcome:
    """What a run of days came to.

    Attributes:
        compared: how often a device's chain was held against where it really was.
        broken: sentences, one per invariant that did not hold; empty when all did.
        faults: how many faults of each kind were made, so that a run without faults does not look like a good one.
    """

    days: int = 0
    events: int = 0
    loaded: int = 0
    compared: int = 0
    broken: list[str] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)

    def fault(self, kind: str) -> None:
        self.faults[kind] = self.faults.get(kind, 0) + 1


@dataclass
class _Task:
    """One device's way on one day; ``van`` is an index."""

    id: UUID
    stop: UUID
    device: UUID
    van: int
    out: bool
    holder: UUID


class Vans:
    """A simulated centre with its vans, day after day."""

    def __init__(self, seed: int, devices: int = 12) -> None:
        self.random = Random(seed)
        self.place: dict[UUID, Place] = {UUID(int=1000 + number): DEPOT for number in range(devices)}
        self.reports: dict[UUID, list[Event]] = {device: [] for device in self.place}
        self.honest: set[UUID] = set(self.place)
        self.ids = 10_000
        self.outcome = Outcome()

    def new_id(self) -> UUID:
        self.ids += 1
        return UUID(int=self.ids)

    def run(self, days: int) -> Outcome:
        """Live through so many days and look at each one's end."""
        for number in range(days):
            self._day(START + timedelta(days=number))
            self._check_honest()
            self.outcome.days += 1
        self._check_chains()
        return self.outcome

    # ------------------------------------------------------------ a day

    def _day(self, morning: datetime) -> None:
        tasks = self._plan()
        reported: dict[UUID, list[Event]] = {task.id: [] for task in tasks}
        for number, task in enumerate(tasks):
            at = morning + timedelta(minutes=20 * number)
            self._drive(task, at, reported[task.id])
        self._evening(morning + timedelta(hours=11), tasks, reported)

    def _plan(self) -> list[_Task]:
        chosen = self.random.sample(sorted(self.place), k=min(8, len(self.place)))
        tasks = []
        for device in chosen:
            where = self.place[device]
            holder = where[1] if where[0] == "holder" else self.new_id()
            van = self.random.randrange(len(VANS))
            tasks.append(_Task(self.new_id(), self.new_id(), device, van, where[0] != "holder", holder))
        return tasks

    def _drive(self, task: _Task, at: datetime, reported: list[Event]) -> None:
        van, holder = VANS[task.van], ("holder", task.holder)
        if task.out:
            self._move(task, "load", DEPOT, van, at, reported)
            if self.random.random() < 0.8:
                self._move(task, "deliver", van, holder, at + timedelta(minutes=9), reported)
        elif self.random.random() < 0.85:
            self._move(task, "collect", holder, van, at + timedelta(minutes=9), reported)

    def _move(self, task: _Task, kind: Kind, source: Place, target: Place, at: datetime, reported: list[Event]) -> None:
        """It happens in the world, and then a phone says so: twice, late, not at all, or something else first."""
        self.place[task.device] = target
        event = Event(self.new_id(), self.new_id(), kind, source, target, at, task.stop, task.id)
        chance = self.random.random()
        if chance < 0.06:
            self.outcome.fault("lost")
            self.honest.discard(task.device)
            return
        if chance < 0.12:
            self.outcome.fault("twice")
            self._report(task, replace(event, id=self.new_id(), command_id=self.new_id()), reported)
        elif chance < 0.18:
            self.outcome.fault("wrong tap")
            wrong = replace(event, id=self.new_id(), command_id=self.new_id(), undone=True)
            self._report(task, replace(wrong, at=at - timedelta(minutes=2)), reported)
        elif chance < 0.24 and kind != "collect":
            self.outcome.fault("other driver")
            other = VANS[(task.van + 1) % len(VANS)]
            strange = replace(event, id=self.new_id(), command_id=self.new_id(), stop_id=self.new_id(), task_id=None)
            place = {"source": other} if kind == "deliver" else {"target": other}
            self._report(task, replace(strange, at=at + timedelta(seconds=30), **place), [])
            self.honest.discard(task.device)
        self._report(task, event, reported)

    def _report(self, task: _Task, event: Event, reported: list[Event]) -> None:
        reports = self.reports[task.device]
        # Phones meet in another order than what they tell happened in.
        reports.insert(self.random.randint(0, len(reports)), event)
        reported.append(event)
        self.outcome.events += 1

    # ------------------------------------------------------------ the evening: the van goes to zero

    def _evening(self, at: datetime, tasks: list[_Task], reported: dict[UUID, list[Event]]) -> None:
        for number, van in enumerate(VANS):
            own = [task for task in tasks if task.van == number]
            units = [self._unit(task, reported[task.id]) for task in own]
            said = []
            for task, unit in zip(own, units, strict=True):
                if unit.left == 0:
                    continue
                here = self.place[task.device] == van
                said.append(Said(task.id, "here" if here else "left_unsigned", unit.left))
            judged = judge(units, said)
            if not judged.even or judged.unknown:
                self.outcome.broken.append(f"I15: {judged} on {at:%Y-%m-%d}")
            short = judge(units, said[:-1])
            if said and short.even:
                self.outcome.broken.append(f"I15: a unit that nobody spoke of went unnoticed on {at:%Y-%m-%d}")
            closed = [replace(unit, explained=unit.explained + unit.left) for unit in units]
            total = balance(closed)
            self.outcome.loaded += total.loaded
            if total.loaded != total.delivered + total.returned + total.explained or not total.even:
                self.outcome.broken.append(f"I15: {total} on {at:%Y-%m-%d}")
            for task in own:
                if self.place[task.device] == van:
                    kind: Kind = "unload" if task.out else "arrive"
                    self.place[task.device] = DEPOT
                    event = Event(self.new_id(), self.new_id(), kind, van, DEPOT, at, None, task.id)
                    self._report(task, event, [])

    def _unit(self, task: _Task, events: list[Event]) -> Unit:
        """The unit as the server counts it: by the links of the chain that are for the task."""
        own = {event.id for event in events}
        links = [event for event in fold(self.reports[task.device], VAN_IDS).links if event.id in own]
        taken = sum(event.kind in {"load", "collect"} for event in links)
        gone = sum(event.kind == "deliver" for event in links)
        return Unit(task.id, "out" if task.out else "home", taken, gone)

    # ------------------------------------------------------------ what must hold whatever happened

    def _check_chains(self) -> None:
        for device, reports in self.reports.items():
            folded = fold(reports, VAN_IDS)
            for before, after in pairwise(folded.chain):
                if before.target != after.source:
                    self.outcome.broken.append(f"I3: device {device.int} jumps from {before.target} to {after.source}")
                if before.at > after.at:
                    self.outcome.broken.append(f"I1: device {device.int} is in two places at {after.at}")
            if set(folded.standing) != {event.id for event in reports}:
                self.outcome.broken.append(f"a report about device {device.int} was dropped")
            shuffled = self.random.sample(reports, k=len(reports))
            if fold(shuffled, VAN_IDS).chain != folded.chain:
                self.outcome.broken.append(f"I9: the order of arrival decides about device {device.int}")

    def _check_honest(self) -> None:
        """Where every report has arrived and nobody said anything wrong, the chain ends where the device is."""
        for device in sorted(self.honest):
            chain = fold(self.reports[device], VAN_IDS).chain
            if not chain:
                continue
            self.outcome.compared += 1
            if chain[-1].target != self.place[device]:
                self.outcome.broken.append(f"device {device.int} is at {self.place[device]}, not where its chain ends")
