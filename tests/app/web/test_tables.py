"""Files for spreadsheets: what people typed stays text, dates are dates, and Swedish letters survive."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime

from app.web.tables import Table, write

TABLE = Table(
    "Återkallelse",
    ["Namn", "Dag", "Tid", "Antal", "Andel"],
    [
        ['=HYPERLINK("http://x")', date(2026, 3, 2), datetime(2026, 3, 2, 8, 30, tzinfo=UTC), 3, 80.0],
        ["+46 920", None, None, 0, 12.5],
        ['Åke; "Öberg"\nBy', None, None, 1, 0.0],
        ["https://example.test", None, None, 1, 0.0],
        ["0070", None, None, 1, 0.0],
    ],
)


def sheet_of(content: bytes) -> str:
    """The XML of the first sheet and of the texts that it refers to."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert book.testzip() is None
        return "".join(book.read(f"xl/{part}.xml").decode() for part in ("worksheets/sheet1", "sharedStrings"))


def test_in_xlsx_nothing_typed_becomes_a_formula_a_link_or_a_number() -> None:
    sheet = sheet_of(write("xlsx", [TABLE]))
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet.lower().replace("=hyperlink", "")
    assert "=HYPERLINK" in sheet
    assert "<t>0070</t>" in sheet
    # 2 March 2026 is day 46083 of spreadsheets; 08:30 UTC is 09:30 in Sweden.
    assert "<v>46083</v>" in sheet
    assert re.search(r"<v>46083\.3958", sheet)


def test_in_csv_a_text_that_would_be_a_formula_is_marked_as_text() -> None:
    text = write("csv", [TABLE]).decode("utf-8-sig")
    rows = text.split("\r\n")
    assert rows[0] == "Namn;Dag;Tid;Antal;Andel"
    assert rows[1] == '"\'=HYPERLINK(""http://x"")";2026-03-02;2026-03-02 09:30;3;80,0'
    assert rows[2] == "'+46 920;;;0;12,5"
    assert rows[3] == '"Åke; ""Öberg""\nBy";;;1;0,0'


def test_the_same_table_is_the_same_file_but_for_the_clock_and_an_empty_one_opens() -> None:
    assert sheet_of(write("xlsx", [TABLE])) == sheet_of(write("xlsx", [TABLE]))
    assert "Namn" in sheet_of(write("xlsx", [Table("Tom", ["Namn"], [])]))
