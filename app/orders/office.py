"""The office's reads of customer orders: a page of the list, and one order. Both are bound to the actor's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from app.database import Record, fetch, fetch_row
from app.identity.actor import Actor
from app.identity.scopes import customer_order_scope_sql, recipient_scope_sql
from app.orders.repository import PLANNED_SQL
from app.registry.cursor import Cursor

StateFilter: TypeAlias = Literal["open", "closed", "all"]

_STATES: Final[dict[StateFilter, str]] = {
    "open": "o.state not in ('delivered', 'cancelled')",
    "closed": "o.state in ('delivered', 'cancelled')",
    "all": "true",
}

_NEEDS_DEVICE: Final = (
    "order_line l join article a on a.id = l.article_id where l.order_id = o.id and l.state = 'open'"
    " and l.device_id is null and a.individually_numbered"
)

#: The day of the round that the order is on.
_PLANNED_ON: Final = (
    f"(select min(r.on_day) from {PLANNED_SQL} and k.order_line_id in"  # noqa: S608
    " (select l.id from order_line l where l.order_id = o.id))"
)


@dataclass(frozen=True)
class Wanted:
    """Which page of the list. ``mine``: registered or prescribed by the reader; ``to_assign``: devices are missing."""

    state: StateFilter
    limit: int
    mine: bool = False
    to_assign: bool = False
    before: Cursor | None = None


async def find_orders(actor: Actor, wanted: Wanted) -> list[Record]:
    """Return up to ``limit`` orders, newest first; the town is nobody's but those who may see the recipient."""
    scope, scope_parameters = customer_order_scope_sql(actor, alias="o", first=2)
    shown, shown_parameters = recipient_scope_sql(actor, alias="o", first=2 + len(scope_parameters))
    values: list[Any] = [wanted.limit, *scope_parameters, *shown_parameters]
    conditions = [scope, _STATES[wanted.state]]

    def given(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    if wanted.mine:
        me = given(actor.user_id)
        conditions.append(f"(o.registered_by = {me} or o.prescriber_id = {me})")
    if wanted.to_assign:
        conditions.append(f"exists (select from {_NEEDS_DEVICE})")
    if wanted.before is not None:
        at, order_id = (given(value) for value in wanted.before)
        conditions.append(f"o.registered_at <= {at} and (o.registered_at < {at} or o.id > {order_id})")
    return await fetch(
        "select o.id, o.number, o.kind, o.state,"  # noqa: S608
        " case when o.person_id is null then 'party' else 'person' end as recipient_kind,"
        f" case when {shown} and not coalesce(p.protected_identity, false) then o.town else '' end as town,"
        " o.earliest_dispatch, o.urgent, o.co_delivery,"
        " (select count(*) from order_line l where l.order_id = o.id and l.state <> 'cancelled') as lines,"
        f" (select count(*) from {_NEEDS_DEVICE}) as lines_without_device, o.carrier, o.registered_at,"
        f" u.name as registered_by_name, {_PLANNED_ON} as planned_on, o.rv"
        " from customer_order o join user_account u on u.id = o.registered_by left join person p on p.id = o.person_id"
        f" where {' and '.join(conditions)} order by o.registered_at desc, o.id limit $1",
        *values,
    )


async def find_order(actor: Actor, number: str) -> dict[str, Any] | None:
    """Return the unmasked order with that number, when it is in the actor's scope.

    ``shown`` tells whether the recipient is the actor's to see; it and ``person_id`` are for the mask alone.
    """
    scope, scope_parameters = customer_order_scope_sql(actor, alias="o", first=3)
    shown, shown_parameters = recipient_scope_sql(actor, alias="o", first=3 + len(scope_parameters))
    row = await fetch_row(
        f"select o.*, {shown} as shown, coalesce(p.protected_identity, false) as protected,"  # noqa: S608
        " coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), y.name || ' ' || y.number) as recipient_name,"
        " coalesce(c.number || ' ' || c.name, '') as customer, registrar.name as registered_by_name,"
        f" coalesce(prescriber.name, '') as prescriber_name, {_PLANNED_ON} as planned_on"
        " from customer_order o left join person p on p.id = o.person_id left join party y on y.id = o.party_id"
        " left join party c on c.id = o.customer_id join user_account registrar on registrar.id = o.registered_by"
        " left join user_account prescriber on prescriber.id = o.prescriber_id"
        f" where o.region_id = $1 and o.number = $2 and {scope}",
        actor.region_id,
        number,
        *scope_parameters,
        *shown_parameters,
    )
    return None if row is None else dict(row)


async def find_lines(order_id: UUID) -> list[Record]:
    """Return the order's lines as the office sees them."""
    return await fetch(
        "select l.id, l.position, a.number as article_number, a.name as article_name, l.quantity,"
        " a.individually_numbered as numbered, d.number as device_number, l.state, l.loaded, l.delivered_quantity,"
        " l.delivered_at from order_line l join article a on a.id = l.article_id"
        " left join device d on d.id = l.device_id where l.order_id = $1 order by l.position",
        order_id,
    )


async def find_proof(order_id: UUID) -> Record | None:
    """Return the newest proof of a stop where something of the order was handed over, with what was signed for."""
    return await fetch_row(
        "select v.signer_name, v.method, v.at, (select jsonb_agg(jsonb_build_object('action', i.item ->> 'action',"
        "   'article_name', coalesce(a.name, b.name, ''), 'device_number', coalesce(i.item ->> 'device_number',"
        "   d.number), 'quantity', i.item -> 'quantity') order by i.position)"
        "  from jsonb_array_elements(v.items) with ordinality i (item, position)"
        "  left join stop_task t on t.id = (i.item ->> 'task_id')::uuid left join article a on a.id = t.article_id"
        "  left join article b on b.region_id = v.region_id and b.number = i.item ->> 'article_number'"
        "  left join device d on d.id = t.device_id) as items"
        " from proof_of_delivery v where exists (select from stop_task k join order_line l on l.id = k.order_line_id"
        "   where k.stop_id = v.stop_id and l.order_id = $1 and k.state = 'done')"
        " order by v.at desc, v.id limit 1",
        order_id,
    )


async def history(region_id: UUID, order_id: UUID) -> list[Record]:
    """Return every command on the order, in the order things happened."""
    return await fetch(
        "select c.at_est as at, c.received_at, coalesce(u.name, '') as by_name, c.type, c.verdict, c.code, c.detail"
        " from command_log c left join user_account u on u.id = c.author"
        " where c.region_id = $1 and c.aggregate = $2 order by c.at_est, c.received_at, c.id",
        region_id,
        order_id,
    )
