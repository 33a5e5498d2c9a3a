"""Which day an order goes out: pure rules, no database, no clock.

The date on an order is the earliest day that it can leave the centre (R-120, R-121); the real day follows the list of
rounds, or is any working day, as its customer has agreed (R-122, R-283).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal, TypeAlias
from uuid import UUID

from app.policy.working_time import STOCKHOLM, Calendar

OnHoliday: TypeAlias = Literal["after", "before", "none"]
Carrier: TypeAlias = Literal["van", "internal_post", "postal"]
#: Why that day: by the list, daily by agreement, daily because no list covers the address, urgent, or by post.
DispatchReason: TypeAlias = Literal["round_list", "daily", "no_list", "urgent", "postal"]

#: How far ahead a day is looked for: a list that never drives within it has no day.
HORIZON: Final = timedelta(days=70)
#: A round is moved for a holiday by no more than this; the longest run of closed days is shorter.
_MOST_MOVED: Final = 14


@dataclass(frozen=True)
class Template:
    """A round of the list.

    Attributes:
        weekdays: Monday is 0.
        prefixes: how the postcodes of its area begin, without spaces.
        towns: places of its area.
        parties: care units and customers whose goods are handed over at its fixed stops (R-277).
        cutoff_days, cutoff_at: what is ordered after this time so many days before goes with the next; None for no
            such time (R-279).
        on_holiday: when its weekday is a holiday it drives on the working day after or before, or not at all.
    """

    id: UUID
    name: str
    weekdays: frozenset[int]
    carrier: Carrier = "van"
    prefixes: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    parties: frozenset[UUID] = frozenset()
    cutoff_days: int = 0
    cutoff_at: time | None = None
    on_holiday: OnHoliday = "after"


@dataclass(frozen=True)
class Parcel:
    """What of an order, or of a pick-up, decides its day.

    Attributes:
        earliest: the first day that it can leave the centre (R-120).
        ordered_at: when it was ordered, for the cut-off time.
        served: the care unit or customer at whose place it is handed over; None for a home.
        agreement: of its customer; None when nobody has said (R-122).
    """

    earliest: date
    ordered_at: datetime
    postcode: str = ""
    town: str = ""
    served: UUID | None = None
    carrier: Carrier = "van"
    agreement: Literal["round_list", "daily"] | None = None
    urgent: bool = False


@dataclass(frozen=True)
class Dispatch:
    """The day that an order goes out, by which round of the list, and why."""

    day: date | None
    template: Template | None
    reason: DispatchReason


def covers(template: Template, parcel: Parcel) -> int:
    """How well a template fits an address: 0 not at all; a fixed stop before a place, a long prefix before a short."""
    if template.carrier != parcel.carrier:
        return 0
    if parcel.served is not None and parcel.served in template.parties:
        return 1000
    postcode = "".join(parcel.postcode.split())
    lengths = [len(prefix) for prefix in template.prefixes if prefix and postcode.startswith(prefix)]
    if lengths:
        return 100 + max(lengths)
    town = parcel.town.strip().casefold()
    return 50 if town and town in {one.strip().casefold() for one in template.towns} else 0


def drives_on(template: Template, nominal: date, calendar: Calendar) -> date | None:
    """The day that the round of a weekday is driven on; None when it falls away for a holiday."""
    if not calendar.is_holiday(nominal):
        return nominal
    if template.on_holiday == "none":
        return None
    step = timedelta(days=1 if template.on_holiday == "after" else -1)
    day = nominal
    for _ in range(_MOST_MOVED):
        day += step
        if calendar.hours(day) is not None:
            return day
    return None


def days_of(template: Template, first: date, calendar: Calendar) -> Iterator[date]:
    """The days that a template drives on, from ``first`` on, each once, within the horizon."""
    margin = timedelta(days=_MOST_MOVED)
    nominal = (first - margin + timedelta(days=number) for number in range((HORIZON + 2 * margin).days))
    driven = {drives_on(template, day, calendar) for day in nominal if day.weekday() in template.weekdays}
    yield from sorted(day for day in driven if day is not None and first <= day <= first + HORIZON)


def in_time(template: Template, day: date, ordered_at: datetime) -> bool:
    """Whether what was ordered then still goes with the round of that day (R-279)."""
    if template.cutoff_at is None:
        return True
    return ordered_at <= datetime.combine(day - timedelta(days=template.cutoff_days), template.cutoff_at, STOCKHOLM)


def next_open_day(first: date, calendar: Calendar) -> date:
    """The first day, this one counted, that the centre is open."""
    day = first
    while calendar.hours(day) is None:
        day += timedelta(days=1)
    return day


def dispatch(parcel: Parcel, templates: Iterable[Template], calendar: Calendar, today: date) -> Dispatch:
    """The day that an order goes out.

    Never before its earliest day (R-121) and never in the past. What is urgent waits for no list (R-123), nor does a
    customer who gets deliveries daily (R-122). An order whose address no list covers goes on any working day, and the
    reason says so. A parcel by post leaves on any working day (R-281).
    """
    first = max(parcel.earliest, today)
    if parcel.carrier == "postal":
        return Dispatch(next_open_day(first, calendar), None, "postal")
    fitting = [(covers(one, parcel), one) for one in templates]
    fitting = [(how, one) for how, one in fitting if how]
    if parcel.urgent and parcel.carrier == "van":
        return Dispatch(next_open_day(first, calendar), None, "urgent")
    if parcel.agreement == "daily" and parcel.carrier == "van":
        return Dispatch(next_open_day(first, calendar), None, "daily")
    if not fitting:
        return Dispatch(next_open_day(first, calendar), None, "no_list")
    found = [
        (day, -how, one.name, str(one.id), one)
        for how, one in fitting
        for day in _first_in_time(one, first, parcel.ordered_at, calendar)
    ]
    if not found:
        return Dispatch(None, max(fitting, key=lambda pair: pair[0])[1], "round_list")
    day, *_, template = min(found, key=lambda one: one[:4])
    return Dispatch(day, template, "round_list")


def _first_in_time(template: Template, first: date, ordered_at: datetime, calendar: Calendar) -> Sequence[date]:
    return [day for day in days_of(template, first, calendar) if in_time(template, day, ordered_at)][:1]
