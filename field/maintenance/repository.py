"""Reads and writes of plans and occasions. Every query is bound to one region; the device is locked first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value, new_id
from field.maintenance.lifecycle import DueFrom, Facts, State


@dataclass(frozen=True)
class PlanFacts:
    """The plan that holds for a device."""

    plan_id: UUID
    name: str
    interval_months: int
    due_from: DueFrom
    template_id: str
    template_version: int


@dataclass(frozen=True)
class DeviceDue:
    """A locked device, as far as maintenance looks at it. ``notified_on``: told since the last maintenance (R-228)."""

    id: UUID
    number: str
    status: str
    article_name: str
    site_restricted: bool
    last_pm: date | None
    next_pm: date | None
    notified_on: date | None
    notified_how: str | None
    held: bool


@dataclass(frozen=True)
class Occasion:
    """An open occasion whose device is locked."""

    id: UUID
    device_id: UUID
    due_on: date
    state: State
    work_order_id: UUID | None
    notified_on: date | None
    agreed: bool
    technician_id: UUID | None
    performed_on: date | None
    held: bool

    @property
    def facts(self) -> Facts:
        """What the rules look at."""
        return Facts(self.state, self.notified_on, self.agreed, self.held)


async def lock_device(region_id: UUID, device_id: UUID) -> DeviceDue | None:
    """Lock a device; every change of its occasion goes through this lock, so that there is one at a time."""
    await fetch_value("select 1 from device where region_id = $1 and id = $2 for update", region_id, device_id)
    row = await fetch_row(
        "select d.id, d.number, d.status, a.name as article_name, a.site_restriction <> 'none' as site_restricted,"
        " d.last_pm, d.next_pm, n.given_on as notified_on, n.how as notified_how,"
        " exists (select from holding h where h.device_id = d.id and h.starts_at is not null and h.ends_at is null)"
        "   as held"
        " from device d join article a on a.id = d.article_id"
        " left join lateral (select p.given_on, p.how from pm_notice p where p.device_id = d.id"
        "   and (d.last_pm is null or p.given_on > d.last_pm) order by p.given_on, p.recorded_at limit 1) n on true"
        " where d.region_id = $1 and d.id = $2",
        region_id,
        device_id,
    )
    return None if row is None else DeviceDue(**dict(row))


async def plan_of(device_id: UUID) -> PlanFacts | None:
    """Return the plan that holds for a device: its own, its article's, or its class's."""
    row = await fetch_row(
        "select plan_id, name, interval_months, due_from, template_id, template_version from device_maintenance"
        " where device_id = $1",
        device_id,
    )
    return None if row is None else PlanFacts(**dict(row))


_OCCASION = (
    "select id, device_id, due_on, state, work_order_id, notified_on, agreed, technician_id, performed_on,"
    " exists (select from holding h where h.device_id = m.device_id and h.starts_at is not null and h.ends_at is null)"
    "   as held"
    " from maintenance_occasion m where "
)


async def open_occasion(device_id: UUID) -> Occasion | None:
    """Return the device's open occasion."""
    return _occasion(await fetch_row(_OCCASION + "device_id = $1 and ended_at is null", device_id))


def _occasion(row: Record | None) -> Occasion | None:
    return None if row is None else Occasion(**{**dict(row), "state": State(row["state"])})


async def insert_occasion(
    region_id: UUID, device: DeviceDue, plan: PlanFacts | None, due_on: date, at: datetime
) -> Occasion:
    """Open an occasion; one that was announced before begins as notified."""
    occasion_id = new_id()
    state = State.PLANNED if device.notified_on is None else State.NOTIFIED
    await execute(
        "insert into maintenance_occasion (id, region_id, device_id, plan_id, due_on, state, notified_on, notified_how,"
        " opened_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        occasion_id,
        region_id,
        device.id,
        None if plan is None else plan.plan_id,
        due_on,
        state.value,
        device.notified_on,
        device.notified_how,
        at,
    )
    return Occasion(
        id=occasion_id,
        device_id=device.id,
        due_on=due_on,
        state=state,
        work_order_id=None,
        notified_on=device.notified_on,
        agreed=False,
        technician_id=None,
        performed_on=None,
        held=device.held,
    )


async def update_occasion(occasion_id: UUID, values: Mapping[str, Any]) -> None:
    """Set columns of an occasion. Column names come from the code, never from outside."""
    columns = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, start=2))
    await execute(f"update maintenance_occasion set {columns} where id = $1", occasion_id, *values.values())  # noqa: S608


async def order_of_device(region_id: UUID, device_id: UUID) -> UUID | None:
    """Return an open order for preventive maintenance on the device."""
    order: UUID | None = await fetch_value(
        "select id from work_order where region_id = $1 and device_id = $2 and type = 'preventive'"
        " and state not in ('closed', 'cancelled') order by registered_at limit 1",
        region_id,
        device_id,
    )
    return order


async def is_open(order_id: UUID) -> bool:
    """True while the work order is neither closed nor cancelled."""
    return bool(
        await fetch_value("select state not in ('closed', 'cancelled') from work_order where id = $1", order_id)
    )


async def lock_order_of_device(region_id: UUID, device_id: UUID) -> None:
    """Lock the device's open maintenance order before the device, as everybody does."""
    await fetch(
        "select 1 from work_order where region_id = $1 and device_id = $2 and type = 'preventive'"
        " and state not in ('closed', 'cancelled') order by id for update",
        region_id,
        device_id,
    )


