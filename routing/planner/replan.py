"""Planning again while the vans are out: something urgent comes in, and as little as possible is disturbed.

What has been done is not in the problem any more; each van begins where it is, when it is free, with what it has on
board; the stop it is driving to is pinned first. What is on its list stays on its list. The new stops are put in where
they cost least, which changes nobody's order, and a short search from there may only do better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from routing.planner.budget import REPLAN, Budget, Sequences
from routing.planner.difference import broken_pairs
from routing.planner.easing import ease, pinned
from routing.planner.insertion import Draft, finish, insert
from routing.planner.plan import Plan, plan_cost
from routing.planner.problem import Problem
from routing.planner.pyvrp_solver import Search

#: Neighbours that may be parted before the order counts as disturbed.
CALM_PAIRS = 5
#: What parting two neighbours must save, in the plan's seconds.
CALM_SECONDS = 300
NAME = "replan"


def replan(problem: Problem, present: Sequences, budget: Budget | None = None) -> Plan:
    """Put the visits that no list has yet into the lists.

    The best plan is the one that leaves out fewest of the old and of the new, moves fewest to another van, parts at
    most ``CALM_PAIRS`` neighbours, and then costs least, a parted pair counted as ``CALM_SECONDS``. Loaded goods are
    pinned by the caller (``Visit.vans``).

    Args:
        present: van id -> what is left of its list, in order; every visit it names is in the problem.
        budget: of the search; ``budget.REPLAN`` when None.
    """
    bounds = budget or REPLAN
    lists = {van.id: tuple(present.get(van.id, van.first)) for van in problem.vans}
    # Known before it is changed: a list that is already behind time must not lose its stops for it.
    eased = ease(problem, lists)
    steady = pinned(eased, lists)
    calm = _inserted(steady, lists)
    plans = [calm]
    plans.append(finish(steady, Search(steady).run(bounds, _lists(calm)), NAME))
    if any(_left_out(plan, lists) == (0, 0) for plan in plans):
        return _best(eased, plans, lists)
    # No list has room as it is: what is not on board may change van, and the order may be another.
    plans.append(finish(eased, Search(eased).run(bounds, _lists(calm)), NAME))
    return _best(eased, plans, lists)


def _inserted(problem: Problem, present: Mapping[str, Sequence[str]]) -> Plan:
    draft = Draft(problem, {van_id: list(ids) for van_id, ids in present.items()})
    partners = problem.partners()
    listed = draft.served()
    groups = [
        (visit.id,) if visit.id not in partners else (partners[visit.id].pick_up, partners[visit.id].set_down)
        for visit in problem.visits
        if visit.id not in listed
        and visit.place is not None
        and (visit.id not in partners or partners[visit.id].set_down == visit.id)
    ]
    insert(draft, groups)
    return finish(problem, draft.sequences, NAME)


def _lists(plan: Plan) -> dict[str, tuple[str, ...]]:
    return {route.van_id: route.visit_ids for route in plan.routes}


def _left_out(plan: Plan, present: Sequences) -> tuple[int, int]:
    """(of the lists, of the new); a visit without a place counts for nothing."""
    listed = {visit_id for ids in present.values() for visit_id in ids}
    left = [one for one in plan.unserved if one.visit_id not in plan.unpositioned]
    old = sum(one.visit_id in listed for one in left)
    return old, len(left) - old


def _best(problem: Problem, plans: Sequence[Plan], present: Sequences) -> Plan:
    was = {visit_id: van_id for van_id, ids in present.items() for visit_id in ids}

    def disturbance(plan: Plan) -> tuple[int, int, int, int, int]:
        old, new = _left_out(plan, present)
        moved = sum(was.get(visit_id, van_id) != van_id for visit_id, van_id in plan.van_of().items())
        parted = broken_pairs(present, _lists(plan))
        return old, new, moved, max(0, parted - CALM_PAIRS), plan_cost(problem, plan) + CALM_SECONDS * parted

    return min(plans, key=disturbance)
