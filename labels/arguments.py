"""The arguments of the labels' commands."""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Meta

from labels.profiles import ProfileDocument
from labels.template import TemplateDocument
from offline_sync.commands import Arguments

MOST_LABELS: Final = 10_000
MOST_NUMBERS: Final = 5_000
"""A list of numbers that still fits in a request; more are printed by search."""

Number: TypeAlias = Annotated[str, Meta(pattern="^[0-9]{4,8}$")]
ScanText: TypeAlias = Annotated[str, Meta(min_length=1, max_length=500)]


class DeviceSearch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which devices: ``number`` as ``1049*``, ``*901`` or whole; all conditions hold. Scrapped ones are left out."""

    number: Annotated[str, Meta(max_length=9, pattern=r"^(|\*?[0-9]{1,8}|[0-9]{1,8}\*)$")] = ""
    article_number: Annotated[str, Meta(max_length=60)] = ""
    unlabelled: bool = False


class Print(Arguments, frozen=True):
    """Print device labels: exactly one of ``numbers``, ``search``, ``purchase`` and ``unclaimed`` (how many, with new
    numbers). A purchase's labels have the numbers that were reserved for it, whether its devices are here or not.

    ``profile_id`` is the paper, when the printer's resolution should be judged; ``replace_live`` says that devices
    which have a valid label already should get another (I16).
    """

    template_id: UUID | None = None
    # Any text: one that is no number is a number that nobody has, and the answer says which it is.
    numbers: Annotated[tuple[str, ...], Meta(max_length=MOST_NUMBERS)] = ()
    search: DeviceSearch | None = None
    purchase: UUID | None = None
    unclaimed: Annotated[int, Meta(ge=1, le=MOST_LABELS)] | None = None
    profile_id: UUID | None = None
    replace_live: bool = False


class Verify(Arguments, frozen=True):
    """A label that was scanned after printing, as it was read."""

    raw: ScanText


class Finish(Arguments, frozen=True):
    """Enough of a print has been scanned. ``missing``: the labels that were not scanned came out all the same
    (``keep``), or did not (``end``): then they end at once, and what they would have replaced goes on."""

    missing: Literal["keep", "end"]


class Discard(Arguments, frozen=True):
    """The print was thrown away: none of its labels sits anywhere."""


class Claim(Arguments, frozen=True):
    """A pre-printed label now sits on a device: one that exists, or a new one of an article, which gets its number."""

    raw: ScanText
    device_number: Number | None = None
    article_number: Annotated[str, Meta(min_length=1, max_length=60)] | None = None
    serial: Annotated[str, Meta(max_length=60)] = ""
    replace_live: bool = False


class SaveTemplate(Arguments, frozen=True):
    """A template as it is to be from now on. ``retired`` takes it out of the list; prints that used it stay."""

    template: TemplateDocument
    retired: bool = False


class SaveProfile(Arguments, frozen=True):
    """A print profile as it is to be from now on."""

    profile: ProfileDocument
    retired: bool = False


class Calibrate(Arguments, frozen=True):
    """What a ruler says of the calibration sheet, in mm: left edge to cross 1, top edge to cross 2."""

    measured_left_mm: Annotated[float, Meta(ge=0, le=300)]
    measured_top_mm: Annotated[float, Meta(ge=0, le=300)]
