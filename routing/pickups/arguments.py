"""The arguments of pick-up order commands. Unknown fields are refused and lengths count code points (SR-25)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta

from app.registry.recipients import DeliveryContact, RecipientRef
from offline_sync.commands import Arguments

PickupReason: TypeAlias = Literal["need_ended", "wrongly_ordered", "other"]
HygieneState: TypeAlias = Literal["unknown", "clean", "cleaned_contaminated", "dirty"]


class PickupItem(Arguments, frozen=True, kw_only=True):
    """Something that the recipient has (R-252). ``quantity``: how many of it; all when None."""

    holding_id: UUID
    quantity: Annotated[int, Meta(ge=1, le=9999)] | None = None


class RegisterPickupOrder(Arguments, frozen=True, kw_only=True):
    """A new order. The aggregate is its id, made by the client.

    Attributes:
        wanted_on: the day that the recipient wants it collected, if any (R-256).
        contact: where to collect it; what is not written is the recipient's own (R-249).
        info: for the carrier; its limit is the region's, and the database's cap is far above (R-250).
    """

    reason: PickupReason
    recipient: RecipientRef
    lines: Annotated[tuple[PickupItem, ...], Meta(min_length=1, max_length=50)]
    wanted_on: date | None = None
    contact: DeliveryContact | None = None
    info: Annotated[str, Meta(max_length=2000)] = ""


class ExecuteReturn(Arguments, frozen=True, kw_only=True):
    """Accessories that came back already and are still registered on the recipient (R-258..R-263).

    Attributes:
        contact: where they were handed in; its name is required (R-259, R-266) and nobody drives there.
    """

    recipient: RecipientRef
    lines: Annotated[tuple[PickupItem, ...], Meta(min_length=1, max_length=50)]
    contact: DeliveryContact


class CancelPickupOrder(Arguments, frozen=True, kw_only=True):
    """Nothing more is to be collected (R-156)."""

    reason: Literal["not_needed", "wrong", "other"]
    note: Annotated[str, Meta(max_length=2000)] = ""


class ArrivedLine(Arguments, frozen=True, kw_only=True):
    """A line whose goods stand at the centre; with the scanned text when the label was read."""

    line_id: UUID
    scan_raw: Annotated[str, Meta(max_length=500)] | None = None
    hygiene: HygieneState | None = None


class ArrivePickupOrder(Arguments, frozen=True, kw_only=True):
    """Arrival registration: the holdings, and with them the rent, end at ``at`` (R-265)."""

    lines: Annotated[tuple[ArrivedLine, ...], Meta(min_length=1, max_length=200)]
    at: Annotated[datetime, Meta(tz=True)]
