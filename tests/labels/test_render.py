"""The printed label: scanners read it at printers' resolutions, it says nothing personal, and has a smallest size."""

from __future__ import annotations

import io
import os
import re
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pypdfium2  # type: ignore[import-untyped]  # it ships no annotations
import pytest
import zxingcpp
from PIL import Image

from labels.payload import build_payload
from labels.render import DEFAULT_TEMPLATE, DeviceLabel, LabelTemplate, LabelTooSmall, render_pdf, render_png

TOKEN = "Z7M0Q4XK9TB2WV6HRJ5CYD8NEA"
ROOT = Path(__file__).parents[2]
SMALL_TEMPLATE = LabelTemplate(name="53 x 24 mm", width_mm=53, height_mm=24, margin_mm=1, qr_mm=21)


def make_label(number: str = "104901", host: str = "hjalpmedel.example", version: int = 1) -> DeviceLabel:
    return DeviceLabel(
        payload=build_payload(host, number, version, TOKEN),
        number=number,
        owner="Hjälpmedelscentralen Åmål Östra",
        phone="Felanmälan 010-000 00 00",
    )


def png_picture(template: LabelTemplate, label: DeviceLabel, dpi: int) -> Image.Image:
    return Image.open(io.BytesIO(render_png(template, label, dpi)))


def pdf_picture(template: LabelTemplate, label: DeviceLabel, dpi: int) -> Image.Image:
    picture = pypdfium2.PdfDocument(render_pdf(template, [label]))[0].render(scale=dpi / 72).to_pil()
    assert isinstance(picture, Image.Image)
    return picture


def read(picture: Image.Image) -> dict[str, str]:
    codes = zxingcpp.read_barcodes(picture.convert("L"))
    return {code.format.name: code.text for code in codes}


@pytest.mark.parametrize("number", ["1234", "75082", "104901", "1234567", "12345678"])
@pytest.mark.parametrize("template", [DEFAULT_TEMPLATE, SMALL_TEMPLATE], ids=lambda template: template.name)
@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("draw", [png_picture, pdf_picture])
def test_both_symbols_are_read(
    draw: Callable[[LabelTemplate, DeviceLabel, int], Image.Image], dpi: int, template: LabelTemplate, number: str
) -> None:
    """Also with the longest number and version, and with odd numbers of digits, which Code 128 packs differently."""
    label = make_label(number, version=9999 if number == "12345678" and template is DEFAULT_TEMPLATE else 1)
    assert read(draw(template, label, dpi)) == {"QRCode": label.payload, "Code128": number}


@pytest.mark.parametrize(("side_mm", "level"), [(21.0, "Q"), (24.9, "Q"), (25.0, "H"), (29.0, "H")])
def test_error_correction_is_q_and_from_25_mm_h(side_mm: float, level: str) -> None:
    template = msgspec.structs.replace(DEFAULT_TEMPLATE, width_mm=63.0, qr_mm=side_mm)
    label = make_label(host="hjalp.example")
    codes = zxingcpp.read_barcodes(png_picture(template, label, 300).convert("L"))
    assert [code.ec_level for code in codes if code.format == zxingcpp.BarcodeFormat.QRCode] == [level]


def test_a_long_host_name_gets_q_on_a_large_label_rather_than_small_modules() -> None:
    label = make_label(host="hjalpmedelscentralen.exempelregionen.example")
    codes = zxingcpp.read_barcodes(png_picture(DEFAULT_TEMPLATE, label, 300).convert("L"))
    assert [code.ec_level for code in codes if code.format == zxingcpp.BarcodeFormat.QRCode] == ["Q"]


