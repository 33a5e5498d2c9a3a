"""``work_order.report`` and ``work_order.close``: what was done is always kept, and then the order is judged.

From the field a refused close keeps time, parts, visit and protocol and asks a person (sync cases 2, 3 and 4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.policy.working_time import STOCKHOLM
from app.registry import repository as registry
from app.registry.holdings import last_return, open_holding
from field.maintenance import following
from field.protocols.repository import SignedProtocol, insert_protocol, standing_verdict
from field.protocols.service import Judged, judge_submitted
from field.work_orders import parts, repository
from field.work_orders.arguments import Assessment, Close, Protocol, Report
from field.work_orders.exchanging import give_free
from field.work_orders.handling import (
    applied,
    assessment_columns,
    happened,
    is_technician,
    judge,
    load,
    proposed_assessment,
    recorded,
    refusal,
    started_columns,
    step,
)
from field.work_orders.lifecycle import Action, Attempt, Decision, State
from field.work_orders.merging import merge_repeated_close
from field.work_orders.repository import LockedOrder
from field.work_orders.telling import tell_of_closing
from labels.service import resolve_scan
from offline_sync.commands import CommandContext, Outcome

#: Where a device stands that has been registered as returned.
_BACK: Final = frozenset({"arrived", "cleaning", "inspection"})


@dataclass(frozen=True)
class _Work:
    """A report or close that is about to be judged."""

    order: LockedOrder
    device: registry.DeviceFacts | None
    judged: Judged | None
    decision: Decision


async def report(context: CommandContext, arguments: Report) -> Outcome:
    """Save so far: facts, and the order is started."""
    work = await _judge_and_store(context, "report", arguments)
    order, decision = work.order, work.decision
    before = await repository.snapshot(order.id)
    await repository.update_order(order.id, await _verdict_column(context, work))
    if not decision.allowed:
        return recorded(order, decision)
    values = {**step(decision), **started_columns(order, decision, context.actor, context.at)}
    if arguments.assessment is not None:
        values |= await assessment_columns(context, order, arguments.assessment, context.at)
    await repository.update_order(order.id, values)
    await following.work_saved(order.region_id, order.id, order.device_id, context.actor.user_id, context.at)
    return await applied(order, decision, {"before": before, "after": await repository.snapshot(order.id)})


async def close(context: CommandContext, arguments: Close) -> Outcome:
    """Close the order when it is this technician's to close; else keep the visit as an additional one."""
    merged = await merge_repeated_close(context, await load(context), arguments)
    if merged is not None:
        return merged
    work = await _judge_and_store(context, "close", arguments)
    order, decision = work.order, work.decision
    performed_at = happened(arguments.performed_at, context)
    await repository.store_visit(
        order,
        context.actor,
        context.command_id,
        at=performed_at,
        outcome=arguments.outcome,
        additional=order.state is State.CLOSED,
    )
    verdict = await _verdict_column(context, work)
    if not decision.allowed:
        await repository.update_order(order.id, verdict)
        await _worse_protocol_holds(work, performed_at)
        return recorded(order, decision)
    values: dict[str, Any] = {
        **verdict,
        **started_columns(order, decision, context.actor, performed_at),
        **await _final_assessment(context, order, arguments.assessment, performed_at),
        **step(decision),
        "done_at": performed_at,
        "closed_at": context.at,
        "outcome": arguments.outcome,
        "performed_by": context.actor.user_id,
        # A colleague who had it meanwhile loses the row and is told; the performer keeps it in sight (sync case 2).
        "assigned_to": context.actor.user_id,
    }
    await repository.update_order(order.id, values)
    await _note_maintenance(work, verdict, context.actor.user_id, performed_at, arguments.outcome)
    await give_free(order)
    await tell_of_closing(order, arguments.outcome, context.actor.user_id)
    # Whoever had it before is still heard: that technician's own close is an additional visit (sync case 4).
    previous = str(order.assigned_to) if order.assigned_to else None
    scanned = await _scanned(work, arguments.scan_raw)
    return await applied(order, decision, {"previous": previous, **scanned})


