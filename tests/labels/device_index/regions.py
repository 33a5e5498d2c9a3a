"""Random regions for the device index, and the way to the phone's reading of it; for tests and a benchmark."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from labels.device_index.format import FLAGS, STATUSES, DeviceIndex, IndexArticle, IndexEntry
from tests.field.protocols.random_protocols import NODE

TODAY = date(2026, 11, 25)
_SCRIPT = Path(__file__).with_name("read_index.mjs")
_WEIGHTS = [10, 1, 1, 70, 1, 1, 1, 2, 1, 1, 1, 9, 1]


def random_index(random: Random, devices: int, articles: int = 3000) -> DeviceIndex:
    """A region as they are: most devices with a holder, some articles in most of them."""
    listed = [
        IndexArticle(
            str(10_000 + position),
            f"Rullstol modell {random.randint(1, 900)} sittbredd {random.randint(35, 50)}",
            "122203",
            random.random() < 0.1,
            random.choice([None, 12, 24]),
        )
        for position in range(articles)
    ]
    numbers = random.sample(range(50_000, 50_000 + devices * 2), devices)
    entries = {str(number): random_entry(random, str(number), articles) for number in numbers}
    return DeviceIndex(listed, ["Länsservice Boden", "Piteå", "Kiruna"], entries)


def random_entry(random: Random, number: str, articles: int) -> IndexEntry:
    """One device."""
    status = random.choices(STATUSES, _WEIGHTS)[0]
    return IndexEntry(
        number=number,
        article=min(int(random.expovariate(15 / articles)), articles - 1),
        status=status,
        next_pm=TODAY + timedelta(days=random.randint(-300, 700)) if random.random() < 0.6 else None,
        scrapped_on=TODAY - timedelta(days=random.randint(0, 3000)) if status == "scrapped" else None,
        location=random.choices([0, 1, 2, None], [90, 5, 3, 2])[0],
        flags=frozenset(flag for flag in FLAGS if random.random() < 0.03),
        labels=tuple((version, random.getrandbits(16)) for version in range(1, random.choice([1, 1, 1, 2, 3]) + 1)),
    )


def read_on_phone(snapshot: bytes, scans: Sequence[tuple[str, tuple[int, str] | None]], *arguments: str) -> Any:
    """What pwa/client/src/index says of each scan: [facts or None, notices]; see read_index.mjs."""
    question = {"snapshot": base64.b64encode(snapshot).decode(), "today": TODAY.isoformat(), "scans": list(scans)}
    answer = subprocess.run(
        [str(NODE), "--disable-warning=ExperimentalWarning", str(_SCRIPT), *arguments],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)
