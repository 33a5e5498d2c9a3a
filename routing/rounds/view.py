"""What a driver's phone holds: the rounds of today and their stops, nothing of yesterday or tomorrow (SR-24)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.identity.actor import Actor, Role
from offline_sync.views import Row, View
from routing.rounds.rows import LOCAL_DAY, ROUND_ROWS_SQL, STOP_ROWS_SQL, for_driver

_OWN_TODAY: Final = (
    "r.region_id = $1 and r.driver_id = $2 and $3::boolean"
    f" and r.on_day = {LOCAL_DAY} and r.state in ('published', 'in_progress', 'returned')"
)

# The version changes with the day: a round that is planned anew for another day and back is another row to the phone.
_DAY: Final = f"({LOCAL_DAY} - date '2020-01-01')"

_ROUND_KEYS: Final = f"select r.id, r.rv * 8 + {_DAY} % 8 as rv, 0 as urgency from van_round r where {_OWN_TODAY}"  # noqa: S608

_STOP_KEYS: Final = (
    f"select s.id, s.rv * 8 + {_DAY} % 8 as rv,"  # noqa: S608
    " case when s.state in ('done', 'cancelled') then 2 else 1 end as urgency"
    f" from stop s join van_round r on r.id = s.round_id where {_OWN_TODAY}"
)


def _parameters(actor: Actor, _now: datetime) -> tuple[Any, ...]:
    return (actor.region_id, actor.user_id, actor.has(Role.DRIVER))


def _scopes(actor: Actor) -> frozenset[UUID]:
    return frozenset({actor.user_id})


def _person(row: Row) -> UUID | None:
    return None if row["_person_id"] is None else UUID(row["_person_id"])


ROUND_VIEW: Final = View(
    kind="round",
    keys_sql=_ROUND_KEYS,
    parameters=_parameters,
    rows_sql=ROUND_ROWS_SQL,
    scopes=_scopes,
)

STOP_VIEW: Final = View(
    kind="stop",
    keys_sql=_STOP_KEYS,
    parameters=_parameters,
    rows_sql=STOP_ROWS_SQL,
    scopes=_scopes,
    shape=for_driver,
    person_of=_person,
)
