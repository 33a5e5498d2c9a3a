"""Reads and writes of rounds, stops and tasks. Every query is bound to one region, or to ids that are.

Rows are locked in one order: the devices, the round, the stop, then the orders. The device comes first because what one
driver says of it may change what another has said at a stop of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value, new_id
from app.identity.actor import Actor
from routing.rounds.lifecycle import RoundState, StopState, TaskState


@dataclass(frozen=True)
class Task:
    """A task of a locked stop, with what the rules need of its article.

    ``collectable`` is False for a vision aid and for a consumable (R-248, R-264). ``former``: devices that were the
    order line's before the office chose another (sync case 15).
    """

    id: UUID
    stop_id: UUID
    kind: str
    order_line_id: UUID | None
    pickup_line_id: UUID | None
    device_id: UUID | None
    article_id: UUID
    article_number: str
    numbered: bool
    collectable: bool
    quantity: int
    state: TaskState
    failed_by: UUID | None
    unplanned: bool
    former: frozenset[UUID]


@dataclass(frozen=True)
class LockedStop:
    """A stop whose row is locked until the transaction ends.

    Attributes:
        round_id, round_driver_id, round_state, on_day: the round it is on now; None when it is on none.
        holder_id: the person or party it is for.
        own_round_id, van_id, depot_id: the author's round of this stop, now or before (sync case 20); None when the
            author has never had it.
    """

    id: UUID
    region_id: UUID
    position: int
    state: StopState
    person_id: UUID | None
    party_id: UUID | None
    failed_code: str | None
    failed_by: UUID | None
    cancelled_at: datetime | None
    rv: int
    round_id: UUID | None
    round_name: str
    round_driver_id: UUID | None
    round_state: RoundState | None
    on_day: date | None
    own_round_id: UUID | None
    own_round_name: str
    van_id: UUID | None
    depot_id: UUID | None
    tasks: Mapping[UUID, Task]

    @property
    def holder_id(self) -> UUID | None:
        """The person or party."""
        return self.person_id or self.party_id

    @property
    def public_state(self) -> dict[str, Any]:
        """The state for a refusal's answer: nothing about a person."""
        return {"state": self.state.value, "round_id": self.round_id, "position": self.position, "rv": self.rv}


@dataclass(frozen=True)
class LockedRound:
    """A round whose row is locked until the transaction ends."""

    id: UUID
    region_id: UUID
    name: str
    on_day: date
    van_id: UUID | None
    driver_id: UUID | None
    depot_id: UUID
    state: RoundState
    version: int
    rv: int

    @property
    def public_state(self) -> dict[str, Any]:
        """The state for a refusal's answer."""
        return {
            "name": self.name,
            "on_day": self.on_day.isoformat(),
            "state": self.state.value,
            "version": self.version,
            "rv": self.rv,
        }


_STOP: Final = """
select s.id, s.region_id, s.position, s.state, s.person_id, s.party_id, s.failed_code, s.failed_by, s.cancelled_at,
  s.rv, s.round_id, coalesce(r.name, '') as round_name, r.driver_id as round_driver_id, r.state as round_state,
  r.on_day,
  own.id as own_round_id, coalesce(own.name, '') as own_round_name, own.van_id, own.depot_id
from stop s
left join van_round r on r.id = s.round_id
left join stop_driver sd on sd.stop_id = s.id and sd.driver_id = $3
left join van_round own on own.id = sd.round_id
where s.id = $1 and s.region_id = $2
"""

_TASK: Final = """
select t.id, t.stop_id, t.kind, t.order_line_id, t.pickup_line_id, t.device_id, t.article_id,
  a.number as article_number, a.individually_numbered as numbered,
  not a.vision_aid and a.kind <> 'consumable' as collectable, t.quantity, t.state, t.failed_by, t.unplanned,
  array(select f.device_id from order_line_device f where f.order_line_id = t.order_line_id
    and f.device_id is distinct from t.device_id) as former
from stop_task t join article a on a.id = t.article_id
"""


async def lock_stop(actor: Actor, stop_id: UUID) -> LockedStop | None:
    """Lock the stop's row; None when the region has none."""
    # Two statements: what stands in other tables must be read after the lock was got, not when it was asked for.
    await fetch_value("select 1 from stop where id = $1 and region_id = $2 for update", stop_id, actor.region_id)
    row = await fetch_row(_STOP, stop_id, actor.region_id, actor.user_id)
    if row is None:
        return None
    values = dict(row)
    values["state"] = StopState(values["state"])
    values["round_state"] = RoundState(values["round_state"]) if values["round_state"] else None
    return LockedStop(**values, tasks={task.id: task for task in await tasks_of_stop(stop_id)})


async def tasks_of_stop(stop_id: UUID) -> list[Task]:
    """Return the stop's tasks in their order."""
    return _tasks(await fetch(_TASK + "where t.stop_id = $1 order by t.position, t.id", stop_id))


def _tasks(rows: Iterable[Record]) -> list[Task]:
    return [Task(**{**dict(row), "state": TaskState(row["state"]), "former": frozenset(row["former"])}) for row in rows]


async def lock_round(actor: Actor, round_id: UUID) -> LockedRound | None:
    """Lock the round's row; None when the region has none."""
    row = await fetch_row(
        "select id, region_id, name, on_day, van_id, driver_id, depot_id, state, version, rv from van_round"
        " where id = $1 and region_id = $2 for update",
        round_id,
        actor.region_id,
    )
    return None if row is None else LockedRound(**{**dict(row), "state": RoundState(row["state"])})


