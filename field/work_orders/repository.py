"""Reads and writes of work orders and of what was done in them. Every query is bound to one region.

Rows are locked in one order: the work order first, then the device.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.database import execute, fetch, fetch_row, fetch_value, new_id
from app.identity.actor import Actor
from app.identity.scopes import work_order_scope_sql
from field.work_orders.arguments import Part, TimeEntry
from field.work_orders.lifecycle import BasicNeed, OrderFacts, Place, State

#: Lines of an undone command stay in the log but no longer count (sync case 26). ``w`` is the order.
COUNTS: Final = (
    "not exists (select from command_log u where u.aggregate = w.id and u.type = 'work_order.undo'"
    " and u.verdict = 'applied' and u.result ->> 'undone' = {alias}.command_id::text)"
)

#: What an undo may put back.
RESTORABLE: Final = (
    "state",
    "waiting_for",
    "started_at",
    "started_by",
    "assigned_to",
    "assessed_priority",
    "assessed_place",
    "assessed_basic_need",
    "assessed_by",
    "assessed_at",
    "assessment_final",
    "team_id",
    "contact_due",
    "start_due",
    "done_due",
    "missed_told_at",
    "referred_at",
)


@dataclass(frozen=True)
class LockedOrder:
    """A work order whose row is locked until the transaction ends."""

    id: UUID
    region_id: UUID
    number: str
    type: str
    state: State
    waiting_for: str | None
    device_id: UUID | None
    article_name: str
    site_restricted: bool
    prescriber_id: UUID | None
    registered_by: UUID | None
    proposed_priority: int
    proposed_place: Place
    proposed_basic_need: BasicNeed | None
    assessed_priority: int | None
    assessment_final: bool
    team_id: UUID | None
    assigned_to: UUID | None
    started_by: UUID | None
    reserved_device_id: UUID | None
    registered_at: datetime
    contacted_at: datetime | None
    time_entries: int
    rv: int
    held_by_somebody: bool
    entitled: bool

    @property
    def facts(self) -> OrderFacts:
        """What the rules look at."""
        return OrderFacts(
            state=self.state,
            assigned_to=self.assigned_to,
            started_by=self.started_by,
            assessment_final=self.assessment_final,
            site_restricted=self.site_restricted,
            time_entries=self.time_entries,
            rv=self.rv,
        )

    @property
    def public_state(self) -> dict[str, Any]:
        """The state for a refusal's answer: nothing about a person."""
        return {
            "number": self.number,
            "state": self.state.value,
            "waiting_for": self.waiting_for,
            "assigned_to": self.assigned_to,
            "team_id": self.team_id,
            "rv": self.rv,
        }


async def lock_order(actor: Actor, order_id: UUID) -> LockedOrder | None:
    """Lock the order's row; None when the region has none.

    ``entitled`` is False when the order is not the actor's: neither in scope now nor assigned to the actor before, as
    it is when somebody works offline on an order that was given to a colleague meanwhile (sync case 2).
    """
    # Two statements: what stands in other tables must be read after the lock was got, not when it was asked for.
    await fetch_value("select 1 from work_order where id = $1 and region_id = $2 for update", order_id, actor.region_id)
    scope, parameters = work_order_scope_sql(actor, alias="w", first=4)
    row = await fetch_row(
        "select w.id, w.region_id, w.number, w.type, w.state, w.waiting_for, w.device_id, a.name as article_name,"  # noqa: S608
        " a.site_restriction <> 'none' as site_restricted, w.prescriber_id, w.registered_by, w.proposed_priority,"
        " w.proposed_place, w.proposed_basic_need, w.assessed_priority, w.assessment_final, w.team_id, w.assigned_to,"
        " w.started_by, w.reserved_device_id, w.registered_at, w.contacted_at, w.rv,"
        " coalesce(w.person_id, w.party_id) is not null as held_by_somebody,"
        f" (select count(*) from time_entry t where t.work_order_id = w.id and {COUNTS.format(alias='t')})"
        "   as time_entries,"
        f" ({scope} or exists (select from command_log c where c.aggregate = w.id"
        "   and c.verdict = 'applied' and c.result ->> 'previous' = $3)) as entitled"
        " from work_order w join article a on a.id = w.article_id"
        " where w.id = $1 and w.region_id = $2",
        order_id,
        actor.region_id,
        str(actor.user_id),
        *parameters,
    )
    return None if row is None else LockedOrder(**{**dict(row), "state": State(row["state"])})


