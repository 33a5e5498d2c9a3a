"""``label.print``, ``label.verify``, ``label.finish`` and ``label.discard``: a batch of labels from its making to the
device."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from app.database import new_id
from app.policy.repository import current_policy
from labels import arguments, prints, setup
from labels.checks import require_printable_on
from labels.numbers import reserve_device_numbers
from labels.payload import HIGHEST_VERSION, DeviceNumber, OwnLabel, build_payload, parse_scan, token_hash
from labels.profiles import PrintProfile
from labels.sentences import LabelFault
from labels.service import GRACE
from labels.standard import DEFAULT_TEMPLATE_ID
from labels.template import DeviceLabel, LabelTemplate
from labels.tokens import load_print_key, new_seed, print_token
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome

OPEN_DAYS: Final = 3
"""How long a print that nobody verifies can be made again: over a weekend."""


@dataclass(frozen=True)
class _Wanted:
    """One label to be made: ``device_id`` is None for a pre-printed one."""

    device_id: UUID | None
    number: str
    version: int


class Printer:
    """Makes prints and their files. ``host`` is the origin that labels lead to, ``keys`` the folder of the key file."""

    def __init__(self, host: str, keys: Path) -> None:
        self._host = host
        self._keys = keys

    async def print_labels(self, context: CommandContext, args: arguments.Print) -> Outcome:
        """Give each chosen device its next label, or make labels with new numbers; nothing is issued that cannot be
        drawn. The file is fetched afterwards and can be fetched again while the print is open."""
        region_id = context.actor.region_id
        template, profile = await _chosen_setup(region_id, args)
        wanted = await _chosen_labels(region_id, args)
        policy = await current_policy(region_id, context.received_at)
        seed, key = new_seed(), load_print_key(self._keys)
        made = prints.Print(
            id=context.command_id,
            kind="unclaimed" if wanted[0].device_id is None else "device",
            template=template,
            host=self._host,
            owner=policy.label_owner,
            phone=policy.label_phone,
            count=len(wanted),
            first_number=wanted[0].number,
            last_number=wanted[-1].number,
            seed=seed,
            older_end=context.received_at + GRACE,
            printed_at=context.received_at,
            state="open",
        )
        # One of each length: what two numbers of equal length differ in changes no measure.
        lengths = {(len(one.number), len(str(one.version))): one for one in wanted}
        samples = [self._label(made, one.number, one.version, "0" * 26) for one in lengths.values()]
        with refused(context):
            require_printable_on(template, samples, profile)
        await prints.insert_print(region_id, made, context.actor.user_id)
        ids = [new_id() for _ in wanted]
        hashes = [token_hash(print_token(key, seed, label_id)) for label_id in ids]
        if made.kind == "unclaimed":
            rows = [(one, want.number, digest) for one, want, digest in zip(ids, wanted, hashes, strict=True)]
            await prints.insert_unclaimed(region_id, made.id, rows)
        else:
            await prints.insert_device_labels(
                region_id,
                made.id,
                made.older_end,
                [
                    (one, want.device_id, want.version, digest)
                    for one, want, digest in zip(ids, wanted, hashes, strict=True)
                    if want.device_id is not None
                ],
            )
        return Applied(
            {
                "print_id": str(made.id),
                "count": made.count,
                "first_number": made.first_number,
                "last_number": made.last_number,
            }
        )

    async def labels(self, made: prints.Print) -> AsyncIterator[list[DeviceLabel]]:
        """Yield the labels of an open print in its order, a batch at a time, their tokens made anew."""
        if made.seed is None:
            return
        key = load_print_key(self._keys)
        async for batch in prints.printed_labels(made):
            yield [self._label(made, one.number, one.version, print_token(key, made.seed, one.id)) for one in batch]

    @staticmethod
    def _label(made: prints.Print, number: str, version: int, token: str) -> DeviceLabel:
        payload = build_payload(made.host, number, version, token)
        return DeviceLabel(payload=payload, number=number, owner=made.owner, phone=made.phone)


class refused:  # noqa: N801 - reads as a verb where it is used
    """Tells a ``LabelFault`` inside the block as the refusal of the command, in the author's language."""

    def __init__(self, context: CommandContext) -> None:
        self._language = context.actor.language

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Turn the fault into a refusal."""
        if isinstance(error, LabelFault):
            raise CommandRefused(error.code, detail=error.detail(self._language)) from error


async def _chosen_setup(region_id: UUID, args: arguments.Print) -> tuple[LabelTemplate, PrintProfile | None]:
    template = await setup.find_template(region_id, args.template_id or DEFAULT_TEMPLATE_ID)
    profile = None if args.profile_id is None else await setup.find_profile(region_id, args.profile_id)
    if template is None or (args.profile_id is not None and profile is None):
        raise NotFound
    if template.kind != "device":
        raise CommandRefused("label.not_of_this_kind")
    return template, profile


async def _chosen_labels(region_id: UUID, args: arguments.Print) -> list[_Wanted]:
    chosen = (bool(args.numbers), args.search is not None, args.purchase is not None, args.unclaimed is not None)
    if chosen.count(True) != 1:
        raise CommandRefused("label.nothing_chosen")
    if args.purchase is not None:
        return await _of_purchase(region_id, args.purchase, replace_live=args.replace_live)
    if args.unclaimed is not None:
        try:
            numbers = await reserve_device_numbers(region_id, args.unclaimed)
        except LabelFault as fault:
            raise CommandRefused(fault.code) from fault
        return [_Wanted(None, number, 1) for number in numbers]
    numbers = list(dict.fromkeys(args.numbers)) if args.search is None else await _searched(region_id, args.search)
    return await _of_devices(region_id, numbers, replace_live=args.replace_live)


async def _of_purchase(region_id: UUID, purchase_id: UUID, *, replace_live: bool) -> list[_Wanted]:
    """The labels of a purchase: its devices', or printed ahead with the numbers that wait for them."""
    found = await prints.purchase_numbers(region_id, purchase_id)
    if found is None:
        raise NotFound
    state, numbers = found
    if state == "cancelled":
        raise CommandRefused("label.purchase_cancelled")
    if state == "arrived":
        return await _of_devices(region_id, numbers, replace_live=replace_live)
    live = await prints.live_unclaimed(region_id, numbers)
    if live:
        raise CommandRefused("label.purchase_printed", detail={"count": len(live), "number": live[0]})
    return [_Wanted(None, number, 1) for number in numbers]


