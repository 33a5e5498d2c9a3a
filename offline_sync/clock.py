"""Three times are kept (docs/sync.md R7): the phone's own, the estimated true one, and when it was received. Pure.

A wrong clock is flagged, never refused, and never moves an event into the future.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

#: A clock further off than this is flagged (SR-23).
SKEW: Final = timedelta(minutes=5)
#: A push travels this long without being taken for a wrong clock.
TRAVEL: Final = timedelta(seconds=60)
#: No outbox is older: an event before this is a clock that was never set.
OLDEST: Final = timedelta(days=366)


@dataclass(frozen=True)
class EventTime:
    """When something happened on the phone.

    Attributes:
        at: the phone's raw time in UTC (the received time when it could not be read).
        estimated: the best guess of the true time, never after ``received``.
        skewed: the clock was wrong by more than ``SKEW``, or could not be read.
    """

    at: datetime
    estimated: datetime
    skewed: bool


def parse_time(value: Any) -> datetime | None:
    """An ISO 8601 text as UTC, or None when it is no time that a database can hold."""
    if not isinstance(value, str):
        return None
    try:
        parsed = msgspec.convert(value, datetime)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC)
    except (msgspec.ValidationError, ValueError, OverflowError):
        return None


def estimate_times(
    events: Sequence[tuple[datetime | None, float | None]],
    sent_at: datetime | None,
    received_at: datetime,
    earliest: datetime,
) -> list[EventTime]:
    """Estimate the true times of the commands of one push, in ``seq`` order.

    Args:
        events: per command the phone's time and its monotonic clock in milliseconds, where it gave them.
        sent_at: the phone's time when it sent the push; against ``received_at`` it tells the clock's offset.
        received_at: the server's time.
        earliest: when the install was registered; stands in for an event that is impossibly old.
    """
    offset = received_at - sent_at if sent_at else timedelta(0)
    if timedelta(0) <= offset <= TRAVEL:
        offset = timedelta(0)
    skewed = sent_at is None or abs(offset) > SKEW
    times = [_estimate(at, offset, received_at, earliest, skewed) for at, _mono in events]
    for index in range(len(times) - 2, -1, -1):
        # The monotonic clock went on while the wall clock went back: it was set between the two.
        at, mono = events[index]
        later_at, later_mono = events[index + 1]
        if at and later_at and mono is not None and later_mono is not None and later_mono > mono and later_at < at:
            times[index] = replace(
                times[index],
                estimated=min(times[index].estimated, times[index + 1].estimated),
                skewed=times[index].skewed or at - later_at > SKEW,
            )
    return times


def _estimate(
    at: datetime | None, offset: timedelta, received_at: datetime, earliest: datetime, skewed: bool
) -> EventTime:
    if at is None:
        return EventTime(received_at, received_at, skewed=True)
    try:
        estimated = at + offset
    except OverflowError:
        return EventTime(at, received_at, skewed=True)
    if estimated > received_at:
        return EventTime(at, received_at, skewed or estimated - received_at > SKEW)
    if estimated < received_at - OLDEST:
        return EventTime(at, min(earliest, received_at), skewed=True)
    return EventTime(at, estimated, skewed)
