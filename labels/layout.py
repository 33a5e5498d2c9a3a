"""Where each part of a label goes: the geometry that PNG, PDF and ZPL share, in mm from the top left corner."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

import msgspec
import reportlab
from reportlab.pdfbase.ttfonts import TTFont

from labels.sentences import LabelFault, LabelTooSmall
from labels.template import LabelContent, LabelField, LabelTemplate, PlainLabel

FontName: TypeAlias = Literal["Vera", "VeraBd"]
Ink: TypeAlias = Literal["black", "yellow", "orange", "red", "blue", "green"]

# Bitstream Vera comes with reportlab, so that every machine prints the same letters.
FONT_FILES: Final[dict[FontName, Path]] = {
    name: Path(reportlab.__file__).parent / "fonts" / f"{name}.ttf" for name in ("Vera", "VeraBd")
}
FONTS: Final[dict[FontName, TTFont]] = {name: TTFont(name, str(path)) for name, path in FONT_FILES.items()}

#: A colour as red, green and blue from 0 to 1, and whether white letters read better on it than black ones.
COLOURS: Final[dict[Ink, tuple[tuple[float, float, float], bool]]] = {
    "black": ((0.0, 0.0, 0.0), True),
    "yellow": ((1.0, 0.83, 0.0), False),
    "orange": ((1.0, 0.58, 0.0), False),
    "red": ((0.72, 0.05, 0.08), True),
    "blue": ((0.0, 0.31, 0.62), True),
    "green": ((0.0, 0.42, 0.2), True),
}
_YEARS: Final[tuple[Ink, ...]] = ("blue", "green", "orange", "red", "yellow")
"""The colour of a year is that of the year modulo five: 2026 green, 2027 orange, 2028 red, 2029 yellow, 2030 blue."""

# Shares of the column's height; what a template leaves out is shared by the rest.
_SHARES: Final[dict[LabelField, float]] = {
    "number": 28, "code128": 37, "owner": 21, "phone": 14, "month": 60, "article": 15, "text": 15,
}  # fmt: skip
_SHARE_OF_A_LINE: Final = 16.0
_SHARE_OF_A_NOTE: Final = 10.0
_FILLED: Final = 0.92
"""How much of its row a field fills; the rest is air."""
_LINE_HEIGHT: Final = 1.17
"""Vera's ascent and descent together, in em; its ascent alone is 0.93."""
_ASCENT: Final = 0.93
SMALLEST_TEXT_EM_MM: Final = 1.6
"""About 4.5 points: the smallest type that a 203 dpi printer still forms."""
SMALLEST_NUMBER_EM_MM: Final = 3.0
LARGEST_TEXT_EM_MM: Final = 8.0
_RULE_MM: Final = 0.25


class TextLine(msgspec.Struct, frozen=True):
    """One line of text: its start and baseline in mm from the label's top left corner, its em in mm.

    ``on`` is the colour it stands on, None for the bare label.
    """

    text: str
    font: FontName
    left_mm: float
    baseline_mm: float
    em_mm: float
    on: Ink | None = None


class Box(msgspec.Struct, frozen=True):
    """A filled rectangle, in mm."""

    left_mm: float
    top_mm: float
    width_mm: float
    height_mm: float
    ink: Ink = "black"


class Layout(msgspec.Struct, frozen=True):
    """A label with everything placed. ``code128_box`` is left, top, width and height in mm, or None if left out."""

    qr_left_mm: float
    qr_top_mm: float
    lines: tuple[TextLine, ...]
    code128_box: tuple[float, float, float, float] | None
    boxes: tuple[Box, ...] = ()


def lay_out(template: LabelTemplate, label: LabelContent) -> Layout:
    """Place a label's parts.

    Raises ``LabelTooSmall`` if a text would come out too small to read, and ``LabelFault`` for a character that the
    font lacks: a text is printed as written or not at all.
    """
    lines: list[TextLine] = []
    boxes: list[Box] = []
    code128_box = None
    if template.title:
        _band(template, label, lines, boxes)
    total = sum(_share(template, field) for field in template.fields)
    top = template.body_top_mm
    left, width = template.column_left_mm, template.column_width_mm
    for field in template.fields:
        row = template.body_height_mm * _share(template, field) / total
        height = row * _FILLED
        if field == "code128":
            code128_box = (left, top, width, height) if label.number else None
        elif field == "lines":
            each = row / max(1, len(template.lines))
            for index, caption in enumerate(template.lines):
                _write_line(caption, left, top + index * each, width, each, lines, boxes)
        elif field == "notes":
            each = row / max(1, len(template.notes))
            for index, note in enumerate(template.notes):
                lines += _fit(note, "Vera", left, width, top + index * each, each * _FILLED, SMALLEST_TEXT_EM_MM)
        else:
            bold = field in {"number", "month"}
            smallest = SMALLEST_NUMBER_EM_MM if bold else SMALLEST_TEXT_EM_MM
            font: FontName = "VeraBd" if bold else "Vera"
            lines += _fit(shown(field, label), font, left, width, top, height, smallest)
        top += row
    return Layout(
        qr_left_mm=template.margin_mm,
        qr_top_mm=template.body_top_mm + (template.body_height_mm - template.qr_mm) / 2,
        lines=tuple(lines),
        code128_box=code128_box,
        boxes=tuple(boxes),
    )


