"""Technical exchange and medical device deviations: what a technician does with a device that cannot be mended."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from app.device_flags import repository as flags
from app.policy.repository import current_policy
from app.registry import repository as registry
from app.registry.holdings import Holder, HoldingError, end_holding, hand_out, open_holding
from field.work_orders import exchanges, repository
from field.work_orders.arguments import Exchange, ReportDeviation, Reserve
from field.work_orders.handling import applied, happened, judge, load, recorded, refusal, started_columns, step
from field.work_orders.lifecycle import Attempt, Decision, Refusal
from field.work_orders.likeness import exchange_fault
from field.work_orders.repository import LockedOrder
from field.work_orders.telling import tell_of_deviation
from labels.service import resolve_scan
from offline_sync.commands import Applied, CommandContext, Outcome, ParkCommand

#: What the block on a device with a deviation says; the marking that it travels with says the same (R-300).
DEVIATION_REASON: Final = "Medicinteknisk avvikelse"


async def reserve(context: CommandContext, arguments: Reserve) -> Outcome:
    """Keep a like device for the exchange at the visit, or give it free again (R-219)."""
    order = await load(context)
    decision = judge(context, order, Attempt("reserve", context.actor.user_id))
    if not decision.allowed:
        return recorded(order, decision)
    device_id = None
    if arguments.device_number is not None:
        old_id = _own_device(order)
        device = await registry.device_by_number(order.region_id, arguments.device_number)
        if device is None:
            raise refusal(order, "work_order.exchange_unknown", device=arguments.device_number)
        device_id = device.id
        code = await _fault(order, old_id, device_id, context.at)
        if code is not None:
            raise refusal(order, code, device=device.number)
    if order.reserved_device_id is not None and order.reserved_device_id != device_id:
        await _give_free(order.region_id, order.reserved_device_id)
    if device_id is not None:
        await exchanges.set_status(device_id, "reserved")
    await repository.update_order(order.id, {"reserved_device_id": device_id})
    return await applied(order, decision)


async def exchange(context: CommandContext, arguments: Exchange) -> Outcome:
    """Exchange the order's device for one like it: both codes were read, the new one has the old one's holder.

    From the field what was done is kept whatever the rules say, and a person decides who has which device.

    Raises:
        ParkCommand: nobody knows a code that was read (sync case 19).
        CommandRefused: the order has no device, or another than the one that was read.
    """
    order = await load(context)
    old_id = _own_device(order)
    if await _read(order, arguments.old_raw) != old_id:
        raise refusal(order, "work_order.exchange_other")
    new_id = await _read(order, arguments.new_raw)
    code = await _fault(order, old_id, new_id, context.at)
    decision = judge(context, order, Attempt("exchange", context.actor.user_id))
    if decision.allowed and code is not None:
        context.judge(refusal(order, code))
        decision = Decision(refusal=Refusal(code))
    at = happened(arguments.at, context)
    if old_id != new_id:
        await exchanges.insert_exchange(
            order.region_id,
            order.id,
            old_id,
            new_id,
            context.actor.user_id,
            context.command_id,
            at,
            data_uploaded=arguments.data_uploaded,
            note=arguments.note,
        )
    if not decision.allowed:
        return recorded(order, decision)
    try:
        await hand_over(order, old_id, new_id, at)
    except HoldingError:
        late = Decision(refusal=Refusal("work_order.exchange_before"))
        context.judge(refusal(order, "work_order.exchange_before"))
        return recorded(order, late)
    values = {**step(decision), **started_columns(order, decision, context.actor, at), "reserved_device_id": None}
    await repository.update_order(order.id, values)
    return await applied(order, decision)


async def hand_over(order: LockedOrder, old_id: UUID, new_id: UUID, at: datetime) -> None:
    """Give the old device's holder the new one; the old one is on its way to the centre.

    Raises:
        HoldingError: something newer is known of one of the devices; nothing has changed.
    """
    for device_id in sorted((old_id, new_id)):
        await registry.lock_device(order.region_id, device_id)
    holding = await open_holding(old_id)
    if holding is not None:
        await end_holding(order.region_id, old_id, at, "collected")
        holder = Holder(
            person_id=holding.person_id,
            party_id=holding.party_id,
            prescriber_id=holding.prescriber_id,
            customer_id=holding.customer_id,
            payer_id=holding.payer_id,
        )
        await hand_out(order.region_id, new_id, holder, at, "exchange")
    else:
        await exchanges.set_status(old_id, "collected")
    if order.reserved_device_id is not None and order.reserved_device_id != new_id:
        await _give_free(order.region_id, order.reserved_device_id)


async def report_deviation(context: CommandContext, arguments: ReportDeviation) -> Outcome:
    """Keep a deviation, block the device, and tell the prescriber at once, else whoever ordered (R-300, R-301).

    It is a fact like a scan: it is kept whatever has become of the order meanwhile.
    """
    order = await load(context)
    device_id = _own_device(order)
    await registry.lock_device(order.region_id, device_id)
    told = order.prescriber_id or order.registered_by
    await exchanges.insert_deviation(
        {
            "id": context.command_id,
            "region_id": order.region_id,
            "work_order_id": order.id,
            "device_id": device_id,
            "text": arguments.text,
            "harm": arguments.harm,
            "at": happened(arguments.at, context),
            "by_id": context.actor.user_id,
            "told_id": told,
            "command_id": context.command_id,
        }
    )
    await flags.insert_block(order.region_id, device_id, DEVIATION_REASON, context.actor.user_id, context.at)
    await flags.renew_device(device_id)
    await tell_of_deviation(order, told, await _number(order, device_id), context.command_id)
    rv = await repository.order_version(order.id)
    return Applied({"rv": rv, "told": told is not None})


def _own_device(order: LockedOrder) -> UUID:
    if order.device_id is None:
        raise refusal(order, "work_order.exchange_no_device")
    return order.device_id


async def _read(order: LockedOrder, raw: str) -> UUID:
    found = await resolve_scan(order.region_id, raw)
    if found is None:
        raise ParkCommand("label.unknown")
    return found.device_id


async def _fault(order: LockedOrder, old_id: UUID, new_id: UUID, at: datetime) -> str | None:
    for device_id in sorted({old_id, new_id}):
        await registry.lock_device(order.region_id, device_id)
    policy = await current_policy(order.region_id, at)
    old = await exchanges.exchange_device(order.region_id, old_id)
    new = await exchanges.exchange_device(order.region_id, new_id)
    return exchange_fault(old, new, order.id, policy.exchange_models)


async def _give_free(region_id: UUID, device_id: UUID) -> None:
    await registry.lock_device(region_id, device_id)
    device = await registry.device_by_id(region_id, device_id)
    if device is not None and device.status == "reserved":
        await exchanges.set_status(device_id, "in_stock")


async def give_free(order: LockedOrder) -> None:
    """An order that ends keeps no device back."""
    if order.reserved_device_id is not None:
        await _give_free(order.region_id, order.reserved_device_id)


async def _number(order: LockedOrder, device_id: UUID) -> str:
    device = await registry.device_by_id(order.region_id, device_id)
    return device.number if device else ""
