"""The arguments of the commands about maintenance runs (SR-25)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from offline_sync.commands import Arguments


class RunTask(Arguments, frozen=True, kw_only=True):
    """Maintenance of a device, an open order, or a pick-up that is taken along; by its number."""

    kind: Literal["maintenance", "order", "pickup"]
    number: Annotated[str, Meta(pattern="^[0-9]{4,12}$")]
    title: Annotated[str, Meta(max_length=200)] = ""


class RunStop(Arguments, frozen=True, kw_only=True):
    """One door on one day; the order of the stops is the order of driving."""

    on: date
    tasks: Annotated[tuple[RunTask, ...], Meta(min_length=1, max_length=50)]


class PublishRun(Arguments, frozen=True, kw_only=True):
    """A run as the planner wants it: all of it is booked for the technician, or nothing. The aggregate is its id."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    technician_id: UUID
    stops: Annotated[tuple[RunStop, ...], Meta(min_length=1, max_length=200)]


class WithdrawRun(Arguments, frozen=True, kw_only=True):
    """The run's list leaves the phone; what it booked stays booked."""
