"""What the office's handlers of rounds and stops share: loading and locking, refusals, and the outcome."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound
from routing.rounds import planning_repository, repository
from routing.rounds.lifecycle import RoundState
from routing.rounds.repository import LockedRound, LockedStop

ROUND = "round"
STOP = "stop"


async def check_crew(region_id: UUID, van_id: Any, driver_id: Any) -> None:
    if van_id is not None and not await planning_repository.place_exists(region_id, van_id, "van"):
        raise CommandRefused("round.van_unknown")
    if driver_id is not None and not await planning_repository.driver_exists(region_id, driver_id):
        raise CommandRefused("round.driver_unknown")


async def load_round(context: CommandContext) -> LockedRound:
    found = None if context.aggregate is None else await repository.lock_round(context.actor, context.aggregate)
    if found is None:
        raise NotFound
    return found


async def open_round(context: CommandContext) -> LockedRound:
    found = await load_round(context)
    if found.state is RoundState.RETURNED:
        raise refusal(found, "round.returned")
    return found


async def load_stop(context: CommandContext) -> LockedStop:
    stop = None if context.aggregate is None else await repository.lock_stop(context.actor, context.aggregate)
    if stop is None:
        raise NotFound
    return stop


def refusal(found: LockedRound, code: str, **detail: Any) -> CommandRefused:
    return CommandRefused(
        code,
        detail={"round": found.name, **detail},
        state=found.public_state,
        subject_kind=ROUND,
        subject_id=found.id,
    )


def stop_refusal(stop: LockedStop, code: str) -> CommandRefused:
    return CommandRefused(
        code,
        detail={"round": stop.round_name, "stop": stop.position},
        state=stop.public_state,
        subject_kind=STOP,
        subject_id=stop.id,
    )


async def applied(round_id: UUID, **more: Any) -> Applied:
    return Applied({"rv": await repository.version_of("van_round", round_id), **more})


async def applied_stop(stop: LockedStop) -> Applied:
    return Applied({"rv": await repository.version_of("stop", stop.id)})