async def update_order(order_id: UUID, values: Mapping[str, Any]) -> int:
    """Set columns of an order and return its new row version. Column names come from the code, never from outside."""
    columns = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, start=2))
    rv: int = await fetch_value(
        f"update work_order set {columns or 'rv = rv'} where id = $1 returning rv",  # noqa: S608
        order_id,
        *values.values(),
    )
    return rv


async def insert_order(values: Mapping[str, Any]) -> bool:
    """Insert an order. False when its id exists already."""
    columns = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    inserted = await fetch_value(
        f"insert into work_order ({columns}) values ({places}) on conflict (id) do nothing returning true",  # noqa: S608
        *values.values(),
    )
    return bool(inserted)


async def order_version(order_id: UUID) -> int:
    """Return the order's row version, after all writes."""
    rv: int = await fetch_value("select rv from work_order where id = $1", order_id)
    return rv


async def stored_verdict(order_id: UUID) -> str | None:
    """Return the verdict that holds for the order's protocols."""
    verdict: str | None = await fetch_value("select protocol_verdict from work_order where id = $1", order_id)
    return verdict


async def order_in_region(region_id: UUID, order_id: UUID) -> bool:
    """True when the region has that order."""
    return bool(
        await fetch_value(
            "select exists (select from work_order where region_id = $1 and id = $2)", region_id, order_id
        )
    )


async def reports_answered(order_id: UUID) -> set[str]:
    """Return the states of the fault reports that the order answers; empty for most orders."""
    rows = await fetch("select distinct state from fault_report where work_order_id = $1", order_id)
    return {row["state"] for row in rows}


async def scan_recorded_today(region_id: UUID, scan: str, now: datetime) -> bool:
    """True when the same unknown text, told by its hash, has been recorded within a day."""
    return bool(
        await fetch_value(
            "select exists (select from command_log where region_id = $1 and type = 'device.scan'"
            " and received_at > $3::timestamptz - interval '1 day' and code = 'label.unknown'"
            " and detail->>'scan' = $2)",
            region_id,
            scan,
            now,
        )
    )


async def failed_attempts(order_id: UUID) -> int:
    """Return how often nobody was reached (R-157)."""
    return int(
        await fetch_value(
            "select count(*) from contact_attempt where work_order_id = $1 and result <> 'reached'", order_id
        )
    )


async def duplicates(region_id: UUID, device_id: UUID, order_type: str, at: datetime, own_id: UUID) -> list[str]:
    """Return the numbers of open orders of the same type on the device within three days (sync case 17)."""
    rows = await fetch(
        "select number from work_order where region_id = $1 and device_id = $2 and type = $3 and id <> $5"
        " and state not in ('closed', 'cancelled') and abs(extract(epoch from registered_at - $4)) <= 3 * 86400"
        " order by number",
        region_id,
        device_id,
        order_type,
        at,
        own_id,
    )
    return [row["number"] for row in rows]


# ---------------------------------------------------------------- what was done


async def foreign_lines(order_id: UUID, entries: Iterable[TimeEntry], parts: Iterable[Part]) -> bool:
    """True when a line's id is taken by another order: such a line would be lost in silence."""
    found = await fetch_value(
        "select exists (select from time_entry where id = any($2) and work_order_id <> $1)"
        " or exists (select from part_used where id = any($3) and work_order_id <> $1)",
        order_id,
        [entry.id for entry in entries],
        [part.id for part in parts],
    )
    return bool(found)


