"""When a round comes to its stops as it is now: arithmetic along the list, told anew at each look, without a search."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from app.policy.working_time import STOCKHOLM
from routing.planner import present_order, times_ahead
from routing.rounds.day_problem import read_day
from routing.rounds.schemas import RoundTimes, StopTime
from routing.travel import MatrixProvider


async def times_of(round_id: UUID, on_day: date, state: str, provider: MatrixProvider, now: datetime) -> RoundTimes:
    """The times of the planned stops: from where the van is, or from the depot when it has not set out.

    Done stops have their own times and are not told again.
    """
    under_way = state == "in_progress"
    found = await read_day([round_id], provider, now=now if under_way else None)
    if found is None or state == "returned":
        return RoundTimes(estimated=False, items=[])
    problem, van = found.problem, found.problem.vans[0]
    ids = found.lists[van.id]
    if under_way:
        planned = times_ahead(problem, van, ids, place=van.start, now_s=van.shift_from_s)
    else:
        planned = present_order(problem, ids, van).route.visits
    known = problem.by_id()
    items = []
    for one in planned:
        visit = known[one.visit_id]
        late = any(limit is not None and one.start_s > limit for limit in (visit.window_to_s, visit.due_s))
        start = datetime.combine(on_day, time(), STOCKHOLM) + timedelta(seconds=one.start_s)
        items.append(StopTime(stop_id=UUID(one.visit_id), start_at=start, late=late))
    return RoundTimes(estimated=problem.travel.estimated, items=items)
