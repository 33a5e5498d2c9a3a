"""What is worrying about a phone, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.sync_health.concerns import concerns_of

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
WELL: dict[str, Any] = {
    "unsent": 0,
    "unsent_since": None,
    "replaced": False,
    "attachments_since": None,
    "storage_lost_at": None,
    "parked": 0,
    "quarantined": 0,
    "active": True,
    "in_field": True,
    "last_seen": NOW - timedelta(hours=3),
    "persisted": True,
}


@pytest.mark.parametrize(
    ("change", "concerns"),
    [
        ({}, []),
        ({"unsent": None, "persisted": None}, []),
        ({"unsent": 3, "unsent_since": NOW - timedelta(hours=23)}, []),
        ({"unsent": 3, "unsent_since": NOW - timedelta(hours=25)}, ["unsent_old"]),
        ({"unsent": 3, "unsent_since": NOW - timedelta(hours=1), "replaced": True}, ["replaced_with_unsent"]),
        ({"replaced": True, "persisted": False, "last_seen": NOW - timedelta(days=20)}, []),
        ({"attachments_since": NOW - timedelta(hours=23)}, []),
        ({"attachments_since": NOW - timedelta(hours=25)}, ["attachments_old"]),
        ({"quarantined": 1}, ["waits_for_decision"]),
        ({"storage_lost_at": NOW - timedelta(days=2)}, ["storage_lost"]),
        ({"storage_lost_at": NOW - timedelta(days=20)}, []),
        ({"last_seen": NOW - timedelta(days=8)}, ["silent"]),
        ({"last_seen": NOW - timedelta(days=8), "active": False}, []),
        ({"persisted": False}, ["may_be_cleared"]),
        ({"persisted": False, "last_seen": NOW - timedelta(days=8), "in_field": False}, []),
        ({"unsent": 1, "unsent_since": NOW - timedelta(days=2), "parked": 2}, ["unsent_old", "waits_for_decision"]),
    ],
)
def test_the_gravest_comes_first(change: dict[str, Any], concerns: list[str]) -> None:
    assert concerns_of(WELL | change, NOW) == concerns
