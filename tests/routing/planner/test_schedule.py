"""Clock times of a given order."""

from __future__ import annotations

import pytest

from routing.planner import Plan, Reason, Rest, Route, TravelMatrix, Visit, check, present_order, times_ahead
from routing.planner.schedule import impossible, late, misses, schedule
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
        (visit(None, placeless="swapped"), "swapped"),
        (visit(3, window=(None, 59)), "window_passed"),
        (visit(3, skills=frozenset({"electrician"})), "skill"),
        (visit(3, skills=frozenset({"tail_lift"})), None),
        (visit(3, vans=frozenset({"other"})), "no_van"),
    ],
)
def test_what_no_van_can_do_is_told_apart(one: Visit, reason: Reason | None) -> None:
    assert (
        impossible(
            problem(
                one,
                vans=[van(shift=(60, 600), capacity=(2,), skills=frozenset({"tail_lift"}))],
                travel=line(4, missing=[(2, 0)]),
            ),
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


# ---------------------------------------------------------------- the break

LUNCH = (30, 100, 140)


def _rest(*visits: Visit, lunch: tuple[int, int, int] = LUNCH, duty: int | None = None) -> Route:
    asked = problem(*visits, vans=[van(rest=lunch, duty=duty)])
    route = schedule(asked, asked.vans[0], [one.id for one in visits])
    plan = Plan(routes=(route,), unserved=(), estimated=True, solver="hand", late=late(asked, route))
    assert check(asked, plan) == (), "the checker has its own idea of a break"
    return route


def test_a_van_that_is_home_before_lunch_needs_none() -> None:
    assert _rest(visit(5, service=60)).rest is None


def test_lunch_is_taken_between_two_doors_and_everything_after_it_is_later() -> None:
    route = _rest(visit(5, service=100), visit(6, service=20), visit(7, service=20))
    assert route.rest == Rest(105 * MINUTE, 135 * MINUTE)
    assert [v.start_s // 60 for v in route.visits] == [5, 136, 157]


def test_lunch_is_taken_while_waiting_where_that_costs_nothing() -> None:
    """The second door opens at 180: half an hour outside it is free, at the first it would not be."""
    route = _rest(visit(5, service=60, window=(40, 45)), visit(6, window=(180, 190)))
    assert route.rest is not None
    assert route.visits[1].start_s == 180 * MINUTE
    assert 100 * MINUTE <= route.rest.from_s <= 140 * MINUTE


def test_lunch_moves_so_that_a_window_is_kept() -> None:
    """Before the narrow window there is no half-hour, so the van rests after it."""
    route = _rest(visit(5, service=90), visit(6, service=5, window=(None, 125)), visit(50))
    assert route.rest == Rest(101 * MINUTE, 131 * MINUTE)
    assert late_ids(route) == ()


def late_ids(route: Route) -> tuple[str, ...]:
    asked = problem(visit(5, service=90), visit(6, service=5, window=(None, 125)), visit(50), vans=[van(rest=LUNCH)])
    return late(asked, route)


def test_a_lunch_that_fits_nowhere_is_a_fault_of_the_route() -> None:
    """Work without a pause from before its hours until after them."""
    asked = problem(visit(1, service=200), vans=[van(rest=LUNCH)])
    route = schedule(asked, asked.vans[0], ["p1"])
    assert misses(asked, asked.vans[0], route) is None, "it may rest at the door before it works"
    narrow = problem(visit(1, service=200, window=(None, 60)), vans=[van(rest=LUNCH)])
    assert misses(narrow, narrow.vans[0], schedule(narrow, narrow.vans[0], ["p1"])) in {"window", "shift"}


def test_a_longest_duty_counts_from_leaving() -> None:
    asked = problem(visit(5, window=(100, None)), vans=[van(duty=11)])
    assert misses(asked, asked.vans[0], schedule(asked, asked.vans[0], ["p5"])) is None
    short = problem(visit(5), vans=[van(duty=9)])
    assert misses(short, short.vans[0], schedule(short, short.vans[0], ["p5"])) == "shift"


# ---------------------------------------------------------------- promises and the road ahead


def test_begun_in_time_and_done_in_time_are_two_promises() -> None:
    """R-187 and R-189: work of half an hour that begins at 40 keeps "begun by 60" and breaks "done by 60"."""
    for one, tardy in ((visit(40, service=30, started_by=60), ()), (visit(40, service=30, done_by=60), ("p40",))):
        asked = problem(one)
        assert late(asked, schedule(asked, asked.vans[0], ["p40"])) == tardy


def test_the_next_times_follow_from_where_the_van_is_now() -> None:
    asked = problem(visit(2), visit(5, window=(60, 70), service=10), visit(None, name="nowhere"), visit(6))
    ahead = times_ahead(asked, asked.vans[0], ["p5", "nowhere", "p6"], place=2, now_s=50 * MINUTE)
    assert [(v.visit_id, v.arrive_s // 60, v.start_s // 60) for v in ahead] == [("p5", 53, 60), ("p6", 71, 71)]
