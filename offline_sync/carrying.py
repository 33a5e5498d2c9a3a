"""Sealed work comes in: by any signed-in phone, or as a file that the office reads in (docs/sync.md section 3).

Whoever carries it, it is applied under its author by the one dispatcher, with the verdicts of a push: the command's id
makes it harmless to send it both ways. ``last_seq`` stays what the pushes made it: the phone sends its number all the
same when its own user is back, and gets the first verdict.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from app.database import unit_of_work
from app.identity.actor import Actor
from offline_sync import repository, sealed_repository
from offline_sync.clock import parse_time
from offline_sync.dispatcher import Dispatcher, Pushed
from offline_sync.envelope import SentCommand
from offline_sync.failures import retry_collisions
from offline_sync.push import new_push_key
from offline_sync.repository import SyncDevice, Verdict
from offline_sync.sealed import Opened, Unopenable, open_sealed
from offline_sync.sentences import Code
from offline_sync.unsent_file import MAX_FILE_CHARACTERS, SealedCommand, read_unsent

MAX_CARRIED: Final = 50
MAX_CARRIED_BYTES: Final = 1024 * 1024

Keys = Mapping[str, ec.EllipticCurvePrivateKey]


class OtherRegion(Exception):
    """The file holds work of another region; its own office reads it in."""


class Carried(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Envelopes of a phone's other users. ``sent_at`` is the phone's own time, to tell how wrong its clock is."""

    sent_at: Annotated[str, msgspec.Meta(max_length=40)] = ""
    commands: Annotated[list[SealedCommand], msgspec.Meta(max_length=MAX_CARRIED)]


class CarriedLine(msgspec.Struct, frozen=True):
    """What became of one envelope; to whoever carried it, nothing is told of what it holds.

    ``taken``: it is in the log, now or before. ``unknown_phone``: kept on the phone until its user signs in again.
    ``unopenable``: not sealed to this server, or changed.
    """

    state: Literal["taken", "unknown_phone", "unopenable"]


class CarriedReply(msgspec.Struct, frozen=True):
    """One line per envelope, in the order of the request."""

    lines: list[CarriedLine]


class UnsentFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A file of unsent work, as text."""

    content: Annotated[str, msgspec.Meta(max_length=MAX_FILE_CHARACTERS)]


class ImportedLine(msgspec.Struct, frozen=True):
    """One command of a file. ``known`` says that it was here before; ``by_name`` is "" when nobody knows the phone."""

    id: UUID
    type: str
    at: datetime
    by_name: str
    known: bool
    verdict: str
    text: str


class Imported(msgspec.Struct, frozen=True):
    """What a file brought, in its order."""

    lines: list[ImportedLine]


@dataclass(frozen=True)
class _Item:
    """An opened envelope and its place in what was sent."""

    place: int
    push_key: str
    command: SentCommand


@dataclass(frozen=True)
class _Taken:
    """A command that is in the log now. ``device`` is None when its phone is not known here."""

    place: int
    device: SyncDevice | None
    line: Pushed


async def take_carried(dispatcher: Dispatcher, keys: Keys, carrier: Actor, request: Carried) -> CarriedReply:
    """Take in what a signed-in phone carries for its other users; each envelope on its own."""
    opened: list[_Item] = []
    for place, item in enumerate(request.commands):
        with contextlib.suppress(Unopenable):
            opened.append(_item(place, open_sealed(item.seq, item.envelope, keys)))
    sent_at, received_at = parse_time(request.sent_at), dispatcher.clock()

    async def once() -> list[_Taken]:
        async with unit_of_work():
            return await _take(dispatcher, opened, sent_at, received_at, carrier, "phone")

    taken = {item.place for item in await retry_collisions(once)}
    readable = {item.place for item in opened}
    return CarriedReply(
        [
            CarriedLine("taken" if place in taken else "unknown_phone" if place in readable else "unopenable")
            for place in range(len(request.commands))
        ]
    )


async def import_unsent(dispatcher: Dispatcher, keys: Keys, actor: Actor, content: str) -> Imported:
    """Read in a file of unsent work: all of it or nothing.

    A phone that nobody knows, as after a restore of an older backup, cannot prove whose it is: its commands are
    quarantined, and a person decides.

    Raises:
        NotOurFile, NotWhole: see unsent_file.py.
        Unopenable: an envelope is another server's, or was changed.
        OtherRegion: a command's author belongs to another region.
    """
    opened = [
        _item(place, open_sealed(item.seq, item.envelope, keys)) for place, item in enumerate(read_unsent(content))
    ]
    received_at = dispatcher.clock()

    async def once() -> tuple[list[_Taken], dict[UUID, str]]:
        async with unit_of_work():
            taken = await _take(dispatcher, opened, None, received_at, actor, "file")
            return taken, await sealed_repository.names_of({item.device.user_id for item in taken if item.device})

    taken, names = await retry_collisions(once)
    lines = []
    for item in sorted(taken, key=lambda item: item.place):
        command, device, line = opened[item.place].command, item.device, item.line
        lines.append(
            ImportedLine(
                command.id,
                command.type,
                command.at or received_at,
                names.get(device.user_id, "") if device else "",
                line.duplicate,
                line.verdict,
                dispatcher.sentences.text(line.code, actor.language) if device is None else line.text,
            )
        )
    return Imported(lines)


def _item(place: int, opened: Opened) -> _Item:
    return _Item(place, opened.push_key, opened.command)


async def _take(
    dispatcher: Dispatcher,
    opened: Sequence[_Item],
    sent_at: datetime | None,
    received_at: datetime,
    carrier: Actor,
    way: Literal["phone", "file"],
) -> list[_Taken]:
    """Judge the commands phone by phone, in the order of their numbers; inside a unit of work."""
    by_key: dict[str, list[_Item]] = {}
    for item in opened:
        by_key.setdefault(item.push_key, []).append(item)
    devices = [(await repository.find_device(push_key), items) for push_key, items in by_key.items()]
    taken: list[_Taken] = []
    # Always locked in the same order: two carriers of the same phones never wait for each other in a circle.
    for device, items in sorted(devices, key=lambda pair: str(pair[0].id) if pair[0] else ""):
        if device is None:
            if way == "file":
                taken += [await _quarantine(item, carrier, received_at) for item in items]
            continue
        if way == "file" and device.region_id != carrier.region_id:
            raise OtherRegion
        items.sort(key=lambda item: item.command.seq)
        locked = await repository.lock_device(device.id)
        for part_device, part in await _parts(locked, items):
            lines = await dispatcher.push(
                part_device, [item.command for item in part], sent_at=sent_at, received_at=received_at
            )
            taken += [_Taken(item.place, device, line) for item, line in zip(part, lines, strict=True)]
    await sealed_repository.note_deliveries([item.line.id for item in taken], carrier.user_id, way)
    await repository.poke_touched()
    return taken


async def _parts(device: SyncDevice, items: Sequence[_Item]) -> list[tuple[SyncDevice, list[_Item]]]:
    """The commands that can keep their numbers, and those whose number the phone's log gave to another command.

    The second is what a cloned or renumbered phone leaves behind; they get an identity of their own, as in a fork.
    """
    known = await repository.find_commands([item.command.id for item in items])
    used = await sealed_repository.used_numbers(device.id, [item.command.seq for item in items])
    keep: list[_Item] = []
    strangers: list[_Item] = []
    for item in items:
        command = item.command
        if command.id not in known and used.setdefault(command.seq, command.id) != command.id:
            strangers.append(item)
        else:
            keep.append(item)
    parts = [(device, keep)] if keep else []
    if strangers:
        parts.append((await _another_device(device), [_numbered(item, n) for n, item in enumerate(strangers, 1)]))
    return parts


def _numbered(item: _Item, seq: int) -> _Item:
    """The raw bytes stay; only the log's number is another."""
    return replace(item, command=replace(item.command, seq=seq))


async def _another_device(device: SyncDevice) -> SyncDevice:
    """An identity that no phone has: its key is thrown away. It keeps the first one's age and state."""
    device_id = await repository.insert_device(
        region_id=device.region_id,
        user_id=device.user_id,
        push_key=new_push_key(),
        build="",
        schema=1,
        storage_id=None,
        created_at=device.created_at,
    )
    return replace(device, id=device_id, last_seq=0)


async def _quarantine(item: _Item, carrier: Actor, received_at: datetime) -> _Taken:
    """Keep the work of a phone that nobody knows, under nobody's name, until a person has decided."""
    command = item.command
    verdict = Verdict("quarantined", Code.SEALED_UNKNOWN_PHONE, {}, subject_id=command.aggregate)
    stored = await repository.insert_office_command(
        command_id=command.id,
        region_id=carrier.region_id,
        author=None,
        type_name=command.type,
        version=command.version,
        raw=command.raw,
        received_at=received_at,
        aggregate=command.aggregate,
        base_rv=command.base_rv,
        verdict=verdict,
    )
    if stored:
        await repository.open_review(carrier.region_id, command.id, verdict)
    else:
        verdict = (await repository.find_commands([command.id]))[command.id].verdict
    return _Taken(item.place, None, Pushed(command.seq, command.id, verdict.verdict, not stored, verdict.code, ""))
