"""The rules of a pick-up order without a database."""

from __future__ import annotations

import pytest

from routing.pickups.lifecycle import (
    CancelBy,
    LineState,
    State,
    arrive_refusal,
    cancel_refusal,
    never_collected,
    state_of,
)

L = LineState


@pytest.mark.parametrize(
    ("lines", "state"),
    [
        ([L.REQUESTED], State.REGISTERED),
        ([L.ARRIVED, L.COLLECTED], State.REGISTERED),
        ([L.ARRIVED, L.PLANNED], State.REGISTERED),
        ([L.ARRIVED], State.CLOSED),
        ([L.ARRIVED, L.NOT_FOUND, L.REFUSED_DIRTY, L.WRONG_ITEM, L.LOST, L.CANCELLED], State.CLOSED),
        ([L.NOT_FOUND], State.CLOSED),
        ([L.CANCELLED, L.CANCELLED], State.CANCELLED),
    ],
)
def test_closed_means_returned_and_not_merely_collected(lines: list[LineState], state: State) -> None:
    """R-254, R-255."""
    assert state_of(lines) is state


@pytest.mark.parametrize(
    ("state", "lines", "office", "cancel_by", "code"),
    [
        (State.REGISTERED, [L.REQUESTED], True, "customer_service", None),
        (State.REGISTERED, [L.REQUESTED], False, "customer_service", "pickup.cancel_by_customer_service"),
        (State.REGISTERED, [L.REQUESTED], False, "orderer_until_processing", None),
        (State.REGISTERED, [L.REQUESTED, L.PLANNED], False, "orderer_until_processing", "pickup.begun"),
        (State.REGISTERED, [L.PLANNED], True, "customer_service", "pickup.on_round"),
        (State.REGISTERED, [L.REQUESTED, L.COLLECTED], True, "customer_service", "pickup.collected"),
        (State.REGISTERED, [L.REQUESTED, L.ARRIVED], True, "customer_service", None),
        (State.CLOSED, [L.ARRIVED], True, "customer_service", "pickup.closed"),
        (State.CANCELLED, [L.CANCELLED], True, "customer_service", "pickup.cancelled"),
    ],
)
def test_who_may_cancel_is_policy(
    state: State, lines: list[LineState], office: bool, cancel_by: CancelBy, code: str | None
) -> None:
    """R-156."""
    assert cancel_refusal(state, lines, office=office, cancel_by=cancel_by) == code


def test_what_was_lost_may_turn_up_but_nothing_arrives_twice() -> None:
    assert {state: arrive_refusal(state) for state in LineState if arrive_refusal(state)} == {
        L.ARRIVED: "pickup.arrived_already",
        L.CANCELLED: "pickup.cancelled",
    }


def test_vision_aids_and_consumables_stay() -> None:
    """R-248, R-264, I5."""
    assert never_collected(kind="device", vision_aid=True) == "pickup.vision_aid"
    assert never_collected(kind="consumable", vision_aid=False) == "pickup.consumable"
    assert never_collected(kind="accessory", vision_aid=False) is None
