"""The life of a work order as data and pure rules: no database, no clock, no HTTP (domain model 5.2).

``decide`` answers whether a command's transition may be made and which states the order passes on the way. A technician
who writes "closed" in one go passes triage, booking and start; nothing is skipped, it is passed through.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID


class State(StrEnum):
    """The states of a work order; closed and cancelled are final."""

    REGISTERED = "registered"
    TRIAGED = "triaged"
    BOOKED = "booked"
    STARTED = "started"
    WAITING = "waiting"
    DONE = "done"
    CLOSED = "closed"
    CANCELLED = "cancelled"


Action: TypeAlias = Literal[
    "correct",
    "assess",
    "assign",
    "book",
    "contact",
    "will_miss",
    "supplier",
    "reserve",
    "start",
    "wait",
    "resume",
    "report",
    "exchange",
    "close",
    "cancel",
]
Place: TypeAlias = Literal["at_holder", "at_centre", "at_unit", "pickup_for_repair"]
BasicNeed: TypeAlias = Literal["sleep", "toilet", "eat_drink"]

ACUTE: Final = 4
"""The priority that is for basic needs only (R-190)."""

TERMINAL: Final = frozenset({State.CLOSED, State.CANCELLED})

TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.REGISTERED: frozenset({State.TRIAGED, State.CANCELLED}),
    State.TRIAGED: frozenset({State.BOOKED, State.CANCELLED}),
    State.BOOKED: frozenset({State.STARTED, State.CANCELLED}),
    State.STARTED: frozenset({State.WAITING, State.DONE, State.CANCELLED}),
    State.WAITING: frozenset({State.STARTED, State.CANCELLED}),
    State.DONE: frozenset({State.CLOSED, State.CANCELLED}),
    State.CLOSED: frozenset(),
    State.CANCELLED: frozenset(),
}

#: Where an action leads to. An order that is further on stays there: an assessment does not undo a start.
TARGETS: Final[Mapping[Action, State]] = {
    "assess": State.TRIAGED,
    "book": State.BOOKED,
    "start": State.STARTED,
    "resume": State.STARTED,
    "report": State.STARTED,
    "exchange": State.STARTED,
    "wait": State.WAITING,
    "close": State.CLOSED,
    "cancel": State.CANCELLED,
}

#: What only the technician who has the work in hand does.
_HANDS_ON: Final[frozenset[Action]] = frozenset({"start", "wait", "resume", "report", "exchange", "close"})

_PROGRESS: Final[Mapping[State, int]] = {
    State.REGISTERED: 0,
    State.TRIAGED: 1,
    State.BOOKED: 2,
    # Waiting is less than started: to resume, and to report or start again, leads back to started.
    State.WAITING: 2,
    State.STARTED: 3,
    State.DONE: 4,
    State.CLOSED: 5,
    State.CANCELLED: 5,
}


@dataclass(frozen=True)
class OrderFacts:
    """What the rules need to know of an order.

    Attributes:
        assessment_final: a technician has assessed it (R-197).
        site_restricted: the article may only be mended at the centre or the prescriber's (R-211).
        time_entries: how many time entries count already.
        rv: the row's version.
    """

    state: State
    assigned_to: UUID | None = None
    started_by: UUID | None = None
    assessment_final: bool = False
    site_restricted: bool = False
    time_entries: int = 0
    rv: int = 0


@dataclass(frozen=True)
class AssessmentFacts:
    """A proposed or made assessment, as far as the rules look at it."""

    priority: int
    place: Place
    basic_need: BasicNeed | None = None


@dataclass(frozen=True)
class Attempt:
    """What somebody wants to do to an order.

    Attributes:
        author: who.
        technician: the author is a technician: the assessment is then final.
        base_rv: the row version the author saw, or None.
        new_time_entries: time entries that come with it.
        assessment: an assessment that comes with it.
        protocol_complete: None without a service protocol; False when it lacks something and may not be signed.
        device_scrapped: the device has been scrapped.
        device_returned: nobody has the device any more, and the work was to be done where it is used (sync case 7).
        foreign_lines: a time entry or part has an id that another order already uses.
        template_known: False when the protocol names a template that the server does not have.
        overtaken: somebody else has given the same values others since the author saw the order.
    """

    action: Action
    author: UUID
    technician: bool = True
    base_rv: int | None = None
    new_time_entries: int = 0
    assessment: AssessmentFacts | None = None
    protocol_complete: bool | None = None
    device_scrapped: bool = False
    device_returned: bool = False
    foreign_lines: bool = False
    template_known: bool = True
    overtaken: bool = False


@dataclass(frozen=True)
class Refusal:
    """Why not: a key of sentences.py, and values for the sentence."""

    code: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """The states the order passes, the last one being the new state; empty when it stays. Or a refusal."""

    path: tuple[State, ...] = ()
    refusal: Refusal | None = None

    @property
    def allowed(self) -> bool:
        """True when the transition may be made."""
        return self.refusal is None


def decide(order: OrderFacts, attempt: Attempt) -> Decision:
    """Judge one attempt. Equal arguments give equal answers."""
    code = _refusal(order, attempt)
    if code is not None:
        return Decision(refusal=Refusal(code))
    target = TARGETS.get(attempt.action)
    if target is None or (attempt.action == "assess" and not attempt.technician):
        return Decision()
    if attempt.action == "wait":
        return Decision(path=() if order.state is State.WAITING else route(order.state, target))
    if _PROGRESS[order.state] >= _PROGRESS[target] and target is not State.CANCELLED:
        return Decision()
    return Decision(path=_onward(order.state, attempt.action, target))


def _onward(state: State, action: Action, target: State) -> tuple[State, ...]:
    # A visit that is assessed or booked anew while it waits goes on waiting.
    if state is State.WAITING and action in {"assess", "book"}:
        return ()
    return route(state, target)


def _refusal(order: OrderFacts, attempt: Attempt) -> str | None:
    """Return the first rule that stands in the way, the gravest first."""
    action = attempt.action
    if order.state is State.CANCELLED:
        return "work_order.cancelled_meanwhile"
    if order.state is State.CLOSED:
        return "work_order.closed_meanwhile"
    if action in _HANDS_ON and _in_other_hands(order, attempt.author):
        return "work_order.started_by_other"
    code = _refusal_of_action(order, attempt)
    if code is not None:
        return code
    if attempt.assessment is not None:
        code = assessment_fault(attempt.assessment, site_restricted=order.site_restricted)
        if code is not None:
            return code
    if attempt.foreign_lines:
        return "work_order.line_elsewhere"
    return _protocol_refusal(attempt) or (_closing_refusal(order, attempt) if action == "close" else None)


def _refusal_of_action(order: OrderFacts, attempt: Attempt) -> str | None:
    """Return what stands in the way of this one kind of action."""
    action = attempt.action
    if action == "correct" and attempt.base_rv is not None and attempt.base_rv != order.rv:
        return "work_order.changed_meanwhile"
    if attempt.overtaken:
        return "work_order.same_value"
    if action == "wait" and order.state is State.DONE:
        return "work_order.done_already"
    if action == "resume" and order.state is not State.WAITING:
        return "work_order.not_waiting"
    if action == "assess" and not attempt.technician and order.assessment_final:
        return "work_order.assessment_final"
    return None


def _in_other_hands(order: OrderFacts, author: UUID) -> bool:
    """True when somebody else has started and the order has not been given to the author (sync case 2)."""
    return order.started_by is not None and author not in {order.started_by, order.assigned_to}


def _protocol_refusal(attempt: Attempt) -> str | None:
    if not attempt.template_known:
        return "work_order.template_unknown"
    if attempt.protocol_complete is not None and attempt.device_scrapped:
        return "work_order.device_scrapped"
    if attempt.protocol_complete is not None and attempt.device_returned:
        return "work_order.device_returned"
    return None


def _closing_refusal(order: OrderFacts, attempt: Attempt) -> str | None:
    if order.time_entries + attempt.new_time_entries == 0:
        return "work_order.no_time"
    if attempt.protocol_complete is False:
        return "work_order.protocol_incomplete"
    return None


def assessment_fault(assessment: AssessmentFacts, *, site_restricted: bool) -> str | None:
    """Return what is wrong with a proposed or made assessment, or None.

    Acute is for sleep, toilet, food and drink (R-190); some articles are never mended at the holder's (R-211).
    """
    if assessment.priority == ACUTE and assessment.basic_need is None:
        return "work_order.basic_need"
    if site_restricted and assessment.place == "at_holder":
        return "work_order.site_restricted"
    return None


def route(start: State, end: State) -> tuple[State, ...]:
    """Return the shortest way of states from ``start`` to ``end``, without ``start``.

    Raises:
        ValueError: there is none.
    """
    ways: deque[tuple[State, ...]] = deque([(start,)])
    seen = {start}
    while ways:
        way = ways.popleft()
        if way[-1] is end:
            return way[1:]
        for state in State:
            if state in TRANSITIONS[way[-1]] and state not in seen:
                seen.add(state)
                ways.append((*way, state))
    raise ValueError(f"no way from {start} to {end}")
