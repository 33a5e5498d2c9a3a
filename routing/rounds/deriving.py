"""What follows from the chain of custody: the status of a device, and the states of tasks and stops."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final
from uuid import UUID

from app.database import execute, fetch, fetch_row
from routing.rounds.lifecycle import StopState, TaskFacts, TaskState, stop_state, task_state

_ROAD: Final = ["in_stock", "reserved", "in_transit", "with_holder", "pickup_requested", "collected", "lost"]


async def set_device_status(device_id: UUID, status: str, *, keep_requested: bool) -> None:
    """Give a device that is on the road its status; one that the warehouse has in hand keeps its own.

    ``keep_requested``: a pick-up that was ordered since stays ordered.
    """
    await execute(
        "update device set status = $2 where id = $1 and status = any($3) and status <> $2"
        " and not ($4 and status = 'pickup_requested')",
        device_id,
        status,
        _ROAD,
        keep_requested,
    )


async def derive_tasks(task_ids: Collection[UUID], line_ids: Collection[UUID], stop_ids: Collection[UUID]) -> set[UUID]:
    """Give tasks the states that follow from the facts: those named, and all of the lines and stops.

    Returns the stops of all of them.
    """
    rows = await fetch(
        "select t.id, t.stop_id, t.state, t.done_quantity, t.hygiene, t.unplanned, t.failed_code is not null as failed,"
        " s.cancelled_at is not null as stop_cancelled, coalesce(ol.state <> 'open', pl.state not in"
        " ('requested', 'planned'), false) as closed, link.kind as last_link, link.quantity as link_quantity,"
        " link.at as link_at, link.hygiene as link_hygiene"
        " from stop_task t join stop s on s.id = t.stop_id left join order_line ol on ol.id = t.order_line_id"
        " left join pickup_line pl on pl.id = t.pickup_line_id"
        " left join lateral (select kind, quantity, at, hygiene from custody_event e where e.task_id = t.id"
        "   and e.standing = 'chain'"
        # What was collected is done; that it was handed in with the van says nothing more of its task.
        "   and not (e.kind = 'unload' and t.kind = 'collect')"
        "   order by e.at desc, e.command_id desc, e.id desc limit 1) link on true"
        " where t.id = any($1) or t.order_line_id = any($2) or t.pickup_line_id = any($2) or t.stop_id = any($3)"
        " order by t.id",
        list(task_ids),
        list(line_ids),
        list(stop_ids),
    )
    for row in rows:
        facts = TaskFacts(
            last_link=row["last_link"],
            failed=row["failed"],
            closed=row["closed"],
            stop_cancelled=row["stop_cancelled"],
            unplanned=row["unplanned"],
        )
        state = task_state(facts)
        done = state is TaskState.DONE
        quantity = row["link_quantity"] if done else 0
        hygiene = row["link_hygiene"] if done else None
        if (state.value, quantity, hygiene) != (row["state"], row["done_quantity"], row["hygiene"]):
            await execute(
                "update stop_task set state = $2, done_quantity = $3, hygiene = $4, done_at = $5,"
                " loaded_at = case when $2 in ('planned', 'cancelled') then null else coalesce(loaded_at, $6) end"
                " where id = $1",
                row["id"],
                state.value,
                quantity,
                hygiene,
                row["link_at"] if done else None,
                row["link_at"],
            )
    return {row["stop_id"] for row in rows}


async def derive_stops(stop_ids: Iterable[UUID]) -> None:
    """Give stops the states that follow from their tasks, the tries that failed and what the office decided."""
    for stop_id in sorted(stop_ids):
        row = await fetch_row(
            "select s.state, s.failed_code, s.failed_note, s.failed_by, s.cancelled_at is not null as cancelled,"
            " s.done_at, array_remove(array_agg(t.state), null) as tasks, max(t.done_at) as last_done"
            " from stop s left join stop_task t on t.stop_id = s.id where s.id = $1 group by s.id",
            stop_id,
        )
        if row is None:
            continue
        by_office = row["failed_code"] is not None and row["failed_by"] is None
        failure = (row["failed_code"], row["failed_note"], None) if by_office else await _failure(stop_id)
        tasks = [TaskState(state) for state in row["tasks"]]
        state = stop_state(tasks, failed=failure[0] is not None, cancelled=row["cancelled"])
        if state is not StopState.FAILED and not by_office:
            failure = (None, "", None)
        before = (row["state"], row["done_at"], row["failed_code"], row["failed_note"], row["failed_by"])
        after = (state.value, row["last_done"], *failure)
        if after != before:
            await execute(
                "update stop set state = $2, done_at = $3, failed_code = $4, failed_note = $5, failed_by = $6"
                " where id = $1",
                stop_id,
                *after,
            )


async def _failure(stop_id: UUID) -> tuple[str | None, str, UUID | None]:
    """Code, note and command of the newest try that counts, else of the first task that could not be done."""
    row = await fetch_row(
        "(select code, note, command_id from stop_attempt where stop_id = $1 and counts and undone_by is null"
        "   order by at desc, command_id desc limit 1)"
        " union all (select failed_code, '', failed_by from stop_task where stop_id = $1 and failed_code is not null"
        "   order by position, id limit 1) limit 1",
        stop_id,
    )
    return (None, "", None) if row is None else (row["code"], row["note"], row["command_id"])
