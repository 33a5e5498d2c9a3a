"""A technician's own stops of maintenance runs, of yesterday and the next two weeks; nothing personal is in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.identity.actor import Actor, Role
from offline_sync.views import View

_TODAY: Final = "(now() at time zone 'Europe/Stockholm')::date"

_KEYS: Final = (
    "select s.id, s.rv, 3 as urgency from maintenance_stop s where s.region_id = $1 and s.technician_id = $2"  # noqa: S608
    f" and $3::boolean and not s.withdrawn and s.on_day between {_TODAY} - 1 and {_TODAY} + 14"
)

_ROWS: Final = """
select s.id, jsonb_build_object('id', s.id, 'run_name', r.name, 'on_day', s.on_day, 'position', s.position,
  'tasks', s.tasks) as row
from maintenance_stop s join maintenance_run r on r.id = s.run_id where s.id = any($1::uuid[])
"""


def _parameters(actor: Actor, _now: datetime) -> tuple[Any, ...]:
    return (actor.region_id, actor.user_id, actor.has(Role.TECHNICIAN))


def _scopes(actor: Actor) -> frozenset[UUID]:
    return frozenset({actor.user_id})


STOP_VIEW = View(kind="maintenance_stop", keys_sql=_KEYS, parameters=_parameters, rows_sql=_ROWS, scopes=_scopes)
