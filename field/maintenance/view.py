"""What a technician's phone holds of maintenance: the occasions of own orders, and what is the technician's to finish.

Nothing personal is in it: the order beside it says where and with whom.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.identity.actor import Actor, Role
from offline_sync.views import View

_KEYS: Final = (
    "select m.id, m.rv, 2 as urgency from maintenance_occasion m left join work_order w on w.id = m.work_order_id"
    " where m.region_id = $1 and $3::boolean and m.ended_at is null and (m.technician_id = $2"
    " or (w.assigned_to = $2 and w.state not in ('closed', 'cancelled')))"
)

_ROWS: Final = """
select m.id, jsonb_build_object(
  'id', m.id, 'device_id', m.device_id, 'device_number', d.number, 'article_name', a.name, 'state', m.state,
  'due_on', m.due_on, 'next_pm', m.next_pm, 'performed_on', m.performed_on, 'order_id', m.work_order_id,
  'order_number', w.number, 'interval_months', coalesce(k.interval_months, a.pm_interval_months),
  'due_from', coalesce(k.due_from, 'completion'), 'template_id', k.template_id, 'rv', m.rv
) as row
from maintenance_occasion m
join device d on d.id = m.device_id
join article a on a.id = d.article_id
left join work_order w on w.id = m.work_order_id
left join device_maintenance k on k.device_id = m.device_id
where m.id = any($1::uuid[])
"""


def _parameters(actor: Actor, _now: datetime) -> tuple[Any, ...]:
    return (actor.region_id, actor.user_id, actor.has(Role.TECHNICIAN))


def _scopes(actor: Actor) -> frozenset[UUID]:
    return frozenset({actor.user_id})


MAINTENANCE_VIEW = View(kind="maintenance", keys_sql=_KEYS, parameters=_parameters, rows_sql=_ROWS, scopes=_scopes)