async def store_lines(
    order: LockedOrder, actor: Actor, command_id: UUID, entries: Iterable[TimeEntry], parts: Iterable[Part]
) -> None:
    """Store time entries and parts, united by line id: a line comes once, and only its own author can change it.

    Lines whose id another order has are left out; ``foreign_lines`` has told before, and the command keeps them.
    """
    for entry in entries:
        await execute(
            "insert into time_entry as t (id, region_id, work_order_id, technician_id, started_at, minutes, comment,"
            " visible_to_prescriber, command_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
            " on conflict (id) do update set started_at = excluded.started_at, minutes = excluded.minutes,"
            "   comment = excluded.comment, visible_to_prescriber = excluded.visible_to_prescriber,"
            "   command_id = excluded.command_id"
            " where t.work_order_id = excluded.work_order_id and t.technician_id = excluded.technician_id",
            entry.id,
            order.region_id,
            order.id,
            actor.user_id,
            entry.started_at,
            entry.minutes,
            entry.comment,
            entry.visible_to_prescriber,
            command_id,
        )
    for part in parts:
        await execute(
            "insert into part_used as p (id, region_id, work_order_id, article_number, name, quantity, command_id,"
            " location_id) values ($1, $2, $3, $4, $5, $6, $7,"
            "   (select id from location where region_id = $2 and id = $9))"
            " on conflict (id) do update set article_number = excluded.article_number, name = excluded.name,"
            "   quantity = excluded.quantity, command_id = excluded.command_id, location_id = excluded.location_id"
            " where p.work_order_id = excluded.work_order_id"
            "   and $8 = (select author from command_log c where c.id = p.command_id)",
            part.id,
            order.region_id,
            order.id,
            part.article_number,
            part.name,
            part.quantity,
            command_id,
            actor.user_id,
            part.location_id,
        )


async def store_visit(
    order: LockedOrder, actor: Actor, command_id: UUID, *, at: datetime, outcome: str, additional: bool
) -> None:
    """Store that a technician was there."""
    await execute(
        "insert into visit (id, region_id, work_order_id, technician_id, at, outcome, additional, command_id)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new_id(),
        order.region_id,
        order.id,
        actor.user_id,
        at,
        outcome,
        additional,
        command_id,
    )


# ---------------------------------------------------------------- undo


@dataclass(frozen=True)
class UndoableCommand:
    """A command that somebody wants to take back."""

    author: UUID | None
    aggregate: UUID | None
    type: str
    verdict: str
    at: datetime
    result: Mapping[str, Any]
    undone: bool
    has_protocol: bool


async def find_command(region_id: UUID, command_id: UUID) -> UndoableCommand | None:
    """Return the command with that id, if the region has it."""
    row = await fetch_row(
        "select c.author, c.aggregate, c.type, c.verdict, c.at_est as at, coalesce(c.result, '{}') as result,"
        " exists (select from command_log u where u.aggregate = c.aggregate and u.type = 'work_order.undo'"
        "   and u.verdict = 'applied' and u.result ->> 'undone' = c.id::text) as undone,"
        " exists (select from service_protocol p where p.command_id = c.id) as has_protocol"
        " from command_log c where c.region_id = $1 and c.id = $2",
        region_id,
        command_id,
    )
    return None if row is None else UndoableCommand(**dict(row))


async def snapshot(order_id: UUID) -> dict[str, Any]:
    """Return the columns that an undo may put back, as JSON."""
    values: dict[str, Any] = await fetch_value(
        "select (select jsonb_object_agg(key, value) from jsonb_each(to_jsonb(w)) where key = any($2))"
        " from work_order w where w.id = $1",
        order_id,
        list(RESTORABLE),
    )
    return values


async def is_as(order_id: UUID, values: Mapping[str, Any]) -> bool:
    """True when the order's columns are as in the snapshot."""
    return bool(await fetch_value("select to_jsonb(w) @> $2 from work_order w where id = $1", order_id, dict(values)))


async def restore(order_id: UUID, values: Mapping[str, Any]) -> None:
    """Put the columns of a snapshot back."""
    columns = ", ".join(f"{column} = r.{column}" for column in RESTORABLE if column in values)
    await execute(
        f"update work_order w set {columns} from jsonb_populate_record(null::work_order, $2) r where w.id = $1",  # noqa: S608
        order_id,
        dict(values),
    )


# ---------------------------------------------------------------- people


