"""What a plan says to people: the rounds as they would be, what changes, what is left out and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from app.policy.working_time import STOCKHOLM
from app.web.structs import Reply
from routing.planner import (
    REASON_WORDS,
    Fault,
    ListChange,
    Plan,
    Problem,
    compare,
    faults_of,
    in_words,
    list_change,
    plan_cost,
)
from routing.plans.words import FAULTS
from routing.rounds.day_problem import DayProblem


class Said(Reply, frozen=True, kw_only=True):
    """Something said in both languages."""

    sv: str
    en: str


class PlanFault(Reply, frozen=True, kw_only=True):
    """Something to change before the next plan; the rest of the plan is there."""

    code: str
    round_id: UUID | None
    other_round_id: UUID | None
    words: Said


class PlanStop(Reply, frozen=True, kw_only=True):
    """A stop of a proposed round: when the work there begins, and whether that breaks what was promised."""

    stop_id: UUID
    start_at: datetime
    late: bool


class PlanRound(Reply, frozen=True, kw_only=True):
    """A round as it would be.

    Attributes:
        stops: the planned ones in order; what is done already is not told again.
        rest_at: when the break begins.
        new, moved, removed: stops that come, change place in the order, and go.
        words: the same in words, as its driver would read it: ``2 nya, 1 flyttad, 1 borttagen``.
    """

    round_id: UUID
    stops: list[PlanStop]
    depart_at: datetime | None
    return_at: datetime | None
    rest_at: datetime | None
    minutes: int
    kilometres: float
    new: list[UUID]
    moved: list[UUID]
    removed: list[UUID]
    words: Said


class PlanMove(Reply, frozen=True, kw_only=True):
    """A stop that changes round; ``from_round_id`` is the draft for an urgent one."""

    stop_id: UUID
    from_round_id: UUID
    to_round_id: UUID


class PlanTime(Reply, frozen=True, kw_only=True):
    """A stop whose time changes by more than five minutes."""

    stop_id: UUID
    before_at: datetime
    after_at: datetime


class PlanUnserved(Reply, frozen=True, kw_only=True):
    """A stop that the plan leaves out, on the round it is on, and why."""

    stop_id: UUID
    round_id: UUID
    reason: str
    words: Said


class PlanResult(Reply, frozen=True, kw_only=True):
    """What came out.

    Attributes:
        estimated: the times are (partly) estimates, and are labelled so; ``source`` is where they come from.
        minutes, present_minutes: all rounds together, with the plan and as the lists are.
        basis: what the plan was made of: each planned stop and its round then.
    """

    estimated: bool
    source: str
    minutes: int
    present_minutes: int
    rounds: list[PlanRound]
    moves: list[PlanMove]
    times: list[PlanTime]
    unserved: list[PlanUnserved]
    faults: list[PlanFault]
    basis: dict[str, UUID]


def result_of(
    day: date,
    found: DayProblem,
    problem: Problem,
    plan: Plan,
    *,
    present: Plan,
    rounds_of_stops: Mapping[UUID, UUID],
    faults: tuple[Fault, ...],
    source: str,
) -> PlanResult:
    """Say a plan.

    Args:
        found: what was read; ``problem`` is the part of it that was planned.
        present: the lists as they are, with their times.
        rounds_of_stops: the round of each planned stop, the urgent draft's too.
    """
    starts = {planned.visit_id: planned.start_s for route in present.routes for planned in route.visits}
    planned_lists = {van.id: found.lists.get(van.id, ()) for van in problem.vans}
    # What is left out stays where it is, at the end of its list: it is not taken off.
    stays: dict[str, list[str]] = {}
    for unserved in plan.unserved:
        stays.setdefault(str(rounds_of_stops[UUID(unserved.visit_id)]), []).append(unserved.visit_id)
    routes = {route.van_id: route for route in plan.routes}
    change = compare(planned_lists, plan, starts)
    rounds = []
    for van in problem.vans:
        route = routes.get(van.id)
        after = (*(route.visit_ids if route is not None else ()), *stays.get(van.id, ()))
        one = list_change(van.id, planned_lists[van.id], after)
        rounds.append(
            PlanRound(
                round_id=UUID(van.id),
                stops=[
                    PlanStop(
                        stop_id=UUID(planned.visit_id),
                        start_at=moment(day, planned.start_s),
                        late=planned.visit_id in plan.late,
                    )
                    for planned in (route.visits if route is not None else ())
                ],
                depart_at=None if route is None else moment(day, route.depart_s),
                return_at=None if route is None else moment(day, route.return_s),
                rest_at=None if route is None or route.rest is None else moment(day, route.rest.from_s),
                minutes=0 if route is None else -(-route.total_s // 60),
                kilometres=0.0 if route is None else round(route.distance_m / 1000, 1),
                new=_ids(one.new),
                moved=_ids(one.moved),
                removed=_ids(one.removed),
                words=change_words(one),
            )
        )
    return PlanResult(
        estimated=plan.estimated,
        source=source,
        minutes=plan.total_minutes,
        present_minutes=present.total_minutes,
        rounds=rounds,
        moves=[
            PlanMove(stop_id=stop_id, from_round_id=rounds_of_stops[stop_id], to_round_id=UUID(van_id))
            for visit_id, van_id in plan.van_of().items()
            if rounds_of_stops[stop_id := UUID(visit_id)] != UUID(van_id)
        ],
        times=[
            PlanTime(stop_id=UUID(one.visit_id), before_at=moment(day, one.before_s), after_at=moment(day, one.after_s))
            for one in change.times
        ],
        unserved=[
            PlanUnserved(
                stop_id=UUID(one.visit_id),
                round_id=rounds_of_stops[UUID(one.visit_id)],
                reason=one.reason,
                words=Said(sv=REASON_WORDS[one.reason][0], en=REASON_WORDS[one.reason][1]),
            )
            for one in plan.unserved
        ],
        faults=[
            *(_fault(one.code, one.round_id) for one in found.faults),
            *(
                _fault(one.code, UUID(one.van_id) if one.van_id else None, UUID(one.other_id) if one.other_id else None)
                for one in (*faults, *faults_of(problem, plan))
            ),
        ],
        basis={str(stop_id): round_id for stop_id, round_id in rounds_of_stops.items()},
    )


def present_cost(problem: Problem, present: Plan) -> int:
    """What the lists as they are cost, in the planner's seconds; what is on no list costs as what is left out."""
    return plan_cost(problem, present)


def change_words(change: ListChange) -> Said:
    """A list's change in both languages."""
    return Said(sv=in_words(change, "sv"), en=in_words(change, "en"))


def moment(day: date, seconds: int) -> datetime:
    """Seconds since the day's midnight in Stockholm as a time."""
    return datetime.combine(day, time(), STOCKHOLM) + timedelta(seconds=seconds)


def _ids(ids: tuple[str, ...]) -> list[UUID]:
    return [UUID(one) for one in ids]


def _fault(code: str, round_id: UUID | None, other: UUID | None = None) -> PlanFault:
    return PlanFault(
        code=code, round_id=round_id, other_round_id=other, words=Said(sv=FAULTS[code][0], en=FAULTS[code][1])
    )
