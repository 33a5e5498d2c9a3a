"""The way through the centre and buy-back, as rules."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from routing.returns.lifecycle import (
    INSPECTABLE,
    Inspection,
    Purchase,
    State,
    buy_back_refusal,
    cleaned_refusal,
    inspection_refusal,
    quarantine_end,
    receive_refusal,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
STATUSES = (
    "in_stock",
    "with_holder",
    "arrived",
    "cleaning",
    "inspection",
    "in_repair",
    "quarantined",
    "scrapped",
    "lost",
)


def test_the_desk_begins_with_what_has_arrived_and_nothing_else() -> None:
    assert [status for status in STATUSES if receive_refusal(status) is None] == ["arrived"]


def test_a_contaminated_device_is_left_alone_to_the_hour() -> None:
    """R-271: cleaned before the time is not cleaned."""
    assert quarantine_end("none", NOON, 72) is None
    until = quarantine_end("declared", NOON, 72)
    assert until == NOON + timedelta(days=3)
    assert cleaned_refusal(State.CLEANING, until, until - timedelta(seconds=1)) == "return.quarantine_runs"
    assert cleaned_refusal(State.CLEANING, until, until) is None
    assert cleaned_refusal(State.CLEANING, None, NOON) is None
    assert cleaned_refusal(None, None, NOON) == cleaned_refusal(State.DONE, None, NOON) == "return.not_cleaning"


def test_only_what_is_in_order_goes_to_stock_and_a_deviation_is_kept() -> None:
    """R-300, R-303: whatever else is said."""
    for status, result, disposition, stopped in product(
        STATUSES, ("ok", "faults", "deviation"), ("stock", "repair", "quarantine", "scrap"), (True, False)
    ):
        code = inspection_refusal(Inspection(status, result, disposition, stopped=stopped, note=True))  # type: ignore[arg-type]
        if code is None:
            assert status in INSPECTABLE
            assert disposition != "stock" or (result == "ok" and not stopped)
            assert result != "deviation" or disposition == "quarantine"
    assert inspection_refusal(Inspection("inspection", "ok", "stock")) is None
    assert inspection_refusal(Inspection("inspection", "faults", "scrap")) == "return.say_why"


def bought(**changes: object) -> Purchase:
    facts = {
        "charging": "sale",
        "kind": "accessory",
        "stock_status": "stocked",
        "delivered_at": NOON - timedelta(days=3),
        "returned_at": NOON,
        "unused": True,
        "original_packaging": True,
    }
    return Purchase(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"delivered_at": NOON - timedelta(days=14)}, None),
        ({"delivered_at": NOON - timedelta(days=14, seconds=1)}, "too_late"),
        ({"delivered_at": None}, "delivery_unknown"),
        ({"stock_status": "order_only"}, "order_only"),
        ({"stock_status": "expired"}, "order_only"),
        ({"kind": "consumable"}, "consumable"),
        ({"charging": "rent"}, "rented"),
        ({"unused": False}, "used"),
        ({"original_packaging": False}, "packaging"),
    ],
)
def test_buy_back_is_for_unused_stocked_purchases_of_fourteen_days(
    changes: dict[str, object], reason: str | None
) -> None:
    """R-272, R-273, I6."""
    assert buy_back_refusal(bought(**changes), 14) == reason
