"""The life of a maintenance occasion as data and pure rules: no database, no clock, no HTTP (domain model 5.2).

What a technician has done with a device has happened, so work passes through every state on its way and is never
refused; what the office wants is judged: two weeks between the notice and the visit (R-228), a disposition after a
device that was not approved (R-233), a label after one that was (R-074).
"""

from __future__ import annotations

import calendar
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Literal, TypeAlias


class State(StrEnum):
    """The states of an occasion. ``labelled`` and ``repaired`` are passed through and never stored."""

    PLANNED = "planned"
    NOTIFIED = "notified"
    BOOKED = "booked"
    IN_PROGRESS = "in_progress"
    APPROVED = "approved"
    LABELLED = "labelled"
    ARCHIVED = "archived"
    NOT_APPROVED = "not_approved"
    REPAIRED = "repaired"
    EXCHANGED = "exchanged"
    REFERRED = "referred"
    QUARANTINED = "quarantined"
    CONTACT_FAILED = "contact_failed"
    PRESCRIBER_CONTACTED = "prescriber_contacted"
    WAIVED = "waived"
    VOID = "void"


DueFrom: TypeAlias = Literal["completion", "schedule"]
Disposition: TypeAlias = Literal["repaired", "exchanged", "referred", "quarantined"]
Action: TypeAlias = Literal[
    "notify",
    "contact_fails",
    "tell_prescriber",
    "book",
    "unbook",
    "work",
    "approve",
    "fail",
    "label",
    "repaired",
    "exchanged",
    "referred",
    "quarantined",
    "waive",
    "void",
]

TERMINAL: Final = frozenset(
    {State.ARCHIVED, State.EXCHANGED, State.REFERRED, State.QUARANTINED, State.WAIVED, State.VOID}
)

#: Before anybody has laid a hand on the device.
BEFORE_WORK: Final = frozenset(
    {State.PLANNED, State.NOTIFIED, State.BOOKED, State.CONTACT_FAILED, State.PRESCRIBER_CONTACTED}
)

TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.PLANNED: frozenset({State.NOTIFIED, State.CONTACT_FAILED, State.VOID}),
    State.NOTIFIED: frozenset({State.NOTIFIED, State.BOOKED, State.CONTACT_FAILED, State.VOID}),
    State.CONTACT_FAILED: frozenset({State.NOTIFIED, State.PRESCRIBER_CONTACTED, State.VOID}),
    State.PRESCRIBER_CONTACTED: frozenset({State.NOTIFIED, State.BOOKED, State.WAIVED, State.VOID}),
    State.BOOKED: frozenset({State.BOOKED, State.NOTIFIED, State.CONTACT_FAILED, State.IN_PROGRESS, State.VOID}),
    # Begun and not finished stays begun: a partial visit never counts as done.
    State.IN_PROGRESS: frozenset({State.IN_PROGRESS, State.APPROVED, State.NOT_APPROVED, State.VOID}),
    State.APPROVED: frozenset({State.LABELLED, State.NOT_APPROVED}),
    State.LABELLED: frozenset({State.ARCHIVED}),
    State.NOT_APPROVED: frozenset(
        {State.REPAIRED, State.EXCHANGED, State.REFERRED, State.QUARANTINED, State.NOT_APPROVED}
    ),
    State.REPAIRED: frozenset({State.IN_PROGRESS}),
    **dict.fromkeys(TERMINAL, frozenset()),
}

_TARGETS: Final[Mapping[Action, State]] = {
    "notify": State.NOTIFIED,
    "contact_fails": State.CONTACT_FAILED,
    "tell_prescriber": State.PRESCRIBER_CONTACTED,
    "book": State.BOOKED,
    "unbook": State.NOTIFIED,
    "work": State.IN_PROGRESS,
    "approve": State.APPROVED,
    "fail": State.NOT_APPROVED,
    "label": State.ARCHIVED,
    "repaired": State.IN_PROGRESS,
    "exchanged": State.EXCHANGED,
    "referred": State.REFERRED,
    "quarantined": State.QUARANTINED,
    "waive": State.WAIVED,
    "void": State.VOID,
}

