"""A phone's push: one transaction, at most 50 commands, an answer with one verdict per command (docs/sync.md 3)."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from app.database import unit_of_work
from offline_sync import repository
from offline_sync.clock import parse_time
from offline_sync.dispatcher import Dispatcher, Pushed
from offline_sync.envelope import Frame, FrameError, SentCommand, read_command, read_frame
from offline_sync.failures import retry_collisions
from offline_sync.repository import SyncDevice

PROTO: Final = "fieldsync/1"
MAX_COMMANDS: Final = 50
MAX_BYTES: Final = 256 * 1024


class TooMuch(Exception):
    """More than a push may hold; the phone halves it."""


class NewDevice(msgspec.Struct, frozen=True):
    """A fresh identity for a cloned or restored phone: it renumbers its outbox from 1 and keeps the command ids."""

    device: UUID
    push_key: str


class PushReply(msgspec.Struct, frozen=True, omit_defaults=True):
    """The answer to a push. ``error`` is "gap" (then ``expected``) or "fork" (then ``new_device``)."""

    proto: str
    push_id: str
    epoch: UUID
    server_time: datetime
    last_seq: int
    state: str
    results: Sequence[Pushed] | None = None
    missing_blobs: Sequence[str] | None = None
    error: str = ""
    expected: int = 0
    new_device: NewDevice | None = None


@dataclass(frozen=True)
class _Plan:
    """How far the commands follow on from the log: all of them, or up to a gap or a fork."""

    last_seq: int
    gap: bool = False
    fork: bool = False


async def receive_push(dispatcher: Dispatcher, device_id: UUID, body: bytes) -> PushReply:
    """Take in one push of the phone that the push key belongs to.

    Raises:
        FrameError: the body is no push of this phone; nothing of it can be kept.
        TooMuch: more than ``MAX_COMMANDS`` or ``MAX_BYTES``.
    """
    if len(body) > MAX_BYTES:
        raise TooMuch
    frame, slices = read_frame(body)
    if frame.proto != PROTO or frame.device != device_id:
        raise FrameError("another protocol, or another phone's push key")
    if len(slices) > MAX_COMMANDS:
        raise TooMuch
    commands = [read_command(raw) for raw in slices]
    received_at = dispatcher.clock()
    return await retry_collisions(lambda: _receive_once(dispatcher, frame, commands, received_at))


async def _receive_once(
    dispatcher: Dispatcher, frame: Frame, commands: list[SentCommand], received_at: datetime
) -> PushReply:
    async with unit_of_work():
        device = await repository.lock_device(frame.device)
        known = await repository.find_commands([command.id for command in commands])
        plan = plan_push(device.last_seq, commands, set(known))
        common: dict[str, Any] = {
            "proto": PROTO,
            "push_id": frame.push_id,
            "epoch": await repository.epoch(),
            "server_time": received_at,
            "state": device.state,
        }
        if plan.gap:
            return PushReply(**common, last_seq=device.last_seq, error="gap", expected=plan.last_seq + 1)
        if plan.fork:
            return PushReply(**common, last_seq=device.last_seq, error="fork", new_device=await _fork(device, frame))
        results = await dispatcher.push(device, commands, sent_at=parse_time(frame.sent_at), received_at=received_at)
        await repository.advance_device(device.id, plan.last_seq, _text(frame.build), frame.schema)
        missing = await repository.missing_blobs([command.id for command in commands])
        await repository.poke_touched()
        return PushReply(
            **common, last_seq=plan.last_seq, results=results, missing_blobs=[digest.hex() for digest in missing]
        )


def plan_push(last_seq: int, commands: Sequence[SentCommand], known: set[UUID]) -> _Plan:
    """Check the numbers before anything is stored: a gap or a fork leaves the log as it was.

    A number at or below ``last_seq`` whose id is not in the log was used for another command: two phones share one
    identity, after a clone or a restored phone.
    """
    seen = set(known)
    for command in commands:
        if command.seq > last_seq + 1:
            return _Plan(last_seq, gap=True)
        if command.seq <= last_seq and command.id not in seen:
            return _Plan(last_seq, fork=True)
        last_seq = max(last_seq, command.seq)
        seen.add(command.id)
    return _Plan(last_seq)


async def _fork(device: SyncDevice, frame: Frame) -> NewDevice:
    """Give a cloned phone an identity of its own. Its work may be older than today, so it keeps the first one's age."""
    push_key = new_push_key()
    new_device = await repository.insert_device(
        region_id=device.region_id,
        user_id=device.user_id,
        push_key=push_key,
        build=_text(frame.build),
        schema=frame.schema,
        storage_id=None,
        created_at=device.created_at,
    )
    return NewDevice(new_device, push_key)


def new_push_key() -> str:
    """256 random bits, URL-safe; the bearer secret of one phone."""
    return secrets.token_urlsafe(32)


def _text(build: str) -> str:
    return build.replace("\x00", "")[:100]