async def insert(table: str, values: Mapping[str, Any]) -> UUID | None:
    """Insert a row and return its id; None when the id exists already. Names come from the code."""
    values = {"id": new_id(), **values}
    columns = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    row_id: UUID | None = await fetch_value(
        f"insert into {table} ({columns}) values ({places}) on conflict (id) do nothing returning id",  # noqa: S608
        *values.values(),
    )
    return row_id


async def update(table: str, row_id: UUID, values: Mapping[str, Any]) -> None:
    """Set columns of a row; nothing when there are none. Names come from the code."""
    if values:
        columns = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, start=2))
        await execute(f"update {table} set {columns} where id = $1", row_id, *values.values())  # noqa: S608


async def version_of(table: str, row_id: UUID) -> int:
    """Return a row's version, after all writes."""
    rv: int = await fetch_value(f"select rv from {table} where id = $1", row_id)  # noqa: S608
    return rv


# ---------------------------------------------------------------- on the road


async def begin_round(round_id: UUID | None, at: datetime) -> None:
    """The first thing that happens on a published round begins it."""
    await execute(
        "update van_round set state = 'in_progress', started_at = $2 where id = $1 and state = 'published'",
        round_id,
        at,
    )


async def has_been_driver(round_id: UUID, user_id: UUID) -> bool:
    """True when the user has had a stop of the round."""
    return bool(
        await fetch_value(
            "select exists (select from stop_driver where round_id = $1 and driver_id = $2)", round_id, user_id
        )
    )


async def open_pickup_line(device_id: UUID, *, person_id: UUID | None, party_id: UUID | None) -> UUID | None:
    """Return the recipient's line that orders the device's pick-up, if it has not been collected yet."""
    line_id: UUID | None = await fetch_value(
        "select l.id from pickup_line l join pickup_order o on o.id = l.pickup_order_id where l.device_id = $1"
        " and l.state in ('requested', 'planned') and o.state = 'registered'"
        " and o.person_id is not distinct from $2 and o.party_id is not distinct from $3 order by l.id limit 1",
        device_id,
        person_id,
        party_id,
    )
    return line_id


async def collect_lines_left(round_id: UUID) -> list[UUID]:
    """Return the pick-up lines that the round was to collect and did not."""
    rows = await fetch(
        "select distinct t.pickup_line_id as id from stop_task t join stop s on s.id = t.stop_id"
        " join pickup_line l on l.id = t.pickup_line_id"
        " where s.round_id = $1 and t.state in ('planned', 'failed') and l.state = 'planned' order by 1",
        round_id,
    )
    return [row["id"] for row in rows]


async def standing_outcomes(stop_id: UUID) -> list[UUID]:
    """Return the commands that said what became of the stop and have not been taken back, oldest first."""
    rows = await fetch(
        "select c.id from command_log c where c.aggregate = $1 and c.type in ('stop.complete', 'stop.fail')"
        " and c.verdict in ('applied', 'recorded') and not exists (select from command_log u where u.aggregate = $1"
        "   and u.verdict = 'applied' and ((u.type = 'stop.undo' and u.result ->> 'undone' = c.id::text)"
        "   or (u.type = 'stop.reopen' and u.result -> 'reopened' ? c.id::text))) order by c.at_est, c.id",
        stop_id,
    )
    return [row["id"] for row in rows]


@dataclass(frozen=True)
class KnownCommand:
    """A command that somebody wants to take back."""

    author: UUID | None
    aggregate: UUID | None
    type: str
    verdict: str
    at: datetime
    undone: bool


async def find_command(region_id: UUID, command_id: UUID) -> KnownCommand | None:
    """Return the command with that id, if the region has it, with the verdict of now."""
    row = await fetch_row(
        "select c.author, c.aggregate, c.type, s.verdict, c.at_est as at,"
        " exists (select from command_log u where u.aggregate = c.aggregate and u.verdict = 'applied'"
        "   and ((u.type = 'stop.undo' and u.result ->> 'undone' = c.id::text)"
        "   or (u.type = 'stop.reopen' and u.result -> 'reopened' ? c.id::text))) as undone"
        " from command_log c join command_standing s on s.command_id = c.id where c.region_id = $1 and c.id = $2",
        region_id,
        command_id,
    )
    return None if row is None else KnownCommand(**dict(row))


async def insert_attempt(
    stop: LockedStop, actor: Actor, command_id: UUID, *, at: datetime, code: str, note: str, counts: bool
) -> None:
    """Keep a try that did not succeed. ``counts``: it fails the stop, as long as nothing is done there."""
    await insert(
        "stop_attempt",
        {
            "region_id": stop.region_id,
            "stop_id": stop.id,
            "driver_id": actor.user_id,
            "at": at,
            "code": code,
            "note": note,
            "counts": counts,
            "command_id": command_id,
        },
    )


async def devices_of_tasks(region_id: UUID, task_ids: list[UUID]) -> set[UUID]:
    """Return the devices of tasks."""
    rows = await fetch(
        "select device_id from stop_task where region_id = $1 and id = any($2) and device_id is not null",
        region_id,
        task_ids,
    )
    return {row["device_id"] for row in rows}


async def lock_devices(region_id: UUID, device_ids: Iterable[UUID]) -> None:
    """Lock devices, always in the same order."""
    await fetch(
        "select 1 from device where region_id = $1 and id = any($2) order by id for update",
        region_id,
        sorted(device_ids),
    )