#: From which states an action makes sense; a technician's work comes from any that is not over.
_FROM: Final[Mapping[Action, frozenset[State]]] = {
    "notify": BEFORE_WORK - {State.BOOKED},
    "contact_fails": frozenset({State.PLANNED, State.NOTIFIED, State.BOOKED}),
    "tell_prescriber": frozenset({State.CONTACT_FAILED}),
    "book": BEFORE_WORK - {State.CONTACT_FAILED},
    "unbook": frozenset({State.BOOKED}),
    "label": frozenset({State.APPROVED}),
    "repaired": frozenset({State.NOT_APPROVED}),
    "exchanged": frozenset({State.NOT_APPROVED}),
    "referred": frozenset({State.NOT_APPROVED}),
    "quarantined": frozenset({State.NOT_APPROVED}),
    "waive": frozenset({State.PRESCRIBER_CONTACTED}),
    "void": BEFORE_WORK | {State.IN_PROGRESS},
}

_REFUSALS: Final[Mapping[Action, str]] = {
    "notify": "maintenance.begun_already",
    "contact_fails": "maintenance.begun_already",
    "tell_prescriber": "maintenance.try_contact_first",
    "book": "maintenance.begun_already",
    "unbook": "maintenance.not_booked",
    "label": "maintenance.no_label_due",
    "repaired": "maintenance.no_disposition_due",
    "exchanged": "maintenance.no_disposition_due",
    "referred": "maintenance.no_disposition_due",
    "quarantined": "maintenance.no_disposition_due",
    "waive": "maintenance.ask_prescriber_first",
    "void": "maintenance.begun_already",
}


@dataclass(frozen=True)
class Facts:
    """What the rules need to know of an occasion.

    Attributes:
        agreed: the holder said yes to a day sooner than two weeks.
        held: somebody has the device; one that stands at the centre has nobody to tell.
    """

    state: State
    notified_on: date | None = None
    agreed: bool = False
    held: bool = True


@dataclass(frozen=True)
class Decision:
    """The states that are passed, the last one being the new state; or the code of a refusal (sentences.py)."""

    path: tuple[State, ...] = ()
    refusal: str | None = None


def decide(occasion: Facts, action: Action, *, on: date | None = None, notice_days: int = 14) -> Decision:
    """Judge one action.

    Args:
        occasion: as it is.
        action: what somebody wants, or has done.
        on: the day of a visit that is booked.
        notice_days: how long before the visit the holder is told; the region's policy (R-228).
    """
    if occasion.state in TERMINAL:
        return Decision(refusal="maintenance.over")
    allowed = _FROM.get(action)
    if allowed is not None and occasion.state not in allowed:
        return Decision(refusal=_REFUSALS[action])
    if occasion.state in {State.APPROVED, State.NOT_APPROVED} and action == "work":
        return Decision()
    if occasion.state is State.APPROVED and action == "approve":
        return Decision()
    if action == "book":
        code = _booking_refusal(occasion, on, notice_days)
        if code is not None:
            return Decision(refusal=code)
    return Decision(path=_way(occasion.state, _TARGETS[action]))


def _booking_refusal(occasion: Facts, on: date | None, notice_days: int) -> str | None:
    if occasion.state is State.PRESCRIBER_CONTACTED or occasion.agreed or not occasion.held:
        return None
    if occasion.notified_on is None:
        return "maintenance.notify_first"
    if on is not None and on < occasion.notified_on + timedelta(days=notice_days):
        return "maintenance.too_soon"
    return None


def _way(start: State, end: State) -> tuple[State, ...]:
    """Return the shortest way of states, without ``start``; to the very same state when that is a step of its own."""
    ways: deque[tuple[State, ...]] = deque([(start,)])
    seen: set[State] = set()
    while ways:
        way = ways.popleft()
        for state in State:
            if state not in TRANSITIONS[way[-1]] or state in seen:
                continue
            if state is end:
                return (*way[1:], state)
            seen.add(state)
            ways.append((*way, state))
    raise ValueError(f"no way from {start} to {end}")


def next_due(due_on: date, performed_on: date, months: int, due_from: DueFrom) -> date:
    """Return the next due day after an approved maintenance (R-074).

    From completion: ``months`` after the day it was done. From schedule: the plan's own days, the first one that lies
    after the day it was done, so that a late visit does not move the calendar and is never due in the past.
    """
    if due_from == "completion":
        return add_months(performed_on, months)
    # Whole intervals from the first due day, so that the 31st does not creep to the 28th over the years.
    count = 1
    while (due := add_months(due_on, months * count)) <= performed_on:
        count += 1
    return due


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later, or the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def notice_by(due_on: date, notice_days: int) -> date:
    """Return the last day on which the holder can be told in time (R-228)."""
    return due_on - timedelta(days=notice_days)
