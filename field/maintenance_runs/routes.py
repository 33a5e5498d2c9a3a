"""Proposals and lists of maintenance runs. A proposal changes nothing; publishing one is a command."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from app.audit.access import log_access
from app.identity.actor import Actor
from app.policy.repository import current_policy
from app.web.problems import Problem
from field.maintenance_runs import repository
from field.maintenance_runs.proposing import Door, LeftOut, Proposal, Task, problem_of, read_plan, sort_out
from field.maintenance_runs.schemas import (
    LeftOutTask,
    ProposedDay,
    ProposedDoor,
    ProposedTask,
    RunItem,
    RunList,
    RunProposal,
)
from routing.planner import PlannerFailed, TravelMatrix, propose

#: Travel between places, as degrees north and east; handed in by main.
Travel = Callable[[Sequence[tuple[float, float]]], Awaitable[TravelMatrix]]
#: The pick-ups of a region that wait and are on no round; handed in by main.
Pickups = Callable[[UUID], Awaitable[Sequence[Task]]]

SEARCH_SECONDS: Final = 4.0
MOST_DAYS: Final = 15


class RunWanted(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An area (the beginning of postcodes or of a town) and a period; the technician's hours in local time."""

    area: Annotated[str, Meta(min_length=1, max_length=60)]
    first_day: date
    last_day: date
    from_hour: time = time(8)
    to_hour: time = time(16)


def run_routes(travel: Travel, pickups: Pickups) -> tuple[HTTPRouteHandler, ...]:
    """Return the routes, with what only routing knows handed in."""

    @post(
        "/api/maintenance/runs/propose",
        status_code=200,
        operation_id="propose_maintenance_run",
        opt={"permission": "maintenance.manage"},
    )
    async def propose_run(data: JSONBody[RunWanted], actor: NamedDependency[Actor]) -> RunProposal:
        """Propose days and doors for an area and a period (R-231); nothing is changed by it."""
        policy = await current_policy(actor.region_id, datetime.now(UTC))
        days = _days(data)
        days = [day for day in days if policy.calendar.hours(day) is not None]
        if not days:
            raise _refused(
                ("Perioden har ingen arbetsdag.", "Välj en annan period."),
                ("The period has no working day.", "Choose another period."),
            )
        tasks = [
            *await repository.due_tasks(actor.region_id, data.area, data.last_day + timedelta(days=30)),
            *await repository.waiting_orders(actor.region_id, data.area),
            *await pickups(actor.region_id),
        ]
        doors, left_out = sort_out(tasks, days, policy.maintenance_notice_days)
        proposal = Proposal((), tuple(left_out))
        if doors:
            proposal = await _plan(actor.region_id, doors, days, (data.from_hour, data.to_hour), travel, left_out)
        shown = {
            task.person_id
            for day in proposal.days
            for planned in day.doors
            for task in planned.door.tasks
            if task.person_id is not None
        }
        await log_access(actor, shown, "maintenance.run")
        return _reply(proposal)

    @get("/api/maintenance/runs", operation_id="list_maintenance_runs", opt={"permission": "maintenance.read"})
    async def list_runs(
        actor: NamedDependency[Actor], limit: Annotated[int, QueryParameter(ge=1, le=100)] = 30
    ) -> RunList:
        """List the runs that were published."""
        rows = await repository.list_runs(actor.region_id, limit)
        return RunList(items=[RunItem(**dict(row)) for row in rows])

    return (propose_run, list_runs)


def _days(wanted: RunWanted) -> list[date]:
    count = (wanted.last_day - wanted.first_day).days + 1
    if not 1 <= count <= MOST_DAYS or wanted.from_hour >= wanted.to_hour:
        raise _refused(
            ("Perioden stämmer inte.", f"Välj högst {MOST_DAYS} dagar, den första före den sista, och rätt tider."),
            (
                "The period is not right.",
                f"Choose at most {MOST_DAYS} days, the first before the last, and right hours.",
            ),
        )
    return [wanted.first_day + timedelta(days=index) for index in range(count)]


def _refused(sv: tuple[str, str], en: tuple[str, str]) -> Problem:
    return Problem(400, "maintenance_run.period", sv=sv, en=en)


async def _plan(
    region_id: UUID,
    doors: list[Door],
    days: list[date],
    hours: tuple[time, time],
    travel: Travel,
    left_out: Sequence[LeftOut],
) -> Proposal:
    known = await repository.positions(region_id, {door.key: (door.street, door.postcode) for door in doors})
    at = list(known.values())
    # Without a position of the centre the day begins in the middle of the doors, as the vans' days do.
    start = await repository.centre(region_id) or _middle(at)
    matrix = await travel([start, *at]) if start is not None else TravelMatrix(((0,),), ((0,),), estimated=True)
    places = {key: index for index, key in enumerate(known, start=1)}
    try:
        plan = await propose(problem_of(doors, places, matrix, days, hours), SEARCH_SECONDS)
    except PlannerFailed as error:
        raise Problem(
            503,
            "maintenance_run.no_plan",
            sv=("Planeringen svarade inte.", "Försök igen om en stund."),
            en=("The planning did not answer.", "Try again in a while."),
        ) from error
    return read_plan(plan, doors, left_out)


def _middle(points: list[tuple[float, float]]) -> tuple[float, float] | None:
    if not points:
        return None
    return sum(point[0] for point in points) / len(points), sum(point[1] for point in points) / len(points)


def _reply(proposal: Proposal) -> RunProposal:
    doors = [planned for day in proposal.days for planned in day.doors]
    return RunProposal(
        days=[
            ProposedDay(
                day=day.day,
                depart=f"{day.depart:%H:%M}",
                back=f"{day.back:%H:%M}",
                kilometres=round(day.metres / 1000, 1),
                doors=[
                    ProposedDoor(
                        key=planned.door.key,
                        street=planned.door.street,
                        postcode=planned.door.postcode,
                        town=planned.door.town,
                        arrive=f"{planned.arrive:%H:%M}",
                        leave=f"{planned.leave:%H:%M}",
                        tasks=[_task(task) for task in planned.door.tasks],
                    )
                    for planned in day.doors
                ],
            )
            for day in proposal.days
        ],
        left_out=[
            LeftOutTask(
                kind=one.task.kind,
                number=one.task.number,
                title=one.task.title,
                town="" if one.task.protected else one.task.town,
                reason=one.reason,
            )
            for one in proposal.left_out
            if one.task.kind != "pickup"
        ],
        estimated=proposal.estimated,
        visits=len(doors),
        visits_apart=sum(len(planned.door.tasks) for planned in doors),
    )


def _task(task: Task) -> ProposedTask:
    return ProposedTask(
        kind=task.kind, number=task.number, title=task.title, due_on=task.latest, order_number=task.order_number
    )