def shown(field: LabelField, label: LabelContent) -> str:
    """Return the text of a field. A month that is not known is left open for a pen."""
    if field == "month" and isinstance(label, PlainLabel):
        return label.month or "20__ - __"
    text: str = getattr(label, field, "")
    return text


def _share(template: LabelTemplate, field: LabelField) -> float:
    if field == "lines":
        return _SHARE_OF_A_LINE * max(1, len(template.lines))
    if field == "notes":
        return _SHARE_OF_A_NOTE * max(1, len(template.notes))
    return _SHARES[field]


def _band(template: LabelTemplate, label: LabelContent, lines: list[TextLine], boxes: list[Box]) -> None:
    left, top = template.margin_mm, template.margin_mm
    width, height = template.width_mm - 2 * template.margin_mm, template.band_height_mm
    ink = band_ink(template, label)
    if ink is not None:
        boxes.append(Box(left, top, width, height, ink))
    inset = 0.06 * height + 0.5
    placed = _fit(template.title, "VeraBd", left + inset, width - 2 * inset, top, 0.84 * height, SMALLEST_TEXT_EM_MM)
    # A long title is set smaller: it stands in the middle of the band all the same.
    spare = (height - len(placed) * _LINE_HEIGHT * placed[0].em_mm) / 2
    lines += [msgspec.structs.replace(line, baseline_mm=line.baseline_mm + spare, on=ink) for line in placed]


def band_ink(template: LabelTemplate, label: LabelContent) -> Ink | None:
    """Return the band's colour, None for a title without a band."""
    if template.colour == "none":
        return None
    if template.colour != "by_year":
        return template.colour
    year = label.month[:4] if isinstance(label, PlainLabel) else ""
    return _YEARS[int(year) % len(_YEARS)] if year.isdigit() else "black"


def _write_line(
    caption: str, left: float, top: float, width: float, height: float, lines: list[TextLine], boxes: list[Box]
) -> None:
    """A caption and a rule after it on which somebody writes; the caption takes at most half of the width."""
    placed = _fit(caption, "Vera", left, width / 2, top, min(0.62 * height, 4.0), SMALLEST_TEXT_EM_MM)
    lines += placed
    used = max(FONTS["Vera"].stringWidth(line.text, 1) * line.em_mm for line in placed)
    start = left + used + 1.0
    baseline = max(line.baseline_mm + 0.25 * line.em_mm for line in placed)
    boxes.append(Box(start, baseline, left + width - start, _RULE_MM))


@lru_cache(maxsize=4096)
def _fit(
    text: str, font: FontName, left_mm: float, width_mm: float, top_mm: float, height_mm: float, smallest_em_mm: float
) -> tuple[TextLine, ...]:
    """Set a text on one line, or on two if that makes it larger, as large as the box allows."""
    _require_glyphs(text, font)
    words = text.split(" ")
    splits = [[text]] + [[" ".join(words[:at]), " ".join(words[at:])] for at in range(1, len(words))]
    em_mm, rows = max(
        ((_largest_em_mm(rows, font, width_mm, height_mm), rows) for rows in splits),
        key=lambda candidate: candidate[0],
    )
    if em_mm < smallest_em_mm:
        raise LabelTooSmall("label.text_too_long", text=text)
    if font == "Vera":
        em_mm = min(em_mm, LARGEST_TEXT_EM_MM)
    return tuple(
        TextLine(
            text=row,
            font=font,
            left_mm=left_mm,
            baseline_mm=top_mm + (index * _LINE_HEIGHT + _ASCENT) * em_mm,
            em_mm=em_mm,
        )
        for index, row in enumerate(rows)
    )


def _largest_em_mm(rows: list[str], font: FontName, width_mm: float, height_mm: float) -> float:
    widest_em = max(FONTS[font].stringWidth(row, 1) for row in rows)
    by_height = height_mm / (len(rows) * _LINE_HEIGHT)
    return min(by_height, width_mm / widest_em) if widest_em > 0 else by_height


def _require_glyphs(text: str, font: FontName) -> None:
    glyphs = FONTS[font].face.charToGlyph
    missing = sorted({character for character in text if ord(character) not in glyphs or not character.isprintable()})
    if missing:
        raise LabelFault("label.character_unknown", characters=", ".join(f"U+{ord(one):04X}" for one in missing[:5]))
