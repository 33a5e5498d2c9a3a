"""Small problems by hand: places on a line, one minute and one kilometre between neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from routing.planner import Problem, TravelMatrix, Van, Visit
from routing.planner.problem import Load

MINUTE = 60


def line(places: int, *, missing: Sequence[tuple[int, int]] = ()) -> TravelMatrix:
    """Places 0..n-1 on a straight road; the depot is place 0."""
    steps = [[abs(row - column) for column in range(places)] for row in range(places)]
    return TravelMatrix(
        durations_s=tuple(tuple(step * MINUTE for step in row) for row in steps),
        distances_m=tuple(tuple(step * 1000 for step in row) for row in steps),
        estimated=True,
        missing=frozenset(missing),
    )


def van(
    *,
    shift: tuple[int, int] = (0, 600),
    capacity: Load = (),
    name: str = "van",
    rest: tuple[int, int, int] = (0, 0, 0),
    duty: int | None = None,
    **more: Any,
) -> Van:
    """A van at the depot; shift, rest (length, begins within) and duty in minutes."""
    return Van(
        id=name,
        start=more.pop("start", 0),
        end=more.pop("end", 0),
        shift_from_s=shift[0] * MINUTE,
        shift_to_s=shift[1] * MINUTE,
        capacity=capacity,
        break_s=rest[0] * MINUTE,
        break_from_s=rest[1] * MINUTE,
        break_to_s=rest[2] * MINUTE,
        max_duty_s=None if duty is None else duty * MINUTE,
        **more,
    )


def visit(
    place: int | None,
    *,
    name: str = "",
    service: int = 0,
    window: tuple[int | None, int | None] = (None, None),
    started_by: int | None = None,
    done_by: int | None = None,
    **more: Any,
) -> Visit:
    """A visit named after its place ("p3"); service, window and promises in minutes."""
    opens, closes = window
    return Visit(
        id=name or f"p{place}",
        place=place,
        service_s=service * MINUTE,
        window_from_s=None if opens is None else opens * MINUTE,
        window_to_s=None if closes is None else closes * MINUTE,
        started_by_s=None if started_by is None else started_by * MINUTE,
        done_by_s=None if done_by is None else done_by * MINUTE,
        **more,
    )


def problem(*visits: Visit, vans: Sequence[Van] = (), travel: TravelMatrix | None = None, **more: Any) -> Problem:
    """These visits, one van unless told, on a line that is long enough."""
    places = max((visit.place or 0 for visit in visits), default=0) + 1
    return Problem(visits=visits, vans=tuple(vans) or (van(),), travel=travel or line(places), **more)
