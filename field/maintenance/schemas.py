"""What the office reads of maintenance: devices and places, never who has them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from app.web.structs import Reply


class DueItem(Reply, frozen=True, kw_only=True):
    """A device that is due, and how far its occasion has come; "none" when nobody has begun with it.

    ``notice_by`` is the last day on which the holder can be told in time (R-228); ``label_month`` the day whose month
    stands on the label. ``held``: somebody has the device; else it is at the centre.
    """

    device_id: UUID
    device_number: str
    article_name: str
    article_number: str
    due_on: date
    notice_by: date
    state: str
    notified_on: date | None
    agreed: bool
    booked_on: date | None
    performed_on: date | None
    label_month: date | None
    note: str
    order_number: str | None
    technician_name: str | None
    site_restricted: bool
    plan_name: str
    postcode: str
    town: str
    held: bool


class DueList(Reply, frozen=True, kw_only=True):
    """One page, the first due first; ``next_cursor`` is None on the last one."""

    items: list[DueItem]
    next_cursor: str | None


class Unfinished(Reply, frozen=True, kw_only=True):
    """What waits for somebody, the gravest first."""

    items: list[DueItem]


class MaintenancePlanItem(Reply, frozen=True, kw_only=True):
    """A plan; for a device, an article or an ISO class."""

    id: UUID
    name: str
    device_number: str | None
    article_number: str | None
    article_name: str | None
    iso_class: str | None
    ground: str
    ground_text: str
    interval_months: int
    due_from: str
    template_id: str
    template_version: int
    made_by_name: str
    made_at: datetime
    ended_at: datetime | None
    rv: int


class TemplateChoice(Reply, frozen=True, kw_only=True):
    """A protocol template that a plan may name."""

    id: str
    version: int
    title_sv: str
    title_en: str
    interval_months: int | None


class MaintenancePlanList(Reply, frozen=True, kw_only=True):
    """The plans, those that hold first, and the templates to choose from."""

    items: list[MaintenancePlanItem]
    templates: list[TemplateChoice]
