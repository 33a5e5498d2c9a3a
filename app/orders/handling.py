"""What the handlers of customer order commands share: loading, judging and refusing."""

from __future__ import annotations

from typing import Any

from app.identity.actor import Actor, Role
from app.orders import repository
from app.orders.repository import LockedOrder
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotEntitled, NotFound

SUBJECT = "customer_order"


async def load(context: CommandContext) -> LockedOrder:
    """Lock the order that the command is about.

    Raises:
        NotFound: the region has no such order.
        NotEntitled: it is not the author's.
    """
    order = None if context.aggregate is None else await repository.lock_order(context.actor, context.aggregate)
    if order is None:
        raise NotFound
    if not order.entitled:
        raise NotEntitled
    return order


def refusal(order: LockedOrder, code: str, **detail: Any) -> CommandRefused:
    """Make a refusal that carries the order's state."""
    return CommandRefused(
        code,
        detail={"number": order.number, **detail},
        state=order.public_state,
        subject_kind=SUBJECT,
        subject_id=order.id,
    )


def refuse_if(order: LockedOrder, code: str | None) -> None:
    """Raise what the rules say, if they say anything. These commands come from the office only: nothing was stored."""
    if code is not None:
        raise refusal(order, code)


async def applied(order: LockedOrder) -> Applied:
    """Make the outcome: the new row version."""
    return Applied({"rv": await repository.order_version(order.id)})


def is_office(actor: Actor) -> bool:
    """True for customer service and planners; everybody else is an orderer."""
    return actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE)