@pytest.mark.parametrize("dpi", [203, 300, 600])
def test_modules_are_whole_dots_of_half_a_millimetre_within_a_quiet_zone(dpi: int) -> None:
    picture = png_picture(SMALL_TEMPLATE, make_label(host="hjalp.example"), dpi)
    assert picture.mode == "1"
    assert picture.size == (round(53 / 25.4 * dpi), round(24 / 25.4 * dpi))
    square = picture.crop((0, 0, round(22 / 25.4 * dpi), picture.height))
    dark = square.convert("L").point(lambda value: 255 - value)
    left, top, right, bottom = dark.getbbox() or (0, 0, 0, 0)
    # Version 4, 33 modules: the payload is the longest that version holds at Q, or shorter.
    assert right - left == bottom - top
    module, remainder = divmod(right - left, 33)
    assert remainder == 0
    assert module / dpi * 25.4 >= 0.5
    assert min(left, top, picture.height - bottom) >= 4 * module
    pixels = square.load()
    assert pixels is not None
    for row in range(33):
        for column in range(33):
            x, y = left + column * module, top + row * module
            shades = {pixels[x + across, y + down] for across in (0, module - 1) for down in (0, module - 1)}
            assert len(shades) == 1, "a module is one square of dots"


def test_nothing_is_printed_in_the_margins() -> None:
    """Long lines are set smaller, not over the edge."""
    label = msgspec.structs.replace(
        make_label("12345678"), owner="Hjälpmedelscentralen i Region Exempel Västra och Östra"
    )
    for dpi in (203, 300):
        for picture in (png_picture(DEFAULT_TEMPLATE, label, dpi), pdf_picture(DEFAULT_TEMPLATE, label, dpi)):
            dark = picture.convert("L").point(lambda value: 255 if value < 128 else 0)
            left, top, right, bottom = dark.getbbox() or (0, 0, 0, 0)
            margin = int(1.5 / 25.4 * dpi) - 1
            assert min(left, top, picture.width - right, picture.height - bottom) >= margin


def test_the_png_holds_the_picture_and_its_resolution_only() -> None:
    for dpi in (203, 300):
        png = render_png(DEFAULT_TEMPLATE, make_label(), dpi)
        chunks = dict(png_chunks(png))
        assert set(chunks) == {b"IHDR", b"pHYs", b"IDAT", b"IEND"}
        assert struct.unpack(">IIB", chunks[b"pHYs"]) == (round(dpi / 0.0254), round(dpi / 0.0254), 1)


def png_chunks(png: bytes) -> list[tuple[bytes, bytes]]:
    chunks = []
    position = 8
    while position < len(png):
        (length,) = struct.unpack(">I", png[position : position + 4])
        kind, data = png[position + 4 : position + 8], png[position + 8 : position + 8 + length]
        assert struct.unpack(">I", png[position + 8 + length : position + 12 + length])[0] == zlib.crc32(kind + data)
        chunks.append((kind, data))
        position += length + 12
    return chunks


def test_a_label_has_no_room_for_anything_personal() -> None:
    """SR-07: the fields are these and no other, an unknown one is refused, and the PDF shows what the fields say."""
    assert DeviceLabel.__struct_fields__ == ("payload", "number", "owner", "phone")
    assert set(DEFAULT_TEMPLATE.fields) == {"number", "code128", "owner", "phone"}
    label = make_label()
    with pytest.raises(msgspec.ValidationError, match="holder"):
        msgspec.convert({**msgspec.structs.asdict(label), "holder": "Tolvan Testsson"}, DeviceLabel)
    page = pypdfium2.PdfDocument(render_pdf(DEFAULT_TEMPLATE, [label]))[0]
    shown = page.get_textpage().get_text_bounded().split()
    assert " ".join(shown) == f"{label.number} {label.owner} {label.phone}"


def test_the_pdf_says_nothing_of_who_made_it_or_when() -> None:
    pdf = render_pdf(DEFAULT_TEMPLATE, [make_label()])
    metadata = pypdfium2.PdfDocument(pdf).get_metadata_dict(skip_empty=True)
    assert metadata.pop("Title") == "Etiketter"
    assert metadata.pop("CreationDate")[:10] == metadata.pop("ModDate")[:10] == "D:20000101"
    assert not {"Author", "Subject", "Keywords", "Creator", "Producer"} & set(metadata)
    assert re.search(rb"\d{4}-\d\d-\d\d|/home|/root|\\Users", pdf) is None


