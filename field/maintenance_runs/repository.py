"""Reads and writes of maintenance runs. Every query is bound to one region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, new_id
from app.registry.addresses import postcode_key, street_key
from field.maintenance_runs.proposing import Task

MOST_TASKS = 300

_PLACE = (
    " coalesce(p.street, y.street, '') as street, coalesce(p.postcode, y.postcode, '') as postcode,"
    " coalesce(p.town, y.town, '') as town, coalesce(p.protected_identity, false) as protected, p.id as person_id"
)
_IN_AREA = (
    "(replace(coalesce({postcode}, ''), ' ', '') like $2 || '%' or (not ($2 ~ '^[0-9]') and {town} ilike $2 || '%'))"
)


async def due_tasks(region_id: UUID, area: str, until: date) -> list[Task]:
    """Return the maintenance that is due by a day in an area and not booked, the first due first."""
    rows = await fetch(
        "select d.id, d.number, a.name as title, coalesce(m.due_on, d.next_pm) as latest,"  # noqa: S608 - constants
        " coalesce(m.notified_on, n.given_on) as notified_on, coalesce(m.agreed, false) as agreed,"
        " coalesce(m.state = 'prescriber_contacted', false) as prescriber_said,"
        f" a.site_restriction <> 'none' as site_restricted, h.id is not null as held, w.number as order_number,{_PLACE}"
        " from device d join article a on a.id = d.article_id"
        " left join maintenance_occasion m on m.device_id = d.id and m.ended_at is null"
        " left join work_order w on w.id = m.work_order_id and w.state not in ('closed', 'cancelled')"
        " left join lateral (select x.given_on from pm_notice x where x.device_id = d.id"
        "   and (d.last_pm is null or x.given_on > d.last_pm) order by x.given_on limit 1) n on true"
        " left join holding h on h.device_id = d.id and h.starts_at is not null and h.ends_at is null"
        " left join person p on p.id = h.person_id left join party y on y.id = h.party_id"
        " where d.region_id = $1 and d.next_pm <= $3 and d.status not in ('scrapped', 'lost') and h.id is not null"
        " and coalesce(m.state, 'planned') in ('planned', 'notified', 'prescriber_contacted')"
        f" and {_IN_AREA.format(postcode='coalesce(p.postcode, y.postcode)', town='coalesce(p.town, y.town)')}"
        f" order by d.next_pm, d.id limit {MOST_TASKS}",
        region_id,
        _area(area),
        until,
    )
    return [_task("maintenance", row) for row in rows]


async def waiting_orders(region_id: UUID, area: str) -> list[Task]:
    """Return the open orders of priority 2 in an area that nobody has planned (R-188); the place is the order's."""
    rows = await fetch(
        "select w.id, w.number, a.name as title, null::date as latest, null::date as notified_on, false as agreed,"  # noqa: S608
        " false as prescriber_said, coalesce(w.assessed_place, w.proposed_place) <> 'at_holder' as site_restricted,"
        " true as held, w.number as order_number, w.street, w.postcode, w.town,"
        " coalesce(p.protected_identity, false) as protected, w.person_id"
        " from work_order w join article a on a.id = w.article_id left join person p on p.id = w.person_id"
        " where w.region_id = $1 and coalesce(w.assessed_priority, w.proposed_priority) = 2"
        " and w.state in ('registered', 'triaged') and w.planned_on is null and w.type <> 'preventive'"
        f" and {_IN_AREA.format(postcode='w.postcode', town='w.town')}"
        f" order by w.registered_at, w.id limit {MOST_TASKS}",
        region_id,
        _area(area),
    )
    return [_task("order", row) for row in rows]


def _area(area: str) -> str:
    escaped = area.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return escaped.replace(" ", "") if escaped[:1].isdigit() else escaped


def _task(kind: Any, row: Record) -> Task:
    return Task(kind=kind, key=door_key(row["street"], row["postcode"]), **dict(row))


def door_key(street: str, postcode: str) -> str:
    """Return what makes two ways of writing an address one door."""
    return f"{postcode_key(postcode)} {street_key(street).casefold()}"


