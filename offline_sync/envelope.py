"""A command as the phone sent it, byte for byte, and what could be read of it. Pure.

A push is never refused for its content: only ``seq`` and ``id`` must be readable, everything else may be broken and
then the command is kept and a person looks at it (docs/sync.md R2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec

from offline_sync.clock import parse_time
from offline_sync.commands import BlobRef

MAX_BLOB_BYTES: Final = 8 * 1024 * 1024
_INT8: Final = 2**63 - 1

#: What msgspec raises for anything it cannot read.
UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

_LONE_SURROGATE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


class FrameError(Exception):
    """The push itself cannot be read: no client of ours sends that, and there is nothing to keep."""


class Frame(msgspec.Struct):
    """A push with its commands left as bytes."""

    proto: str
    push_id: Annotated[str, msgspec.Meta(max_length=100)]
    device: UUID
    commands: list[msgspec.Raw]
    epoch: UUID | None = None
    build: str = ""
    schema: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 1
    sent_at: Any = None


class _Head(msgspec.Struct):
    seq: Annotated[int, msgspec.Meta(ge=1, le=_INT8)]
    id: UUID


class _BlobName(msgspec.Struct):
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, msgspec.Meta(ge=1, le=MAX_BLOB_BYTES)]
    mime: Annotated[str, msgspec.Meta(pattern="^[a-z]+/[a-z0-9.+-]{1,60}$")]
    role: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_.-]{0,59}$")]


class _Body(msgspec.Struct):
    type: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_.]{0,99}$")]
    v: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)]
    args: dict[str, Any]
    aggregate: UUID | None = None
    base_rv: Annotated[int, msgspec.Meta(ge=-_INT8, le=_INT8)] | None = None
    at: Any = None
    mono_ms: float | None = None
    blobs: Annotated[list[_BlobName], msgspec.Meta(max_length=40)] = []


@dataclass(frozen=True)
class SentCommand:
    """One command of a push.

    Attributes:
        raw: its JSON exactly as received.
        digest: SHA-256 of ``raw``.
        arguments: decoded JSON, not yet of any type.
        malformed: ``type`` and the rest could not be read; only ``seq``, ``id`` and ``raw`` mean anything.
    """

    raw: bytes
    digest: bytes
    seq: int
    id: UUID
    type: str = ""
    version: int = 0
    arguments: dict[str, Any] | None = None
    aggregate: UUID | None = None
    base_rv: int | None = None
    at: datetime | None = None
    mono_ms: float | None = None
    blobs: tuple[BlobRef, ...] = ()
    malformed: bool = False


_frames = msgspec.json.Decoder(Frame)
_heads = msgspec.json.Decoder(_Head)
_bodies = msgspec.json.Decoder(_Body)


def read_frame(body: bytes) -> tuple[Frame, list[bytes]]:
    """Decode a push and cut out each command's own bytes.

    A text cut in the middle of an emoji leaves a lone surrogate, which no strict decoder reads. It is replaced for
    the cutting only, by an escape of the same length, so that such a command is kept instead of blocking the queue.

    Raises:
        FrameError: the body is not a push.
    """
    readable = _LONE_SURROGATE.sub(rb"\\ufffd", body)
    try:
        frame = _frames.decode(readable)
    except UNREADABLE as error:
        raise FrameError(str(error)) from error
    slices: list[bytes] = []
    start = 0
    for command in frame.commands:
        found = readable.index(bytes(command), start)
        start = found + len(bytes(command))
        slices.append(body[found:start])
    return frame, slices


def read_command(raw: bytes) -> SentCommand:
    """Read one command; what cannot be read is ``malformed``.

    Raises:
        FrameError: not even ``seq`` and ``id`` can be read.
    """
    try:
        head = _heads.decode(_LONE_SURROGATE.sub(rb"\\ufffd", raw))
    except UNREADABLE as error:
        raise FrameError(str(error)) from error
    digest = sha256(raw).digest()
    try:
        body = _bodies.decode(raw)
    except UNREADABLE:
        return SentCommand(raw, digest, head.seq, head.id, malformed=True)
    return SentCommand(
        raw,
        digest,
        head.seq,
        head.id,
        type=body.type,
        version=body.v,
        arguments=body.args,
        aggregate=body.aggregate,
        base_rv=body.base_rv,
        at=parse_time(body.at),
        mono_ms=body.mono_ms,
        blobs=tuple(
            {
                (blob.sha256, blob.role): BlobRef(bytes.fromhex(blob.sha256), blob.size, blob.mime, blob.role)
                for blob in body.blobs
            }.values()
        ),
    )


def same_command(first: bytes, second: bytes) -> bool:
    """True when two raw commands are the same, apart from the ``seq`` that a renumbered phone gives anew."""
    if first == second:
        return True
    try:
        one, other = msgspec.json.decode(first), msgspec.json.decode(second)
    except UNREADABLE:
        return False
    return {**one, "seq": 0} == {**other, "seq": 0} and one["seq"] != other["seq"]


def holds_nul(value: Any) -> bool:
    """True when a text anywhere in decoded JSON holds U+0000, which PostgreSQL cannot store as text."""
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any("\x00" in key or holds_nul(item) for key, item in value.items())
    if isinstance(value, list):
        return any(holds_nul(item) for item in value)
    return False
