"""What the handlers of pick-up order commands share: loading, and refusing with the order's state."""

from __future__ import annotations

from typing import Any

from app.identity.actor import Actor, Role
from offline_sync.commands import CommandContext, CommandRefused, NotEntitled, NotFound
from routing.pickups import repository
from routing.pickups.repository import LockedPickup

SUBJECT = "pickup_order"


async def load(context: CommandContext) -> LockedPickup:
    """Lock the order that the command is about.

    Raises:
        NotFound: the region has no such order.
        NotEntitled: it is not the author's.
    """
    order = None if context.aggregate is None else await repository.lock_pickup(context.actor, context.aggregate)
    if order is None:
        raise NotFound
    if not order.entitled:
        raise NotEntitled
    return order


def refusal(order: LockedPickup, code: str, **detail: Any) -> CommandRefused:
    """Make a refusal that carries the order's state."""
    return CommandRefused(
        code,
        detail={"number": order.number, **detail},
        state=order.public_state,
        subject_kind=SUBJECT,
        subject_id=order.id,
    )


def is_office(actor: Actor) -> bool:
    """True for customer service and planners; everybody else is an orderer."""
    return actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE)
