"""The handlers of the planning commands: correct, assess, assign, book, start, wait, resume, cancel.

Registering, contact, closing, undoing and scanning have modules of their own. Each handler is thin: load and lock, ask
the pure rules, store, tell.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from app.policy.repository import current_policy
from app.registry import repository as registry
from field.maintenance import following
from field.work_orders import repository
from field.work_orders.arguments import (
    Assess,
    Assign,
    Book,
    Cancel,
    Correct,
    Resume,
    Start,
    Wait,
)
from field.work_orders.exchanging import give_free
from field.work_orders.handling import (
    applied,
    assessment_columns,
    happened,
    is_technician,
    judge,
    load,
    recorded,
    refusal,
    started_columns,
    step,
)
from field.work_orders.lifecycle import Attempt
from field.work_orders.planned_values import assessment_values, assignment_values, booking_values, overtaken
from field.work_orders.registering import check_fault_text, check_priority, contact_columns
from field.work_orders.telling import tell_of_cancelling, tell_of_reassigning
from offline_sync.commands import CommandContext, Outcome

#: A visit that is longer is a wrong day in one of the two fields.
LONGEST_VISIT: Final = timedelta(hours=24)


async def correct(context: CommandContext, arguments: Correct) -> Outcome:
    """Correct fault text, address or linked order (R-205); refused when the row has changed since it was read."""
    order = await load(context)
    decision = judge(context, order, Attempt("correct", context.actor.user_id, base_rv=context.base_rv))
    if not decision.allowed:
        return recorded(order, decision)
    values: dict[str, Any] = {}
    if arguments.fault_text is not None:
        policy = await current_policy(order.region_id, context.at)
        check_fault_text(arguments.fault_text, policy.fault_text_limit, order.id)
        values["fault_text"] = arguments.fault_text
    if arguments.contact is not None:
        values |= contact_columns(arguments.contact)
    if arguments.linked_order is not None:
        values["linked_order"] = arguments.linked_order
    await repository.update_order(order.id, values)
    return await applied(order, decision)


async def assess(context: CommandContext, arguments: Assess) -> Outcome:
    """Decide priority, place and department; final from a technician, preliminary from the office (R-197, R-198)."""
    order = await load(context)
    if arguments.team_id is not None and not await registry.team_exists(order.region_id, arguments.team_id):
        raise refusal(order, "work_order.team_unknown")
    check_priority(await current_policy(order.region_id, context.at), arguments.priority, order.id)
    decision = judge(
        context,
        order,
        Attempt(
            "assess",
            context.actor.user_id,
            technician=is_technician(context.actor),
            assessment=arguments.facts,
            # A technician's assessment overrules the office's, but not a colleague's in silence.
            overtaken=order.assessment_final
            and is_technician(context.actor)
            and await overtaken(context, order, "work_order.assess", assessment_values(arguments)),
        ),
    )
    if not decision.allowed:
        return recorded(order, decision)
    before = await repository.snapshot(order.id)
    columns = await assessment_columns(context, order, arguments, context.at)
    await repository.update_order(order.id, {**columns, **step(decision)})
    await following.order_registered(
        order.region_id,
        order.id,
        order.device_id,
        preventive=arguments.priority == following.PRIORITY,
        at=context.at,
    )
    return await applied(order, decision, {"before": before, "after": await repository.snapshot(order.id)})


async def assign(context: CommandContext, arguments: Assign) -> Outcome:
    """Give the order to a technician or to nobody; whoever loses it is told."""
    order = await load(context)
    technician_id = arguments.technician_id
    if technician_id is not None and not await repository.technician_exists(order.region_id, technician_id):
        raise refusal(order, "work_order.technician_unknown")
    if arguments.team_id is not None and not await registry.team_exists(order.region_id, arguments.team_id):
        raise refusal(order, "work_order.team_unknown")
    values = assignment_values(arguments)
    beaten = await overtaken(context, order, "work_order.assign", values)
    decision = judge(context, order, Attempt("assign", context.actor.user_id, overtaken=beaten))
    if not decision.allowed:
        return recorded(order, decision)
    await repository.update_order(order.id, values)
    if order.assigned_to != technician_id:
        await tell_of_reassigning(order, context.actor.user_id, context.command_id)
    previous = str(order.assigned_to) if order.assigned_to else None
    return await applied(order, decision, {"previous": previous})


async def book(context: CommandContext, arguments: Book) -> Outcome:
    """Book a visit, and say who comes; its day becomes the day the order is planned for (R-217, R-218)."""
    order = await load(context)
    technician_id = arguments.technician_id
    if arguments.to <= arguments.from_:
        raise refusal(order, "work_order.booking_ends_first")
    if arguments.to - arguments.from_ > LONGEST_VISIT:
        raise refusal(order, "work_order.booking_too_long")
    if technician_id is not None and not await repository.technician_exists(order.region_id, technician_id):
        raise refusal(order, "work_order.technician_unknown")
    values = booking_values(arguments)
    beaten = await overtaken(context, order, "work_order.book", values)
    decision = judge(context, order, Attempt("book", context.actor.user_id, overtaken=beaten))
    if not decision.allowed:
        return recorded(order, decision)
    await repository.update_order(order.id, {**values, **step(decision)})
    if technician_id is None or technician_id == order.assigned_to:
        return await applied(order, decision)
    await tell_of_reassigning(order, context.actor.user_id, context.command_id)
    # Whoever had it before is still heard when work of that phone comes later (sync case 2).
    return await applied(order, decision, {"previous": str(order.assigned_to) if order.assigned_to else None})


async def start(context: CommandContext, arguments: Start) -> Outcome:
    """Begin the work, or go on with work that waited."""
    order = await load(context)
    decision = judge(context, order, Attempt("start", context.actor.user_id))
    if not decision.allowed:
        return recorded(order, decision)
    before = await repository.snapshot(order.id)
    at = happened(arguments.at, context)
    await repository.update_order(order.id, {**step(decision), **started_columns(order, decision, context.actor, at)})
    return await applied(order, decision, {"before": before, "after": await repository.snapshot(order.id)})


async def wait(context: CommandContext, arguments: Wait) -> Outcome:
    """Note what the work waits for."""
    order = await load(context)
    decision = judge(context, order, Attempt("wait", context.actor.user_id))
    if not decision.allowed:
        return recorded(order, decision)
    before = await repository.snapshot(order.id)
    values = {
        **step(decision),
        **started_columns(order, decision, context.actor, context.at),
        "waiting_for": arguments.waiting_for,
    }
    await repository.update_order(order.id, values)
    return await applied(order, decision, {"before": before, "after": await repository.snapshot(order.id)})


async def resume(context: CommandContext, _arguments: Resume) -> Outcome:
    """Go on with work that waited."""
    order = await load(context)
    decision = judge(context, order, Attempt("resume", context.actor.user_id))
    if not decision.allowed:
        return recorded(order, decision)
    await repository.update_order(
        order.id, {**step(decision), **started_columns(order, decision, context.actor, context.at)}
    )
    return await applied(order, decision)


async def cancel(context: CommandContext, arguments: Cancel) -> Outcome:
    """Cancel with a reason and tell who ordered; the work, if needed again, is a new order (R-157)."""
    order = await load(context)
    decision = judge(context, order, Attempt("cancel", context.actor.user_id))
    if not decision.allowed:
        return recorded(order, decision)
    values = {
        **step(decision),
        "cancelled_at": context.at,
        "cancel_reason": arguments.reason,
        "cancel_note": arguments.note,
    }
    await repository.update_order(order.id, values)
    await following.order_cancelled(order.region_id, order.id, order.device_id, arguments.reason, context.at)
    await give_free(order)
    attempts = await repository.failed_attempts(order.id) if arguments.reason == "no_contact" else 0
    await tell_of_cancelling(order, arguments.reason, context.actor.user_id, attempts)
    return await applied(order, decision)
