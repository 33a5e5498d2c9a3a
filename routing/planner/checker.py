"""Looks at a plan with other eyes than the solver's: nobody sees a plan that has not passed here.

It trusts no number of the plan: every time, distance and load is held against the problem itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from routing.planner.problem import Load, Plan, PlannedVisit, Problem, Route, Van, Visit


def check(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """Every fault of a plan, in words; an empty tuple when it is sound.

    Held: each visit is in exactly one place (a route, or unserved with a reason that is true where it can be told),
    each van drives once from its start to its end within its shift, the van is never earlier at a door than the roads
    allow, work starts within the window, no load is over the capacity, and the sums are right.
    """
    return tuple(_faults(problem, plan))


def _faults(problem: Problem, plan: Plan) -> Iterator[str]:
    visits = {visit.id: visit for visit in problem.visits}
    vans = {van.id: van for van in problem.vans}
    named = Counter(plan.sequence)
    yield from (f"{visit_id}: forgotten" for visit_id in visits if named[visit_id] == 0)
    yield from (f"{visit_id}: {count} times" for visit_id, count in named.items() if count > 1)
    unknown = [visit_id for visit_id in named if visit_id not in visits]
    yield from (f"{visit_id}: not asked for" for visit_id in unknown)
    yield from (
        f"{unserved.visit_id}: said to have no position"
        for unserved in plan.unserved
        if unserved.reason == "no_position"
        and unserved.visit_id in visits
        and visits[unserved.visit_id].place is not None
    )
    driving = Counter(route.van_id for route in plan.routes)
    yield from (f"van {van_id}: drives {count} routes" for van_id, count in driving.items() if count > 1)
    if plan.estimated != problem.travel.estimated:
        yield "the plan does not say whether its times are estimated"
    for route in plan.routes:
        if route.van_id not in vans:
            yield f"van {route.van_id}: not ours"
        elif not any(planned.visit_id in unknown for planned in route.visits):
            yield from _route_faults(problem, vans[route.van_id], route, visits)


def _route_faults(problem: Problem, van: Van, route: Route, visits: dict[str, Visit]) -> Iterator[str]:
    travel = problem.travel
    here, now, driven_s, driven_m = van.start, route.depart_s, 0, 0
    if route.depart_s < van.shift_from_s:
        yield f"van {van.id}: leaves before its shift"
    for planned in route.visits:
        visit = visits[planned.visit_id]
        if visit.place is None:
            yield f"{visit.id}: driven to without a position"
            return
        if (here, visit.place) in travel.missing:
            yield f"{visit.id}: no way there"
        driven_s += travel.durations_s[here][visit.place]
        driven_m += travel.distances_m[here][visit.place]
        yield from _visit_faults(visit, planned, now + travel.durations_s[here][visit.place])
        here, now = visit.place, planned.leave_s
    if (here, van.end) in travel.missing:
        yield f"van {van.id}: no way home"
    driven_s += travel.durations_s[here][van.end]
    driven_m += travel.distances_m[here][van.end]
    if route.return_s < now + travel.durations_s[here][van.end]:
        yield f"van {van.id}: is home before it can be"
    if route.return_s > van.shift_to_s:
        yield f"van {van.id}: is home after its shift"
    if (route.travel_s, route.distance_m) != (driven_s, driven_m):
        yield f"van {van.id}: {route.travel_s} s, {route.distance_m} m where the roads say {driven_s} s, {driven_m} m"
    yield from _load_faults(van, [visits[planned.visit_id] for planned in route.visits])


def _visit_faults(visit: Visit, planned: PlannedVisit, earliest: int) -> Iterator[str]:
    if planned.arrive_s < earliest:
        yield f"{visit.id}: reached before the roads allow"
    if planned.start_s < planned.arrive_s:
        yield f"{visit.id}: started before arrival"
    if planned.leave_s < planned.start_s + visit.service_s:
        yield f"{visit.id}: left before the work is done"
    if visit.window_from_s is not None and planned.start_s < visit.window_from_s:
        yield f"{visit.id}: before its window"
    if visit.window_to_s is not None and planned.start_s > visit.window_to_s:
        yield f"{visit.id}: after its window"


def _load_faults(van: Van, visits: list[Visit]) -> Iterator[str]:
    for dimension, most in enumerate(van.capacity):
        on_board = sum(_unit(visit.deliver, dimension) for visit in visits)
        highest = on_board
        for visit in visits:
            on_board = on_board - _unit(visit.deliver, dimension) + _unit(visit.collect, dimension)
            highest = max(highest, on_board)
        if highest > most:
            yield f"van {van.id}: {highest} of load {dimension} where it takes {most}"


def _unit(load: Load, dimension: int) -> int:
    return load[dimension] if load else 0
