"""Clock times of a given order."""

from __future__ import annotations

import pytest

from routing.planner import TravelMatrix, Visit, check, present_order
from routing.planner.problem import Plan, Reason
from routing.planner.schedule import impossible, late, schedule
from tests.routing.planner.problems import MINUTE, line, problem, van, visit


def test_travel_service_and_the_way_home_are_counted() -> None:
    asked = problem(visit(2, service=10), visit(5, service=10))
    route = schedule(asked, asked.vans[0], ["p2", "p5"])
    assert [(v.arrive_s // 60, v.start_s // 60, v.leave_s // 60) for v in route.visits] == [(2, 2, 12), (15, 15, 25)]
    assert (route.total_s // 60, route.travel_s // 60, route.distance_m) == (30, 10, 10_000)


def test_waiting_is_done_at_the_depot_and_not_outside_a_door() -> None:
    """The first window opens late: the van leaves later, is there as it opens, and comes home no later for it."""
    asked = problem(visit(5, window=(100, 120)), visit(2, window=(None, 110)))
    route = schedule(asked, asked.vans[0], ["p5", "p2"])
    assert route.depart_s == 95 * MINUTE
    assert (route.visits[0].arrive_s, route.return_s) == (100 * MINUTE, 105 * MINUTE)
    assert late(asked, route) == ()


def test_leaving_later_never_breaks_a_window_on_the_way() -> None:
    """A long wait at the second door does not tempt the van to come too late to the first."""
    asked = problem(visit(1, window=(None, 10)), visit(2, window=(100, 110)))
    route = schedule(asked, asked.vans[0], ["p1", "p2"])
    assert (route.depart_s, route.visits[0].start_s, route.visits[1].start_s) == (9 * MINUTE, 600, 6000)
    plan = Plan(routes=(route,), unserved=(), estimated=True, solver="hand")
    assert check(asked, plan) == ()


def test_an_order_that_misses_a_window_is_measured_and_said_to() -> None:
    asked = problem(visit(1, window=(None, 3)), visit(5), visit(None, name="nowhere"))
    now = present_order(asked, ["p5", "nowhere", "p1"])
    assert (now.late, now.unpositioned, now.total_minutes, now.estimated) == (("p1",), ("nowhere",), 10, True)
    assert present_order(asked, ["p1", "p5", "nowhere"]).late == ()


def test_no_visits_take_no_time() -> None:
    assert present_order(problem(), []).total_minutes == 0


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (visit(None), "no_position"),
        (visit(3, window=(None, 62)), "window"),
        (visit(3, window=(62, 63)), None),
        (visit(3, window=(598, None)), "shift"),
        (visit(3, service=595), "shift"),
        (visit(3, deliver=(3,)), "load"),
        (visit(3, collect=(3,)), "load"),
        (visit(3, deliver=(2,), collect=(2,)), None),
        (visit(2), "unreachable"),
    ],
)
def test_what_no_van_can_do_is_told_apart(one: Visit, reason: Reason | None) -> None:
    assert (
        impossible(
            problem(one, vans=[van(shift=(60, 600), capacity=(2,))], travel=line(4, missing=[(2, 0)])),
            one,
        )
        == reason
    )


def test_one_van_that_can_is_enough() -> None:
    late_van, early_van = van(shift=(100, 200), name="late"), van(shift=(0, 100), name="early")
    one = visit(1, window=(None, 50))
    assert impossible(problem(one, vans=[late_van, early_van]), one) is None


def test_the_two_directions_of_a_road_are_kept_apart() -> None:
    one_way = TravelMatrix(((0, 60), (600, 0)), ((0, 1), (10, 0)), estimated=False)
    asked = problem(visit(1), travel=one_way)
    assert schedule(asked, asked.vans[0], ["p1"]).total_s == 660
