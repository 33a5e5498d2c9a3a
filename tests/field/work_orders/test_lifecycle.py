"""The rules without a database: every path is legal, final states are final, and each refusal has its reason."""

from __future__ import annotations

from typing import get_args
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from field.work_orders.lifecycle import (
    TERMINAL,
    TRANSITIONS,
    Action,
    AssessmentFacts,
    Attempt,
    Decision,
    OrderFacts,
    State,
    decide,
    route,
)
from field.work_orders.sentences import SENTENCES

A, B = UUID(int=1), UUID(int=2)
ACTIONS: tuple[Action, ...] = get_args(Action)

people = st.sampled_from([None, A, B])
orders = st.builds(
    OrderFacts,
    state=st.sampled_from(State),
    assigned_to=people,
    started_by=people,
    assessment_final=st.booleans(),
    site_restricted=st.booleans(),
    time_entries=st.integers(0, 2),
    rv=st.integers(0, 1),
)
attempts = st.builds(
    Attempt,
    action=st.sampled_from(ACTIONS),
    author=st.sampled_from([A, B]),
    technician=st.booleans(),
    base_rv=st.sampled_from([None, 0, 1]),
    new_time_entries=st.integers(0, 1),
    assessment=st.none()
    | st.builds(
        AssessmentFacts,
        priority=st.integers(1, 6),
        place=st.sampled_from(["at_holder", "at_centre"]),
        basic_need=st.sampled_from([None, "sleep"]),
    ),
    protocol_complete=st.sampled_from([None, True, False]),
    device_scrapped=st.booleans(),
    foreign_lines=st.booleans(),
    template_known=st.booleans(),
)


@given(orders, attempts)
def test_a_decided_path_follows_the_transitions(order: OrderFacts, attempt: Attempt) -> None:
    decision = decide(order, attempt)
    state = order.state
    for following in decision.path:
        assert following in TRANSITIONS[state]
        state = following


@given(orders, attempts)
def test_a_refusal_moves_nothing_and_has_a_sentence(order: OrderFacts, attempt: Attempt) -> None:
    decision = decide(order, attempt)
    if decision.refusal is not None:
        assert decision.path == ()
        assert decision.refusal.code in SENTENCES


def test_what_is_done_does_not_wait() -> None:
    """Found by the test above: there is no way back from done, so it is refused with a sentence."""
    decision = decide(OrderFacts(State.DONE), Attempt("wait", uuid4()))
    assert decision.refusal is not None
    assert decision.refusal.code == "work_order.done_already"


@given(orders, attempts)
def test_nothing_leaves_a_final_state(order: OrderFacts, attempt: Attempt) -> None:
    if order.state in TERMINAL:
        assert not decide(order, attempt).allowed


def test_closing_passes_through_every_skipped_state() -> None:
    decision = decide(OrderFacts(State.REGISTERED), Attempt("close", A, new_time_entries=1))
    assert decision.path == (State.TRIAGED, State.BOOKED, State.STARTED, State.DONE, State.CLOSED)


def test_closing_from_waiting_starts_again_first() -> None:
    decision = decide(OrderFacts(State.WAITING, started_by=A), Attempt("close", A, new_time_entries=1))
    assert decision.path == (State.STARTED, State.DONE, State.CLOSED)


def test_a_step_behind_the_order_does_not_move_it_back() -> None:
    started = OrderFacts(State.STARTED, started_by=A)
    assert decide(started, Attempt("assess", A)) == Decision()
    assert decide(started, Attempt("book", A)) == Decision()
    assert decide(OrderFacts(State.WAITING, started_by=A), Attempt("book", A)) == Decision()


def test_a_report_takes_up_work_that_waited() -> None:
    assert decide(OrderFacts(State.WAITING, started_by=A), Attempt("report", A)).path == (State.STARTED,)


def test_the_office_assesses_without_triage() -> None:
    """A technician sets the assessment (R-197): the office's is preliminary and leaves the order in the inbox."""
    assert decide(OrderFacts(State.REGISTERED), Attempt("assess", A, technician=False)) == Decision()
    assert decide(OrderFacts(State.REGISTERED), Attempt("assess", A, technician=True)).path == (State.TRIAGED,)


@pytest.mark.parametrize(
    ("order", "attempt", "code"),
    [
        (OrderFacts(State.CANCELLED), Attempt("close", A, new_time_entries=1), "work_order.cancelled_meanwhile"),
        (OrderFacts(State.CLOSED), Attempt("close", A, new_time_entries=1), "work_order.closed_meanwhile"),
        (
            OrderFacts(State.STARTED, assigned_to=B, started_by=B),
            Attempt("close", A, new_time_entries=1),
            "work_order.started_by_other",
        ),
        (OrderFacts(State.STARTED, started_by=A), Attempt("close", A), "work_order.no_time"),
        (
            OrderFacts(State.STARTED, started_by=A, time_entries=1),
            Attempt("close", A, protocol_complete=False),
            "work_order.protocol_incomplete",
        ),
        (OrderFacts(State.REGISTERED, rv=2), Attempt("correct", A, base_rv=1), "work_order.changed_meanwhile"),
        (OrderFacts(State.STARTED, started_by=A), Attempt("resume", A), "work_order.not_waiting"),
        (
            OrderFacts(State.TRIAGED, assessment_final=True),
            Attempt("assess", A, technician=False),
            "work_order.assessment_final",
        ),
        (
            OrderFacts(State.REGISTERED),
            Attempt("assess", A, assessment=AssessmentFacts(4, "at_centre")),
            "work_order.basic_need",
        ),
        (
            OrderFacts(State.REGISTERED, site_restricted=True),
            Attempt("assess", A, assessment=AssessmentFacts(1, "at_holder")),
            "work_order.site_restricted",
        ),
        (
            OrderFacts(State.STARTED, started_by=A),
            Attempt("report", A, protocol_complete=True, device_scrapped=True),
            "work_order.device_scrapped",
        ),
        (
            OrderFacts(State.STARTED, started_by=A),
            Attempt("report", A, template_known=False, protocol_complete=False),
            "work_order.template_unknown",
        ),
        (
            OrderFacts(State.STARTED, started_by=A),
            Attempt("report", A, foreign_lines=True),
            "work_order.line_elsewhere",
        ),
    ],
)
def test_each_refusal(order: OrderFacts, attempt: Attempt, code: str) -> None:
    refusal = decide(order, attempt).refusal
    assert refusal is not None
    assert refusal.code == code


def test_whoever_was_given_a_started_order_may_close_it() -> None:
    order = OrderFacts(State.STARTED, assigned_to=A, started_by=B)
    assert decide(order, Attempt("close", A, new_time_entries=1)).allowed


def test_an_earlier_time_entry_is_enough_to_close() -> None:
    assert decide(OrderFacts(State.STARTED, started_by=A, time_entries=1), Attempt("close", A)).allowed


def test_there_is_no_way_out_of_a_final_state() -> None:
    with pytest.raises(ValueError, match="no way"):
        route(State.CLOSED, State.STARTED)


def test_an_author_nobody_knows_may_not_take_over() -> None:
    order = OrderFacts(State.STARTED, assigned_to=B, started_by=B)
    for action in ("start", "wait", "report", "close"):
        assert decide(order, Attempt(action, uuid4(), new_time_entries=1)).refusal is not None
