"""What a decision on a review item about a work order does, and what the office is shown beside the field's version."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from app.audit.access import log_access
from app.database import fetch, fetch_row, fetch_value
from app.identity.actor import Actor
from app.registry import repository as registry
from app.registry.holdings import HoldingError
from field.maintenance import following
from field.work_orders import exchanges, repository
from field.work_orders.arguments import Assess, Assessment, Assign, Book, Close
from field.work_orders.exchanging import hand_over
from field.work_orders.handling import assessment_columns, refusal
from field.work_orders.lifecycle import TERMINAL, State
from field.work_orders.planned_values import assessment_values, assignment_values, booking_values
from field.work_orders.telling import tell_of_closing, tell_of_reassigning
from offline_sync.commands import CommandContext, CommandRefused
from offline_sync.review_hooks import ReviewedCommand
from offline_sync.sentences import Code

#: What the planning commands give an order: their arguments, the columns, and the argument that gives each column.
_PLANNING: Final[Mapping[str, tuple[type[Any], Callable[[Any], dict[str, Any]], Mapping[str, str]]]] = {
    "work_order.book": (
        Book,
        booking_values,
        {"from": "booked_from", "to": "booked_to", "technician_id": "assigned_to"},
    ),
    "work_order.assign": (
        Assign,
        assignment_values,
        {"technician_id": "assigned_to", "team_id": "team_id", "planned_on": "planned_on"},
    ),
    "work_order.assess": (
        Assess,
        assessment_values,
        {
            "priority": "assessed_priority",
            "place": "assessed_place",
            "basic_need": "assessed_basic_need",
            "team_id": "team_id",
        },
    ),
}


async def accept(context: CommandContext, item: ReviewedCommand) -> None:
    """Do what the field asked for, after all: close the order, or take over the field's plan or assessment."""
    if item.reason == "work_order.same_value" and item.type in _PLANNING:
        await _take_values(context, item)
    elif item.type == "work_order.exchange":
        await _exchange(context, item)
    else:
        await _close(context, item)


async def _take_values(context: CommandContext, item: ReviewedCommand) -> None:
    """Let the field's values hold, all of them or (a merge) those that the person chose.

    Raises:
        CommandRefused: no such value came, or the order is over.
    """
    order = None if item.subject_id is None else await repository.lock_order(context.actor, item.subject_id)
    arguments_type, columns_of, names = _PLANNING[item.type]
    try:
        columns = columns_of(msgspec.convert(item.arguments, arguments_type))
    except msgspec.ValidationError:
        raise CommandRefused(Code.REVIEW_NOTHING_STORED, subject_kind="review_item") from None
    if order is None or order.state in TERMINAL:
        raise CommandRefused(Code.REVIEW_NOTHING_STORED, subject_kind="review_item")
    wanted = {names[field] for field in item.fields if field in names} if item.fields else set(columns)
    if not wanted or not wanted <= set(columns) or len(wanted) < len(set(item.fields)):
        raise CommandRefused(Code.REVIEW_FIELDS, subject_kind="review_item")
    values = {name: columns[name] for name in sorted(wanted)}
    if item.type == "work_order.assess":
        values |= await _assessed(context, order, item.author, values)
    await repository.update_order(order.id, values)
    if "assigned_to" in wanted and order.assigned_to != columns["assigned_to"]:
        await tell_of_reassigning(order, context.actor.user_id, context.command_id)


async def _assessed(
    context: CommandContext, order: repository.LockedOrder, author: UUID | None, values: Mapping[str, Any]
) -> dict[str, Any]:
    """What follows from an assessment that is put together of two: promises for its priority, final (R-197)."""
    now = await fetch_row(
        "select assessed_priority, assessed_place, assessed_basic_need, team_id from work_order where id = $1", order.id
    )
    merged = {**dict(now or {}), **values}
    assessment = Assessment(
        priority=merged["assessed_priority"],
        place=merged["assessed_place"],
        basic_need=merged["assessed_basic_need"],
        team_id=merged["team_id"],
    )
    columns = await assessment_columns(context, order, assessment, context.at)
    return {**columns, "assessed_by": author, "assessment_final": True}


