"""The queries of sealed work and of the account of a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.database import execute_many, fetch, fetch_value


async def used_numbers(device_id: UUID, seqs: Sequence[int]) -> dict[int, UUID]:
    """Which of the numbers the phone's log has given, and to which command."""
    rows = await fetch(
        "select seq, id from command_log where device = $1 and seq = any($2::bigint[])", device_id, list(seqs)
    )
    return {row["seq"]: row["id"] for row in rows}


async def names_of(user_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The users' names."""
    rows = await fetch("select id, name from user_account where id = any($1)", sorted(user_ids))
    return {row["id"]: row["name"] for row in rows}


async def note_deliveries(command_ids: Sequence[UUID], carried_by: UUID, way: str) -> None:
    """Remember who brought commands here in their envelopes; the first delivery counts."""
    await execute_many(
        "insert into sealed_delivery (command_id, carried_by, way) select $1, $2, $3"
        " where exists (select from command_log where id = $1) on conflict do nothing",
        [(command_id, carried_by, way) for command_id in command_ids],
    )


@dataclass(frozen=True)
class DayRow:
    """A command of a day, with its bytes as they came."""

    id: UUID
    raw: bytes


async def is_phone_of(device_id: UUID, user_id: UUID) -> bool:
    """True when the phone is registered for the user."""
    found = await fetch_value("select true from sync_device where id = $1 and user_id = $2", device_id, user_id)
    return bool(found)


async def commands_of_day(
    user_id: UUID, device_id: UUID, bounds: tuple[datetime, datetime], ids: Sequence[UUID]
) -> list[DayRow]:
    """The user's commands among ``ids``, and the phone's own of the day by its clock."""
    start, end = bounds
    rows = await fetch(
        "select id, payload_raw from command_log where author = $1 and device is not null"
        " and (id = any($2) or (device = $3 and at >= $4 and at < $5))",
        user_id,
        list(ids),
        device_id,
        start,
        end,
    )
    return [DayRow(row["id"], bytes(row["payload_raw"])) for row in rows]


async def count_pending_blobs(command_ids: Sequence[UUID]) -> int:
    """How many photos and signatures of these commands have not arrived."""
    count: int = await fetch_value(
        "select count(distinct b.sha256) from command_blob c join blob b using (sha256)"
        " where c.command_id = any($1) and b.state = 'pending'",
        list(command_ids),
    )
    return count
