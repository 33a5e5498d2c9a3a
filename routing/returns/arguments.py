"""The arguments of the returns desk's commands (SR-25). The aggregate is the device; for a buy-back, the line."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import Meta

from offline_sync.commands import Arguments
from routing.pickups.arguments import HygieneState
from routing.returns.lifecycle import Contamination, Disposition, Result

Note: TypeAlias = Annotated[str, Meta(max_length=500)]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]


class TakeIn(Arguments, frozen=True, kw_only=True):
    """The device stands at the centre, whether or not anybody had ordered its return (R-265)."""

    hygiene: HygieneState = "unknown"
    scan_raw: Annotated[str, Meta(max_length=500)] | None = None
    at: Moment


class Receive(Arguments, frozen=True, kw_only=True):
    """The desk begins with the device; a contaminated one is left alone first (R-268, R-271)."""

    contamination: Contamination
    note: Note = ""


class Cleaned(Arguments, frozen=True, kw_only=True):
    """The device is clean."""

    note: Note = ""


class FoundPart(Arguments, frozen=True, kw_only=True):
    """A part of the device, and how many of it are here."""

    component_id: UUID
    quantity: Annotated[int, Meta(ge=0, le=9999)]


class Inspect(Arguments, frozen=True, kw_only=True):
    """What the inspection found, and what becomes of the device."""

    result: Result
    disposition: Disposition
    parts: Annotated[tuple[FoundPart, ...], Meta(max_length=100)] = ()
    note: Note = ""


class JudgeBuyBack(Arguments, frozen=True, kw_only=True):
    """What the desk sees of a purchase that came back."""

    unused: bool
    original_packaging: bool
