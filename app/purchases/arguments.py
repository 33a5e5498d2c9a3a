"""The arguments of the commands about new devices (SR-25)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, TypeAlias
from uuid import UUID

from msgspec import Meta

from offline_sync.commands import Arguments

MOST_DEVICES: Final = 1_000

Batch: TypeAlias = Annotated[str, Meta(max_length=60)]
Serials: TypeAlias = Annotated[tuple[Annotated[str, Meta(max_length=60)], ...], Meta(max_length=MOST_DEVICES)]


class RegisterPurchase(Arguments, frozen=True, kw_only=True):
    """``count`` new devices of one article: here already (``arrived``), or ordered. The aggregate is the purchase's id.

    ``price_ore`` is one device's price in öre without tax. ``serials`` are in the order of the numbers, all or none,
    and only of devices that are here. ``batch`` is the manufacturer's lot, the same for all of them.
    """

    article_number: Annotated[str, Meta(min_length=1, max_length=60)]
    count: Annotated[int, Meta(ge=1, le=MOST_DEVICES)]
    arrived: bool
    purchased_on: date
    supplier: Annotated[str, Meta(max_length=120)] = ""
    reference: Annotated[str, Meta(max_length=60)] = ""
    batch: Batch = ""
    price_ore: Annotated[int, Meta(ge=0, le=10_000_000_000)] | None = None
    warranty_to: date | None = None
    location_id: UUID | None = None
    serials: Serials = ()


class ArrivePurchase(Arguments, frozen=True, kw_only=True):
    """What was ordered is here. ``batch`` is known now at the latest; "" keeps what was said when it was ordered."""

    serials: Serials = ()
    batch: Batch = ""


class CancelPurchase(Arguments, frozen=True, kw_only=True):
    """What was ordered does not come; its numbers are not used for anything else."""
