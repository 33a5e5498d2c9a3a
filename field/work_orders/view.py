"""What a technician's phone holds: the own orders of the next days, and the cards of their devices."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.identity.actor import Actor, Role
from app.registry.view import DEVICE_CARDS_SQL, DEVICE_VERSION_SQL, with_templates
from field.protocols import load_templates
from field.protocols.memory import remembered
from field.work_orders.rows import (
    ATTACHMENT_PENDING,
    CODE_OPEN,
    LOCAL_DAY,
    ORDER_ROWS_SQL,
    VISIT_TODAY,
    mask,
)
from offline_sync.views import Row, View

#: Own open orders of the next three days or without a day, and what was finished within a day.
_OWN: Final = (
    "w.region_id = $1 and w.assigned_to = $2 and $3::boolean and ("
    f"(w.state not in ('closed', 'cancelled') and (w.planned_on is null or w.planned_on <= {LOCAL_DAY} + 3))"
    " or coalesce(w.closed_at, w.cancelled_at) > now() - interval '1 day')"
)

# What is shown depends on the day and on attachments that have arrived, so the version does too: a phone compares
# versions for equality only. The row itself carries the true rv.
_ORDER_KEYS: Final = (
    f"select w.id, w.rv * 8 + {VISIT_TODAY}::integer * 4 + ({CODE_OPEN})::integer * 2"  # noqa: S608
    f" + ({ATTACHMENT_PENDING})::integer as rv,"
    f" case when w.state in ('closed', 'cancelled') then 3 when w.planned_on <= {LOCAL_DAY} then 0"
    "  when w.planned_on is null then 1 else 2 end as urgency"
    f" from work_order w where {_OWN}"
)

_DEVICE_KEYS: Final = (
    f"select d.id, {DEVICE_VERSION_SQL} as rv, 3 as urgency from device d"  # noqa: S608
    f" where d.region_id = $1 and d.id in (select w.device_id from work_order w where {_OWN})"
)


def _parameters(actor: Actor, _now: datetime) -> tuple[Any, ...]:
    return (actor.region_id, actor.user_id, actor.has(Role.TECHNICIAN))


def _scopes(actor: Actor) -> frozenset[UUID]:
    return frozenset({actor.user_id})


def _person(row: Row) -> UUID | None:
    return None if row["_person_id"] is None else UUID(row["_person_id"])


def _card(row: Row, _actor: Actor) -> Row:
    return {**with_templates(row), **_memory(row["_measured"])}


def _memory(measured: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the values of the last and of the first protocol, by template: what stands beside the fields."""
    templates = load_templates()
    known = {name: found for name, found in measured.items() if name in templates}
    return {
        f"{when}_answers": {name: remembered(templates[name], found[when]) for name, found in known.items()}
        for when in ("last", "first")
    }


ORDER_VIEW = View(
    kind="work_order",
    keys_sql=_ORDER_KEYS,
    parameters=_parameters,
    rows_sql=ORDER_ROWS_SQL,
    scopes=_scopes,
    shape=mask,
    person_of=_person,
)

DEVICE_VIEW = View(
    kind="device",
    keys_sql=_DEVICE_KEYS,
    parameters=_parameters,
    rows_sql=DEVICE_CARDS_SQL,
    scopes=_scopes,
    shape=_card,
)