async def _judge_and_store(context: CommandContext, action: Action, arguments: Report) -> _Work:
    """Lock, judge, and store the facts whatever the judgement; a refusal to the office is raised before."""
    order = await load(context)
    team_id = arguments.assessment.team_id if arguments.assessment else None
    if team_id is not None and not await registry.team_exists(order.region_id, team_id):
        raise refusal(order, "work_order.team_unknown")
    device = None if order.device_id is None else await registry.device_by_id(order.region_id, order.device_id)
    protocol = arguments.protocol
    judged = None
    if protocol is not None:
        judged = judge_submitted(protocol.template_id, protocol.template_sha256, protocol.answers)
    decision = judge(
        context,
        order,
        Attempt(
            action,
            context.actor.user_id,
            technician=is_technician(context.actor),
            new_time_entries=len(arguments.time_entries),
            assessment=arguments.assessment.facts if arguments.assessment else None,
            protocol_complete=judged.complete if judged else None,
            template_known=judged is None or judged.template_known,
            device_scrapped=device is not None and device.status == "scrapped",
            device_returned=await _returned(order, device, context.at),
            foreign_lines=await repository.foreign_lines(order.id, arguments.time_entries, arguments.parts),
        ),
    )
    await repository.store_lines(order, context.actor, context.command_id, arguments.time_entries, arguments.parts)
    await parts.settle(context, order, [part.id for part in arguments.parts])
    if protocol is not None and judged is not None:
        await _store_protocol(context, order, protocol, judged)
    return _Work(order, device, judged, decision)


async def _returned(order: LockedOrder, device: registry.DeviceFacts | None, at: datetime) -> bool:
    """True when a device that somebody had had come back before the work: the number may be another's (sync case 7).

    What was done before it came back was done where it was, whenever it is heard of (sync case 8).
    """
    if device is None or order.type != "preventive" or device.status not in _BACK:
        return False
    if not order.held_by_somebody or await open_holding(device.id) is not None:
        return False
    returned = await last_return(device.id)
    return returned is None or at > returned


async def _store_protocol(context: CommandContext, order: LockedOrder, protocol: Protocol, judged: Judged) -> None:
    await insert_protocol(
        SignedProtocol(
            id=protocol.id,
            region_id=order.region_id,
            work_order_id=order.id,
            device_id=order.device_id,
            template_id=protocol.template_id,
            template_version=str(protocol.template_version),
            template_sha256=protocol.template_sha256,
            answers=protocol.answers,
            verdict=judged.verdict,
            judgement=judged.judgement,
            seen_rv=context.base_rv,
            technician_id=context.actor.user_id,
            signed_at=protocol.signed_at,
            command_id=context.command_id,
        )
    )


async def _verdict_column(context: CommandContext, work: _Work) -> dict[str, Any]:
    if work.judged is None:
        return {}
    verdict = await standing_verdict(work.order.id, context.command_id, applied=work.decision.allowed)
    return {"protocol_verdict": verdict}


async def _final_assessment(
    context: CommandContext, order: LockedOrder, given: Assessment | None, at: datetime
) -> dict[str, Any]:
    """Closing makes the assessment final: the given one, or the proposed, taken over by this technician (R-197)."""
    if given is not None:
        return await assessment_columns(context, order, given, at)
    if order.assessment_final:
        return {}
    return await assessment_columns(context, order, proposed_assessment(order), at)


async def _note_maintenance(work: _Work, verdict: dict[str, Any], technician: UUID, at: datetime, outcome: str) -> None:
    """Move the device's maintenance by what was done (R-074, R-233, R-235)."""
    months = None
    if work.device is not None and work.judged is not None:
        months = work.device.pm_interval_months or work.judged.interval_months
    await following.order_closed(
        work.order.region_id,
        work.order.id,
        work.order.device_id,
        technician,
        at,
        preventive=work.order.type == "preventive",
        verdict=verdict.get("protocol_verdict") or await repository.stored_verdict(work.order.id),
        outcome=outcome,
        months=months,
    )


async def _worse_protocol_holds(work: _Work, performed_at: datetime) -> None:
    """A second, worse protocol takes back the next maintenance that the first one promised (sync rule R5)."""
    device, judged = work.device, work.judged
    if device is None or judged is None or work.order.type != "preventive" or judged.verdict == "approved":
        return
    if device.status != "scrapped":
        await registry.maintenance_due_at_once(device.id, performed_at.astimezone(STOCKHOLM).date())
        await following.worse_protocol(work.order.region_id, work.order.id, device.id, performed_at)


async def _scanned(work: _Work, raw: str | None) -> dict[str, Any]:
    """Say what the scan that came with a close was; it is evidence, and never stands in the way of the work."""
    if raw is None:
        return {}
    found = await resolve_scan(work.order.region_id, raw)
    if found is None:
        return {"scan": "unknown"}
    if found.device_id != work.order.device_id:
        return {"scan": "other_device", "scanned_number": found.number}
    return {"scan": "revoked" if found.revoked else "same"}
