"""Looks at a plan with other eyes than the solver's: nobody sees a plan that has not passed here.

It trusts no number of the plan: every time, distance and load is held against the problem itself, and it shares no code
with the solvers or the clock arithmetic.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from routing.planner.plan import Plan, PlannedVisit, Rest, Route
from routing.planner.problem import Load, Problem, Van, Visit


def check(problem: Problem, plan: Plan) -> tuple[str, ...]:
    """Every fault of a plan, in words; an empty tuple when it is sound.

    Held: each visit is in exactly one place (a route, or unserved with a reason that is true where it can be told),
    each van drives once from its start to its end within its shift and its longest duty, the van is never earlier at a
    door than the roads allow, work starts within the window, the break is there and long enough and neither work nor
    driving, no load is over the capacity after any stop, the van has the skills, pins are kept, goods of a shipment
    are taken on before they are set down by the same van, what is late is said to be, and the sums are right.
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
        if unserved.reason in {"no_position", "outside_map", "swapped"}
        and unserved.visit_id in visits
        and visits[unserved.visit_id].place is not None
    )
    driving = Counter(route.van_id for route in plan.routes)
    yield from (f"van {van_id}: drives {count} routes" for van_id, count in driving.items() if count > 1)
    yield from (f"van {van.id}: does not begin with its first visits" for van in problem.vans if not _begins(van, plan))
    if plan.estimated != problem.travel.estimated:
        yield "the plan does not say whether its times are estimated"
    for route in plan.routes:
        if route.van_id not in vans:
            yield f"van {route.van_id}: not ours"
        elif not any(planned.visit_id in unknown for planned in route.visits):
            yield from _route_faults(problem, vans[route.van_id], route, visits)
    if not unknown:
        yield from _shipment_faults(problem, plan)
        yield from _late_faults(plan, visits)


def _begins(van: Van, plan: Plan) -> bool:
    driven = next((route.visits for route in plan.routes if route.van_id == van.id), ())
    return tuple(planned.visit_id for planned in driven[: len(van.first)]) == van.first


def _route_faults(problem: Problem, van: Van, route: Route, visits: dict[str, Visit]) -> Iterator[str]:
    travel = problem.travel
    here, now, driven_s, driven_m = van.start, route.depart_s, 0, 0
    if route.depart_s < van.shift_from_s:
        yield f"van {van.id}: leaves before its shift"
    for index, planned in enumerate(route.visits):
        visit = visits[planned.visit_id]
        if visit.place is None:
            yield f"{visit.id}: driven to without a position"
            return
        if (here, visit.place) in travel.missing:
            yield f"{visit.id}: no way there"
        if not visit.skills <= van.skills:
            yield f"{visit.id}: van {van.id} cannot do it"
        if visit.vans and van.id not in visit.vans:
            yield f"{visit.id}: not for van {van.id}"
        leg = travel.durations_s[here][visit.place]
        driven_s += leg
        driven_m += travel.distances_m[here][visit.place]
        yield from _visit_faults(visit, planned, now + leg, pinned=index < len(van.first))
        yield from _rest_faults(van, route.rest, now, planned, leg)
        here, now = visit.place, planned.leave_s
    if (here, van.end) in travel.missing:
        yield f"van {van.id}: no way home"
    home = travel.durations_s[here][van.end]
    driven_s += home
    driven_m += travel.distances_m[here][van.end]
    yield from _home_faults(van, route, now + home)
    if (route.travel_s, route.distance_m) != (driven_s, driven_m):
        yield f"van {van.id}: {route.travel_s} s, {route.distance_m} m where the roads say {driven_s} s, {driven_m} m"
    yield from _load_faults(problem, van, [visits[planned.visit_id] for planned in route.visits])


