"""The office's commands on plans and vans: start, cancel and take a plan; say what a van takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import msgspec

from app.database import Record, execute
from app.jobs import enqueue
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome
from routing.plans import repository
from routing.plans.arguments import CancelPlan, EquipVan, StartPlan, TakePlan
from routing.plans.result import PlanResult
from routing.plans.searching import JOB
from routing.rounds import planning_repository, versions
from routing.rounds import repository as rounds
from routing.rounds.handling import refusal
from routing.rounds.lifecycle import RoundState, publish_fault
from routing.rounds.repository import LockedRound

#: Plans of a region that are searched for or wait at the same time.
AT_ONCE: Final = 3
#: Which rounds a plan may be about.
_STATES: Final[dict[str, tuple[str, ...]]] = {
    "day": ("draft", "published"),
    "urgent": ("published", "in_progress"),
}


async def start(context: CommandContext, arguments: StartPlan) -> Outcome:
    """Ask for a plan; a job makes it, and ``get_plan`` tells how far it is."""
    if context.aggregate is None:
        raise CommandRefused("plan.id_missing")
    region_id = context.actor.region_id
    found = await _rounds(region_id, arguments)
    await _check_pins(arguments, [row["id"] for row in found])
    if await repository.being_made(region_id) >= AT_ONCE:
        raise CommandRefused("plan.busy")
    made = await rounds.insert(
        "day_plan",
        {
            "id": context.aggregate,
            "region_id": region_id,
            "on_day": arguments.on_day,
            "kind": arguments.kind,
            "pins": {
                "stops": {str(pin.stop_id): str(pin.round_id) for pin in arguments.pins},
                "first": [str(pin.stop_id) for pin in arguments.pins if pin.first],
            },
            "round_ids": [row["id"] for row in found],
            "new_round_id": arguments.new_round_id,
            "seconds": arguments.seconds,
            "made_by": context.actor.user_id,
            "made_at": context.at,
        },
    )
    if made is None:
        raise CommandRefused("plan.id_taken")
    await enqueue(JOB, {"plan_id": str(made)}, once_key=f"plan {made}")
    return Applied({"rounds": [str(row["id"]) for row in found]})


async def cancel(context: CommandContext, _arguments: CancelPlan) -> Outcome:
    """Stop the search. Its processes are stopped within a second; nothing was changed."""
    found = await _locked(context)
    if found["state"] not in {"waiting", "running"}:
        raise CommandRefused("plan.settled")
    await execute("update day_plan set state = 'cancelled', finished_at = $2 where id = $1", found["id"], context.at)
    return Applied()


async def take(context: CommandContext, arguments: TakePlan) -> Outcome:
    """Make the rounds as the plan says; what has been done since stays done (sync cases 12, 13 and 20).

    Refused when stops have come, gone or moved since the plan was made. The drivers of published rounds see the change
    at once, under a new version; drafts are published when that is asked for.
    """
    found = await _locked(context)
    if found["state"] != "done":
        raise CommandRefused("plan.settled" if found["state"] in {"taken", "cancelled"} else "plan.not_ready")
    result = msgspec.convert(found["result"], PlanResult)
    held = {one.id: one for one in await _lock(context, found)}
    now = await repository.planned_stops([*found["round_ids"], *_draft(found)])
    if any(result.basis.get(str(stop_id)) != round_id for stop_id, round_id in now.items()):
        raise CommandRefused("plan.stale")
    lists = _lists(result, now)
    if arguments.publish:
        for round_id, ids in lists.items():
            _check_publish(held[round_id], len(ids))
    for round_id, ids in lists.items():
        await repository.place_stops(round_id, ids)
    for one in result.rounds:
        await _note(context, held[one.round_id], found["id"], one.new, one.moved, one.removed, arguments)
    await execute("update day_plan set state = 'taken', taken_at = $2 where id = $1", found["id"], context.at)
    return Applied({"rounds": [str(one.round_id) for one in result.rounds]})


async def equip(context: CommandContext, arguments: EquipVan) -> Outcome:
    """Say what a van takes, what it can, and when it drives. The aggregate is the van."""
    region_id = context.actor.region_id
    if context.aggregate is None or not await planning_repository.place_exists(region_id, context.aggregate, "van"):
        raise NotFound
    if arguments.shift_from >= arguments.shift_to or arguments.break_from > arguments.break_to:
        raise CommandRefused("van.hours_end_first")
    values = {name: getattr(arguments, name) for name in arguments.__struct_fields__}
    values["skills"] = sorted(set(arguments.skills))
    columns = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(3, len(values) + 3))
    updates = ", ".join(f"{name} = excluded.{name}" for name in values)
    await execute(
        f"insert into van_equipment (van_id, region_id, {columns}) values ($1, $2, {places})"  # noqa: S608
        f" on conflict (van_id) do update set {updates}",
        context.aggregate,
        region_id,
        *values.values(),
    )
    return Applied()


# ---------------------------------------------------------------- the parts


async def _rounds(region_id: UUID, arguments: StartPlan) -> list[Record]:
    states = _STATES[arguments.kind]
    if arguments.kind == "urgent":
        if arguments.new_round_id is None or arguments.new_round_id in arguments.round_ids:
            raise CommandRefused("plan.new_round_missing")
        drafts = await repository.rounds_by_id(region_id, [arguments.new_round_id])
        if not drafts or drafts[0]["on_day"] != arguments.on_day or drafts[0]["state"] != "draft":
            raise CommandRefused("plan.new_round_missing")
    elif arguments.new_round_id is not None:
        raise CommandRefused("plan.rounds_differ")
    if not arguments.round_ids:
        found = await repository.rounds_of(region_id, arguments.on_day, states)
    else:
        found = await repository.rounds_by_id(region_id, arguments.round_ids)
        if len(found) != len(set(arguments.round_ids)) or any(row["on_day"] != arguments.on_day for row in found):
            raise CommandRefused("plan.rounds_differ")
        if any(row["state"] not in states for row in found):
            raise CommandRefused("plan.round_out" if arguments.kind == "day" else "plan.round_not_out")
    if not found:
        raise CommandRefused("plan.no_rounds")
    return found


async def _check_pins(arguments: StartPlan, round_ids: list[UUID]) -> None:
    draft = [] if arguments.new_round_id is None else [arguments.new_round_id]
    planned = await repository.planned_stops([*round_ids, *draft]) if arguments.pins else {}
    firsts = [pin.round_id for pin in arguments.pins if pin.first]
    if (
        any(pin.stop_id not in planned or pin.round_id not in round_ids for pin in arguments.pins)
        or len({pin.stop_id for pin in arguments.pins}) != len(arguments.pins)
        or len(set(firsts)) != len(firsts)
    ):
        raise CommandRefused("plan.pin_unknown")


async def _locked(context: CommandContext) -> Record:
    found = None
    if context.aggregate is not None:
        found = await repository.lock_plan(context.actor.region_id, context.aggregate)
    if found is None:
        raise NotFound
    return found


def _draft(found: Record) -> list[UUID]:
    return [] if found["new_round_id"] is None else [found["new_round_id"]]


async def _lock(context: CommandContext, found: Record) -> list[LockedRound]:
    held = []
    for round_id in sorted([*found["round_ids"], *_draft(found)]):
        one = await rounds.lock_round(context.actor, round_id)
        if one is None or one.state is RoundState.RETURNED:
            raise CommandRefused("plan.stale")
        if found["kind"] == "day" and one.state is RoundState.IN_PROGRESS:
            raise CommandRefused("plan.stale")
        held.append(one)
    return held


def _lists(result: PlanResult, now: Mapping[UUID, UUID]) -> dict[UUID, list[UUID]]:
    """Each round's planned stops in their new order; what the plan leaves out stays last where it is."""
    lists = {one.round_id: [stop.stop_id for stop in one.stops if stop.stop_id in now] for one in result.rounds}
    placed = {stop_id for ids in lists.values() for stop_id in ids}
    for stop_id, round_id in now.items():
        if stop_id not in placed and round_id in lists:
            lists[round_id].append(stop_id)
    return lists


def _check_publish(one: LockedRound, stops: int) -> None:
    if one.state is not RoundState.DRAFT or not stops:
        return
    code = publish_fault(state=one.state, van=one.van_id is not None, driver=one.driver_id is not None, stops=stops)
    if code is not None:
        raise refusal(one, code)


async def _note(
    context: CommandContext,
    one: LockedRound,
    plan_id: UUID,
    new: list[UUID],
    moved: list[UUID],
    removed: list[UUID],
    arguments: TakePlan,
) -> None:
    publishing = arguments.publish and one.state is RoundState.DRAFT and await planning_repository.stop_ids(one.id)
    changed = one.state is not RoundState.DRAFT and (new or moved or removed)
    if not publishing and not changed:
        return
    await execute(
        "update van_round set state = case when state = 'draft' then 'published' else state end, version = version + 1,"
        " published_at = coalesce(published_at, $2) where id = $1",
        one.id,
        context.at,
    )
    await planning_repository.note_drivers(one.id)
    change: dict[str, list[UUID]] = {"new": new, "moved": moved, "removed": removed}
    if not changed:
        change = {"new": [], "moved": [], "removed": []}
    await versions.keep(one, one.version + 1, change, by=context.actor.user_id, at=context.at, plan_id=plan_id)
