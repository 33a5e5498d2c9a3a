"""Contact with the patient and the care provider: attempts, texts, and telling in time that a promise will break."""

from __future__ import annotations

import re
from typing import Any, Final

from app.jobs import enqueue
from field.work_orders import repository, visits
from field.work_orders.arguments import ContactAttempt, Notify, Refer, Supplier, WillMiss
from field.work_orders.handling import applied, happened, judge, load, recorded, refusal, started_columns, step
from field.work_orders.lifecycle import Attempt
from field.work_orders.telling import tell_of_missing, tell_of_referral
from offline_sync.commands import Applied, CommandContext, Outcome

#: Ten or twelve digits that look like a personal number: they never leave the house in a text (SR-07).
_PERSONAL_NUMBER: Final = re.compile(r"(?<!\d)(?:19|20)?\d{6}[-+ ]?[\dA-Z]\d{3}(?!\d)")
_PHONE_DIGITS: Final = range(7, 16)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
#: Three parts of a text message on a phone.
LONGEST_SMS: Final = 480


async def contact(context: CommandContext, arguments: ContactAttempt) -> Outcome:
    """Keep an attempt to reach the patient, on whatever order; only reaching somebody stops the clock (R-213)."""
    order = await load(context)
    decision = judge(context, order, Attempt("contact", context.actor.user_id))
    at = happened(arguments.at, context)
    await visits.store_attempt(order, context.actor.user_id, context.command_id, arguments, at)
    if not decision.allowed:
        return recorded(order, decision)
    reached = arguments.result == "reached" and order.contacted_at is None
    await repository.update_order(order.id, {"contacted_at": at} if reached else {})
    return await applied(order, decision)


async def notify(context: CommandContext, arguments: Notify) -> Outcome:
    """Keep a text to the patient, and give it to the gateway when it is to be sent from here.

    A protected identity is reached by nobody's text message: its number and address are shown to the technician of the
    visit alone (SR-40). Such a letter is copied, and goes by way of the authority that knows the address.
    """
    order = await load(context)
    facts = await visits.notice_facts(order.id)
    code = _hindrance(arguments, protected=facts["protected"], phone=facts["contact_phone"])
    if code is not None:
        raise refusal(order, code)
    address = ""
    if arguments.send:
        address = arguments.address.strip() if arguments.channel == "email" else facts["contact_phone"]
    await visits.store_notice(order, context.actor.user_id, context.command_id, arguments, address, context.at)
    if arguments.send:
        await enqueue(
            "patient_notice.send",
            {"notice_id": str(context.command_id)},
            once_key=f"patient_notice:{context.command_id}",
        )
    return Applied({"rv": await repository.order_version(order.id), "sent": arguments.send})


def _hindrance(arguments: Notify, *, protected: bool, phone: str) -> str | None:
    if not arguments.text.strip():
        return "work_order.notice_empty"
    if _PERSONAL_NUMBER.search(arguments.text):
        return "work_order.notice_personal_number"
    if arguments.channel == "sms" and len(arguments.text) > LONGEST_SMS:
        return "work_order.notice_too_long"
    if not arguments.send:
        return None
    if protected:
        return "work_order.notice_protected"
    if arguments.channel == "letter":
        return "work_order.notice_letter"
    if arguments.channel == "sms" and sum(letter.isdigit() for letter in phone) not in _PHONE_DIGITS:
        return "work_order.notice_no_number"
    if arguments.channel == "email" and not _EMAIL.fullmatch(arguments.address.strip()):
        return "work_order.notice_no_address"
    return None


async def will_miss(context: CommandContext, arguments: WillMiss) -> Outcome:
    """Say that the promised time will not be kept: the care provider hears of it now, with the reason (R-215)."""
    order = await load(context)
    decision = judge(context, order, Attempt("will_miss", context.actor.user_id))
    if not decision.allowed:
        return recorded(order, decision)
    await repository.update_order(
        order.id,
        {"will_miss_at": context.at, "will_miss_reason": arguments.reason, "will_miss_note": arguments.note},
    )
    await tell_of_missing(order, arguments.reason, arguments.new_day, str(context.command_id))
    return await applied(order, decision)


async def supplier(context: CommandContext, arguments: Supplier) -> Outcome:
    """Note when the device was sent to the supplier, is promised back, and came back (R-192)."""
    order = await load(context)
    sent, promised, back = arguments.sent_on, arguments.promised_on, arguments.back_on
    if (promised or back) and sent is None:
        raise refusal(order, "work_order.supplier_not_sent")
    if sent is not None and any(day is not None and day < sent for day in (promised, back)):
        raise refusal(order, "work_order.supplier_dates")
    decision = judge(context, order, Attempt("supplier", context.actor.user_id))
    if not decision.allowed:
        return recorded(order, decision)
    values: dict[str, Any] = {
        "supplier_sent_on": sent,
        "supplier_promised_on": promised,
        "supplier_back_on": back,
    }
    await repository.update_order(order.id, values)
    return await applied(order, decision)


async def refer(context: CommandContext, _arguments: Refer) -> Outcome:
    """Ask the prescriber for a new prescription of an expired article; the order waits for the answer (R-220, R-237).

    One tap in the field: who prescribed it is known from the device's holding.
    """
    order = await load(context)
    if order.prescriber_id is None:
        raise refusal(order, "work_order.no_prescriber")
    decision = judge(context, order, Attempt("wait", context.actor.user_id))
    if not decision.allowed:
        return recorded(order, decision)
    before = await repository.snapshot(order.id)
    values = {
        **step(decision),
        **started_columns(order, decision, context.actor, context.at),
        "waiting_for": "prescriber",
        "referred_at": context.at,
    }
    await repository.update_order(order.id, values)
    await tell_of_referral(order, context.command_id)
    return await applied(order, decision, {"before": before, "after": await repository.snapshot(order.id)})
