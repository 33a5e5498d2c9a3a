"""The office's reads of pick-up orders. Both are bound to the actor's scope; executing returns are nobody's (R-263)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from app.database import Record, fetch, fetch_row
from app.identity.actor import Actor
from app.identity.scopes import pickup_order_scope_sql, recipient_scope_sql
from app.registry.cursor import Cursor

StateFilter: TypeAlias = Literal["open", "closed", "all"]

_STATES: Final[dict[StateFilter, str]] = {
    "open": "p.state = 'registered'",
    "closed": "p.state <> 'registered'",
    "all": "true",
}

#: The day of the round that the order is on.
_PLANNED_ON: Final = (
    "(select min(r.on_day) from stop_task k join stop s on s.id = k.stop_id join van_round r on r.id = s.round_id"
    " where k.state = 'planned' and s.state = 'planned' and r.state <> 'returned'"
    " and k.pickup_line_id in (select l.id from pickup_line l where l.pickup_order_id = p.id))"
)


@dataclass(frozen=True)
class Wanted:
    """Which page of the list.

    Attributes:
        mine: registered or prescribed by the reader.
        to_arrive: something is in a van and has not arrived.
        device: the number of a device that waits to come back.
    """

    state: StateFilter
    limit: int
    mine: bool = False
    to_arrive: bool = False
    device: str | None = None
    before: Cursor | None = None


async def find_pickups(actor: Actor, wanted: Wanted) -> list[Record]:
    """Return up to ``limit`` orders, newest first; the town is nobody's but those who may see the recipient."""
    scope, scope_parameters = pickup_order_scope_sql(actor, alias="p", first=2)
    shown, shown_parameters = recipient_scope_sql(actor, alias="p", first=2 + len(scope_parameters))
    values: list[Any] = [wanted.limit, *scope_parameters, *shown_parameters]
    conditions = ["p.kind = 'normal'", scope, _STATES[wanted.state]]

    def given(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    if wanted.mine:
        me = given(actor.user_id)
        conditions.append(f"(p.registered_by = {me} or p.prescriber_id = {me})")
    if wanted.to_arrive:
        conditions.append("exists (select from pickup_line l where l.pickup_order_id = p.id and l.state = 'collected')")
    if wanted.device is not None:
        conditions.append(
            "exists (select from pickup_line l join device d on d.id = l.device_id where l.pickup_order_id = p.id"
            f" and d.number = {given(wanted.device)} and l.state in ('requested', 'planned', 'collected'))"
        )
    if wanted.before is not None:
        at, order_id = (given(value) for value in wanted.before)
        conditions.append(f"p.registered_at <= {at} and (p.registered_at < {at} or p.id > {order_id})")
    return await fetch(
        "select p.id, p.number, p.state, p.reason,"  # noqa: S608
        " case when p.person_id is null then 'party' else 'person' end as recipient_kind,"
        f" case when {shown} and not coalesce(x.protected_identity, false) then p.town else '' end as town,"
        " p.wanted_on, n.lines, n.collected, n.arrived, p.registered_at, u.name as registered_by_name,"
        f" {_PLANNED_ON} as planned_on, p.rv"
        " from pickup_order p join user_account u on u.id = p.registered_by left join person x on x.id = p.person_id"
        " cross join lateral (select count(*) filter (where l.state <> 'cancelled') as lines,"
        "   count(*) filter (where l.state = 'collected') as collected,"
        "   count(*) filter (where l.state = 'arrived') as arrived"
        "   from pickup_line l where l.pickup_order_id = p.id) n"
        f" where {' and '.join(conditions)} order by p.registered_at desc, p.id limit $1",
        *values,
    )


async def find_pickup(actor: Actor, number: str) -> dict[str, Any] | None:
    """Return the unmasked order with that number, when it is in the actor's scope.

    ``shown`` tells whether the recipient is the actor's to see; it and ``person_id`` are for the mask alone.
    """
    scope, scope_parameters = pickup_order_scope_sql(actor, alias="p", first=3)
    shown, shown_parameters = recipient_scope_sql(actor, alias="p", first=3 + len(scope_parameters))
    row = await fetch_row(
        f"select p.*, {shown} as shown, coalesce(x.protected_identity, false) as protected,"  # noqa: S608
        " coalesce(nullif(concat_ws(' ', x.first_name, x.last_name), ''), y.name || ' ' || y.number) as recipient_name,"
        " coalesce(c.number || ' ' || c.name, '') as customer, registrar.name as registered_by_name,"
        f" coalesce(prescriber.name, '') as prescriber_name, {_PLANNED_ON} as planned_on"
        " from pickup_order p left join person x on x.id = p.person_id left join party y on y.id = p.party_id"
        " left join party c on c.id = p.customer_id join user_account registrar on registrar.id = p.registered_by"
        " left join user_account prescriber on prescriber.id = p.prescriber_id"
        f" where p.region_id = $1 and p.number = $2 and p.kind = 'normal' and {scope}",
        actor.region_id,
        number,
        *scope_parameters,
        *shown_parameters,
    )
    return None if row is None else dict(row)


async def find_lines(order_id: UUID) -> list[Record]:
    """Return the order's lines as the office sees them."""
    return await fetch(
        "select l.id, l.position, d.number as device_number, a.number as article_number, a.name as article_name,"
        " l.quantity, l.owner, l.charging, l.hygiene, l.state, l.unplanned, l.collected_at, l.arrived_at"
        " from pickup_line l join article a on a.id = l.article_id left join device d on d.id = l.device_id"
        " where l.pickup_order_id = $1 order by l.position",
        order_id,
    )
