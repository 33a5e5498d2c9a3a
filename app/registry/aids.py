"""What a recipient has and waits for: the list of aids that everything in the office starts from (R-053, R-063).

Orders, work orders and pick-ups are other rooms' rows. They are read here because the list is one answer; each passes
the scope of its own kind.
"""

from __future__ import annotations

from app.database import Record, fetch
from app.identity.actor import Actor
from app.identity.scopes import holding_scope_sql, pickup_order_scope_sql, recipient_scope_sql, work_order_scope_sql
from app.registry.recipients import Recipient

_LATEST = 20


async def find_aids(actor: Actor, recipient: Recipient) -> list[Record]:
    """Return what the recipient has now, by name; also what is registered as ordered and has no delivery day (R-063).

    ``pickup_order`` is the number of the pick-up order that waits for it.
    """
    scope, parameters = holding_scope_sql(actor, alias="h", first=3)
    return await fetch(
        "select h.id as holding_id, a.number as article_number, a.name as article_name, a.kind,"  # noqa: S608
        " d.number as device_number, h.quantity, h.ordered_at, h.starts_at as delivered_at,"
        " coalesce(u.name, '') as prescriber_name, a.vision_aid, a.kind = 'consumable' as consumable,"
        " a.individually_numbered, (select p.number from pickup_line l join pickup_order p on p.id = l.pickup_order_id"
        "   where l.holding_id = h.id and l.state in ('requested', 'planned', 'collected') limit 1) as pickup_order"
        " from holding h left join device d on d.id = h.device_id join article a"
        " on a.id = coalesce(h.article_id, d.article_id) left join user_account u on u.id = h.prescriber_id"
        f" where (h.person_id = $1 or h.party_id = $2) and h.ends_at is null and {scope}"
        " order by swedish_order(a.name), d.number, h.starts_at, h.id",
        recipient.person_id,
        recipient.party_id,
        *parameters,
    )


async def find_on_the_way(actor: Actor, recipient: Recipient) -> list[Record]:
    """Return what is ordered and not delivered, with the day it is planned for (R-059, R-063)."""
    scope, parameters = recipient_scope_sql(actor, alias="o", first=3)
    return await fetch(
        "select o.number as order_number, a.number as article_number, a.name as article_name,"  # noqa: S608
        " l.quantity - l.delivered_quantity as quantity, d.number as device_number, o.state, o.earliest_dispatch,"
        " (select min(r.on_day) from stop_task k join stop s on s.id = k.stop_id join van_round r on r.id = s.round_id"
        "   where k.order_line_id = l.id and k.state in ('planned', 'loaded') and s.state = 'planned'"
        "   and r.state <> 'returned') as planned_on"
        " from order_line l join customer_order o on o.id = l.order_id join article a on a.id = l.article_id"
        " left join device d on d.id = l.device_id"
        f" where (o.person_id = $1 or o.party_id = $2) and l.state = 'open' and {scope} order by o.number, l.position",
        recipient.person_id,
        recipient.party_id,
        *parameters,
    )


async def find_open_work_orders(actor: Actor, recipient: Recipient) -> list[Record]:
    """Return the recipient's open work orders, by number."""
    scope, parameters = work_order_scope_sql(actor, alias="w", first=3)
    return await fetch(
        "select w.number, w.type, w.state from work_order w where (w.person_id = $1 or w.party_id = $2)"  # noqa: S608
        f" and w.state not in ('closed', 'cancelled') and {scope} order by w.number",
        recipient.person_id,
        recipient.party_id,
        *parameters,
    )


async def find_pickups(actor: Actor, recipient: Recipient) -> list[Record]:
    """Return the recipient's newest pick-up orders, but for those that nobody may search for (R-263)."""
    scope, parameters = pickup_order_scope_sql(actor, alias="p", first=3)
    return await fetch(
        "select p.number, p.state from pickup_order p where (p.person_id = $1 or p.party_id = $2)"  # noqa: S608
        f" and p.kind = 'normal' and {scope} order by p.registered_at desc, p.id limit {_LATEST}",
        recipient.person_id,
        recipient.party_id,
        *parameters,
    )
