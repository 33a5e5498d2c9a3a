"""Each demand that a plan can know, one at a time, in the search and in the checker that does not believe it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from routing.planner import Plan, Problem, Rest, Shipment, Unserved, check, faults_of, plan_cost, schedule, set_right
from routing.planner.budget import Budget
from routing.planner.schedule import late
from tests.routing.planner.problems import MINUTE, line, problem, van, visit
from tests.routing.planner.searching import solve

LIFT = frozenset({"tail_lift"})


def test_a_bed_goes_to_the_van_with_two_persons() -> None:
    asked = problem(
        visit(9, name="bed", skills=frozenset({"two_persons"})),
        visit(8),
        vans=[van(name="one", shift=(0, 17)), van(name="two", shift=(0, 19), skills=frozenset({"two_persons"}))],
    )
    for way in ("cold", "seeded"):
        plan = solve(asked, way=way)  # type: ignore[arg-type]
        assert plan.van_of()["bed"] == "two"
        assert plan.unserved == ()


def test_two_visits_at_one_door_may_be_for_different_vans() -> None:
    asked = problem(
        visit(3, name="lifted", skills=LIFT),
        visit(3, name="pinned", vans=frozenset({"plain"})),
        vans=[van(name="lift", skills=LIFT), van(name="plain")],
    )
    assert solve(asked).van_of() == {"lifted": "lift", "pinned": "plain"}


def test_the_stop_that_is_driven_to_stays_first_however_late() -> None:
    """p9 first is a detour, and too late for its window: it is somebody's will."""
    asked = problem(visit(9, window=(None, 2)), visit(1), visit(2), vans=[van(first=("p9",))])
    plan = solve(asked)
    assert plan.sequence[0] == "p9"
    assert plan.late == ("p9",)
    assert check(asked, plan) == ()


def test_what_a_pinned_first_stop_brings_along_counts_for_the_rest() -> None:
    asked = problem(visit(1, collect=(2,)), visit(2, collect=(1,)), vans=[van(capacity=(2,), first=("p1",))])
    assert [(one.visit_id, one.reason) for one in solve(asked).unserved] == [("p2", "full")]


def test_what_is_on_board_from_before_takes_room() -> None:
    full = problem(visit(1, collect=(1,)), vans=[van(capacity=(2,), on_board=(2,))])
    assert [one.reason for one in solve(full).unserved] == ["load"]
    assert solve(problem(visit(1, collect=(1,)), vans=[van(capacity=(3,), on_board=(2,))])).unserved == ()


def test_goods_go_from_stop_to_stop_in_one_van() -> None:
    """The set-down lies on the way out, the pick-up behind it; each half alone would be quicker."""
    shipment = Shipment(pick_up="p8", set_down="p2", amount=(1,))
    asked = problem(visit(8), visit(2), visit(5, deliver=(1,)), vans=[van(capacity=(1,))], shipments=(shipment,))
    for way in ("cold", "seeded"):
        plan = solve(asked, way=way)  # type: ignore[arg-type]
        assert plan.unserved == ()
        assert plan.sequence.index("p8") < plan.sequence.index("p2")
        assert plan.sequence.index("p5") < plan.sequence.index("p8"), "the van takes one"


def test_half_of_a_shipment_is_left_out_with_the_other() -> None:
    shipment = Shipment(pick_up="p8", set_down="p2", amount=(5,))
    plan = solve(problem(visit(8), visit(2), visit(1), vans=[van(capacity=(1,))], shipments=(shipment,)))
    assert {one.visit_id: one.reason for one in plan.unserved} == {"p8": "full", "p2": "full"}
    backwards = problem(
        visit(8, window=(50, 60)), visit(2, window=(0, 9)), shipments=(Shipment(pick_up="p8", set_down="p2"),)
    )
    assert {one.reason for one in solve(backwards).unserved} == {"window"}


def test_a_promise_is_kept_where_it_can_be_and_broken_rather_than_dropped() -> None:
    asked = problem(visit(9, name="acute", done_by=20, service=5), visit(1, service=30), visit(2, service=30))
    plan = solve(asked)
    assert (plan.sequence[0], plan.late, plan.unserved) == ("acute", (), ())
    hopeless = problem(visit(30, name="acute", started_by=20), visit(1))
    plan = solve(hopeless)
    assert (plan.late, plan.unserved) == (("acute",), ())


