"""A problem that contradicts itself is refused when it is made, not when a van stands somewhere."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from routing.planner import BadProblem, Plan, Problem, Route, TravelMatrix, Unserved, Visit
from routing.planner.plan import PlannedVisit
from routing.planner.problem import MAX_VISITS
from tests.routing.planner.problems import line, problem, van, visit


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda: problem(visit(1), visit(1)), "visit is there twice"),
        (lambda: problem(visit(1), vans=[van(), van()]), "van is there twice"),
        (lambda: Problem(visits=(), vans=(), travel=line(1)), "no van"),
        (lambda: problem(visit(5), travel=line(3)), "p5: not a place"),
        (lambda: problem(visit(1, window=(10, 9))), "p1: a time span ends before it begins"),
        (lambda: problem(visit(1), vans=[van(shift=(10, 9))]), "van: a time span ends before it begins"),
        (lambda: problem(visit(1, service=-1)), "p1: a time is negative"),
        (lambda: problem(visit(1, deliver=(1,))), "p1: 1 load dimensions where the first van has 0"),
        (lambda: problem(visit(1, collect=(-1,)), vans=[van(capacity=(2,))]), "p1: a load is negative"),
        (lambda: problem(vans=[van(capacity=(2,)), van(name="b")]), "b: 0 load dimensions"),
        (lambda: problem(travel=TravelMatrix(((0, 1),), ((0, 1),), True)), "not square"),
        (lambda: problem(travel=TravelMatrix(((0, -1), (1, 0)), ((0, 1), (1, 0)), True)), "negative or endless"),
        (lambda: problem(travel=TravelMatrix(((1,),), ((0,),), True)), "staying where one is"),
        (lambda: problem(*(visit(1, name=str(n)) for n in range(MAX_VISITS + 1))), "1001 visits"),
    ],
)
def test_a_contradiction_is_named(broken: Callable[[], Problem], words: str) -> None:
    with pytest.raises(BadProblem, match=words):
        broken()


def test_a_problem_travels_as_json_and_stays_the_same() -> None:
    """This is how the worker process gets it."""
    asked = problem(
        visit(2, window=(10, 20), deliver=(1, 0)),
        visit(None),
        vans=[van(capacity=(2, 3))],
        travel=line(3, missing=[(1, 2)]),
    )
    assert msgspec.json.decode(msgspec.json.encode(asked), type=Problem) == asked


def test_a_visit_without_load_fits_any_number_of_dimensions() -> None:
    assert problem(visit(1), vans=[van(capacity=(2, 3))]).visit("p1") == Visit(id="p1", place=1)


def test_the_sequence_holds_everything_and_ends_with_what_has_no_position() -> None:
    plan = Plan(
        routes=(
            Route(
                van_id="van", visits=(PlannedVisit("b", 0, 0, 0),), depart_s=0, return_s=61, travel_s=60, distance_m=1
            ),
        ),
        unserved=(Unserved("c", "window"), Unserved("a", "no_position")),
        estimated=True,
        solver="hand",
    )
    assert plan.sequence == ("b", "c", "a")
    assert plan.unpositioned == ("a",)
    assert plan.total_minutes == 2, "61 seconds are not promised as one minute"
