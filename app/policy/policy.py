"""A region's rules as effective-dated data: where regions differ there is a row here, never a branch in code.

Where a seed document is silent no clock runs. A rule that one seed states holds for that region; elsewhere the value is
an assumption and is named in `assumed`, so that the office sees what it still has to decide.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias

import msgspec

from app.policy.working_time import Calendar, add_hours, add_working_days

FAULT_TEXT_HARD_CAP = 2000
Event: TypeAlias = Literal["contact", "start", "done"]
ClockState: TypeAlias = Literal["ok", "soon", "late"]


class PolicyError(Exception):
    """A policy cannot be used; `field` names the field that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class Clock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One deadline that starts when the order is registered.

    Attributes:
        event: what must have happened: patient contacted, work started, or fault fixed.
        amount: how many of `unit`.
        unit: working days (end of opening hours on the last one), clock hours, or opening hours.
        kind: a hard promise, or a goal that is followed up.
        share: percent of orders that should make a goal, None for each one (R-214: 80).
    """

    event: Event
    amount: int
    unit: Literal["working_days", "hours", "opening_hours"]
    kind: Literal["hard", "goal"]
    share: int | None = None


class NumberSeries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How human order numbers are made. `shared`: all order kinds draw from one range, so none says its kind."""

    digits: int
    year_prefix: bool
    shared: bool


class ServicePolicy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The rules of one region from `valid_from` up to, not including, `valid_until`.

    Attributes:
        priorities: the activity priorities in use (R-187 to R-192: 1 normal, 2 normal to be coordinated, 3 urgent,
            4 acute, 5 inspection or preventive maintenance, 6 supplier).
        clocks: by priority; a priority without an entry has no clock.
        fault_text_limit: characters of a fault description, in Unicode code points (R-199).
        pickup_text_limit: characters of pick-up information (R-250).
        replacement_chain: binding, or advice (R-148, R-149).
        rent_end: which event ends rent; `rent_end_days` only for days_after_pickup_registered.
        exchange_models: models that may be exchanged technically (R-238).
        label_owner, label_phone: printed on device labels; empty until the region fills them in.
        maintenance_notice_days: how long before maintenance the patient is contacted (R-228).
        transfer_answer_days: calendar days to acknowledge a recipient transfer before it locks (R-160).
        buy_back_days: days within which stocked purchase articles are taken back (R-272).
        return_quarantine_hours: how long a contaminated device is left alone before it is cleaned (R-271).
        sources: field name -> seed rule, for the fields a seed states.
        assumed: the other fields.
    """

    region: str
    valid_from: date
    valid_until: date | None = None
    calendar: Calendar = Calendar()
    priorities: tuple[int, ...] = (1, 2, 3, 4, 5, 6)
    clocks: dict[int, tuple[Clock, ...]] = {}
    fault_text_limit: int = 250
    pickup_text_limit: int = 255
    cancel_order_by: Literal["customer_service", "orderer_until_processing"] = "customer_service"
    cancel_pickup_by: Literal["customer_service", "orderer_until_processing"] = "customer_service"
    replacement_chain: Literal["binding", "advisory"] = "advisory"
    rent_end: Literal["arrival_registered", "days_after_pickup_registered"] = "arrival_registered"
    rent_end_days: int | None = None
    exchange_models: tuple[str, ...] = ()
    label_owner: str = ""
    label_phone: str = ""
    order_number_series: NumberSeries = NumberSeries(digits=8, year_prefix=True, shared=True)
    maintenance_notice_days: int = 14
    transfer_answer_days: int = 7
    buy_back_days: int = 14
    return_quarantine_hours: int = 72
    sources: dict[str, str] = {}
    assumed: tuple[str, ...] = ()


SETTING_FIELDS: tuple[str, ...] = tuple(
    name
    for name in ServicePolicy.__struct_fields__
    if name not in {"region", "valid_from", "valid_until", "sources", "assumed"}
)
"""The fields a seed either states or leaves open: everything but the region, its dates and where it comes from."""


def check_policy(policy: ServicePolicy) -> ServicePolicy:
    """Return the policy when it can be used.

    Raises:
        PolicyError: naming the first field that is wrong.
    """
    for field, holds, message in _rules(policy):
        if not holds:
            raise PolicyError(field, message)
    for priority, clocks in policy.clocks.items():
        _check_clocks(priority, clocks, policy.priorities)
    return policy


def _rules(policy: ServicePolicy) -> list[tuple[str, bool, str]]:
    until = policy.valid_until
    needs_days = policy.rent_end == "days_after_pickup_registered"
    described = [*policy.sources, *policy.assumed]
    cap = FAULT_TEXT_HARD_CAP
    return [
        ("region", policy.region.strip() != "", "give the region a name"),
        ("valid_until", until is None or until > policy.valid_from, "must be later than valid_from"),
        ("priorities", len(set(policy.priorities)) == len(policy.priorities) > 0, "give each priority once"),
        ("fault_text_limit", 1 <= policy.fault_text_limit <= cap, f"must be from 1 to {cap} characters"),
        ("pickup_text_limit", 1 <= policy.pickup_text_limit <= 2000, "must be from 1 to 2000 characters"),
        (
            "rent_end_days",
            (policy.rent_end_days is not None) == needs_days,
            "goes with days_after_pickup_registered only",
        ),
        ("rent_end_days", policy.rent_end_days is None or 0 <= policy.rent_end_days <= 365, "must be from 0 to 365"),
        ("exchange_models", all(name.strip() for name in policy.exchange_models), "has an empty model name"),
        ("label_owner", len(policy.label_owner) <= 60, "must be at most 60 characters to fit a label"),
        ("label_phone", len(policy.label_phone) <= 30, "must be at most 30 characters to fit a label"),
        ("order_number_series", 5 <= policy.order_number_series.digits <= 12, "must have 5 to 12 digits"),
        ("maintenance_notice_days", 0 <= policy.maintenance_notice_days <= 365, "must be from 0 to 365"),
        ("transfer_answer_days", 1 <= policy.transfer_answer_days <= 365, "must be from 1 to 365"),
        ("buy_back_days", 0 <= policy.buy_back_days <= 365, "must be from 0 to 365"),
        ("return_quarantine_hours", 0 <= policy.return_quarantine_hours <= 2160, "must be from 0 to 2160"),
        ("assumed", set(described) <= set(SETTING_FIELDS), "names a field that the policy does not have"),
        ("assumed", len(set(described)) == len(described), "has a field that is also in sources, or twice"),
    ]


def _check_clocks(priority: int, clocks: tuple[Clock, ...], priorities: tuple[int, ...]) -> None:
    if priority not in priorities:
        raise PolicyError("clocks", f"priority {priority} is not among the priorities")
    if len({(clock.event, clock.kind) for clock in clocks}) != len(clocks):
        raise PolicyError("clocks", f"priority {priority} has two clocks of one kind for the same event")
    for clock in clocks:
        if not 1 <= clock.amount <= 1000:
            raise PolicyError("clocks", f"priority {priority}: amount must be from 1 to 1000")
        if clock.share is not None and (clock.kind != "goal" or not 1 <= clock.share <= 100):
            raise PolicyError("clocks", f"priority {priority}: share is 1 to 100 percent, on a goal only")


def parse_policy(data: bytes | str) -> ServicePolicy:
    """Read a policy from JSON and check it.

    Raises:
        PolicyError: naming the field that is wrong, also when its value has the wrong type.
    """
    try:
        policy = msgspec.json.decode(data, type=ServicePolicy)
    except msgspec.ValidationError as error:
        message, _, path = str(error).partition(" - at `")
        raise PolicyError(_field_of(message, path), message) from None
    except (msgspec.DecodeError, UnicodeError) as error:
        raise PolicyError("policy", f"is not JSON ({error})") from None
    return check_policy(policy)


def _field_of(message: str, path: str) -> str:
    # msgspec says "... - at `$.clocks[...]`", or names an unknown or missing field in the message itself.
    name = path.removeprefix("$").lstrip(".").split("`")[0].split(".")[0].split("[")[0]
    if name:
        return name
    quoted = message.split("`")
    return quoted[-2] if len(quoted) >= 3 and "field" in message else "policy"


def policy_at(policies: Iterable[ServicePolicy], region: str, day: date) -> ServicePolicy | None:
    """Return the region's policy in force on `day`; the latest `valid_from` wins. None when there is none."""
    valid = [
        policy
        for policy in policies
        if policy.region == region
        and policy.valid_from <= day
        and (policy.valid_until is None or day < policy.valid_until)
    ]
    return max(valid, key=lambda policy: policy.valid_from, default=None)


