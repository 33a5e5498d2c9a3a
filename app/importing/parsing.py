"""A file's rows become values: header, cells, rules over a row, and rows that contradict each other in one file."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from app.importing import reading
from app.importing.columns import CellFault, Column, plain
from app.importing.files import CUSTOMERS, HOLDINGS, PERSONS, FileKind, Values, birth_of
from app.importing.reading import FileFault, Source
from app.importing.report import Remarks

#: Between the date of birth and the last four of a personal number.
_SEPARATORS: Final = re.compile(r"(?<=^.{8})[-+ ]")


@dataclass
class Parsed:
    """What a file holds.

    Attributes:
        headers: field -> the column's name as it stands in the file; only columns that are there.
        rows: (row in the spreadsheet, values) of every row without a fault of its own.
        count: how many rows there are, faulty ones too.
        keys: key -> row, of all rows, faulty ones too.
        numbers: their natural numbers: what refers to a faulty row is not a second fault.
    """

    kind: FileKind
    source: Source
    headers: dict[str, str] = field(default_factory=dict)
    rows: list[tuple[int, Values]] = field(default_factory=list)
    count: int = 0
    keys: dict[tuple[Any, ...], int] = field(default_factory=dict)
    numbers: set[str] = field(default_factory=set)

    def name_of(self, wanted: str) -> str:
        """A column as the file calls it; as the documentation does when it is not there."""
        ours = next((column.names[0] for column in self.kind.columns if column.field == wanted), "")
        return self.headers.get(wanted, ours)


def parse(source: Source, kind: FileKind, today: date, faults: Remarks, warnings: Remarks) -> Parsed:
    """Read every row; what is wrong goes into ``faults`` and ``warnings`` by row and column."""
    parsed = Parsed(kind, source)
    places: list[Column | None] = []
    try:
        for number, cells in reading.rows(source.text):
            if not places:
                places = _read_header(parsed, cells, faults)
                if not places:
                    return parsed
                continue
            parsed.count += 1
            _read_row(parsed, places, number, cells, today, faults)
    except FileFault as fault:
        faults.add(source.name, fault.row, "", fault.text)
    if parsed.count == 0 and faults.count == 0:
        warnings.add(source.name, 0, "", "has a header but no rows")
    if kind is PERSONS:
        _warn_of_twins(parsed, warnings)
    if kind is HOLDINGS:
        _refuse_overlaps(parsed, faults)
    return parsed


def _read_header(parsed: Parsed, cells: Sequence[str], faults: Remarks) -> list[Column | None]:
    """The column of each place; empty when the rows cannot be read."""
    known = parsed.kind.by_header()
    file = parsed.source.name
    if reading.looks_garbled(cells) is not None:
        faults.add(file, 1, "", "å, ä and ö have been saved in the wrong encoding; export the file again as CSV UTF-8")
        return []
    places = [known.get(plain(name)) for name in cells]
    words = ", ".join(column.names[0] for column in parsed.kind.columns)
    if 2 * sum(column is not None for column in places) < len(places):
        # Perhaps a file without a header: its first row is then somebody's data and is not repeated.
        faults.add(file, 1, "", f"is not a header; the first row names the columns, which are: {words}")
        return []
    before = faults.count
    for place, (name, column) in enumerate(zip(cells, places, strict=True), start=1):
        if column is None:
            what = "is not a known column" if name else f"the column at place {place} has no name"
            faults.add(file, 1, name, f"{what}; remove it, or give it one of the names: {words}")
        elif column.field in parsed.headers:
            faults.add(file, 1, name, "is there twice; remove one of them")
        else:
            parsed.headers[column.field] = name
    for column in parsed.kind.columns:
        if column.required and column.field not in parsed.headers:
            faults.add(file, 1, column.names[0], "is missing; add the column")
    return places if faults.count == before else []


def _read_row(
    parsed: Parsed, places: Sequence[Column | None], number: int, cells: Sequence[str], today: date, faults: Remarks
) -> None:
    file = parsed.source.name
    before = faults.count
    if any(cells[len(places) :]):
        faults.add(
            file, number, "", f"{len(cells)} cells but {len(places)} columns; quote a cell that holds the separator"
        )
        return
    garbled = reading.looks_garbled(cells)
    if garbled is not None:
        column = places[garbled]
        name = parsed.headers[column.field] if column else ""
        faults.add(file, number, name, "å, ä or ö has been saved in the wrong encoding; export the file again")
    values: Values = {column.field: column.empty for column in parsed.kind.columns}
    for place, column in enumerate(places):
        cell = cells[place] if place < len(cells) else ""
        if column is not None:
            _read_cell(parsed, column, cell, number, values, faults)
    if faults.count == before:
        try:
            parsed.kind.check(values, today)
        except CellFault as fault:
            faults.add(file, number, parsed.name_of(fault.field), fault.text)
    number_field = parsed.kind.key[-1 if parsed.kind is CUSTOMERS else 0]
    key = tuple(values[name] for name in parsed.kind.key)
    parsed.numbers.add(_SEPARATORS.sub("", str(values[number_field])))
    first = parsed.keys.setdefault(key, number)
    if first != number and faults.count == before:
        faults.add(file, number, parsed.name_of(number_field), _twice(parsed, first, values))
    if faults.count == before:
        parsed.rows.append((number, values))


def _read_cell(parsed: Parsed, column: Column, cell: str, number: int, values: Values, faults: Remarks) -> None:
    name = parsed.headers[column.field]
    if not cell:
        if column.required:
            faults.add(parsed.source.name, number, name, "is empty; fill it in")
        return
    if reading.has_control_characters(cell):
        faults.add(parsed.source.name, number, name, "holds a character that cannot be shown; type the cell again")
        return
    # Kept even when it is faulty: what refers to this row by its number is no second fault.
    if column.field in parsed.kind.key and column.type == "text":
        values[column.field] = cell
    try:
        values[column.field] = column.read(cell)
    except CellFault as fault:
        faults.add(parsed.source.name, number, name, fault.text)


def _twice(parsed: Parsed, first: int, values: Values) -> str:
    if parsed.kind is PERSONS:
        place = bisect_left(parsed.rows, first, key=lambda known: known[0])
        other = parsed.rows[place] if place < len(parsed.rows) else (0, values)
        if other[0] == first and _name(other[1]) != _name(values):
            return (
                f"the same number as row {first} but another name: two persons with one number, or one of them"
                " mistyped; correct the number or remove a row"
            )
    if parsed.kind is HOLDINGS:
        return f"the same loan as row {first}; remove one of them, or add up their quantities in one row"
    return f"the same number as row {first}; remove one of them"


def _name(values: Values) -> tuple[str, str]:
    return values["first_name"].casefold(), values["last_name"].casefold()


def _warn_of_twins(parsed: Parsed, warnings: Remarks) -> None:
    """One name, birth date and street under two numbers: probably one person with two identities."""
    seen: dict[tuple[Any, ...], int] = {}
    for number, values in parsed.rows:
        born = birth_of(values)
        if born is None or not values["street"]:
            continue
        first = seen.setdefault((_name(values), born, values["street"].casefold()), number)
        if first != number:
            warnings.add(
                parsed.source.name,
                number,
                parsed.name_of("personal_number"),
                f"the same name, date of birth and street as row {first} under another number; perhaps one person",
            )


def _refuse_overlaps(parsed: Parsed, faults: Remarks) -> None:
    """A device is at one place at a time: two open loans, or two that overlap, are a fault of the later row."""
    loans: dict[str, list[tuple[date, date, int]]] = defaultdict(list)
    for number, values in parsed.rows:
        if values["device_number"] and values["from_on"] is not None:
            loans[values["device_number"]].append((values["from_on"], values["to_on"] or date.max, number))
    refused: set[int] = set()
    for periods in loans.values():
        periods.sort()
        _, end, last = periods[0]
        for start, stop, number in periods[1:]:
            if start < end:
                later = max(last, number)
                refused.add(later)
                both_open = end == date.max and stop == date.max
                what = "is open twice" if both_open else "overlaps in time"
                faults.add(
                    parsed.source.name,
                    later,
                    parsed.name_of("device_number"),
                    f"the device's loan {what}, see row {min(last, number)}; end the earlier one with a date in till",
                )
            if stop > end:
                end, last = stop, number
    parsed.rows = [(number, values) for number, values in parsed.rows if number not in refused]
