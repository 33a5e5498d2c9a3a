"""What the office reads: the due list page by page, what waits to be finished, and the plans.

Nothing of it says whose device it is: a town and a postcode, and neither for a protected identity (SR-40).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from app.database import Record, fetch

DueState: TypeAlias = Literal["all", "to_notify", "notified", "prescriber", "booked"]

_STATES: Final[dict[DueState, str]] = {
    "all": "(m.state is null or m.state in ('planned', 'notified', 'prescriber_contacted', 'booked'))",
    "to_notify": "(m.state is null or m.state = 'planned')",
    "notified": "m.state = 'notified'",
    "prescriber": "m.state = 'prescriber_contacted'",
    "booked": "m.state = 'booked'",
}

_ROW: Final = """
select d.id as device_id, d.number as device_number, a.name as article_name, a.number as article_number,
  coalesce(m.due_on, d.next_pm) as due_on, coalesce(m.state, 'none') as state, m.notified_on,
  coalesce(m.agreed, false) as agreed, m.booked_on, m.performed_on, m.next_pm as label_month, m.note,
  w.number as order_number, u.name as technician_name, a.site_restriction <> 'none' as site_restricted,
  coalesce(k.name, '') as plan_name,
  case when p.protected_identity then '' else coalesce(p.postcode, y.postcode, '') end as postcode,
  case when p.protected_identity then '' else coalesce(p.town, y.town, l.name, '') end as town,
  h.id is not null as held, d.next_pm as due_day
from device d
join article a on a.id = d.article_id
left join maintenance_occasion m on m.device_id = d.id and m.ended_at is null
left join work_order w on w.id = m.work_order_id
left join user_account u on u.id = coalesce(m.technician_id, w.assigned_to)
left join device_maintenance k on k.device_id = d.id
left join holding h on h.device_id = d.id and h.starts_at is not null and h.ends_at is null
left join person p on p.id = h.person_id
left join party y on y.id = h.party_id
left join location l on l.id = d.home_location_id and h.id is null
where d.region_id = $1
"""


class BadCursorError(ValueError):
    """A cursor that is not one of ours."""


@dataclass(frozen=True)
class Wanted:
    """A page of the due list. ``place`` is the beginning of a postcode or a town; "" is everywhere."""

    until: date
    limit: int
    state: DueState = "all"
    place: str = ""
    after: tuple[date, UUID] | None = None


async def find_due(region_id: UUID, wanted: Wanted) -> list[Record]:
    """Return the devices that are due by a day, the one that is due first first."""
    parameters: list[Any] = [region_id, wanted.until]
    conditions = ["d.next_pm <= $2", "d.status not in ('scrapped', 'lost')", _STATES[wanted.state]]
    if wanted.place:
        escaped = wanted.place.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        parameters.append(f"{escaped.replace(' ', '') if wanted.place[:1].isdigit() else escaped}%")
        # A protected identity is found by no place.
        conditions.append(
            f"not coalesce(p.protected_identity, false) and (coalesce(p.postcode, y.postcode) like ${len(parameters)}"
            f" or coalesce(p.town, y.town) ilike ${len(parameters)})"
        )
    if wanted.after is not None:
        parameters += wanted.after
        conditions.append(f"(d.next_pm, d.id) > (${len(parameters) - 1}, ${len(parameters)})")
    parameters.append(wanted.limit)
    return await fetch(
        f"{_ROW} and {' and '.join(conditions)} order by d.next_pm, d.id limit ${len(parameters)}", *parameters
    )


async def find_unfinished(region_id: UUID, limit: int) -> list[Record]:
    """Return what waits for somebody: nobody reached, begun and not finished, no label, or no disposition."""
    return await fetch(
        f"{_ROW} and m.state in ('contact_failed', 'in_progress', 'approved', 'not_approved')"
        " order by array_position(array['not_approved', 'contact_failed', 'approved', 'in_progress'], m.state),"
        " m.due_on, d.id limit $2",
        region_id,
        limit,
    )


def write_cursor(row: Record) -> str:
    """Return the cursor of the page after ``row``; nothing in it is personal."""
    return base64.urlsafe_b64encode(f"{row['due_day'].isoformat()} {row['device_id']}".encode()).decode()


def read_cursor(text: str) -> tuple[date, UUID]:
    """Read a cursor.

    Raises:
        BadCursorError: it is not one of ours.
    """
    try:
        day, device_id = base64.urlsafe_b64decode(text.encode()).decode().split(" ")
        return date.fromisoformat(day), UUID(device_id)
    except (binascii.Error, ValueError) as error:
        raise BadCursorError from error