async def _of_devices(region_id: UUID, numbers: list[str], *, replace_live: bool) -> list[_Wanted]:
    devices = await prints.lock_devices(region_id, numbers)
    if len(devices) < len(numbers):
        known = {device.number for device in devices}
        missing = [number for number in numbers if number not in known]
        if len(numbers) == 1:
            raise NotFound
        raise CommandRefused(
            "label.unknown_numbers",
            detail={"count": len(missing), "number": missing[0]},
            state={"numbers": missing[:50]},
        )
    live = [device.number for device in devices if device.live]
    if live and not replace_live:
        raise already_live(live)
    for device in devices:
        if device.version >= HIGHEST_VERSION:
            raise CommandRefused("label.no_versions_left", detail={"number": device.number})
    return [_Wanted(device.id, device.number, device.version + 1) for device in devices]


async def _searched(region_id: UUID, search: arguments.DeviceSearch) -> list[str]:
    rows = await prints.search_devices(region_id, search, arguments.MOST_LABELS + 1)
    if not rows:
        raise CommandRefused("label.search_empty")
    if len(rows) > arguments.MOST_LABELS:
        raise CommandRefused("label.search_too_many", detail={"most": arguments.MOST_LABELS})
    return [row["number"] for row in rows]


def already_live(numbers: list[str]) -> CommandRefused:
    """The warning before a device gets a second valid label (I16); sent again with ``replace_live`` it is printed."""
    return CommandRefused(
        "label.already_live",
        detail={"count": len(numbers), "number": numbers[0], "days": GRACE.days},
        state={"numbers": numbers[:50], "count": len(numbers)},
    )


async def verify(context: CommandContext, args: arguments.Verify) -> Outcome:
    """Note that one of a print's labels was scanned: it came out, and it reads. The last one closes the print."""
    made = await _open_print(context)
    scan = parse_scan(args.raw)
    label = None
    if isinstance(scan, OwnLabel):
        label = await prints.note_verified(made.id, token_hash(scan.token), context.received_at)
    if label is None:
        # The number can be read by a person: only the code shows that the code reads.
        raise CommandRefused("label.number_only" if isinstance(scan, DeviceNumber) else "label.not_of_print")
    verified = await prints.count_verified(made.id)
    if verified == made.count:
        await prints.close_print(made.id, "verified", context.actor.user_id, context.received_at)
    return Applied(
        {
            "number": label.number,
            "again": label.again,
            "verified": verified,
            "count": made.count,
            "closed": verified == made.count,
        }
    )


async def finish(context: CommandContext, args: arguments.Finish) -> Outcome:
    """Close a print of which some labels were scanned; the others came out unread, or did not come out."""
    made = await _open_print(context)
    verified = await prints.count_verified(made.id)
    if verified == 0:
        raise CommandRefused("label.none_verified")
    if args.missing == "end":
        await prints.revoke_print(made, context.received_at, unverified_only=True)
    await prints.close_print(made.id, "verified", context.actor.user_id, context.received_at)
    return Applied({"verified": verified, "count": made.count})


async def discard(context: CommandContext, _args: arguments.Discard) -> Outcome:
    """Throw a print away: its labels end at once, and the labels that it would have replaced go on."""
    made = await _open_print(context)
    await prints.revoke_print(made, context.received_at)
    await prints.close_print(made.id, "discarded", context.actor.user_id, context.received_at)
    return Applied({"count": made.count})


async def _open_print(context: CommandContext) -> prints.Print:
    made = None
    if context.aggregate is not None:
        made = await prints.find_print(context.actor.region_id, context.aggregate, lock=True)
    if made is None:
        raise NotFound
    if made.state != "open":
        raise CommandRefused("label.print_closed", state={"state": made.state})
    return made


async def expire(_args: dict[str, Any], now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """Job ``label.expire_prints``: forget the seeds of prints that nobody verified in three days."""
    await prints.expire_prints(now() - timedelta(days=OPEN_DAYS))