def clocks_for(policy: ServicePolicy, priority: int) -> tuple[Clock, ...]:
    """Return the clocks of a priority; empty when the region states none, and then no clock runs."""
    return policy.clocks.get(priority, ())


def due_time(clock: Clock, registered_at: datetime, calendar: Calendar) -> datetime:
    """Return when one clock runs out, in UTC."""
    if clock.unit == "working_days":
        return add_working_days(registered_at, clock.amount, calendar)
    return add_hours(registered_at, clock.amount, calendar, opening_hours=clock.unit == "opening_hours")


def due_times(policy: ServicePolicy, registered_at: datetime, priority: int) -> dict[Event, datetime]:
    """Return, for each event that has a clock, the earliest time it is due, in UTC."""
    due: dict[Event, datetime] = {}
    for clock in clocks_for(policy, priority):
        at = due_time(clock, registered_at, policy.calendar)
        due[clock.event] = min(at, due.get(clock.event, at))
    return due


def clock_state(
    due: datetime, now: datetime, done_at: datetime | None = None, *, soon: timedelta = timedelta(hours=24)
) -> ClockState:
    """Return "late" past the due time, "soon" within `soon` of it, else "ok". Exactly at the due time is in time.

    What is done is judged by when it was done, whatever the time is now.
    """
    if done_at is not None:
        return "ok" if done_at <= due else "late"
    if now > due:
        return "late"
    return "soon" if due - now <= soon else "ok"


def text_fits(text: str, limit: int) -> bool:
    """True when `text` has at most `limit` Unicode code points; else it is refused, never cut (R-199)."""
    return len(text) <= limit
