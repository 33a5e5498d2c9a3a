"""ZPL: what a printer would draw is the label, and no text is a command (SR-36). A small interpreter stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import msgspec
import pytest
import zxingcpp
from PIL import Image, ImageDraw

from labels.checks import sample_label
from labels.sentences import LabelFault
from labels.standard import TEMPLATES
from labels.symbols import qr_modules
from labels.template import DEFAULT_TEMPLATE, LabelContent, LabelTemplate, PlainLabel
from labels.zpl import escaped, render_zpl

HOST = "hjalpmedel.example"


@dataclass
class Printed:
    """What the interpreter made of a label."""

    picture: Image.Image
    texts: list[str] = field(default_factory=list)
    commands: set[str] = field(default_factory=set)


def interpret(zpl: str) -> Printed:  # noqa: C901 - one branch per command
    """Draw the commands that we write, as the ZPL II manual tells it; any other command fails the test."""
    assert zpl.startswith("^XA")
    assert zpl.endswith("^XZ\n")
    assert "~" not in zpl
    width = int(re.findall(r"\^PW(\d+)", zpl)[0])
    height = int(re.findall(r"\^LL(\d+)", zpl)[0])
    printed = Printed(Image.new("1", (width, height), 1))
    draw = ImageDraw.Draw(printed.picture)
    x = y = 0
    symbol: tuple[str, int] | None = None
    for command in zpl[:-1].split("^")[1:]:
        name, rest = command[:2], command[2:]
        printed.commands.add(name)
        if name == "FO":
            x, y = (int(part) for part in rest.split(","))
            symbol = None
        elif name == "GB":
            box_width, box_height, thick, colour, rounding = rest.split(",")
            assert (colour, rounding) == ("B", "0")
            assert int(thick) == min(int(box_width), int(box_height)), "filled"
            draw.rectangle((x, y, x + int(box_width) - 1, y + int(box_height) - 1), 0)
        elif name == "BQ":
            symbol = ("QR", int(rest.split(",")[2]))
        elif name == "A0":
            symbol = ("text", int(rest.split(",")[1]))
        elif name == "FD":
            text = re.sub(rb"_([0-9A-F]{2})", lambda found: bytes([int(found[1], 16)]), rest.encode("ascii")).decode()
            assert symbol is not None
            if symbol[0] == "text":
                printed.texts.append(text)
                continue
            level, payload = text[0], text.removeprefix(text[:3])
            assert text[1:3] == "M,"
            modules = qr_modules(payload[1:], 29.0 if level == "H" else 24.0)
            for row, dark in enumerate(modules):
                for column, black in enumerate(dark):
                    if black:
                        left, top = x + column * symbol[1], y + row * symbol[1]
                        draw.rectangle((left, top, left + symbol[1] - 1, top + symbol[1] - 1), 0)
        else:
            assert name in {"XA", "XZ", "CI", "LH", "PW", "LL", "FS", "FH", "FR"}, command
    return printed


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize(
    "template", [one for one in TEMPLATES.values() if one.kind == "device"], ids=lambda one: one.name
)
def test_a_device_label_is_read_as_a_printer_would_print_it(template: LabelTemplate, dpi: int) -> None:
    label = sample_label(template, HOST, "Länsservice Boden", "0921-000 00")
    printed = interpret(render_zpl(template, label, dpi))
    found = {code.format.name: code.text for code in zxingcpp.read_barcodes(printed.picture.convert("L"))}
    assert found == {"QRCode": label.payload, "Code128": label.number}
    assert " ".join(printed.texts) == f"{label.number} Länsservice Boden 0921-000 00"
    assert printed.picture.size == (round(template.width_mm * dpi / 25.4), round(template.height_mm * dpi / 25.4))


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=lambda one: one.name)
def test_nothing_is_drawn_outside_the_label(template: LabelTemplate) -> None:
    zpl = render_zpl(template, sample_label(template, HOST, "Länsservice Boden", "0921-000 00"), 203)
    width, height = round(template.width_mm * 203 / 25.4), round(template.height_mm * 203 / 25.4)
    for x, y in re.findall(r"\^FO(\d+),(\d+)", zpl):
        assert 0 <= int(x) < width
        assert 0 <= int(y) < height


@pytest.mark.parametrize(
    "text",
    [
        "^XZ^XA^FDslut",
        "~JR",
        "a_5E b",
        "\\&\\\\",
        "å_Ä~ö^",
        "^^^~~~___",
        "Rum 3, hylla B+4",
        "100 %",
        "{x} %s <b>&amp;",
    ],
)
def test_no_text_is_a_command(text: str) -> None:
    """SR-36: carets, tildes, backslashes and underscores come out as they were typed."""
    template = next(one for one in TEMPLATES.values() if one.kind == "shelf")
    label: LabelContent = PlainLabel(payload="B1", number="B1", text=text)
    plain = interpret(render_zpl(template, PlainLabel(payload="B1", number="B1", text="x"), 203))
    printed = interpret(render_zpl(template, label, 203))
    assert text.split() == " ".join(printed.texts[1:]).split()
    assert printed.commands == plain.commands
    assert re.fullmatch(r"[0-9A-Za-z .,:/+_-]*", escaped(text))


def test_a_size_that_this_printer_cannot_make_readable_is_refused() -> None:
    """24 mm of H or Q at 203 dpi is four dots to the module; at 150 dpi it would be two and a third."""
    small = msgspec.structs.replace(DEFAULT_TEMPLATE, qr_mm=21.0)
    label = sample_label(small, HOST, "", "")
    render_zpl(small, label, 203)
    with pytest.raises(LabelFault, match="för litet för den här adressen"):
        render_zpl(msgspec.structs.replace(small, qr_mm=20.0), label, 203)