async def technician_exists(region_id: UUID, user_id: UUID) -> bool:
    """True when the region has an active technician with that id."""
    return bool(
        await fetch_value(
            "select exists (select from user_account u join membership m on m.user_id = u.id and m.active"
            " where u.region_id = $1 and u.id = $2 and u.active and m.role = 'technician')",
            region_id,
            user_id,
        )
    )


async def prescriber_may_order(actor: Actor, *, person_id: UUID | None, party_id: UUID | None) -> bool:
    """True when the person is a patient, or the party a customer, of the prescriber's own (domain model 5.6)."""
    return bool(
        await fetch_value(
            "select $3::uuid = any($4::uuid[]) or exists (select from holding h where h.region_id = $1"
            " and (h.person_id = $2 or h.party_id = $3) and (h.prescriber_id = $5 or h.customer_id = any($4::uuid[])))",
            actor.region_id,
            person_id,
            party_id,
            sorted(actor.customer_ids),
            actor.user_id,
        )
    )


async def late_orders(now: datetime, limit: int) -> list[dict[str, Any]]:
    """Lock and return open orders with a promise that was missed and not yet told of. Other workers' are passed by."""
    rows = await fetch(
        "select w.id, w.region_id, w.number, w.registered_by, w.prescriber_id, a.name as article_name,"
        " w.contact_due, w.start_due, w.done_due, w.contacted_at, w.started_at"
        " from work_order w join article a on a.id = w.article_id"
        " where w.state not in ('done', 'closed', 'cancelled') and ("
        "   (w.done_due < $1 and w.done_due > coalesce(w.missed_told_at, '-infinity'))"
        "   or (w.start_due < $1 and w.started_at is null and w.start_due > coalesce(w.missed_told_at, '-infinity'))"
        "   or (w.contact_due < $1 and w.contacted_at is null and w.started_at is null"
        "       and w.contact_due > coalesce(w.missed_told_at, '-infinity')))"
        " order by w.id limit $2 for update of w skip locked",
        now,
        limit,
    )
    return [dict(row) for row in rows]


async def mark_told(order_id: UUID, now: datetime) -> None:
    """Remember up to when missed promises have been told of."""
    await execute("update work_order set missed_told_at = $2 where id = $1", order_id, now)


async def unbooked_before_due(now: datetime, until: datetime, limit: int) -> list[dict[str, Any]]:
    """Lock orders that nobody has begun, whose promise runs out soon, and that no visit in time is booked for."""
    rows = await fetch(
        "select w.id, w.region_id, w.number, w.registered_by, w.prescriber_id, w.assigned_to, w.team_id,"
        " a.name as article_name, least(w.start_due, w.done_due) as due"
        " from work_order w join article a on a.id = w.article_id"
        " where w.state in ('registered', 'triaged', 'booked') and w.started_at is null and w.will_miss_at is null"
        " and least(w.start_due, w.done_due) > $1 and least(w.start_due, w.done_due) <= $2"
        " and coalesce(w.booked_from >= least(w.start_due, w.done_due), true)"
        " order by due, w.id limit $3 for update of w skip locked",
        now,
        until,
        limit,
    )
    return [dict(row) for row in rows]


async def booked_times(
    region_id: UUID, technician_id: UUID | None, team_id: UUID | None, now: datetime, until: datetime
) -> list[list[tuple[datetime, datetime]]]:
    """Return when the technician who has an order is booked, or each one of its team; of the region without a team."""
    rows = await fetch(
        "select u.id, w.booked_from, w.booked_to from user_account u"
        " join membership m on m.user_id = u.id and m.active and m.role = 'technician'"
        " left join work_order w on w.assigned_to = u.id and w.state not in ('done', 'closed', 'cancelled')"
        "   and w.booked_to > $4 and w.booked_from < $5"
        " where u.region_id = $1 and u.active and ($2::uuid is null or u.id = $2)"
        " and ($2::uuid is not null or $3::uuid is null or m.team_id = $3)",
        region_id,
        technician_id,
        team_id,
        now,
        until,
    )
    busy: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for row in rows:
        of = busy.setdefault(row["id"], [])
        if row["booked_from"] is not None and (row["booked_from"], row["booked_to"]) not in of:
            of.append((row["booked_from"], row["booked_to"]))
    return list(busy.values())
