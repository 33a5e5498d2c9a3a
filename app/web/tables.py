"""Tables as files: XLSX and CSV that a spreadsheet opens as they are meant, and in which no text becomes a formula.

What people have typed into the system is written as text, whatever it begins with (SR-36).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, TypeAlias
from zoneinfo import ZoneInfo

import xlsxwriter

Cell: TypeAlias = str | int | float | date | datetime | None
Format: TypeAlias = Literal["xlsx", "csv"]

MEDIA: Final[dict[Format, str]] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
MOST_ROWS: Final = 1_000_000
"""A worksheet has 1,048,576 rows; whoever has more asks for less."""

_LOCAL: Final = ZoneInfo("Europe/Stockholm")
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_WIDEST: Final = 40


@dataclass(frozen=True)
class Table:
    """One sheet: a name of at most 31 characters, a heading per column, and rows as long as the headings."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def write(kind: Format, tables: Sequence[Table]) -> bytes:
    """Return the file. CSV has room for the first table only. It takes a while for many rows: call it in a thread."""
    return _xlsx(tables) if kind == "xlsx" else _csv(tables[0])


def _xlsx(tables: Iterable[Table]) -> bytes:
    content = io.BytesIO()
    # Without the three, a text that looks like a formula, a link or a number becomes one. In memory, so that no list of
    # patients lies in a temporary file (SR-07).
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, {"in_memory": True, **plain}) as book:
        bold = book.add_format({"bold": True})
        styles = {date: book.add_format({"num_format": "yyyy-mm-dd"}), float: book.add_format({"num_format": "0.0"})}
        styles[datetime] = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for table in tables:
            sheet = book.add_worksheet(table.name)
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(table.columns):
                longest = max((len(str(row[column] or "")) for row in table.rows[:200]), default=0)
                sheet.set_column(column, column, min(_WIDEST, max(len(heading), longest) + 2))
            sheet.write_row(0, 0, table.columns, bold)
            for number, row in enumerate(table.rows, 1):
                for column, cell in enumerate(row):
                    value = cell.astimezone(_LOCAL).replace(tzinfo=None) if isinstance(cell, datetime) else cell
                    sheet.write(number, column, value, styles.get(type(value)))
            if table.rows:
                sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    return content.getvalue()


def _csv(table: Table) -> bytes:
    text = io.StringIO()
    # Semicolons, for a comma is the decimal sign here; the mark in front tells spreadsheets that it is UTF-8.
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(map(_as_text, table.columns))
    writer.writerows([_as_text(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _as_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(_LOCAL).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, float):
        return f"{cell:.1f}".replace(".", ",")
    if not isinstance(cell, str):
        return str(cell)
    # An apostrophe in front is what spreadsheets themselves use for "this is text".
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
