"""Labels as pictures and as PDF.

Both are made of the label alone: no date, no name, no program's user goes into a file (SR-07), and the same labels
always give the same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from labels.layout import COLOURS, FONT_FILES, Ink, Layout, lay_out
from labels.pdf import POINTS_PER_MM, PdfStream, text_operators
from labels.symbols import (
    MM_PER_INCH,
    QUIET_ZONE_MODULES,
    QrModules,
    bars,
    code128_modules,
    code128_widths,
    qr_modules,
    require_bar_width,
    runs,
    with_quiet_zone,
)
from labels.template import DEFAULT_TEMPLATE, DeviceLabel, LabelContent, LabelTemplate, LabelTooSmall

__all__ = ["DEFAULT_TEMPLATE", "DeviceLabel", "LabelTemplate", "LabelTooSmall", "render_pdf", "render_png"]

LOWEST_DPI: Final = 100
HIGHEST_DPI: Final = 1200


def render_png(template: LabelTemplate, label: LabelContent, dpi: int, *, colour: bool = False) -> bytes:
    """Return the label as a PNG at exactly ``dpi`` dots per inch (100-1200; printers: 203, 300).

    One bit per dot, or in colours for the screen. The picture is ``width_mm`` x ``height_mm`` in whole dots; every QR
    module and every bar is a whole number of dots. The file holds the picture and its resolution and no other chunk.

    Raises ``LabelTooSmall`` if a symbol or text would come out too small to read at this resolution, ``LabelFault`` for
    a character the font lacks, and ``ValueError`` for a resolution out of range.
    """
    if not LOWEST_DPI <= dpi <= HIGHEST_DPI:
        raise ValueError(f"A label is drawn at {LOWEST_DPI}-{HIGHEST_DPI} dpi, not {dpi}")
    per_mm = dpi / MM_PER_INCH
    modules = qr_modules(label.payload, template.qr_mm, dpi) if template.qr_mm and label.payload else None
    layout = lay_out(template, label)
    size = (round(template.width_mm * per_mm), round(template.height_mm * per_mm))
    picture = Image.new("RGB", size, "white") if colour else Image.new("1", size, 1)
    draw = ImageDraw.Draw(picture)

    if modules is not None:
        _paint_qr(picture, modules, template, layout, per_mm)
    for box in layout.boxes:
        right, bottom = (box.left_mm + box.width_mm) * per_mm, (box.top_mm + box.height_mm) * per_mm
        corners = (round(box.left_mm * per_mm), round(box.top_mm * per_mm), round(right) - 1, round(bottom) - 1)
        # A rule thinner than a dot is a dot.
        corners = (corners[0], corners[1], max(corners[0], corners[2]), max(corners[1], corners[3]))
        draw.rectangle(corners, _rgb(box.ink) if colour else 0)
    for line in layout.lines:
        font = ImageFont.truetype(FONT_FILES[line.font], line.em_mm * per_mm, layout_engine=ImageFont.Layout.BASIC)
        light = line.on is not None and (not colour or COLOURS[line.on][1])
        fill = ("white" if light else "black") if colour else int(light)
        draw.text((line.left_mm * per_mm, line.baseline_mm * per_mm), line.text, fill, font, anchor="ls")
    if layout.code128_box is not None:
        left, top, width, height = (length * per_mm for length in layout.code128_box)
        widths = code128_widths(label.number)
        dots = math.floor(width / code128_modules(widths))
        require_bar_width(dots / per_mm)
        for start, bar in bars(widths):
            x = math.ceil(left) + start * dots
            draw.rectangle((x, round(top), x + bar * dots - 1, round(top + height) - 1), "black" if colour else 0)

    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(dpi, dpi), optimize=True)
    return file.getvalue()


def _rgb(ink: Ink) -> tuple[int, int, int]:
    red, green, blue = COLOURS[ink][0]
    return round(255 * red), round(255 * green), round(255 * blue)


def _paint_qr(picture: Image.Image, modules: QrModules, template: LabelTemplate, layout: Layout, per_mm: float) -> None:
    """Enlarge the QR code to the largest whole number of dots per module, centred in its square."""
    side = len(modules)
    dots = qr_dots(modules, template.qr_mm, per_mm)
    code = Image.new("1", (side, side), 1)
    code.putdata([0 if dark else 1 for row in modules for dark in row])
    code = code.resize((side * dots, side * dots), Image.Resampling.NEAREST)
    spare = (template.qr_mm * per_mm - side * dots) / 2
    picture.paste(code, (round(layout.qr_left_mm * per_mm + spare), round(layout.qr_top_mm * per_mm + spare)))


def qr_dots(modules: QrModules, side_mm: float, per_mm: float) -> int:
    """Return how many dots of a printer with ``per_mm`` dots per mm a module gets."""
    return math.floor(side_mm * per_mm / with_quiet_zone(modules) + 1e-9)


def render_pdf(template: LabelTemplate, labels: Sequence[LabelContent]) -> bytes:
    """Return the labels as a PDF of vectors: one page of ``width_mm`` x ``height_mm`` for each, in the order given.

    Raises ``LabelFault`` as ``render_png`` does, and ``ValueError`` for no labels.
    """
    if not labels:
        raise ValueError("A PDF needs at least one label")
    document = PdfStream()
    pieces = [document.begin()]
    for label in labels:
        content = label_operators(template, label, 0.0, template.height_mm)
        pieces.append(document.page(template.width_mm, template.height_mm, content))
    pieces.append(document.end())
    return b"".join(pieces)


def label_operators(
    template: LabelTemplate, label: LabelContent, left_mm: float, top_mm: float, dpi: float | None = None
) -> str:
    """Return the PDF operators of one label.

    Args:
        left_mm, top_mm: its top left corner, counted from the page's left and *bottom* edge.
        dpi: of the printer, to judge whether the QR code can be read; None when it is not known.

    Raises:
        LabelFault: it cannot be drawn.
    """
    layout = lay_out(template, label)
    pieces = []
    for box in layout.boxes:
        red, green, blue = COLOURS[box.ink][0]
        x, y = left_mm + box.left_mm, top_mm - box.top_mm - box.height_mm
        pieces.append(
            f"{red:g} {green:g} {blue:g} rg {x * POINTS_PER_MM:.3f} {y * POINTS_PER_MM:.3f}"
            f" {box.width_mm * POINTS_PER_MM:.3f} {box.height_mm * POINTS_PER_MM:.3f} re f\n"
        )
    if layout.boxes:
        pieces.append("0 g\n")
    if template.qr_mm and label.payload:
        modules = qr_modules(label.payload, template.qr_mm, dpi)
        module_mm = template.qr_mm / with_quiet_zone(modules)
        x = left_mm + layout.qr_left_mm + QUIET_ZONE_MODULES * module_mm
        y = top_mm - layout.qr_top_mm - template.qr_mm + QUIET_ZONE_MODULES * module_mm
        pieces.append(_scaled(x, y, module_mm, module_mm))
        # One path for the whole code: separate fills show hairlines between them in some viewers.
        last = len(modules) - 1
        pieces += [
            f"{start} {last - row} {length} 1 re\n" for row, dark in enumerate(modules) for start, length in runs(dark)
        ]
        pieces.append("f Q\n")
    if layout.code128_box is not None:
        left, top, width, height = layout.code128_box
        widths = code128_widths(label.number)
        bar_mm = width / code128_modules(widths)
        require_bar_width(bar_mm)
        pieces.append(_scaled(left_mm + left, top_mm - top - height, bar_mm, height))
        pieces += [f"{start} 0 {bar} 1 re\n" for start, bar in bars(widths)]
        pieces.append("f Q\n")
    for line in layout.lines:
        light = line.on is not None and COLOURS[line.on][1]
        x, y = (left_mm + line.left_mm) * POINTS_PER_MM, (top_mm - line.baseline_mm) * POINTS_PER_MM
        shown = text_operators(line.text, line.font, line.em_mm * POINTS_PER_MM, x, y)
        pieces.append(f"1 g {shown}0 g\n" if light else shown)
    return "".join(pieces)


def _scaled(x_mm: float, y_mm: float, unit_x_mm: float, unit_y_mm: float) -> str:
    """Begin a drawing whose unit is a module."""
    return (
        f"q {unit_x_mm * POINTS_PER_MM:.6f} 0 0 {unit_y_mm * POINTS_PER_MM:.6f}"
        f" {x_mm * POINTS_PER_MM:.4f} {y_mm * POINTS_PER_MM:.4f} cm\n"
    )
