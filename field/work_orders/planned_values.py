"""What booking, assigning and assessing give an order, and whether somebody else gave it another value meanwhile.

Different values merge by themselves, for each command changes its own. The same value changed by two who did not see
each other is put to a person with both versions (docs/sync.md section 6, "Field merge").
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from app.database import fetch_row, fetch_value
from app.policy.working_time import STOCKHOLM
from field.work_orders.arguments import Assessment, Assign, Book
from field.work_orders.repository import LockedOrder
from offline_sync.commands import CommandContext

_LONG_AGO: Final = datetime(1900, 1, 1, tzinfo=UTC)


def booking_values(arguments: Book) -> dict[str, Any]:
    """The columns of a booked visit; its day becomes the day the order is planned for (R-217, R-218)."""
    values: dict[str, Any] = {
        "booked_from": arguments.from_,
        "booked_to": arguments.to,
        "planned_on": arguments.from_.astimezone(STOCKHOLM).date(),
    }
    if arguments.technician_id is not None:
        values["assigned_to"] = arguments.technician_id
    return values


def assignment_values(arguments: Assign) -> dict[str, Any]:
    """The columns of an assignment; a team or day that is not given stays as it was."""
    values: dict[str, Any] = {"assigned_to": arguments.technician_id}
    if arguments.team_id is not None:
        values["team_id"] = arguments.team_id
    if arguments.planned_on is not None:
        values["planned_on"] = arguments.planned_on
    return values


def assessment_values(arguments: Assessment) -> dict[str, Any]:
    """The columns that two assessments can differ in."""
    values: dict[str, Any] = {
        "assessed_priority": arguments.priority,
        "assessed_place": arguments.place,
        "assessed_basic_need": arguments.basic_need,
    }
    if arguments.team_id is not None:
        values["team_id"] = arguments.team_id
    return values


async def overtaken(context: CommandContext, order: LockedOrder, type_name: str, values: Mapping[str, Any]) -> bool:
    """True when somebody else has changed these values since the author saw the order, and to something else.

    What the author saw is told by ``base_rv``: the command that made that version is in the log. Where it is not, as
    after a job has touched the row, any of the others' changes may be unseen; without ``base_rv``, those that were
    committed after the event itself. The office works online and sees what it changes, so only the field is asked.
    """
    if context.origin != "field" or context.base_rv == order.rv:
        return False
    changed = await fetch_value(
        "select exists (select from command_log c join command_standing s on s.command_id = c.id"
        " where c.aggregate = $1 and c.type = $2 and s.verdict = 'applied' and c.author is distinct from $3"
        " and c.received_at > coalesce((select max(b.received_at) from command_log b where b.aggregate = $1"
        "   and b.type like 'work_order.%' and b.result ->> 'rv' = $4), $5))",
        order.id,
        type_name,
        context.actor.user_id,
        str(context.base_rv),
        context.at if context.base_rv is None else _LONG_AGO,
    )
    if not changed:
        return False
    row = await fetch_row(f"select {', '.join(values)} from work_order where id = $1", order.id)  # noqa: S608 - columns of ours
    return row is not None and dict(row) != values
