"""How fast service protocols are judged, on the server and on the phone's engine, and whether they ever disagree.

Run it with `make bench-protocol`, or `python -m benchmarks.bench_protocol`. The figures are per core: CPU seconds, not
wall time, medians of seven rounds, on a template of 50 items with answers as a technician gives them.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from random import Random
from typing import Any

import msgspec

from benchmarks.report import figure, header
from field.protocols import Template, TemplateError, judge, parse_template
from tests.field.protocols.random_protocols import NODE, random_answers, random_template, run_node

SEED = 7
ROUNDS = 7
ROUND_SECONDS = 0.3
COMPARED = 20_000


def calm_template(random: Random) -> tuple[dict[str, Any], Template]:
    """Return a usable template of 50 items."""
    while True:
        data = random_template(random, 50, quarrelsome=False)
        try:
            return data, parse_template(json.dumps(data))
        except TemplateError:
            continue


def python_per_second(template: Template, answers: list[Any]) -> float:
    """Return judgements per CPU second."""
    rounds = []
    for _ in range(ROUNDS):
        begin, until, count = time.process_time(), time.perf_counter() + ROUND_SECONDS, 0
        while time.perf_counter() < until:
            for one in answers:
                judge(template, one)
            count += len(answers)
        rounds.append(count / (time.process_time() - begin))
    return statistics.median(rounds)


def disagreements(random: Random) -> int:
    """Return how many of the compared random pairs the two engines judge differently."""
    templates = [random_template(random, random.randint(1, 40)) for _ in range(COMPARED // 20)]
    pairs = [(index, random_answers(random, templates[index])) for index in range(len(templates)) for _ in range(20)]
    ours: list[Any] = []
    parsed: list[Template | dict[str, str]] = []
    for data in templates:
        try:
            parsed.append(parse_template(json.dumps(data)))
        except TemplateError as error:
            parsed.append({"refused": error.code, "linkId": error.link_id})
    for index, answers in pairs:
        template = parsed[index]
        ours.append(
            template
            if isinstance(template, dict)
            else msgspec.json.decode(msgspec.json.encode(judge(template, answers)))
        )
    return sum(a != b for a, b in zip(ours, run_node(templates, pairs), strict=True))


def main() -> None:
    """Measure and print."""
    node = subprocess.run([str(NODE), "--version"], capture_output=True, text=True, check=True).stdout.strip()
    header(seed=SEED, node=node)
    random = Random(SEED)
    data, template = calm_template(random)
    answers = [random_answers(random, data, nasty=0.0) for _ in range(50)]
    figure("protocol.py_per_s", python_per_second(template, answers), "1/s", 5_000, "higher", "50 items, CPU time")
    per_second = float(run_node([data], [(0, one) for one in answers], "--time"))
    figure("protocol.ts_per_s", per_second, "1/s", 50_000, "higher", "50 items, CPU time, node")
    figure("protocol.disagreements", disagreements(random), "of 20,000", 0, "lower", "random templates and answers")


if __name__ == "__main__":
    main()
