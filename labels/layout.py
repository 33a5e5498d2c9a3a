"""Where each part of a label goes: the geometry that the PNG and the PDF share, in mm from the top left corner."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
import reportlab
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from labels.template import DeviceLabel, LabelField, LabelTemplate, LabelTooSmall

FontName: TypeAlias = Literal["Vera", "VeraBd"]

# Bitstream Vera comes with reportlab, so that every machine prints the same letters.
FONT_FILES: Final[dict[FontName, Path]] = {
    name: Path(reportlab.__file__).parent / "fonts" / f"{name}.ttf" for name in ("Vera", "VeraBd")
}
_FONTS: Final[dict[FontName, TTFont]] = {name: TTFont(name, str(path)) for name, path in FONT_FILES.items()}

# Shares of the column's height; what a template leaves out is shared by the rest.
_SHARES: Final[dict[LabelField, float]] = {"number": 28, "code128": 37, "owner": 21, "phone": 14}
_FILLED: Final = 0.92
"""How much of its row a field fills; the rest is air."""
_LINE_HEIGHT: Final = 1.17
"""Vera's ascent and descent together, in em; its ascent alone is 0.93."""
_ASCENT: Final = 0.93
SMALLEST_TEXT_EM_MM: Final = 1.6
"""About 4.5 points: the smallest type that a 203 dpi printer still forms."""
SMALLEST_NUMBER_EM_MM: Final = 3.0


class TextLine(msgspec.Struct, frozen=True):
    """One line of text: its start and baseline in mm from the label's top left corner, its em in mm."""

    text: str
    font: FontName
    left_mm: float
    baseline_mm: float
    em_mm: float


class Layout(msgspec.Struct, frozen=True):
    """A label with everything placed. ``code128_box`` is left, top, width and height in mm, or None if left out."""

    qr_left_mm: float
    qr_top_mm: float
    lines: tuple[TextLine, ...]
    code128_box: tuple[float, float, float, float] | None


def register_fonts() -> None:
    """Make the label's fonts known to reportlab's canvas. Registering again changes nothing."""
    for font in _FONTS.values():
        pdfmetrics.registerFont(font)


def lay_out(template: LabelTemplate, label: DeviceLabel) -> Layout:
    """Place a label's parts.

    Raises ``LabelTooSmall`` if a text would come out too small to read, and ``ValueError`` for a character that the
    font lacks: a text is printed as written or not at all.
    """
    inner_height = template.height_mm - 2 * template.margin_mm
    total = sum(_SHARES[field] for field in template.fields)
    top = template.margin_mm
    lines: list[TextLine] = []
    code128_box = None
    for field in template.fields:
        row = inner_height * _SHARES[field] / total
        height = row * _FILLED
        if field == "code128":
            code128_box = (template.column_left_mm, top, template.column_width_mm, height)
        elif field == "number":
            lines += _fit(template, label.number, "VeraBd", top, height, SMALLEST_NUMBER_EM_MM)
        else:
            text = label.owner if field == "owner" else label.phone
            lines += _fit(template, text, "Vera", top, height, SMALLEST_TEXT_EM_MM)
        top += row
    return Layout(
        qr_left_mm=template.margin_mm,
        qr_top_mm=(template.height_mm - template.qr_mm) / 2,
        lines=tuple(lines),
        code128_box=code128_box,
    )


def _fit(
    template: LabelTemplate, text: str, font: FontName, top_mm: float, height_mm: float, smallest_em_mm: float
) -> list[TextLine]:
    """Set a text on one line, or on two if that makes it larger, as large as the box allows."""
    _require_glyphs(text, font)
    words = text.split(" ")
    splits = [[text]] + [[" ".join(words[:at]), " ".join(words[at:])] for at in range(1, len(words))]
    em_mm, rows = max(
        ((_largest_em_mm(rows, font, template.column_width_mm, height_mm), rows) for rows in splits),
        key=lambda candidate: candidate[0],
    )
    if em_mm < smallest_em_mm:
        raise LabelTooSmall(
            f"Texten ”{text}” får inte plats på etiketten: välj en större etikett eller en kortare text.",
            f"The text “{text}” does not fit on the label: choose a larger label or a shorter text.",
        )
    return [
        TextLine(
            text=row,
            font=font,
            left_mm=template.column_left_mm,
            baseline_mm=top_mm + (index * _LINE_HEIGHT + _ASCENT) * em_mm,
            em_mm=em_mm,
        )
        for index, row in enumerate(rows)
    ]


def _largest_em_mm(rows: list[str], font: FontName, width_mm: float, height_mm: float) -> float:
    widest_em = max(_FONTS[font].stringWidth(row, 1) for row in rows)
    by_height = height_mm / (len(rows) * _LINE_HEIGHT)
    return min(by_height, width_mm / widest_em) if widest_em > 0 else by_height


def _require_glyphs(text: str, font: FontName) -> None:
    glyphs = _FONTS[font].face.charToGlyph
    missing = sorted({character for character in text if ord(character) not in glyphs or not character.isprintable()})
    if missing:
        shown = ", ".join(f"U+{ord(character):04X}" for character in missing)
        raise ValueError(f"The label's font has no character for {shown}")
