"""Reads and writes of the returns desk. Every query is bound to one region; none of them knows whose the device was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value, new_id
from routing.returns.lifecycle import State


@dataclass(frozen=True)
class DeskDevice:
    """A locked device with its open return, if the desk has begun with it.

    ``pickup_line_id`` is the newest line that it came back on. ``collectable``: it may be on a pick-up order (R-248).
    """

    id: UUID
    region_id: UUID
    number: str
    status: str
    article_id: UUID
    article_name: str
    collectable: bool
    return_id: UUID | None
    state: State | None
    contamination: str | None
    quarantine_until: datetime | None
    pickup_line_id: UUID | None


async def lock_desk_device(region_id: UUID, device_id: UUID) -> DeskDevice | None:
    """Lock the device's row; None when the region has none."""
    await fetch_value("select 1 from device where region_id = $1 and id = $2 for update", region_id, device_id)
    row = await fetch_row(
        "select d.id, d.region_id, d.number, d.status, d.article_id, a.name as article_name,"
        " not a.vision_aid and a.kind <> 'consumable' as collectable, r.id as return_id, r.state, r.contamination,"
        " r.quarantine_until, (select l.id from pickup_line l where l.device_id = d.id and l.state = 'arrived'"
        "   order by l.arrived_at desc, l.id limit 1) as pickup_line_id"
        " from device d join article a on a.id = d.article_id"
        " left join device_return r on r.device_id = d.id and r.state <> 'done' where d.region_id = $1 and d.id = $2",
        region_id,
        device_id,
    )
    if row is None:
        return None
    return DeskDevice(**{**dict(row), "state": State(row["state"]) if row["state"] else None})


async def line_to_arrive(device_id: UUID) -> UUID | None:
    """Return the pick-up line that waits for the device, one that was lost on the way too; open ones first."""
    line_id: UUID | None = await fetch_value(
        "select id from pickup_line where device_id = $1 and state in ('requested', 'planned', 'collected', 'lost')"
        " order by state = 'lost', collected_at desc nulls last, id limit 1",
        device_id,
    )
    return line_id


async def insert_arrival(
    device: DeskDevice, *, holder_id: UUID | None, at: datetime, by: UUID, scan_raw: str | None, command_id: UUID
) -> None:
    """Store the custody event of an arrival that is on no order: from the holder, else from where it was seen last."""
    await execute(
        "insert into custody_event (id, region_id, device_id, article_id, kind, from_kind, from_id, to_kind, to_id, at,"
        " by_user, scan_raw, command_id)"
        " select $1, $2, $3, $4, 'arrive', case when $5::uuid is not null then 'holder' else coalesce(c.to_kind,"
        "   'location') end, coalesce($5, c.to_id, w.id), 'location', w.id, $6, $7, $8, $9"
        " from (select id from location where region_id = $2 and kind = 'warehouse'"
        "   order by id <> (select home_location_id from device where id = $3), number limit 1) w"
        " left join lateral (select to_kind, to_id from custody_event where device_id = $3 and standing = 'chain'"
        "   and at <= $6 order by at desc, id desc limit 1) c on true",
        new_id(),
        device.region_id,
        device.id,
        device.article_id,
        holder_id,
        at,
        by,
        scan_raw,
        command_id,
    )


async def set_status(device_id: UUID, status: str, *, scrapped_on: date | None = None) -> None:
    """Give the device its status."""
    await execute(
        "update device set status = $2, scrapped_on = coalesce($3, scrapped_on) where id = $1",
        device_id,
        status,
        scrapped_on,
    )


async def insert_return(values: Mapping[str, Any]) -> UUID:
    """Insert a return and give back its id."""
    made = new_id()
    values = {"id": made, **values}
    columns = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await execute(f"insert into device_return ({columns}) values ({places})", *values.values())  # noqa: S608
    return made


async def update_return(return_id: UUID, values: Mapping[str, Any]) -> None:
    """Set columns of a return. Column names come from the code, never from outside."""
    columns = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, start=2))
    await execute(f"update device_return set {columns} where id = $1", return_id, *values.values())  # noqa: S608


@dataclass(frozen=True)
class Part:
    """A part that belongs to the device."""

    id: UUID
    number: str
    name: str
    quantity: int


async def parts_of(device_id: UUID) -> dict[UUID, Part]:
    """Return the device's parts with their K-numbers (R-143), by id."""
    rows = await fetch(
        "select c.id, 'K-' || c.main_number as number, a.name, c.quantity from device_component c"
        " join article a on a.id = c.article_id where c.device_id = $1 order by a.name, c.id",
        device_id,
    )
    return {row["id"]: Part(**dict(row)) for row in rows}


async def insert_part(
    region_id: UUID, return_id: UUID, part: Part, found: int, asked: UUID | None, command_id: UUID
) -> None:
    """Keep how many of a part the inspection found, and who was asked for the rest."""
    await execute(
        "insert into return_part (id, region_id, return_id, component_id, expected, found, asked_user, command_id)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new_id(),
        region_id,
        return_id,
        part.id,
        part.quantity,
        found,
        asked,
        command_id,
    )


