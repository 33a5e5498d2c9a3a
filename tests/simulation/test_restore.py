"""An older backup is read in: one sync of the phones brings back what was acknowledged since (SR-04, case 27)."""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.simulation.simulation import Simulation

_PHONES = 6
_COMMANDS_EACH = 20


async def test_phones_bring_back_what_the_backup_lacks(tmp_path: Path) -> None:
    """SIMULATION_SEED repeats a failed run's choices; the soak restores again and again."""
    seed = int(os.environ.get("SIMULATION_SEED") or random.SystemRandom().randrange(10**6))
    print(f"SIMULATION_SEED={seed}")
    backup = tmp_path / "turbil.backup"
    async with Simulation(tmp_path / "data", seed, phones=_PHONES) as simulation:
        await simulation.round(_COMMANDS_EACH, bursts=0)
        await simulation.backup(backup)
        known = simulation.commands
        await simulation.round(_COMMANDS_EACH, bursts=0)
        assert simulation.commands > known
        await simulation.restore(backup)
    assert not simulation.findings, f"SIMULATION_SEED={seed}\n{simulation.findings}"
