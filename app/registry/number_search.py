"""One box for every number: what it stands for, among what the reader may see (R-343 to R-347)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal, TypeAlias

from app.database import fetch
from app.identity.actor import Actor, Role
from app.identity.permissions import allowed
from app.identity.scopes import (
    customer_order_scope_sql,
    holding_scope_sql,
    pickup_order_scope_sql,
    work_order_scope_sql,
)
from app.registry.search import device_scope_sql

Scope: TypeAlias = tuple[str, tuple[Any, ...]]
Kind: TypeAlias = Literal["work_order", "customer_order", "pickup_order", "device", "article", "party"]


def _party_scope(actor: Actor, *, first: int) -> Scope:
    if actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE, Role.ADMIN):
        return "true", ()
    scope, parameters = holding_scope_sql(actor, alias="h", first=first + 1)
    own = f"t.id = any(${first}::uuid[])"
    return (
        f"({own} or exists (select from holding h where h.party_id = t.id and {scope}))",
        (sorted(actor.customer_ids), *parameters),
    )


def _everyone(_actor: Actor, *, first: int) -> Scope:
    return "true", ()


def _title(lines: str, order: str) -> str:
    """The first article of an order, and how many more."""
    return (
        f"(select (array_agg(a.name order by l.position))[1] || case when count(*) > 1 then ' +' || count(*) - 1"  # noqa: S608
        f" else '' end from {lines} l join article a on a.id = l.article_id where l.{order})"
    )


#: kind -> (permission, query, scope). The query's $1 is the region and $2 the number.
_KINDS: Final[dict[Kind, tuple[str, str, Callable[..., Scope]]]] = {
    "work_order": (
        "work_order.read",
        (
            "select a.name as title from work_order w join article a on a.id = w.article_id"
            " where w.region_id = $1 and w.number = $2"
        ),
        work_order_scope_sql,
    ),
    "customer_order": (
        "customer_order.read",
        (
            f"select {_title('order_line', 'order_id = o.id')} as title from customer_order o"  # noqa: S608
            " where o.region_id = $1 and o.number = $2"
        ),
        customer_order_scope_sql,
    ),
    "pickup_order": (
        "pickup_order.read",
        (
            f"select {_title('pickup_line', 'pickup_order_id = p.id')} as title from pickup_order p"  # noqa: S608
            " where p.region_id = $1 and p.number = $2 and p.kind = 'normal'"
        ),
        pickup_order_scope_sql,
    ),
    "device": (
        "device.read",
        (
            "select a.name as title from device d join article a on a.id = d.article_id"
            " where d.region_id = $1 and d.number = $2"
        ),
        device_scope_sql,
    ),
    "article": (
        "article.read",
        "select a.name as title from article a where a.region_id = $1 and a.number = $2",
        _everyone,
    ),
    "party": (
        "party.read",
        (
            "select t.name as title from party t where t.region_id = $1 and t.number = $2"
            " and t.kind in ('customer', 'care_unit')"
        ),
        _party_scope,
    ),
}


async def find_number(actor: Actor, number: str) -> list[tuple[Kind, str]]:
    """Return (kind, title) of everything that the number stands for and the actor may see.

    Numbers of persons are never looked up here; a title names an article, a care unit or a customer.
    """
    found: list[tuple[Kind, str]] = []
    for kind, (permission, query, scope_of) in _KINDS.items():
        if not allowed(actor, permission):
            continue
        scope, parameters = scope_of(actor, first=3)
        rows = await fetch(f"{query} and {scope}", actor.region_id, number, *parameters)
        found += [(kind, row["title"] or "") for row in rows]
    return found
