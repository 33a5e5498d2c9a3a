"""The region's promises as the board and the spreadsheet say them. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from typing import Final

from app.policy.policy import ServicePolicy
from app.service_levels.schemas import Promise

EVENTS: Final = ("contact", "start", "done")
EACH: Final = 100
"""Percent of a promise that no share softens: each order."""


def promises_of(policy: ServicePolicy, priority: int | None) -> list[Promise]:
    """Return the policy's clocks, equal ones as one with their priorities; only those of ``priority`` when given."""
    clocks = sorted(
        (EVENTS.index(clock.event), clock.amount, clock.unit, clock.kind, clock.share or EACH, number)
        for number, group in policy.clocks.items()
        if priority in {None, number}
        for clock in group
    )
    return [
        Promise(
            event=EVENTS[event], amount=amount, unit=unit, kind=kind, share=share, priorities=[one[-1] for one in same]
        )
        for (event, amount, unit, kind, share), same in groupby(clocks, key=lambda clock: clock[:-1])
    ]


def weeks_until(last: date, count: int) -> list[date]:
    """Return the Mondays of ``count`` weeks, the last one the week of ``last``."""
    monday = last - timedelta(days=last.weekday())
    return [monday - timedelta(weeks=back) for back in reversed(range(count))]
