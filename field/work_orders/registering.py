"""``work_order.register``: a new order, from the office, a prescriber or a technician on the road."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.identity.actor import Actor, Role
from app.policy.policy import ServicePolicy, text_fits
from app.policy.repository import current_policy
from app.registry import repository as registry
from app.registry.holdings import open_holding
from app.registry.numbers import next_order_number
from field.maintenance import following
from field.work_orders import repository
from field.work_orders.arguments import Contact, Holder, Register
from field.work_orders.clocks import due_columns
from field.work_orders.handling import SUBJECT, same_region_only
from field.work_orders.lifecycle import AssessmentFacts, State, assessment_fault
from labels.service import resolve_scan
from offline_sync.commands import Applied, CommandContext, CommandRefused, Outcome, ParkCommand


@dataclass(frozen=True)
class _Subject:
    """What the order is about and for whom; the open holding of its device decides that (R-193, R-194)."""

    article_id: UUID
    site_restricted: bool
    device_id: UUID | None = None
    person_id: UUID | None = None
    party_id: UUID | None = None
    customer_id: UUID | None = None
    prescriber_id: UUID | None = None


async def register(context: CommandContext, arguments: Register) -> Outcome:
    """Register an order and give it its number, which is the receipt (R-207)."""
    actor = context.actor
    order_id = context.aggregate
    if order_id is None:
        raise CommandRefused("work_order.id_missing")
    policy = await current_policy(actor.region_id, context.at)
    check_fault_text(arguments.fault_text, policy.fault_text_limit, order_id)
    subject = await _subject(context, arguments)
    if not await _may_order(actor, subject):
        raise _unknown(arguments)
    check_priority(policy, arguments.proposed_priority, order_id)
    await _check(actor, arguments, subject, order_id)
    team_id = arguments.proposed_team_id or await _default_team(actor, subject)
    number = await next_order_number(actor.region_id, "work_order", order_id, context.at)
    inserted = await repository.insert_order(
        {
            "id": order_id,
            "region_id": actor.region_id,
            "number": number,
            "type": arguments.type,
            "state": State.REGISTERED.value,
            "device_id": subject.device_id,
            "article_id": subject.article_id,
            "quantity": 1 if subject.device_id else arguments.quantity,
            "person_id": subject.person_id,
            "party_id": subject.party_id,
            "customer_id": subject.customer_id,
            "prescriber_id": subject.prescriber_id,
            "registered_by": actor.user_id,
            "fault_text": arguments.fault_text,
            "proposed_priority": arguments.proposed_priority,
            "proposed_place": arguments.proposed_place,
            "proposed_team_id": arguments.proposed_team_id,
            "proposed_basic_need": arguments.proposed_basic_need,
            "team_id": team_id,
            "assigned_to": _keeper(context),
            "planned_on": arguments.planned_on,
            **contact_columns(await _contact(actor.region_id, arguments.contact, subject)),
            "linked_order": arguments.linked_order,
            "follows": arguments.follows,
            "registered_at": context.at,
            **due_columns(policy, context.at, arguments.proposed_priority),
        }
    )
    if not inserted:
        raise CommandRefused("work_order.id_taken")
    await following.order_registered(
        actor.region_id,
        order_id,
        subject.device_id,
        preventive=arguments.type == "preventive" or arguments.proposed_priority == following.PRIORITY,
        at=context.at,
    )
    alike: list[str] = []
    if subject.device_id is not None:
        alike = await repository.duplicates(actor.region_id, subject.device_id, arguments.type, context.at, order_id)
    rv = await repository.order_version(order_id)
    return Applied({"number": number, "rv": rv, "possible_duplicates": alike})


def _keeper(context: CommandContext) -> UUID | None:
    """Return the technician who registers on the road: without this the new order would leave the phone at once."""
    on_the_road = context.origin == "field" and context.actor.has(Role.TECHNICIAN)
    return context.actor.user_id if on_the_road else None


def check_fault_text(text: str, limit: int, order_id: UUID | None) -> None:
    """Refuse a fault description that is blank or longer than the region's limit; it is never cut (R-199, R-200).

    Lengths are Unicode code points. The refused text stays in the command.
    """
    if not text.strip():
        raise CommandRefused("work_order.fault_text_empty", subject_kind=SUBJECT, subject_id=order_id)
    if not text_fits(text, limit):
        raise CommandRefused(
            "work_order.fault_text_too_long",
            detail={"limit": limit, "length": len(text)},
            subject_kind=SUBJECT,
            subject_id=order_id,
        )


def check_priority(policy: ServicePolicy, priority: int, order_id: UUID | None) -> None:
    """Refuse a priority that is not on the region's own scale (R-187 to R-192)."""
    if priority not in policy.priorities:
        raise CommandRefused("work_order.priority_unknown", subject_kind=SUBJECT, subject_id=order_id)


def contact_columns(contact: Contact) -> dict[str, Any]:
    """Return a contact as an order's columns."""
    return {
        "contact_name": contact.name,
        "contact_phone": contact.phone,
        "care_of": contact.care_of,
        "street": contact.street,
        "postcode": contact.postcode,
        "town": contact.town,
        "entry_code": contact.entry_code,
        "instructions": contact.instructions,
    }