async def prescriber_of(device_id: UUID) -> UUID | None:
    """Return who prescribed the device to its holder."""
    prescriber: UUID | None = await fetch_value(
        "select prescriber_id from holding where device_id = $1 and starts_at is not null and ends_at is null",
        device_id,
    )
    return prescriber


async def is_blocked_for(device_id: UUID, reason: str) -> bool:
    """True when the device is blocked for that reason and no other."""
    return bool(
        await fetch_value(
            "select exists (select from device_block where device_id = $1 and lifted_at is null and reason = $2)",
            device_id,
            reason,
        )
    )


async def void_gone(now: datetime, limit: int) -> int:
    """End the occasions of devices that are scrapped, lost or on their way back; what is begun stays open."""
    tag = await execute(
        "update maintenance_occasion set state = 'void', ended_at = $1, work_order_id = null where id in ("
        " select m.id from maintenance_occasion m join device d on d.id = m.device_id"
        " where m.ended_at is null and m.state in ('planned', 'notified', 'contact_failed', 'prescriber_contacted',"
        "   'booked') and d.status in ('scrapped', 'lost', 'collected', 'arrived')"
        " order by m.id limit $2 for update of m skip locked)",
        now,
        limit,
    )
    return int(tag.split()[-1])


# ---------------------------------------------------------------- plans


async def find_plan(region_id: UUID, plan_id: UUID) -> Record | None:
    """Lock a plan: ``ended_at``, ``device_id``, ``article_id``, ``iso_class``, ``rv``."""
    return await fetch_row(
        "select ended_at, device_id, article_id, iso_class, rv from maintenance_plan where region_id = $1 and id = $2"
        " for update",
        region_id,
        plan_id,
    )


async def plan_taken(region_id: UUID, own_id: UUID, target: Mapping[str, Any]) -> str | None:
    """Return the name of another plan that holds for the same device, article or class."""
    name: str | None = await fetch_value(
        "select name from maintenance_plan where region_id = $1 and id <> $2 and ended_at is null"
        " and (device_id = $3 or article_id = $4 or iso_class = $5)",
        region_id,
        own_id,
        target["device_id"],
        target["article_id"],
        target["iso_class"],
    )
    return name


async def store_plan(region_id: UUID, plan_id: UUID, by: UUID, at: datetime, values: Mapping[str, Any]) -> None:
    """Store a plan, or what a plan now says."""
    names = list(values)
    places = ", ".join(f"${number}" for number in range(5, 5 + len(names)))
    sets = ", ".join(f"{name} = excluded.{name}" for name in ("made_by", "made_at", *names))
    await execute(
        f"insert into maintenance_plan (id, region_id, made_by, made_at, {', '.join(names)})"  # noqa: S608 - names of columns
        f" values ($1, $2, $3, $4, {places}) on conflict (id) do update set {sets}",
        plan_id,
        region_id,
        by,
        at,
        *values.values(),
    )


async def end_plan(plan_id: UUID, by: UUID, at: datetime) -> None:
    """The plan no longer holds."""
    await execute("update maintenance_plan set ended_by = $2, ended_at = $3 where id = $1", plan_id, by, at)


async def give_dates(plan_id: UUID, today: date) -> tuple[int, int]:
    """Give the plan's devices a due day, and return (devices that the plan is for, devices that got another day).

    A device without a date is due an interval after its last maintenance, else after it was bought, else now. A date
    that lies later than the plan allows moves nearer; none ever moves away.
    """
    row = await fetch_row(
        "with covered as (select d.id, d.next_pm, m.interval_months,"
        "   (coalesce(d.last_pm, d.purchased_on) + make_interval(months => m.interval_months))::date as latest"
        "   from device_maintenance m join device d on d.id = m.device_id"
        "   where m.plan_id = $1 and d.status not in ('scrapped', 'lost')),"
        " moved as (update device d set next_pm = coalesce(c.latest, $2::date) from covered c"
        "   where d.id = c.id and (c.next_pm is null or c.next_pm > c.latest) returning d.id)"
        " select (select count(*) from covered) as covered, (select count(*) from moved) as moved",
        plan_id,
        today,
    )
    # Phones hold the cards of devices with open orders; such a card names the plan's protocol.
    await execute(
        "update device set rv = rv where id in (select m.device_id from device_maintenance m join work_order w"
        " on w.device_id = m.device_id where m.plan_id = $1 and w.state not in ('closed', 'cancelled'))",
        plan_id,
    )
    return (0, 0) if row is None else (row["covered"], row["moved"])


async def list_plans(region_id: UUID) -> list[Record]:
    """The region's plans, those that hold first."""
    return await fetch(
        "select p.id, p.name, d.number as device_number, a.number as article_number, a.name as article_name,"
        " p.iso_class, p.ground, p.ground_text, p.interval_months, p.due_from, p.template_id, p.template_version,"
        " u.name as made_by_name, p.made_at, p.ended_at, p.rv"
        " from maintenance_plan p left join device d on d.id = p.device_id left join article a on a.id = p.article_id"
        " join user_account u on u.id = p.made_by where p.region_id = $1"
        " order by p.ended_at is not null, p.name, p.id limit 500",
        region_id,
    )
