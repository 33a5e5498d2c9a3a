"""The handlers of ``purchase.register``, ``purchase.arrive`` and ``purchase.cancel``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from uuid import UUID

from app.policy.working_time import STOCKHOLM
from app.purchases import repository
from app.purchases.arguments import ArrivePurchase, CancelPurchase, RegisterPurchase
from app.purchases.repository import Purchase
from app.registry.repository import article_by_number
from labels import prints
from labels.numbers import reserve_device_numbers
from labels.sentences import LabelFault
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome

SUBJECT: Final = "purchase"


async def register(context: CommandContext, arguments: RegisterPurchase) -> Outcome:
    """Reserve a number for each device, and make the devices when they are here: one transaction, so that a number is
    given out once or not at all."""
    if context.aggregate is None:
        raise CommandRefused("purchase.id_missing")
    region_id = context.actor.region_id
    article = await article_by_number(region_id, arguments.article_number.strip())
    if article is None or not article.individually_numbered:
        raise CommandRefused("purchase.article_unknown")
    place = arguments.location_id
    if place is not None and not await repository.location_exists(region_id, place):
        raise CommandRefused("purchase.location_unknown")
    today = context.received_at.astimezone(STOCKHOLM).date()
    if arguments.purchased_on > today:
        raise CommandRefused("purchase.date_ahead")
    if arguments.warranty_to is not None and arguments.warranty_to < arguments.purchased_on:
        raise CommandRefused("purchase.warranty_before")
    serials = _serials(arguments.serials)
    if serials and not arguments.arrived:
        raise CommandRefused("purchase.serials_ahead")
    await _judge_serials(region_id, article.id, serials, arguments.count)
    try:
        numbers = await reserve_device_numbers(region_id, arguments.count)
    except LabelFault as fault:
        raise CommandRefused("purchase.no_numbers_left") from fault
    purchase = Purchase(
        id=context.aggregate,
        article_id=article.id,
        numbers=tuple(numbers),
        reference=arguments.reference.strip(),
        batch=arguments.batch.strip(),
        supplier=arguments.supplier.strip(),
        purchased_on=arguments.purchased_on,
        price_ore=arguments.price_ore,
        warranty_to=arguments.warranty_to,
        location_id=place,
        state="arrived" if arguments.arrived else "ordered",
    )
    if not await repository.insert_purchase(region_id, purchase, context.actor.user_id, context.at):
        raise CommandRefused("purchase.id_taken", subject_kind=SUBJECT, subject_id=context.aggregate)
    if arguments.arrived:
        await repository.insert_devices(region_id, purchase, serials, today)
    return _applied(purchase)


async def arrive(context: CommandContext, arguments: ArrivePurchase) -> Outcome:
    """Make the devices of what was ordered. A label that was printed ahead of one of them becomes its own."""
    region_id, purchase = await _ordered(context)
    serials = _serials(arguments.serials)
    await _judge_serials(region_id, purchase.article_id, serials, len(purchase.numbers))
    taken = await repository.taken_number(region_id, purchase.numbers)
    if taken is not None:
        raise CommandRefused(
            "purchase.number_taken", detail={"number": taken}, subject_kind=SUBJECT, subject_id=purchase.id
        )
    today = context.received_at.astimezone(STOCKHOLM).date()
    purchase = replace(purchase, batch=arguments.batch.strip() or purchase.batch)
    await repository.insert_devices(region_id, purchase, serials, today)
    await prints.claim_numbers(region_id, purchase.numbers, context.received_at)
    await repository.close_purchase(purchase.id, "arrived", context.actor.user_id, context.at, purchase.batch)
    return _applied(purchase)


async def cancel(context: CommandContext, _arguments: CancelPurchase) -> Outcome:
    """What was ordered does not come: labels printed ahead for it end."""
    region_id, purchase = await _ordered(context)
    await prints.discard_numbers(region_id, purchase.numbers, context.received_at)
    await repository.close_purchase(purchase.id, "cancelled", context.actor.user_id, context.at, purchase.batch)
    return _applied(purchase)


def _applied(purchase: Purchase) -> Applied:
    return Applied(
        {
            "count": len(purchase.numbers),
            "first_number": purchase.numbers[0],
            "last_number": purchase.numbers[-1],
        }
    )


async def _ordered(context: CommandContext) -> tuple[UUID, Purchase]:
    region_id, purchase = context.actor.region_id, None
    if context.aggregate is not None:
        purchase = await repository.lock_purchase(region_id, context.aggregate)
    if purchase is None:
        raise NotFound
    if purchase.state != "ordered":
        raise CommandRefused(
            "purchase.not_ordered",
            state={"state": purchase.state},
            subject_kind=SUBJECT,
            subject_id=purchase.id,
        )
    return region_id, purchase


def _serials(given: Sequence[str]) -> list[str]:
    """What was written, none when every line is empty."""
    serials = [one.strip() for one in given]
    return serials if any(serials) else []


async def _judge_serials(region_id: UUID, article_id: UUID, serials: Sequence[str], count: int) -> None:
    if not serials:
        return
    if len(serials) != count or not all(serials):
        written = sum(1 for one in serials if one)
        raise CommandRefused("purchase.serials_count", detail={"serials": written, "count": count})
    twice = next((one for one, times in Counter(serials).items() if times > 1), None)
    twice = twice or await repository.taken_serial(region_id, article_id, serials)
    if twice is not None:
        raise CommandRefused("purchase.serial_twice", detail={"serial": twice})
