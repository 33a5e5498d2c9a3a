"""The handlers of ``pickup_order.register``, ``pickup_order.execute_return`` and ``pickup_order.cancel``."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from app.identity.actor import Actor
from app.policy.policy import text_fits
from app.policy.repository import current_policy
from app.policy.working_time import STOCKHOLM
from app.registry.holdings import end_holding, end_quantity
from app.registry.numbers import next_order_number
from app.registry.recipients import Recipient, find_recipient, merge_contact, own_contact
from offline_sync.commands import Applied, CommandContext, CommandRefused, Outcome
from routing.pickups import repository
from routing.pickups.arguments import CancelPickupOrder, ExecuteReturn, PickupItem, RegisterPickupOrder
from routing.pickups.handling import SUBJECT, is_office, load, refusal
from routing.pickups.lifecycle import OPEN, LineState, State, cancel_refusal, never_collected, not_deregistered
from routing.pickups.repository import Holdable


async def register(context: CommandContext, arguments: RegisterPickupOrder) -> Outcome:
    """Ask for a return transport (R-247) and give it its number."""
    actor = context.actor
    order_id = context.aggregate
    if order_id is None:
        raise CommandRefused("pickup.id_missing")
    policy = await current_policy(actor.region_id, context.at)
    if not text_fits(arguments.info, policy.pickup_text_limit):
        detail = {"limit": policy.pickup_text_limit, "length": len(arguments.info)}
        raise CommandRefused("pickup.info_too_long", detail=detail)
    if arguments.wanted_on is not None and arguments.wanted_on < context.at.astimezone(STOCKHOLM).date():
        raise CommandRefused("pickup.wanted_past")
    if not arguments.recipient.names_one:
        raise CommandRefused("pickup.recipient_needed")
    recipient = await find_recipient(actor, arguments.recipient)
    if recipient is None:
        raise CommandRefused("pickup.recipient_unknown")
    items = await _items(actor, recipient, arguments.lines)
    own = await own_contact(actor.region_id, person_id=recipient.person_id, party_id=recipient.party_id)
    contact = merge_contact(arguments.contact, own)
    if not contact.complete:
        raise CommandRefused("pickup.address_needed")
    number = await next_order_number(actor.region_id, "pickup_order", order_id, context.at)
    first = items[0][0]
    inserted = await repository.insert_pickup(
        {
            "id": order_id,
            "region_id": actor.region_id,
            "number": number,
            "state": State.REGISTERED.value,
            "reason": arguments.reason,
            "person_id": recipient.person_id,
            "party_id": recipient.party_id,
            "customer_id": first.customer_id,
            "prescriber_id": first.prescriber_id,
            "registered_by": actor.user_id,
            "registered_at": context.at,
            "wanted_on": arguments.wanted_on,
            **contact.columns,
            "info": arguments.info,
        }
    )
    if not inserted:
        raise CommandRefused("pickup.id_taken", subject_kind=SUBJECT, subject_id=order_id)
    for holding, quantity in items:
        await repository.insert_line(
            {
                "region_id": actor.region_id,
                "pickup_order_id": order_id,
                "device_id": holding.device_id,
                "article_id": holding.article_id,
                "quantity": quantity,
                "holding_id": holding.id,
                "owner": holding.owner,
                "charging": holding.charging,
            }
        )
    devices = [holding.device_id for holding, _ in items if holding.device_id is not None]
    await repository.set_device_status(devices, ("with_holder",), "pickup_requested")
    return Applied({"number": number, "rv": await repository.pickup_version(order_id)})


async def execute_return(context: CommandContext, arguments: ExecuteReturn) -> Outcome:
    """Deregister accessories that came back already: the order is closed at once, never a stop (R-258..R-263, I8).

    It has a number, and nobody can search for it afterwards (R-263); the holdings end, which is what is seen (R-262).
    """
    actor, order_id = context.actor, context.aggregate
    if order_id is None:
        raise CommandRefused("pickup.id_missing")
    if not arguments.recipient.names_one:
        raise CommandRefused("pickup.recipient_needed")
    if not arguments.contact.name.strip():
        raise CommandRefused("pickup.name_needed")
    recipient = await find_recipient(actor, arguments.recipient)
    if recipient is None:
        raise CommandRefused("pickup.recipient_unknown")
    items = await _items(actor, recipient, arguments.lines, not_deregistered)
    first = items[0][0]
    values = {
        "id": order_id,
        "region_id": actor.region_id,
        "number": await next_order_number(actor.region_id, "pickup_order", order_id, context.at),
        "kind": "executing_return",
        "state": State.REGISTERED.value,
        "reason": "returned_not_deregistered",
        "person_id": recipient.person_id,
        "party_id": recipient.party_id,
        "customer_id": first.customer_id,
        "prescriber_id": first.prescriber_id,
        "registered_by": actor.user_id,
        "registered_at": context.at,
        # Nobody drives there: what the recipient has registered, the entry code above all, is not copied.
        **arguments.contact.columns,
    }
    if not await repository.insert_pickup(values):
        raise CommandRefused("pickup.id_taken", subject_kind=SUBJECT, subject_id=order_id)
    for holding, quantity in items:
        await repository.insert_line(
            {
                "region_id": actor.region_id,
                "pickup_order_id": order_id,
                "device_id": holding.device_id,
                "article_id": holding.article_id,
                "quantity": quantity,
                "holding_id": holding.id,
                "owner": holding.owner,
                "charging": holding.charging,
                "state": LineState.ARRIVED.value,
                "arrived_at": context.at,
            }
        )
        if holding.device_id is not None:
            await end_holding(actor.region_id, holding.device_id, context.at, "arrived")
        else:
            await end_quantity(holding.id, quantity, context.at)
    await repository.refresh_state(order_id)
    return Applied({"number": values["number"]})


async def _items(
    actor: Actor,
    recipient: Recipient,
    wanted: tuple[PickupItem, ...],
    rule: Callable[..., str | None] = never_collected,
) -> list[tuple[Holdable, int]]:
    """What comes back and how many of each: all of it the recipient's, none of it against the rule (I5)."""
    ids = [item.holding_id for item in wanted]
    if len(set(ids)) < len(ids):
        raise CommandRefused("pickup.holding_twice")
    found = await repository.find_holdings(actor, ids)
    return [(_checked(found.get(item.holding_id), recipient, item, rule), _quantity(found, item)) for item in wanted]


