"""Takes figures into docs/benchmarks.md: ``make bench-http | .venv/bin/python -m benchmarks.table``.

What comes in is printed again. A figure's row is replaced, the others stay; the text around the table is people's.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
HEAD = "| id | value | goal | holds | command | day | how it was measured |\n|---|---|---|---|---|---|---|\n"
WORDS = {True: "yes", False: "**no**", None: "-"}


def rows_of(page: str) -> dict[str, str]:
    """The table's rows by their figure's id."""
    table = page[page.index(HEAD) + len(HEAD) :].partition("\n\n")[0]
    return {line.split("|")[1].strip().strip("`"): line for line in table.splitlines() if line.startswith("| `")}


def row_of(figure: dict[str, Any], day: str) -> str:
    """A figure as a row of the table."""
    bound = ">=" if figure["better"] == "higher" else "<="
    goal = "-" if figure["goal"] is None else f"{bound} {figure['goal']:,}"
    value = f"{figure['value']:,} {figure['unit']}".replace(" ratio", "")
    family = figure["id"].partition(".")[0]
    note = figure["note"].replace("|", "/")
    return (
        f"| `{figure['id']}` | {value} | {goal} | {WORDS[figure['holds']]} | `make bench-{family}` | {day} | {note} |"
    )


def with_figures(page: str, figures: Iterable[dict[str, Any]], day: str) -> str:
    """The page with the figures in its table; new ones come last."""
    rows = rows_of(page)
    before, _, rest = page.partition(HEAD)
    _, gap, after = rest.partition("\n\n")
    rows |= {figure["id"]: row_of(figure, day) for figure in figures}
    return before + HEAD + "\n".join(rows.values()) + gap + after


def main() -> None:
    """Read standard input, print it, and write the page."""
    figures = []
    for line in sys.stdin:
        print(line, end="", flush=True)
        if line.startswith("BENCH "):
            figures.append(json.loads(line.removeprefix("BENCH ")))
    day = datetime.now(UTC).date().isoformat()
    PAGE.write_text(with_figures(PAGE.read_text("utf-8"), figures, day), "utf-8")


if __name__ == "__main__":
    main()
