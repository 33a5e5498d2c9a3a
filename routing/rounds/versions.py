"""Versions of a published round: each change of its list is kept, and its driver says yes to it.

What is done is no part of a list: a change is about the stops that are still planned, so done stops never change.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from app.database import Record, execute, fetch, new_id
from offline_sync.commands import Applied, CommandContext, NotEntitled, NotFound, Outcome
from routing.planner import list_change
from routing.rounds import repository
from routing.rounds.arguments import AcceptRound
from routing.rounds.lifecycle import RoundState
from routing.rounds.repository import LockedRound


async def planned(round_id: UUID) -> list[str]:
    """The round's planned stops in driving order."""
    rows = await fetch("select id from stop where round_id = $1 and state = 'planned' order by position, id", round_id)
    return [str(row["id"]) for row in rows]


@asynccontextmanager
async def noted(context: CommandContext, *rounds: LockedRound) -> AsyncIterator[None]:
    """Keep what the block changes on the lists of locked rounds that drivers can see."""
    before = {one.id: await planned(one.id) for one in rounds if one.state is not RoundState.DRAFT}
    yield
    for one in rounds:
        if one.id not in before:
            continue
        after = await planned(one.id)
        change = list_change(str(one.id), before[one.id], after)
        if change.empty:
            continue
        await execute("update van_round set version = version + 1 where id = $1", one.id)
        await keep(
            one,
            one.version + 1,
            {"new": change.new, "moved": change.moved, "removed": change.removed},
            by=context.actor.user_id,
            at=context.at,
        )


async def keep(
    one: LockedRound, version: int, change: Any, *, by: UUID, at: datetime, plan_id: UUID | None = None
) -> None:
    """Keep a version: what it changes of the one before, and its list."""
    await execute(
        "insert into round_change (id, region_id, round_id, version, plan_id, change, made_at, made_by, stops)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        new_id(),
        one.region_id,
        one.id,
        version,
        plan_id,
        change,
        at,
        by,
        [UUID(stop_id) for stop_id in await planned(one.id)],
    )


async def versions_of(round_id: UUID) -> list[Record]:
    """A round's versions, the newest first."""
    return await fetch(
        "select c.version, c.change, c.made_at, c.plan_id is not null as by_plan, coalesce(u.name, '') as by_name"
        " from round_change c left join user_account u on u.id = c.made_by where c.round_id = $1"
        " order by c.version desc limit 50",
        round_id,
    )


async def accept(context: CommandContext, arguments: AcceptRound) -> Outcome:
    """``round.accept``: the driver has seen the list of this version. What has been done meanwhile stays done.

    It changes no stop, so it may arrive however late: an older yes never takes back a newer one.
    """
    found = None if context.aggregate is None else await repository.lock_round(context.actor, context.aggregate)
    if found is None:
        raise NotFound
    user_id = context.actor.user_id
    if found.driver_id != user_id and not await repository.has_been_driver(found.id, user_id):
        raise NotEntitled
    if found.driver_id == user_id:
        await execute(
            "update van_round set accepted_version = $2, accepted_at = $3 where id = $1 and accepted_version < $2",
            found.id,
            min(arguments.version, found.version),
            arguments.at,
        )
    return Applied({"rv": await repository.version_of("van_round", found.id)})
