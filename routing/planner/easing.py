"""A plan in the middle of the day bends where the day has bent already, and holds on to the rest."""

from __future__ import annotations

import msgspec

from routing.planner.budget import Sequences
from routing.planner.problem import Problem
from routing.planner.schedule import peaks, schedule


def ease(problem: Problem, present: Sequences) -> Problem:
    """The same problem for lists that are behind time: what a list breaks anyway, it may break.

    A window that is missed becomes a promise, for a stop with goods on board is driven to late rather than not at all,
    and the plan says that it is late. A shift, a break or a load that is over its bound gets that bound.
    """
    known = problem.by_id()
    visits, vans = dict(known), []
    for van in problem.vans:
        ids = present.get(van.id, ())
        if not ids:
            vans.append(van)
            continue
        route = schedule(problem, van, ids, known)
        for planned in route.visits:
            visit = known[planned.visit_id]
            if visit.window_to_s is not None and planned.start_s > visit.window_to_s:
                due = visit.window_to_s if visit.started_by_s is None else min(visit.started_by_s, visit.window_to_s)
                visits[visit.id] = msgspec.structs.replace(visit, window_to_s=None, started_by_s=due)
        duty = None if van.max_duty_s is None else max(van.max_duty_s, route.total_s)
        resting = van.break_to_s if route.rest is None else max(van.break_to_s, route.rest.from_s)
        highest = peaks(problem, van, [known[visit_id] for visit_id in ids])
        vans.append(
            msgspec.structs.replace(
                van,
                shift_to_s=max(van.shift_to_s, route.return_s),
                max_duty_s=duty,
                break_to_s=resting,
                capacity=tuple(map(max, zip(van.capacity, highest, strict=True))),
            )
        )
    return msgspec.structs.replace(
        problem, visits=tuple(visits[visit.id] for visit in problem.visits), vans=tuple(vans)
    )


def pinned(problem: Problem, present: Sequences) -> Problem:
    """The same problem with each listed visit pinned to the van that has it."""
    van_of = {visit_id: van_id for van_id, ids in present.items() for visit_id in ids}
    return msgspec.structs.replace(
        problem,
        visits=tuple(
            msgspec.structs.replace(visit, vans=frozenset({van_of[visit.id]})) if visit.id in van_of else visit
            for visit in problem.visits
        ),
    )
