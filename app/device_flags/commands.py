"""The handlers of safety notices, blocks and announced maintenance (R-228, R-303)."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.database import Record
from app.device_flags import repository
from app.device_flags.arguments import (
    BlockDevice,
    DoSafetyAction,
    GivePmNotice,
    LiftSafetyNotice,
    SetSafetyNotice,
    UnblockDevice,
)
from app.policy.working_time import STOCKHOLM
from app.registry.repository import article_by_number
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome

NOTICE: Final = "safety_notice"
DEVICE: Final = "device"


async def set_notice(context: CommandContext, arguments: SetSafetyNotice) -> Outcome:
    """Let a notice hold from now on: every device that it covers is red at each scan."""
    if context.aggregate is None:
        raise CommandRefused("safety.id_missing")
    region_id = context.actor.region_id
    numbers = list(dict.fromkeys(arguments.numbers))
    serials = (arguments.serial_from, arguments.serial_to)
    batch = (arguments.batch or "").strip() or None
    if arguments.article_number is None and not numbers:
        named = serials != (None, None) or batch is not None
        raise CommandRefused("safety.serials_without_article" if named else "safety.nothing_covered")
    article_id = None
    if arguments.article_number is not None:
        article = await article_by_number(region_id, arguments.article_number.strip())
        if article is None:
            raise CommandRefused("safety.article_unknown")
        article_id = article.id
    elif serials != (None, None) or batch is not None:
        raise CommandRefused("safety.serials_without_article")
    first, last = (one and one.strip() for one in serials)
    if not is_serial_range(first, last):
        raise CommandRefused("safety.serial_range")
    unknown = await repository.unknown_numbers(region_id, numbers)
    if unknown and len(numbers) == 1:
        raise NotFound
    if unknown:
        detail = {"count": len(unknown), "number": unknown[0]}
        raise CommandRefused("safety.unknown_numbers", detail=detail, state={"numbers": unknown[:50]})
    stored = await repository.insert_notice(
        region_id,
        context.aggregate,
        context.actor.user_id,
        context.at,
        title=arguments.title.strip(),
        text=arguments.text.strip(),
        reference=arguments.reference.strip(),
        action=arguments.action.strip(),
        article_id=article_id,
        serial_from=first,
        serial_to=last,
        batch=batch,
        numbers=numbers,
    )
    if not stored:
        raise CommandRefused("safety.id_taken", subject_kind=NOTICE, subject_id=context.aggregate)
    return Applied({"covered": await repository.renew_covered(context.aggregate)})


def is_serial_range(first: str | None, last: str | None) -> bool:
    """True for no range at all, and for two of one length in order: only then do all order such numbers alike."""
    if first is None or last is None:
        return first is last
    return 0 < len(first) == len(last) and first.encode() <= last.encode()


async def lift_notice(context: CommandContext, arguments: LiftSafetyNotice) -> Outcome:
    """The notice is over for all devices."""
    notice_id, _ = await _notice(context)
    covered = await repository.renew_covered(notice_id)
    await repository.lift_notice(notice_id, context.actor.user_id, context.at, arguments.note.strip())
    return Applied({"covered": covered})


async def do_action(context: CommandContext, arguments: DoSafetyAction) -> Outcome:
    """What the notice demands was done with a device: for it the notice is over."""
    notice_id, notice = await _notice(context)
    if not notice["action"]:
        raise _refusal("safety.no_action", NOTICE, notice_id)
    device_id = await repository.covered_device(notice_id, arguments.device_number)
    if device_id is None:
        raise _refusal("safety.not_covered", NOTICE, notice_id, arguments.device_number)
    await repository.note_done(notice_id, device_id, context.actor.user_id, context.at, arguments.note.strip())
    await repository.renew_device(device_id)
    return Applied({"number": arguments.device_number})


async def block(context: CommandContext, arguments: BlockDevice) -> Outcome:
    """Nobody may hand the device out or use it until the block is lifted."""
    device_id, device = await _device(context)
    if device["status"] == "scrapped":
        raise _refusal("device.block_scrapped", DEVICE, device_id, device["number"])
    region_id, by = context.actor.region_id, context.actor.user_id
    if not await repository.insert_block(region_id, device_id, arguments.reason.strip(), by, context.at):
        raise _refusal("device.blocked_already", DEVICE, device_id, device["number"])
    await repository.renew_device(device_id)
    return Applied({"number": device["number"]})


async def unblock(context: CommandContext, arguments: UnblockDevice) -> Outcome:
    """The device may be used again."""
    device_id, device = await _device(context)
    if not await repository.lift_block(device_id, context.actor.user_id, context.at, arguments.note.strip()):
        raise _refusal("device.not_blocked", DEVICE, device_id, device["number"])
    await repository.renew_device(device_id)
    return Applied({"number": device["number"]})


async def give_pm_notice(context: CommandContext, arguments: GivePmNotice) -> Outcome:
    """Note that the holder was told of the next maintenance; two weeks later a scan says "do it now" (R-228)."""
    device_id, device = await _device(context)
    if arguments.given_on > context.received_at.astimezone(STOCKHOLM).date():
        raise _refusal("device.pm_notice_ahead", DEVICE, device_id)
    if device["next_pm"] is None or device["status"] == "scrapped":
        raise _refusal("device.no_pm", DEVICE, device_id, device["number"])
    await repository.insert_pm_notice(
        context.actor.region_id,
        device_id,
        arguments.given_on,
        arguments.how,
        context.actor.user_id,
        context.received_at,
    )
    await repository.renew_device(device_id)
    return Applied({"number": device["number"]})


async def _notice(context: CommandContext) -> tuple[UUID, Record]:
    notice_id = context.aggregate
    notice = None if notice_id is None else await repository.lock_notice(context.actor.region_id, notice_id)
    if notice is None or notice_id is None:
        raise NotFound
    if notice["lifted_at"] is not None:
        raise _refusal("safety.lifted", NOTICE, notice_id)
    return notice_id, notice


async def _device(context: CommandContext) -> tuple[UUID, Record]:
    device_id = context.aggregate
    device = None if device_id is None else await repository.lock_device(context.actor.region_id, device_id)
    if device is None or device_id is None:
        raise NotFound
    return device_id, device


def _refusal(code: str, kind: str, subject: UUID, number: str = "") -> CommandRefused:
    return CommandRefused(code, detail={"number": number}, subject_kind=kind, subject_id=subject)
