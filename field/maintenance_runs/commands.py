"""Publishing and withdrawing a maintenance run. Publishing books everything in it, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from app.database import Record
from field.maintenance import commands as maintenance
from field.maintenance.arguments import BookMaintenance
from field.maintenance_runs import repository
from field.maintenance_runs.arguments import PublishRun, RunTask, WithdrawRun
from field.work_orders import commands as orders
from field.work_orders import repository as order_repository
from field.work_orders.arguments import Assign
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome

RUN = "maintenance_run"


async def publish(context: CommandContext, arguments: PublishRun) -> Outcome:
    """Book every maintenance for its day and give every order to the technician (R-228, R-229, R-231).

    Each is judged by its own rules, so that a run can book nothing that a person could not. A refusal names its device
    and leaves nothing behind.
    """
    if context.aggregate is None:
        raise CommandRefused("maintenance_run.id_missing")
    region_id = context.actor.region_id
    days = [stop.on for stop in arguments.stops]
    if days != sorted(days):
        raise CommandRefused("maintenance_run.days_mixed")
    if not await order_repository.technician_exists(region_id, arguments.technician_id):
        raise CommandRefused("maintenance_run.technician_unknown")
    tasks = [task for stop in arguments.stops for task in stop.tasks]
    _once(tasks)
    devices = await repository.find_devices(region_id, [task.number for task in tasks if task.kind == "maintenance"])
    found = await repository.find_orders(region_id, [task.number for task in tasks if task.kind == "order"])
    stored = await repository.insert_run(
        context.aggregate,
        region_id,
        context.actor.user_id,
        context.at,
        {
            "name": arguments.name.strip() or arguments.name,
            "technician_id": arguments.technician_id,
            "first_day": days[0],
            "last_day": days[-1],
        },
    )
    if not stored:
        raise CommandRefused("maintenance_run.id_taken", subject_kind=RUN, subject_id=context.aggregate)
    positions: dict[Any, int] = {}
    for stop in arguments.stops:
        positions[stop.on] = positions.get(stop.on, 0) + 1
        lines = [await _book(context, arguments, task, stop.on, devices, found) for task in stop.tasks]
        await repository.insert_stop(
            context.aggregate, region_id, arguments.technician_id, stop.on, positions[stop.on], lines
        )
    return Applied({"stops": len(arguments.stops)})


def _unknown(arguments: PublishRun, task: RunTask) -> Exception:
    """Return which of several is not here; a number alone is answered as what is not there (SR-05)."""
    if sum(len(stop.tasks) for stop in arguments.stops) == 1:
        return NotFound()
    return CommandRefused("maintenance_run.unknown", detail={"number": task.number})


def _once(tasks: list[RunTask]) -> None:
    seen: set[tuple[str, str]] = set()
    for task in tasks:
        if (task.kind, task.number) in seen:
            raise CommandRefused("maintenance_run.twice", detail={"number": task.number})
        seen.add((task.kind, task.number))


async def _book(
    context: CommandContext,
    arguments: PublishRun,
    task: RunTask,
    on: Any,
    devices: Mapping[str, UUID],
    found: Mapping[str, Record],
) -> dict[str, Any]:
    line: dict[str, Any] = {"kind": task.kind, "number": task.number, "order_number": None, "title": task.title}
    if task.kind == "maintenance":
        if task.number not in devices:
            raise _unknown(arguments, task)
        device_id = devices[task.number]
        await maintenance.book(
            replace(context, aggregate=device_id),
            BookMaintenance(on=on, place="at_holder", technician_id=arguments.technician_id),
        )
        line["order_number"] = await repository.order_number_of(device_id)
    elif task.kind == "order":
        if task.number not in found:
            raise _unknown(arguments, task)
        await orders.assign(
            replace(context, aggregate=found[task.number]["id"]),
            Assign(technician_id=arguments.technician_id, planned_on=on),
        )
        line |= {"order_number": task.number, "title": found[task.number]["title"]}
    return line


async def withdraw(context: CommandContext, _arguments: WithdrawRun) -> Outcome:
    """Take the run's list off the phone; visits that are booked stay booked."""
    run_id = context.aggregate
    run = None if run_id is None else await repository.lock_run(context.actor.region_id, run_id)
    if run is None or run_id is None:
        raise NotFound
    if run["withdrawn_at"] is not None:
        raise CommandRefused("maintenance_run.withdrawn", subject_kind=RUN, subject_id=run_id)
    await repository.withdraw(run_id, context.actor.user_id, context.at)
    return Applied()
