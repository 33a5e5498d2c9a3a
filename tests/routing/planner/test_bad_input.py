"""Each kind of bad input is named in one sentence that says what to change, and the rest of the plan still comes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from routing.planner import FAULT_WORDS, REASON_WORDS, Problem, Visit, faults_of, set_right
from routing.travel import Point, misplaced
from tests.routing.planner.problems import problem, van, visit
from tests.routing.planner.searching import solve

GOOD = visit(1, name="good")


def told(asked: Problem) -> dict[str, str]:
    """What the plan says of each visit that it leaves out; the good one is always served."""
    right, _ = set_right(asked)
    plan = solve(right)
    assert "good" in {visit_id for route in plan.routes for visit_id in route.visit_ids}, "the rest still comes"
    return {one.visit_id: one.reason for one in plan.unserved}


def bad(place: int | None = None, **more: object) -> Visit:
    return visit(place, name="bad", **more)  # type: ignore[arg-type]


def in_words(words: tuple[str, str], *says: str) -> None:
    """One sentence in each language that names the place and says what to do."""
    assert all(one.endswith(".") and one.count(".") == 1 and ":" in one for one in words), words
    assert all(part in words[0] for part in says), words[0]


def test_an_address_that_is_not_found() -> None:
    assert told(problem(GOOD, bad(placeless="no_position"))) == {"bad": "no_position"}
    in_words(REASON_WORDS["no_position"], "Adressen", "rätta")


def test_a_stop_outside_the_map() -> None:
    assert misplaced(Point(48.8, 2.3)) == "outside_map"
    assert told(problem(GOOD, bad(placeless="outside_map"))) == {"bad": "outside_map"}
    in_words(REASON_WORDS["outside_map"], "utanför kartan", "rätta")


def test_coordinates_swapped() -> None:
    assert misplaced(Point(22.1, 65.6)) == "swapped"
    assert told(problem(GOOD, bad(placeless="swapped"))) == {"bad": "swapped"}
    in_words(REASON_WORDS["swapped"], "Latitud och longitud", "rätta")


def test_a_window_that_has_passed() -> None:
    late = problem(GOOD, bad(2, window=(0, 30)), vans=[van(shift=(60, 600))])
    assert told(late) == {"bad": "window_passed"}
    in_words(REASON_WORDS["window_passed"], "gått ut", "kom överens")


def test_a_van_without_capacity() -> None:
    asked = problem(GOOD, bad(2, deliver=(1,)), vans=[van(capacity=(0,))])
    assert told(asked) == {"bad": "load"}
    _, faults = set_right(asked)
    assert [one.code for one in faults] == ["van_without_capacity"]
    in_words(FAULT_WORDS["van_without_capacity"], "ange vad den rymmer")


def test_two_rounds_with_one_van() -> None:
    asked = problem(GOOD, vans=[van(name="a", vehicle="B1"), van(name="b", vehicle="B1")])
    assert told(asked) == {}
    _, faults = set_right(asked)
    assert [(one.code, one.van_id, one.other_id) for one in faults] == [("van_twice", "b", "a")]
    in_words(FAULT_WORDS["van_twice"], "samma bil", "ge den ena")


@pytest.mark.parametrize(
    "hopeless",
    [
        lambda: problem(bad(2, window=(0, 1))),
        lambda: problem(bad(2, service=700)),
        lambda: problem(bad(placeless="no_position")),
    ],
)
def test_no_solution(hopeless: Callable[[], Problem]) -> None:
    asked = hopeless()
    plan = solve(asked)
    assert [one.code for one in faults_of(asked, plan)] == ["no_solution"]
    assert len(plan.unserved) == 1, "and the stop says why"
    in_words(FAULT_WORDS["no_solution"], "se skälen", "ändra")
