"""``work_order.undo``: a compensating command. Both stay in the history; nothing is deleted (sync case 26)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from field.work_orders import parts, repository
from field.work_orders.arguments import Undo
from field.work_orders.handling import load, recorded, refusal
from field.work_orders.lifecycle import Decision, Refusal
from field.work_orders.repository import LockedOrder, UndoableCommand
from offline_sync.commands import Applied, CommandContext, Outcome

WINDOW: Final = timedelta(minutes=10)
_UNDOABLE: Final = frozenset(
    {"work_order.report", "work_order.start", "work_order.wait", "work_order.refer", "work_order.assess"}
)


async def undo(context: CommandContext, arguments: Undo) -> Outcome:
    """Take back an own report, start, wait or assessment of the last ten minutes, by the times of the events."""
    order = await load(context)
    command = await repository.find_command(order.region_id, arguments.command_id)
    code = _hindrance(context, order, command)
    if code is None and command is not None and not await repository.is_as(order.id, command.result["after"]):
        code = "work_order.undo_overtaken"
    if code is not None or command is None:
        context.judge(refusal(order, code or "work_order.undo_impossible"))
        return recorded(order, Decision(refusal=Refusal(code or "work_order.undo_impossible")))
    await repository.restore(order.id, command.result["before"])
    undone = arguments.command_id
    await parts.settle(context, order, await parts.of_command(undone), undone=undone)
    rv = await repository.order_version(order.id)
    return Applied({"rv": rv, "undone": str(arguments.command_id)})


def _hindrance(context: CommandContext, order: LockedOrder, command: UndoableCommand | None) -> str | None:
    """Return why it cannot be undone, or None."""
    if command is None or command.aggregate != order.id or command.type not in _UNDOABLE:
        return "work_order.undo_impossible"
    if command.author != context.actor.user_id:
        return "work_order.undo_not_own"
    if command.verdict != "applied" or command.undone:
        return "work_order.undo_impossible"
    if context.at - command.at > WINDOW:
        return "work_order.undo_too_late"
    # A signed protocol never changes (I11): it is corrected by a new one.
    return "work_order.undo_protocol" if command.has_protocol else None
