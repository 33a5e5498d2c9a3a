"""Whether somebody still has time for a visit before a promise runs out (R-215): pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from app.policy.working_time import STOCKHOLM, Calendar

Busy: TypeAlias = tuple[datetime, datetime]

#: What a visit takes at least; somebody who has not this much left cannot promise one.
SHORTEST_VISIT: Final = timedelta(minutes=30)


def has_slot(now: datetime, due: datetime, calendar: Calendar, technicians: Iterable[Sequence[Busy]]) -> bool:
    """True when one of the technicians is free for a visit within opening hours, from now and until the promise.

    Args:
        now, due: UTC; a promise that has run out has no slot.
        calendar: when the centre is open.
        technicians: for each, when visits are booked, in any order.
    """
    open_hours = _open_hours(now, due, calendar)
    return any(_free(busy, hours) for busy in technicians for hours in open_hours)


def _open_hours(now: datetime, due: datetime, calendar: Calendar) -> list[Busy]:
    found = []
    day, last = now.astimezone(STOCKHOLM).date(), due.astimezone(STOCKHOLM).date()
    while day <= last:
        hours = calendar.hours(day)
        if hours is not None:
            opens, closes = max(hours[0], now), min(hours[1], due)
            if closes - opens >= SHORTEST_VISIT:
                found.append((opens, closes))
        day += timedelta(days=1)
    return found


def _free(busy: Sequence[Busy], hours: Busy) -> bool:
    at, closes = hours
    for begins, ends in sorted(busy):
        if begins - at >= SHORTEST_VISIT:
            return True
        at = max(at, ends)
    return closes - at >= SHORTEST_VISIT
