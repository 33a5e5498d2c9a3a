"""What a work order does to its device's occasion: opened or joined when it is registered, moved on by the work.

The work orders call this and know no more of maintenance; every function may be called for any order. The order's row
is locked first, then the device (field/work_orders/repository.py).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from app.device_flags.repository import insert_block, lift_block, renew_device
from app.messages.service import send_message
from app.policy.working_time import STOCKHOLM
from app.registry import repository as registry
from field.maintenance import repository
from field.maintenance.lifecycle import BEFORE_WORK, TERMINAL, Action, Disposition, State, decide, next_due
from field.maintenance.repository import DeviceDue, Occasion

#: The priority that is maintenance (R-191).
PRIORITY: Final = 5

#: Why a device that was not approved is blocked; an approval lifts this block and no other.
BLOCKED: Final = "Inte godkänd vid förebyggande underhåll"

#: What a close says of a device that was not approved (R-233); other outcomes leave the disposition to be made.
DISPOSITIONS: Final[dict[str, Disposition]] = {
    "exchanged": "exchanged",
    "referred": "referred",
    "not_repairable": "quarantined",
}


async def order_registered(
    region_id: UUID, order_id: UUID, device_id: UUID | None, *, preventive: bool, at: datetime
) -> None:
    """Open an occasion for the order, or join the device's open one (R-191, R-234)."""
    if device_id is None or not preventive:
        return
    device = await repository.lock_device(region_id, device_id)
    if device is None or device.status == "scrapped":
        return
    occasion = await _opened(region_id, device, at)
    if occasion.work_order_id is None or not await repository.is_open(occasion.work_order_id):
        await repository.update_occasion(occasion.id, {"work_order_id": order_id})


async def _opened(region_id: UUID, device: DeviceDue, at: datetime) -> Occasion:
    found = await repository.open_occasion(device.id)
    if found is not None:
        return found
    plan = await repository.plan_of(device.id)
    return await repository.insert_occasion(region_id, device, plan, device.next_pm or local_day(at), at)


async def order_cancelled(region_id: UUID, order_id: UUID, device_id: UUID | None, reason: str, at: datetime) -> None:
    """The visit is off and the maintenance is not: the occasion waits for another order, or for a contact (R-230)."""
    occasion = await _occasion_of(region_id, order_id, device_id)
    if occasion is None or occasion.work_order_id != order_id:
        return
    values: dict[str, Any] = {"work_order_id": None, "booked_on": None}
    action: Action | None = "unbook" if occasion.state is State.BOOKED else None
    if reason == "no_contact" and occasion.state in {State.PLANNED, State.NOTIFIED, State.BOOKED}:
        action = "contact_fails"
        values["contact_failed_on"] = local_day(at)
    if action is not None:
        values |= stored(decide(occasion.facts, action).path, at)
    await repository.update_occasion(occasion.id, values)


async def work_saved(region_id: UUID, order_id: UUID, device_id: UUID | None, technician: UUID, at: datetime) -> None:
    """Part of the work is done; a partial occasion stays partial."""
    await _worked(region_id, order_id, device_id, technician, at, preventive=False, verdict=None, outcome=None)


async def order_closed(
    region_id: UUID,
    order_id: UUID,
    device_id: UUID | None,
    technician: UUID,
    at: datetime,
    *,
    preventive: bool,
    verdict: str | None,
    outcome: str,
    months: int | None = None,
) -> bool:
    """Move the occasion by what was done, and the device's dates when it was approved (R-074, R-233, R-235).

    Args:
        preventive: the order is for maintenance, so that an occasion is opened when there is none.
        verdict: of the order's protocol; None or "incomplete" leaves the occasion begun.
        outcome: the order's; of a device that was not approved it may be the disposition.
        months: the interval for a device without a plan.

    Returns:
        True when the order belongs to an occasion.
    """
    return await _worked(
        region_id,
        order_id,
        device_id,
        technician,
        at,
        preventive=preventive,
        verdict=verdict,
        outcome=outcome,
        months=months,
    )


