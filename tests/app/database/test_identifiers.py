"""Identifiers are UUIDv7 and rise, so that primary keys append to their index."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import RFC_4122

import pytest

from app.database import new_id


def test_it_is_a_version_7_uuid_of_now() -> None:
    """RFC 9562, 5.7: milliseconds since 1970 in the first 48 bits, version 7, variant 10."""
    before = time.time_ns() // 1_000_000
    identifier = new_id()
    after = time.time_ns() // 1_000_000
    assert identifier.version == 7
    assert identifier.variant == RFC_4122
    # A burst of an earlier test may have borrowed a few milliseconds.
    assert before <= identifier.int >> 80 <= after + 1000


def test_a_burst_rises_strictly() -> None:
    """More than 4,096 a millisecond must neither repeat nor go back."""
    burst = [new_id() for _ in range(50_000)]
    assert all(first < second for first, second in itertools.pairwise(burst))


def test_the_clock_may_go_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a correction of the clock, new keys still come after the old."""
    before = new_id()
    past = time.time_ns() - 3_600_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: past)
    assert new_id() > before


def test_threads_do_not_share_an_identifier() -> None:
    """Label rendering makes keys in worker threads."""
    with ThreadPoolExecutor(4) as threads:
        made = [
            identifier
            for batch in threads.map(lambda _: [new_id() for _ in range(5000)], range(4))
            for identifier in batch
        ]
    assert len(set(made)) == len(made)
