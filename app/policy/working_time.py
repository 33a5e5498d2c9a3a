"""Working-time arithmetic: opening hours, Swedish public holidays and the eves that count as one (R-244, R-245).

Pure: no database, no clock. Times come in aware and go out in UTC; days and opening hours are those of Sweden,
so summer time is right by construction. Vectors: tests/vectors/working_time.json.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import holidays
import msgspec

STOCKHOLM = ZoneInfo("Europe/Stockholm")
Eve = Literal["midsummer_eve", "christmas_eve", "new_years_eve"]


class OpeningHours(msgspec.Struct, frozen=True):
    """One weekday's hours, local time: open from `opens` up to `closes`."""

    opens: time
    closes: time


_LONG_DAY = OpeningHours(time(8, 0), time(16, 30))
_FRIDAY = OpeningHours(time(8, 0), time(16, 0))
DEFAULT_WEEK: tuple[OpeningHours | None, ...] = (_LONG_DAY, _LONG_DAY, _LONG_DAY, _LONG_DAY, _FRIDAY, None, None)


class Calendar(msgspec.Struct, frozen=True):
    """When a region's centre is open.

    Attributes:
        week: seven entries, Monday first; None is closed. The default is R-244.
        closed_eves: eves that count as public holidays. The default is R-245.
        closed_days: further days off, decided by the region.

    Raises:
        ValueError: not seven days, no open day at all, or hours that end before they begin.
    """

    week: tuple[OpeningHours | None, ...] = DEFAULT_WEEK
    closed_eves: tuple[Eve, ...] = ("midsummer_eve", "christmas_eve", "new_years_eve")
    closed_days: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("week needs seven entries, Monday first")
        if not any(self.week):
            raise ValueError("week needs at least one open day")
        for hours in self.week:
            if hours is None:
                continue
            if hours.opens.tzinfo or hours.closes.tzinfo:
                raise ValueError("week has hours in local time, without a time zone")
            if hours.opens >= hours.closes:
                raise ValueError("week has hours that close before they open")

    def hours(self, day: date) -> tuple[datetime, datetime] | None:
        """Return opening and closing time of `day` in UTC, or None when closed."""
        hours = self.week[day.weekday()]
        if hours is None or self.is_holiday(day):
            return None
        opens, closes = (datetime.combine(day, at, STOCKHOLM).astimezone(UTC) for at in (hours.opens, hours.closes))
        return opens, closes

    def is_holiday(self, day: date) -> bool:
        """True for a public holiday, an eve that counts as one (R-245) or a day off of the region's own."""
        if day in _public_holidays(day.year) or day in self.closed_days:
            return True
        return any(_eve_day(eve, day.year) == day for eve in self.closed_eves)


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    # The library can count every Sunday as a Swedish holiday and knows bank and de facto holidays; the seeds
    # mean public holidays only, and Sundays are closed by the opening hours.
    return frozenset(holidays.country_holidays("SE", years=year, categories=("public",), include_sundays=False))


@lru_cache(maxsize=256)
def _eve_day(eve: Eve, year: int) -> date:
    if eve == "christmas_eve":
        return date(year, 12, 24)
    if eve == "new_years_eve":
        return date(year, 12, 31)
    # Midsummer Eve is the Friday of 19 to 25 June.
    first = date(year, 6, 19)
    return first + timedelta(days=(4 - first.weekday()) % 7)


def _local_day(moment: datetime) -> date:
    if moment.tzinfo is None:
        raise ValueError("times must say their time zone")
    return moment.astimezone(STOCKHOLM).date()


def _open_days(first: date, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    day = first
    while True:
        hours = calendar.hours(day)
        if hours is not None:
            yield hours
        day += timedelta(days=1)


def add_working_days(registered: datetime, days: int, calendar: Calendar) -> datetime:
    """Return the end of opening hours on the `days`-th working day after the registration day, in UTC.

    The registration day never counts, at whatever hour, open or closed (domain decision on R-187, R-189, R-213).

    Raises:
        ValueError: `days` below 1, or a time without a time zone.
    """
    if days < 1:
        raise ValueError("days is at least 1")
    left = days
    for _, closes in _open_days(_local_day(registered) + timedelta(days=1), calendar):
        left -= 1
        if left == 0:
            return closes
    raise AssertionError("the days do not end")


def add_hours(registered: datetime, hours: int, calendar: Calendar, *, opening_hours: bool) -> datetime:
    """Return the time `hours` later, in UTC: hours on the clock, or hours when the centre is open.

    Clock hours run through nights, holidays and the change of summer time (R-190: within 24 hours).

    Raises:
        ValueError: `hours` below 1, or a time without a time zone.
    """
    if hours < 1:
        raise ValueError("hours is at least 1")
    day = _local_day(registered)
    start, left = registered.astimezone(UTC), timedelta(hours=hours)
    if not opening_hours:
        return start + left
    for opens, closes in _open_days(day, calendar):
        begin = max(opens, start)
        room = closes - begin
        if room >= left:
            return begin + left
        left -= max(room, timedelta())
    raise AssertionError("the days do not end")


def working_minutes_between(a: datetime, b: datetime, calendar: Calendar) -> int:
    """Return the whole minutes of opening hours from `a` to `b`; negative when `b` is earlier.

    Raises:
        ValueError: a time without a time zone.
    """
    if b < a:
        return -working_minutes_between(b, a, calendar)
    total = _open_this_year(b, calendar) - _open_this_year(a, calendar)
    for year in range(_local_day(a).year, _local_day(b).year):
        total += _open_before_each_day(calendar, year)[-1]
    return int(total.total_seconds() // 60)


def _open_this_year(moment: datetime, calendar: Calendar) -> timedelta:
    """Return the opening hours from the new year, local time, up to the moment."""
    day = _local_day(moment)
    total = _open_before_each_day(calendar, day.year)[day.timetuple().tm_yday - 1]
    hours = calendar.hours(day)
    if hours is not None:
        total += max(min(hours[1], moment) - hours[0], timedelta())
    return total


@lru_cache(maxsize=64)
def _open_before_each_day(calendar: Calendar, year: int) -> tuple[timedelta, ...]:
    """Return the opening hours before each day of the year, and last those of all of it.

    Lists judge thousands of promises at a time, and some of those ran out long ago: nobody counts their days again.
    """
    sums, day = [timedelta()], date(year, 1, 1)
    while day.year == year:
        hours = calendar.hours(day)
        sums.append(sums[-1] + (hours[1] - hours[0] if hours else timedelta()))
        day += timedelta(days=1)
    return tuple(sums)
