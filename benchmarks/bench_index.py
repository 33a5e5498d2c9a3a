"""The region's device index: how large, how long to make, and how fast on the phone's engine.

Run it with `make bench-index`, or `python -m benchmarks.bench_index`. CPU seconds; the code of the phone runs in node.
"""

from __future__ import annotations

import time
from random import Random

from benchmarks.report import figure, header
from labels.device_index.format import DeviceIndex, diff, encode, pack
from tests.labels.device_index.regions import random_entry, random_index, read_on_phone

SEED = 11
CHANGES = 1000


def main() -> None:
    """Measure and print."""
    header(seed=SEED)
    random = Random(SEED)
    for devices in (65_000, 500_000):
        index = random_index(random, devices)
        begin = time.process_time()
        content = encode(index)
        packed = pack(content)
        seconds = time.process_time() - begin
        changed = DeviceIndex(index.articles, index.locations, dict(index.entries))
        for number in random.sample(list(index.entries), CHANGES):
            changed.entries[number] = random_entry(random, number, len(index.articles))
        delta = pack(diff(content, encode(changed)))
        scans = [(random.choice(list(index.entries)[:2000]), None) for _ in range(1000)]
        phone = read_on_phone(content, scans, "--time")
        note = f"{devices:,} devices, 3,000 articles"
        if devices == 65_000:
            figure("index.bytes_65000", len(packed), "bytes", 1_500_000, "lower", f"{note}, gzip")
            figure("index.build_s", seconds, "s", 10, "lower", f"{note}; columns and gzip, without the query")
            figure("index.delta_bytes_1000", len(delta), "bytes", 60_000, "lower", f"{note}; 1,000 of them changed")
            figure("index.lookup_ms", phone["lookup_ms"], "ms", 5, "lower", f"{note}; node, median of 1,000")
            figure("index.read_ms", phone["read_ms"], "ms", None, "lower", f"{note}; from bytes to columns, node")
        else:
            figure("index.bytes_500000", len(packed), "bytes", None, "lower", f"{note}, gzip")
            figure("index.build_500000_s", seconds, "s", None, "lower", note)


if __name__ == "__main__":
    main()
