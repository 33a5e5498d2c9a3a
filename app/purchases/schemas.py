"""What is read of purchases: devices and dates, nobody's name but who registered them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from app.web.structs import Reply


class PurchaseItem(Reply, frozen=True, kw_only=True):
    """A purchase. ``unlabelled`` is how many of its devices or numbers have no label yet; ``price_ore`` one's price."""

    id: UUID
    article_number: str
    article_name: str
    count: int
    first_number: str
    last_number: str
    reference: str
    batch: str
    supplier: str
    purchased_on: date
    price_ore: int | None
    warranty_to: date | None
    location_name: str
    state: Literal["ordered", "arrived", "cancelled"]
    registered_at: datetime
    registered_by_name: str
    closed_at: datetime | None
    rv: int
    unlabelled: int


class PurchaseList(Reply, frozen=True, kw_only=True):
    """What is waited for first, then the newest."""

    items: list[PurchaseItem]


class PurchasedDevice(Reply, frozen=True, kw_only=True):
    """A number of the purchase; ``status`` is "" until there is a device of that number."""

    number: str
    serial: str
    status: str


class PurchaseDetail(Reply, frozen=True, kw_only=True):
    """A purchase with its devices, in the order of their numbers."""

    purchase: PurchaseItem
    devices: list[PurchasedDevice]