def _unknown(arguments: Register) -> CommandRefused:
    """Return what is answered for what does not exist and, to the letter, for what is not the author's (SR-05)."""
    by_device = arguments.device_number is not None or arguments.article_number is None
    return CommandRefused("work_order.device_unknown" if by_device else "work_order.holder_unknown")


async def _subject(context: CommandContext, arguments: Register) -> _Subject:
    by_device = arguments.device_number is not None or (arguments.scan_raw and not arguments.article_number)
    if by_device and arguments.holder is not None:
        raise CommandRefused("work_order.holder_from_device")
    device = await _device(context, arguments)
    if device is not None:
        return await _held(device)
    if arguments.article_number is None:
        raise CommandRefused("work_order.device_or_article")
    article = await registry.article_by_number(context.actor.region_id, arguments.article_number)
    if article is None:
        raise CommandRefused("work_order.article_unknown")
    if article.individually_numbered:
        raise CommandRefused("work_order.device_number_needed")
    subject = _Subject(article_id=article.id, site_restricted=article.site_restriction != "none")
    return await _for_holder(context.actor, arguments.holder, subject)


async def _device(context: CommandContext, arguments: Register) -> registry.DeviceFacts | None:
    """Return the device by its number, else by the raw text of the scan (sync cases 18 and 19)."""
    region_id = context.actor.region_id
    if arguments.device_number is not None:
        device = await registry.device_by_number(region_id, arguments.device_number)
        if device is None:
            raise CommandRefused("work_order.device_unknown")
        return device
    if arguments.scan_raw is None or arguments.article_number is not None:
        return None
    found = await resolve_scan(region_id, arguments.scan_raw)
    if found is None:
        raise ParkCommand("label.unknown")
    return await registry.device_by_id(region_id, found.device_id)


async def _held(device: registry.DeviceFacts) -> _Subject:
    subject = _Subject(
        article_id=device.article_id, site_restricted=device.site_restriction != "none", device_id=device.id
    )
    holding = await open_holding(device.id)
    if holding is None:
        return subject
    return replace(
        subject,
        person_id=holding.person_id,
        party_id=holding.party_id,
        customer_id=holding.customer_id,
        prescriber_id=holding.prescriber_id,
    )


async def _for_holder(actor: Actor, holder: Holder | None, subject: _Subject) -> _Subject:
    if holder is None or (holder.person_id is None) == (holder.party_number is None):
        raise CommandRefused("work_order.holder_needed")
    if holder.person_id is not None:
        if await registry.person_contact(actor.region_id, holder.person_id) is None:
            raise CommandRefused("work_order.holder_unknown")
        subject = replace(subject, person_id=holder.person_id)
    else:
        party_id = await registry.party_by_number(actor.region_id, holder.party_number or "")
        if party_id is None:
            raise CommandRefused("work_order.holder_unknown")
        subject = replace(subject, party_id=party_id)
    customers = sorted(actor.customer_ids)
    return replace(
        subject,
        customer_id=customers[0] if len(customers) == 1 else None,
        prescriber_id=actor.user_id if actor.has(Role.PRESCRIBER) else None,
    )


async def _check(actor: Actor, arguments: Register, subject: _Subject, order_id: UUID) -> None:
    code = assessment_fault(
        AssessmentFacts(arguments.proposed_priority, arguments.proposed_place, arguments.proposed_basic_need),
        site_restricted=subject.site_restricted,
    )
    if code is not None:
        raise CommandRefused(code)
    if arguments.proposed_team_id is not None:
        same_region_only(
            await registry.team_exists(actor.region_id, arguments.proposed_team_id), "work_order.team_unknown", order_id
        )
    if arguments.follows is not None:
        same_region_only(
            await repository.order_in_region(actor.region_id, arguments.follows), "work_order.follows_unknown", order_id
        )


async def _may_order(actor: Actor, subject: _Subject) -> bool:
    """The office and technicians order for anybody in the region, a prescriber for the own patients and customers."""
    if actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE, Role.TECHNICIAN):
        return True
    if subject.prescriber_id == actor.user_id and subject.device_id is not None:
        return True
    return await repository.prescriber_may_order(actor, person_id=subject.person_id, party_id=subject.party_id)


async def _default_team(actor: Actor, subject: _Subject) -> UUID | None:
    """Return the service department that the customer is linked to, else the author's own (R-198)."""
    team_id = await registry.team_of_party(subject.customer_id)
    return team_id or min(actor.team_ids, default=None, key=str)


async def _contact(region_id: UUID, given: Contact, subject: _Subject) -> Contact:
    """Return the given contact; an empty one is fetched from the recipient (R-205)."""
    if not given.empty:
        return given
    if subject.person_id is not None:
        row = await registry.person_contact(region_id, subject.person_id)
    elif subject.party_id is not None:
        row = await registry.party_contact(region_id, subject.party_id)
    else:
        return given
    if row is None:
        return given
    values = dict(row)
    # What the client did write, an entry code or an instruction, is kept.
    values["entry_code"] = given.entry_code or values["entry_code"]
    return Contact(instructions=given.instructions, **values)
