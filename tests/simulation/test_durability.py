"""A slice of ``python -m tests.simulation.durability`` (SR-01, SR-02); the whole is in ``make soak``.

Kills in the middle of pushes are in test_faults.py as well.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.simulation.durability import prove_repeats, prove_sync

SEED = random.SystemRandom().randrange(10**6)


async def test_a_command_sent_many_times_has_one_effect(tmp_path: Path) -> None:
    print(f"seed {SEED}")
    found = await prove_repeats(tmp_path / "repeats", SEED, commands=120)
    assert (found["lost"], found["doubled"]) == (0, 0)
    assert found["sent"] > found["commands"]


async def test_an_fdatasync_lies_between_a_push_and_its_answer(tmp_path: Path) -> None:
    tmp_path.joinpath("data").mkdir()
    synced = await prove_sync(tmp_path, SEED, pushes=5)
    if synced is None:
        pytest.skip("strace is not installed")
    assert synced["unsynced"] == 0
