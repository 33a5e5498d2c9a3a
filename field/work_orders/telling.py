"""Who is told what about a work order. Messages name the order, never the patient (R-223, SR-07)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from app.jobs import enqueue
from app.messages.service import send_message
from field.work_orders import repository
from field.work_orders.repository import LockedOrder


async def tell_orderers(
    *,
    region_id: UUID,
    order_id: UUID,
    recipients: Iterable[UUID | None],
    kind: str,
    params: Mapping[str, Any],
    occasion: str,
) -> None:
    """Send one message to each recipient, once per ``occasion`` (I12); None and doubles are left out."""
    for recipient in dict.fromkeys(recipients):
        if recipient is not None:
            await send_message(
                region_id=region_id,
                recipient_id=recipient,
                kind=kind,
                work_order_id=order_id,
                params=params,
                once_key=f"{kind}:{order_id}:{occasion}:{recipient}",
            )


async def tell_of_closing(order: LockedOrder, outcome: str, performer: UUID) -> None:
    """Tell who ordered, and a colleague who had the order meanwhile (sync case 2), that it is closed.

    An order that triage made of a patient's report was nobody's wish at the centre: the prescriber and the patient are
    told.
    """
    colleague = order.assigned_to if order.assigned_to != performer else None
    reported = await _tell_patients(order, "closed")
    await tell_orderers(
        region_id=order.region_id,
        order_id=order.id,
        recipients=[None if reported else order.registered_by, order.prescriber_id, colleague],
        kind="work_order.closed",
        params={"number": order.number, "article_name": order.article_name, "outcome": outcome},
        occasion="closed",
    )


async def tell_of_cancelling(order: LockedOrder, reason: str, author: UUID, attempts: int = 0) -> None:
    """Tell who ordered and who had the work that it is cancelled, why, and how often nobody answered (R-157)."""
    technician = order.assigned_to if order.assigned_to != author else None
    await _tell_patients(order, "cancelled")
    await tell_orderers(
        region_id=order.region_id,
        order_id=order.id,
        recipients=[order.registered_by, order.prescriber_id, technician],
        kind="work_order.cancelled",
        params={"number": order.number, "article_name": order.article_name, "reason": reason, "attempts": attempts},
        occasion="cancelled",
    )


async def _tell_patients(order: LockedOrder, occasion: str) -> bool:
    """Let the pages of the fault reports that the order answers know. True when it was made of one of them."""
    answers = await repository.reports_answered(order.id)
    if answers:
        await enqueue("fault_report.work_order_ended", {"work_order_id": str(order.id), "occasion": occasion})
    return "work_order_created" in answers


async def tell_of_missing(order: LockedOrder, reason: str, new_day: date | None, occasion: str) -> None:
    """Tell who ordered, and the prescriber, that the promised time will not be kept, before it has passed (R-215)."""
    await tell_orderers(
        region_id=order.region_id,
        order_id=order.id,
        recipients=[order.registered_by, order.prescriber_id],
        kind="work_order.will_miss",
        params={
            "number": order.number,
            "article_name": order.article_name,
            "reason": reason,
            "new_day": new_day.isoformat() if new_day else "",
        },
        occasion=occasion,
    )


async def tell_of_referral(order: LockedOrder, command_id: UUID) -> None:
    """Ask the prescriber for a new prescription; the article has expired (R-220)."""
    await tell_orderers(
        region_id=order.region_id,
        order_id=order.id,
        recipients=[order.prescriber_id],
        kind="work_order.referred",
        params={"number": order.number, "article_name": order.article_name},
        occasion=str(command_id),
    )


async def tell_of_deviation(order: LockedOrder, recipient: UUID | None, device_number: str, command_id: UUID) -> None:
    """Tell the responsible prescriber at once that a device has a deviation (R-301)."""
    await tell_orderers(
        region_id=order.region_id,
        order_id=order.id,
        recipients=[recipient],
        kind="work_order.deviation",
        params={"number": order.number, "article_name": order.article_name, "device_number": device_number},
        occasion=str(command_id),
    )


async def tell_of_reassigning(order: LockedOrder, author: UUID, command_id: UUID) -> None:
    """Tell the technician who had the order that a colleague has it now."""
    if order.assigned_to is None or order.assigned_to == author:
        return
    await tell_orderers(
        region_id=order.region_id,
        order_id=order.id,
        recipients=[order.assigned_to],
        kind="work_order.reassigned",
        params={"number": order.number, "article_name": order.article_name},
        occasion=str(command_id),
    )
