"""``fault_report.decide``: triage makes a report a work order, the prescriber's question, a duplicate, or nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from app.messages.service import send_message
from app.registry.holdings import open_holding
from field.fault_reports import repository, telling
from field.fault_reports.arguments import DecideReport
from field.fault_reports.repository import LockedReport
from field.work_orders.registering import register
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome

SUBJECT = "fault_report"


async def decide(context: CommandContext, arguments: DecideReport) -> Outcome:
    """Decide once; the patient's page shows the decision and the answer from now on (R-025, R-026, R-220).

    Raises:
        NotFound: the region has no such report.
        CommandRefused: it is decided already, or what the decision needs is missing; nothing has changed.
    """
    report = None
    if context.aggregate is not None:
        report = await repository.lock_report(context.actor.region_id, context.aggregate)
    if report is None:
        raise NotFound
    if report.state != "received":
        raise _refusal(report, "fault_report.decided")
    values, result = await _carry_out(context, report, arguments)
    rv = await repository.decide(
        report.id,
        {
            **values,
            "answer": arguments.answer.strip(),
            "decided_at": context.received_at,
            "decided_by": context.actor.user_id,
        },
    )
    await telling.tell_patient(report.id, occasion="decided")
    return Applied({"rv": rv, **result})


async def _carry_out(
    context: CommandContext, report: LockedReport, arguments: DecideReport
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Do what was decided; returns the report's new values and what the caller is told."""
    if arguments.decision == "work_order":
        if arguments.work_order is None:
            raise _refusal(report, "fault_report.work_order_missing")
        order_id = arguments.work_order.id
        made = await register(replace(context, aggregate=order_id), arguments.work_order.args)
        number = made.result["number"]
        return {"state": "work_order_created", "work_order_id": order_id}, {"number": number}
    if arguments.decision == "refer":
        return {"state": "referred", "referred_to": await _refer(context, report)}, {}
    if arguments.decision == "duplicate":
        return {"state": "duplicate", "work_order_id": await _other_order(report, arguments)}, {}
    if not arguments.answer.strip():
        raise _refusal(report, "fault_report.answer_needed")
    return {"state": "rejected"}, {}


async def _refer(context: CommandContext, report: LockedReport) -> UUID:
    """Tell the prescriber of the device's holding, who may read the report from now on."""
    holding = None if report.device_id is None else await open_holding(report.device_id)
    if holding is None or holding.prescriber_id is None:
        raise _refusal(report, "fault_report.no_prescriber")
    await send_message(
        region_id=report.region_id,
        recipient_id=holding.prescriber_id,
        kind="fault_report.referred",
        work_order_id=None,
        params={
            "number": report.device_number,
            "article_name": report.article_name,
            "fault_report_id": str(report.id),
        },
        once_key=f"fault_report.referred:{report.id}",
    )
    return holding.prescriber_id


async def _other_order(report: LockedReport, arguments: DecideReport) -> UUID:
    if arguments.duplicate_of is None:
        raise _refusal(report, "fault_report.duplicate_missing")
    order_id = await repository.work_order_with_number(report.region_id, arguments.duplicate_of)
    if order_id is None:
        raise _refusal(report, "fault_report.duplicate_unknown", number=arguments.duplicate_of)
    return order_id


def _refusal(report: LockedReport, code: str, **detail: Any) -> CommandRefused:
    return CommandRefused(code, detail=detail, state=report.public_state, subject_kind=SUBJECT, subject_id=report.id)
