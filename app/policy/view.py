"""What a phone knows of its region's rules: one row."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from app.identity.actor import Actor
from offline_sync.views import View

TIME_ZONE = "Europe/Stockholm"

# The rows carry no row version, and the one that holds changes with the day: the version is made of the content. The
# number before it grows when the row below shows more, so that phones get it anew.
_KEYS = f"""
select p.id, hashtext('2' || r.name || p.document::text)::bigint + 2147483648 as rv, 1 as urgency
from service_policy p join region r on r.id = p.region_id
where p.region_id = $1
  and p.id = (
    select q.id from service_policy q
    where q.region_id = $1 and q.valid_from <= (now() at time zone '{TIME_ZONE}')::date
      and coalesce((q.document ->> 'valid_until')::date, 'infinity') > (now() at time zone '{TIME_ZONE}')::date
    order by q.valid_from desc limit 1)
"""  # noqa: S608 - a constant

_ROWS = f"""
select p.id, jsonb_build_object(
  'id', p.id, 'region_code', r.code, 'region_name', r.name,
  'fault_text_limit', coalesce((p.document ->> 'fault_text_limit')::integer, 250),
  'pickup_text_limit', coalesce((p.document ->> 'pickup_text_limit')::integer, 255),
  'priorities', coalesce(p.document -> 'priorities', '[1, 2, 3, 4, 5, 6]'::jsonb),
  'label_owner', coalesce(p.document ->> 'label_owner', ''),
  'label_phone', coalesce(p.document ->> 'label_phone', ''),
  'clocks', coalesce(p.document -> 'clocks', '{{}}'::jsonb),
  'exchange_models', coalesce(p.document -> 'exchange_models', '[]'::jsonb),
  'assumed', coalesce(p.document -> 'assumed', '[]'::jsonb),
  'timezone', '{TIME_ZONE}') as row
from service_policy p join region r on r.id = p.region_id
where p.id = any($1::uuid[])
"""  # noqa: S608 - a constant


def _region(actor: Actor, _now: datetime) -> tuple[Any, ...]:
    return (actor.region_id,)


def _scopes(actor: Actor) -> frozenset[UUID]:
    return frozenset({actor.region_id})


POLICY_VIEW = View(kind="policy", keys_sql=_KEYS, parameters=_region, rows_sql=_ROWS, scopes=_scopes)