def test_a_stop_that_can_wait_is_taken_only_when_it_is_on_the_way() -> None:
    """R-188 and R-191: maintenance that any day will do."""
    asked = problem(visit(10), visit(9, name="near", worth_s=60), visit(40, name="far", worth_s=60 * MINUTE))
    plan = solve(asked)
    assert plan.van_of() == {"p10": "van", "near": "van"}
    assert [(one.visit_id, one.reason) for one in plan.unserved] == [("far", "not_worth")]
    assert plan_cost(asked, plan) == 2 * plan.routes[0].travel_s + 60 * MINUTE


def test_of_two_that_do_not_fit_together_the_dearer_is_kept() -> None:
    asked = problem(
        visit(9, name="east", window=(10, 11), worth_s=50_000), visit(1, name="west", window=(10, 11), worth_s=60_000)
    )
    assert [one.visit_id for one in solve(asked).unserved] == ["east"]


def test_several_depots_each_with_its_van() -> None:
    asked = problem(visit(1), visit(18), vans=[van(name="a"), van(name="b", start=19, end=19)], travel=line(20))
    plan = solve(asked)
    assert plan.van_of() == {"p1": "a", "p18": "b"}
    assert sum(route.travel_s for route in plan.routes) == 4 * MINUTE


def test_lunch_is_planned_for_and_taken() -> None:
    stops = [visit(place, service=30) for place in range(1, 9)]
    asked = problem(*stops, vans=[van(name=name, shift=(0, 200), rest=(30, 60, 120)) for name in ("a", "b")])
    for way in ("cold", "seeded"):
        plan = solve(asked, way=way)  # type: ignore[arg-type]
        assert plan.unserved == ()
        assert any(route.rest is not None for route in plan.routes), "who is home by two needs none"
        assert check(asked, plan) == ()


def test_where_there_is_no_time_for_lunch_a_stop_goes() -> None:
    """Six half-hours fill the shift exactly; with lunch one is too many."""
    stops = [visit(1, name=f"s{number}", service=30) for number in range(6)]
    hungry = problem(*stops, vans=[van(shift=(0, 182), rest=(30, 60, 120))])
    assert [one.reason for one in solve(hungry).unserved] == ["no_time"]
    assert solve(problem(*stops, vans=[van(shift=(0, 182))])).unserved == ()


def test_two_rounds_with_one_vehicle_and_a_van_without_capacity_are_named_and_the_rest_is_planned() -> None:
    asked = problem(
        visit(1),
        visit(2, deliver=(1,)),
        vans=[
            van(name="a", vehicle="B1", capacity=(0,)),
            van(name="b", vehicle="B1", capacity=(5,)),
            van(name="later", vehicle="B1", capacity=(5,), shift=(600, 700)),
        ],
    )
    right, faults = set_right(asked)
    assert [(one.code, one.van_id, one.other_id) for one in faults] == [
        ("van_without_capacity", "a", ""),
        ("van_twice", "b", "a"),
    ]
    assert [one.id for one in right.vans] == ["a", "later"], "the same vehicle at another time is another shift"
    assert solve(right).unserved == ()
    nothing = problem(visit(1, deliver=(1,)), vans=[van(capacity=(0,))])
    plan = solve(nothing)
    assert [one.code for one in faults_of(nothing, plan)] == ["no_solution"]


def test_a_large_problem_is_searched_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routing.planner.search.WHOLE_VISITS", 30)
    monkeypatch.setattr("routing.planner.parts.PART_VISITS", 15)
    from benchmarks.routing.instances import depot_day

    asked = depot_day(60, 1)
    told: list[int] = []
    from routing.planner.search import search

    plan = search(asked, Budget(seconds=60, cpu_seconds=1.5, quiet_iterations=50, seed=3), "seeded", told=told.append)
    assert check(asked, plan) == ()
    assert len(plan.unserved) <= 2
    assert plan_cost(asked, plan) <= told[-1] == min(told), "told is what it costs, and it only gets better"


# ---------------------------------------------------------------- the checker on each of them

SHIPPED = problem(
    visit(8, skills=LIFT, vans=frozenset({"van"})),
    visit(2, started_by=30),
    visit(5, deliver=(1,), service=20),
    vans=[
        van(capacity=(2,), skills=LIFT, shift=(0, 200), duty=100, rest=(30, 20, 30), on_board=(1,)),
        van(name="other", capacity=(2,), shift=(0, 200)),
    ],
    shipments=(Shipment(pick_up="p8", set_down="p2", amount=(1,)),),
)


