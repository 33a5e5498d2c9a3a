"""docs/sync.md section 6 says which conflict cases are built: each of them has a test that carries its number."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def built() -> set[int]:
    """The numbers that the document calls built."""
    text = (ROOT / "docs/sync.md").read_text()
    line = re.search(r"Built and tested by number: ([0-9, -]+)", text)
    assert line is not None
    numbers: set[int] = set()
    for part in line[1].replace(" ", "").strip(",").split(","):
        first, _, last = part.partition("-")
        numbers.update(range(int(first), int(last or first) + 1))
    return numbers


def numbered() -> set[int]:
    """The numbers of the tests."""
    found: set[int] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        found.update(int(number) for number in re.findall(r"def test_case_(\d+)_", path.read_text()))
    return found


def test_every_case_that_is_called_built_has_a_test_by_its_number() -> None:
    assert built() - numbered() == set()
    assert numbered() - built() == set(), "a case is tested and not called built"


def test_the_table_names_thirty_cases_once() -> None:
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "docs/sync.md").read_text(), re.MULTILINE)
    assert [int(row) for row in rows] == list(range(1, 31))
