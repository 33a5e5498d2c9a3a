"""The queries of technical exchanges and of the devices that are kept for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row
from app.identity.actor import Actor
from field.work_orders.likeness import ExchangeDevice

_FACTS = """
select d.id, d.status, d.article_id, a.name as article_name, a.exchangeable, a.stock_status = 'expired' as expired,
  exists (select from device_block b where b.device_id = d.id and b.lifted_at is null)
    or exists (select from safety_notice_stops s where s.device_id = d.id) as stopped,
  exists (select from holding h where h.device_id = d.id and h.starts_at is not null and h.ends_at is null) as held,
  (select w.id from work_order w where w.reserved_device_id = d.id and w.state not in ('closed', 'cancelled'))
    as reserved_for
from device d join article a on a.id = d.article_id where d.region_id = $1 and d.id = $2
"""


async def exchange_device(region_id: UUID, device_id: UUID) -> ExchangeDevice:
    """Return what the rules look at; the caller holds the device's lock."""
    row = await fetch_row(_FACTS, region_id, device_id)
    if row is None:
        raise LookupError("the device was found before")
    return ExchangeDevice(**dict(row))


async def insert_exchange(
    region_id: UUID, order_id: UUID, old: UUID, new: UUID, by: UUID, command_id: UUID, at: datetime,
    *, data_uploaded: bool | None, note: str,
) -> None:  # fmt: skip
    """Store the exchange as whoever made it tells of it; its id is the command's."""
    await execute(
        "insert into technical_exchange (id, region_id, work_order_id, old_device_id, new_device_id, at, data_uploaded,"
        " note, by_id, command_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $1)",
        command_id,
        region_id,
        order_id,
        old,
        new,
        at,
        data_uploaded,
        note,
        by,
    )


async def exchange_of(command_id: UUID) -> Record | None:
    """Return the exchange that a command has told of."""
    return await fetch_row(
        "select old_device_id, new_device_id, at from technical_exchange where command_id = $1", command_id
    )


async def set_status(device_id: UUID, status: str) -> None:
    """Set where a device stands in its life."""
    await execute("update device set status = $2 where id = $1", device_id, status)


async def alike_devices(actor: Actor, order_id: UUID, models: list[str], limit: int) -> list[Record]:
    """Return devices that could be exchanged for the order's own: free, of the same article or of the region's list."""
    return await fetch(
        "select d.number, a.name as article_name, coalesce(l.name, '') as place, d.article_id = o.article_id as same"
        " from work_order w join device o on o.id = w.device_id join article oa on oa.id = o.article_id"
        " join article a on a.region_id = w.region_id and (a.id = oa.id or (a.name = any($3) and oa.name = any($3)))"
        " join device d on d.article_id = a.id and d.id <> o.id and d.status = 'in_stock'"
        " left join location l on l.id = d.home_location_id"
        " where w.region_id = $1 and w.id = $2 and (oa.exchangeable or oa.name = any($3))"
        " and not exists (select from work_order r where r.reserved_device_id = d.id"
        "   and r.state not in ('closed', 'cancelled'))"
        " and not exists (select from holding h where h.device_id = d.id and h.starts_at is not null"
        "   and h.ends_at is null)"
        " and not exists (select from device_block b where b.device_id = d.id and b.lifted_at is null)"
        " and not exists (select from safety_notice_stops s where s.device_id = d.id)"
        " order by same desc, l.kind = 'van' desc nulls last, l.name, d.number limit $4",
        actor.region_id,
        order_id,
        models,
        limit,
    )


async def insert_deviation(columns: dict[str, Any]) -> None:
    """Store a deviation; it never changes."""
    names, places = ", ".join(columns), ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    await execute(f"insert into deviation ({names}) values ({places})", *columns.values())  # noqa: S608 - names of ours