def _plan(asked: Problem, *ids: str, name: str = "van") -> Plan:
    one = next(each for each in asked.vans if each.id == name)
    route = schedule(asked, one, ids)
    rest = tuple(Unserved(each.id, "no_time") for each in asked.visits if each.id not in ids)
    return Plan(routes=(route,), unserved=rest, estimated=True, solver="hand", late=late(asked, route))


def _rest(plan: Plan, rest: Rest | None) -> Plan:
    return msgspec.structs.replace(plan, routes=(msgspec.structs.replace(plan.routes[0], rest=rest),))


def _hurried(plan: Plan) -> Plan:
    """The van is at the second door as if it had not rested on the way, and waits there."""
    first, second, *others = plan.routes[0].visits
    early = msgspec.structs.replace(second, arrive_s=second.arrive_s - 10 * MINUTE)
    return msgspec.structs.replace(
        plan, routes=(msgspec.structs.replace(plan.routes[0], visits=(first, early, *others)),)
    )


SOUND = _plan(SHIPPED, "p5", "p8", "p2")


def test_the_sound_plan_passes() -> None:
    assert check(SHIPPED, SOUND) == ()
    assert SOUND.routes[0].rest is not None
    assert SOUND.late == ("p2",)


def _changed(**changes: object) -> Problem:
    return msgspec.structs.replace(SHIPPED, vans=(msgspec.structs.replace(SHIPPED.vans[0], **changes), SHIPPED.vans[1]))


@pytest.mark.parametrize(
    ("asked", "plan", "words"),
    [
        (lambda: SHIPPED, lambda: _plan(SHIPPED, "p5", "p2", "p8"), "p2: set down before it is taken on"),
        (lambda: SHIPPED, lambda: _plan(SHIPPED, "p5", "p2"), "p2: half of a shipment"),
        (lambda: SHIPPED, lambda: _plan(SHIPPED, "p8", "p2", name="other"), "p8: van other cannot do it"),
        (lambda: SHIPPED, lambda: _plan(SHIPPED, "p8", "p2", name="other"), "p8: not for van other"),
        (lambda: SHIPPED, lambda: msgspec.structs.replace(SOUND, late=()), "p2: late, and nobody says so"),
        (lambda: SHIPPED, lambda: msgspec.structs.replace(SOUND, late=("p2", "p8")), "p8: said to be late"),
        (lambda: SHIPPED, lambda: _plan(SHIPPED, "p8", "p5", "p2"), "3 of load 0 where it takes 2"),
        (lambda: _changed(max_duty_s=60), lambda: SOUND, "is out for longer than it may"),
        (
            lambda: _changed(first=("p5",)),
            lambda: _plan(SHIPPED, "p8", "p2", "p5"),
            "does not begin with its first visits",
        ),
        (lambda: _changed(on_board=(2,)), lambda: SOUND, "3 of load 0 where it takes 2"),
        (lambda: SHIPPED, lambda: _rest(SOUND, None), "no break"),
        (lambda: _changed(break_s=40 * MINUTE), lambda: SOUND, "its break is too short"),
        (lambda: _changed(break_from_s=0, break_to_s=60), lambda: SOUND, "its break is outside its hours"),
        (lambda: SHIPPED, lambda: _rest(SOUND, Rest(20 * MINUTE, 50 * MINUTE)), "its break is at work at p5"),
        (lambda: SHIPPED, lambda: _hurried(SOUND), "its break is on the road to p8"),
    ],
)
def test_each_fault_of_a_demand_is_seen(asked: Callable[[], Problem], plan: Callable[[], Plan], words: str) -> None:
    faults = check(asked(), plan())
    assert any(words in fault for fault in faults), faults


def test_a_shipment_in_two_vans_is_seen() -> None:
    asked = problem(visit(8), visit(2), vans=[van(), van(name="b")], shipments=(Shipment(pick_up="p8", set_down="p2"),))
    routes = (schedule(asked, asked.vans[0], ["p8"]), schedule(asked, asked.vans[1], ["p2"]))
    plan = Plan(routes=routes, unserved=(), estimated=True, solver="hand")
    assert check(asked, plan) == ("p2: taken on by another van",)


def test_a_break_beyond_the_last_door_must_leave_time_to_drive_home() -> None:
    asked = problem(visit(10, service=60), vans=[van(rest=(30, 65, 90), shift=(0, 300))])
    plan = _plan(asked, "p10")
    assert check(asked, plan) == ()
    hurried = msgspec.structs.replace(plan.routes[0], return_s=plan.routes[0].return_s - 60)
    assert "van van: is home before it can be" in check(asked, msgspec.structs.replace(plan, routes=(hurried,)))