def _home_faults(van: Van, route: Route, earliest: int) -> Iterator[str]:
    """``earliest``: when it can be back, the break aside."""
    last = max((planned.leave_s for planned in route.visits), default=route.depart_s)
    resting = route.rest.to_s - route.rest.from_s if route.rest is not None and route.rest.from_s >= last else 0
    if route.return_s < earliest + resting:
        yield f"van {van.id}: is home before it can be"
    if route.return_s > van.shift_to_s:
        yield f"van {van.id}: is home after its shift"
    if van.max_duty_s is not None and route.return_s - route.depart_s > van.max_duty_s:
        yield f"van {van.id}: is out for longer than it may"
    if not van.break_s:
        return
    rest = route.rest
    if rest is None:
        if route.depart_s < van.break_to_s < route.return_s and route.visits:
            yield f"van {van.id}: no break"
        return
    if rest.to_s - rest.from_s < van.break_s:
        yield f"van {van.id}: its break is too short"
    if not van.break_from_s <= rest.from_s <= van.break_to_s:
        yield f"van {van.id}: its break is outside its hours"
    if not route.depart_s <= rest.from_s or rest.to_s > route.return_s:
        yield f"van {van.id}: its break is not on its way"


def _rest_faults(van: Van, rest: Rest | None, left_s: int, planned: PlannedVisit, leg: int) -> Iterator[str]:
    """The break may lie between leaving the last door and the work at this one, and the driving has its time too."""
    if rest is None or rest.to_s <= left_s or rest.from_s >= planned.leave_s:
        return
    if rest.from_s < left_s or rest.to_s > planned.start_s:
        yield f"van {van.id}: its break is at work at {planned.visit_id}"
    elif rest.from_s < planned.arrive_s and planned.arrive_s < left_s + leg + (rest.to_s - rest.from_s):
        yield f"van {van.id}: its break is on the road to {planned.visit_id}"


def _visit_faults(visit: Visit, planned: PlannedVisit, earliest: int, *, pinned: bool) -> Iterator[str]:
    if planned.arrive_s < earliest:
        yield f"{visit.id}: reached before the roads allow"
    if planned.start_s < planned.arrive_s:
        yield f"{visit.id}: started before arrival"
    if planned.leave_s < planned.start_s + visit.service_s:
        yield f"{visit.id}: left before the work is done"
    if visit.window_from_s is not None and planned.start_s < visit.window_from_s:
        yield f"{visit.id}: before its window"
    if visit.window_to_s is not None and planned.start_s > visit.window_to_s and not pinned:
        yield f"{visit.id}: after its window"


def _load_faults(problem: Problem, van: Van, visits: list[Visit]) -> Iterator[str]:
    taken_on = {shipment.pick_up: shipment.amount for shipment in problem.shipments}
    set_down = {shipment.set_down: shipment.amount for shipment in problem.shipments}
    for dimension, most in enumerate(van.capacity):
        on_board = _unit(van.on_board, dimension) + sum(_unit(visit.deliver, dimension) for visit in visits)
        highest = on_board
        for visit in visits:
            on_board += _unit(visit.collect, dimension) - _unit(visit.deliver, dimension)
            on_board += _unit(taken_on.get(visit.id, ()), dimension) - _unit(set_down.get(visit.id, ()), dimension)
            highest = max(highest, on_board)
        if highest > most:
            yield f"van {van.id}: {highest} of load {dimension} where it takes {most}"


def _shipment_faults(problem: Problem, plan: Plan) -> Iterator[str]:
    where = {
        planned.visit_id: (route.van_id, index) for route in plan.routes for index, planned in enumerate(route.visits)
    }
    for shipment in problem.shipments:
        taken, left = where.get(shipment.pick_up), where.get(shipment.set_down)
        if (taken is None) != (left is None):
            yield f"{shipment.set_down}: half of a shipment"
        elif taken is not None and left is not None and taken[0] != left[0]:
            yield f"{shipment.set_down}: taken on by another van"
        elif taken is not None and left is not None and taken[1] > left[1]:
            yield f"{shipment.set_down}: set down before it is taken on"


def _late_faults(plan: Plan, visits: dict[str, Visit]) -> Iterator[str]:
    said = set(plan.late)
    for route in plan.routes:
        for planned in route.visits:
            visit = visits[planned.visit_id]
            begun = [moment for moment in (visit.window_to_s, visit.started_by_s) if moment is not None]
            is_late = any(planned.start_s > moment for moment in begun) or (
                visit.done_by_s is not None and planned.start_s + visit.service_s > visit.done_by_s
            )
            if is_late != (visit.id in said):
                yield f"{visit.id}: {'late, and nobody says so' if is_late else 'said to be late'}"
            said.discard(visit.id)
    yield from (f"{visit_id}: said to be late" for visit_id in sorted(said))


def _unit(load: Load, dimension: int) -> int:
    return load[dimension] if load else 0
