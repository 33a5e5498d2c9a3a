"""The office's commands on rounds: create, change, sequence, take off and publish; and a stop moved or changed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from msgspec import UNSET

from app.database import execute, fetch_value
from offline_sync.commands import CommandContext, CommandRefused, Outcome
from routing.pickups import collecting
from routing.rounds import deriving, planning_repository, repository, versions
from routing.rounds.arguments import (
    ChangeRound,
    ChangeStop,
    CreateRound,
    MoveStop,
    Publish,
    TakeOff,
)
from routing.rounds.arguments import Sequence as SequenceArguments
from routing.rounds.handling import (
    applied,
    applied_stop,
    check_crew,
    load_round,
    load_stop,
    open_round,
    refusal,
    stop_refusal,
)
from routing.rounds.lifecycle import OFFICE_CHANGES, RoundState, StopState, publish_fault
from routing.rounds.repository import LockedRound, LockedStop


async def create(context: CommandContext, arguments: CreateRound) -> Outcome:
    """Make a round; it is a draft, which no driver sees."""
    if context.aggregate is None:
        raise CommandRefused("round.id_missing")
    region_id = context.actor.region_id
    await check_crew(region_id, arguments.van_id, arguments.driver_id)
    depot_id = arguments.depot_id
    if depot_id is None:
        depot_id = await planning_repository.first_depot(region_id)
    elif not await planning_repository.place_exists(region_id, depot_id, "warehouse"):
        depot_id = None
    if depot_id is None:
        raise CommandRefused("round.no_depot")
    made = await repository.insert(
        "van_round",
        {
            "id": context.aggregate,
            "region_id": region_id,
            "name": arguments.name,
            "on_day": arguments.on_day,
            "van_id": arguments.van_id,
            "driver_id": arguments.driver_id,
            "depot_id": depot_id,
        },
    )
    if made is None:
        raise CommandRefused("round.id_taken")
    return await applied(context.aggregate)


async def change(context: CommandContext, arguments: ChangeRound) -> Outcome:
    """Change name, day, van or driver. A published round always has both; its new driver gets its stops."""
    found = await open_round(context)
    given: dict[str, Any] = {"name": arguments.name, "on_day": arguments.on_day}
    given |= {"van_id": arguments.van_id, "driver_id": arguments.driver_id}
    values = {key: value for key, value in given.items() if value is not UNSET}
    await check_crew(found.region_id, values.get("van_id"), values.get("driver_id"))
    if found.state is not RoundState.DRAFT:
        for key, code in (("van_id", "round.no_van"), ("driver_id", "round.no_driver")):
            if key in values and values[key] is None:
                raise refusal(found, code)
    await repository.update("van_round", found.id, values)
    await planning_repository.note_drivers(found.id)
    return await applied(found.id)


async def sequence(context: CommandContext, arguments: SequenceArguments) -> Outcome:
    """Put the stops in a new order; refused when they are no longer the round's."""
    found = await open_round(context)
    present = await planning_repository.stop_ids(found.id)
    if sorted(present) != sorted(arguments.stop_ids):
        raise refusal(found, "round.stops_differ")
    async with versions.noted(context, found):
        await planning_repository.renumber(arguments.stop_ids)
    return await applied(found.id)


async def take_off(context: CommandContext, arguments: TakeOff) -> Outcome:
    """Take a stop off: its orders wait again. What its driver does there all the same still counts (sync case 14)."""
    found = await open_round(context)
    stop = await repository.lock_stop(context.actor, arguments.stop_id)
    if stop is None or stop.round_id != found.id:
        raise refusal(found, "round.stops_differ")
    if stop.state in {StopState.DONE, StopState.PARTIAL}:
        raise stop_refusal(stop, "stop.settled")
    async with versions.noted(context, found):
        await _cancel(context, stop, {"round_id": None})
        await planning_repository.renumber(await planning_repository.stop_ids(found.id))
    return await applied(found.id)


async def publish(context: CommandContext, _arguments: Publish) -> Outcome:
    """Let the driver see the round. A stop without a position comes last and may be published all the same."""
    found = await load_round(context)
    stops = await planning_repository.stop_ids(found.id)
    code = publish_fault(
        state=found.state, van=found.van_id is not None, driver=found.driver_id is not None, stops=len(stops)
    )
    if code is not None:
        raise refusal(found, code)
    state = RoundState.PUBLISHED if found.state is RoundState.DRAFT else found.state
    await execute(
        "update van_round set state = $2, version = version + 1, published_at = coalesce(published_at, $3)"
        " where id = $1",
        found.id,
        state.value,
        context.at,
    )
    await planning_repository.note_drivers(found.id)
    nothing: dict[str, list[str]] = {"new": [], "moved": [], "removed": []}
    await versions.keep(found, found.version + 1, nothing, by=context.actor.user_id, at=context.at)
    return await applied(found.id, version=found.version + 1)


