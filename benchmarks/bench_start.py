"""How long ``turbil demo`` takes from its start to the first page, on a ready data folder and on an empty one.

Run it with `make bench-start`. Both times end when the first page and the health check have been answered 200; they
hold the start of Python, of the embedded PostgreSQL and, for the empty folder, the making of the demo's data.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.report import figure, header, median, spread
from benchmarks.server import ShippedServer, free_port

SEED = 1
FRESH_RUNS = 3
READY_RUNS = 5


def first_page_seconds(data: Path) -> float:
    """Start the server, wait for its first page, stop it."""
    server = ShippedServer(data, free_port(), "--seed", str(SEED))
    try:
        return server.answered("/", "/healthz")
    finally:
        server.stop()


def main() -> None:
    """Measure and print."""
    header(seed=SEED)
    with tempfile.TemporaryDirectory(prefix="turbil-bench-") as folder:
        fresh = [first_page_seconds(Path(folder) / f"fresh-{run}") for run in range(FRESH_RUNS)]
        ready = [first_page_seconds(Path(folder) / "fresh-0") for _ in range(READY_RUNS)]
    figure("start.first_page_s", median(ready), "s", 5, "lower", f"median of {spread(ready, 's')}, demo data ready")
    figure("start.fresh_s", median(fresh), "s", 15, "lower", f"median of {spread(fresh, 's')}, empty data folder")


if __name__ == "__main__":
    main()
