"""Each region's promises, exactly as its seed states them: a missing clock is no clock, and an assumption says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from app.policy.policy import (
    SETTING_FIELDS,
    Clock,
    PolicyError,
    ServicePolicy,
    check_policy,
    clock_state,
    clocks_for,
    due_times,
    parse_policy,
    policy_at,
    text_fits,
)
from app.policy.regions import NORRBOTTEN, REGIONS, VARMLAND, VASTMANLAND, VASTRA_GOTALAND
from app.policy.working_time import STOCKHOLM


def stockholm(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM).astimezone(UTC)


REGISTERED = stockholm("2026-06-17T10:00")


def test_norrbotten_has_a_different_clock_for_each_priority() -> None:
    """R-187 started, R-189 fixed, R-190 fixed within clock hours; R-188, R-191 and R-192 name no time."""
    assert due_times(NORRBOTTEN, REGISTERED, 1) == {"start": stockholm("2026-06-23T16:30")}
    assert due_times(NORRBOTTEN, REGISTERED, 2) == {}
    assert due_times(NORRBOTTEN, REGISTERED, 3) == {"done": stockholm("2026-06-23T16:30")}
    assert due_times(NORRBOTTEN, REGISTERED, 4) == {"done": stockholm("2026-06-18T10:00")}
    assert due_times(NORRBOTTEN, REGISTERED, 5) == {}
    assert due_times(NORRBOTTEN, REGISTERED, 6) == {}


def test_vastmanland_has_contact_and_a_statistical_goal() -> None:
    """R-213 and R-214: goals, not promises, and 80 percent for the second."""
    due = due_times(VASTMANLAND, REGISTERED, 3)
    assert due == {"contact": stockholm("2026-06-18T16:30"), "done": stockholm("2026-06-25T16:30")}
    contact, done = clocks_for(VASTMANLAND, 3)
    assert (contact.kind, contact.share) == ("goal", None)
    assert (done.kind, done.share) == ("goal", 80)


@pytest.mark.parametrize("policy", [VASTRA_GOTALAND, VARMLAND])
@pytest.mark.parametrize("priority", range(1, 7))
def test_no_clock_runs_where_the_seed_is_silent(policy: ServicePolicy, priority: int) -> None:
    assert due_times(policy, REGISTERED, priority) == {}
    assert "clocks" in policy.assumed


@pytest.mark.parametrize("policy", REGIONS.values(), ids=REGIONS)
def test_each_field_is_either_sourced_or_marked_as_assumed(policy: ServicePolicy) -> None:
    assert sorted([*policy.sources, *policy.assumed]) == sorted(SETTING_FIELDS)
    assert msgspec.json.decode(msgspec.json.encode(policy), type=ServicePolicy) == policy


def test_seed_values_of_the_regions() -> None:
    assert (NORRBOTTEN.fault_text_limit, "fault_text_limit" in NORRBOTTEN.assumed) == (250, False)
    assert (NORRBOTTEN.cancel_order_by, VASTRA_GOTALAND.cancel_order_by) == (
        "customer_service",
        "orderer_until_processing",
    )
    assert (NORRBOTTEN.replacement_chain, VASTMANLAND.replacement_chain) == ("binding", "advisory")
    assert (VASTMANLAND.rent_end, "rent_end" in VASTMANLAND.assumed) == ("arrival_registered", False)
    assert len(VASTMANLAND.exchange_models) == 3
    assert NORRBOTTEN.exchange_models == ()


def test_earliest_clock_of_an_event_is_due() -> None:
    clocks = {1: (Clock("done", 10, "working_days", "hard"), Clock("done", 5, "working_days", "goal", share=80))}
    policy = check_policy(ServicePolicy(region="x", valid_from=date(2026, 1, 1), clocks=clocks))
    assert due_times(policy, REGISTERED, 1) == {"done": stockholm("2026-06-25T16:30")}


def test_opening_hours_clock_waits_for_the_centre_to_open() -> None:
    clocks = {4: (Clock("done", 8, "opening_hours", "hard"),)}
    policy = check_policy(ServicePolicy(region="x", valid_from=date(2026, 1, 1), clocks=clocks))
    assert due_times(policy, stockholm("2026-06-18T16:00"), 4) == {"done": stockholm("2026-06-22T15:30")}


@pytest.mark.parametrize(
    ("minutes_left", "state"), [(24 * 60 + 1, "ok"), (24 * 60, "soon"), (1, "soon"), (0, "soon"), (-1, "late")]
)
def test_state_of_a_running_clock(minutes_left: int, state: str) -> None:
    assert clock_state(REGISTERED, REGISTERED - timedelta(minutes=minutes_left)) == state


def test_done_in_time_stays_ok_and_done_late_stays_late() -> None:
    after = REGISTERED + timedelta(days=30)
    assert clock_state(REGISTERED, after, REGISTERED) == "ok"
    assert clock_state(REGISTERED, after, REGISTERED + timedelta(seconds=1)) == "late"


def test_text_counts_code_points() -> None:
    """R-199: a face is one character to a person and to PostgreSQL, two to JavaScript."""
    assert text_fits("😀" * 250, 250)
    assert not text_fits("å" * 251, 250)


@pytest.mark.parametrize(
    ("json_text", "field"),
    [
        ('{"region":"x","valid_from":"2026-01-01","fault_text_limit":2001}', "fault_text_limit"),
        ('{"region":"x","valid_from":"2026-01-01","fault_text_limit":"many"}', "fault_text_limit"),
        ('{"region":" ","valid_from":"2026-01-01"}', "region"),
        ('{"valid_from":"2026-01-01"}', "region"),
        ('{"region":"x","valid_from":"2026-01-01","valid_until":"2026-01-01"}', "valid_until"),
        ('{"region":"x","valid_from":"2026-01-01","colour":"red"}', "colour"),
        (
            '{"region":"x","valid_from":"2026-01-01","calendar":{"week":[null,null,null,null,null,null,null]}}',
            "calendar",
        ),
        ('{"region":"x","valid_from":"2026-01-01","rent_end":"days_after_pickup_registered"}', "rent_end_days"),
        ('{"region":"x","valid_from":"2026-01-01","assumed":["colour"]}', "assumed"),
        (
            '{"region":"x","valid_from":"2026-01-01","clocks":{"9":[{"event":"done","amount":1,"unit":"hours","kind":"hard"}]}}',
            "clocks",
        ),
        (
            '{"region":"x","valid_from":"2026-01-01","clocks":{"1":[{"event":"done","amount":0,"unit":"hours","kind":"hard"}]}}',
            "clocks",
        ),
        (
            (
                '{"region":"x","valid_from":"2026-01-01",'
                '"clocks":{"1":[{"event":"done","amount":1,"unit":"hours","kind":"hard","share":80}]}}'
            ),
            "clocks",
        ),
        (
            '{"region":"x","valid_from":"2026-01-01","clocks":{"1":[{"event":"eaten","amount":1,"unit":"hours","kind":"hard"}]}}',
            "clocks",
        ),
        ("nonsense", "policy"),
    ],
)
def test_unusable_policies_are_refused_by_the_name_of_the_field(json_text: str, field: str) -> None:
    with pytest.raises(PolicyError, match=f"^{field}: ") as caught:
        parse_policy(json_text)
    assert caught.value.field == field


def test_policy_in_force_on_a_day() -> None:
    old = ServicePolicy(region="x", valid_from=date(2026, 1, 1), valid_until=date(2026, 7, 1))
    new = ServicePolicy(region="x", valid_from=date(2026, 7, 1))
    other = ServicePolicy(region="y", valid_from=date(2026, 1, 1))
    assert policy_at([new, old, other], "x", date(2026, 6, 30)) is old
    assert policy_at([new, old, other], "x", date(2026, 7, 1)) is new
    assert policy_at([new, old, other], "x", date(2025, 12, 31)) is None
