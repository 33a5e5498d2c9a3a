"""The queries of contact attempts and texts to patients."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.database import Record, execute, fetch_row
from field.work_orders.arguments import ContactAttempt, Notify
from field.work_orders.repository import LockedOrder


async def store_attempt(
    order: LockedOrder, by: UUID, command_id: UUID, arguments: ContactAttempt, at: datetime
) -> None:
    """Store that somebody tried to reach the patient."""
    await execute(
        "insert into contact_attempt (id, region_id, work_order_id, at, result, channel, note, by_id, command_id)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $1)",
        command_id,
        order.region_id,
        order.id,
        at,
        arguments.result,
        arguments.channel,
        arguments.note,
        by,
    )


async def notice_facts(order_id: UUID) -> Record:
    """Return ``contact_phone`` and ``protected`` of an order: what decides how a text may be sent."""
    row = await fetch_row(
        "select w.contact_phone, coalesce(p.protected_identity, false) as protected from work_order w"
        " left join person p on p.id = w.person_id where w.id = $1",
        order_id,
    )
    if row is None:
        raise LookupError("the order is locked, so it is there")
    return row


async def store_notice(
    order: LockedOrder, by: UUID, command_id: UUID, arguments: Notify, address: str, at: datetime
) -> None:
    """Store a text to the patient; its id is the command's."""
    await execute(
        "insert into patient_notice (id, region_id, work_order_id, purpose, channel, address, text, state, by_id,"
        " command_id, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $1, $10)",
        command_id,
        order.region_id,
        order.id,
        arguments.purpose,
        arguments.channel,
        address,
        arguments.text,
        "queued" if arguments.send else "copied",
        by,
        at,
    )


async def queued_notice(notice_id: UUID) -> Record | None:
    """Return a text that waits to be sent; None when it was sent or given up."""
    return await fetch_row(
        "select n.id, n.channel, n.address, n.text, n.created_at, coalesce(p.protected_identity, false) as protected"
        " from patient_notice n join work_order w on w.id = n.work_order_id left join person p on p.id = w.person_id"
        " where n.id = $1 and n.state = 'queued'",
        notice_id,
    )


async def mark_notice(notice_id: UUID, state: str, failure: str, at: datetime | None) -> None:
    """A text was sent, or could not be."""
    await execute(
        "update patient_notice set state = $2, failure = $3, sent_at = $4 where id = $1 and state = 'queued'",
        notice_id,
        state,
        failure,
        at,
    )
