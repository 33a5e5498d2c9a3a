"""The arguments of the commands about safety notices, blocks and announced maintenance (SR-25)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from msgspec import Meta

from offline_sync.commands import Arguments

MOST_NUMBERS: Final = 5_000

Title: TypeAlias = Annotated[str, Meta(min_length=1, max_length=120)]
Reason: TypeAlias = Annotated[str, Meta(min_length=1, max_length=300)]
Note: TypeAlias = Annotated[str, Meta(max_length=500)]
Serial: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60)]
Number: TypeAlias = Annotated[str, Meta(pattern="^[0-9]{4,8}$")]
ArticleNumber: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60)]
Told: TypeAlias = Literal["phone", "letter", "message", "in_person"]


class SetSafetyNotice(Arguments, frozen=True, kw_only=True):
    """A safety notice about an article, a range of its serial numbers, one batch of it, or a list of devices.

    An article and a list go together too; a range and a batch mean what is in both.

    ``action`` is what must be done with each device before it may be used; "" when it is only to be left alone until
    the notice is lifted. The aggregate is the notice's id, made by the client (R-303).
    """

    title: Title
    text: Annotated[str, Meta(max_length=2000)] = ""
    reference: Annotated[str, Meta(max_length=60)] = ""
    action: Annotated[str, Meta(max_length=300)] = ""
    article_number: ArticleNumber | None = None
    serial_from: Serial | None = None
    serial_to: Serial | None = None
    batch: Serial | None = None
    # Any text: one that is no number is a number that nobody has, and the answer says which it is.
    numbers: Annotated[tuple[str, ...], Meta(max_length=MOST_NUMBERS)] = ()


class LiftSafetyNotice(Arguments, frozen=True, kw_only=True):
    """The notice is over, for all devices."""

    note: Note = ""


class DoSafetyAction(Arguments, frozen=True, kw_only=True):
    """What the notice demands has been done with this device."""

    device_number: Number
    note: Note = ""


class BlockDevice(Arguments, frozen=True, kw_only=True):
    """The device must not be handed out or used, and why. The aggregate is the device."""

    reason: Reason


class UnblockDevice(Arguments, frozen=True, kw_only=True):
    """The device may be used again."""

    note: Note = ""


class GivePmNotice(Arguments, frozen=True, kw_only=True):
    """The holder was told on ``given_on`` that preventive maintenance comes (R-228). The aggregate is the device."""

    given_on: date
    how: Told
