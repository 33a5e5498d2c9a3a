"""Devices that are fetched for repair and brought back (R-204): two legs of a work order, never a pick-up order.

The holder stays the holder: the device's holding is open all the while. Where a repair is done is the technician's to
say, so only what has been assessed that way is fetched.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, TypeAlias
from uuid import UUID

from app.database import fetch

Leg: TypeAlias = Literal["fetch", "return"]


@dataclass(frozen=True)
class Repair:
    """A work order whose device is to be fetched, or to be brought back to the same holder.

    Attributes:
        due_on: when the work is to be begun or done by, whichever comes first; None when no clock runs.
    """

    work_order_id: UUID
    number: str
    leg: Leg
    priority: int
    due_on: date | None
    person_id: UUID | None
    party_id: UUID | None
    protected: bool
    device_id: UUID
    device_number: str
    article_id: UUID
    article_name: str
    contact_name: str
    contact_phone: str
    care_of: str
    street: str
    postcode: str
    town: str
    entry_code: str
    instructions: str


_LEG_DONE: Final = (
    "exists (select from stop_task t where t.work_order_id = w.id and t.kind = '{kind}' and t.state = 'done')"
)

#: Fetched once it is assessed so; brought back when the work is done, or when there is to be none after all. A device
#: that was exchanged, or that could not be repaired, does not come back.
_WAITING: Final = f"""
select w.id as work_order_id, w.number,
  case when {_LEG_DONE.format(kind="collect")} then 'return' else 'fetch' end as leg,
  coalesce(w.assessed_priority, w.proposed_priority) as priority,
  (least(w.start_due, w.done_due) at time zone 'Europe/Stockholm')::date as due_on,
  w.person_id, w.party_id, coalesce(p.protected_identity, false) as protected,
  d.id as device_id, d.number as device_number, a.id as article_id, a.name as article_name,
  w.contact_name, w.contact_phone, w.care_of, w.street, w.postcode, w.town, w.entry_code, w.instructions
from work_order w
join device d on d.id = w.device_id
join article a on a.id = d.article_id
left join person p on p.id = w.person_id
where w.region_id = $1 and w.assessed_place = 'pickup_for_repair'
  and (w.person_id is not null or w.party_id is not null)
  and not {_LEG_DONE.format(kind="deliver")}
  and case when {_LEG_DONE.format(kind="collect")}
    then w.state in ('done', 'closed', 'cancelled') and coalesce(w.outcome, '') not in ('exchanged', 'not_repairable')
    else w.state in ('triaged', 'booked') and d.status = 'with_holder' end
"""  # noqa: S608 - only constants are put in

_ON_ROUND: Final = (
    "exists (select from stop_task t join stop s on s.id = t.stop_id join van_round r on r.id = s.round_id"
    " where t.work_order_id = w.id and t.state in ('planned', 'loaded') and s.state = 'planned'"
    " and r.state <> 'returned')"
)


async def waiting_repairs(region_id: UUID) -> list[Repair]:
    """What waits for a van, what is urgent first: acute work before the rest, then by when it is due."""
    rows = await fetch(
        _WAITING + f" and not {_ON_ROUND} order by (coalesce(w.assessed_priority, w.proposed_priority) = 4) desc,"
        " due_on nulls last, w.number limit 500",
        region_id,
    )
    return [Repair(**dict(row)) for row in rows]


async def repairs_by_number(region_id: UUID, numbers: Collection[str]) -> list[Repair]:
    """Those of the work orders whose device is to be fetched or brought back, on a round or not."""
    rows = await fetch(_WAITING + " and w.number = any($2) order by w.number", region_id, list(numbers))
    return [Repair(**dict(row)) for row in rows]