def _checked(
    holding: Holdable | None, recipient: Recipient, item: PickupItem, rule: Callable[..., str | None]
) -> Holdable:
    if holding is None or (holding.person_id, holding.party_id) != (recipient.person_id, recipient.party_id):
        raise CommandRefused("pickup.holding_unknown")
    detail = {"article": holding.article_name, "held": holding.quantity}
    code = rule(kind=holding.kind, vision_aid=holding.vision_aid)
    if code is not None:
        raise CommandRefused(code, detail=detail)
    if holding.asked_for is not None:
        raise CommandRefused("pickup.asked_for_already", detail={**detail, "pickup": holding.asked_for})
    if item.quantity is not None and item.quantity > holding.quantity:
        raise CommandRefused("pickup.quantity", detail=detail)
    return holding


def _quantity(found: dict[UUID, Holdable], item: PickupItem) -> int:
    return item.quantity or found[item.holding_id].quantity


async def cancel(context: CommandContext, arguments: CancelPickupOrder) -> Outcome:
    """Cancel what has not been collected; who may is the region's policy (R-156). What has arrived stays arrived."""
    order = await load(context)
    policy = await current_policy(order.region_id, context.at)
    code = cancel_refusal(
        order.state,
        [line.state for line in order.lines],
        office=is_office(context.actor),
        cancel_by=policy.cancel_pickup_by,
    )
    if code is not None:
        raise refusal(order, code)
    waiting = [line for line in order.lines if line.state in OPEN]
    await repository.update_lines([line.id for line in waiting], {"state": LineState.CANCELLED.value})
    devices = [line.device_id for line in waiting if line.device_id is not None]
    await repository.set_device_status(devices, ("pickup_requested",), "with_holder")
    await repository.update_pickup(
        order.id,
        {"cancelled_at": context.at, "cancel_reason": arguments.reason, "cancel_note": arguments.note},
    )
    await repository.refresh_state(order.id)
    return Applied({"rv": await repository.pickup_version(order.id)})
