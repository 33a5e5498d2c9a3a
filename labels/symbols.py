"""The two symbols of a label as plain data: which modules of the QR code are dark, how wide Code 128's bars are."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import qrcode
from reportlab.graphics.barcode.code128 import Code128Auto

from labels.sentences import LabelTooSmall

MM_PER_INCH: Final = 25.4
QUIET_ZONE_MODULES: Final = 4
"""Empty modules round a QR code (ISO/IEC 18004)."""
SMALLEST_MODULE_MM: Final = 0.5
"""SR-37: what a phone reads at arm's length after some years of wear."""
READABILITY: Final = Path(__file__).parent / "readability.json"
"""What ``make bench-labels`` measured: which modules reach the rate of SR-37, by the printer's dots per inch."""
ROUGH_USE_SIDE_MM: Final = 25.0
"""From this side error correction H fits and survives more dirt; below it Q reads better (both measured)."""
CODE128_QUIET_ZONE: Final = 10
"""Empty module widths at each end of Code 128 (ISO/IEC 15417)."""
SMALLEST_BAR_MM: Final = 0.19
"""Narrowest bar of Code 128 that ordinary hand scanners are rated for."""

QrModules = list[list[bool]]
"""Square, True is dark, the quiet zone is not in it."""
_MASK: Final = 2
"""One mask for every code: choosing the best of eight costs eight times the work, and every reader undoes any of them.
That no code suffers is measured (labels.read_pct in docs/benchmarks.md)."""


class Readability(msgspec.Struct, frozen=True):
    """The narrowest module in mm that reached ``goal`` in every promised condition, by dots per inch ("any": vectors).

    ``measured`` is what the figures rest on: for each resolution the share of reads in percent by module in mm.
    """

    goal: float
    smallest_module_mm: dict[str, float]
    measured: dict[str, dict[str, float]]


@cache
def readability() -> Readability:
    """Return the measured thresholds (SR-37)."""
    return msgspec.json.decode(READABILITY.read_bytes(), type=Readability)


def qr_modules(payload: str, side_mm: float, dpi: float | None = None) -> QrModules:
    """Return the QR code for a payload that is to fill a square of ``side_mm`` mm, quiet zone included.

    Error correction is H from 25 mm if its modules keep to 0.5 mm there, otherwise Q. ``dpi`` is the printer's dots per
    inch, which makes a module a whole number of dots; ``None`` means that any width can be drawn.

    Raises ``LabelTooSmall`` with the smallest side that would do.
    """
    if side_mm >= ROUGH_USE_SIDE_MM:
        modules = _encode(payload, qrcode.ERROR_CORRECT_H)
        if side_mm >= _smallest_side_mm(modules, dpi):
            return modules
    modules = _encode(payload, qrcode.ERROR_CORRECT_Q)
    smallest_mm = _smallest_side_mm(modules, dpi)
    if side_mm < smallest_mm:
        raise LabelTooSmall("label.qr_too_small", side=float(side_mm), needed=math.ceil(smallest_mm))
    return modules


def error_correction(modules: QrModules, payload: str) -> str:
    """Return ``H`` or ``Q``: which of the two ``qr_modules`` chose."""
    return "H" if modules == _encode(payload, qrcode.ERROR_CORRECT_H) else "Q"


def _encode(payload: str, correction: int) -> QrModules:
    code = qrcode.QRCode(version=None, error_correction=correction, border=0, mask_pattern=_MASK)
    # One segment; the library finds that the whole payload fits the alphanumeric mode.
    code.add_data(payload, optimize=0)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.modules]


def _smallest_side_mm(modules: QrModules, dpi: float | None) -> float:
    return with_quiet_zone(modules) * smallest_module_mm(dpi)


def smallest_module_mm(dpi: float | None) -> float:
    """Return the narrowest QR module in mm that reads (SR-37) and, with ``dpi``, is a whole number of dots."""
    known = readability().smallest_module_mm
    least = max(SMALLEST_MODULE_MM, known.get("any" if dpi is None else f"{dpi:g}", SMALLEST_MODULE_MM))
    if dpi is None:
        return least
    return math.ceil(least * dpi / MM_PER_INCH - 1e-9) * MM_PER_INCH / dpi


def with_quiet_zone(modules: QrModules) -> int:
    """Return the side of the QR code in modules, quiet zone included."""
    return len(modules) + 2 * QUIET_ZONE_MODULES


def code128_widths(number: str) -> list[int]:
    """Return the widths of bar, space, bar, ... of Code 128 for a device number, in module widths, no quiet zone."""
    code = Code128Auto(number, quiet=0)
    # The stubs leave these three without annotations; they take and return nothing.
    code.validate()  # type: ignore[no-untyped-call]
    code.encode()  # type: ignore[no-untyped-call]
    code.decompose()  # type: ignore[no-untyped-call]
    # reportlab writes bars as A-D and spaces as a-d, for 1-4 module widths.
    return [ord(letter.upper()) - ord("A") + 1 for letter in code.decomposed]


def code128_modules(widths: list[int]) -> int:
    """Return the width of a Code 128 symbol in module widths, both quiet zones included."""
    return sum(widths) + 2 * CODE128_QUIET_ZONE


def bars(widths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield start and width of each bar in module widths, counted from the left end of the quiet zone."""
    start = CODE128_QUIET_ZONE
    for index, width in enumerate(widths):
        if index % 2 == 0:
            yield start, width
        start += width


_DARK: Final = re.compile("1+")


def runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield start and length of each run of dark modules."""
    for run in _DARK.finditer("".join("1" if dark else "0" for dark in row)):
        yield run.start(), run.end() - run.start()


def require_bar_width(bar_mm: float) -> None:
    """Raise ``LabelTooSmall`` for bars narrower than scanners are rated for."""
    if bar_mm < SMALLEST_BAR_MM:
        raise LabelTooSmall("label.bars_too_narrow")
