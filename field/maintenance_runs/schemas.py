"""What the office reads of maintenance runs. An address without a name is a person's all the same: reads are logged."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from app.web.structs import Reply


class ProposedTask(Reply, frozen=True, kw_only=True):
    """Something that waits at the door."""

    kind: str
    number: str
    title: str
    due_on: date | None
    order_number: str | None


class ProposedDoor(Reply, frozen=True, kw_only=True):
    """A door with its local times and everything that waits there ("Medan du är här")."""

    key: str
    street: str
    postcode: str
    town: str
    arrive: str
    leave: str
    tasks: list[ProposedTask]


class ProposedDay(Reply, frozen=True, kw_only=True):
    """One day's way."""

    day: date
    depart: str
    back: str
    kilometres: float
    doors: list[ProposedDoor]


class LeftOutTask(Reply, frozen=True, kw_only=True):
    """What the proposal does not hold, and why."""

    kind: str
    number: str
    title: str
    town: str
    reason: str


class RunProposal(Reply, frozen=True, kw_only=True):
    """A proposal to change and publish. ``visits_apart`` is how many doors it would be with one errand each."""

    days: list[ProposedDay]
    left_out: list[LeftOutTask]
    estimated: bool
    visits: int
    visits_apart: int


class RunItem(Reply, frozen=True, kw_only=True):
    """A run that was published; ``done`` of its ``orders`` are closed."""

    id: UUID
    name: str
    technician_name: str
    first_day: date
    last_day: date
    published_at: datetime
    withdrawn_at: datetime | None
    stops: int
    orders: int
    done: int


class RunList(Reply, frozen=True, kw_only=True):
    """The newest first."""

    items: list[RunItem]
