"""The routes of triage and of the technicians' day. What is decided there are commands."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal, TypeAlias
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from app.identity.actor import Actor
from app.policy.repository import current_policy
from app.policy.working_time import STOCKHOLM
from field.work_orders import inbox
from field.work_orders.inbox import LONGEST_INBOX, Entry
from field.work_orders.schemas import TechnicianDay, TriageList

InboxView: TypeAlias = Literal["undecided", "red", "all"]

_TRIAGE: Final = {"permission": "work_order.triage"}
_LEFT_OUT: Final = frozenset(
    {
        "device_id", "proposed_team_id", "proposed_team_name", "team_id", "team_name", "assigned_name",
        "contact_due", "start_due", "done_due", "contacted_at", "started_at", "has_address", "has_phone", "has_entry",
    }
)  # fmt: skip


@get("/api/triage", operation_id="read_triage", opt=_TRIAGE)
async def read_triage(
    actor: NamedDependency[Actor],
    which: Annotated[InboxView, QueryParameter(name="show")] = "undecided",
    team: FromQuery[UUID | None] = None,
) -> TriageList:
    """Return the inbox: open orders that wait for a decision, that are red, or all of them."""
    now = datetime.now(UTC)
    policy = await current_policy(actor.region_id, now)
    entries = await inbox.open_entries(actor, policy, now, team)
    wanted = [one for one in entries if which == "all" or (one.red if which == "red" else one.undecided)]
    return msgspec.convert(
        {
            "items": [_hit(one) for one in wanted[:LONGEST_INBOX]],
            "undecided": sum(one.undecided for one in entries),
            "red": sum(one.red for one in entries),
            "all": len(entries),
            "reports": await inbox.waiting_reports(actor.region_id),
            "more": len(wanted) > LONGEST_INBOX,
        },
        TriageList,
    )


@get("/api/technician-day", operation_id="read_technician_day", opt=_TRIAGE)
async def read_technician_day(
    actor: NamedDependency[Actor], day: FromQuery[date], team: FromQuery[UUID | None] = None
) -> TechnicianDay:
    """Return who does what on a day, and what waits for a technician or a day."""
    now = datetime.now(UTC)
    policy = await current_policy(actor.region_id, now)
    entries = await inbox.open_entries(actor, policy, now, None)
    people = await inbox.technicians_of(actor.region_id, team)
    hours = policy.calendar.hours(day)
    waiting = [one for one in entries if _waits(one) and (team is None or one.row["team_id"] == team)]
    shown = {
        "day": day,
        "opens": hours[0] if hours else None,
        "closes": hours[1] if hours else None,
        "technicians": [
            {
                **dict(person),
                "orders": [
                    _hit(one)
                    for one in sorted(
                        (one for one in entries if one.row["assigned_to"] == person["id"] and _is_of(one, day)),
                        key=_by_time,
                    )
                ],
            }
            for person in people
        ],
        "waiting": [_hit(one) for one in waiting[:LONGEST_INBOX]],
        "more": len(waiting) > LONGEST_INBOX,
    }
    return msgspec.convert(shown, TechnicianDay)


def _waits(entry: Entry) -> bool:
    return entry.row["assigned_to"] is None or (entry.row["planned_on"] is None and entry.row["booked_from"] is None)


def _is_of(entry: Entry, day: date) -> bool:
    booked = entry.row["booked_from"]
    on = entry.row["planned_on"] or (booked and booked.astimezone(STOCKHOLM).date())
    return bool(on == day)


def _by_time(entry: Entry) -> float:
    # The sort keeps what has no time in its order of urgency, behind what has one.
    booked = entry.row["booked_from"]
    return booked.timestamp() if booked else float("inf")


def _hit(entry: Entry) -> dict[str, Any]:
    row = dict(entry.row)
    named = {
        "proposed_team": (row["proposed_team_id"], row["proposed_team_name"]),
        "team": (row["team_id"], row["team_name"]),
        "assigned_to": (row["assigned_to"], row["assigned_name"]),
    }
    return {
        **{name: value for name, value in row.items() if name not in _LEFT_OUT},
        **{key: None if one is None else {"id": one, "name": name} for key, (one, name) in named.items()},
        "priority": entry.priority,
        "reasons": [{name: getattr(reason, name) for name in reason.__dataclass_fields__} for reason in entry.reasons],
        "red": entry.red,
        "undecided": entry.undecided,
        "gaps": list(entry.gaps),
        "duplicates": entry.duplicates,
        "reports": entry.reports,
    }


TRIAGE_ROUTES = (read_triage, read_technician_day)
