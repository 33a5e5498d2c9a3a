"""Clock times and feasibility of a given order: no search here, only arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import msgspec

from routing.planner.plan import PlannedVisit, Reason, Rest, Route
from routing.planner.problem import Problem, Seconds, Shipment, TravelMatrix, Van, Visit, units


class _Step(NamedTuple):
    """Something that takes time: a visit, or the break (``visit`` is None).

    Attributes:
        leg_s: driving before it.
        at_door: a break that is taken at the door of the visit after it.
    """

    visit: Visit | None
    leg_s: Seconds
    opens_s: Seconds
    closes_s: Seconds | None
    takes_s: Seconds
    at_door: bool = False


class _Moment(NamedTuple):
    arrive_s: Seconds
    start_s: Seconds
    leave_s: Seconds


def schedule(problem: Problem, van: Van, visit_ids: Sequence[str], visits: Mapping[str, Visit] | None = None) -> Route:
    """The times of a van's visits in this order: it leaves as late as it can without coming home later for it.

    The break is put where the van is home earliest for it. A window or shift that is missed is not an error here:
    the work then starts on arrival, and ``misses`` tells.

    Args:
        visit_ids: visits that have a place, in driving order.
        visits: ``problem.by_id()``, where the caller has it already.

    Raises:
        KeyError: an id is not in the problem.
        ValueError: a visit has no place.
    """
    known = problem.by_id() if visits is None else visits
    own = [known[visit_id] for visit_id in visit_ids]
    if not own:
        return Route(
            van_id=van.id, visits=(), depart_s=van.shift_from_s, return_s=van.shift_from_s, travel_s=0, distance_m=0
        )
    places = [van.start, *(_place(visit) for visit in own), van.end]
    durations, distances = problem.travel.durations_s, problem.travel.distances_m
    legs = [durations[origin][target] for origin, target in pairwise(places)]
    steps = [
        _Step(visit, leg, visit.window_from_s or 0, visit.window_to_s, visit.service_s)
        for visit, leg in zip(own, legs, strict=False)
    ]
    depart, moments = _leave_late(steps, van.shift_from_s)
    if van.break_s and depart < van.break_to_s < moments[-1].leave_s + legs[-1]:
        steps = min(_with_break(van, steps, moments), key=lambda one: _badness(van, one, legs[-1]))
        depart, moments = _leave_late(steps, van.shift_from_s)
    planned: list[PlannedVisit] = []
    rest: Rest | None = None
    before: tuple[_Step, _Moment] | None = None
    for step, moment in zip(steps, moments, strict=True):
        if step.visit is None:
            rest = Rest(moment.start_s, moment.leave_s)
        else:
            stood = before is not None and before[0].at_door
            arrive = before[1].arrive_s if before is not None and stood else moment.arrive_s
            planned.append(PlannedVisit(step.visit.id, arrive, moment.start_s, moment.leave_s))
        before = (step, moment)
    return Route(
        van_id=van.id,
        visits=tuple(planned),
        depart_s=depart,
        return_s=moments[-1].leave_s + legs[-1],
        travel_s=sum(legs),
        distance_m=sum(distances[origin][target] for origin, target in pairwise(places)),
        rest=rest,
    )


def misses(problem: Problem, van: Van, route: Route, visits: Mapping[str, Visit] | None = None) -> Reason | None:
    """What a route of ``schedule`` breaks, the gravest first; None when it can be driven.

    Lateness of pinned first visits and of promises is no fault, see ``late``.
    """
    known = problem.by_id() if visits is None else visits
    own = [known[visit_id] for visit_id in route.visit_ids]
    if not all(van.may_do(visit) for visit in own):
        return "skill"
    places = [van.start, *(_place(visit) for visit in own), van.end]
    if problem.travel.missing and any(leg in problem.travel.missing for leg in pairwise(places)):
        return "unreachable"
    if overloaded(problem, van, own):
        return "load"
    for planned, visit in zip(route.visits[len(van.first) :], own[len(van.first) :], strict=True):
        if visit.window_to_s is not None and planned.start_s > visit.window_to_s:
            return "window"
    if route.rest is not None and route.rest.from_s > van.break_to_s:
        return "shift"
    if route.return_s > van.shift_to_s or (van.max_duty_s is not None and route.total_s > van.max_duty_s):
        return "shift"
    return None


def overloaded(problem: Problem, van: Van, visits: Sequence[Visit]) -> bool:
    """Whether the van at any time has more on board than it takes, or sets down what it has not taken on."""
    if any(peak > most for peak, most in zip(peaks(problem, van, visits), van.capacity, strict=True)):
        return True
    partners = problem.partners() if problem.shipments else {}
    seen: set[str] = set()
    for visit in visits:
        shipment = partners.get(visit.id)
        if shipment is not None and shipment.set_down == visit.id and shipment.pick_up not in seen:
            return True
        seen.add(visit.id)
    return False


def peaks(problem: Problem, van: Van, visits: Sequence[Visit]) -> tuple[int, ...]:
    """The most that the van has on board at any time, in each load dimension."""
    partners = problem.partners() if problem.shipments else {}
    highest = []
    for dimension in range(len(van.capacity)):
        begins = sum(visit.deliver[dimension] for visit in visits if visit.deliver)
        begins += van.on_board[dimension] if van.on_board else 0
        highest.append(max(accumulate((_change(visit, partners, dimension) for visit in visits), initial=begins)))
    return tuple(highest)


def late(problem: Problem, route: Route, visits: Mapping[str, Visit] | None = None) -> tuple[str, ...]:
    """Ids of the visits of a route whose work starts after their window or their promise, in driving order."""
    known = problem.by_id() if visits is None else visits
    return tuple(
        planned.visit_id
        for planned in route.visits
        if any(
            moment is not None and planned.start_s > moment
            for moment in (known[planned.visit_id].window_to_s, known[planned.visit_id].due_s)
        )
    )


def times_ahead(
    problem: Problem, van: Van, visit_ids: Sequence[str], *, place: int, now_s: Seconds
) -> tuple[PlannedVisit, ...]:
    """When the van comes to its next stops if it leaves ``place`` now: told anew at each scan, without a search.

    The break is not in it: whether it has been taken is the driver's to know.

    Args:
        visit_ids: what is left of its route, in order; those without a place are passed over.
    """
    known = problem.by_id()
    ahead = []
    here, now = place, now_s
    for visit_id in visit_ids:
        visit = known[visit_id]
        if visit.place is None:
            continue
        arrive = now + problem.travel.durations_s[here][visit.place]
        start = max(arrive, visit.window_from_s or 0)
        here, now = visit.place, start + visit.service_s
        ahead.append(PlannedVisit(visit_id, arrive, start, now))
    return tuple(ahead)


class PresentOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What an order that somebody has chosen takes, to be shown beside a proposal."""

    route: Route
    late: tuple[str, ...]
    unpositioned: tuple[str, ...]
    estimated: bool

    @property
    def total_minutes(self) -> int:
        """From leaving the depot until being back, rounded up like a plan's."""
        return -(-self.route.total_s // 60)


def present_order(problem: Problem, visit_ids: Sequence[str], van: Van | None = None) -> PresentOrder:
    """Measure an order as it is, for one van (the problem's first); visits without a place are passed over.

    Raises:
        KeyError: an id is not in the problem.
    """
    placed = [visit_id for visit_id in visit_ids if problem.visit(visit_id).place is not None]
    route = schedule(problem, van or problem.vans[0], placed)
    return PresentOrder(
        route=route,
        late=late(problem, route),
        unpositioned=tuple(visit_id for visit_id in visit_ids if visit_id not in placed),
        estimated=problem.travel.estimated,
    )


def impossible(problem: Problem, visit: Visit) -> Reason | None:
    """Why no van could make this visit even if it were the only one; None when some van could."""
    if visit.place is None:
        return visit.placeless
    if any(visit.id in van.first for van in problem.vans):
        return None
    if problem.shipments and _shipment_impossible(problem, visit.id):
        return "window"
    vans = [van for van in problem.vans if not visit.vans or van.id in visit.vans]
    if not vans:
        return "no_van"
    reasons = [_impossible_for(problem.travel, van, visit, visit.place) for van in vans]
    if None in reasons:
        return None
    # The reason of the van that came nearest to it: what comes later in the list of checks.
    order: tuple[Reason, ...] = ("skill", "unreachable", "load", "window_passed", "window", "shift")
    return max((reason for reason in reasons if reason is not None), key=order.index)


def _shipment_impossible(problem: Problem, visit_id: str) -> bool:
    """Its goods would have to be set down before they can be taken on."""
    shipment = problem.partners().get(visit_id)
    if shipment is None:
        return False
    opens, closes = problem.visit(shipment.pick_up).window_from_s, problem.visit(shipment.set_down).window_to_s
    return opens is not None and closes is not None and closes < opens


def _impossible_for(travel: TravelMatrix, van: Van, visit: Visit, place: int) -> Reason | None:
    if not visit.skills <= van.skills:
        return "skill"
    if (van.start, place) in travel.missing or (place, van.end) in travel.missing:
        return "unreachable"
    on_board = units(van.on_board, len(van.capacity))
    if any(
        unit + carried > most
        for load in (visit.deliver, visit.collect)
        for unit, carried, most in zip(load, on_board, van.capacity, strict=False)
    ):
        return "load"
    if visit.window_to_s is not None and van.shift_from_s > visit.window_to_s:
        return "window_passed"
    start = van.shift_from_s + travel.durations_s[van.start][place]
    if visit.window_to_s is not None and start > visit.window_to_s:
        return "window"
    start = max(start, visit.window_from_s or 0)
    home = start + visit.service_s + travel.durations_s[place][van.end]
    if home > van.shift_to_s:
        return "shift"
    return None


def _place(visit: Visit) -> int:
    if visit.place is None:
        raise ValueError(f"{visit.id} has no place")
    return visit.place


def _change(visit: Visit, partners: Mapping[str, Shipment], dimension: int) -> int:
    change = (visit.collect[dimension] if visit.collect else 0) - (visit.deliver[dimension] if visit.deliver else 0)
    shipment = partners.get(visit.id)
    if shipment is not None and shipment.amount:
        change += shipment.amount[dimension] if shipment.pick_up == visit.id else -shipment.amount[dimension]
    return change


def _run(steps: Sequence[_Step], depart: Seconds) -> list[_Moment]:
    moments = []
    now = depart
    for step in steps:
        arrive = now + step.leg_s
        start = max(arrive, step.opens_s)
        now = start + step.takes_s
        moments.append(_Moment(arrive, start, now))
    return moments


def _leave_late(steps: Sequence[_Step], earliest: Seconds) -> tuple[Seconds, list[_Moment]]:
    """Waiting is taken at the depot instead of outside a door, as far as nothing ends later for it."""
    must_leave = _run(steps, earliest)[-1].leave_s
    for step in reversed(steps):
        start = must_leave - step.takes_s
        if step.closes_s is not None:
            start = min(start, step.closes_s)
        must_leave = start - step.leg_s
    # A window that is missed anyway would ask for a start before the shift.
    depart = max(earliest, must_leave)
    return depart, _run(steps, depart)


def _with_break(van: Van, steps: Sequence[_Step], moments: Sequence[_Moment]) -> Iterator[list[_Step]]:
    """Every way to put the break between the steps: before driving on, or at the next door before working there."""
    for gap in range(len(steps) + 1):
        too_late = gap > 0 and moments[gap - 1].leave_s > van.break_to_s
        # A break after the next visit is at least as good as one before it, when that ends before the break may begin.
        too_early = gap < len(steps) and moments[gap].leave_s < van.break_from_s
        if (too_late and gap < len(steps)) or too_early:
            continue
        rest = _Step(None, 0, van.break_from_s, van.break_to_s, van.break_s)
        if gap > 0:
            yield [*steps[:gap], rest, *steps[gap:]]
        if gap < len(steps):
            onward = steps[gap]
            there = rest._replace(leg_s=onward.leg_s, at_door=True)
            yield [*steps[:gap], there, onward._replace(leg_s=0), *steps[gap + 1 :]]


def _badness(van: Van, steps: Sequence[_Step], home_leg: Seconds) -> tuple[int, Seconds]:
    moments = _run(steps, van.shift_from_s)
    broken = sum(
        step.closes_s is not None and moment.start_s > step.closes_s
        for step, moment in zip(steps, moments, strict=True)
    )
    return broken, moments[-1].leave_s + home_leg
