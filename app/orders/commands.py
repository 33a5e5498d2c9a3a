"""The handlers of ``customer_order.assign_device`` and ``customer_order.cancel``."""

from __future__ import annotations

from uuid import UUID

from app.orders import repository
from app.orders.arguments import AssignDevice, CancelCustomerOrder
from app.orders.handling import applied, is_office, load, refusal, refuse_if
from app.orders.lifecycle import assign_refusal, cancel_refusal
from app.orders.repository import Line, LockedOrder
from app.policy.repository import current_policy
from app.registry import repository as registry
from offline_sync.commands import CommandContext, Outcome


async def assign_device(context: CommandContext, arguments: AssignDevice) -> Outcome:
    """Say which device goes out on a line, or give it back; the stock decides, not the prescriber (R-073)."""
    order = await load(context)
    line = order.line(arguments.line_id)
    if line is None:
        raise refusal(order, "order.line_unknown")
    refuse_if(order, assign_refusal(order.facts, line.facts, gives_back=arguments.device_number is None))
    device_id = None if arguments.device_number is None else await _free_device(order, line, arguments.device_number)
    if device_id != line.device_id:
        if line.device_id is not None:
            await repository.set_device_status([line.device_id], ("reserved",), "in_stock")
        await repository.set_device(line.id, device_id)
        if device_id is not None:
            await repository.set_device_status([device_id], ("in_stock",), "reserved")
        await repository.refresh_state(order.id, order.state)
    return await applied(order)


async def _free_device(order: LockedOrder, line: Line, number: str) -> UUID:
    """Lock and return the device when it is free in stock, or is the line's already."""
    device = await registry.device_by_number(order.region_id, number)
    if device is None:
        raise refusal(order, "order.device_unknown")
    if device.article_id != line.article_id:
        raise refusal(
            order,
            "order.device_other_article",
            device=number,
            article=device.article_number,
            wanted=line.article_number,
        )
    if device.id != line.device_id and not await repository.lock_free_device(device.id):
        raise refusal(order, "order.device_taken", device=number)
    if device.id != line.device_id and await registry.is_stopped(device.id):
        raise refusal(order, "order.device_stopped", device=number)
    return device.id


async def cancel(context: CommandContext, arguments: CancelCustomerOrder) -> Outcome:
    """Cancel what is not delivered yet and give its devices back; who may is the region's policy (R-154, R-155)."""
    order = await load(context)
    policy = await current_policy(order.region_id, context.at)
    code = cancel_refusal(order.facts, office=is_office(context.actor), cancel_by=policy.cancel_order_by)
    refuse_if(order, code)
    reserved = [line.device_id for line in order.lines if line.device_id is not None and line.state == "open"]
    await repository.cancel_lines(order.id)
    await repository.set_device_status(reserved, ("reserved",), "in_stock")
    await repository.update_order(
        order.id,
        {"cancelled_at": context.at, "cancel_reason": arguments.reason, "cancel_note": arguments.note},
    )
    await repository.refresh_state(order.id, order.state)
    return await applied(order)
