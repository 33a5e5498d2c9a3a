"""Whose rows an actor may touch: one SQL condition per kind of row, shared by office queries and phone views (SR-05).

Each function answers ``(sql, parameters)``: a condition in brackets over the table named ``alias``, whose placeholders
are numbered from ``first``. The region is always part of it, so no query of an actor sees another region.
"""

from __future__ import annotations

from typing import Any

from app.identity.actor import Actor, Role

Scope = tuple[str, tuple[Any, ...]]

_OFFICE = (Role.PLANNER, Role.CUSTOMER_SERVICE)


def work_order_scope_sql(actor: Actor, *, alias: str = "w", first: int = 1) -> Scope:
    """Condition for ``work_order``.

    Planner and customer service see their region. A technician sees the orders of the own teams, those assigned to the
    technician and those the technician registered. A prescriber sees the own ones: registered by the prescriber, for a
    holding the prescriber answers for, or for one of the customers the user orders for (R-041). Nobody else sees any.
    """
    return _scope(
        actor,
        alias,
        first,
        by_user=(
            (Role.TECHNICIAN, ("assigned_to", "registered_by")),
            (Role.PRESCRIBER, ("registered_by", "prescriber_id")),
        ),
    )


def holding_scope_sql(actor: Actor, *, alias: str = "h", first: int = 1) -> Scope:
    """Condition for ``holding``: whose holder may be shown (permission ``device.holder``).

    Planner and customer service: the region. Prescriber: what the prescriber or one of the user's customers ordered.
    """
    return _scope(actor, alias, first, by_user=((Role.PRESCRIBER, ("prescriber_id",)),))


def customer_order_scope_sql(actor: Actor, *, alias: str = "o", first: int = 1) -> Scope:
    """Condition for ``customer_order``.

    Planner and customer service see their region, and so does the warehouse, which is shown nothing of the recipient
    (domain model 5.6). A prescriber sees the own ones: registered by the prescriber, in the prescriber's name, or for
    one of the customers the user orders for (R-041). Nobody else sees any.
    """
    return _scope(
        actor,
        alias,
        first,
        by_user=((Role.PRESCRIBER, ("registered_by", "prescriber_id")),),
        whole_region=(*_OFFICE, Role.WAREHOUSE),
    )


def pickup_order_scope_sql(actor: Actor, *, alias: str = "p", first: int = 1) -> Scope:
    """Condition for ``pickup_order``: the same people as for customer orders."""
    return customer_order_scope_sql(actor, alias=alias, first=first)


def recipient_scope_sql(actor: Actor, *, alias: str = "o", first: int = 1) -> Scope:
    """Condition for ``customer_order`` and ``pickup_order``: whose recipient may be shown; never to the warehouse."""
    return _scope(actor, alias, first, by_user=((Role.PRESCRIBER, ("registered_by", "prescriber_id")),))


def _scope(
    actor: Actor,
    alias: str,
    first: int,
    *,
    by_user: tuple[tuple[Role, tuple[str, ...]], ...],
    whole_region: tuple[Role, ...] = _OFFICE,
) -> Scope:
    parameters: list[Any] = [actor.region_id]
    region = f"{alias}.region_id = ${first}"
    if not actor.active:
        return "(false)", ()
    if actor.has(*whole_region):
        return f"({region})", tuple(parameters)

    def placeholder(value: Any) -> str:
        parameters.append(value)
        return f"${first + len(parameters) - 1}"

    own: list[str] = []
    for role, columns in by_user:
        if not actor.has(role):
            continue
        user = placeholder(actor.user_id)
        own += [f"{alias}.{column} = {user}" for column in columns]
        if role is Role.TECHNICIAN and actor.team_ids:
            own.append(f"{alias}.team_id = any({placeholder(sorted(actor.team_ids))}::uuid[])")
        if role is Role.PRESCRIBER and actor.customer_ids:
            own.append(f"{alias}.customer_id = any({placeholder(sorted(actor.customer_ids))}::uuid[])")
    if not own:
        return "(false)", ()
    return f"({region} and ({' or '.join(own)}))", tuple(parameters)
