"""What a run may hold and how it is put to the planner. Pure: no database, no clock, no HTTP.

A door is visited once with everything that waits there ("Medan du är här"): maintenance that may be done, open orders
of priority 2, and pick-ups. What may not be in a run is told with its reason, never left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Final, Literal, TypeAlias
from uuid import UUID

from routing.planner import Plan, Problem, TravelMatrix, Van, Visit

Kind: TypeAlias = Literal["maintenance", "order", "pickup"]
Reason: TypeAlias = Literal[
    "centre_only", "at_centre", "not_told", "too_soon", "no_address", "protected", "no_place", "no_time"
]

#: Minutes at the door, by kind: an assumption that the office's own figures replace when there are some.
MINUTES: Final[Mapping[Kind, int]] = {"maintenance": 30, "order": 25, "pickup": 10}
#: The technician's break, between eleven and one.
BREAK_S: Final = 30 * 60


@dataclass(frozen=True)
class Task:
    """Something that waits at a door.

    Attributes:
        number: of the device for maintenance, else of the order.
        key: what makes two addresses one door.
        latest: the day it is due; a task whose day has passed may come any day.
        site_restricted: the article is mended at the centre or the prescriber's only (R-211).
        held: somebody has the device.
        protected: a protected identity, which no list shows (SR-40).
    """

    kind: Kind
    id: UUID
    number: str
    title: str
    key: str
    street: str
    postcode: str
    town: str
    latest: date | None = None
    notified_on: date | None = None
    agreed: bool = False
    prescriber_said: bool = False
    site_restricted: bool = False
    held: bool = True
    protected: bool = False
    order_number: str | None = None
    person_id: UUID | None = None


@dataclass(frozen=True)
class Door:
    """One address with what waits there; ``days`` are those on which all of it may be done."""

    key: str
    street: str
    postcode: str
    town: str
    tasks: tuple[Task, ...]
    days: tuple[date, ...]

    @property
    def minutes(self) -> int:
        """Time at the door."""
        return sum(MINUTES[task.kind] for task in self.tasks)


@dataclass(frozen=True)
class LeftOut:
    """A task that the proposal does not hold, and why."""

    task: Task
    reason: Reason


@dataclass(frozen=True)
class PlannedDoor:
    """A door on its day, with local clock times."""

    door: Door
    arrive: time
    leave: time


@dataclass(frozen=True)
class PlannedDay:
    """One day's way: out and back, the doors in driving order. ``metres`` is what is driven."""

    day: date
    depart: time
    back: time
    metres: int
    doors: tuple[PlannedDoor, ...]


@dataclass(frozen=True)
class Proposal:
    """What came out. ``estimated``: the travel times are estimates."""

    days: tuple[PlannedDay, ...]
    left_out: tuple[LeftOut, ...] = field(default=())
    estimated: bool = True


def sort_out(tasks: Iterable[Task], days: Sequence[date], notice_days: int) -> tuple[list[Door], list[LeftOut]]:
    """Gather what may be done into doors, and say why the rest may not.

    Args:
        tasks: everything that waits in the area.
        days: the days of the run, in order, at least one.
        notice_days: how long before the visit the holder is told (R-228).
    """
    left_out: list[LeftOut] = []
    by_key: dict[str, list[Task]] = {}
    for task in tasks:
        reason = _hindrance(task, days[-1], notice_days)
        if reason is not None:
            left_out.append(LeftOut(task, reason))
        else:
            by_key.setdefault(task.key, []).append(task)
    doors = []
    for key, here in by_key.items():
        # A pick-up alone is the vans' business; it comes along where somebody goes anyway.
        if all(task.kind == "pickup" for task in here):
            continue
        door = _door(key, here, days, notice_days)
        if door.days:
            doors.append(door)
        else:
            left_out += [LeftOut(task, "too_soon") for task in door.tasks if task.kind != "pickup"]
    return doors, left_out


