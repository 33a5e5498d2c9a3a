"""Large problems in parts: a search over neighbouring routes at a time, each time cut differently.

A thousand stops at once are too many for a search of some seconds; two hundred are not, and what a part cannot
reach across its edge the next cut does (docs/decisions/pyvrp.md has the figures).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from routing.planner.budget import Meter, Sequences, Told
from routing.planner.insertion import Draft, finish
from routing.planner.plan import plan_cost
from routing.planner.problem import Problem, TravelMatrix, Visit
from routing.planner.pyvrp_solver import Search

#: Visits in a part, about.
PART_VISITS = 120
#: Of the search on one part: seconds for each hundred visits.
SECONDS_PER_HUNDRED = 0.7


#: Of the whole time: for the first plan, of parts that are cut without a plan to go by.
FIRST_SHARE = 0.35


def first_in_parts(problem: Problem, meter: Meter, told: Told | None = None) -> dict[str, list[str]]:
    """A first plan of a large problem: visits that lie close together, each group with its share of the vans."""
    rng = random.Random(meter.budget.seed)  # noqa: S311 - where to cut, not a secret
    whole = np.array(problem.travel.durations_s, dtype=np.int64)
    worths = problem.worths()
    groups = _neighbourhoods(problem, whole, rng)
    shares = _deal(problem, groups)
    budget = meter.rest(FIRST_SHARE / max(1, len(groups)))
    found: dict[str, list[str]] = {}
    for turn, (visits, vans) in enumerate(zip(groups, shares, strict=True)):
        if not vans:
            continue
        small = reduced(problem, whole, vans, visits, worths)
        found |= Search(small).run(msgspec.structs.replace(budget, seed=meter.budget.seed + turn))
        if told is not None and turn == len(groups) - 1:
            told(plan_cost(problem, finish(problem, found, "")))
    return found


def improve_in_parts(
    problem: Problem, sequences: Sequences, meter: Meter, told: Told | None = None
) -> dict[str, list[str]]:
    """Search part after part until the budget is spent; the answer is never worse than what it began with.

    Args:
        sequences: van id -> visit ids in driving order; routes that can be driven.
    """
    rng = random.Random(meter.budget.seed)  # noqa: S311 - where to cut, not a secret
    whole = np.array(problem.travel.durations_s, dtype=np.int64)
    known, worths = problem.by_id(), problem.worths()
    draft = Draft(problem, {van_id: list(ids) for van_id, ids in sequences.items()})
    van_by_id = {van.id: van for van in problem.vans}
    costs = {
        van.id: draft.cost(draft.route(van, draft.sequences[van.id])) if draft.sequences[van.id] else 0
        for van in problem.vans
    }
    best = dict(draft.sequences)
    left_out = {visit.id for visit in problem.visits if visit.place is not None} - draft.served()
    turn = 0
    while meter.left_s > 0.05:
        for part in _cut(problem, whole, best, known, rng):
            if meter.left_s <= 0.05:
                break
            turn += 1
            visits = {visit_id for van_id in part for visit_id in best[van_id]}
            visits |= _near(left_out, visits, whole, known)
            idle = [van_id for van_id, ids in best.items() if not ids and van_id not in part]
            vans = [*part, *rng.sample(idle, min(len(idle), 1 + len(part) // 4))]
            small = reduced(problem, whole, vans, visits, worths)
            share = min(1.0, SECONDS_PER_HUNDRED * len(visits) / 100 / max(meter.left_s, 0.01))
            budget = msgspec.structs.replace(meter.rest(share), seed=meter.budget.seed + turn)
            before = {van_id: best[van_id] for van_id in vans}
            found = Search(small).run(budget, before)
            new_costs = {
                van_id: draft.cost(draft.route(van_by_id[van_id], ids)) if ids else 0 for van_id, ids in found.items()
            }
            served = {visit_id for ids in found.values() for visit_id in ids}
            gain = sum(costs[van_id] for van_id in vans) - sum(new_costs.values())
            had = {visit_id for ids in before.values() for visit_id in ids}
            gain += sum(worths[one] for one in served - had) - sum(worths[one] for one in had - served)
            if gain > 0:
                best |= found
                costs |= new_costs
                left_out = (left_out | had) - served
                if told is not None:
                    told(sum(costs.values()) + sum(worths[one] for one in left_out))
    return best


def reduced(
    problem: Problem, whole: NDArray[np.int64], vans: Sequence[str], visits: set[str], worths: Mapping[str, int]
) -> Problem:
    """The problem of some of its vans and visits, with a matrix of their places only and the worths of the whole."""
    own_vans = [van for van in problem.vans if van.id in set(vans)]
    own = [visit for visit in problem.visits if visit.id in visits]
    places = sorted(
        {visit.place for visit in own if visit.place is not None}
        | {place for van in own_vans for place in (van.start, van.end)}
    )
    index = {place: number for number, place in enumerate(places)}
    cells = whole[np.ix_(places, places)]
    durations = tuple(map(tuple, cells.tolist()))
    missing = frozenset(
        (index[origin], index[target])
        for origin, target in problem.travel.missing
        if origin in index and target in index
    )
    return Problem(
        visits=tuple(
            msgspec.structs.replace(
                visit, place=None if visit.place is None else index[visit.place], worth_s=worths[visit.id]
            )
            for visit in own
        ),
        vans=tuple(msgspec.structs.replace(van, start=index[van.start], end=index[van.end]) for van in own_vans),
        travel=TravelMatrix(durations, durations, problem.travel.estimated, missing),
        shipments=tuple(one for one in problem.shipments if one.pick_up in visits and one.set_down in visits),
        price=problem.price,
    )


def _cut(
    problem: Problem,
    whole: NDArray[np.int64],
    sequences: Mapping[str, Sequence[str]],
    known: Mapping[str, Visit],
    rng: random.Random,
) -> list[list[str]]:
    """Groups of vans whose routes lie close together; where the first begins is chance."""
    driving = [van.id for van in problem.vans if sequences[van.id]]
    if not driving:
        return []
    places = [[known[visit_id].place or 0 for visit_id in sequences[van_id]] for van_id in driving]
    flat = [place for own in places for place in own]
    starts = np.cumsum([0, *(len(own) for own in places)])[:-1]
    between = whole[np.ix_(flat, flat)]
    between = between + between.T
    sums = np.add.reduceat(np.add.reduceat(between, starts, axis=0), starts, axis=1)
    sizes = np.array([len(own) for own in places])
    distance = sums / np.outer(sizes, sizes)
    free = set(range(len(driving)))
    groups = []
    while free:
        first = rng.choice(sorted(free))
        order = sorted(free, key=lambda other: (other != first, distance[first, other]))
        taken, visits = [], 0
        for other in order:
            taken.append(other)
            visits += int(sizes[other])
            if visits >= PART_VISITS:
                break
        free -= set(taken)
        groups.append([driving[other] for other in taken])
    return groups


def _neighbourhoods(problem: Problem, whole: NDArray[np.int64], rng: random.Random) -> list[set[str]]:
    """Groups of about ``PART_VISITS`` visits; the ends of a shipment stay together."""
    partners = problem.partners()
    free = {visit.id: visit.place for visit in problem.visits if visit.place is not None}
    depot = problem.vans[0].start
    groups: list[set[str]] = []
    while free:
        # From the outskirts inwards: what is left in the middle is close together anyway.
        middle = max(free, key=lambda visit_id: (int(whole[depot, free[visit_id]]), rng.random()))
        near = sorted(free, key=lambda visit_id: int(whole[free[middle], free[visit_id]]))
        group: set[str] = set()
        for visit_id in near:
            if len(group) >= PART_VISITS and len(free) - len(group) >= PART_VISITS // 2:
                break
            shipment = partners.get(visit_id)
            group |= {visit_id} if shipment is None else {shipment.pick_up, shipment.set_down} & set(free)
        for visit_id in group:
            del free[visit_id]
        groups.append(group)
    return groups


def _deal(problem: Problem, groups: Sequence[set[str]]) -> list[list[str]]:
    """Share out the vans by the number of visits, each kind of van evenly; every group that can gets one."""
    kinds = sorted(problem.vans, key=lambda van: (van.capacity, sorted(van.skills), van.start, van.id))
    total = sum(map(len, groups)) or 1
    hands: list[list[str]] = [[] for _ in groups]
    for dealt, van in enumerate(kinds, 1):
        # Who has least of what it should have by now.
        lacking = [len(group) * dealt / total - len(hand) for group, hand in zip(groups, hands, strict=True)]
        hands[lacking.index(max(lacking))].append(van.id)
    return hands


def _near(left_out: set[str], visits: set[str], whole: NDArray[np.int64], known: Mapping[str, Visit]) -> set[str]:
    """Some of the visits that nobody has yet: those with a neighbour in the part."""
    if not left_out or not visits:
        return set(left_out)
    here = [known[visit_id].place or 0 for visit_id in visits]
    ordered = sorted(left_out, key=lambda visit_id: int(whole[known[visit_id].place or 0, here].min()))
    return set(ordered[: max(10, len(visits) // 5)])
