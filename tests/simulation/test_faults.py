"""Twenty phones, fifty commands each, through a faulty network to a server that is killed: nothing lost or doubled.

SR-01, SR-02, SR-22 and the invariants J1 to J11 of docs/sync.md. The long run is soak.py; mutants.py shows that planted
faults are found.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

from tests.simulation.simulation import DRAIN_SECONDS, Simulation

_PHONES = 20
_COMMANDS_EACH = 50


async def test_faults_and_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    """SIMULATION_SEED repeats a failed run's choices; the seed is in the output of a failure."""
    seed = int(os.environ.get("SIMULATION_SEED") or random.SystemRandom().randrange(10**6))
    print(f"SIMULATION_SEED={seed}")
    async with Simulation(tmp_path / "data", seed, phones=_PHONES) as simulation:
        await simulation.round(_COMMANDS_EACH, ["kill_server", "kill_both", "kill_server"])
    assert not simulation.findings, f"SIMULATION_SEED={seed}\n{simulation.findings}"
    assert simulation.commands == _PHONES * _COMMANDS_EACH
    assert simulation.server.starts == 4
    assert simulation.drain_max <= DRAIN_SECONDS
    # A run in which the network was kind proves nothing.
    faults = simulation.proxy.counts
    for fault in ("drop_before", "drop_after", "late", "duplicate", "truncate", "bad_gateway", "portal"):
        assert faults[fault] > 0, faults
    kinds = {command.type for phone in simulation.phones for command in phone.commands}
    assert {"work_order.report", "work_order.close", "device.scan"} <= kinds
    verdicts = {verdict for phone in simulation.phones for verdict, _ in phone.verdicts.values()}
    assert {"applied", "recorded", "parked"} <= verdicts
