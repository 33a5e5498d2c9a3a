"""``stop.undo`` and ``stop.reopen``: compensating commands. All stay in the history (sync case 26)."""

from __future__ import annotations

from uuid import UUID

from app.database import execute, fetch
from offline_sync.commands import Applied, CommandContext, NotFound, Outcome, Recorded
from routing.pickups import collecting
from routing.rounds import events, repository
from routing.rounds.arguments import Reopen, Undo
from routing.rounds.chain import SUBJECT, settle
from routing.rounds.driving import load_stop
from routing.rounds.handling import stop_refusal
from routing.rounds.lifecycle import UndoFacts, reopen_fault, undo_fault
from routing.rounds.parts import take_back_parts
from routing.rounds.repository import LockedStop


async def undo(context: CommandContext, arguments: Undo) -> Outcome:
    """Take back an own load, outcome or failed try of the last ten minutes, by the times of the events."""
    await repository.lock_devices(context.actor.region_id, await events.devices_of("command_id", arguments.command_id))
    stop = await load_stop(context)
    command = await repository.find_command(stop.region_id, arguments.command_id)
    code = "stop.undo_impossible"
    if command is not None:
        code = (
            undo_fault(
                UndoFacts(
                    on_this_stop=command.aggregate == stop.id,
                    type=command.type,
                    own=command.author == context.actor.user_id,
                    verdict=command.verdict,
                    undone=command.undone,
                    age=context.at - command.at,
                )
            )
            or ""
        )
    if code:
        return Recorded(code, SUBJECT, stop.id, {"round": stop.own_round_name, "stop": stop.position})
    subjects = await events.take_back(arguments.command_id, context.command_id)
    await _take_back_tries(context, stop, arguments.command_id)
    await take_back_parts(arguments.command_id, context.command_id)
    settled = await settle(stop.region_id, subjects, by=context.command_id, stops=[stop.id])
    rv = await repository.version_of("stop", stop.id)
    return Applied({"rv": rv, "undone": str(arguments.command_id), "revised": [str(one) for one in settled.revised]})


async def reopen(context: CommandContext, arguments: Reopen) -> Outcome:
    """The office opens a stop again whose outcome was not what happened: all of it is taken back, with the reason.

    The proofs stay and say that they were taken back; the driver has the stop again, or it gets a new round.
    """
    if context.aggregate is not None:
        await repository.lock_devices(context.actor.region_id, await events.devices_of("stop_id", context.aggregate))
    stop = await repository.lock_stop(context.actor, context.aggregate) if context.aggregate is not None else None
    if stop is None:
        raise NotFound
    reason = arguments.reason.strip()
    code = reopen_fault(stop.state, reason=bool(reason))
    if code is not None:
        raise stop_refusal(stop, code)
    reopened = await repository.standing_outcomes(stop.id)
    subjects = set()
    for command_id in reopened:
        subjects |= set(await events.take_back(command_id, context.command_id))
        await _take_back_tries(context, stop, command_id)
        await take_back_parts(command_id, context.command_id)
    await settle(stop.region_id, subjects, by=context.command_id, stops=[stop.id])
    rv = await repository.version_of("stop", stop.id)
    return Applied({"rv": rv, "reopened": [str(one) for one in reopened], "reason": reason})


async def _take_back_tries(context: CommandContext, stop: LockedStop, command_id: UUID) -> None:
    """What the command said could not be done is as it was before."""
    await execute("update stop_attempt set undone_by = $2 where command_id = $1", command_id, context.command_id)
    rows = await fetch(
        "update stop_task set failed_code = null, failed_by = null where stop_id = $1 and failed_by = $2"
        " returning pickup_line_id",
        stop.id,
        command_id,
    )
    for row in rows:
        if row["pickup_line_id"] is not None:
            await collecting.undo_collected(row["pickup_line_id"])
