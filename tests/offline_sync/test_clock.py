"""Three times (R7, SR-23): the order of one phone's events, no time in the future, wrong clocks flagged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from offline_sync.clock import estimate_times, parse_time

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MADE = NOW - timedelta(days=3)
HOUR = timedelta(hours=1)


def one(at: datetime | None, sent_at: datetime | None) -> tuple[datetime, bool]:
    time = estimate_times([(at, None)], sent_at, NOW, MADE)[0]
    return time.estimated, time.skewed


def test_a_right_clock_is_believed_though_the_push_took_a_while() -> None:
    assert one(NOW - HOUR, NOW - timedelta(seconds=40)) == (NOW - HOUR, False)


@pytest.mark.parametrize(
    "wrong", [timedelta(days=3650), -timedelta(days=3650), timedelta(hours=2), -timedelta(hours=2)]
)
def test_a_wrong_clock_is_corrected_and_flagged(wrong: timedelta) -> None:
    assert one(NOW - HOUR + wrong, NOW + wrong) == (NOW - HOUR, True)


def test_a_clock_three_minutes_ahead_is_corrected_without_a_flag() -> None:
    ahead = timedelta(minutes=3)
    assert one(NOW - HOUR + ahead, NOW + ahead) == (NOW - HOUR, False)


def test_no_event_is_in_the_future_or_older_than_an_outbox_can_be() -> None:
    assert one(NOW + HOUR, NOW) == (NOW, True)
    assert one(datetime(1970, 1, 1, tzinfo=UTC), NOW) == (MADE, True)
    assert one(None, NOW) == (NOW, True)
    assert one(NOW - HOUR, None) == (NOW - HOUR, True)


def test_a_clock_that_was_set_back_between_two_events_keeps_their_order() -> None:
    """The monotonic clock tells it: the first event cannot be after the second."""
    first, second = NOW - timedelta(minutes=10), NOW - timedelta(minutes=65)
    times = estimate_times([(first, 1000.0), (second, 61_000.0)], NOW - HOUR, NOW, MADE)
    assert times[0].estimated <= times[1].estimated
    assert times[0].skewed


def test_a_restarted_monotonic_clock_tells_nothing() -> None:
    times = estimate_times([(NOW - HOUR, 90_000.0), (NOW - 2 * HOUR, 10.0)], NOW, NOW, MADE)
    assert [time.estimated for time in times] == [NOW - HOUR, NOW - 2 * HOUR]


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "i går", "", "2026-02-30T00:00:00Z", None, 7, "9" * 50])
def test_what_is_no_time(text: object) -> None:
    assert parse_time(text) is None


def test_times_come_as_utc() -> None:
    assert parse_time("2026-10-25T02:30:00+02:00") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert parse_time("2028-02-29T12:00:00") == datetime(2028, 2, 29, 12, tzinfo=UTC)


@given(
    st.lists(
        st.tuples(st.none() | st.datetimes(timezones=st.just(UTC)), st.none() | st.floats()), min_size=1, max_size=5
    ),
    st.none() | st.datetimes(timezones=st.just(UTC)),
)
def test_whatever_the_phone_says_there_is_an_answer(
    events: list[tuple[datetime | None, float | None]], sent_at: datetime | None
) -> None:
    for time in estimate_times(events, sent_at, NOW, MADE):
        assert NOW - timedelta(days=366) <= time.estimated <= NOW
