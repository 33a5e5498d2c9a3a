"""From what a driver scanned to custody events: which device and task it is, and whether it is the right one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from app.database import fetch_row
from app.registry.repository import DeviceFacts, device_by_id, device_by_number
from labels.service import resolve_scan
from offline_sync.commands import CommandRefused, ParkCommand
from routing.rounds import repository
from routing.rounds.arguments import Collected, Goods, PartCounted
from routing.rounds.custody import Place
from routing.rounds.events import NewEvent
from routing.rounds.lifecycle import GoodsFacts, goods_fault
from routing.rounds.repository import LockedStop, Task

Action = Literal["load", "deliver", "collect"]


@dataclass(frozen=True)
class Read:
    """An item that was read.

    ``event`` is None when nothing is known that could be stored but the command itself; ``code`` says what is wrong
    with it, "" when nothing is; ``number`` is the device's. ``unplanned``: nobody had ordered it, so it needs a task.
    ``parts``: what was counted of a collected device's parts. ``substituted``: the office had chosen another device
    meanwhile; what was handed over is what the recipient has (sync case 15).
    """

    event: NewEvent | None
    code: str = ""
    number: str = ""
    unplanned: bool = False
    parts: tuple[PartCounted, ...] = ()
    substituted: bool = False


@dataclass(frozen=True)
class _Article:
    id: UUID
    numbered: bool
    collectable: bool


def _not_stored(stop: LockedStop, code: str, number: str = "") -> CommandRefused:
    detail = {"round": stop.own_round_name, "stop": stop.position, "number": number}
    return CommandRefused(code, detail=detail, subject_kind="stop", subject_id=stop.id)


async def read_goods(
    stop: LockedStop, action: Literal["load", "deliver"], items: Iterable[Goods], at: datetime
) -> list[Read]:
    """Read goods of the stop's deliveries, on their way into the van or out of it.

    Raises:
        ParkCommand: a label that nobody knows (sync case 19).
        CommandRefused: a device number that the region does not have.
    """
    return [await _goods(stop, action, item, at) for item in items]


async def _goods(stop: LockedStop, action: Literal["load", "deliver"], item: Goods, at: datetime) -> Read:
    task = stop.tasks.get(item.task_id)
    named = await _named_device(stop, item.device_number, item.scan_raw)
    own = None if task is None or task.device_id is None else task.device_id
    if named is None and own is not None:
        named = await device_by_id(stop.region_id, own)
    if task is None and named is None:
        return Read(None, "stop.task_unknown")
    facts = GoodsFacts(
        kind=action,
        task_known=task is not None and task.kind == "deliver",
        numbered=task is not None and task.numbered,
        device=named is not None,
        same_device=task is None or _same_device(task, named),
        fits=task is None or item.quantity <= task.quantity,
    )
    code = goods_fault(facts) or ""
    event = NewEvent(
        kind=action,
        source=_depot(stop) if action == "load" else _van(stop),
        target=_van(stop) if action == "load" else _holder(stop),
        at=at,
        article_id=named.article_id if named is not None else _task_article(task),
        quantity=item.quantity,
        device_id=None if named is None else named.id,
        round_id=stop.own_round_id,
        stop_id=stop.id,
        task_id=task.id if task is not None else None,
        scan_raw=item.scan_raw,
        beside_code=code,
    )
    former = task is not None and named is not None and named.id in task.former
    return Read(event, code, named.number if named is not None else "", substituted=former and action == "deliver")


def _task_article(task: Task | None) -> UUID:
    if task is None:
        raise LookupError("neither a task nor a device")
    return task.article_id


def _same_device(task: Task, named: DeviceFacts | None) -> bool:
    if named is None:
        return True
    if task.device_id is not None:
        return named.id == task.device_id or named.id in task.former
    return named.article_id == task.article_id


async def read_collected(stop: LockedStop, items: Iterable[Collected], at: datetime) -> list[Read]:
    """Read goods that were taken along; what is on no task of the stop gets an unplanned one (sync case 10).

    Raises:
        ParkCommand: a label that nobody knows (sync case 19).
        CommandRefused: a device or article number that the region does not have.
    """
    return [await _collected(stop, item, at) for item in items]


async def _collected(stop: LockedStop, item: Collected, at: datetime) -> Read:
    named = await _named_device(stop, item.device_number, item.scan_raw)
    task = stop.tasks.get(item.task_id) if item.task_id is not None else _task_of(stop, named, item.article_number)
    if named is None and task is not None and task.device_id is not None:
        named = await device_by_id(stop.region_id, task.device_id)
    article = await _article(stop, named, task, item.article_number)
    if article is None:
        return Read(None, "stop.task_unknown" if item.task_id is not None else "stop.article_unknown")
    facts = GoodsFacts(
        kind="collect",
        task_known=item.task_id is None or (task is not None and task.kind == "collect"),
        numbered=article.numbered,
        device=named is not None,
        same_device=task is None or _same_device(task, named),
        fits=task is None or task.unplanned or item.quantity <= task.quantity,
        collectable=article.collectable,
    )
    code = goods_fault(facts) or ""
    task_id = task.id if task is not None else None
    event = NewEvent(
        kind="collect",
        source=_holder(stop),
        target=_van(stop),
        at=at,
        article_id=article.id,
        quantity=1 if named is not None else item.quantity,
        device_id=None if named is None else named.id,
        round_id=stop.own_round_id,
        stop_id=stop.id,
        task_id=task_id,
        hygiene=item.hygiene,
        scan_raw=item.scan_raw,
        beside_code=code,
    )
    number = named.number if named is not None else ""
    return Read(event, code, number, unplanned=task_id is None and code == "", parts=item.parts)


def _task_of(stop: LockedStop, named: DeviceFacts | None, article_number: str | None) -> Task | None:
    """Find the stop's task that scanned goods belong to, planned ones first."""
    tasks = sorted((task for task in stop.tasks.values() if task.kind == "collect"), key=lambda task: task.unplanned)
    if named is not None:
        return next((task for task in tasks if task.device_id == named.id), None)
    planned = (task for task in tasks if not task.unplanned and task.device_id is None)
    return next((task for task in planned if task.article_number == article_number), None)