async def _exchange(context: CommandContext, item: ReviewedCommand) -> None:
    """Let the exchange hold that the rules refused: whoever had the old device has the new one.

    Raises:
        CommandRefused: nothing of it was stored, or newer things are known of one of the devices.
    """
    if item.fields:
        raise CommandRefused(Code.REVIEW_FIELDS, subject_kind="review_item")
    order = None if item.subject_id is None else await repository.lock_order(context.actor, item.subject_id)
    told = await exchanges.exchange_of(item.command_id)
    if order is None or told is None:
        raise CommandRefused(Code.REVIEW_NOTHING_STORED, subject_kind="review_item")
    try:
        await hand_over(order, told["old_device_id"], told["new_device_id"], told["at"])
    except HoldingError as error:
        raise refusal(order, "work_order.exchange_before") from error
    await repository.update_order(order.id, {"reserved_device_id": None})


async def _close(context: CommandContext, item: ReviewedCommand) -> None:
    """Close the order in the name of the technician who did the work.

    The work itself must be stored: where the close could not even be read, accepting it would close an order without
    the work, so it is refused. An order that the office had cancelled was done after all, so it becomes closed, and
    the cancelling stays in its history; an order that is closed already has nothing left to do.
    """
    if item.fields:
        raise CommandRefused(Code.REVIEW_FIELDS, subject_kind="review_item")
    if item.type != "work_order.close" or item.subject_id is None or item.author is None:
        return
    order = await repository.lock_order(context.actor, item.subject_id)
    if order is None or order.state is State.CLOSED:
        return
    stored = await fetch_value("select exists (select 1 from visit where command_id = $1)", item.command_id)
    try:
        close = msgspec.convert(item.arguments, Close)
    except msgspec.ValidationError:
        stored = False
    if not stored:
        raise CommandRefused(Code.REVIEW_NOTHING_STORED, subject_kind="review_item")
    await repository.update_order(
        order.id,
        {
            "state": State.CLOSED.value,
            "waiting_for": None,
            "done_at": min(close.performed_at, context.at),
            "closed_at": context.at,
            "outcome": close.outcome,
            "performed_by": item.author,
            "assigned_to": item.author,
        },
    )
    device = None if order.device_id is None else await registry.device_by_id(order.region_id, order.device_id)
    await following.order_closed(
        order.region_id,
        order.id,
        order.device_id,
        item.author,
        min(close.performed_at, context.at),
        preventive=order.type == "preventive",
        verdict=await repository.stored_verdict(order.id),
        outcome=close.outcome,
        months=device.pm_interval_months if device else None,
    )
    await tell_of_closing(order, close.outcome, item.author)


async def office_values(actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """Return where the orders stand now. What the field typed stands beside it, so the look is logged (SR-08)."""
    rows = await fetch(
        'select w.id, w.planned_on, w.booked_from as "from", w.booked_to as "to", t.name as team_id,'
        " u.name as technician_id, coalesce(w.assessed_priority, w.proposed_priority) as priority,"
        " coalesce(w.assessed_place, w.proposed_place) as place,"
        " coalesce(w.assessed_basic_need, w.proposed_basic_need) as basic_need, w.number, w.state, w.outcome,"
        " w.protocol_verdict, w.closed_at, w.cancelled_at, w.cancel_reason, w.person_id, a.name as article_name,"
        " u.name as assigned_to, p.name as performed_by"
        " from work_order w join article a on a.id = w.article_id left join team t on t.id = w.team_id"
        " left join user_account u on u.id = w.assigned_to left join user_account p on p.id = w.performed_by"
        " where w.region_id = $1 and w.id = any($2)",
        actor.region_id,
        list(ids),
    )
    await log_access(actor, [row["person_id"] for row in rows if row["person_id"]], "review.read")
    hidden = {"id", "person_id"}
    return {row["id"]: {key: value for key, value in dict(row).items() if key not in hidden} for row in rows}