async def _worked(
    region_id: UUID,
    order_id: UUID,
    device_id: UUID | None,
    technician: UUID,
    at: datetime,
    *,
    preventive: bool,
    verdict: str | None,
    outcome: str | None,
    months: int | None = None,
) -> bool:
    if device_id is None:
        return False
    device = await repository.lock_device(region_id, device_id)
    if device is None:
        return False
    occasion = await _worked_on(region_id, device, order_id, preventive=preventive, at=at)
    if occasion is None:
        return False
    day = local_day(at)
    action: Action = "approve" if verdict == "approved" else "fail" if verdict == "not_approved" else "work"
    path = decide(occasion.facts, action).path
    values: dict[str, Any] = {
        "work_order_id": order_id,
        "technician_id": technician,
        "performed_on": day,
        **stored(path, at),
    }
    if occasion.held and occasion.notified_on is None and occasion.state in BEFORE_WORK:
        # Done on the spot: who opened the door has agreed, and that is the contact.
        values |= {"notified_on": day, "notified_how": "in_person", "agreed": True}
    if action == "approve":
        values["next_pm"] = await _approved(device, occasion, day, months)
    elif action == "fail":
        values["next_pm"] = None
    await repository.update_occasion(occasion.id, values)
    if action == "approve" and await repository.is_blocked_for(device.id, BLOCKED):
        await lift_block(device.id, technician, at, "")
        await renew_device(device.id)
    elif action == "fail":
        await _block(region_id, device.id, technician, at)
    disposition = DISPOSITIONS.get(outcome or "")
    if action == "fail" and disposition is not None:
        await dispose(region_id, device, disposition, at, note="")
    return True


async def _worked_on(
    region_id: UUID, device: DeviceDue, order_id: UUID, *, preventive: bool, at: datetime
) -> Occasion | None:
    """Return the occasion that the order's work belongs to; a repair on a device that is due is a repair."""
    occasion = await repository.open_occasion(device.id)
    if occasion is not None and (preventive or occasion.work_order_id == order_id):
        return occasion
    if not preventive or device.status == "scrapped":
        return None
    return await _opened(region_id, device, at)


async def _approved(device: DeviceDue, occasion: Occasion, day: date, months: int | None) -> date | None:
    """Set the device's dates, unless a later visit has (field work arrives in any order); return the next day."""
    plan = await repository.plan_of(device.id)
    upcoming: date | None = None
    if plan is not None:
        upcoming = next_due(occasion.due_on, day, plan.interval_months, plan.due_from)
    elif months:
        upcoming = next_due(occasion.due_on, day, months, "completion")
    await registry.set_maintained(device.id, day, upcoming)
    return upcoming


async def worse_protocol(region_id: UUID, order_id: UUID, device_id: UUID | None, at: datetime) -> None:
    """A second, worse protocol takes the approval back until somebody has decided (sync rule R5)."""
    occasion = await _occasion_of(region_id, order_id, device_id)
    if occasion is not None and occasion.state is State.APPROVED:
        path = decide(occasion.facts, "fail").path
        await repository.update_occasion(occasion.id, {**stored(path, at), "next_pm": None})


async def dispose(region_id: UUID, device: DeviceDue, disposition: Disposition, at: datetime, *, note: str) -> None:
    """Do what becomes of a device that was not approved: it is due at once, and the prescriber may be told (R-233).

    It has been blocked since it failed, and stays so until an approval or until somebody lifts the block.

    The caller has asked ``decide``.
    """
    occasion = await repository.open_occasion(device.id)
    if occasion is None:
        return
    path = decide(occasion.facts, disposition).path
    values = {**stored(path, at), "disposition": disposition}
    if note:
        values["note"] = note
    await repository.update_occasion(occasion.id, values)
    if disposition == "repaired":
        return
    await registry.maintenance_due_at_once(device.id, local_day(at))
    if disposition == "referred":
        await tell_prescriber(region_id, device, occasion.id, "maintenance.not_approved")


async def _block(region_id: UUID, device_id: UUID, by: UUID, at: datetime) -> None:
    """Nobody hands out or uses a device that was not approved; an earlier block stays as it is."""
    await insert_block(region_id, device_id, BLOCKED, by, at)
    await renew_device(device_id)


async def tell_prescriber(region_id: UUID, device: DeviceDue, occasion_id: UUID, kind: str) -> bool:
    """Send the device's prescriber a message, once per occasion and kind; False when nobody is known (R-230, R-233)."""
    prescriber = await repository.prescriber_of(device.id)
    if prescriber is None:
        return False
    await send_message(
        region_id=region_id,
        recipient_id=prescriber,
        kind=kind,
        work_order_id=None,
        params={"number": device.number, "article_name": device.article_name},
        once_key=f"{kind}:{occasion_id}",
    )
    return True


async def _occasion_of(region_id: UUID, order_id: UUID, device_id: UUID | None) -> Occasion | None:
    if device_id is None or await repository.lock_device(region_id, device_id) is None:
        return None
    occasion = await repository.open_occasion(device_id)
    return occasion if occasion is not None and occasion.work_order_id == order_id else None


def stored(path: tuple[State, ...], at: datetime) -> dict[str, Any]:
    """Return the columns that a path sets: only the last state is the occasion's."""
    if not path:
        return {}
    last = path[-1]
    return {"state": last.value, "ended_at": at if last in TERMINAL else None}


def local_day(at: datetime) -> date:
    """Return the day in Stockholm."""
    return at.astimezone(STOCKHOLM).date()
