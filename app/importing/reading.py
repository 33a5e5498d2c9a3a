"""From a file's bytes to rows of cells: encoding, separator, header, and the rows as the spreadsheet counts them."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: A file beyond this is no register of one region; it is read into memory as a whole.
LARGEST_FILE: Final = 256 * 1024 * 1024
_LONGEST_CELL: Final = 10_000

_SAVE_AS = "save it as CSV UTF-8 (in Excel: Save as, CSV UTF-8; in LibreOffice: character set Unicode UTF-8)"
#: UTF-8 that somebody has read as Windows-1252 and saved again: "Ã¥" for "å".
_GARBLED: Final = re.compile("Ã[¥¤¶…„–©\x85\x84\x96]|ï¿½|\ufffd")
_SPACE: Final = re.compile(r"\s+")


class FileFault(Exception):
    """The file cannot be read at all; the message says why and what to do. ``row`` is 0 when it is no row's fault."""

    def __init__(self, text: str, row: int = 0) -> None:
        super().__init__(text)
        self.text = text
        self.row = row


@dataclass(frozen=True)
class Source:
    """A file's content. ``sha256`` is of its bytes, in hexadecimal."""

    name: str
    sha256: str
    text: str


def read_source(path: Path) -> Source:
    """Read and decode a file.

    Raises:
        FileFault: it cannot be read, is empty, too large or in another encoding.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FileFault(f"larger than {LARGEST_FILE // 2**20} MB; divide it and import the parts one by one")
        content = path.read_bytes()
    except OSError as error:
        raise FileFault(f"cannot be read ({error.strerror}); check its permissions") from None
    return Source(path.name, hashlib.sha256(content).hexdigest(), decode(content))


def decode(content: bytes) -> str:
    """The text of a UTF-8 file, with or without a byte order mark.

    Raises:
        FileFault: it is empty, or in another encoding.
    """
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"} or (b"\0" in content[:200] and b"\0" in content):
        raise FileFault(f"is in UTF-16 (Excel's Unicode text); {_SAVE_AS}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise FileFault(
            f"is not in UTF-8 but probably in Windows-1252 or Latin-1, see line {row}; {_SAVE_AS}"
        ) from None
    if not text.strip():
        raise FileFault("is empty; give it a header and rows, or take it out of the folder")
    return text


def delimiter_of(text: str) -> str:
    """The separator that the header uses: a semicolon or a comma.

    Raises:
        FileFault: neither, but tabs.
    """
    header = re.sub(r'"[^"]*"', "", text.lstrip("\r\n").split("\n", 1)[0])
    if ";" not in header and "," not in header and "\t" in header:
        raise FileFault("is separated by tabs; save it as CSV with semicolons or commas")
    return "," if header.count(",") > header.count(";") else ";"


def rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold something, each with its number in the spreadsheet; the header is among them.

    A line break inside a quoted cell becomes a space, and so do other runs of white space: a register's cells are
    lines. Blank rows are counted and left out.

    Raises:
        FileFault: a quotation mark is out of place, so that where cells end cannot be told.
    """
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text), strict=True)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            what = (
                f"a cell is longer than {_LONGEST_CELL} characters"
                if "limit" in str(error)
                else "a quotation mark is out of place"
            )
            raise FileFault(
                f'{what} here or in a row before; write a quotation mark inside a cell twice ("") and end every'
                " quoted cell",
                number + 1,
            ) from None
        number += 1
        cells = [_SPACE.sub(" ", cell).strip() for cell in cells]
        if any(cells):
            yield number, cells


def looks_garbled(cells: Sequence[str]) -> int | None:
    """The place of a cell whose letters å, ä, ö have been through the wrong encoding, or None."""
    for place, cell in enumerate(cells):
        if not cell.isascii() and _GARBLED.search(cell):
            return place
    return None


def has_control_characters(cell: str) -> bool:
    """True for characters that no keyboard writes; white space has become spaces before."""
    return not cell.isprintable() and any(ord(letter) < 32 or 127 <= ord(letter) < 160 for letter in cell)
