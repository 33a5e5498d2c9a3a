"""What is read of safety notices: devices, never who has them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.web.structs import Reply


class SafetyNoticeItem(Reply, frozen=True, kw_only=True):
    """A notice. ``covered`` is how many devices it is about, ``done`` with how many its action was done.

    ``listed`` is how many devices it names by number. A lifted notice covers none.
    """

    id: UUID
    title: str
    text: str
    reference: str
    action: str
    article_number: str | None
    article_name: str | None
    serial_from: str | None
    serial_to: str | None
    batch: str | None
    listed: int
    set_at: datetime
    set_by_name: str
    lifted_at: datetime | None
    lift_note: str
    covered: int
    done: int
    rv: int


class SafetyNoticeList(Reply, frozen=True, kw_only=True):
    """Those that hold first, then the newest."""

    items: list[SafetyNoticeItem]


class CoveredDevice(Reply, frozen=True, kw_only=True):
    """A device that a notice is about."""

    number: str
    serial: str
    article_name: str
    status: str
    done_at: datetime | None
    done_by_name: str


class SafetyNoticeDetail(Reply, frozen=True, kw_only=True):
    """A notice and the first of its devices, those that wait for the action first."""

    notice: SafetyNoticeItem
    devices: list[CoveredDevice]
