"""The arguments of the commands on plans and vans. Unknown fields are refused (SR-25)."""

from __future__ import annotations

from datetime import date, time
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from offline_sync.commands import Arguments


class Pin(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A stop that is to stay on a round; ``first``: and to be its next one."""

    stop_id: UUID
    round_id: UUID
    first: bool = False


class StartPlan(Arguments, frozen=True, kw_only=True):
    """Ask for a plan. The aggregate is its id, made by the client.

    Attributes:
        kind: ``day`` spreads all planned stops over rounds that have not set out; ``urgent`` puts the stops of
            ``new_round_id`` into rounds that are published or on their way, and disturbs them as little as it can.
        round_ids: all of the day's that the kind fits when empty.
        seconds: of search, for ``day``.
    """

    on_day: date
    kind: Literal["day", "urgent"] = "day"
    round_ids: Annotated[tuple[UUID, ...], Meta(max_length=100)] = ()
    new_round_id: UUID | None = None
    pins: Annotated[tuple[Pin, ...], Meta(max_length=500)] = ()
    seconds: Annotated[int, Meta(ge=1, le=60)] = 10


class CancelPlan(Arguments, frozen=True, kw_only=True):
    """Stop the search; nothing has been changed."""


class TakePlan(Arguments, frozen=True, kw_only=True):
    """Make the rounds as the plan says; ``publish``: and let the drivers see those that were drafts."""

    publish: bool = False


class EquipVan(Arguments, frozen=True, kw_only=True):
    """What a van takes, what it can, and when it drives."""

    wheelchair_slots: Annotated[int, Meta(ge=0, le=100)]
    bed_slots: Annotated[int, Meta(ge=0, le=100)]
    volume_litres: Annotated[int, Meta(ge=0, le=100_000)]
    weight_kg: Annotated[int, Meta(ge=0, le=50_000)]
    skills: Annotated[tuple[Literal["two_persons", "tail_lift", "electrician"], ...], Meta(max_length=3)] = ()
    shift_from: time = time(7)
    shift_to: time = time(16)
    break_minutes: Annotated[int, Meta(ge=0, le=120)] = 0
    break_from: time = time(11)
    break_to: time = time(13)
