"""``customer_order.send`` and ``customer_order.receive``: what goes by the internal post or the post (R-275, R-281)."""

from __future__ import annotations

from datetime import date

from app.database import execute, fetch_row
from app.orders import fulfilment
from app.orders.arguments import ReceiveCustomerOrder, SendCustomerOrder
from app.orders.handling import applied, load, refusal, refuse_if
from app.orders.lifecycle import Carrier, receive_refusal, send_refusal
from app.orders.repository import LockedOrder
from app.policy.working_time import STOCKHOLM
from offline_sync.commands import CommandContext, Outcome


async def send(context: CommandContext, _arguments: SendCustomerOrder) -> Outcome:
    """Give the order to its carrier: all of it, for nothing of it can be followed apart.

    The post hands over at a service point and tells the centre nothing (R-281), so what it has been given counts as
    delivered. The internal post is on its way until somebody says that it has come.
    """
    order = await load(context)
    carrier, earliest = await _way(order)
    refuse_if(order, send_refusal(order.facts, carrier))
    if earliest > context.at.astimezone(STOCKHOLM).date():
        raise refusal(order, "order.too_early", day=earliest.isoformat())
    await execute("update customer_order set sent_at = $2 where id = $1", order.id, context.at)
    await fulfilment.mark_in_transit([line.id for line in order.lines if line.state == "open"])
    if carrier == "postal":
        await _hand_over(context, order)
    return await applied(order)


async def receive(context: CommandContext, _arguments: ReceiveCustomerOrder) -> Outcome:
    """The care unit has it: from now on it is the holder's."""
    order = await load(context)
    carrier, _ = await _way(order)
    refuse_if(order, receive_refusal(order.facts, carrier))
    await _hand_over(context, order)
    return await applied(order)


async def _way(order: LockedOrder) -> tuple[Carrier, date]:
    row = await fetch_row("select carrier, earliest_dispatch from customer_order where id = $1", order.id)
    if row is None:
        raise LookupError("a locked order is gone")
    return row["carrier"], row["earliest_dispatch"]


async def _hand_over(context: CommandContext, order: LockedOrder) -> None:
    for line in order.lines:
        if line.state == "open":
            left = line.quantity - line.delivered_quantity
            await fulfilment.mark_delivered(line.id, quantity=left, at=context.at, device_id=line.device_id)