async def move(context: CommandContext, arguments: MoveStop) -> Outcome:
    """Give the stop to another round; the driver who had it is still heard (sync case 20)."""
    held = await _lock_both(context, arguments.round_id)
    target = held.get(arguments.round_id)
    stop = await load_stop(context)
    if target is None:
        raise stop_refusal(stop, "round.unknown")
    if target.state is RoundState.RETURNED:
        raise refusal(target, "round.returned")
    if stop.state not in {StopState.PLANNED, StopState.FAILED}:
        raise stop_refusal(stop, "stop.settled")
    before = stop.round_id
    if before != target.id:
        async with versions.noted(context, *held.values()):
            position = await planning_repository.next_position(target.id)
            await repository.update("stop", stop.id, {"round_id": target.id, "position": position, **_REPLANNED})
            await _forget_failures(stop)
            await planning_repository.note_drivers(target.id)
            if before is not None:
                await planning_repository.renumber(await planning_repository.stop_ids(before))
    await deriving.derive_stops(await deriving.derive_tasks([], [], [stop.id]))
    return await applied_stop(stop)


async def change_stop(context: CommandContext, arguments: ChangeStop) -> Outcome:
    """Change a stop's window or note, or mark it planned, failed or cancelled."""
    held = {} if arguments.state is None else await _lock_both(context)
    stop = await load_stop(context)
    given: dict[str, Any] = {"window_from": arguments.window_from, "window_to": arguments.window_to}
    given["carrier_note"] = arguments.carrier_note
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not UNSET}
    begins, ends = values.get("window_from"), values.get("window_to")
    if begins is not None and ends is not None and ends <= begins:
        raise stop_refusal(stop, "stop.window_ends_first")
    if arguments.state is not None and arguments.state not in OFFICE_CHANGES[stop.state]:
        raise stop_refusal(stop, "stop.settled")
    if arguments.state == "cancelled":
        async with versions.noted(context, *held.values()):
            await _cancel(context, stop, values)
        return await applied_stop(stop)
    if arguments.state == "planned":
        if stop.round_id is None:
            raise stop_refusal(stop, "stop.off_round")
        values |= _REPLANNED
        await _forget_failures(stop)
        waiting = [task.pickup_line_id for task in stop.tasks.values() if task.pickup_line_id is not None]
        await collecting.mark_planned(waiting)
    elif arguments.state == "failed":
        values |= {"failed_code": "other", "failed_note": arguments.note, "failed_by": None}
    async with versions.noted(context, *held.values()):
        await repository.update("stop", stop.id, values)
        await deriving.derive_stops(await deriving.derive_tasks([], [], [stop.id]))
    return await applied_stop(stop)


# ---------------------------------------------------------------- the parts

_REPLANNED: dict[str, Any] = {
    "state": StopState.PLANNED.value,
    "failed_code": None,
    "failed_note": "",
    "failed_by": None,
    "cancelled_at": None,
}


async def _lock_both(context: CommandContext, target_id: UUID | None = None) -> dict[UUID, LockedRound]:
    """Lock the round that the stop is on and the one it goes to, always in the same sequence, before the stop."""
    present = None
    if context.aggregate is not None:
        present = await fetch_value("select round_id from stop where id = $1", context.aggregate)
    held = {}
    for round_id in sorted({one for one in (target_id, present) if one is not None}):
        one = await repository.lock_round(context.actor, round_id)
        if one is not None:
            held[round_id] = one
    return held


async def _cancel(context: CommandContext, stop: LockedStop, values: dict[str, Any]) -> None:
    await repository.update("stop", stop.id, {"cancelled_at": context.at, **values})
    lines = [task.pickup_line_id for task in stop.tasks.values() if task.pickup_line_id is not None]
    await collecting.mark_unplanned(lines)
    await deriving.derive_stops(await deriving.derive_tasks([], [], [stop.id]))


async def _forget_failures(stop: LockedStop) -> None:
    await execute("update stop_task set failed_code = null, failed_by = null where stop_id = $1", stop.id)
    await execute("update stop_attempt set counts = false where stop_id = $1 and counts", stop.id)
