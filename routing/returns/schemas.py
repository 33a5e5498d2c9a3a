"""What the returns desk reads: devices and articles, never whose they were."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from app.web.structs import Reply


class ReturnItem(Reply, frozen=True, kw_only=True):
    """A device at the desk.

    Attributes:
        state: "" until the desk has begun with it, and after an earlier return that is done.
        hygiene: what the driver or the arrival said. ``missing``: parts that the driver counted too few of.
        stopped: blocked, or with a safety notice (R-303).
    """

    device_id: UUID
    number: str
    article_number: str
    article_name: str
    status: str
    state: Literal["", "cleaning", "inspection", "done"]
    contamination: Literal["none", "suspected", "declared"]
    quarantine_until: datetime | None
    note: str
    result: Literal["ok", "faults", "deviation"] | None
    disposition: Literal["stock", "repair", "quarantine", "scrap"] | None
    arrived_at: datetime | None
    hygiene: str
    pickup_number: str
    stopped: bool
    parts: int
    missing: int


class BuyBackItem(Reply, frozen=True, kw_only=True):
    """A purchase that came back; ``accepted`` is None until somebody has judged it, ``reason`` why it is not."""

    line_id: UUID
    device_number: str | None
    article_number: str
    article_name: str
    quantity: int
    arrived_at: datetime
    delivered_at: datetime | None
    stock_status: str
    accepted: bool | None
    reason: str


class ReturnList(Reply, frozen=True, kw_only=True):
    """What stands at the desk, and the purchases that came back."""

    items: list[ReturnItem]
    purchases: list[BuyBackItem]


class ReturnPartItem(Reply, frozen=True, kw_only=True):
    """A part of the device: how many belong to it, what the driver counted, and what an inspection found last."""

    id: UUID
    number: str
    article_number: str
    article_name: str
    quantity: int
    counted: int | None
    found: int | None


class ReturnDetail(Reply, frozen=True, kw_only=True):
    """A device with its parts, whether or not it stands at the desk."""

    device: ReturnItem
    parts: list[ReturnPartItem]
