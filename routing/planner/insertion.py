"""Puts single visits into routes that are there already: cheap, and nothing else moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from routing.planner.plan import Plan, Reason, Route, Unserved
from routing.planner.problem import Problem, Seconds, Van, Visit
from routing.planner.schedule import impossible, late, misses, schedule


@dataclass
class Draft:
    """Routes in the making: van id -> visit ids in driving order. Every van of the problem is there."""

    problem: Problem
    sequences: dict[str, list[str]]
    visits: Mapping[str, Visit] = field(default_factory=dict)
    worths: Mapping[str, Seconds] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.visits = self.problem.by_id()
        self.worths = self.problem.worths()
        self.sequences = {van.id: list(self.sequences.get(van.id, van.first)) for van in self.problem.vans}

    def served(self) -> set[str]:
        """Ids of all visits on routes."""
        return {visit_id for sequence in self.sequences.values() for visit_id in sequence}

    def route(self, van: Van, sequence: Sequence[str]) -> Route:
        """The clock times of a sequence."""
        return schedule(self.problem, van, sequence, self.visits)

    def cost(self, route: Route) -> int:
        """Road, duty and lateness of one route."""
        price = self.problem.price
        tardy = late(self.problem, route, self.visits)
        return (
            price.road * route.travel_s
            + price.duty * route.total_s
            + sum(self.worths[visit_id] // 2 for visit_id in tardy)
        )

    def fault(self, van: Van, sequence: Sequence[str]) -> Reason | None:
        """What is wrong with a sequence; None when it can be driven."""
        return misses(self.problem, van, self.route(van, sequence), self.visits)


@dataclass(frozen=True)
class Spot:
    """A way to put visits in: the van's new sequence and what it costs more."""

    van_id: str
    sequence: tuple[str, ...]
    extra: int


def best_spot(draft: Draft, van: Van, ids: Sequence[str]) -> Spot | Reason:
    """The cheapest place for a visit, or for both ends of a shipment in order; else what stands in its way."""
    present = draft.sequences[van.id]
    before = draft.cost(draft.route(van, present)) if present else 0
    best: Spot | None = None
    blocked: set[Reason] = set()
    for sequence in _placings(present, ids, len(van.first)):
        route = draft.route(van, sequence)
        fault = misses(draft.problem, van, route, draft.visits)
        if fault is not None:
            blocked.add(fault)
            continue
        extra = draft.cost(route) - before
        if best is None or extra < best.extra:
            best = Spot(van.id, tuple(sequence), extra)
    if best is not None:
        return best
    return "no_time" if blocked & {"window", "shift"} else ("full" if "load" in blocked else "no_time")


def insert(draft: Draft, groups: Iterable[tuple[str, ...]], *, at_any_price: bool = False) -> dict[str, Reason]:
    """Put in what fits, the one first that would lose most by waiting; returns why the rest does not.

    Args:
        groups: single visits, or (pick-up, set-down) of a shipment.
        at_any_price: also where it costs more than the visit is worth.
    """
    vans = {van.id: van for van in draft.problem.vans}
    spots: dict[tuple[str, ...], dict[str, Spot | Reason]] = {
        ids: {
            van.id: best_spot(draft, van, ids)
            for van in vans.values()
            if all(van.may_do(draft.visits[visit_id]) for visit_id in ids)
        }
        for ids in groups
    }
    refused: dict[str, Reason] = {}
    while spots:
        chosen: tuple[int, tuple[str, ...], Spot] | None = None
        for ids, found in spots.items():
            usable = sorted((spot for spot in found.values() if isinstance(spot, Spot)), key=lambda spot: spot.extra)
            worth = sum(draft.worths[visit_id] for visit_id in ids)
            if not usable or (usable[0].extra > worth and not at_any_price):
                continue
            regret = (usable[1].extra if len(usable) > 1 else worth + usable[0].extra) - usable[0].extra
            if chosen is None or regret > chosen[0]:
                chosen = (regret, ids, usable[0])
        if chosen is None:
            break
        _, ids, spot = chosen
        draft.sequences[spot.van_id] = list(spot.sequence)
        del spots[ids]
        for other, found in spots.items():
            if spot.van_id in found:
                found[spot.van_id] = best_spot(draft, vans[spot.van_id], other)
    for ids, found in spots.items():
        refused |= dict.fromkeys(ids, _why(found))
    return refused


def finish(problem: Problem, sequences: Mapping[str, Sequence[str]], solver: str) -> Plan:
    """A plan of what a solver has chosen: what breaks a route is taken out, what fits is put in, the rest is told why.

    Args:
        sequences: van id -> visit ids in driving order.
    """
    draft = Draft(problem, {van_id: list(ids) for van_id, ids in sequences.items()})
    partners = problem.partners()
    for van in problem.vans:
        _mend(draft, van)
    reasons = {visit.id: impossible(problem, visit) for visit in problem.visits}
    served = draft.served()
    groups = []
    for visit in problem.visits:
        shipment = partners.get(visit.id)
        ids = (visit.id,) if shipment is None else (shipment.pick_up, shipment.set_down)
        if visit.id == ids[-1] and not served & set(ids) and not any(reasons[one] for one in ids):
            groups.append(ids)
    refused = insert(draft, groups)
    routes = tuple(draft.route(van, draft.sequences[van.id]) for van in problem.vans if draft.sequences[van.id])
    served = draft.served()
    left_out = [
        Unserved(visit.id, reasons[visit.id] or refused.get(visit.id) or "partner")
        for visit in problem.visits
        if visit.id not in served
    ]
    placeless = {visit.id for visit in problem.visits if visit.place is None}
    return Plan(
        routes=routes,
        unserved=tuple(sorted(left_out, key=lambda unserved: unserved.visit_id in placeless)),
        late=tuple(visit_id for route in routes for visit_id in late(problem, route, draft.visits)),
        estimated=problem.travel.estimated,
        solver=solver,
    )


def _why(found: Mapping[str, Spot | Reason]) -> Reason:
    if any(isinstance(spot, Spot) for spot in found.values()):
        return "not_worth"
    reasons = {reason for reason in found.values() if not isinstance(reason, Spot)}
    return "no_time" if "no_time" in reasons or not reasons else "full"


def _placings(present: Sequence[str], ids: Sequence[str], fixed: int) -> Iterable[list[str]]:
    for first in range(fixed, len(present) + 1):
        if len(ids) == 1:
            yield [*present[:first], ids[0], *present[first:]]
            continue
        for second in range(first, len(present) + 1):
            yield [*present[:first], ids[0], *present[first:second], ids[1], *present[second:]]


def _mend(draft: Draft, van: Van) -> None:
    """Take out the visits of least worth until the route can be driven (the solver knew nothing of the break, say)."""
    partners = draft.problem.partners()
    while (sequence := draft.sequences[van.id]) and draft.fault(van, sequence) is not None:
        loose = sequence[len(van.first) :]
        if not loose:
            return
        ways = []
        for visit_id in loose:
            shipment = partners.get(visit_id)
            gone = {visit_id} if shipment is None else {shipment.pick_up, shipment.set_down}
            left = [other for other in sequence if other not in gone]
            fits = draft.fault(van, left) is None
            ways.append((not fits, sum(draft.worths[one] for one in gone), draft.cost(draft.route(van, left)), left))
        draft.sequences[van.id] = min(ways)[3]