async def with_task(stop: LockedStop, read: Read, position: int) -> Read:
    """Give goods that nobody had ordered a task at the stop, on the recipient's open pick-up line if there is one."""
    event = read.event
    if event is None or not read.unplanned:
        return read
    line_id = None
    if event.device_id is not None:
        line_id = await repository.open_pickup_line(event.device_id, person_id=stop.person_id, party_id=stop.party_id)
    task_id = await repository.insert(
        "stop_task",
        {
            "region_id": stop.region_id,
            "stop_id": stop.id,
            "position": position,
            "kind": "collect",
            "pickup_line_id": line_id,
            "device_id": event.device_id,
            "article_id": event.article_id,
            "quantity": event.quantity,
            "state": "cancelled",
            "unplanned": True,
        },
    )
    return replace(read, event=replace(event, task_id=task_id))


async def lock_named_devices(region_id: UUID, items: Sequence[Goods | Collected]) -> None:
    """Lock the devices that items name, by number, scan or task.

    Before the stop: two drivers with one device then wait for each other, and neither for the other's stop.
    """
    found: set[UUID] = set()
    for item in items:
        if item.device_number is not None:
            device = await device_by_number(region_id, item.device_number)
            found |= set() if device is None else {device.id}
        elif item.scan_raw is not None:
            scanned = await resolve_scan(region_id, item.scan_raw)
            found |= set() if scanned is None else {scanned.device_id}
    wanted = [item.task_id for item in items if item.task_id is not None]
    await repository.lock_devices(region_id, found | await repository.devices_of_tasks(region_id, wanted))


async def _named_device(stop: LockedStop, number: str | None, scan_raw: str | None) -> DeviceFacts | None:
    if number is not None:
        device = await device_by_number(stop.region_id, number)
        if device is None:
            raise _not_stored(stop, "stop.device_unknown", number)
        return device
    if scan_raw is None:
        return None
    found = await resolve_scan(stop.region_id, scan_raw)
    if found is None:
        raise ParkCommand("label.unknown")
    return await device_by_id(stop.region_id, found.device_id)


async def _article(
    stop: LockedStop, named: DeviceFacts | None, task: Task | None, number: str | None
) -> _Article | None:
    by_id = named.article_id if named is not None else task.article_id if task is not None else None
    row = await fetch_row(
        "select id, individually_numbered as numbered, not vision_aid and kind <> 'consumable' as collectable"
        " from article where region_id = $1 and (id = $2 or ($2::uuid is null and number = $3))",
        stop.region_id,
        by_id,
        number,
    )
    return None if row is None else _Article(**dict(row))


def _van(stop: LockedStop) -> Place:
    if stop.van_id is None:
        raise LookupError("the author has no van for this stop")
    return ("location", stop.van_id)


def _depot(stop: LockedStop) -> Place:
    if stop.depot_id is None:
        raise LookupError("the author has no depot for this stop")
    return ("location", stop.depot_id)


def _holder(stop: LockedStop) -> Place:
    if stop.holder_id is None:
        raise LookupError("the stop is for nobody")
    return ("holder", stop.holder_id)
