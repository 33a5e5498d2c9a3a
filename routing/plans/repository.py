"""Reads and writes of plans and of what vans take. Every query is bound to one region, or to ids that are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value


async def rounds_of(region_id: UUID, day: date, states: Sequence[str]) -> list[Record]:
    """Return the day's rounds in some states, by name."""
    return await fetch(
        "select id, on_day, state from van_round where region_id = $1 and on_day = $2 and state = any($3)"
        " order by name, id",
        region_id,
        day,
        list(states),
    )


async def rounds_by_id(region_id: UUID, round_ids: Iterable[UUID]) -> list[Record]:
    """Return rounds of the region by their ids."""
    return await fetch(
        "select id, on_day, state from van_round where region_id = $1 and id = any($2) order by name, id",
        region_id,
        list(round_ids),
    )


async def planned_stops(round_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the round of each planned stop of some rounds, in driving order."""
    rows = await fetch(
        "select id, round_id from stop where round_id = any($1) and state = 'planned' order by round_id, position, id",
        list(round_ids),
    )
    return {row["id"]: row["round_id"] for row in rows}


async def being_made(region_id: UUID) -> int:
    """Return how many plans of the region are waiting or being searched for."""
    count: int = await fetch_value(
        "select count(*) from day_plan where region_id = $1 and state in ('waiting', 'running')", region_id
    )
    return count


async def lock_plan(region_id: UUID, plan_id: UUID) -> Record | None:
    """Lock a plan's row; None when the region has none."""
    return await fetch_row(
        "select id, on_day, kind, round_ids, new_round_id, state, result from day_plan"
        " where id = $1 and region_id = $2 for update",
        plan_id,
        region_id,
    )


async def find_plan(region_id: UUID, plan_id: UUID) -> Record | None:
    """Return a plan of the region."""
    return await fetch_row(_READ + "where id = $1 and region_id = $2", plan_id, region_id)


async def plans_of_day(region_id: UUID, day: date) -> list[Record]:
    """Return the day's plans, the newest first, without what came out."""
    return await fetch(
        _READ + "where region_id = $1 and on_day = $2 order by made_at desc, id desc limit 20", region_id, day
    )


_READ = (
    "select id, on_day, kind, round_ids, new_round_id, seconds, state, made_at, started_at, finished_at, best_cost,"
    " present_cost, failure, result, taken_at from day_plan "
)


# ---------------------------------------------------------------- the search's own


async def begin(plan_id: UUID) -> Record | None:
    """Mark a plan as being searched for; None when it is not to be (cancelled, or done already)."""
    return await fetch_row(
        # One that runs for longer than its job's lease is one whose server died.
        "update day_plan set state = 'running', started_at = now(), best_cost = null where id = $1"
        " and (state = 'waiting' or (state = 'running' and started_at < now() - interval '110 seconds'))"
        " returning id, region_id, on_day, kind, pins, round_ids, new_round_id, seconds, made_at",
        plan_id,
    )


async def tell(plan_id: UUID, best_cost: int | None, present_cost: int) -> bool:
    """Say how far the search is. False: somebody has cancelled it."""
    return bool(
        await fetch_value(
            "update day_plan set best_cost = $2, present_cost = $3 where id = $1 and state = 'running' returning true",
            plan_id,
            best_cost,
            present_cost,
        )
    )


async def finish(plan_id: UUID, result: Any, best_cost: int) -> None:
    """Keep what came out."""
    await execute(
        "update day_plan set state = 'done', finished_at = now(), result = $2, best_cost = $3"
        " where id = $1 and state = 'running'",
        plan_id,
        result,
        best_cost,
    )


async def fail(plan_id: UUID, code: str) -> None:
    """Keep why nothing came out."""
    await execute(
        "update day_plan set state = 'failed', finished_at = now(), failure = $2"
        " where id = $1 and state in ('waiting', 'running')",
        plan_id,
        code,
    )


# ---------------------------------------------------------------- taking a plan


async def place_stops(round_id: UUID, stop_ids: Sequence[UUID]) -> None:
    """Put stops on a round in this order, after those of it that are settled."""
    await execute(
        "with settled as (select id, row_number() over (order by position, id) as n from stop"
        " where round_id = $1 and state <> 'planned'),"
        " wanted as (select id, n + (select count(*) from settled) as n from unnest($2::uuid[]) with ordinality"
        " as w (id, n)), places as (select * from settled union all select * from wanted)"
        " update stop s set round_id = $1, position = p.n from places p where s.id = p.id"
        " and (s.round_id is distinct from $1 or s.position <> p.n)",
        round_id,
        list(stop_ids),
    )


# ---------------------------------------------------------------- vans


async def vans(region_id: UUID) -> list[Record]:
    """Return the region's vans by number, with what is said of them."""
    return await fetch(
        "select l.id, l.number, l.name, to_jsonb(e) as equipment from location l"
        " left join van_equipment e on e.van_id = l.id where l.region_id = $1 and l.kind = 'van' order by l.number",
        region_id,
    )


async def vans_are_out() -> bool:
    """True when a round of any region is on its way today."""
    return bool(
        await fetch_value(
            "select exists (select from van_round where state = 'in_progress'"
            " and on_day = (now() at time zone 'Europe/Stockholm')::date)"
        )
    )


async def forget_plans(_args: dict[str, Any]) -> None:
    """Forget plans that nobody took, after a fortnight; what was taken stays with its round."""
    await execute(
        "delete from day_plan p where made_at < now() - interval '14 days'"
        " and not exists (select from round_change c where c.plan_id = p.id)"
    )
