"""``label.claim``: a pre-printed label becomes a device's own by being scanned."""

from __future__ import annotations

from uuid import UUID

from app.database import new_id
from app.registry.repository import article_by_number, device_by_number
from labels import prints, repository
from labels.arguments import Claim
from labels.payload import HIGHEST_VERSION, OwnLabel, parse_scan, token_hash
from labels.printing import already_live
from labels.service import GRACE
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome


async def claim(context: CommandContext, args: Claim) -> Outcome:
    """Put the label on a device that exists, or on a new one of an article, which gets the label's number.

    A device that has a valid label gets a second one only with ``replace_live``; the older then ends after the grace
    time. On a device with another number the label's printed number becomes a second name of it.
    """
    if (args.device_number is None) == (args.article_number is None):
        raise CommandRefused("label.one_device")
    region_id = context.actor.region_id
    scan = parse_scan(args.raw)
    if not isinstance(scan, OwnLabel):
        raise NotFound
    digest = token_hash(scan.token)
    label = await prints.find_unclaimed(region_id, digest, lock=True)
    if label is None:
        known = await repository.label_by_token(region_id, digest, context.received_at)
        if known is None:
            raise NotFound
        raise CommandRefused("label.claimed_already", detail={"number": known.number})
    if label.claimed_by is not None:
        raise CommandRefused("label.claimed_already", detail={"number": label.claimed_by})
    if label.discarded:
        raise CommandRefused("label.discarded")
    if label.ordered:
        raise CommandRefused("label.of_purchase", detail={"number": label.number})
    if args.article_number is not None:
        device_id, number, version = await _new_device(region_id, label, args.article_number, args.serial)
    else:
        device_id, number, version = await _known_device(context, args)
    label_id = await repository.insert_label(region_id, device_id, version, digest)
    await prints.mark_claimed(label.id, label_id, context.received_at)
    return Applied({"device_id": str(device_id), "number": number, "label_number": label.number, "version": version})


async def _known_device(context: CommandContext, args: Claim) -> tuple[UUID, str, int]:
    region_id = context.actor.region_id
    device = next(iter(await prints.lock_devices(region_id, [args.device_number or ""])), None)
    if device is None:
        raise NotFound
    if device.live and not args.replace_live:
        raise already_live([device.number])
    if device.version >= HIGHEST_VERSION:
        raise CommandRefused("label.no_versions_left", detail={"number": device.number})
    await repository.revoke_older(device.id, context.received_at + GRACE)
    return device.id, device.number, device.version + 1


async def _new_device(
    region_id: UUID, label: prints.Unclaimed, article_number: str, serial: str
) -> tuple[UUID, str, int]:
    article = await article_by_number(region_id, article_number)
    if article is None or not article.individually_numbered:
        raise CommandRefused("label.article_unknown")
    if await device_by_number(region_id, label.number) is not None:
        raise CommandRefused("label.number_taken", detail={"number": label.number})
    device_id = new_id()
    await prints.insert_device(region_id, device_id, label.number, article.id, serial.strip())
    return device_id, label.number, 1