async def whom_to_ask(device_id: UUID) -> UUID | None:
    """Return who answers for what is missing: the prescriber, else whoever registered the return; active users only."""
    user_id: UUID | None = await fetch_value(
        "select u.id from (select p.prescriber_id, p.registered_by, l.arrived_at from pickup_line l"
        "   join pickup_order p on p.id = l.pickup_order_id where l.device_id = $1 and l.state = 'arrived'"
        "   order by l.arrived_at desc, l.id limit 1) x"
        " left join lateral (select h.prescriber_id from holding h where h.device_id = $1 and h.ends_at is not null"
        "   order by h.ends_at desc limit 1) h on true"
        " join user_account u on u.id = any(array[x.prescriber_id, h.prescriber_id, x.registered_by]) and u.active"
        " order by array_position(array[x.prescriber_id, h.prescriber_id, x.registered_by], u.id) limit 1",
        device_id,
    )
    return user_id


# ---------------------------------------------------------------- buy-back


async def lock_purchase(region_id: UUID, line_id: UUID) -> Record | None:
    """Lock a pick-up line that may be bought back, with its article and when it was delivered and came back."""
    await fetch_value("select 1 from pickup_line where region_id = $1 and id = $2 for update", region_id, line_id)
    return await fetch_row(
        "select l.id, l.state, l.charging, a.kind, a.stock_status, h.starts_at as delivered_at,"
        " coalesce(l.collected_at, l.arrived_at) as returned_at,"
        " exists (select from buy_back b where b.pickup_line_id = l.id) as judged"
        " from pickup_line l join article a on a.id = l.article_id left join holding h on h.id = l.holding_id"
        " where l.region_id = $1 and l.id = $2",
        region_id,
        line_id,
    )


async def insert_buy_back(values: Mapping[str, Any]) -> None:
    """Keep the answer."""
    values = {"id": new_id(), **values}
    columns = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await execute(f"insert into buy_back ({columns}) values ({places})", *values.values())  # noqa: S608


# ---------------------------------------------------------------- what the desk reads

_DESK: Final = """
select d.id as device_id, d.number, a.name as article_name, a.number as article_number, d.status,
  coalesce(r.state, '') as state, coalesce(r.contamination, 'none') as contamination, r.quarantine_until, r.note,
  r.result, r.disposition, coalesce(l.arrived_at, r.received_at) as arrived_at,
  coalesce(l.hygiene, 'unknown') as hygiene,
  coalesce(o.number, '') as pickup_number, exists (select from device_block b where b.device_id = d.id
    and b.lifted_at is null) or exists (select from safety_notice_stops n where n.device_id = d.id) as stopped,
  (select count(*) from device_component c where c.device_id = d.id)::int as parts,
  (select count(*) from device_component c join lateral (select x.counted from collected_part x
      where x.component_id = c.id and x.undone_by is null and x.task_id = t.id order by x.at desc, x.id desc limit 1) x
      on true where c.device_id = d.id and x.counted < c.quantity)::int as missing
from device d join article a on a.id = d.article_id
left join lateral (select * from device_return r where r.device_id = d.id
  order by (r.state <> 'done') desc, r.received_at desc, r.id desc limit 1) r on true
left join lateral (select * from pickup_line l where l.device_id = d.id and l.state = 'arrived'
  order by l.arrived_at desc, l.id limit 1) l on true
left join pickup_order o on o.id = l.pickup_order_id and o.kind = 'normal'
left join lateral (select id from stop_task t where t.pickup_line_id = l.id
  order by t.done_at desc nulls last, t.id limit 1) t on true
where d.region_id = $1
"""

_AT_THE_DESK: Final = " and d.status in ('arrived', 'cleaning', 'inspection', 'in_repair', 'quarantined')"


async def desk(region_id: UUID, limit: int) -> list[Record]:
    """Return what stands at the desk: what has waited longest first."""
    return await fetch(
        _DESK
        + _AT_THE_DESK
        + " order by array_position(array['inspection', 'cleaning', 'arrived', 'quarantined', 'in_repair'], d.status),"
        " coalesce(l.arrived_at, r.received_at) nulls first, d.number limit $2",
        region_id,
        limit,
    )


async def desk_device(region_id: UUID, number: str) -> Record | None:
    """Return one device as the desk sees it, whatever its status."""
    return await fetch_row(_DESK + " and d.number = $2", region_id, number)


async def desk_parts(device_id: UUID) -> list[Record]:
    """Return the device's parts: how many belong to it, what the driver counted last, and what was found last."""
    return await fetch(
        "select c.id, 'K-' || c.main_number as number, a.number as article_number, a.name as article_name, c.quantity,"
        " (select x.counted from collected_part x where x.component_id = c.id and x.undone_by is null"
        "   order by x.at desc, x.id desc limit 1) as counted,"
        " (select p.found from return_part p join device_return r on r.id = p.return_id where p.component_id = c.id"
        "   order by r.received_at desc, p.id desc limit 1) as found"
        " from device_component c join article a on a.id = c.article_id where c.device_id = $1 order by a.name, c.id",
        device_id,
    )


async def purchases(region_id: UUID, limit: int) -> list[Record]:
    """Return purchases that have come back and nobody has judged, and those that were judged last."""
    return await fetch(
        "select l.id as line_id, d.number as device_number, a.number as article_number, a.name as article_name,"
        " l.quantity, l.arrived_at, h.starts_at as delivered_at, a.stock_status, b.accepted,"
        " coalesce(b.reason, '') as reason"
        " from pickup_line l join article a on a.id = l.article_id left join device d on d.id = l.device_id"
        " left join holding h on h.id = l.holding_id left join buy_back b on b.pickup_line_id = l.id"
        " where l.region_id = $1 and l.state = 'arrived' and l.charging in ('sale', 'sale_with_return')"
        " and l.arrived_at > now() - interval '60 days'"
        " order by b.judged_at is not null, l.arrived_at desc, l.id limit $2",
        region_id,
        limit,
    )