def _hindrance(task: Task, last_day: date, notice_days: int) -> Reason | None:
    if task.protected:
        return "protected"
    if not task.street.strip() or not task.postcode.strip():
        return "at_centre" if task.kind == "maintenance" and not task.held else "no_address"
    if task.kind == "maintenance" and not task.held:
        return "at_centre"
    if task.site_restricted and task.kind != "pickup":
        return "centre_only"
    if task.kind == "maintenance":
        earliest = _earliest(task, notice_days)
        if earliest is None:
            return "not_told"
        if earliest > last_day:
            return "too_soon"
    return None


def _earliest(task: Task, notice_days: int) -> date | None:
    """Return the first day that the holder may be visited; None when nobody has told them (R-228)."""
    if task.agreed or task.prescriber_said:
        return date.min
    return None if task.notified_on is None else task.notified_on + timedelta(days=notice_days)


def _door(key: str, tasks: list[Task], days: Sequence[date], notice_days: int) -> Door:
    ordered = sorted(tasks, key=lambda task: (task.kind, task.number))
    starts = [_earliest(task, notice_days) or date.min for task in tasks if task.kind == "maintenance"]
    first = max([days[0], *starts])
    # What is due within the period is done by then; what is late already may come any day.
    ends = [task.latest for task in tasks if task.kind == "maintenance" and task.latest and task.latest >= first]
    last = min([days[-1], *ends])
    head = ordered[0]
    # A day that would be in time, else one that is late: late is better than not at all.
    fitting = [day for day in days if first <= day <= last] or [day for day in days if day >= first]
    return Door(key, head.street, head.postcode, head.town, tuple(ordered), tuple(fitting))


def problem_of(
    doors: Sequence[Door],
    places: Mapping[str, int],
    travel: TravelMatrix,
    days: Sequence[date],
    hours: tuple[time, time],
) -> Problem:
    """Make the planner's problem: one van per day, all of them the same technician, out from and back to place 0.

    Args:
        doors: what is to be visited.
        places: key of a door -> its index in ``travel``; a door without one has no position.
        travel: between the centre (index 0) and the doors.
        days: the days of the run.
        hours: leaves not before, back not after, local time.
    """
    shift = (_seconds(hours[0]), _seconds(hours[1]))
    return Problem(
        visits=tuple(
            Visit(
                id=door.key,
                place=places.get(door.key),
                service_s=door.minutes * 60,
                vans=frozenset(day.isoformat() for day in door.days),
            )
            for door in doors
        ),
        vans=tuple(
            Van(
                id=day.isoformat(),
                start=0,
                end=0,
                shift_from_s=shift[0],
                shift_to_s=shift[1],
                break_s=BREAK_S,
                break_from_s=_seconds(time(11)),
                break_to_s=_seconds(time(13)),
            )
            for day in days
        ),
        travel=travel,
    )


def read_plan(plan: Plan, doors: Sequence[Door], left_out: Sequence[LeftOut]) -> Proposal:
    """Turn the planner's answer into days and doors; what did not fit is told."""
    known = {door.key: door for door in doors}
    days = tuple(
        PlannedDay(
            day=date.fromisoformat(route.van_id),
            depart=_clock(route.depart_s),
            back=_clock(route.return_s),
            metres=route.distance_m,
            doors=tuple(
                PlannedDoor(known[visit.visit_id], _clock(visit.start_s), _clock(visit.leave_s))
                for visit in route.visits
            ),
        )
        for route in plan.routes
        if route.visits
    )
    missed = [
        LeftOut(task, "no_place" if unserved.reason in {"no_position", "outside_map", "swapped"} else "no_time")
        for unserved in plan.unserved
        for task in known[unserved.visit_id].tasks
    ]
    return Proposal(tuple(sorted(days, key=lambda day: day.day)), (*left_out, *missed), plan.estimated)


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60


def _clock(seconds: int) -> time:
    minutes = min(seconds // 60, 24 * 60 - 1)
    return time(minutes // 60, minutes % 60)
