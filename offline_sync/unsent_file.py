"""The file of unsent work that a phone writes and the office reads in: an envelope a line (docs/sync.md 3). Pure.

::

    {"format":"turbil-unsent/1","made_at":"2026-03-02T14:00:00.000Z","commands":2}
    {"seq":7,"envelope":"ts1.…"}
    {"seq":8,"envelope":"ts1.…"}
    {"end":2,"sha256":"…"}          SHA-256 of all bytes before this line

It never expires: the server keeps every key that it has ever given out.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any, Final, Literal

import msgspec

from offline_sync.envelope import UNREADABLE

FORMAT: Final = "turbil-unsent/1"
MAX_FILE_CHARACTERS: Final = 4 * 1024 * 1024
MAX_FILE_COMMANDS: Final = 2000
_INT8: Final = 2**63 - 1


class NotOurFile(Exception):
    """No file of unsent work, or of a format that this version does not know."""


class NotWhole(Exception):
    """Cut off or changed."""


class SealedCommand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command's number and its envelope."""

    seq: Annotated[int, msgspec.Meta(ge=1, le=_INT8)]
    envelope: Annotated[str, msgspec.Meta(max_length=400_000)]


class _First(msgspec.Struct):
    format: Literal["turbil-unsent/1"]
    commands: Annotated[int, msgspec.Meta(ge=1, le=MAX_FILE_COMMANDS)]
    made_at: Any = None


class _Last(msgspec.Struct):
    end: int
    sha256: str


def write_unsent(commands: list[SealedCommand], made_at: str) -> str:
    """The file as a phone writes it."""
    head = {"format": FORMAT, "made_at": made_at, "commands": len(commands)}
    lines = [msgspec.json.encode(line).decode() for line in (head, *commands)]
    body = "".join(f"{line}\n" for line in lines)
    return body + f'{{"end":{len(commands)},"sha256":"{sha256(body.encode()).hexdigest()}"}}\n'


def read_unsent(content: str) -> list[SealedCommand]:
    """The envelopes of a file, in its order.

    Raises:
        NotOurFile: its first line is not that of such a file.
        NotWhole: lines are missing, or a byte is not what it was.
    """
    # A file that went through an e-mail may have gained carriage returns.
    lines = content.replace("\r\n", "\n").removeprefix("\ufeff").removesuffix("\n").split("\n")
    try:
        first = msgspec.json.decode(lines[0], type=_First)
    except UNREADABLE as error:
        raise NotOurFile from error
    body = "".join(f"{line}\n" for line in lines[:-1])
    try:
        last = msgspec.json.decode(lines[-1], type=_Last)
        commands = [msgspec.json.decode(line, type=SealedCommand) for line in lines[1:-1]]
    except UNREADABLE as error:
        raise NotWhole from error
    whole = last.end == first.commands == len(commands)
    if not whole or last.sha256 != sha256(body.encode("utf-8", "surrogatepass")).hexdigest():
        raise NotWhole
    return commands
