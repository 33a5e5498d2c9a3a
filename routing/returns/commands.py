"""The handlers of the returns desk: taken in, begun with, clean, inspected, bought back."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.messages.service import send_message
from app.policy.repository import current_policy
from app.policy.working_time import STOCKHOLM
from app.registry.holdings import end_holding, open_holding
from app.registry.repository import is_stopped
from labels.service import resolve_scan
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome
from routing.pickups import collecting
from routing.pickups.arguments import ArrivedLine
from routing.pickups.arriving import arrive_line
from routing.returns import repository
from routing.returns.arguments import Cleaned, Inspect, JudgeBuyBack, Receive, TakeIn
from routing.returns.lifecycle import (
    STATUS_AFTER,
    Inspection,
    Purchase,
    State,
    buy_back_refusal,
    cleaned_refusal,
    inspection_refusal,
    quarantine_end,
    receive_refusal,
)
from routing.returns.repository import DeskDevice, Part
from routing.rounds import chain

DEVICE: Final = "device"
LINE: Final = "pickup_line"

#: Statuses of a device that is at the centre already.
_HERE: Final = frozenset({"in_stock", "reserved", "arrived", "cleaning", "inspection", "in_repair", "quarantined"})


async def take_in(context: CommandContext, arguments: TakeIn) -> Outcome:
    """The device stands at the centre: the holding and its rent end (R-265), whether or not it was ordered back.

    A pick-up line that waits for it, or was lost on the way, arrives. Else the recipient gets an order with an
    unplanned line (R-274), but for what is never on a pick-up order (R-248): that arrives without one.
    """
    device = await _device(context)
    at = min(arguments.at, context.at)
    if device.status == "scrapped":
        raise _refusal("return.scrapped", device)
    if device.status in _HERE:
        raise _refusal("return.here_already", device)
    if arguments.scan_raw is not None:
        scanned = await resolve_scan(device.region_id, arguments.scan_raw)
        if scanned is not None and scanned.device_id != device.id:
            raise _refusal("return.other_label", device, scanned=scanned.number)
    line_id = await repository.line_to_arrive(device.id)
    holding = await open_holding(device.id)
    if line_id is None and holding is not None and device.collectable:
        line_id = await collecting.add_unplanned_line(
            None,
            region_id=device.region_id,
            person_id=holding.person_id,
            party_id=holding.party_id,
            article_id=device.article_id,
            device_id=device.id,
            quantity=1,
            at=at,
            hygiene=arguments.hygiene,
            registered_by=context.actor.user_id,
        )
    if line_id is not None:
        given = ArrivedLine(line_id=line_id, scan_raw=arguments.scan_raw, hygiene=arguments.hygiene)
        number = await arrive_line(context, line_id, given, at)
        return Applied({"number": device.number, "pickup": number})
    if holding is not None:
        await end_holding(device.region_id, device.id, at, "arrived")
    else:
        await repository.set_status(device.id, "arrived")
    await repository.insert_arrival(
        device,
        holder_id=None if holding is None else holding.person_id or holding.party_id,
        at=at,
        by=context.actor.user_id,
        scan_raw=arguments.scan_raw,
        command_id=context.command_id,
    )
    await chain.settle(device.region_id, [("device", device.id)], by=context.command_id)
    return Applied({"number": device.number, "pickup": None})


async def receive(context: CommandContext, arguments: Receive) -> Outcome:
    """The desk begins with a device that has arrived; a contaminated one is left alone first (R-271)."""
    device = await _device(context)
    code = receive_refusal(device.status)
    if code is not None:
        raise _refusal(code, device)
    policy = await current_policy(device.region_id, context.at)
    until = quarantine_end(arguments.contamination, context.at, policy.return_quarantine_hours)
    await repository.insert_return(
        {
            "region_id": device.region_id,
            "device_id": device.id,
            "pickup_line_id": device.pickup_line_id,
            "state": State.CLEANING.value,
            "contamination": arguments.contamination,
            "quarantine_until": until,
            "received_at": context.at,
            "received_by": context.actor.user_id,
            "note": arguments.note.strip(),
        }
    )
    await repository.set_status(device.id, "cleaning")
    return Applied({"number": device.number, "quarantine_until": None if until is None else until.isoformat()})


async def cleaned(context: CommandContext, arguments: Cleaned) -> Outcome:
    """The device is clean and waits for its inspection."""
    device = await _device(context)
    # A device that was in cleaning before there was a returns desk has no return of its own yet.
    state = device.state or (State.CLEANING if device.status == "cleaning" else None)
    code = cleaned_refusal(state, device.quarantine_until, context.at)
    if code is not None:
        until = device.quarantine_until
        detail = "" if until is None else f"{until.astimezone(STOCKHOLM):%Y-%m-%d %H.%M}"
        raise _refusal(code, device, until=detail)
    return_id = device.return_id or await repository.insert_return(
        {
            "region_id": device.region_id,
            "device_id": device.id,
            "pickup_line_id": device.pickup_line_id,
            "state": State.CLEANING.value,
            "contamination": "none",
            "received_at": context.at,
            "received_by": context.actor.user_id,
        }
    )
    values = {"state": State.INSPECTION.value, "cleaned_at": context.at, "cleaned_by": context.actor.user_id}
    note = arguments.note.strip()
    await repository.update_return(return_id, {**values, **({"note": note} if note else {})})
    await repository.set_status(device.id, "inspection")
    return Applied({"number": device.number})


async def inspect(context: CommandContext, arguments: Inspect) -> Outcome:
    """What was found, and what becomes of the device. Who answers for missing parts is asked (R-269)."""
    device = await _device(context)
    facts = Inspection(
        device.status,
        arguments.result,
        arguments.disposition,
        stopped=await is_stopped(device.id),
        note=bool(arguments.note.strip()),
    )
    code = inspection_refusal(facts)
    if code is not None:
        raise _refusal(code, device)
    parts = await repository.parts_of(device.id)
    counted = {part.component_id: part.quantity for part in arguments.parts}
    if not counted.keys() <= parts.keys():
        raise _refusal("return.part_unknown", device)
    values = {
        "state": State.DONE.value,
        "inspected_at": context.at,
        "inspected_by": context.actor.user_id,
        "result": arguments.result,
        "disposition": arguments.disposition,
        "note": arguments.note.strip(),
    }
    return_id = device.return_id
    if return_id is None:
        # Inspected again, after repair or quarantine: a new return of its own, so that the first one stays as it was.
        return_id = await repository.insert_return(
            {
                "region_id": device.region_id,
                "device_id": device.id,
                "contamination": "none",
                "received_at": context.at,
                "received_by": context.actor.user_id,
                **values,
            }
        )
    else:
        await repository.update_return(return_id, values)
    missing = [
        (part, count) for part in parts.values() if (count := counted.get(part.id, part.quantity)) < part.quantity
    ]
    asked = await _ask(context, device, [part for part, _ in missing])
    for component_id, found in counted.items():
        part = parts[component_id]
        await repository.insert_part(
            device.region_id, return_id, part, found, asked if found < part.quantity else None, context.command_id
        )
    await repository.set_status(
        device.id,
        STATUS_AFTER[arguments.disposition],
        scrapped_on=context.at.astimezone(STOCKHOLM).date() if arguments.disposition == "scrap" else None,
    )
    return Applied({"number": device.number, "missing": len(missing), "asked": asked is not None})


async def _ask(context: CommandContext, device: DeskDevice, missing: list[Part]) -> UUID | None:
    """Ask whoever answers for the parts that did not come back; None when nothing is missing or nobody can be asked."""
    asked = await repository.whom_to_ask(device.id) if missing else None
    if asked is not None:
        names = ", ".join(f"{part.name} ({part.number})" for part in missing)
        await send_message(
            region_id=device.region_id,
            recipient_id=asked,
            kind="return.parts_missing",
            work_order_id=None,
            params={"number": device.number, "article_name": device.article_name, "parts": names},
            once_key=f"return.parts_missing:{context.command_id}",
        )
    return asked


async def judge_buy_back(context: CommandContext, arguments: JudgeBuyBack) -> Outcome:
    """Say whether a purchase is taken back (R-272, R-273). The answer is given once and stays."""
    region_id, line_id = context.actor.region_id, context.aggregate
    row = None if line_id is None else await repository.lock_purchase(region_id, line_id)
    if row is None or line_id is None:
        raise NotFound
    if row["state"] != "arrived":
        raise CommandRefused("return.line_not_arrived", subject_kind=LINE, subject_id=line_id)
    if row["judged"]:
        raise CommandRefused("return.judged_already", subject_kind=LINE, subject_id=line_id)
    policy = await current_policy(region_id, context.at)
    reason = buy_back_refusal(
        Purchase(
            row["charging"],
            row["kind"],
            row["stock_status"],
            row["delivered_at"],
            row["returned_at"],
            arguments.unused,
            arguments.original_packaging,
        ),
        policy.buy_back_days,
    )
    await repository.insert_buy_back(
        {
            "region_id": region_id,
            "pickup_line_id": line_id,
            "unused": arguments.unused,
            "original_packaging": arguments.original_packaging,
            "accepted": reason is None,
            "reason": reason or "",
            "judged_by": context.actor.user_id,
            "judged_at": context.at,
        }
    )
    return Applied({"accepted": reason is None, "reason": reason or ""})


async def _device(context: CommandContext) -> DeskDevice:
    device_id = context.aggregate
    device = None if device_id is None else await repository.lock_desk_device(context.actor.region_id, device_id)
    if device is None:
        raise NotFound
    return device


def _refusal(code: str, device: DeskDevice, **detail: str) -> CommandRefused:
    return CommandRefused(
        code,
        detail={"number": device.number, **detail},
        state={"number": device.number, "status": device.status},
        subject_kind=DEVICE,
        subject_id=device.id,
    )
