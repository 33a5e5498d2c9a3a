"""``python -m tests.simulation.soak --minutes N``: rounds of faults and disasters until the time is over.

Prints a BENCH line per figure of docs/benchmarks.md and exits with 1 when an invariant was broken.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from tests.simulation.findings import FIGURES
from tests.simulation.server import ROOT
from tests.simulation.simulation import DRAIN_SECONDS, Disaster, Simulation

_DISASTERS: Final[tuple[Disaster, ...]] = ("kill_server", "kill_both", "kill_database", "terminate_backends")
_GOAL_PER_MINUTE: Final = 100_000 / 30


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long (default 30)")
    parser.add_argument("--seed", type=int, default=None, help="repeat a run's choices")
    parser.add_argument("--phones", type=int, default=20)
    parser.add_argument("--each", type=int, default=250, help="commands per phone and round (default 250)")
    parser.add_argument("--restore-every", type=int, default=4, help="rounds between restores of a backup (default 4)")
    parser.add_argument("--root", type=Path, default=ROOT, help="serve the code of another folder")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    print(
        f"soak: seed {seed}, {options.phones} phones, {options.minutes} minutes;"
        f" Python {platform.python_version()}, {os.cpu_count()} cores",
        flush=True,
    )
    raise SystemExit(asyncio.run(_soak(options, seed)))


async def _soak(options: argparse.Namespace, seed: int) -> int:
    data = Path(tempfile.mkdtemp(prefix="turbil-soak-"))
    source = random.Random(f"{seed}:soak")
    try:
        async with Simulation(data, seed, phones=options.phones, root=options.root) as simulation:
            began = time.monotonic()
            deadline = began + options.minutes * 60
            rounds = 0
            while time.monotonic() < deadline and not simulation.findings:
                disasters = [*_DISASTERS, source.choice(_DISASTERS)]
                source.shuffle(disasters)
                await simulation.round(options.each, disasters)
                rounds += 1
                if rounds % options.restore_every == 0 and not simulation.findings:
                    # A disaster of its own: an older backup is read in; the phones bring back what it lacks.
                    backup = data / f"soak-{rounds}.backup"
                    await simulation.backup(backup)
                    await simulation.round(options.each // 5 or 1, ["kill_server"])
                    await simulation.restore(backup)
                print(
                    f"soak: round {rounds}, {time.monotonic() - began:.0f} s, {simulation.commands} commands,"
                    f" {simulation.server.starts} starts, faults {dict(simulation.proxy.counts)}",
                    flush=True,
                )
            _report(simulation, time.monotonic() - began)
            return 1 if simulation.findings else 0
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _report(simulation: Simulation, seconds: float) -> None:
    note = f"seed {simulation.seed}"
    if simulation.findings:
        print(simulation.findings, file=sys.stderr)
    for name in FIGURES:
        bench(f"soak.{name}", simulation.findings.figure(name), "", 0, note)
    rate = simulation.commands / seconds * 60
    goal = round(_GOAL_PER_MINUTE * seconds / 60)
    bench("soak.commands", simulation.commands, "", goal, f"{note}; {seconds:.0f} s, {rate:.0f} per minute", "higher")
    bench("soak.drain_max_s", round(simulation.drain_max, 1), "s", DRAIN_SECONDS, note)


def bench(name: str, value: float, unit: str, goal: float, note: str, better: str = "lower") -> None:
    """Print one figure of docs/benchmarks.md."""
    holds = value >= goal if better == "higher" else value <= goal
    line = {"id": name, "value": value, "unit": unit, "goal": goal, "better": better, "holds": holds, "note": note}
    print(f"BENCH {json.dumps(line)}", flush=True)


if __name__ == "__main__":
    main()
