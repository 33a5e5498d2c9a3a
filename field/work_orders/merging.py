"""The same work told twice by one technician, from two phones or by a second tap, is one visit (sync case 21)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from app.database import fetch_row, fetch_value
from field.work_orders import repository
from field.work_orders.arguments import Close, Part, TimeEntry
from field.work_orders.lifecycle import State
from field.work_orders.parts import settle
from field.work_orders.repository import LockedOrder
from offline_sync.commands import Applied, CommandContext

#: Two closes of one order within it, by one technician and with one outcome, are the same visit.
SAME_VISIT: Final = timedelta(hours=12)


async def merge_repeated_close(context: CommandContext, order: LockedOrder, arguments: Close) -> Applied | None:
    """Unite a second close by who closed the order with the first; None when it is something else.

    What the first did not have is added: time that does not overlap, other parts. A service protocol must be the one
    that is stored already, for a second opinion is never dropped.
    """
    if context.origin != "field" or order.state is not State.CLOSED:
        return None
    first = await fetch_row(
        "select performed_by, outcome, done_at from work_order where id = $1 and done_at is not null", order.id
    )
    if (
        first is None
        or first["performed_by"] != context.actor.user_id
        or first["outcome"] != arguments.outcome
        or abs(first["done_at"] - min(arguments.performed_at, context.at)) > SAME_VISIT
        or not await _protocol_is_known(order, arguments)
        or await repository.foreign_lines(order.id, arguments.time_entries, arguments.parts)
    ):
        return None
    entries = [entry for entry in arguments.time_entries if not await _entry_is_known(context, order, entry)]
    parts = [part for part in arguments.parts if not await _part_is_known(context, order, part)]
    await repository.store_lines(order, context.actor, context.command_id, entries, parts)
    await settle(context, order, [part.id for part in parts])
    rv = await repository.order_version(order.id)
    return Applied({"rv": rv, "path": [], "merged": True, "added": len(entries) + len(parts)})


async def _protocol_is_known(order: LockedOrder, arguments: Close) -> bool:
    if arguments.protocol is None:
        return True
    return bool(
        await fetch_value(
            "select exists (select from service_protocol where work_order_id = $1 and template_sha256 = $2"
            " and answers = $3)",
            order.id,
            arguments.protocol.template_sha256,
            dict(arguments.protocol.answers),
        )
    )


async def _entry_is_known(context: CommandContext, order: LockedOrder, entry: TimeEntry) -> bool:
    """True when the technician has another entry on the order for the same time."""
    return bool(
        await fetch_value(
            "select exists (select from time_entry where work_order_id = $1 and technician_id = $2 and id <> $3"
            " and tstzrange(started_at, started_at + make_interval(mins => minutes))"
            "   && tstzrange($4, $4::timestamptz + make_interval(mins => $5)))",
            order.id,
            context.actor.user_id,
            entry.id,
            entry.started_at,
            entry.minutes,
        )
    )


async def _part_is_known(context: CommandContext, order: LockedOrder, part: Part) -> bool:
    """True when the technician has told of as many of the article on the order, under another line id."""
    return bool(
        await fetch_value(
            "select exists (select from part_used p join command_log c on c.id = p.command_id"
            " where p.work_order_id = $1 and c.author = $2 and p.id <> $3 and p.article_number = $4"
            " and p.quantity = $5)",
            order.id,
            context.actor.user_id,
            part.id,
            part.article_number,
            part.quantity,
        )
    )
