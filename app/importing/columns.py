"""What a cell may hold: readers from text to value. Pure; no message quotes a cell (SR-07)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

Reader = Callable[[str], Any]

_DATE: Final = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_NUMBER: Final = re.compile(r"-?\d+")
_SCIENTIFIC: Final = re.compile(r"\d+[.,]\d+[eE]\+?\d+")
_EARLIEST: Final = date(1900, 1, 1)
_LATEST: Final = date(2200, 1, 1)


class CellFault(Exception):
    """A cell cannot be used. ``field`` names another column than the one being read, for a rule over a whole row."""

    def __init__(self, text: str, field: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.field = field


@dataclass(frozen=True)
class Column:
    """A column of a file.

    Attributes:
        field: its name in the staging table.
        names: how a header may call it: Swedish first, then English; capitals, spaces, - and _ do not matter.
        read: from a cell that is not empty to a value.
        type: the value's type in PostgreSQL.
        required: the column must be there and no cell empty.
        empty: the value of an empty cell, and of a column that is not there.
    """

    field: str
    names: tuple[str, ...]
    read: Reader
    type: str = "text"
    required: bool = False
    empty: Any = ""


def plain(name: str) -> str:
    """A header without what does not matter."""
    return re.sub(r"[\s_\-./]", "", name.casefold())


def text(longest: int = 200) -> Reader:
    """Any text of so many characters (code points)."""

    def read(cell: str) -> str:
        if len(cell) > longest:
            raise CellFault(f"{len(cell)} characters; at most {longest} fit, shorten it")
        return cell

    return read


def matching(pattern: str, rule: str) -> Reader:
    """A text of a fixed form; ``rule`` completes "write ..."."""
    expression = re.compile(pattern)

    def read(cell: str) -> str:
        if _SCIENTIFIC.fullmatch(cell):
            raise CellFault("a spreadsheet has rewritten the number; format the column as text and enter it again")
        if not expression.fullmatch(cell):
            raise CellFault(f"not a valid number; write {rule}")
        return cell

    return read


def day(cell: str) -> date:
    """A date, YYYY-MM-DD or YYYYMMDD."""
    found = _DATE.fullmatch(cell)
    try:
        value = date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        value = None
    if value is None:
        raise CellFault("not a date; write it as YYYY-MM-DD")
    if not _EARLIEST <= value < _LATEST:
        raise CellFault("a date before 1900 or after 2199; check it")
    return value


def whole(low: int, high: int) -> Reader:
    """A whole number in a range."""

    def read(cell: str) -> int:
        if not _NUMBER.fullmatch(cell) or len(cell) > 12:
            raise CellFault(f"not a whole number; write one from {low} to {high}")
        value = int(cell)
        if not low <= value <= high:
            kind = "negative" if value < 0 else "out of range"
            raise CellFault(f"{kind}; write a whole number from {low} to {high}")
        return value

    return read


def degrees(limit: int) -> Reader:
    """A decimal number of degrees, with a point or a comma."""

    def read(cell: str) -> float:
        try:
            value = float(cell.replace(",", "."))
        except ValueError:
            value = float("nan")
        if not -limit <= value <= limit:
            raise CellFault(f"not degrees; write a number from -{limit} to {limit}")
        return value

    return read


_YES_NO: Final = {"ja": True, "j": True, "yes": True, "1": True, "true": True, "x": True, "sant": True,
                  "nej": False, "n": False, "no": False, "0": False, "false": False, "falskt": False}  # fmt: skip


def yes_no(cell: str) -> bool:
    """Ja or nej."""
    value = _YES_NO.get(cell.casefold())
    if value is None:
        raise CellFault("neither yes nor no; write ja or nej")
    return value


def choice(options: Mapping[str, tuple[str, ...]]) -> Reader:
    """One of some words: value -> (Swedish words); the value itself, which is English, is understood too."""
    values = {plain(word): value for value, words in options.items() for word in (*words, value)}
    allowed = ", ".join(words[0] for words in options.values())

    def read(cell: str) -> str:
        value = values.get(plain(cell))
        if value is None:
            raise CellFault(f"not one of: {allowed}")
        return value

    return read
