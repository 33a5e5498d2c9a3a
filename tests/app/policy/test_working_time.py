"""Deadlines decide whom a technician visits today: every working day, holiday and clock change must be right."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.policy.working_time import (
    DEFAULT_WEEK,
    STOCKHOLM,
    Calendar,
    OpeningHours,
    add_hours,
    add_working_days,
    working_minutes_between,
)

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "working_time.json").read_text("utf-8")
)
CALENDAR = Calendar()


def stockholm(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


@pytest.mark.parametrize("vector", VECTORS["working_days"], ids=lambda v: v["why"])
def test_working_days(vector: dict[str, Any]) -> None:
    due = add_working_days(stockholm(vector["registered"]), vector["days"], CALENDAR)
    assert due == stockholm(vector["due"])
    assert due.tzinfo is UTC


@pytest.mark.parametrize("vector", VECTORS["hours"], ids=lambda v: v["why"])
def test_hours(vector: dict[str, Any]) -> None:
    registered = stockholm(vector["registered"])
    due = add_hours(registered, vector["hours"], CALENDAR, opening_hours=vector["opening_hours"])
    assert due == stockholm(vector["due"])
    assert due.tzinfo is UTC


@pytest.mark.parametrize("vector", VECTORS["minutes_between"])
def test_minutes_between(vector: dict[str, Any]) -> None:
    minutes = working_minutes_between(stockholm(vector["from"]), stockholm(vector["to"]), CALENDAR)
    assert minutes == vector["minutes"]


def test_sundays_and_bank_days_are_not_public_holidays() -> None:
    """The holiday library may count Sundays and eves; a centre open every day shows which days really are holidays."""
    always = OpeningHours(time(8), time(16))
    calendar = Calendar(week=(always,) * 7, closed_eves=())
    days = [date(2026, 1, 1) + timedelta(days=offset) for offset in range(365)]
    closed = [day for day in days if calendar.hours(day) is None]
    assert closed == [
        date(2026, 1, 1),
        date(2026, 1, 6),
        date(2026, 4, 3),
        date(2026, 4, 5),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 5, 24),
        date(2026, 6, 6),
        date(2026, 6, 20),
        date(2026, 10, 31),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ]


@pytest.mark.parametrize(
    ("eve", "day"),
    [
        ("midsummer_eve", date(2026, 6, 19)),
        ("midsummer_eve", date(2027, 6, 25)),
        ("christmas_eve", date(2026, 12, 24)),
        ("new_years_eve", date(2026, 12, 31)),
    ],
)
def test_eves_are_closed_only_when_the_calendar_says_so(eve: Any, day: date) -> None:
    assert Calendar(closed_eves=(eve,)).hours(day) is None
    assert Calendar(closed_eves=()).hours(day) is not None


def test_region_may_close_further_days() -> None:
    calendar = Calendar(closed_days=(date(2026, 6, 22),))
    assert add_working_days(stockholm("2026-06-18T10:00"), 1, calendar) == stockholm("2026-06-23T16:30")


@pytest.mark.parametrize(
    "week",
    [(), (None,) * 7, (*DEFAULT_WEEK[:6], OpeningHours(time(16), time(8)))],
)
def test_unusable_calendars_are_refused(week: Any) -> None:
    with pytest.raises(ValueError, match="week"):
        Calendar(week=week)


def test_naive_times_and_empty_amounts_are_refused() -> None:
    naive = datetime(2026, 6, 17, 10)  # noqa: DTZ001 - a time without zone is what is refused
    with pytest.raises(ValueError, match="time zone"):
        add_working_days(naive, 1, CALENDAR)
    with pytest.raises(ValueError, match="time zone"):
        add_hours(naive, 1, CALENDAR, opening_hours=False)
    with pytest.raises(ValueError, match="days"):
        add_working_days(stockholm("2026-06-17T10:00"), 0, CALENDAR)
    with pytest.raises(ValueError, match="hours"):
        add_hours(stockholm("2026-06-17T10:00"), 0, CALENDAR, opening_hours=True)


moments = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone given beside


@given(moments, st.integers(1, 60))
def test_opening_hours_and_minutes_agree(registered: datetime, hours: int) -> None:
    """Adding opening hours and then counting them gives back what was added."""
    due = add_hours(registered, hours, CALENDAR, opening_hours=True)
    assert working_minutes_between(registered, due, CALENDAR) == hours * 60


@given(moments, st.integers(1, 30))
def test_each_further_working_day_is_later_and_ends_at_closing(registered: datetime, days: int) -> None:
    first = add_working_days(registered, days, CALENDAR)
    second = add_working_days(registered, days + 1, CALENDAR)
    assert registered < first < second
    local = first.astimezone(STOCKHOLM)
    assert local.time() == (time(16, 0) if local.weekday() == 4 else time(16, 30))


_FIRST = datetime(2019, 1, 1, tzinfo=UTC)


@given(
    a=st.integers(0, 12 * 365 * 24 * 60).map(lambda minutes: _FIRST + timedelta(minutes=minutes)),
    b=st.integers(0, 12 * 365 * 24 * 60).map(lambda minutes: _FIRST + timedelta(minutes=minutes)),
)
@settings(max_examples=60, deadline=None)
def test_minutes_between_are_the_sum_of_the_days(a: datetime, b: datetime) -> None:
    """The sums that are kept for each year say the same as counting day by day, over new years and summer time."""
    calendar = Calendar(closed_days=(date(2024, 2, 29),))
    first, last = min(a, b), max(a, b)
    total, day = timedelta(), first.astimezone(STOCKHOLM).date()
    while day <= last.astimezone(STOCKHOLM).date():
        hours = calendar.hours(day)
        if hours is not None:
            total += max(min(hours[1], last) - max(hours[0], first), timedelta())
        day += timedelta(days=1)
    minutes = int(total.total_seconds() // 60)
    assert working_minutes_between(a, b, calendar) == (minutes if a <= b else -minutes)