def test_the_same_labels_give_the_same_bytes_in_another_process() -> None:
    """Another seed of the hash function and other fonts in use before must not show in the file."""
    program = (
        "import hashlib, msgspec, sys\n"
        "from labels.render import DEFAULT_TEMPLATE, DeviceLabel, render_pdf, render_png\n"
        "label = msgspec.json.decode(sys.argv[1], type=DeviceLabel)\n"
        "files = (render_pdf(DEFAULT_TEMPLATE, [label, label]), render_png(DEFAULT_TEMPLATE, label, 203))\n"
        "print(*(hashlib.sha256(file).hexdigest() for file in files))\n"
    )
    label = msgspec.json.encode(make_label()).decode()
    printed = {
        subprocess.run(
            [sys.executable, "-c", program, label],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


def test_a_pdf_has_one_page_a_label_of_the_labels_size() -> None:
    labels = [make_label("104901"), make_label("75082"), make_label("12345678")]
    document = pypdfium2.PdfDocument(render_pdf(DEFAULT_TEMPLATE, labels))
    assert len(document) == 3
    for page, label in zip(document, labels, strict=True):
        assert page.get_size() == pytest.approx((57 / 25.4 * 72, 32 / 25.4 * 72), abs=0.01)
        assert read(page.render(scale=300 / 72).to_pil())["Code128"] == label.number


def test_a_qr_code_too_small_for_its_address_is_refused_with_the_remedy() -> None:
    template = msgspec.structs.replace(DEFAULT_TEMPLATE, qr_mm=12.0)
    draws: tuple[Callable[[], bytes], ...] = (
        lambda: render_png(template, make_label(host="hjalp.example"), 203),
        lambda: render_pdf(template, [make_label(host="hjalp.example")]),
    )
    for draw in draws:
        with pytest.raises(LabelTooSmall) as refusal:
            draw()
        assert str(refusal.value) == (
            "12 mm är för litet för den här adressen: välj minst 21 mm eller ett kortare värdnamn."
        )
        assert refusal.value.english == (
            "12 mm is too small for this address: choose at least 21 mm or a shorter host name."
        )


def test_the_remedy_is_true_and_the_size_below_it_is_refused() -> None:
    """For hosts of every length: the smallest side named works at that resolution; one millimetre less does not."""
    for length in (1, 10, 21, 40, 60):
        label = make_label(host="a" * length)
        for dpi in (203, 300):
            tiny = LabelTemplate(name="tiny", width_mm=120, height_mm=80, margin_mm=1, qr_mm=5.5)
            with pytest.raises(LabelTooSmall, match=r"^5,5 mm är .* minst (\d+) mm") as refusal:
                render_png(tiny, label, dpi)
            named = re.search(r"minst (\d+) mm", str(refusal.value))
            assert named is not None
            side_mm = int(named[1])
            assert (
                read(png_picture(msgspec.structs.replace(tiny, qr_mm=side_mm), label, dpi))["QRCode"] == label.payload
            )
            with pytest.raises(LabelTooSmall):
                render_png(msgspec.structs.replace(tiny, qr_mm=side_mm - 1.0), label, dpi)


def test_too_narrow_a_label_is_refused() -> None:
    narrow = LabelTemplate(name="narrow", width_mm=38, height_mm=32, margin_mm=1.5, qr_mm=25, fields=("code128",))
    with pytest.raises(LabelTooSmall, match="för smal för streckkoden"):
        render_png(narrow, make_label("12345678"), 203)
    with pytest.raises(LabelTooSmall, match="för smal för streckkoden"):
        render_pdf(narrow, [make_label("12345678")])


def test_a_text_without_room_is_refused_not_cut() -> None:
    label = msgspec.structs.replace(make_label(), owner="Hjälpmedelscentralen " * 5)
    with pytest.raises(LabelTooSmall, match="får inte plats"):
        render_png(DEFAULT_TEMPLATE, label, 203)


def test_swedish_letters_are_drawn_and_are_not_one_another() -> None:
    """A font without a letter draws the same box for each: å, ä, ö, a and o must all look different."""
    letters = "åäöaoÅÄÖAOéü"
    pictures = {
        render_png(DEFAULT_TEMPLATE, msgspec.structs.replace(make_label(), owner=letter), 203) for letter in letters
    }
    assert len(pictures) == len(letters)


@pytest.mark.parametrize("owner", ["Centralen 中", "rad\nrad", "noll\x00", "\u202ebakvänd", "🦽", "\ud83e"])
def test_a_character_the_font_lacks_is_refused(owner: str) -> None:
    label = msgspec.structs.replace(make_label(), owner=owner)
    draws: tuple[Callable[[], bytes], ...] = (
        lambda: render_png(DEFAULT_TEMPLATE, label, 203),
        lambda: render_pdf(DEFAULT_TEMPLATE, [label]),
    )
    for draw in draws:
        with pytest.raises(ValueError, match=r"inget tecken för U\+"):
            draw()


@pytest.mark.parametrize("text", ["", " ", "<b>å</b>&", "=cmd|' /C calc'!A0", "%(x)s {0} \\n"])
def test_text_stays_text(text: str) -> None:
    """SR-36: nothing in the owner's line is an instruction to the renderer; an empty line is an empty line."""
    label = msgspec.structs.replace(make_label(), owner=text)
    render_png(DEFAULT_TEMPLATE, label, 203)
    page = pypdfium2.PdfDocument(render_pdf(DEFAULT_TEMPLATE, [label]))[0]
    assert "".join(text.split()) in "".join(page.get_textpage().get_text_bounded().split())


def test_a_label_never_says_two_things() -> None:
    payload = build_payload("hjalp.example", "104901", 1, TOKEN)
    with pytest.raises(ValueError, match="for device 104901, the label for 75082"):
        DeviceLabel(payload=payload, number="75082", owner="", phone="")
    for other in (payload.lower(), "https://example.se/", "104901", ""):
        with pytest.raises(ValueError, match="not the text of a device label"):
            DeviceLabel(payload=other, number="104901", owner="", phone="")


def test_a_line_is_at_most_120_characters() -> None:
    payload = build_payload("hjalp.example", "104901", 1, TOKEN)
    assert DeviceLabel(payload=payload, number="104901", owner="å" * 120, phone="").owner == "å" * 120
    for line in ({"owner": "å" * 121, "phone": ""}, {"owner": "", "phone": "0" * 121}):
        with pytest.raises(ValueError, match="at most 120 characters"):
            DeviceLabel(payload=payload, number="104901", **line)


@pytest.mark.parametrize(
    "change",
    [
        {"width_mm": 0.0},
        {"height_mm": 1000.0},
        {"width_mm": float("nan")},
        {"qr_mm": 30.0},
        {"qr_mm": float("nan")},
        {"margin_mm": -1.0},
        {"width_mm": 26.0},
        {"fields": ("number", "number")},
    ],
)
def test_an_impossible_template_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="etikett"):
        LabelTemplate(**{**msgspec.structs.asdict(DEFAULT_TEMPLATE), **change})


def test_a_template_may_leave_fields_out() -> None:
    only_qr = LabelTemplate(name="25 x 25 mm", width_mm=25, height_mm=25, margin_mm=0.5, qr_mm=24, fields=())
    assert read(png_picture(only_qr, make_label(), 203)) == {"QRCode": make_label().payload}
    assert read(pdf_picture(only_qr, make_label(), 203)) == {"QRCode": make_label().payload}


@pytest.mark.parametrize("dpi", [0, 99, 1201])
def test_a_resolution_out_of_range_is_refused(dpi: int) -> None:
    with pytest.raises(ValueError, match="dpi"):
        render_png(DEFAULT_TEMPLATE, make_label(), dpi)


def test_no_labels_make_no_pdf() -> None:
    with pytest.raises(ValueError, match="at least one"):
        render_pdf(DEFAULT_TEMPLATE, [])
