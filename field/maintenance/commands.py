"""The handlers of plans and occasions. An occasion's aggregate is its device: there is one open at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from app.database import new_id
from app.device_flags.repository import insert_pm_notice, renew_device
from app.policy.repository import current_policy
from app.registry import repository as registry
from field.maintenance import following, repository
from field.maintenance.arguments import (
    BookMaintenance,
    DisposeAfterMaintenance,
    EndMaintenancePlan,
    GiveMaintenanceNotice,
    LabelMaintenance,
    MaintenanceNoContact,
    SetMaintenancePlan,
    TellMaintenancePrescriber,
    WaiveMaintenance,
)
from field.maintenance.following import local_day, stored
from field.maintenance.lifecycle import Action, Decision, State, decide
from field.maintenance.repository import DeviceDue, Occasion
from field.protocols.service import known_template
from field.work_orders import commands as order_commands
from field.work_orders import registering
from field.work_orders.arguments import Assign, Register
from labels.service import resolve_scan
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome, Recorded

PLAN: Final = "maintenance_plan"
DEVICE: Final = "device"


# ---------------------------------------------------------------- plans


async def set_plan(context: CommandContext, arguments: SetMaintenancePlan) -> Outcome:
    """Let a plan hold from now on, and give its devices a due day (R-224, R-226)."""
    plan_id = context.aggregate
    if plan_id is None:
        raise CommandRefused("maintenance.id_missing")
    region_id = context.actor.region_id
    target = await _target(region_id, arguments)
    known = await repository.find_plan(region_id, plan_id)
    if known is not None:
        if known["ended_at"] is not None:
            raise CommandRefused("maintenance.plan_ended", subject_kind=PLAN, subject_id=plan_id)
        if context.base_rv is not None and context.base_rv != known["rv"]:
            raise CommandRefused("maintenance.plan_changed", subject_kind=PLAN, subject_id=plan_id)
    other = await repository.plan_taken(region_id, plan_id, target)
    if other is not None:
        raise CommandRefused("maintenance.plan_taken", detail={"name": other}, subject_kind=PLAN, subject_id=plan_id)
    template = known_template(arguments.template_id, arguments.template_version)
    if template is None:
        raise CommandRefused("maintenance.template_unknown", subject_kind=PLAN, subject_id=plan_id)
    await repository.store_plan(
        region_id,
        plan_id,
        context.actor.user_id,
        context.at,
        {
            **target,
            "name": arguments.name.strip(),
            "ground": arguments.ground,
            "ground_text": arguments.ground_text.strip(),
            "interval_months": arguments.interval_months,
            "due_from": arguments.due_from,
            "template_id": arguments.template_id,
            "template_version": arguments.template_version,
        },
    )
    covered, moved = await repository.give_dates(plan_id, local_day(context.at))
    return Applied({"covered": covered, "moved": moved})


async def _target(region_id: UUID, arguments: SetMaintenancePlan) -> dict[str, Any]:
    """Return whom the plan is for as columns.

    Raises:
        CommandRefused: none or more than one of the three, or one that the region does not have.
    """
    given = [arguments.device_number, arguments.article_number, arguments.iso_class]
    if (
        sum(value is not None for value in given) != 1
        or not arguments.name.strip()
        or not arguments.ground_text.strip()
    ):
        raise CommandRefused("maintenance.plan_for_one")
    target: dict[str, Any] = {"device_id": None, "article_id": None, "iso_class": None}
    if arguments.device_number is not None:
        device = await registry.device_by_number(region_id, arguments.device_number)
        if device is None:
            raise CommandRefused("maintenance.device_unknown")
        target["device_id"] = device.id
    elif arguments.article_number is not None:
        article = await registry.article_by_number(region_id, arguments.article_number.strip())
        if article is None:
            raise CommandRefused("maintenance.article_unknown")
        target["article_id"] = article.id
    else:
        target["iso_class"] = "".join(filter(str.isdigit, arguments.iso_class or ""))
    return target


async def end_plan(context: CommandContext, _arguments: EndMaintenancePlan) -> Outcome:
    """The plan no longer holds; a wider one may hold instead."""
    plan_id = context.aggregate
    plan = None if plan_id is None else await repository.find_plan(context.actor.region_id, plan_id)
    if plan is None or plan_id is None:
        raise NotFound
    if plan["ended_at"] is not None:
        raise CommandRefused("maintenance.plan_ended", subject_kind=PLAN, subject_id=plan_id)
    await repository.end_plan(plan_id, context.actor.user_id, context.at)
    return Applied()


# ---------------------------------------------------------------- the office's steps


async def notify(context: CommandContext, arguments: GiveMaintenanceNotice) -> Outcome:
    """Note that the holder was told; the occasion is opened by it (R-228)."""
    device, occasion = await _opened(context)
    if arguments.given_on > local_day(context.received_at):
        raise _refusal("maintenance.notice_ahead", device)
    path = _judge(occasion, "notify", device)
    await repository.update_occasion(
        occasion.id,
        {
            "notified_on": arguments.given_on,
            "notified_how": arguments.how,
            "agreed": arguments.agreed,
            **stored(path.path, context.at),
        },
    )
    await insert_pm_notice(
        context.actor.region_id,
        device.id,
        arguments.given_on,
        arguments.how,
        context.actor.user_id,
        context.received_at,
    )
    await renew_device(device.id)
    return Applied({"number": device.number})


async def no_contact(context: CommandContext, arguments: MaintenanceNoContact) -> Outcome:
    """Nobody could be reached, so the prescriber is told; one who cannot be told here must be called (R-230)."""
    device, occasion = await _opened(context)
    day = local_day(context.at)
    decision = _judge(occasion, "contact_fails", device)
    values: dict[str, Any] = {"contact_failed_on": day, "note": arguments.note.strip(), "booked_on": None}
    told = await following.tell_prescriber(context.actor.region_id, device, occasion.id, "maintenance.no_contact")
    path = decision.path
    if told:
        path = (*path, State.PRESCRIBER_CONTACTED)
        values["prescriber_told_on"] = day
    await repository.update_occasion(occasion.id, {**values, **stored(path, context.at)})
    return Applied({"number": device.number, "prescriber_told": told})


async def tell_prescriber(context: CommandContext, arguments: TellMaintenancePrescriber) -> Outcome:
    """Note that somebody has spoken to the prescriber (R-230)."""
    device, occasion = await _existing(context)
    decision = _judge(occasion, "tell_prescriber", device)
    await repository.update_occasion(
        occasion.id,
        {
            "prescriber_told_on": local_day(context.at),
            "note": arguments.note.strip(),
            **stored(decision.path, context.at),
        },
    )
    return Applied({"number": device.number})


async def book(context: CommandContext, arguments: BookMaintenance) -> Outcome:
    """Plan the visit; a work order for it is made unless there is one, and given to the technician (R-228, R-229)."""
    if context.aggregate is not None:
        await repository.lock_order_of_device(context.actor.region_id, context.aggregate)
    device, occasion = await _opened(context)
    if arguments.on < local_day(context.received_at):
        raise _refusal("maintenance.day_passed", device)
    if device.site_restricted and arguments.place == "at_holder":
        raise _refusal("maintenance.centre_only", device)
    decision = Decision()
    # What is begun and not finished is taken up again: no new notice is needed, and it stays begun.
    if occasion.state is not State.IN_PROGRESS:
        decision = _judge(occasion, "book", device, on=arguments.on, days=await _notice_days(context))
    await repository.update_occasion(occasion.id, {"booked_on": arguments.on, **stored(decision.path, context.at)})
    number = await order_for(context, device, arguments.on, arguments.place, arguments.technician_id)
    return Applied({"number": device.number, "order": number})


async def order_for(
    context: CommandContext, device: DeviceDue, on: date, place: Any, technician_id: UUID | None
) -> str | None:
    """Give the device's open maintenance order its day and technician, or make one; return a new one's number."""
    region_id = context.actor.region_id
    order_id = await repository.order_of_device(region_id, device.id)
    number: str | None = None
    if order_id is None:
        order_id = new_id()
        plan = await repository.plan_of(device.id)
        policy = await current_policy(region_id, context.at)
        made = await registering.register(
            replace(context, aggregate=order_id),
            Register(
                type="preventive",
                fault_text="Förebyggande underhåll" if plan is None else f"Förebyggande underhåll: {plan.name}",
                proposed_priority=following.PRIORITY if following.PRIORITY in policy.priorities else 1,
                proposed_place=place,
                device_number=device.number,
                planned_on=on,
            ),
        )
        number = str(made.result["number"])
    else:
        occasion = await repository.open_occasion(device.id)
        if occasion is not None:
            await repository.update_occasion(occasion.id, {"work_order_id": order_id})
    if number is None or technician_id is not None:
        await order_commands.assign(
            replace(context, aggregate=order_id), Assign(technician_id=technician_id, planned_on=on)
        )
    return number


async def waive(context: CommandContext, arguments: WaiveMaintenance) -> Outcome:
    """It will not be done this time, with the prescriber's word for it (R-230)."""
    device, occasion = await _existing(context)
    decision = _judge(occasion, "waive", device)
    await repository.update_occasion(
        occasion.id, {"note": arguments.note.strip(), "work_order_id": None, **stored(decision.path, context.at)}
    )
    return Applied({"number": device.number})


