"""One device label as a PNG for a label printer, or many as a PDF with one label a page.

Both are made of the label alone: no date, no name, no program's user goes into a file (SR-07), and the same labels
always give the same bytes.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from typing import Final

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from labels.layout import FONT_FILES, Layout, lay_out, register_fonts
from labels.symbols import (
    CODE128_QUIET_ZONE,
    MM_PER_INCH,
    QUIET_ZONE_MODULES,
    SMALLEST_BAR_MM,
    QrModules,
    code128_modules,
    code128_widths,
    qr_modules,
    with_quiet_zone,
)
from labels.template import DEFAULT_TEMPLATE, DeviceLabel, LabelTemplate, LabelTooSmall

__all__ = ["DEFAULT_TEMPLATE", "DeviceLabel", "LabelTemplate", "LabelTooSmall", "render_pdf", "render_png"]

LOWEST_DPI: Final = 100
HIGHEST_DPI: Final = 1200
_WHITE: Final = 1
_BLACK: Final = 0


def render_png(template: LabelTemplate, label: DeviceLabel, dpi: int) -> bytes:
    """Return the label as a PNG of one bit per dot at exactly ``dpi`` dots per inch (100-1200; printers: 203, 300).

    The picture is ``width_mm`` x ``height_mm`` in whole dots; every QR module and every bar is a whole number of dots.
    The file holds the picture and its resolution and no other chunk.

    Raises ``LabelTooSmall`` if a symbol or text would come out too small to read at this resolution, and
    ``ValueError`` for a resolution out of range or a character the font lacks.
    """
    if not LOWEST_DPI <= dpi <= HIGHEST_DPI:
        raise ValueError(f"A label is drawn at {LOWEST_DPI}-{HIGHEST_DPI} dpi, not {dpi}")
    per_mm = dpi / MM_PER_INCH
    modules = qr_modules(label.payload, template.qr_mm, dpi)
    layout = lay_out(template, label)
    picture = Image.new("1", (round(template.width_mm * per_mm), round(template.height_mm * per_mm)), _WHITE)
    draw = ImageDraw.Draw(picture)

    _paint_qr(picture, modules, template, layout, per_mm)
    for line in layout.lines:
        font = ImageFont.truetype(FONT_FILES[line.font], line.em_mm * per_mm, layout_engine=ImageFont.Layout.BASIC)
        draw.text((line.left_mm * per_mm, line.baseline_mm * per_mm), line.text, _BLACK, font, anchor="ls")
    if layout.code128_box is not None:
        left, top, width, height = (length * per_mm for length in layout.code128_box)
        widths = code128_widths(label.number)
        dots = math.floor(width / code128_modules(widths))
        _require_bar_width(dots / per_mm)
        for start, bar in _bars(widths):
            x = math.ceil(left) + start * dots
            draw.rectangle((x, round(top), x + bar * dots - 1, round(top + height) - 1), _BLACK)

    file = io.BytesIO()
    picture.save(file, "PNG", dpi=(dpi, dpi), optimize=True)
    return file.getvalue()


def _paint_qr(picture: Image.Image, modules: QrModules, template: LabelTemplate, layout: Layout, per_mm: float) -> None:
    """Enlarge the QR code to the largest whole number of dots per module, centred in its square."""
    side = len(modules)
    dots = math.floor(template.qr_mm * per_mm / with_quiet_zone(modules) + 1e-9)
    code = Image.new("1", (side, side), _WHITE)
    code.putdata([_BLACK if dark else _WHITE for row in modules for dark in row])
    code = code.resize((side * dots, side * dots), Image.Resampling.NEAREST)
    spare = (template.qr_mm * per_mm - side * dots) / 2
    picture.paste(code, (round(layout.qr_left_mm * per_mm + spare), round(layout.qr_top_mm * per_mm + spare)))


def render_pdf(template: LabelTemplate, labels: Sequence[DeviceLabel]) -> bytes:
    """Return the labels as a PDF of vectors: one page of ``width_mm`` x ``height_mm`` for each, in the order given.

    The same labels give the same bytes: the dates in the file are fixed and the author is empty.

    Raises ``LabelTooSmall`` as ``render_png`` does, and ``ValueError`` for no labels or a character the font lacks.
    """
    if not labels:
        raise ValueError("A PDF needs at least one label")
    register_fonts()
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(template.width_mm * mm, template.height_mm * mm), invariant=1, lang="sv")
    canvas.setTitle("Etiketter")
    canvas.setAuthor("")
    canvas.setSubject("")
    canvas.setCreator("")
    canvas.setProducer("")
    for label in labels:
        _draw_page(canvas, template, label)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw_page(canvas: Canvas, template: LabelTemplate, label: DeviceLabel) -> None:
    modules = qr_modules(label.payload, template.qr_mm)
    layout = lay_out(template, label)
    height = template.height_mm

    # One path for the whole code: separate rectangles show hairlines between them in some viewers.
    module_mm = template.qr_mm / with_quiet_zone(modules)
    path = canvas.beginPath()
    for row, dark_modules in enumerate(modules):
        top = layout.qr_top_mm + (QUIET_ZONE_MODULES + row) * module_mm
        for start, length in _runs(dark_modules):
            left = layout.qr_left_mm + (QUIET_ZONE_MODULES + start) * module_mm
            path.rect(left * mm, (height - top - module_mm) * mm, length * module_mm * mm, module_mm * mm)
    if layout.code128_box is not None:
        left, top, width, bar_height = layout.code128_box
        widths = code128_widths(label.number)
        bar_mm = width / code128_modules(widths)
        _require_bar_width(bar_mm)
        for start, bar in _bars(widths):
            path.rect(
                (left + start * bar_mm) * mm, (height - top - bar_height) * mm, bar * bar_mm * mm, bar_height * mm
            )
    canvas.drawPath(path, stroke=0, fill=1)

    for line in layout.lines:
        canvas.setFont(line.font, line.em_mm * mm)
        canvas.drawString(line.left_mm * mm, (height - line.baseline_mm) * mm, line.text)


def _bars(widths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield start and width of each bar in module widths, counted from the left end of the quiet zone."""
    start = CODE128_QUIET_ZONE
    for index, width in enumerate(widths):
        if index % 2 == 0:
            yield start, width
        start += width


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    """Yield start and length of each run of dark modules."""
    start: int | None = None
    for index, dark in enumerate([*row, False]):
        if dark and start is None:
            start = index
        elif not dark and start is not None:
            yield start, index - start
            start = None


def _require_bar_width(bar_mm: float) -> None:
    if bar_mm < SMALLEST_BAR_MM:
        raise LabelTooSmall(
            "Etiketten är för smal för streckkoden: välj en bredare etikett eller en mindre QR-kod.",
            "The label is too narrow for the bar code: choose a wider label or a smaller QR code.",
        )
