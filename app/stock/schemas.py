"""What the stores read of their counts: devices and places, nobody's name but the counter's."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.stock.differences import Finding
from app.web.structs import Reply


class StockCountHit(Reply, frozen=True, kw_only=True):
    """A count in the list. ``open`` is how many differences nobody has put right."""

    id: UUID
    location_id: UUID
    location_name: str
    counted_at: datetime
    counted_by_name: str
    counted: int
    differences: int
    open: int


class StockCountList(Reply, frozen=True, kw_only=True):
    """The newest first, at most fifty."""

    items: list[StockCountHit]


class StockDifference(Reply, frozen=True, kw_only=True):
    """A device that is not where it should be. ``status`` and ``home`` are of now; "" for an unknown number."""

    number: str
    article_name: str
    finding: Finding
    status: str
    home: str
    adjusted: str | None
    adjusted_at: datetime | None
    adjusted_by_name: str
    reason: str | None
    reason_note: str


class StockCountDetail(Reply, frozen=True, kw_only=True):
    """A count with its differences, the missing ones first."""

    id: UUID
    location_id: UUID
    location_name: str
    begun_at: datetime
    counted_at: datetime
    counted_by_name: str
    note: str
    counted: int
    differences: list[StockDifference]
    rv: int
