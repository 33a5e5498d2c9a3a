"""A depot's day three hours in: what is done is gone, the vans are where they are, and something acute comes in."""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec

from routing.planner import Plan, Problem, Visit
from routing.planner.problem import units

#: Three hours into the day of ``depot_day``.
NOW_S = 10 * 3600


def acute(problem: Problem, seed: int, count: int = 5) -> tuple[Visit, ...]:
    """Pick-ups at doors of the same towns, wanted within four hours and worth double."""
    rng = random.Random(seed)
    doors = rng.sample(problem.visits, count)
    return tuple(
        Visit(
            id=f"acute{number}",
            place=door.place,
            service_s=600,
            window_from_s=NOW_S,
            window_to_s=NOW_S + 4 * 3600,
            collect=(0, 0, 150),
            worth_s=160_000,
        )
        for number, door in enumerate(doors)
    )


def in_the_middle(problem: Problem, plan: Plan, new: Sequence[Visit]) -> tuple[Problem, dict[str, tuple[str, ...]]]:
    """The problem at ``NOW_S`` and the lists as they are.

    A stop whose work has begun is done or being done; the one after it is being driven to and is pinned first. Goods to
    deliver are on board, so their stops are pinned to their van; what was collected is on board too.
    """
    known = problem.by_id()
    lists: dict[str, tuple[str, ...]] = {}
    vans, open_ids = [], set()
    routes = {route.van_id: route for route in plan.routes}
    for van in problem.vans:
        route = routes.get(van.id)
        if route is None:
            vans.append(msgspec.structs.replace(van, shift_from_s=NOW_S))
            continue
        done = [planned for planned in route.visits if planned.start_s <= NOW_S]
        left = [planned.visit_id for planned in route.visits if planned.start_s > NOW_S]
        lists[van.id] = tuple(left)
        open_ids |= set(left)
        on_board = [0] * problem.dimensions
        for planned in done:
            collected = units(known[planned.visit_id].collect, problem.dimensions)
            on_board = [one + other for one, other in zip(on_board, collected, strict=True)]
        last = known[done[-1].visit_id].place if done else van.start
        out = bool(done) or route.depart_s <= NOW_S
        vans.append(
            msgspec.structs.replace(
                van,
                start=van.start if last is None else last,
                shift_from_s=max(NOW_S, done[-1].leave_s) if done else max(NOW_S, min(route.depart_s, NOW_S)),
                on_board=tuple(on_board),
                first=tuple(left[:1]) if out else (),
            )
        )
    van_of = {visit_id: van_id for van_id, ids in lists.items() for visit_id in ids}
    visits = tuple(
        msgspec.structs.replace(visit, vans=frozenset({van_of[visit.id]})) if any(visit.deliver) else visit
        for visit in problem.visits
        if visit.id in open_ids
    )
    return msgspec.structs.replace(problem, vans=tuple(vans), visits=(*visits, *new)), lists
