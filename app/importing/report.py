"""What was found and what was done. Nothing of a cell's content is ever in it: file, row and column name the place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

#: More than this many lines help nobody; all of them are counted.
SHOWN: Final = 100


@dataclass(frozen=True, order=True)
class Remark:
    """A fault or a warning.

    Attributes:
        file: the file's name.
        row: as the spreadsheet shows it (the header is 1); 0 for the file as a whole.
        column: the column's name as it stands in the file, "" for the row as a whole.
        text: what is wrong and what to do.
    """

    file: str
    row: int
    column: str
    text: str

    def line(self) -> str:
        """The remark as one line."""
        place = self.file
        if self.row:
            place += f", row {self.row}"
        if self.column:
            place += f", column {self.column}"
        return f"{place}: {self.text}"


@dataclass
class Remarks:
    """Remarks of one kind: kept up to a bound so that a file of rubbish fills no memory, all counted."""

    kept: list[Remark] = field(default_factory=list)
    count: int = 0

    def add(self, file: str, row: int, column: str, text: str) -> None:
        """Note one."""
        self.count += 1
        if len(self.kept) < 10 * SHOWN:
            self.kept.append(Remark(file, row, column, text))

    def lines(self) -> Iterator[str]:
        """The first of them in the order of files and rows, and how many more there are."""
        for remark in sorted(self.kept)[:SHOWN]:
            yield remark.line()
        if self.count > SHOWN:
            yield f"... and {self.count - SHOWN} more"


@dataclass
class Counts:
    """What became of a file's rows."""

    rows: int = 0
    added: int = 0
    changed: int = 0

    @property
    def unchanged(self) -> int:
        """Rows that were there already, just so."""
        return self.rows - self.added - self.changed


@dataclass
class Report:
    """The outcome. ``stored`` is True when everything is in the register, False when nothing is."""

    region: str
    check_only: bool
    faults: Remarks = field(default_factory=Remarks)
    warnings: Remarks = field(default_factory=Remarks)
    files: dict[str, Counts] = field(default_factory=dict)
    stored: bool = False

    def text(self) -> str:
        """The report for people."""
        lines: list[str] = []
        if self.faults.count:
            lines += [f"Faults: {self.faults.count}", *(f"  {line}" for line in self.faults.lines()), ""]
        if self.warnings.count:
            lines += [f"Warnings: {self.warnings.count}", *(f"  {line}" for line in self.warnings.lines()), ""]
        for name, counts in self.files.items():
            if self.faults.count:
                lines.append(f"{name}: {counts.rows} rows read")
            else:
                lines.append(
                    f"{name}: {counts.rows} rows, {counts.added} new, {counts.changed} changed,"
                    f" {counts.unchanged} as before"
                )
        lines.append(self._ending())
        return "\n".join(lines)

    def _ending(self) -> str:
        if self.faults.count:
            return "Nothing was imported. Correct the files and run the command again."
        if not self.stored:
            return "Nothing was imported: this was a check. Run the command without --check to import."
        return f"Imported into {self.region}."