# ---------------------------------------------------------------- after the work


async def dispose(context: CommandContext, arguments: DisposeAfterMaintenance) -> Outcome:
    """Say what becomes of a device that was not approved (R-233)."""
    device, occasion = await _for_the_field(context)
    if occasion is None:
        return _kept(context, "maintenance.no_disposition_due", device)
    decision = decide(occasion.facts, arguments.disposition)
    if decision.refusal is not None:
        return _kept(context, decision.refusal, device)
    await following.dispose(
        context.actor.region_id,
        device,
        arguments.disposition,
        context.at,
        note=arguments.note.strip(),
    )
    return Applied({"number": device.number})


async def label(context: CommandContext, arguments: LabelMaintenance) -> Outcome:
    """The next-PM label is on: confirmed by a scan of it, or written by hand (R-074)."""
    device, occasion = await _for_the_field(context)
    if occasion is None:
        return _kept(context, "maintenance.no_label_due", device)
    decision = decide(occasion.facts, "label")
    if decision.refusal is not None:
        return _kept(context, decision.refusal, device)
    if arguments.how == "scan" and not await _is_device(context, arguments.scan_raw, device):
        return _kept(context, "maintenance.label_elsewhere", device)
    await repository.update_occasion(
        occasion.id,
        {
            "label_how": arguments.how,
            "labelled_at": context.at,
            "labelled_by": context.actor.user_id,
            **stored(decision.path, context.at),
        },
    )
    return Applied({"number": device.number})


