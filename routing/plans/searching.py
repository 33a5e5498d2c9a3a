"""The job that makes a plan: reads the day, asks the planner's processes, tells of its progress, keeps the result."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from app.database import Record
from routing.planner import (
    Fault,
    Plan,
    PlannerFailed,
    Problem,
    Unserved,
    propose,
    propose_change,
    schedule,
    set_right,
    spare,
)
from routing.planner.schedule import late
from routing.plans import repository
from routing.plans.result import present_cost, result_of
from routing.rounds.day_problem import DayProblem, read_day
from routing.travel import MatrixProvider

JOB: Final = "plans.search"

#: Between two looks at whether somebody has cancelled, and two notes of the cost so far.
TELL_SECONDS: Final = 0.5


def search_with(provider: Callable[[], MatrixProvider]) -> Callable[[dict[str, Any]], Awaitable[None]]:
    """The job's handler; a repeat of it makes the plan again, for nobody has seen half of one."""

    async def handle(args: dict[str, Any]) -> None:
        asked = await repository.begin(UUID(args["plan_id"]))
        if asked is not None:
            await _make(asked, provider())

    return handle


async def keep_ready(_args: dict[str, Any]) -> None:
    """While vans are out a worker waits for something urgent, so that nobody waits for it to start."""
    await spare.keep(wanted=await repository.vans_are_out())


@dataclass(frozen=True)
class _Question:
    found: DayProblem
    problem: Problem
    faults: tuple[Fault, ...]
    present: Plan
    rounds_of_stops: Mapping[UUID, UUID]


async def _make(asked: Record, provider: MatrixProvider) -> None:
    urgent = asked["kind"] == "urgent"
    found = await read_day(
        asked["round_ids"],
        provider,
        now=datetime.now(UTC) if urgent else None,
        new_round_id=asked["new_round_id"],
    )
    if found is None:
        await repository.fail(asked["id"], "plan.no_stops")
        return
    question = await _question(asked, found)
    cost = present_cost(question.problem, question.present)
    if not await repository.tell(asked["id"], None, cost):
        return
    try:
        plan = await _search(asked, question, cost)
    except PlannerFailed as failed:
        await repository.fail(asked["id"], failed.code)
        return
    if plan is None:
        return
    result = result_of(
        asked["on_day"],
        found,
        question.problem,
        plan,
        present=question.present,
        rounds_of_stops=question.rounds_of_stops,
        faults=question.faults,
        source=provider.name,
    )
    await repository.finish(asked["id"], msgspec.to_builtins(result), present_cost(question.problem, plan))


async def _question(asked: Record, found: DayProblem) -> _Question:
    pinned = _pin(found, asked["pins"])
    problem, faults = set_right(pinned.problem)
    # A round that cannot be planned keeps its stops as they are.
    left = {van.id for van in problem.vans}
    aside = {visit_id for van_id, ids in found.lists.items() if van_id not in left for visit_id in ids}
    if aside:
        problem = msgspec.structs.replace(
            problem, visits=tuple(visit for visit in problem.visits if visit.id not in aside)
        )
    every = [*asked["round_ids"], *([] if asked["new_round_id"] is None else [asked["new_round_id"]])]
    rounds_of_stops = await repository.planned_stops(every)
    return _Question(pinned, problem, faults, present_plan(problem, pinned.lists), rounds_of_stops)


async def _search(asked: Record, question: _Question, cost: int) -> Plan | None:
    """The plan; None when somebody cancelled, and then no process is left searching."""
    best: list[int] = []

    async def ask() -> Plan:
        if asked["kind"] == "urgent":
            lists = {van.id: question.found.lists.get(van.id, ()) for van in question.problem.vans}
            placed = {visit.id for visit in question.problem.visits if visit.place is not None}
            return await propose_change(
                question.problem, {van_id: [one for one in ids if one in placed] for van_id, ids in lists.items()}
            )
        return await propose(question.problem, float(asked["seconds"]), told=best.append)

    search = asyncio.create_task(ask())
    try:
        while True:
            done, _ = await asyncio.wait({search}, timeout=TELL_SECONDS)
            if done:
                return search.result()
            if not await repository.tell(asked["id"], best[-1] if best else None, cost):
                return None
    finally:
        if not search.done():
            search.cancel()
            with contextlib.suppress(asyncio.CancelledError, PlannerFailed):
                await search


def present_plan(problem: Problem, lists: Mapping[str, tuple[str, ...]]) -> Plan:
    """The lists as they are, as a plan: whatever they break is only told as late."""
    known = problem.by_id()
    routes = []
    for van in problem.vans:
        ids = [visit_id for visit_id in lists.get(van.id, ()) if known[visit_id].place is not None]
        if ids:
            routes.append(schedule(problem, van, ids, known))
    served = {visit_id for route in routes for visit_id in route.visit_ids}
    return Plan(
        routes=tuple(routes),
        unserved=tuple(
            Unserved(visit.id, visit.placeless if visit.place is None else "no_time")
            for visit in problem.visits
            if visit.id not in served
        ),
        late=tuple(visit_id for route in routes for visit_id in late(problem, route, known)),
        estimated=problem.travel.estimated,
        solver="present",
    )


def _pin(found: DayProblem, pins: Mapping[str, Any]) -> DayProblem:
    stops: Mapping[str, str] = pins.get("stops", {})
    if not stops:
        return found
    firsts: dict[str, str] = {stops[stop_id]: stop_id for stop_id in pins.get("first", ())}
    placed = {visit.id for visit in found.problem.visits if visit.place is not None}
    problem = msgspec.structs.replace(
        found.problem,
        visits=tuple(
            msgspec.structs.replace(visit, vans=frozenset({stops[visit.id]})) if visit.id in stops else visit
            for visit in found.problem.visits
        ),
        vans=tuple(
            msgspec.structs.replace(
                van,
                first=(*van.first, firsts[van.id])
                if van.id in firsts and firsts[van.id] in placed and firsts[van.id] not in van.first
                else van.first,
            )
            for van in found.problem.vans
        ),
    )
    return replace(found, problem=problem)
