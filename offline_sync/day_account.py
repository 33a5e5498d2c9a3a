"""The account of a day: phone and server compare what was done on it (docs/sync.md section 5).

Both hash the same text: one line ``<id>:<content>`` per command, sorted by id, where ``content`` is the SHA-256 of the
command's JSON without its number (sealed.py). A day is one of Stockholm's, by the phone's own clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from app.identity.actor import Actor
from offline_sync import sealed_repository
from offline_sync.commands import NotFound
from offline_sync.sealed import content_digest

MAX_DAY_COMMANDS: Final = 2000
MAX_DAY_BYTES: Final = 256 * 1024
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")


class DayCommand(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command as the phone has it; ``content`` in lower-case hexadecimal."""

    id: UUID
    content: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class DayQuestion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a phone has of a day."""

    device: UUID
    day: date
    commands: Annotated[list[DayCommand], msgspec.Meta(max_length=MAX_DAY_COMMANDS)]

    def __post_init__(self) -> None:
        # The first and the last day of the calendar have no bounds in another time zone.
        if not 1900 <= self.day.year < 2200:
            raise ValueError("`day` must be between 1900 and 2200")


class DayAnswer(msgspec.Struct, frozen=True):
    """What the server has of it.

    Attributes:
        hash: over the phone's commands that are here as they are on the phone, and this phone's others of the day.
        missing: ids that are not here.
        different: ids that are here with another content.
        more: how many commands of this phone and day are here that the phone did not name.
        pending_blobs: photos and signatures of the day that have not arrived.
    """

    day: date
    hash: str
    missing: list[UUID]
    different: list[UUID]
    more: int
    pending_blobs: int


def day_hash(contents: Mapping[UUID, str]) -> str:
    """The canonical hash of a day's commands: id -> content, both in lower-case hexadecimal."""
    lines = sorted(f"{command_id}:{content}\n" for command_id, content in contents.items())
    return sha256("".join(lines).encode()).hexdigest()


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day in Stockholm, and of the next: 23, 24 or 25 hours."""
    start = datetime.combine(day, time(), _STOCKHOLM)
    return start, datetime.combine(day + timedelta(days=1), time(), _STOCKHOLM)


async def account_of_day(actor: Actor, question: DayQuestion) -> DayAnswer:
    """Compare a day.

    Raises:
        NotFound: not this user's phone.
    """
    if not await sealed_repository.is_phone_of(question.device, actor.user_id):
        raise NotFound
    asked = {command.id: command.content for command in question.commands}
    found = await sealed_repository.commands_of_day(
        actor.user_id, question.device, day_bounds(question.day), list(asked)
    )
    here = {row.id: content_digest(row.raw).hex() for row in found}
    return DayAnswer(
        day=question.day,
        hash=day_hash(here),
        missing=_in_order(asked, [command_id for command_id in asked if command_id not in here]),
        different=_in_order(asked, [key for key, content in asked.items() if here.get(key, content) != content]),
        more=len(here.keys() - asked.keys()),
        pending_blobs=await sealed_repository.count_pending_blobs(list(here)),
    )


def _in_order(asked: Mapping[UUID, str], wanted: Sequence[UUID]) -> list[UUID]:
    """As the phone named them."""
    chosen = set(wanted)
    return [command_id for command_id in asked if command_id in chosen]
