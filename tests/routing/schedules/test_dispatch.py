"""The day an order goes out, by its earliest day and the list of rounds (R-120 to R-122, R-276, R-279, R-283)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from uuid import UUID

import pytest

from app.policy.working_time import Calendar
from routing.schedules.dispatch import Parcel, Template, covers, days_of, dispatch, drives_on

CALENDAR = Calendar()
CLINIC = UUID(int=7)
WEDNESDAY = Template(UUID(int=1), "Onsdagsturen", frozenset({2}), prefixes=("961",), towns=("Boden",))
#: A Thursday in the middle of November 2026.
TODAY = date(2026, 11, 19)
ORDERED = datetime(2026, 11, 19, 8, tzinfo=UTC)


def parcel(**more: object) -> Parcel:
    values: dict[str, object] = {"earliest": TODAY, "ordered_at": ORDERED, "postcode": "961 32", "town": "Boden"}
    return Parcel(**{**values, **more})  # type: ignore[arg-type]


def test_an_order_goes_with_the_next_round_of_its_list() -> None:
    """R-283: the delivery day follows the list, not the day that it can leave."""
    found = dispatch(parcel(), [WEDNESDAY], CALENDAR, TODAY)
    assert (found.day, found.template, found.reason) == (date(2026, 11, 25), WEDNESDAY, "round_list")


def test_an_order_never_goes_before_its_earliest_day() -> None:
    """R-120, R-121."""
    assert dispatch(parcel(earliest=date(2026, 11, 26)), [WEDNESDAY], CALENDAR, TODAY).day == date(2026, 12, 2)
    assert dispatch(parcel(earliest=date(2026, 11, 25)), [WEDNESDAY], CALENDAR, TODAY).day == date(2026, 11, 25)


def test_an_order_that_has_waited_goes_today_at_the_earliest() -> None:
    assert dispatch(parcel(earliest=date(2026, 1, 7)), [WEDNESDAY], CALENDAR, TODAY).day == date(2026, 11, 25)


def test_a_customer_with_daily_deliveries_waits_for_no_list() -> None:
    """R-122; a Saturday is no delivery day."""
    daily = parcel(agreement="daily")
    assert dispatch(daily, [WEDNESDAY], CALENDAR, TODAY).day == TODAY
    assert dispatch(replace(daily, earliest=date(2026, 11, 21)), [WEDNESDAY], CALENDAR, TODAY).day == date(2026, 11, 23)


def test_an_address_that_no_list_covers_says_so() -> None:
    found = dispatch(parcel(postcode="97231", town="Luleå"), [WEDNESDAY], CALENDAR, TODAY)
    assert (found.day, found.template, found.reason) == (TODAY, None, "no_list")


def test_something_urgent_waits_for_no_list() -> None:
    """R-123."""
    assert dispatch(parcel(urgent=True), [WEDNESDAY], CALENDAR, TODAY).reason == "urgent"


@pytest.mark.parametrize(
    ("minute", "day"),
    [(59, date(2026, 11, 20)), (0, date(2026, 11, 20)), (1, date(2026, 11, 23))],
)
def test_internal_post_goes_the_next_day_when_ordered_before_noon(minute: int, day: date) -> None:
    """R-279: ordered before 12.00 the day before."""
    post = Template(
        UUID(int=2),
        "Internposten",
        frozenset(range(5)),
        "internal_post",
        parties=frozenset({CLINIC}),
        cutoff_days=1,
        cutoff_at=time(12),
    )
    hour = 10 if minute == 59 else 11  # UTC: Stockholm is an hour ahead in November
    ordered = datetime(2026, 11, 19, hour, minute, tzinfo=UTC)
    sent = parcel(carrier="internal_post", served=CLINIC, ordered_at=ordered)
    assert dispatch(sent, [post, WEDNESDAY], CALENDAR, TODAY).day == day


def test_a_parcel_by_post_leaves_on_a_working_day() -> None:
    """R-281."""
    found = dispatch(parcel(carrier="postal", earliest=date(2026, 11, 22)), [WEDNESDAY], CALENDAR, TODAY)
    assert (found.day, found.reason) == (date(2026, 11, 23), "postal")


@pytest.mark.parametrize(
    ("rule", "day"),
    [("after", date(2027, 1, 7)), ("before", date(2027, 1, 5)), ("none", None)],
)
def test_a_holiday_moves_the_round(rule: str, day: date | None) -> None:
    """Epiphany of 2027 is a Wednesday."""
    template = replace(WEDNESDAY, on_holiday=rule)  # type: ignore[arg-type]
    assert drives_on(template, date(2027, 1, 6), CALENDAR) == day
    first = next(days_of(template, date(2027, 1, 4), CALENDAR))
    assert first == (day or date(2027, 1, 13))


def test_an_eve_that_counts_as_a_holiday_moves_the_round_past_the_feast() -> None:
    """R-245: Christmas Eve of 2026 is a Thursday; Christmas Day and the weekend follow."""
    thursday = replace(WEDNESDAY, weekdays=frozenset({3}))
    assert drives_on(thursday, date(2026, 12, 24), CALENDAR) == date(2026, 12, 28)


def test_a_round_on_a_day_that_the_centre_is_closed_is_no_holiday() -> None:
    """A region may drive on Saturdays."""
    saturday = replace(WEDNESDAY, weekdays=frozenset({5}))
    assert drives_on(saturday, date(2026, 11, 21), CALENDAR) == date(2026, 11, 21)


def test_a_daily_round_that_is_moved_drives_once() -> None:
    every = replace(WEDNESDAY, weekdays=frozenset(range(5)))
    days = list(days_of(every, date(2027, 1, 4), CALENDAR))[:4]
    assert days == [date(2027, 1, 4), date(2027, 1, 5), date(2027, 1, 7), date(2027, 1, 8)]


def test_of_two_lists_on_one_day_the_nearer_one_takes_it() -> None:
    """A fixed stop before a postcode, a long prefix before a short one, a postcode before a place."""
    near = replace(WEDNESDAY, id=UUID(int=3), name="Nära", prefixes=("96132",))
    clinic = replace(WEDNESDAY, id=UUID(int=4), name="Ö", prefixes=(), towns=(), parties=frozenset({CLINIC}))
    assert dispatch(parcel(), [WEDNESDAY, near], CALENDAR, TODAY).template == near
    assert dispatch(parcel(served=CLINIC), [WEDNESDAY, near, clinic], CALENDAR, TODAY).template == clinic
    assert covers(WEDNESDAY, parcel(postcode="", town=" boden ")) == 50
    assert covers(replace(WEDNESDAY, prefixes=("",)), parcel(postcode="", town="")) == 0, "an empty prefix is no area"
