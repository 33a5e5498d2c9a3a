"""What the office reads of round schedules."""

from __future__ import annotations

from datetime import date, time
from typing import Literal
from uuid import UUID

from app.web.structs import Reply


class FixedStopRow(Reply, frozen=True, kw_only=True):
    """A stop that the round always uses for some care units and customers."""

    name: str
    street: str
    postcode: str
    town: str
    carrier_note: str
    window_from: time | None
    window_to: time | None
    party_numbers: list[str]


class TemplateRow(Reply, frozen=True, kw_only=True):
    """A round of the list. ``next_days``: when it drives next, holidays counted."""

    id: UUID
    name: str
    carrier: Literal["van", "internal_post"]
    weekdays: list[int]
    postcode_prefixes: list[str]
    towns: list[str]
    cutoff_days: int
    cutoff_at: time | None
    on_holiday: Literal["after", "before", "none"]
    van_id: UUID | None
    van_name: str | None
    driver_id: UUID | None
    driver_name: str | None
    fixed_stops: list[FixedStopRow]
    next_days: list[date]


class AgreementRow(Reply, frozen=True, kw_only=True):
    """How a customer has agreed to get deliveries."""

    number: str
    name: str
    kind: Literal["round_list", "daily"]


class Schedule(Reply, frozen=True, kw_only=True):
    """The region's list of rounds and its customers' agreements."""

    templates: list[TemplateRow]
    agreements: list[AgreementRow]


class DispatchDay(Reply, frozen=True, kw_only=True):
    """When an order goes out, with which round of the list, and why."""

    number: str
    day: date | None
    round_name: str | None
    reason: Literal["round_list", "daily", "no_list", "urgent", "postal"]