async def positions(region_id: UUID, doors: Mapping[str, tuple[str, str]]) -> dict[str, tuple[float, float]]:
    """Return where the doors are, by key; ``doors`` gives street and postcode. Unknown ones are missing."""
    keys = list(doors)
    rows = await fetch(
        "select distinct on (k.key) k.key, a.latitude, a.longitude"
        " from unnest($2::text[], $3::text[], $4::text[]) as k (key, street, postcode)"
        " join address_position a on a.region_id = $1 and a.postcode = k.postcode"
        "  and a.street = swedish_order(k.street)"
        " order by k.key",
        region_id,
        keys,
        [street_key(doors[key][0]) for key in keys],
        [postcode_key(doors[key][1]) for key in keys],
    )
    return {row["key"]: (row["latitude"], row["longitude"]) for row in rows}


async def centre(region_id: UUID) -> tuple[float, float] | None:
    """Return where the technicians set out from: the region's first warehouse with a position."""
    row = await fetch_row(
        "select latitude, longitude from location where region_id = $1 and kind = 'warehouse' and latitude is not null"
        " order by number limit 1",
        region_id,
    )
    return None if row is None else (row["latitude"], row["longitude"])


async def find_devices(region_id: UUID, numbers: Sequence[str]) -> dict[str, UUID]:
    """Return the ids of the region's devices, by number."""
    rows = await fetch(
        "select number, id from device where region_id = $1 and number = any($2)", region_id, list(numbers)
    )
    return {row["number"]: row["id"] for row in rows}


async def find_orders(region_id: UUID, numbers: Sequence[str]) -> dict[str, Record]:
    """Return ``id`` and ``title`` of the region's work orders, by number."""
    rows = await fetch(
        "select w.number, w.id, a.name as title from work_order w join article a on a.id = w.article_id"
        " where w.region_id = $1 and w.number = any($2)",
        region_id,
        list(numbers),
    )
    return {row["number"]: row for row in rows}


async def order_number_of(device_id: UUID) -> str | None:
    """Return the number of the order that the device's open occasion has."""
    row = await fetch_row(
        "select w.number from maintenance_occasion m join work_order w on w.id = m.work_order_id"
        " where m.device_id = $1 and m.ended_at is null",
        device_id,
    )
    return None if row is None else row["number"]


async def insert_run(run_id: UUID, region_id: UUID, by: UUID, at: datetime, values: Mapping[str, Any]) -> bool:
    """Store a run; False when its id is taken."""
    stored = await fetch_row(
        "insert into maintenance_run (id, region_id, name, technician_id, first_day, last_day, published_by,"
        " published_at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing returning id",
        run_id,
        region_id,
        values["name"],
        values["technician_id"],
        values["first_day"],
        values["last_day"],
        by,
        at,
    )
    return stored is not None


async def insert_stop(
    run_id: UUID, region_id: UUID, technician_id: UUID, on_day: date, position: int, tasks: Sequence[Mapping[str, Any]]
) -> None:
    """Store a stop of a run."""
    await execute(
        "insert into maintenance_stop (id, region_id, run_id, technician_id, on_day, position, tasks)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        new_id(),
        region_id,
        run_id,
        technician_id,
        on_day,
        position,
        list(tasks),
    )


async def lock_run(region_id: UUID, run_id: UUID) -> Record | None:
    """Lock a run: ``withdrawn_at``."""
    return await fetch_row(
        "select withdrawn_at from maintenance_run where region_id = $1 and id = $2 for update", region_id, run_id
    )


async def withdraw(run_id: UUID, by: UUID, at: datetime) -> None:
    """Take the run's list off the phone; what it booked stays booked."""
    await execute("update maintenance_run set withdrawn_by = $2, withdrawn_at = $3 where id = $1", run_id, by, at)
    await execute("update maintenance_stop set withdrawn = true where run_id = $1", run_id)


async def list_runs(region_id: UUID, limit: int) -> list[Record]:
    """The region's runs, the newest first, with how many stops there are and how much of it is done."""
    return await fetch(
        "select r.id, r.name, u.name as technician_name, r.first_day, r.last_day, r.published_at, r.withdrawn_at,"
        " (select count(*) from maintenance_stop s where s.run_id = r.id) as stops,"
        " (select count(*) from maintenance_stop s, jsonb_array_elements(s.tasks) t where s.run_id = r.id"
        "   and t ->> 'order_number' is not null) as orders,"
        " (select count(*) from maintenance_stop s, jsonb_array_elements(s.tasks) t join work_order w"
        "   on w.number = t ->> 'order_number' and w.region_id = $1"
        "   where s.run_id = r.id and w.state = 'closed') as done"
        " from maintenance_run r join user_account u on u.id = r.technician_id where r.region_id = $1"
        " order by r.last_day desc, r.id limit $2",
        region_id,
        limit,
    )
