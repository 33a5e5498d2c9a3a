"""All queries of safety notices, blocks and announced maintenance. Every one is bound to one region."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value, new_id


async def unknown_numbers(region_id: UUID, numbers: Sequence[str]) -> list[str]:
    """Return those of the numbers that no device of the region has."""
    rows = await fetch(
        "select n from unnest($2::text[]) n where not exists"
        " (select from device d where d.region_id = $1 and d.number = n)",
        region_id,
        list(numbers),
    )
    return [row["n"] for row in rows]


async def insert_notice(region_id: UUID, notice_id: UUID, by: UUID, at: datetime, **columns: object) -> bool:
    """Store a notice; False when its id is taken."""
    names = list(columns)
    places = ", ".join(f"${index}" for index in range(5, 5 + len(names)))
    stored = await fetch_value(
        f"insert into safety_notice (id, region_id, set_by, set_at, {', '.join(names)})"  # noqa: S608 - names of columns
        f" values ($1, $2, $3, $4, {places}) on conflict (id) do nothing returning id",
        notice_id,
        region_id,
        by,
        at,
        *columns.values(),
    )
    return stored is not None


async def lock_notice(region_id: UUID, notice_id: UUID) -> Record | None:
    """Lock a notice: ``lifted_at``, ``action``."""
    return await fetch_row(
        "select lifted_at, action from safety_notice where region_id = $1 and id = $2 for update", region_id, notice_id
    )


async def renew_covered(notice_id: UUID) -> int:
    """Give every device that the notice is about a new version, so that phones and the index hear of it."""
    tag = await execute(
        "update device set number = number where id in"
        " (select device_id from safety_notice_covers where notice_id = $1)",
        notice_id,
    )
    return int(tag.split()[-1])


async def lift_notice(notice_id: UUID, by: UUID, at: datetime, note: str) -> None:
    """The notice is over."""
    await execute(
        "update safety_notice set lifted_by = $2, lifted_at = $3, lift_note = $4 where id = $1", notice_id, by, at, note
    )


async def covered_device(notice_id: UUID, number: str) -> UUID | None:
    """Return the device with that number when the notice is about it."""
    device: UUID | None = await fetch_value(
        "select d.id from safety_notice_covers c join device d on d.id = c.device_id"
        " where c.notice_id = $1 and d.number = $2",
        notice_id,
        number,
    )
    return device


async def note_done(notice_id: UUID, device_id: UUID, by: UUID, at: datetime, note: str) -> None:
    """The action was done; the first one who says so counts."""
    await execute(
        "insert into safety_notice_done (notice_id, device_id, done_by, done_at, note) values ($1, $2, $3, $4, $5)"
        " on conflict do nothing",
        notice_id,
        device_id,
        by,
        at,
        note,
    )


async def renew_device(device_id: UUID) -> None:
    """Give the device a new version."""
    await execute("update device set number = number where id = $1", device_id)


async def lock_device(region_id: UUID, device_id: UUID) -> Record | None:
    """Lock a device: ``number``, ``status``, ``next_pm``."""
    return await fetch_row(
        "select number, status, next_pm from device where region_id = $1 and id = $2 for update", region_id, device_id
    )


async def insert_block(region_id: UUID, device_id: UUID, reason: str, by: UUID, at: datetime) -> bool:
    """Block a device; False when it is blocked already."""
    stored = await fetch_value(
        "insert into device_block (id, region_id, device_id, reason, blocked_by, blocked_at)"
        " values ($1, $2, $3, $4, $5, $6) on conflict (device_id) where lifted_at is null do nothing returning id",
        new_id(),
        region_id,
        device_id,
        reason,
        by,
        at,
    )
    return stored is not None


async def lift_block(device_id: UUID, by: UUID, at: datetime, note: str) -> bool:
    """Lift a device's block; False when there is none."""
    tag = await execute(
        "update device_block set lifted_by = $2, lifted_at = $3, lift_note = $4"
        " where device_id = $1 and lifted_at is null",
        device_id,
        by,
        at,
        note,
    )
    return int(tag.split()[-1]) > 0


async def insert_pm_notice(
    region_id: UUID, device_id: UUID, given_on: date, how: str, by: UUID, received_at: datetime
) -> None:
    """Note that maintenance was announced."""
    await execute(
        "insert into pm_notice (id, region_id, device_id, given_on, how, given_by, recorded_at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        new_id(),
        region_id,
        device_id,
        given_on,
        how,
        by,
        received_at,
    )


_NOTICE = """
select n.id, n.title, n.text, n.reference, n.action, a.number as article_number, a.name as article_name, n.serial_from,
  n.serial_to, n.batch, cardinality(n.numbers) as listed, n.set_at, u.name as set_by_name, n.lifted_at, n.lift_note,
  n.rv,
  (select count(*) from safety_notice_covers c where c.notice_id = n.id) as covered,
  (select count(*) from safety_notice_done x where x.notice_id = n.id) as done
from safety_notice n left join article a on a.id = n.article_id join user_account u on u.id = n.set_by
where n.region_id = $1
"""


async def list_notices(region_id: UUID, limit: int) -> list[Record]:
    """The region's notices: those that hold first, then the newest."""
    return await fetch(_NOTICE + " order by (n.lifted_at is null) desc, n.set_at desc, n.id limit $2", region_id, limit)


async def find_notice(region_id: UUID, notice_id: UUID) -> Record | None:
    """One notice."""
    return await fetch_row(_NOTICE + " and n.id = $2", region_id, notice_id)


async def covered_devices(notice_id: UUID, limit: int) -> list[Record]:
    """The devices that a notice is about, those that wait for the action first."""
    return await fetch(
        "select d.number, d.serial, a.name as article_name, d.status, x.done_at, coalesce(u.name, '') as done_by_name"
        " from safety_notice_covers c join device d on d.id = c.device_id join article a on a.id = d.article_id"
        " left join safety_notice_done x on x.notice_id = c.notice_id and x.device_id = d.id"
        " left join user_account u on u.id = x.done_by where c.notice_id = $1"
        " order by x.done_at is not null, d.number limit $2",
        notice_id,
        limit,
    )
