"""Protocol mutants (docs/sync.md T5): the server's code with one fault planted; the simulation must find each.

``python -m tests.simulation.mutants [name ...]`` copies the code to a throw-away folder, plants, runs and reports.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.simulation.server import ROOT
from tests.simulation.simulation import Disaster, Simulation
from tests.simulation.soak import bench

_CODE: Final = ("app", "field", "labels", "offline_sync", "pwa", "routing")
_NOT_SERVED: Final = shutil.ignore_patterns("node_modules", "client", "__pycache__", "static")


@dataclass(frozen=True)
class Mutant:
    """A planted fault: ``changes`` are (file, old text, new text), each text once in its file."""

    name: str
    why: str
    changes: tuple[tuple[str, str, str], ...]
    disasters: tuple[Disaster, ...] = ()


_PUSH_CALL: Final = "return await retry_collisions(lambda: _receive_once(dispatcher, frame, commands, received_at))"
_SEEN: Final = "not pg_visible_in_snapshot(t.xid, d.snap)"

MUTANTS: Final = (
    Mutant(
        "custody_forks",
        "whatever a driver says about goods is a link of the chain",
        (
            (
                "routing/rounds/custody.py",
                'elif event.ruling == "forced" or self._fits(event):',
                'elif event.ruling != "never":',
            ),
        ),
    ),
    Mutant(
        "custody_by_arrival",
        "a chain is folded without what was heard of later",
        (
            (
                "routing/rounds/chain.py",
                "    ordered = sorted(set(subjects))\n",
                "    ordered = sorted(set(subjects))[:1] if by.int % 3 else []\n",
            ),
        ),
    ),
    Mutant(
        "last_seq_before",
        "last_seq is committed before the commands are",
        (
            (
                "offline_sync/push.py",
                _PUSH_CALL,
                (
                    "async with unit_of_work():\n"
                    "        device = await repository.lock_device(device_id)\n"
                    "        known = await repository.find_commands([command.id for command in commands])\n"
                    "        plan = plan_push(device.last_seq, commands, set(known))\n"
                    "        if not plan.gap and not plan.fork:\n"
                    "            await repository.advance_device(device.id, plan.last_seq, '', 1)\n"
                    f"    {_PUSH_CALL}"
                ),
            ),
            (
                "offline_sync/push.py",
                "plan = plan_push(device.last_seq, commands, set(known))\n        common",
                (
                    "first = commands[0].seq if commands else 1\n"
                    "        plan = plan_push(min(device.last_seq, first - 1), commands, set(known))\n        common"
                ),
            ),
        ),
        ("kill_server", "kill_both"),
    ),
    Mutant(
        "last_seq_after",
        "last_seq is committed after the commands are",
        (
            (
                "offline_sync/push.py",
                _PUSH_CALL,
                (
                    f"{_PUSH_CALL.replace('return', 'reply =')}\n"
                    "    if not reply.error:\n"
                    "        await repository.advance_device(device_id, reply.last_seq, '', 1)\n"
                    "    return reply"
                ),
            ),
            (
                "offline_sync/push.py",
                "        await repository.advance_device(device.id, plan.last_seq, _text(frame.build), frame.schema)\n",
                "",
            ),
        ),
        ("kill_server", "kill_both"),
    ),
    Mutant(
        "read_committed_pull",
        "a pull's queries do not see one moment",
        (("offline_sync/pull.py", 'unit_of_work("repeatable read")', "unit_of_work()"),),
    ),
    Mutant(
        "acknowledge_with_more",
        "a command is acknowledged before the last chunk",
        (("offline_sync/pull.py", "last_seq = None if more else state.last_seq", "last_seq = state.last_seq"),),
    ),
    Mutant(
        "touch_new_owner_only",
        "the one who loses an order is not touched",
        (
            (
                "app/database/migrations/0001_first.sql",
                "  if tg_op <> 'INSERT' then\n    perform touch(s) from (select unnest(array[old.assigned_to",
                "  if false then\n    perform touch(s) from (select unnest(array[old.assigned_to",
            ),
        ),
    ),
    Mutant(
        "sequence_cursor",
        "transactions are taken to commit in the order of their numbers",
        (("offline_sync/pull_repository.py", _SEEN, "t.xid >= pg_snapshot_xmax(d.snap)"),),
    ),
    Mutant(
        "updated_at_cursor",
        "transactions are taken to commit in the order of their clocks",
        (("offline_sync/pull_repository.py", _SEEN, "t.at > d.last_seen"),),
    ),
    Mutant(
        "counter_cookie",
        "cookies are counted and any pull is answered, so late repeats of old pulls are taken for new ones",
        (
            ("offline_sync/pull.py", "if request.pull_seq <= state.last_pull:", "if request.pull_seq < 0:"),
            (
                "offline_sync/pull.py",
                "cookie = uuid4()",
                "cookie = UUID(int=(request.cookie.int if request.cookie else 0) + 1)",
            ),
        ),
    ),
    Mutant(
        "repeat_runs_again",
        "a command that comes twice has its effect twice",
        (
            (
                "offline_sync/dispatcher.py",
                "if first is not None:\n                results.append",
                'if first is not None and first.verdict.verdict != "applied":\n                results.append',
            ),
        ),
    ),
    Mutant(
        "commit_not_durable",
        "PostgreSQL answers before its log is on disk",
        (
            (
                "app/database/launcher.py",
                '"log_min_messages": "log",',
                '"log_min_messages": "log", "synchronous_commit": "off",',
            ),
        ),
        ("kill_both", "kill_database", "kill_both", "kill_database"),
    ),
)


def plant(mutant: Mutant, root: Path) -> None:
    """Plant the fault in a copy of the code.

    Raises:
        ValueError: the code has changed and the mutant no longer fits.
    """
    for name, old, new in mutant.changes:
        path = root / name
        text = path.read_text(encoding="utf-8")
        if text.count(old) != 1:
            raise ValueError(f"{mutant.name}: {name} holds {old!r} {text.count(old)} times")
        path.write_text(text.replace(old, new), encoding="utf-8")


def copy_code(root: Path) -> None:
    """Copy what the server needs."""
    for package in _CODE:
        shutil.copytree(ROOT / package, root / package, ignore=_NOT_SERVED)
    (root / "pwa" / "static").mkdir()


async def hunt(mutant: Mutant, seed: int, rounds: int) -> Simulation:
    """Run the simulation on a mutant until something is found."""
    folder = Path(tempfile.mkdtemp(prefix="turbil-mutant-"))
    try:
        await asyncio.to_thread(copy_code, folder / "code")
        plant(mutant, folder / "code")
        async with Simulation(folder / "data", seed, root=folder / "code") as simulation:
            for _ in range(rounds):
                await simulation.round(30, mutant.disasters, bursts=10)
                if simulation.findings:
                    break
        return simulation
    finally:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Hunt the mutants that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.mutants", description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args(arguments)
    chosen = [mutant for mutant in MUTANTS if not options.names or mutant.name in options.names]
    missed = 0
    for mutant in chosen:
        simulation = asyncio.run(hunt(mutant, options.seed, options.rounds))
        missed += not simulation.findings
        first = simulation.findings.texts[0] if simulation.findings else "NOT FOUND"
        print(
            f"mutant {mutant.name}: {dict(simulation.findings.counts)} in {simulation.commands} commands: {first}",
            flush=True,
        )
    bench("soak.mutants_missed", missed, "", 0, f"{len(chosen)} planted, seed {options.seed}")
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
