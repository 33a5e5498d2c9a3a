"""The handlers of ``stock_count.record`` and ``stock_count.adjust`` (R-180)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.registry.repository import lock_device
from app.stock import repository
from app.stock.arguments import AdjustCount, CountedDevice, RecordCount
from app.stock.differences import Known, adjust_refusal, finding_of, status_after
from app.stock.repository import CountedLine, OpenLine
from labels.service import resolve_scan
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome

SUBJECT: Final = "stock_count"


async def record(context: CommandContext, arguments: RecordCount) -> Outcome:
    """Keep what was found at a place, and what of the place's own was not."""
    region_id, count_id = context.actor.region_id, context.aggregate
    if count_id is None:
        raise CommandRefused("stock.id_missing")
    place = arguments.location_id
    if not await repository.location_exists(region_id, place):
        raise NotFound
    lines = await _counted(region_id, place, arguments.devices)
    counted = {line.device_id for line in lines.values()}
    for device_id, number, device in await repository.on_shelf(region_id, place):
        if device_id not in counted:
            lines[number] = CountedLine(number, "missing", device_id, device)
    begun = min(arguments.begun_at, context.at)
    by = context.actor.user_id
    if not await repository.insert_count(count_id, region_id, place, by, begun, context.at, arguments.note):
        raise CommandRefused("stock.id_taken", subject_kind=SUBJECT, subject_id=count_id)
    await repository.insert_lines(region_id, count_id, list(lines.values()))
    findings = [line.finding for line in lines.values()]
    return Applied({"counted": len(arguments.devices), **{name: findings.count(name) for name in _TOLD}})


_TOLD: Final = ("missing", "elsewhere", "unexpected", "unknown")


async def _counted(region_id: UUID, place: UUID, devices: tuple[CountedDevice, ...]) -> dict[str, CountedLine]:
    """A line for each device, by its own number: a label's printed number may be a second name of it."""
    known = await repository.find_devices(region_id, [device.number for device in devices])
    lines: dict[str, CountedLine] = {}
    for given in devices:
        number, found = given.number, known.get(given.number)
        if found is None and given.scan_raw is not None:
            scanned = await resolve_scan(region_id, given.scan_raw)
            if scanned is not None:
                number = scanned.number
                found = (await repository.find_devices(region_id, [number])).get(number)
        if number not in lines:
            device_id, device = (None, None) if found is None else found
            finding = finding_of(device, place)
            lines[number] = CountedLine(number, finding, device_id, device, given.scan_raw, given.at)
    return lines


async def adjust(context: CommandContext, arguments: AdjustCount) -> Outcome:
    """Put differences right, all of them or none: each is judged by what its device is now."""
    region_id, count_id = context.actor.region_id, context.aggregate
    count = None if count_id is None else await repository.lock_count(region_id, count_id)
    if count is None or count_id is None:
        raise NotFound
    place: UUID = count["location_id"]
    deeds = {line.number: line.deed for line in arguments.lines}
    before = await repository.lock_lines(count_id, list(deeds))
    for number in deeds:
        device_id = before[number].device_id if number in before else None
        if device_id is not None:
            await lock_device(region_id, device_id)
    # Read again under the devices' locks: what a round or an arrival did meanwhile counts.
    lines = await repository.lock_lines(count_id, list(deeds))
    judged: list[tuple[OpenLine, UUID, Known]] = []
    for number, deed in deeds.items():
        line = lines.get(number)
        if line is None or line.device_id is None or line.device is None:
            raise _refusal("stock.line_unknown", count_id, number)
        code = "stock.adjusted_already" if line.adjusted else None
        code = code or adjust_refusal(line.finding, deed, line.device, place, held=line.held)
        if code is not None:
            raise _refusal(code, count_id, number)
        judged.append((line, line.device_id, line.device))
    for line, device_id, device in judged:
        deed = deeds[line.number]
        if deed == "lost":
            await repository.lose_device(device_id)
        else:
            await repository.place_device(device_id, place, status_after(deed, device.status))
        await repository.mark_adjusted(
            line.id, deed, context.at, context.actor.user_id, arguments.reason, arguments.note
        )
    return Applied({"rv": await repository.touch_count(count_id), "adjusted": len(judged)})


def _refusal(code: str, count_id: UUID, number: str) -> CommandRefused:
    return CommandRefused(code, detail={"number": number}, subject_kind=SUBJECT, subject_id=count_id)
