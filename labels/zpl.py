"""Labels as ZPL II text, which label printers draw themselves: a hundredth of a picture's size.

Coordinates are dots of the printer, from the top left corner. Text is UTF-8 (``^CI28``) and every field is written with
hexadecimal escapes (``^FH``) for all but plain letters and digits, so that no text can begin a command (SR-36).
"""

from __future__ import annotations

import math
import re
from typing import Final

from labels.layout import lay_out
from labels.render import qr_dots
from labels.symbols import (
    MM_PER_INCH,
    bars,
    code128_modules,
    code128_widths,
    error_correction,
    qr_modules,
    require_bar_width,
)
from labels.template import LabelContent, LabelTemplate

_PLAIN: Final = re.compile(r"[^0-9A-Za-z .,:/+-]")
LARGEST_MAGNIFICATION: Final = 10


def escaped(text: str) -> str:
    """Return a field's text with everything but plain letters, digits and a few signs as ``_hh`` of its UTF-8 bytes."""
    return _PLAIN.sub(lambda match: "".join(f"_{byte:02X}" for byte in match[0].encode("utf-8", "replace")), text)


def render_zpl(
    template: LabelTemplate, label: LabelContent, dpi: int, left_mm: float = 0.0, top_mm: float = 0.0
) -> str:
    """Return one label as ZPL, ``^XA`` to ``^XZ``.

    Args:
        dpi: the printer's real dots per inch.
        left_mm, top_mm: where the label begins on the medium.

    Raises:
        LabelFault: it cannot be drawn at this resolution.
    """
    per_mm = dpi / MM_PER_INCH
    layout = lay_out(template, label)

    def dots(length_mm: float) -> int:
        return round(length_mm * per_mm)

    def at(x_mm: float, y_mm: float) -> str:
        return f"^FO{max(0, dots(left_mm + x_mm))},{max(0, dots(top_mm + y_mm))}"

    width, height = dots(template.width_mm + left_mm), dots(template.height_mm + top_mm)
    pieces = [f"^XA^CI28^LH0,0^PW{width}^LL{height}"]
    for box in layout.boxes:
        box_width, box_height = max(1, dots(box.width_mm)), max(1, dots(box.height_mm))
        thick = min(box_width, box_height)
        pieces.append(f"{at(box.left_mm, box.top_mm)}^GB{box_width},{box_height},{thick},B,0^FS")
    if template.qr_mm and label.payload:
        modules = qr_modules(label.payload, template.qr_mm, dpi)
        module = min(qr_dots(modules, template.qr_mm, per_mm), LARGEST_MAGNIFICATION)
        spare_mm = (template.qr_mm - len(modules) * module / per_mm) / 2
        # M,A: the text as it is, in the alphanumeric mode, so that the code is the size that was reckoned with.
        level = error_correction(modules, label.payload)
        where = at(layout.qr_left_mm + spare_mm, layout.qr_top_mm + spare_mm)
        pieces.append(f"{where}^BQN,2,{module}^FH^FD{level}M,A{escaped(label.payload)}^FS")
    if layout.code128_box is not None:
        left, top, box_width_mm, box_height_mm = layout.code128_box
        widths = code128_widths(label.number)
        bar = math.floor(box_width_mm * per_mm / code128_modules(widths))
        require_bar_width(bar / per_mm)
        # Drawn bar by bar: the printer's own Code 128 chooses subsets otherwise, and with them another width.
        x, y, bar_height = dots(left_mm + left), dots(top_mm + top), max(1, dots(box_height_mm))
        pieces += [
            f"^FO{x + start * bar},{y}^GB{dark * bar},{bar_height},{min(dark * bar, bar_height)},B,0^FS"
            for start, dark in bars(widths)
        ]
    for line in layout.lines:
        if not line.text.strip():
            continue
        cell = max(10, dots(line.em_mm))
        top_of_text = line.baseline_mm - 0.76 * line.em_mm
        light = "^FR" if line.on is not None else ""
        pieces.append(
            f"{at(line.left_mm, top_of_text)}{light}^A0N,{cell},{round(0.9 * cell)}^FH^FD{escaped(line.text)}^FS"
        )
    pieces.append("^XZ\n")
    return "".join(pieces)
