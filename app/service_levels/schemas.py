"""What the follow-up of promises answers: numbers, never whose orders they are."""

from __future__ import annotations

from datetime import date
from typing import Literal, TypeAlias
from uuid import UUID

from app.web.structs import Reply

Event: TypeAlias = Literal["contact", "start", "done"]


class Promise(Reply, frozen=True, kw_only=True):
    """A clock of the region's policy of now and the priorities that it runs for (R-213, R-214).

    ``share``: percent that should make it; 100 for a promise to each.
    """

    event: Event
    amount: int
    unit: Literal["working_days", "hours", "opening_hours"]
    kind: Literal["hard", "goal"]
    share: int
    priorities: list[int]


class Kept(Reply, frozen=True, kw_only=True):
    """How many promises of one kind, week and team are met, missed, or neither yet. ``week`` is its Monday."""

    week: date
    team_id: UUID | None
    team: str
    event: Event
    met: int
    missed: int
    running: int


class ServiceLevels(Reply, frozen=True, kw_only=True):
    """The board: every week that was asked for, by its Monday, also one in which nothing was registered."""

    weeks: list[date]
    promises: list[Promise]
    kept: list[Kept]
