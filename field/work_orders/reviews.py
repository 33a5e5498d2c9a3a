"""What a decision on a review item about a work order does, and what the office is shown beside the field's version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from app.audit.access import log_access
from app.database import fetch, fetch_value
from app.identity.actor import Actor
from field.work_orders import repository
from field.work_orders.arguments import Close
from field.work_orders.lifecycle import State
from field.work_orders.telling import tell_of_closing
from offline_sync.commands import CommandContext, CommandRefused
from offline_sync.review_hooks import ReviewedCommand
from offline_sync.sentences import Code


async def accept(context: CommandContext, item: ReviewedCommand) -> None:
    """Close the order after all, in the name of the technician who did the work.

    The work itself must be stored: where the close could not even be read, accepting it would close an order without
    the work, so it is refused. An order that the office had cancelled was done after all, so it becomes closed, and
    the cancelling stays in its history; an order that is closed already has nothing left to do.
    """
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
    await tell_of_closing(order, close.outcome, item.author)


async def office_values(actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """Return where the orders stand now. What the field typed stands beside it, so the look is logged (SR-08)."""
    rows = await fetch(
        "select w.id, w.number, w.state, w.outcome, w.protocol_verdict, w.closed_at, w.cancelled_at, w.cancel_reason,"
        " w.person_id, a.name as article_name, u.name as assigned_to, p.name as performed_by"
        " from work_order w join article a on a.id = w.article_id left join user_account u on u.id = w.assigned_to"
        " left join user_account p on p.id = w.performed_by where w.region_id = $1 and w.id = any($2)",
        actor.region_id,
        list(ids),
    )
    await log_access(actor, [row["person_id"] for row in rows if row["person_id"]], "review.read")
    hidden = {"id", "person_id"}
    return {row["id"]: {key: value for key, value in dict(row).items() if key not in hidden} for row in rows}
