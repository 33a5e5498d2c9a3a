"""Clock times and feasibility of a given order: no search here, only arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import msgspec

from routing.planner.problem import PlannedVisit, Problem, Reason, Route, Seconds, TravelMatrix, Van, Visit


def schedule(problem: Problem, van: Van, visit_ids: Sequence[str]) -> Route:
    """The times of a van's visits in this order: it leaves as late as it can without coming home later for it.

    A window that is missed is not an error here: the work then starts on arrival, and ``late`` tells.

    Args:
        visit_ids: visits that have a place, in driving order.

    Raises:
        KeyError: an id is not in the problem.
        ValueError: a visit has no place.
    """
    visits = [problem.visit(visit_id) for visit_id in visit_ids]
    if not visits:
        return Route(
            van_id=van.id, visits=(), depart_s=van.shift_from_s, return_s=van.shift_from_s, travel_s=0, distance_m=0
        )
    places = [van.start, *(_place(visit) for visit in visits), van.end]
    legs = list(pairwise(places))
    travel = [problem.travel.durations_s[origin][target] for origin, target in legs]
    _, back = _times(visits, travel, van.shift_from_s)
    depart = _latest_departure(visits, travel, back, van.shift_from_s)
    planned, back = _times(visits, travel, depart)
    return Route(
        van_id=van.id,
        visits=planned,
        depart_s=depart,
        return_s=back,
        travel_s=sum(travel),
        distance_m=sum(problem.travel.distances_m[origin][target] for origin, target in legs),
    )


def late(problem: Problem, route: Route) -> tuple[str, ...]:
    """Ids of the visits of a route whose work starts after their window, in driving order."""
    return tuple(
        planned.visit_id
        for planned in route.visits
        if (closes := problem.visit(planned.visit_id).window_to_s) is not None and planned.start_s > closes
    )


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


def present_order(problem: Problem, visit_ids: Sequence[str]) -> PresentOrder:
    """Measure an order as it is, for the problem's first van; visits without a place are passed over.

    Raises:
        KeyError: an id is not in the problem.
    """
    placed = [visit_id for visit_id in visit_ids if problem.visit(visit_id).place is not None]
    route = schedule(problem, problem.vans[0], placed)
    return PresentOrder(
        route=route,
        late=late(problem, route),
        unpositioned=tuple(visit_id for visit_id in visit_ids if visit_id not in placed),
        estimated=problem.travel.estimated,
    )


def impossible(problem: Problem, visit: Visit) -> Reason | None:
    """Why no van could make this visit even if it were the only one; None when some van could."""
    if visit.place is None:
        return "no_position"
    reasons = [_impossible_for(problem.travel, van, visit, visit.place) for van in problem.vans]
    if None in reasons:
        return None
    # The reason of the van that came nearest to it: what comes later in the list of checks.
    order: tuple[Reason, ...] = ("unreachable", "load", "window", "shift")
    return max((reason for reason in reasons if reason is not None), key=order.index)


def _impossible_for(travel: TravelMatrix, van: Van, visit: Visit, place: int) -> Reason | None:
    if (van.start, place) in travel.missing or (place, van.end) in travel.missing:
        return "unreachable"
    if any(
        unit > most for load in (visit.deliver, visit.collect) for unit, most in zip(load, van.capacity, strict=False)
    ):
        return "load"
    start = van.shift_from_s + travel.durations_s[van.start][place]
    if visit.window_to_s is not None and start > visit.window_to_s:
        return "window"
    start = max(start, visit.window_from_s or 0)
    if start + visit.service_s + travel.durations_s[place][van.end] > van.shift_to_s:
        return "shift"
    return None


def _place(visit: Visit) -> int:
    if visit.place is None:
        raise ValueError(f"{visit.id} has no place")
    return visit.place


def _times(
    visits: Sequence[Visit], travel: Sequence[Seconds], depart: Seconds
) -> tuple[tuple[PlannedVisit, ...], Seconds]:
    planned = []
    now = depart
    for visit, leg in zip(visits, travel, strict=False):
        arrive = now + leg
        start = max(arrive, visit.window_from_s or 0)
        now = start + visit.service_s
        planned.append(PlannedVisit(visit.id, arrive, start, now))
    return tuple(planned), now + travel[-1]


def _latest_departure(visits: Sequence[Visit], travel: Sequence[Seconds], back: Seconds, earliest: Seconds) -> Seconds:
    """Backwards from coming home at ``back``: waiting is taken at the depot instead of outside a door."""
    must_leave = back - travel[-1]
    for visit, leg in zip(reversed(visits), reversed(travel[:-1]), strict=True):
        start = must_leave - visit.service_s
        if visit.window_to_s is not None:
            start = min(start, visit.window_to_s)
        must_leave = start - leg
    # A window that is missed anyway would ask for a start before the shift.
    return max(earliest, must_leave)
