"""What a run may hold, without a database: one visit per door, and a reason for everything that is left out."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

from field.maintenance_runs.proposing import Door, Task, problem_of, read_plan, sort_out
from routing.planner import TravelMatrix, propose

MONDAY = date(2026, 11, 30)
DAYS = [MONDAY + timedelta(days=index) for index in range(5)]


def task(kind: Any = "maintenance", key: str = "97212 tolvgatan 12", **values: Any) -> Task:
    number = values.pop("number", f"{uuid4().int % 10**6:06}")
    told = {"notified_on": MONDAY - timedelta(days=20)} if kind == "maintenance" else {}
    place = {"street": "Tolvgatan 12", "postcode": "97212", "town": "Luleå"}
    return Task(kind=kind, id=uuid4(), number=number, title="Lyft", key=key, **{**place, **told, **values})


def reasons(*tasks: Task) -> list[str]:
    return [one.reason for one in sort_out(tasks, DAYS, 14)[1]]


def test_a_door_is_visited_once_with_everything_that_waits_there() -> None:
    """ "Medan du är här": two devices, an order and a pick-up are one visit; a pick-up alone is the vans' business."""
    here = [task(), task(), task("order"), task("pickup")]
    doors, left_out = sort_out([*here, task("pickup", key="elsewhere")], DAYS, 14)
    assert [(door.minutes, len(door.tasks)) for door in doors] == [(30 + 30 + 25 + 10, 4)]
    assert left_out == []


def test_what_may_not_be_in_a_run_is_told_with_its_reason() -> None:
    """R-211, R-228, R-229, SR-40: the centre's own stay at the centre, and nobody is surprised at the door."""
    assert reasons(task(site_restricted=True)) == ["centre_only"]
    assert reasons(task(held=False)) == ["at_centre"]
    assert reasons(task(notified_on=None)) == ["not_told"]
    assert reasons(task(notified_on=DAYS[-1] - timedelta(days=13))) == ["too_soon"]
    assert reasons(task(notified_on=DAYS[-1] - timedelta(days=14))) == []
    assert reasons(task(notified_on=None, agreed=True)) == []
    assert reasons(task(notified_on=None, prescriber_said=True)) == []
    assert reasons(task(protected=True)) == ["protected"]
    assert reasons(task(street=" ")) == ["no_address"]


def test_the_days_keep_the_notice_and_the_due_day() -> None:
    """No maintenance later than it is due where a day in time exists; what is late already comes any day."""
    [door], _ = sort_out([task(notified_on=DAYS[1] - timedelta(days=14), latest=DAYS[3])], DAYS, 14)
    assert door.days == tuple(DAYS[1:4])
    [late], _ = sort_out([task(latest=MONDAY - timedelta(days=40))], DAYS, 14)
    assert late.days == tuple(DAYS)
    saturday = DAYS[-1] + timedelta(days=1)
    [weekend], _ = sort_out(
        [task(notified_on=saturday - timedelta(days=14), latest=saturday)], [*DAYS, saturday + timedelta(days=2)], 14
    )
    assert weekend.days == (saturday + timedelta(days=2),), "late rather than never, and never on any day at all"


async def test_the_planner_spreads_the_doors_over_their_days() -> None:
    """Each door on a day of its own choosing, within the hours; one without a position is told."""
    keys = [f"door {index}" for index in range(6)]
    doors, left_out = sort_out(
        [task(key=key, latest=DAYS[0] if index < 2 else None) for index, key in enumerate(keys)], DAYS, 14
    )
    size = 6
    minutes = [[0 if a == b else 600 for b in range(size)] for a in range(size)]
    travel = TravelMatrix(tuple(map(tuple, minutes)), tuple(map(tuple, minutes)), estimated=True)
    places = {key: index for index, key in enumerate(keys[:5], start=1)}
    problem = problem_of(doors, places, travel, DAYS, (time(8), time(16)))
    proposal = read_plan(await propose(problem, 0.5, iterations=20), doors, left_out)
    planned: dict[str, date] = {at.door.key: day.day for day in proposal.days for at in day.doors}
    assert planned.keys() == set(keys[:5])
    assert [planned[key] for key in keys[:2]] == [DAYS[0], DAYS[0]]
    assert [(one.reason, one.task.key) for one in proposal.left_out] == [("no_place", "door 5")]
    assert all(day.depart >= time(8) and day.back <= time(16) for day in proposal.days)
    assert isinstance(proposal.days[0].doors[0].door, Door)
