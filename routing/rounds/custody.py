"""The one chain of custody, as a pure fold over what was recorded (sync rule R4, case 9, invariant J12).

The events of one device (or of one task, for goods without a number) are put in order of event time, whatever order
they arrived in, and each is asked whether it fits where the goods were just before. What fits is a link. What says the
same as a link (the same action at the same stop) is merged. The rest stands beside the chain, for a person to look at.
Equal events give equal chains: arrival order, clock and database play no part.

Small steps that nobody recorded are bridged: a driver delivers what was never scanned at loading; the warehouse
registers the arrival of what was never recorded as collected. ``Folded.chain`` has such steps too, so it has no gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

Kind: TypeAlias = Literal["load", "deliver", "collect", "unload", "arrive", "hand_over"]
Standing: TypeAlias = Literal["chain", "merged", "beside", "undone"]
Ruling: TypeAlias = Literal["held", "forced"]
Place: TypeAlias = tuple[Literal["location", "holder"], UUID]

#: Why an event stands beside the chain: somebody else had the goods, or they are registered on another patient.
OTHER_DRIVER: Final = "custody.other_driver"
OTHER_HOLDER: Final = "stop.other_holder"


@dataclass(frozen=True)
class Event:
    """One recorded step.

    Attributes:
        at: event time; ``command_id`` and then ``id`` decide between equal times.
        source, target: where the goods were and where they went, as the one who recorded it saw it.
        stop_id, task_id: for what; equal kinds at one stop are one action.
        ruling: held back by a rule of its command, or made a link by a person's decision.
        undone: taken back by its author.
    """

    id: UUID
    command_id: UUID
    kind: Kind
    source: Place
    target: Place
    at: datetime
    stop_id: UUID | None = None
    task_id: UUID | None = None
    ruling: Ruling | None = None
    undone: bool = False


@dataclass(frozen=True)
class Registered:
    """A holding in the register: from ``starts_at`` the goods are with ``holder``, until ``ends_at``.

    ``starts_at`` is None for one that a delivery among the events made: only its end tells something new.
    """

    holder: UUID
    starts_at: datetime | None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """A step of the chain; ``event`` is None where nobody recorded it."""

    source: Place
    target: Place
    at: datetime
    event: Event | None = None


@dataclass(frozen=True)
class Folded:
    """What came out.

    Attributes:
        chain: the steps in order; each begins where the one before ended.
        standing: event id -> its standing.
        reasons: event id -> why it stands beside; not for events held back by a rule.
    """

    chain: tuple[Step, ...]
    standing: Mapping[UUID, Standing]
    reasons: Mapping[UUID, str] = field(default_factory=dict)

    @property
    def links(self) -> tuple[Event, ...]:
        """The recorded events of the chain."""
        return tuple(step.event for step in self.chain if step.event is not None)


def fold(events: Iterable[Event], vans: frozenset[UUID], registered: Iterable[Registered] = ()) -> Folded:
    """Fold the events of one device or task.

    Args:
        events: all of them, in any order.
        vans: which locations are vans; goods in one of them are in somebody's hands.
        registered: the device's holdings, annulled ones and those that the next hand-over ended left out.
    """
    folding = _Folding(vans)
    # A hand-over that was registered at the same moment comes first: an event then says what happened next.
    facts: list[tuple[datetime, int, UUID, UUID, Event | Registered | None]] = []
    for holding in registered:
        if holding.starts_at is not None:
            facts.append((holding.starts_at, 0, holding.holder, holding.holder, holding))
        if holding.ends_at is not None:
            facts.append((holding.ends_at, 0, holding.holder, holding.holder, None))
    facts += [(event.at, 1, event.command_id, event.id, event) for event in events]
    for at, _, holder, _, fact in sorted(facts, key=lambda entry: entry[:4]):
        if isinstance(fact, Event):
            folding.take(fact)
        else:
            folding.register(at, holder, begins=fact is not None)
    return Folded(tuple(folding.chain), folding.standing, folding.reasons)


class _Folding:
    """The fold's state: where the goods are (None: nobody knows), and what came out so far."""

    def __init__(self, vans: frozenset[UUID]) -> None:
        self.vans = vans
        self.place: Place | None = None
        self.chain: list[Step] = []
        self.standing: dict[UUID, Standing] = {}
        self.reasons: dict[UUID, str] = {}

    def register(self, at: datetime, holder: UUID, *, begins: bool) -> None:
        target: Place = ("holder", holder)
        if begins:
            self._bridge(target, at)
        elif self.place == target:
            # Ended by something that is not here: where the goods went, the next event tells.
            self.place = None

    def take(self, event: Event) -> None:
        if event.undone:
            self.standing[event.id] = "undone"
        elif event.ruling == "held":
            self.standing[event.id] = "beside"
        elif event.ruling == "forced" or self._fits(event):
            self._bridge(event.source, event.at)
            self.chain.append(Step(event.source, event.target, event.at, event))
            self.place = event.target
            self.standing[event.id] = "chain"
        elif self._same_action(event):
            self.standing[event.id] = "merged"
        else:
            self.standing[event.id] = "beside"
            with_holder = self.place is not None and self.place[0] == "holder"
            self.reasons[event.id] = OTHER_HOLDER if with_holder and event.kind == "collect" else OTHER_DRIVER

    def _fits(self, event: Event) -> bool:
        place = self.place
        if place is None or place == event.source:
            # A second load into the same van is not a step: the first one is.
            return True
        if event.kind == "arrive":
            # The warehouse has it in hand; how it came there was not recorded.
            return place != event.target
        in_store = place[0] == "location" and place[1] not in self.vans
        if event.kind in {"load", "deliver", "collect", "hand_over"} and in_store:
            return True
        # Handed over from van to van on the road: it is for the very same task, so it is the same goods' next step.
        previous = self.chain[-1].event if self.chain else None
        return (
            event.kind == "deliver"
            and place[0] == "location"
            and previous is not None
            and event.task_id is not None
            and previous.task_id == event.task_id
        )

    def _same_action(self, event: Event) -> bool:
        if event.kind == "unload" or (event.kind == "arrive" and self.place == event.target):
            # A van that came back, or goods that are there already: nothing that anybody must look at.
            return True
        return event.stop_id is not None and any(
            link.kind == event.kind and link.stop_id == event.stop_id for link in self._links()
        )

    def _links(self) -> list[Event]:
        return [step.event for step in self.chain if step.event is not None]

    def _bridge(self, target: Place, at: datetime) -> None:
        place = self.place
        if place is None and self.chain:
            # Nobody knows where they were meanwhile; they went on from where they were seen last.
            place = self.chain[-1].target
        if place is not None and place != target:
            self.chain.append(Step(place, target, at))
        self.place = target
