"""All queries of purchases. Every one is bound to one region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value, new_id


@dataclass(frozen=True)
class Purchase:
    """A purchase to be stored, or as it is stored; its numbers are in rising order."""

    id: UUID
    article_id: UUID
    numbers: tuple[str, ...]
    reference: str
    batch: str
    supplier: str
    purchased_on: date
    price_ore: int | None
    warranty_to: date | None
    location_id: UUID | None
    state: str


async def insert_purchase(region_id: UUID, purchase: Purchase, by: UUID, at: datetime) -> bool:
    """Store a purchase; False when its id is taken."""
    stored = await fetch_value(
        "insert into device_purchase (id, region_id, article_id, numbers, reference, supplier, purchased_on, price_ore,"
        " warranty_to, location_id, state, registered_by, registered_at, batch, closed_by, closed_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,"
        " case when $11 <> 'ordered' then $12::uuid end, case when $11 <> 'ordered' then $13::timestamptz end)"
        " on conflict (id) do nothing returning id",
        purchase.id,
        region_id,
        purchase.article_id,
        list(purchase.numbers),
        purchase.reference,
        purchase.supplier,
        purchase.purchased_on,
        purchase.price_ore,
        purchase.warranty_to,
        purchase.location_id,
        purchase.state,
        by,
        at,
        purchase.batch,
    )
    return stored is not None


async def lock_purchase(region_id: UUID, purchase_id: UUID) -> Purchase | None:
    """Lock a purchase."""
    row = await fetch_row(
        "select id, article_id, numbers, reference, batch, supplier, purchased_on, price_ore, warranty_to, location_id,"
        " state from device_purchase where region_id = $1 and id = $2 for update",
        region_id,
        purchase_id,
    )
    return None if row is None else Purchase(**{**dict(row), "numbers": tuple(row["numbers"])})


async def close_purchase(purchase_id: UUID, state: str, by: UUID, at: datetime, batch: str) -> None:
    """What was ordered has come, or does not come."""
    await execute(
        "update device_purchase set state = $2, closed_by = $3, closed_at = $4, batch = $5 where id = $1",
        purchase_id,
        state,
        by,
        at,
        batch,
    )


async def location_exists(region_id: UUID, location_id: UUID) -> bool:
    """True for a place of the region."""
    query = "select exists (select from location where region_id = $1 and id = $2)"
    return bool(await fetch_value(query, region_id, location_id))


async def taken_number(region_id: UUID, numbers: Sequence[str]) -> str | None:
    """Return one of the numbers that a device has."""
    taken: str | None = await fetch_value(
        "select number from device where region_id = $1 and number = any($2) order by number limit 1",
        region_id,
        list(numbers),
    )
    return taken


async def taken_serial(region_id: UUID, article_id: UUID, serials: Sequence[str]) -> str | None:
    """Return one of the serial numbers that a device of the article has."""
    taken: str | None = await fetch_value(
        "select serial from device where region_id = $1 and article_id = $2 and serial = any($3) and serial <> ''"
        " order by serial limit 1",
        region_id,
        article_id,
        list(serials),
    )
    return taken


async def insert_devices(region_id: UUID, purchase: Purchase, serials: Sequence[str], day: date) -> None:
    """Make the purchase's devices, in stock; the first maintenance comes an interval after ``day``."""
    await execute(
        "insert into device (id, region_id, number, serial, article_id, purchased_on, warranty_to, status,"
        " home_location_id, batch, next_pm)"
        " select x.id, $1, x.number, x.serial, a.id, $5, $6, 'in_stock', $7, $10,"
        " ($8::date + make_interval(months => a.pm_interval_months))::date"
        " from unnest($2::uuid[], $3::text[], $4::text[]) x (id, number, serial) join article a on a.id = $9",
        region_id,
        [new_id() for _ in purchase.numbers],
        list(purchase.numbers),
        list(serials) or [""] * len(purchase.numbers),
        purchase.purchased_on,
        purchase.warranty_to,
        purchase.location_id,
        day,
        purchase.article_id,
        purchase.batch,
    )


_PURCHASE = """
select p.id, a.number as article_number, a.name as article_name, cardinality(p.numbers) as count,
  p.numbers[1] as first_number, p.numbers[cardinality(p.numbers)] as last_number, p.reference, p.batch, p.supplier,
  p.purchased_on, p.price_ore, p.warranty_to, coalesce(l.name, '') as location_name, p.state, p.registered_at,
  u.name as registered_by_name, p.closed_at, p.rv,
  case p.state when 'cancelled' then 0
    when 'arrived' then (select count(*) from device d where d.region_id = p.region_id and d.number = any(p.numbers)
      and d.status <> 'scrapped' and not exists (select from device_label v where v.device_id = d.id
        and v.revoked_at is null))
    else cardinality(p.numbers) - (select count(*) from unclaimed_label v where v.region_id = p.region_id
      and v.number = any(p.numbers) and v.discarded_at is null) end as unlabelled
from device_purchase p join article a on a.id = p.article_id join user_account u on u.id = p.registered_by
left join location l on l.id = p.location_id
where p.region_id = $1
"""


async def list_purchases(region_id: UUID, limit: int) -> list[Record]:
    """The region's purchases: what is waited for first, then the newest."""
    return await fetch(
        _PURCHASE + " order by (p.state = 'ordered') desc, p.registered_at desc, p.id limit $2", region_id, limit
    )


async def find_purchase(region_id: UUID, purchase_id: UUID) -> Record | None:
    """One purchase."""
    return await fetch_row(_PURCHASE + " and p.id = $2", region_id, purchase_id)


async def devices_of(region_id: UUID, purchase_id: UUID) -> list[Record]:
    """The purchase's numbers with what has become of them."""
    return await fetch(
        "select n.number, coalesce(d.serial, '') as serial, coalesce(d.status, '') as status"
        " from device_purchase p, unnest(p.numbers) with ordinality n (number, position)"
        " left join device d on d.region_id = $1 and d.number = n.number"
        " where p.region_id = $1 and p.id = $2 order by n.position",
        region_id,
        purchase_id,
    )