async def _is_device(context: CommandContext, raw: str | None, device: DeviceDue) -> bool:
    if not raw:
        return False
    found = await resolve_scan(context.actor.region_id, raw)
    return found is not None and found.device_id == device.id


def _kept(context: CommandContext, code: str, device: DeviceDue) -> Outcome:
    """From the field what was done is kept and a person decides; the office is refused at once (sync rule R1)."""
    refusal = _refusal(code, device)
    context.judge(refusal)
    return Recorded(code, DEVICE, device.id, {"number": device.number})


# ---------------------------------------------------------------- shared


async def _device(context: CommandContext) -> DeviceDue:
    device_id = context.aggregate
    device = None if device_id is None else await repository.lock_device(context.actor.region_id, device_id)
    if device is None:
        raise NotFound
    return device


async def _opened(context: CommandContext) -> tuple[DeviceDue, Occasion]:
    """Return the device's open occasion, opened now when it is due by a plan or a date."""
    device = await _device(context)
    found = await repository.open_occasion(device.id)
    if found is not None:
        return device, found
    if device.status in {"scrapped", "lost"}:
        raise _refusal("maintenance.device_gone", device)
    plan = await repository.plan_of(device.id)
    if device.next_pm is None and plan is None:
        raise _refusal("device.no_pm", device)
    due_on = device.next_pm or local_day(context.at)
    return device, await repository.insert_occasion(context.actor.region_id, device, plan, due_on, context.at)


async def _existing(context: CommandContext) -> tuple[DeviceDue, Occasion]:
    device = await _device(context)
    occasion = await repository.open_occasion(device.id)
    if occasion is None:
        raise _refusal("maintenance.over", device)
    return device, occasion


async def _for_the_field(context: CommandContext) -> tuple[DeviceDue, Occasion | None]:
    device = await _device(context)
    return device, await repository.open_occasion(device.id)


def _judge(
    occasion: Occasion, action: Action, device: DeviceDue, *, on: date | None = None, days: int = 14
) -> Decision:
    decision = decide(occasion.facts, action, on=on, notice_days=days)
    if decision.refusal is not None:
        told = occasion.notified_on.isoformat() if occasion.notified_on else ""
        raise _refusal(decision.refusal, device, days=days, told=told)
    return decision


async def _notice_days(context: CommandContext) -> int:
    return (await current_policy(context.actor.region_id, context.at)).maintenance_notice_days


def _refusal(code: str, device: DeviceDue, **detail: Any) -> CommandRefused:
    return CommandRefused(code, detail={"number": device.number, **detail}, subject_kind=DEVICE, subject_id=device.id)
