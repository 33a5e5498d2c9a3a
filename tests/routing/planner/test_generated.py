"""Whatever is asked, what comes out passes the checker, names every visit once, and could not take one more.

More than the everyday examples: ``TURBIL_EXAMPLES=2000 python -m pytest tests/routing/planner/test_generated.py``.
"""

from __future__ import annotations

import os

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from routing.planner import Plan, Problem, check, plan_cost
from routing.planner.budget import Budget, Way
from routing.planner.easing import ease
from routing.planner.insertion import Draft, Spot, best_spot
from routing.planner.replan import replan
from tests.routing.planner.generator import problems
from tests.routing.planner.searching import solve

QUICK = Budget(seconds=600, iterations=40)
EXAMPLES = int(os.environ.get("TURBIL_EXAMPLES", "60"))
MANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _no_more_fits(problem: Problem, plan: Plan) -> None:
    """A visit that is worth a detour and said to have no room has none, wherever one puts it."""
    draft = Draft(problem, {route.van_id: list(route.visit_ids) for route in plan.routes})
    partners = problem.partners()
    for left_out in plan.unserved:
        visit = draft.visits[left_out.visit_id]
        if left_out.reason not in {"full", "no_time"} or visit.id in partners:
            continue
        for van in problem.vans:
            if van.may_do(visit):
                assert not isinstance(best_spot(draft, van, (visit.id,)), Spot), (visit.id, van.id)


@pytest.mark.parametrize("way", ["cold", "seeded"])
@MANY
@given(asked=problems())
def test_every_plan_passes_the_checker(way: Way, asked: Problem) -> None:
    plan = solve(asked, QUICK, way=way)
    assert check(asked, plan) == ()
    assert sorted(plan.sequence) == sorted(visit.id for visit in asked.visits)
    assert plan_cost(asked, plan) >= 0
    _no_more_fits(asked, plan)


@MANY
@given(asked=problems(), late_s=st.integers(0, 3 * 3600), known=st.integers(0, 9))
def test_a_plan_in_the_middle_of_the_day_drops_nothing_of_what_is_driven(
    asked: Problem, late_s: int, known: int
) -> None:
    """A morning's plan without some of the visits; then everything is late, and the others come in."""
    partners = asked.partners()
    first = {visit.id for visit in asked.visits[:known]} | {visit_id for van in asked.vans for visit_id in van.first}
    first |= {end for one in asked.shipments for end in (one.pick_up, one.set_down)} & set(partners)
    morning = msgspec.structs.replace(asked, visits=tuple(visit for visit in asked.visits if visit.id in first))
    plan = solve(morning, QUICK)
    lists = {route.van_id: route.visit_ids for route in plan.routes}
    listed = {visit_id for ids in lists.values() for visit_id in ids}
    noon = msgspec.structs.replace(
        asked,
        vans=tuple(
            msgspec.structs.replace(
                van,
                shift_from_s=van.shift_from_s + late_s,
                shift_to_s=max(van.shift_to_s, van.shift_from_s + late_s),
            )
            for van in asked.vans
        ),
        visits=tuple(visit for visit in asked.visits if visit.id in listed or visit.id not in first),
        shipments=tuple(one for one in asked.shipments if one.pick_up in listed),
    )
    again = replan(noon, lists, QUICK)
    assert check(ease(noon, lists), again) == ()
    assert not listed & {unserved.visit_id for unserved in again.unserved}
