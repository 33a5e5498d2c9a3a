"""The search in this very process, with an iteration budget, so that it is the same everywhere."""

from __future__ import annotations

import random
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.planner import Problem, Van, Visit, check, present_order
from routing.planner.budget import Budget
from routing.planner.schedule import late
from routing.travel import Point, haversine_matrix
from tests.routing.planner.problems import line, problem, van, visit
from tests.routing.planner.searching import BUDGET, solve


def _town(stops: int, seed: int, *, windows: float = 0.4) -> Problem:
    """A morning in one town: made-up doors within some kilometres of the depot."""
    draw = random.Random(seed)
    doors = [Point(65.82 + draw.uniform(-0.06, 0.06), 21.69 + draw.uniform(-0.12, 0.12)) for _ in range(stops + 1)]
    visits = []
    for number in range(1, stops + 1):
        opens = draw.randrange(8, 13) * 3600 if draw.random() < windows else None
        visits.append(
            Visit(
                id=f"s{number}",
                place=number,
                service_s=draw.randrange(120, 900),
                window_from_s=opens,
                window_to_s=None if opens is None else opens + 5400,
            )
        )
    shift = Van(id="van", start=0, end=0, shift_from_s=7 * 3600, shift_to_s=17 * 3600)
    return Problem(visits=tuple(visits), vans=(shift,), travel=haversine_matrix(doors))


def test_stops_along_a_road_are_taken_on_the_way() -> None:
    plan = solve(problem(visit(4), visit(1), visit(3), visit(2)), BUDGET)
    assert plan.total_minutes == 8, "out and back without turning"
    assert plan.unserved == ()


def test_it_finds_the_best_of_all_orders_where_all_can_be_tried() -> None:
    for seed in range(3):
        asked = _town(6, seed, windows=0)
        best = min(present_order(asked, order).route.travel_s for order in permutations(v.id for v in asked.visits))
        assert sum(route.travel_s for route in solve(asked, BUDGET).routes) == best


def test_windows_decide_the_order() -> None:
    asked = problem(visit(1, window=(50, 60)), visit(2, window=(0, 10)), visit(3, window=(20, 30)))
    plan = solve(asked, BUDGET)
    assert plan.sequence == ("p2", "p3", "p1")
    assert late(asked, plan.routes[0]) == ()


def test_what_cannot_be_done_is_left_out_by_name_and_reason_and_the_rest_is_planned() -> None:
    asked = problem(
        visit(None, name="nowhere"),
        visit(3, window=(None, 2)),
        visit(1),
        visit(2, deliver=(9,)),
        vans=[van(capacity=(4,))],
    )
    plan = solve(asked, BUDGET)
    assert [(one.visit_id, one.reason) for one in plan.unserved] == [
        ("p3", "window"),
        ("p2", "load"),
        ("nowhere", "no_position"),
    ]
    assert plan.sequence == ("p1", "p3", "p2", "nowhere")
    assert check(asked, plan) == ()


def test_two_windows_that_exclude_each_other_leave_one_out() -> None:
    asked = problem(visit(9, name="east", window=(10, 11)), visit(1, name="west", window=(10, 11)))
    plan = solve(asked, BUDGET)
    assert len(plan.routes[0].visits) == 1
    assert [one.reason for one in plan.unserved] == ["no_time"]


def test_nothing_that_can_be_served_is_dropped_to_save_driving() -> None:
    far = problem(visit(290), visit(1), vans=[van(shift=(0, 600))])
    assert solve(far, BUDGET).unserved == ()


def test_a_way_that_does_not_exist_is_never_driven() -> None:
    asked = problem(visit(1), visit(2), travel=line(3, missing=[(0, 1)]))
    plan = solve(asked, BUDGET)
    assert [one.reason for one in plan.unserved] == ["unreachable"]
    detour = problem(visit(1), visit(2), visit(3), travel=line(4, missing=[(1, 2), (2, 1), (1, 3), (3, 1)]))
    plan = solve(detour, BUDGET)
    assert check(detour, plan) == ()
    assert len(plan.unserved) == 1, "there is no way between p1 and the others, and only one van"


def test_goods_are_delivered_before_more_are_taken_on() -> None:
    """Room for two: the way out passes the pick-up first, but the wheelchairs must off before."""
    asked = problem(visit(1, collect=(2,)), visit(2, deliver=(2,)), vans=[van(capacity=(2,))])
    plan = solve(asked, BUDGET)
    assert plan.sequence == ("p2", "p1")
    assert check(asked, plan) == ()


def test_two_vans_share_what_one_cannot_do() -> None:
    asked = problem(
        visit(9, name="east", window=(10, 11)),
        visit(1, name="west", window=(10, 11)),
        vans=[van(name="a"), van(name="b")],
    )
    plan = solve(asked, BUDGET)
    assert len(plan.routes) == 2
    assert plan.unserved == ()
    assert check(asked, plan) == ()


def test_the_same_problem_and_seed_give_the_same_plan() -> None:
    asked = _town(25, 7)
    assert solve(asked, BUDGET) == solve(asked, BUDGET)


def test_a_search_cut_off_at_once_still_answers() -> None:
    asked = _town(25, 7)
    plan = solve(asked, Budget(seconds=0, iterations=0))
    assert sorted(plan.sequence) == sorted(one.id for one in asked.visits)
    assert check(asked, plan) == ()


def test_an_empty_round_is_an_empty_plan() -> None:
    assert solve(problem(), BUDGET).sequence == ()
    assert solve(problem(visit(None)), BUDGET).unpositioned == ("pNone",)


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    stops=st.integers(0, 12),
    windows=st.floats(0, 1),
    shift_hours=st.integers(1, 10),
    nowhere=st.integers(0, 3),
)
def test_every_plan_passes_the_checker_and_names_every_visit(
    seed: int, stops: int, windows: float, shift_hours: int, nowhere: int
) -> None:
    base = _town(stops, seed, windows=windows)
    asked = Problem(
        visits=(*base.visits, *(Visit(id=f"n{number}", place=None) for number in range(nowhere))),
        vans=(Van(id="van", start=0, end=0, shift_from_s=7 * 3600, shift_to_s=(7 + shift_hours) * 3600),),
        travel=base.travel,
    )
    plan = solve(asked, Budget(seconds=600, iterations=50))
    assert check(asked, plan) == ()
    assert plan.sequence[len(plan.sequence) - nowhere :] == tuple(f"n{number}" for number in range(nowhere))
