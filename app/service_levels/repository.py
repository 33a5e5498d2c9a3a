"""The one query of the follow-up. It is bound to one region and knows orders, never people."""

from __future__ import annotations

from datetime import date
from typing import Final
from uuid import UUID

from app.database import Record, fetch

# When each promise was kept: work that has begun has been a contact too, as for the messages about missed promises.
# What was cancelled before its time ran out has kept and broken nothing; what is not yet due is running.
_JUDGED: Final = """
select date_trunc('week', w.registered_at at time zone 'Europe/Stockholm')::date as week, w.team_id, e.event,
  case when e.due is null then null when e.at is not null then case when e.at <= e.due then 'met' else 'missed' end
    when w.cancelled_at <= e.due then null when e.due < now() then 'missed'
    when w.cancelled_at is null then 'running' end as verdict
from work_order w
cross join lateral (values
  ('contact', w.contact_due, least(w.contacted_at, w.started_at, w.done_at, w.closed_at)),
  ('start', w.start_due, least(w.started_at, w.done_at, w.closed_at)),
  ('done', w.done_due, least(w.done_at, w.closed_at))
) e (event, due, at)
where w.region_id = $1 and w.registered_at >= $2::date::timestamp at time zone 'Europe/Stockholm'
  and w.registered_at < $3::date::timestamp at time zone 'Europe/Stockholm'
  and ($4::integer is null or coalesce(w.assessed_priority, w.proposed_priority) = $4)
"""

_COUNTED: Final = f"""
select j.week, j.team_id, t.name as team, j.event, count(*) filter (where j.verdict = 'met') as met,
  count(*) filter (where j.verdict = 'missed') as missed, count(*) filter (where j.verdict = 'running') as running
from ({_JUDGED}) j left join team t on t.id = j.team_id where j.verdict is not null
group by j.week, j.team_id, t.name, j.event order by j.week, swedish_order(t.name), j.team_id, j.event
"""  # noqa: S608 - only constants are put in


async def count_kept(region_id: UUID, first: date, end: date, priority: int | None) -> list[Record]:
    """Return, by week of registration (its Monday), team and event, how many promises are met, missed and running.

    ``first`` is a Monday, ``end`` the Monday after the last week. What an order promised is what its policy said when
    it was registered or assessed: it stands in the order and does not change with the policy.
    """
    return await fetch(_COUNTED, region_id, first, end, priority)
