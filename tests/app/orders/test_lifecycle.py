"""The rules of a customer order without a database: its state follows from its lines."""

from __future__ import annotations

import pytest

from app.orders.lifecycle import CancelBy, LineFacts, OrderFacts, State, assign_refusal, cancel_refusal, state_of

PLAIN = LineFacts("open")
WAITING = LineFacts("open", numbered=True)
CHOSEN = LineFacts("open", numbered=True, has_device=True)
LOADED = LineFacts("open", numbered=True, has_device=True, loaded=True)
DONE = LineFacts("delivered", numbered=True, has_device=True, delivered=1)
GONE = LineFacts("cancelled")


@pytest.mark.parametrize(
    ("lines", "before", "after"),
    [
        ([PLAIN], State.REGISTERED, State.DISPATCHABLE),
        ([WAITING], State.REGISTERED, State.REGISTERED),
        ([WAITING, PLAIN], State.REGISTERED, State.REGISTERED),
        ([WAITING, CHOSEN], State.REGISTERED, State.PROCESSING),
        ([WAITING], State.PROCESSING, State.PROCESSING),
        ([CHOSEN, PLAIN], State.PROCESSING, State.DISPATCHABLE),
        ([CHOSEN, LOADED], State.DISPATCHABLE, State.IN_TRANSIT),
        ([DONE, LOADED], State.IN_TRANSIT, State.IN_TRANSIT),
        ([DONE, CHOSEN], State.IN_TRANSIT, State.DISPATCHABLE),
        ([DONE, WAITING], State.IN_TRANSIT, State.PROCESSING),
        ([DONE], State.IN_TRANSIT, State.DELIVERED),
        ([DONE, GONE], State.IN_TRANSIT, State.DELIVERED),
        ([GONE], State.REGISTERED, State.CANCELLED),
        ([LineFacts("cancelled"), LineFacts("open", delivered=2)], State.DISPATCHABLE, State.DISPATCHABLE),
    ],
)
def test_the_state_follows_from_the_lines(lines: list[LineFacts], before: State, after: State) -> None:
    assert state_of(lines, before) is after


def facts(state: State, *lines: LineFacts, on_round: bool = False) -> OrderFacts:
    return OrderFacts(state, lines, on_round)


@pytest.mark.parametrize(
    ("order", "office", "cancel_by", "code"),
    [
        (facts(State.REGISTERED, WAITING), True, "customer_service", None),
        (facts(State.REGISTERED, WAITING), False, "customer_service", "order.cancel_by_customer_service"),
        (facts(State.REGISTERED, WAITING), False, "orderer_until_processing", None),
        (facts(State.DISPATCHABLE, PLAIN), False, "orderer_until_processing", None),
        (facts(State.DISPATCHABLE, PLAIN, on_round=True), False, "orderer_until_processing", "order.processing_begun"),
        (facts(State.PROCESSING, CHOSEN, WAITING), False, "orderer_until_processing", "order.processing_begun"),
        (facts(State.PROCESSING, WAITING), False, "orderer_until_processing", "order.processing_begun"),
        (facts(State.PROCESSING, CHOSEN, WAITING), True, "orderer_until_processing", None),
        (facts(State.IN_TRANSIT, LOADED), True, "customer_service", "order.in_transit"),
        (facts(State.DISPATCHABLE, CHOSEN, on_round=True), True, "customer_service", "order.on_round"),
        (facts(State.DELIVERED, DONE), True, "customer_service", "order.delivered"),
        (facts(State.CANCELLED, GONE), False, "customer_service", "order.cancelled"),
    ],
)
def test_who_may_cancel_is_policy(order: OrderFacts, office: bool, cancel_by: CancelBy, code: str | None) -> None:
    """R-154, R-155."""
    assert cancel_refusal(order, office=office, cancel_by=cancel_by) == code


@pytest.mark.parametrize(
    ("order", "line", "gives_back", "code"),
    [
        (facts(State.REGISTERED, WAITING), WAITING, False, None),
        (facts(State.DISPATCHABLE, CHOSEN), CHOSEN, True, None),
        (facts(State.DISPATCHABLE, CHOSEN, on_round=True), CHOSEN, False, None),
        (facts(State.DISPATCHABLE, CHOSEN, on_round=True), CHOSEN, True, "order.on_round"),
        (facts(State.IN_TRANSIT, LOADED), LOADED, False, "order.line_in_transit"),
        (facts(State.IN_TRANSIT, DONE, LOADED), DONE, False, "order.line_done"),
        (facts(State.DISPATCHABLE, PLAIN), PLAIN, False, "order.line_unnumbered"),
        (facts(State.CANCELLED, GONE), GONE, False, "order.cancelled"),
        (facts(State.DELIVERED, DONE), DONE, False, "order.delivered"),
    ],
)
def test_when_a_device_can_be_chosen(order: OrderFacts, line: LineFacts, gives_back: bool, code: str | None) -> None:
    assert assign_refusal(order, line, gives_back=gives_back) == code
