"""The rules of an occasion without a database: notice, disposition, label, and the next due day."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.maintenance.lifecycle import (
    TERMINAL,
    TRANSITIONS,
    Action,
    DueFrom,
    Facts,
    State,
    add_months,
    decide,
    next_due,
    notice_by,
)
from field.maintenance.sentences import SENTENCES

ACTIONS: tuple[Action, ...] = get_args(Action)
DAY = date(2026, 11, 25)
VECTORS = Path(__file__).parents[2] / "vectors" / "maintenance" / "next_due.json"
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))
#: Two states are only passed through and never stored.
STORED = [state for state in State if state not in {State.LABELLED, State.REPAIRED}]
occasions = st.builds(Facts, st.sampled_from(STORED), st.none() | days, st.booleans())


@given(occasion=occasions, action=st.sampled_from(ACTIONS), on=st.none() | days)
def test_every_path_is_legal_and_what_is_over_stays_over(occasion: Facts, action: Action, on: date | None) -> None:
    decision = decide(occasion, action, on=on)
    if decision.refusal is not None:
        assert decision.path == ()
        assert decision.refusal in SENTENCES
        return
    assert occasion.state not in TERMINAL
    before = occasion.state
    for state in decision.path:
        assert state in TRANSITIONS[before]
        before = state


@given(occasion=occasions, action=st.sampled_from(["work", "approve", "fail"]))
def test_what_a_technician_has_done_is_never_refused(occasion: Facts, action: Action) -> None:
    """The device was maintained whatever the office had planned: only an occasion that is over takes no more."""
    assert (decide(occasion, action).refusal is None) == (occasion.state not in TERMINAL)


def test_the_holder_is_told_two_weeks_before() -> None:
    """R-228; a day that was agreed may come sooner, and so may one that the prescriber has said."""
    told = Facts(State.NOTIFIED, DAY)
    assert decide(told, "book", on=DAY + timedelta(days=13)).refusal == "maintenance.too_soon"
    assert decide(told, "book", on=DAY + timedelta(days=14)).path == (State.BOOKED,)
    assert decide(told, "book", on=DAY + timedelta(days=13), notice_days=7).refusal is None
    assert decide(Facts(State.NOTIFIED, DAY, agreed=True), "book", on=DAY).refusal is None
    assert decide(Facts(State.PLANNED), "book", on=DAY).refusal == "maintenance.notify_first"
    assert decide(Facts(State.PRESCRIBER_CONTACTED), "book", on=DAY).path == (State.BOOKED,)
    assert decide(Facts(State.PLANNED, held=False), "book", on=DAY).path[-1] is State.BOOKED, "nobody to tell"
    assert notice_by(date(2026, 12, 9), 14) == DAY


def test_nobody_reached_goes_to_the_prescriber_and_only_then_may_it_be_waived() -> None:
    """R-230."""
    assert decide(Facts(State.NOTIFIED, DAY), "contact_fails").path == (State.CONTACT_FAILED,)
    assert decide(Facts(State.PLANNED), "waive").refusal == "maintenance.ask_prescriber_first"
    assert decide(Facts(State.CONTACT_FAILED), "waive").refusal == "maintenance.ask_prescriber_first"
    assert decide(Facts(State.CONTACT_FAILED), "tell_prescriber").path == (State.PRESCRIBER_CONTACTED,)
    assert decide(Facts(State.PRESCRIBER_CONTACTED), "waive").path == (State.WAIVED,)


def test_a_device_that_was_not_approved_needs_a_disposition_and_an_approved_one_a_label() -> None:
    """R-233, R-074: neither ends by itself, and neither ends the other way."""
    failed = Facts(State.NOT_APPROVED)
    assert decide(failed, "label").refusal == "maintenance.no_label_due"
    for disposition in ("exchanged", "referred", "quarantined"):
        assert decide(failed, disposition).path == (State(disposition),)
    assert decide(failed, "repaired").path == (State.REPAIRED, State.IN_PROGRESS)
    approved = Facts(State.APPROVED)
    assert decide(approved, "exchanged").refusal == "maintenance.no_disposition_due"
    assert decide(approved, "label").path == (State.LABELLED, State.ARCHIVED)
    assert decide(approved, "void").refusal == "maintenance.begun_already"


def test_a_partial_visit_stays_partial() -> None:
    """Begun is not done: what is left needs a protocol that is approved or not."""
    begun = Facts(State.IN_PROGRESS)
    assert decide(begun, "work").path == (State.IN_PROGRESS,)
    assert decide(begun, "label").refusal == "maintenance.no_label_due"


@pytest.mark.parametrize("vector", json.loads(VECTORS.read_text(encoding="utf-8")), ids=str)
def test_the_next_due_day(vector: dict[str, Any]) -> None:
    """The same vectors hold for the phone (pwa/client/src/sync/overlay-maintenance.test.ts).

    Among them: a day so late that a whole interval has passed is not due in the past, and the 31st comes back after a
    short month.
    """
    due, done = date.fromisoformat(vector["due_on"]), date.fromisoformat(vector["performed_on"])
    assert next_due(due, done, vector["months"], vector["due_from"]) == date.fromisoformat(vector["next"])


@given(due=days, done=days, months=st.integers(1, 120), due_from=st.sampled_from(["completion", "schedule"]))
def test_the_next_day_lies_ahead_and_never_further_than_an_interval(
    due: date, done: date, months: int, due_from: DueFrom
) -> None:
    found = next_due(due, done, months, due_from)
    assert found > done
    if due_from == "completion" or done >= due:
        assert found <= add_months(done, months) + timedelta(days=3)
