"""The arguments of the stock-taking commands. Unknown fields are refused and lengths count code points (SR-25)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta

from app.stock.differences import Deed
from offline_sync.commands import Arguments

AdjustReason: TypeAlias = Literal["moved", "never_registered", "not_found", "other"]


class CountedDevice(Arguments, frozen=True, kw_only=True):
    """A device that stands there. ``scan_raw`` is the code's own text; None when the number was typed."""

    number: Annotated[str, Meta(pattern="^[0-9]{4,8}$")]
    at: Annotated[datetime, Meta(tz=True)]
    scan_raw: Annotated[str, Meta(max_length=500)] | None = None


class RecordCount(Arguments, frozen=True, kw_only=True):
    """A whole place has been counted. The aggregate is the count's id, made by the client."""

    location_id: UUID
    begun_at: Annotated[datetime, Meta(tz=True)]
    devices: Annotated[tuple[CountedDevice, ...], Meta(max_length=5000)]
    note: Annotated[str, Meta(max_length=500)] = ""


class AdjustedDevice(Arguments, frozen=True, kw_only=True):
    """A difference that is put right: it belongs here from now on, or it is lost."""

    number: Annotated[str, Meta(pattern="^[0-9]{4,8}$")]
    deed: Deed


class AdjustCount(Arguments, frozen=True, kw_only=True):
    """All of these differences, or none; with the reason that whoever answers for the store gives (R-180)."""

    lines: Annotated[tuple[AdjustedDevice, ...], Meta(min_length=1, max_length=500)]
    reason: AdjustReason
    note: Annotated[str, Meta(max_length=500)] = ""
