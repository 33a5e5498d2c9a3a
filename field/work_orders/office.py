"""The office's reads: one page of the list, and one order with its history. Both are bound to the actor's scope."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from app.database import Record, fetch, fetch_row
from app.identity.actor import Actor
from app.identity.scopes import work_order_scope_sql
from field.work_orders.rows import ORDER_ROWS_SQL

StateFilter: TypeAlias = Literal["open", "closed", "all"]

_STATES: Final[dict[StateFilter, str]] = {
    "open": "w.state not in ('closed', 'cancelled')",
    "closed": "w.state in ('closed', 'cancelled')",
    "all": "true",
}

_NUMBER_DIGITS: Final = 8


class BadCursorError(ValueError):
    """The cursor is not one that this server made."""


@dataclass(frozen=True)
class Wanted:
    """Which page of the list: ``number`` is the beginning of an order number, ``before`` where the page begins."""

    state: StateFilter
    limit: int
    team_id: UUID | None = None
    assigned_to: UUID | None = None
    number: str | None = None
    before: tuple[datetime, UUID] | None = None


async def find_orders(actor: Actor, wanted: Wanted) -> list[Record]:
    """Return up to ``limit`` orders, newest first; the key (registered_at, id) is the index's."""
    scope, parameters = work_order_scope_sql(actor, alias="w", first=2)
    values: list[Any] = [wanted.limit, *parameters]
    conditions = [scope, _STATES[wanted.state]]

    def given(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    if wanted.team_id is not None:
        conditions.append(f"w.team_id = {given(wanted.team_id)}")
    if wanted.assigned_to is not None:
        conditions.append(f"w.assigned_to = {given(wanted.assigned_to)}")
    if wanted.number is not None:
        # All numbers have eight digits, so a beginning is a range of the unique index.
        low, high = wanted.number.ljust(_NUMBER_DIGITS, "0"), wanted.number.ljust(_NUMBER_DIGITS, "9")
        conditions.append(f"w.number between {given(low)} and {given(high)}")
    if wanted.before is not None:
        at, order_id = (given(value) for value in wanted.before)
        conditions.append(f"w.registered_at <= {at} and (w.registered_at < {at} or w.id > {order_id})")
    return await fetch(
        "select w.id, w.number, w.type, w.state, w.waiting_for,"  # noqa: S608
        " coalesce(w.assessed_priority, w.proposed_priority) as priority, w.assessment_final as priority_final,"
        " a.name as article_name, d.number as device_number,"
        " case when p.protected_identity then '' else w.town end as town,"
        " w.team_id, t.name as team_name, w.assigned_to, u.name as assigned_name, w.planned_on, w.registered_at,"
        " w.contact_due, w.start_due, w.done_due, w.rv,"
        " coalesce(w.done_due < coalesce(w.done_at, w.cancelled_at, now()), false)"
        "   or coalesce(w.start_due < coalesce(w.started_at, w.cancelled_at, now()), false)"
        "   or coalesce(w.contact_due < coalesce(w.contacted_at, w.started_at, w.cancelled_at, now()), false) as late"
        " from work_order w join article a on a.id = w.article_id left join device d on d.id = w.device_id"
        " left join person p on p.id = w.person_id left join team t on t.id = w.team_id"
        " left join user_account u on u.id = w.assigned_to"
        f" where {' and '.join(conditions)} order by w.registered_at desc, w.id limit $1",
        *values,
    )


async def find_order(actor: Actor, number: str) -> dict[str, Any] | None:
    """Return the unmasked row of the order with that number, when it is in the actor's scope."""
    scope, parameters = work_order_scope_sql(actor, alias="w", first=3)
    found = await fetch_row(
        f"select w.id from work_order w where w.region_id = $1 and w.number = $2 and {scope}",  # noqa: S608
        actor.region_id,
        number,
        *parameters,
    )
    if found is None:
        return None
    row = await fetch_row(ORDER_ROWS_SQL, [found["id"]])
    return None if row is None else row["row"]


async def find_protocol(order_id: UUID, protocol_id: UUID) -> Record | None:
    """Return a signed protocol of the order, with who signed it."""
    return await fetch_row(
        "select s.template_sha256, s.answers, s.judgement, s.verdict, s.signed_at, u.name as by_name"
        " from service_protocol s join user_account u on u.id = s.technician_id"
        " where s.work_order_id = $1 and s.id = $2",
        order_id,
        protocol_id,
    )


async def history(region_id: UUID, order_id: UUID) -> list[Record]:
    """Return every command on the order, in the order things happened.

    An order that triage made of a patient's report begins with the report and the decision about it.
    """
    return await fetch(
        "select c.at_est as at, c.received_at, coalesce(u.name, '') as by_name, c.type, c.verdict, c.code, c.detail"
        " from command_log c left join user_account u on u.id = c.author"
        " where c.region_id = $1 and c.aggregate = any(array(select $2::uuid union all select r.id from fault_report r"
        "   where r.work_order_id = $2 and r.state = 'work_order_created')) order by c.at_est, c.received_at, c.id",
        region_id,
        order_id,
    )


def write_cursor(row: Record) -> str:
    """Return the cursor of the page after ``row``."""
    return base64.urlsafe_b64encode(f"{row['registered_at'].isoformat()} {row['id']}".encode()).decode()


def read_cursor(text: str) -> tuple[datetime, UUID]:
    """Read a cursor.

    Raises:
        BadCursorError: it is not one of ours.
    """
    try:
        at, order_id = base64.urlsafe_b64decode(text.encode()).decode().split(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise BadCursorError
        return moment, UUID(order_id)
    except (binascii.Error, ValueError) as error:
        raise BadCursorError from error
