"""Where a device was at every moment: a pure fold of its holdings and its chain of custody, without a gap (SR-28).

Each moment from the first thing that is known of the device until now lies in exactly one span. Where nobody recorded
where it went, the span says so instead of being left out: a chain that hides its gaps is worth nothing in a recall.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

SpanKind: TypeAlias = Literal["holder", "location", "unrecorded", "scrapped"]
Place: TypeAlias = tuple[SpanKind, UUID | None]

UNRECORDED: Final[Place] = ("unrecorded", None)
SCRAPPED: Final[Place] = ("scrapped", None)

_END, _BEGIN, _MOVE, _SCRAP = range(4)


@dataclass(frozen=True)
class Stay:
    """A holding: the device is with a person or party from ``starts_at`` until ``ends_at`` (None: still)."""

    holder: UUID
    starts_at: datetime
    ends_at: datetime | None


@dataclass(frozen=True)
class Move:
    """A link of the chain of custody: from ``at`` the device is at a location or with a holder."""

    at: datetime
    kind: Literal["location", "holder"]
    target: UUID


@dataclass(frozen=True)
class Span:
    """From ``starts_at`` up to, not including, ``ends_at`` (None: still) the device is at one place."""

    kind: SpanKind
    subject: UUID | None
    starts_at: datetime
    ends_at: datetime | None


def lifeline(
    stays: Iterable[Stay],
    moves: Iterable[Move],
    *,
    acquired: datetime | None = None,
    scrapped: datetime | None = None,
) -> tuple[Span, ...]:
    """Return the spans in order: each begins where the one before ends, and only the last is open.

    The latest fact at or before a moment says where the device is. The end of a holding says only that it is not there
    any more: where it went, the custody says, before or after. Of facts at one moment an end comes first, then a new
    holding, then a move. A holding that ends when it starts never was.

    Args:
        stays, moves: in any order; moves are the recorded links only.
        acquired: when the device was bought; until the first fact nobody recorded where it was.
        scrapped: when it was scrapped; later facts still count, for they were recorded.
    """
    facts: list[tuple[datetime, int, Place]] = []
    for stay in stays:
        if stay.ends_at == stay.starts_at:
            continue
        holder: Place = ("holder", stay.holder)
        facts.append((stay.starts_at, _BEGIN, holder))
        if stay.ends_at is not None:
            facts.append((stay.ends_at, _END, holder))
    facts += [(move.at, _MOVE, (move.kind, move.target)) for move in moves]
    if scrapped is not None:
        facts.append((scrapped, _SCRAP, SCRAPPED))
    # Sorted by moment and rank alone: two ids say nothing of what came first, so equal facts stay as they were given.
    facts.sort(key=lambda fact: fact[:2])
    place: Place = UNRECORDED
    changes: list[tuple[datetime, Place]] = []
    if acquired is not None and (not facts or acquired < facts[0][0]):
        changes.append((acquired, UNRECORDED))
    for at, rank, told in facts:
        # Ended, but it had been carried away before: the custody knows where.
        if rank == _END and place != told:
            continue
        place = UNRECORDED if rank == _END else told
        if changes and changes[-1][0] == at:
            changes.pop()
        if not changes or changes[-1][1] != place:
            changes.append((at, place))
    ends = [*(at for at, _ in changes[1:]), None]
    return tuple(Span(*where, at, ends[index]) for index, (at, where) in enumerate(changes))
