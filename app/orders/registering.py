"""``customer_order.register``: a new order, from a prescriber or the office."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from uuid import UUID

from app.database import new_id
from app.identity.actor import Actor, Role
from app.orders import repository
from app.orders.arguments import NewOrderLine, RegisterCustomerOrder
from app.orders.handling import SUBJECT
from app.orders.lifecycle import LineFacts, State, carrier_refusal, state_of
from app.policy.working_time import STOCKHOLM
from app.registry import repository as registry
from app.registry.numbers import next_order_number
from app.registry.recipients import (
    DeliveryContact,
    Recipient,
    find_recipient,
    first_customer,
    merge_contact,
    own_contact,
    payer_of,
)
from app.registry.repository import ArticleFacts
from offline_sync.commands import Applied, CommandContext, CommandRefused, Outcome

MOST_DEVICES: Final = 100
"""Numbered devices on one order: each is a line of its own."""


async def register(context: CommandContext, arguments: RegisterCustomerOrder) -> Outcome:
    """Register an order and give it its number, which is the receipt (R-119)."""
    actor = context.actor
    order_id = context.aggregate
    if order_id is None:
        raise CommandRefused("order.id_missing")
    recipient = await _recipient(actor, arguments)
    earliest = _earliest(arguments.earliest_dispatch, context.at.astimezone(STOCKHOLM).date())
    lines = await _lines(actor.region_id, arguments.lines)
    _check_carrier(arguments, lines)
    customer_id = await first_customer(actor) or recipient.party_id or await _usual_customer(actor, recipient)
    contact = await _contact(actor.region_id, arguments, recipient, customer_id)
    linked = arguments.linked_order
    work_order = None if linked is None else await repository.find_work_order(actor, linked)
    if linked is not None and work_order is None:
        raise CommandRefused("order.linked_unknown")
    number = await next_order_number(actor.region_id, "customer_order", order_id, context.at)
    facts = (LineFacts("open", numbered=article.individually_numbered) for article, _ in lines)
    inserted = await repository.insert_order(
        {
            "id": order_id,
            "region_id": actor.region_id,
            "number": number,
            "kind": arguments.kind,
            "state": state_of(facts, State.REGISTERED).value,
            "person_id": recipient.person_id,
            "party_id": recipient.party_id,
            "customer_id": customer_id,
            "payer_id": await payer_of(customer_id),
            "prescriber_id": actor.user_id if actor.has(Role.PRESCRIBER) else None,
            "registered_by": actor.user_id,
            "registered_at": context.at,
            "earliest_dispatch": earliest,
            "to_home": arguments.to_home,
            **contact.columns,
            "carrier_note": arguments.carrier_note,
            "warehouse_note": arguments.warehouse_note,
            "co_delivery": arguments.co_delivery,
            "urgent": arguments.urgent,
            "linked_order": linked,
            "carrier": arguments.carrier,
        }
    )
    if not inserted:
        raise CommandRefused("order.id_taken", subject_kind=SUBJECT, subject_id=order_id)
    for position, (article, quantity) in enumerate(lines, start=1):
        await repository.insert_line(new_id(), actor.region_id, order_id, position, article.id, quantity)
    if work_order is not None:
        await repository.link_work_order(work_order, number)
    return Applied({"number": number, "rv": await repository.order_version(order_id)})


async def _recipient(actor: Actor, arguments: RegisterCustomerOrder) -> Recipient:
    if not arguments.recipient.names_one:
        raise CommandRefused("order.recipient_needed")
    if arguments.kind == "prescription" and arguments.recipient.person_id is None:
        raise CommandRefused("order.prescription_to_person")
    if arguments.kind == "unit_order" and arguments.recipient.party_number is None:
        raise CommandRefused("order.unit_order_to_party")
    recipient = await find_recipient(actor, arguments.recipient)
    if recipient is None:
        raise CommandRefused("order.recipient_unknown")
    return recipient


async def _usual_customer(actor: Actor, recipient: Recipient) -> UUID | None:
    """The office orders for a patient in the place of the customer that ordered what the patient got last (R-114)."""
    if recipient.person_id is None:
        return None
    return await repository.latest_customer(actor.region_id, recipient.person_id)


def _earliest(wanted: date | None, today: date) -> date:
    if wanted is not None and wanted < today:
        raise CommandRefused("order.dispatch_past")
    return wanted or today


def _check_carrier(arguments: RegisterCustomerOrder, lines: Iterable[tuple[ArticleFacts, int]]) -> None:
    code = carrier_refusal(
        arguments.carrier,
        to_person=arguments.recipient.person_id is not None,
        to_home=arguments.to_home,
        numbered=any(article.individually_numbered for article, _ in lines),
    )
    if code is not None:
        raise CommandRefused(code)


async def _lines(region_id: UUID, wanted: Iterable[NewOrderLine]) -> list[tuple[ArticleFacts, int]]:
    """The order's lines: a numbered article is one line per device, so that the warehouse can choose each (R-073)."""
    lines: list[tuple[ArticleFacts, int]] = []
    devices = 0
    for line in wanted:
        article = await registry.article_by_number(region_id, line.article_number)
        detail: dict[str, Any] = {"article": line.article_number}
        if article is None:
            raise CommandRefused("order.article_unknown", detail=detail)
        if article.stock_status == "expired":
            raise CommandRefused("order.article_expired", detail=detail)
        if article.kind == "service":
            raise CommandRefused("order.article_service", detail=detail)
        if article.individually_numbered:
            devices += line.quantity
            lines += [(article, 1)] * min(line.quantity, MOST_DEVICES)
        else:
            lines.append((article, line.quantity))
    if devices > MOST_DEVICES:
        raise CommandRefused("order.too_many_devices", detail={"count": devices, "limit": MOST_DEVICES})
    return lines


async def _contact(
    region_id: UUID, arguments: RegisterCustomerOrder, recipient: Recipient, customer_id: UUID | None
) -> DeliveryContact:
    """The address: the orderer's own customer unless home is chosen (R-114), or what was written (R-205)."""
    if arguments.to_home:
        base = await own_contact(region_id, person_id=recipient.person_id, party_id=recipient.party_id)
    else:
        base = await own_contact(region_id, person_id=None, party_id=customer_id)
    contact = merge_contact(arguments.contact, base)
    if not contact.complete:
        raise CommandRefused("order.address_needed")
    return contact
