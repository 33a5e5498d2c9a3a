"""What triage and the planner read: the inbox of open orders, and a day of the technicians. No names, no addresses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.database import Record, fetch, fetch_value
from app.identity.actor import Actor
from app.identity.scopes import work_order_scope_sql
from app.policy.policy import ServicePolicy
from field.work_orders.triage import ClockFacts, Gap, Reason, TextFacts, fault_gaps, is_red, reasons, sort_key

#: An inbox with more than this is read by team; the screen says that there are more.
LONGEST_INBOX: Final = 300
_OPEN: Final = "w.state not in ('done', 'closed', 'cancelled')"

_COLUMNS: Final = """
  w.id, w.number, w.type, w.state, w.waiting_for, w.fault_text, w.device_id, d.number as device_number,
  a.name as article_name, a.stock_status = 'expired' as expired,
  case when p.protected_identity then '' else w.town end as town, coalesce(p.protected_identity, false) as protected,
  w.proposed_priority, w.proposed_place, w.proposed_basic_need, w.assessed_priority, w.assessed_place,
  w.assessment_final, w.proposed_team_id, pt.name as proposed_team_name, w.team_id, t.name as team_name,
  w.assigned_to, u.name as assigned_name, w.planned_on, w.booked_from, w.booked_to, w.linked_order,
  w.registered_at, w.contact_due, w.start_due, w.done_due, w.contacted_at, w.started_at, w.rv,
  w.street <> '' and w.town <> '' as has_address, w.contact_phone <> '' as has_phone,
  w.entry_code <> '' or w.instructions <> '' as has_entry
"""
_FROM: Final = """
  from work_order w join article a on a.id = w.article_id left join device d on d.id = w.device_id
  left join person p on p.id = w.person_id left join team t on t.id = w.team_id
  left join team pt on pt.id = w.proposed_team_id left join user_account u on u.id = w.assigned_to
"""


@dataclass(frozen=True)
class Entry:
    """An open order with what the rules say of it."""

    row: Record
    priority: int
    reasons: tuple[Reason, ...]
    gaps: tuple[Gap, ...]
    duplicates: list[dict[str, Any]]
    reports: int

    @property
    def undecided(self) -> bool:
        """Nobody has assessed it, or nobody has it."""
        return self.row["assessed_priority"] is None or self.row["assigned_to"] is None

    @property
    def red(self) -> bool:
        """Somebody must act now."""
        return is_red(self.reasons)


async def open_entries(actor: Actor, policy: ServicePolicy, now: datetime, team_id: UUID | None) -> list[Entry]:
    """Return every open order in the reader's scope, most urgent first."""
    scope, parameters = work_order_scope_sql(actor, alias="w", first=2)
    rows = await fetch(
        f"select {_COLUMNS} {_FROM} where ($1::uuid is null or w.team_id = $1) and {scope} and {_OPEN}",
        team_id,
        *parameters,
    )
    alike = await _alike(actor.region_id, [row["device_id"] for row in rows if row["device_id"]])
    reported = await _reported(actor.region_id)
    entries = [
        _entry(
            row,
            policy,
            now,
            [one for one in alike.get(row["device_id"], []) if one["number"] != row["number"]],
            reported.get(row["device_id"], 0),
        )
        for row in rows
    ]
    return sorted(
        entries, key=lambda one: sort_key(one.priority, one.reasons, one.row["registered_at"], one.row["number"])
    )


def _entry(row: Record, policy: ServicePolicy, now: datetime, duplicates: list[dict[str, Any]], reports: int) -> Entry:
    priority = row["assessed_priority"] or row["proposed_priority"]
    facts = ClockFacts(
        **{
            name: row[name]
            for name in (
                "registered_at",
                "contact_due",
                "start_due",
                "done_due",
                "contacted_at",
                "started_at",
                "booked_from",
            )
        }
    )
    gaps = fault_gaps(
        TextFacts(
            type=row["type"],
            place=row["assessed_place"] or row["proposed_place"],
            text=row["fault_text"],
            has_address=row["has_address"],
            has_phone=row["has_phone"],
            has_entry=row["has_entry"],
            linked=row["linked_order"] is not None,
        )
    )
    return Entry(row, priority, reasons(policy, priority, facts, now), gaps, duplicates, reports)


async def _alike(region_id: UUID, devices: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """Return the open orders of the devices that have more than one: possible duplicates, and what goes together."""
    rows = await fetch(
        "select w.device_id, jsonb_agg(jsonb_build_object('number', w.number, 'type', w.type, 'state', w.state)"  # noqa: S608
        " order by w.number) as orders from work_order w"
        f" where w.region_id = $1 and w.device_id = any($2) and {_OPEN} group by w.device_id having count(*) > 1",
        region_id,
        devices,
    )
    return {row["device_id"]: row["orders"] for row in rows}


async def _reported(region_id: UUID) -> dict[UUID, int]:
    """Return how many of the public's reports wait on each device."""
    rows = await fetch(
        "select device_id, count(*) as waiting from fault_report where region_id = $1 and state = 'received'"
        " and device_id is not null group by device_id",
        region_id,
    )
    return {row["device_id"]: row["waiting"] for row in rows}


async def waiting_reports(region_id: UUID) -> int:
    """Return how many of the public's reports nobody has decided."""
    return int(
        await fetch_value("select count(*) from fault_report where region_id = $1 and state = 'received'", region_id)
    )


async def technicians_of(region_id: UUID, team_id: UUID | None) -> list[Record]:
    """Return the region's active technicians by name, or those of one team."""
    return await fetch(
        "select u.id, u.name, array_remove(array_agg(distinct m.team_id), null) as teams from user_account u"
        " join membership m on m.user_id = u.id and m.active and m.role = 'technician'"
        " where u.region_id = $1 and u.active group by u.id having $2::uuid is null or $2 = any(array_agg(m.team_id))"
        " order by swedish_order(u.name), u.id",
        region_id,
        team_id,
    )
