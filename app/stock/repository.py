"""All queries of stock-taking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value, new_id
from app.stock.differences import ON_SHELF, Finding, Known


@dataclass(frozen=True)
class CountedLine:
    """A line to be stored."""

    number: str
    finding: Finding
    device_id: UUID | None = None
    device: Known | None = None
    scan_raw: str | None = None
    scanned_at: datetime | None = None


@dataclass(frozen=True)
class OpenLine:
    """A stored line, and its device as it is now."""

    id: UUID
    number: str
    finding: Finding
    adjusted: bool
    device_id: UUID | None
    device: Known | None
    held: bool


async def location_exists(region_id: UUID, location_id: UUID) -> bool:
    """True for a place of the region."""
    query = "select exists (select 1 from location where region_id = $1 and id = $2)"
    return bool(await fetch_value(query, region_id, location_id))


async def find_devices(region_id: UUID, numbers: Sequence[str]) -> dict[str, tuple[UUID, Known]]:
    """The region's devices of these numbers."""
    rows = await fetch(
        "select id, number, status, home_location_id from device where region_id = $1 and number = any($2)",
        region_id,
        list(numbers),
    )
    return {row["number"]: (row["id"], Known(row["status"], row["home_location_id"])) for row in rows}


async def on_shelf(region_id: UUID, location_id: UUID) -> list[tuple[UUID, str, Known]]:
    """The devices that must stand at a place, lowest number first."""
    rows = await fetch(
        "select id, number, status, home_location_id from device"
        " where region_id = $1 and home_location_id = $2 and status = any($3) order by number",
        region_id,
        location_id,
        sorted(ON_SHELF),
    )
    return [(row["id"], row["number"], Known(row["status"], row["home_location_id"])) for row in rows]


async def insert_count(
    count_id: UUID, region_id: UUID, location_id: UUID, by: UUID, begun_at: datetime, at: datetime, note: str
) -> bool:
    """Store a count; False when its id is taken."""
    stored = await fetch_value(
        "insert into stock_count (id, region_id, location_id, counted_by, begun_at, counted_at, note)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning id",
        count_id,
        region_id,
        location_id,
        by,
        begun_at,
        at,
        note,
    )
    return stored is not None


async def insert_lines(region_id: UUID, count_id: UUID, lines: Sequence[CountedLine]) -> None:
    """Store a count's lines, in one statement."""
    await execute(
        "insert into stock_count_line (id, region_id, count_id, number, device_id, scan_raw, scanned_at, finding,"
        " status, home_location_id) select l.id, $1, $2, l.number, l.device_id, l.scan_raw, l.scanned_at, l.finding,"
        " l.status, l.home from unnest($3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::timestamptz[], $8::text[],"
        " $9::text[], $10::uuid[]) as l (id, number, device_id, scan_raw, scanned_at, finding, status, home)",
        region_id,
        count_id,
        [new_id() for _ in lines],
        [line.number for line in lines],
        [line.device_id for line in lines],
        [line.scan_raw for line in lines],
        [line.scanned_at for line in lines],
        [line.finding for line in lines],
        [line.device and line.device.status for line in lines],
        [line.device and line.device.home for line in lines],
    )


async def lock_count(region_id: UUID, count_id: UUID) -> Record | None:
    """Lock a count: ``location_id``."""
    return await fetch_row(
        "select location_id from stock_count where region_id = $1 and id = $2 for update", region_id, count_id
    )


async def lock_lines(count_id: UUID, numbers: Sequence[str]) -> dict[str, OpenLine]:
    """Lock the devices of these lines, and return both."""
    rows = await fetch(
        "select l.id, l.number, l.finding, l.adjusted, l.device_id, d.status, d.home_location_id,"
        " exists (select 1 from holding h where h.device_id = d.id and h.starts_at is not null and h.ends_at is null)"
        " as held"
        " from stock_count_line l left join device d on d.id = l.device_id"
        " where l.count_id = $1 and l.number = any($2) order by l.number for update of l",
        count_id,
        list(numbers),
    )
    return {
        row["number"]: OpenLine(
            row["id"],
            row["number"],
            row["finding"],
            row["adjusted"] is not None,
            row["device_id"],
            None if row["device_id"] is None else Known(row["status"], row["home_location_id"]),
            row["held"],
        )
        for row in rows
    }


async def place_device(device_id: UUID, location_id: UUID, status: str) -> None:
    """The device belongs to the place from now on."""
    await execute(
        "update device set home_location_id = $2, status = $3 where id = $1",
        device_id,
        location_id,
        status,
    )


async def lose_device(device_id: UUID) -> None:
    """Nobody knows where the device is."""
    await execute("update device set status = 'lost' where id = $1", device_id)


async def mark_adjusted(line_id: UUID, deed: str, at: datetime, by: UUID, reason: str, note: str) -> None:
    """A difference is put right, by whom and why."""
    await execute(
        "update stock_count_line set adjusted = $2, adjusted_at = $3, adjusted_by = $4, reason = $5, reason_note = $6"
        " where id = $1",
        line_id,
        deed,
        at,
        by,
        reason,
        note,
    )


async def touch_count(count_id: UUID) -> int:
    """Give the count its next version."""
    query = "update stock_count set note = note where id = $1 returning rv"
    return int(await fetch_value(query, count_id))


_HIT = """
select c.id, c.location_id, p.name as location_name, c.begun_at, c.counted_at, c.note, c.rv, u.name as counted_by_name,
  count(l.id) filter (where l.finding <> 'missing') as counted,
  count(l.id) filter (where l.finding <> 'expected') as differences,
  count(l.id) filter (where l.finding <> 'expected' and l.adjusted is null) as open
from stock_count c join location p on p.id = c.location_id join user_account u on u.id = c.counted_by
left join stock_count_line l on l.count_id = c.id
where c.region_id = $1 and {which}
group by c.id, p.id, u.id order by c.counted_at desc, c.id limit 50
"""


async def list_counts(region_id: UUID, location_id: UUID | None) -> list[Record]:
    """The newest counts of the region or of one place."""
    return await fetch(_HIT.format(which="($2::uuid is null or c.location_id = $2)"), region_id, location_id)


async def find_count(region_id: UUID, count_id: UUID) -> Record | None:
    """One count."""
    return await fetch_row(_HIT.format(which="c.id = $2"), region_id, count_id)


async def find_differences(count_id: UUID) -> list[Record]:
    """A count's differences, the missing ones first."""
    return await fetch(
        "select l.number, coalesce(a.name, '') as article_name, l.finding, coalesce(d.status, '') as status,"
        " coalesce(h.name, '') as home, l.adjusted, l.adjusted_at, coalesce(u.name, '') as adjusted_by_name, l.reason,"
        " l.reason_note from stock_count_line l left join device d on d.id = l.device_id"
        " left join article a on a.id = d.article_id left join location h on h.id = d.home_location_id"
        " left join user_account u on u.id = l.adjusted_by where l.count_id = $1 and l.finding <> 'expected'"
        " order by array_position(array['missing', 'elsewhere', 'unexpected', 'unknown'], l.finding), l.number",
        count_id,
    )
