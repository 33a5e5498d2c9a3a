"""The two symbols of a label as plain data: which modules of the QR code are dark, how wide Code 128's bars are."""

from __future__ import annotations

import math
from typing import Final

import qrcode
from reportlab.graphics.barcode.code128 import Code128Auto

from labels.template import LabelTooSmall

MM_PER_INCH: Final = 25.4
QUIET_ZONE_MODULES: Final = 4
"""Empty modules round a QR code (ISO/IEC 18004)."""
SMALLEST_MODULE_MM: Final = 0.5
"""SR-37: what a phone reads at arm's length after some years of wear."""
ROUGH_USE_SIDE_MM: Final = 25.0
"""From this side error correction H fits and survives more dirt; below it Q reads better (both measured)."""
CODE128_QUIET_ZONE: Final = 10
"""Empty module widths at each end of Code 128 (ISO/IEC 15417)."""
SMALLEST_BAR_MM: Final = 0.19
"""Narrowest bar of Code 128 that ordinary hand scanners are rated for."""

QrModules = list[list[bool]]
"""Square, True is dark, the quiet zone is not in it."""


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
        needed = math.ceil(smallest_mm)
        decimal_comma = f"{side_mm:g}".replace(".", ",")
        raise LabelTooSmall(
            f"{decimal_comma} mm är för litet för den här adressen: välj minst {needed} mm eller ett kortare värdnamn.",
            f"{side_mm:g} mm is too small for this address: choose at least {needed} mm or a shorter host name.",
        )
    return modules


def _encode(payload: str, error_correction: int) -> QrModules:
    code = qrcode.QRCode(version=None, error_correction=error_correction, border=0)
    # One segment; the library finds that the whole payload fits the alphanumeric mode.
    code.add_data(payload, optimize=0)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.modules]


def _smallest_side_mm(modules: QrModules, dpi: float | None) -> float:
    return with_quiet_zone(modules) * smallest_module_mm(dpi)


def smallest_module_mm(dpi: float | None) -> float:
    """Return the narrowest QR module in mm that is at least 0.5 mm and, with ``dpi``, a whole number of dots."""
    if dpi is None:
        return SMALLEST_MODULE_MM
    return math.ceil(SMALLEST_MODULE_MM * dpi / MM_PER_INCH) * MM_PER_INCH / dpi


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
