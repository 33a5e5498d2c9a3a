"""How fast labels are made, how much memory they take, and how surely a phone reads them (SR-37).

Run it with `make bench-labels`. Speed is CPU time of one core, QR codes included. Reading is measured on pictures that
tests/labels/degradation.py makes: each device template x printer resolution x condition. ``--write`` measures which
modules are too small and stores the threshold that saving a template is held to in labels/readability.json.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from random import Random

import qrcode
import segno  # type: ignore[import-untyped]  # it ships no annotations
import zxingcpp
from PIL import Image
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from benchmarks.report import figure, header, spread
from labels.checks import RESOLUTIONS
from labels.files import PdfMaker, ZplMaker, make_file
from labels.payload import build_payload
from labels.render import render_png
from labels.standard import PROFILES, TEMPLATES
from labels.symbols import READABILITY, SMALLEST_MODULE_MM, qr_modules
from labels.template import DeviceLabel, LabelContent, LabelTemplate
from tests.labels.degradation import PROMISED, degraded, dirty, photographed

SEED = 37
ROUNDS = 5
BATCH = 240
FRAMES = 125
"""Pictures per template, resolution and condition: with four templates and two resolutions 1,000 per condition."""
HOST = "hjalpmedel.example"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SHEET = next(profile for profile in PROFILES.values() if profile.places == 24)
ROLL = next(profile for profile in PROFILES.values() if profile.medium == "roll" and profile.dpi == 203)
DEVICE = [template for template in TEMPLATES.values() if template.kind == "device"]
SHEET_TEMPLATE = next(one for one in DEVICE if (one.width_mm, one.height_mm) == (70, 37))
GOAL = 0.99


def labels(count: int, random: Random) -> list[DeviceLabel]:
    """Made-up labels with tokens from the seed."""
    made = []
    for index in range(count):
        number = f"{100_000 + index}"
        payload = build_payload(HOST, number, 1, "".join(random.choices(ALPHABET, k=26)))
        made.append(DeviceLabel(payload=payload, number=number, owner="Länsservice Boden", phone="0921-000 00"))
    return made


# ---------------------------------------------------------------- speed


def per_cpu_second(work: Callable[[Sequence[DeviceLabel]], object], batch: Sequence[DeviceLabel]) -> float:
    """Labels per second of CPU time."""
    begin = time.process_time()
    work(batch)
    return len(batch) / (time.process_time() - begin)


def ours_on_sheets(batch: Sequence[DeviceLabel]) -> bytes:
    """24 labels to the A4 page, as PDF: QR, Code 128, number, owner, phone."""
    maker = PdfMaker(SHEET_TEMPLATE, SHEET)
    return maker.add(batch) + maker.end()


def ours_as_zpl(batch: Sequence[DeviceLabel]) -> bytes:
    """One label after the other as ZPL."""
    return ZplMaker(DEVICE[0], ROLL).add(batch)


def qrcode_alone(batch: Sequence[DeviceLabel]) -> None:
    """The matrix only, as the library makes it unasked: it tries all eight masks."""
    for label in batch:
        code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q)
        code.add_data(label.payload)
        code.make(fit=True)


def segno_png(batch: Sequence[DeviceLabel]) -> None:
    """The QR code alone as PNG."""
    for label in batch:
        segno.make(label.payload, error="q", micro=False).save(io.BytesIO(), kind="png", scale=4)


def reportlab_sheets(batch: Sequence[DeviceLabel]) -> bytes:
    """24 labels to the page with reportlab's own QR widget and three lines of text; no Code 128."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(210 * mm, 297 * mm))
    for index, label in enumerate(batch):
        row, column = divmod(index % 24, 3)
        x, y = column * 70 * mm, (297 - 37 * (row + 1)) * mm
        drawing = Drawing(29 * mm, 29 * mm)
        drawing.add(QrCodeWidget(label.payload, barLevel="Q", barWidth=29 * mm, barHeight=29 * mm))
        renderPDF.draw(drawing, canvas, x + 2 * mm, y + 4 * mm)
        for line, text in enumerate((label.number, label.owner, label.phone)):
            canvas.drawString(x + 33 * mm, y + (28 - 8 * line) * mm, text)
        if index % 24 == 23:
            canvas.showPage()
    canvas.save()
    return file.getvalue()


def measure_speed(random: Random) -> None:
    """Ours and the others in turn, so that a busy moment hits all of them."""
    works: dict[str, Callable[[Sequence[DeviceLabel]], object]] = {
        "labels.sheet_per_s": ours_on_sheets,
        "labels.zpl_per_s": ours_as_zpl,
        "labels.peer_qrcode_per_s": qrcode_alone,
        "labels.peer_segno_per_s": segno_png,
        "labels.peer_reportlab_per_s": reportlab_sheets,
    }
    notes = {
        "labels.sheet_per_s": "A4, 24 to the page, vector PDF with QR, Code 128 and three lines of text",
        "labels.zpl_per_s": "57 x 32 mm, 203 dpi",
        "labels.peer_qrcode_per_s": "qrcode alone: the matrix, best of eight masks",
        "labels.peer_segno_per_s": "segno alone: PNG of the QR code",
        "labels.peer_reportlab_per_s": "reportlab: A4, 24 to the page, its QR widget and three lines, no Code 128",
    }
    rates: dict[str, list[float]] = {name: [] for name in works}
    batch = labels(BATCH, random)
    for _ in range(ROUNDS):
        for name, work in works.items():
            rates[name].append(per_cpu_second(work, batch))
    for name, values in rates.items():
        goal = 300 if name == "labels.sheet_per_s" else None
        note = f"{notes[name]}; one core's CPU time, median of {spread(values)}"
        figure(name, statistics.median(values), "1/s", goal, "higher", note)


# ---------------------------------------------------------------- memory


async def _stream(count: int) -> int:
    random = Random(SEED)

    async def batches() -> AsyncIterator[Sequence[LabelContent]]:
        for first in range(0, count, BATCH):
            yield labels(min(BATCH, count - first), random)

    sent = 0
    async for piece in make_file(PdfMaker(SHEET_TEMPLATE, SHEET), batches()):
        sent += len(piece)
    return sent


def measure_memory() -> None:
    """The largest resident size of a process that streams 100 labels and of one that streams 10,000."""
    sizes = {}
    for count in (100, 10_000):
        program = [sys.executable, "-m", "benchmarks.bench_labels", "--stream", str(count)]
        finished = subprocess.run(program, capture_output=True, text=True, check=True)
        sizes[count] = json.loads(finished.stdout)
    small, large = sizes[100], sizes[10_000]
    note = (
        f"10,000 against 100 labels: {large['rss_mb']} against {small['rss_mb']} MB at most,"
        f" {large['bytes'] / 1e6:.1f} MB of PDF in {large['seconds']} s"
    )
    figure("labels.memory_growth", large["rss_mb"] / small["rss_mb"], "ratio", 1.2, "lower", note)


# ---------------------------------------------------------------- reading


def reads(picture: Image.Image, text: str) -> bool:
    """Whether the QR code is read."""
    return any(code.text == text for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode))


def print_of(template: LabelTemplate, dpi: int, label: LabelContent) -> Image.Image:
    """The label as the printer makes it."""
    return Image.open(io.BytesIO(render_png(template, label, dpi)))


def measure_reading(random: Random) -> None:
    """Each template x resolution x condition; and the dirt that is reported only."""
    by_condition: dict[str, list[bool]] = {condition: [] for condition in PROMISED}
    false_qr, false_bars = 0, 0
    for template in DEVICE:
        for dpi in RESOLUTIONS:
            for frame in range(FRAMES):
                label = labels(1, random)[0]
                picture = print_of(template, dpi, label)
                for condition in PROMISED:
                    seen = degraded(picture, dpi, condition, Random(f"{template.name} {dpi} {condition} {frame}"))
                    found = {code.format: code.text for code in zxingcpp.read_barcodes(seen)}
                    qr = found.pop(zxingcpp.BarcodeFormat.QRCode, None)
                    by_condition[condition].append(qr == label.payload)
                    false_qr += qr not in {None, label.payload}
                    false_bars += any(text != label.number for text in found.values())
    for condition, results in by_condition.items():
        share = 100 * sum(results) / len(results)
        note = f"{len(results)} pictures, {len(DEVICE)} templates at 203 and 300 dpi"
        figure(f"labels.read_{condition}_pct", share, "%", 100 * GOAL, "higher", note)
    total = sum(len(results) for results in by_condition.values())
    figure("labels.false_reads", false_qr, f"of {total:,}", 0, "lower", "wrong texts from QR codes, same pictures")
    note = "pictures in which another text is read from the bars, most of them tilted: a camera's Code 128 needs a yes"
    figure("labels.false_code128", false_bars, f"of {total:,}", None, "lower", note)
    for share in (0.10, 0.15):
        ours, plain, theirs = dirt(share)
        note = (
            f"25 mm label, spots of 1-3 mm over {share:.0%} of the QR code, 400 prints at 203 dpi; at equal size"
            f" segno's own choice {theirs:.0f} %, level Q {plain:.0f} %; reported, not promised"
        )
        figure(f"labels.read_dirt_{share * 100:.0f}_pct", ours, "%", None, "higher", note)


def dirt(share: float, frames: int = 400) -> tuple[float, float, float]:
    """Reads in percent of our QR code (H at 25 mm), one of level Q, and segno's own choice, on a square of 25 mm."""
    counts = [0, 0, 0]
    random = Random(SEED)
    side = round(25 * 203 / 25.4)
    for frame in range(frames):
        payload = labels(1, random)[0].payload
        own = qr_modules(payload, 25.0, 203)
        level_q = [
            list(map(bool, row)) for row in segno.make(payload, error="q", micro=False, boost_error=False).matrix
        ]
        default = [list(map(bool, row)) for row in segno.make(payload, micro=False).matrix]
        for index, modules in enumerate((own, level_q, default)):
            picture = Image.new("L", (side + 40, side + 40), 255)
            dots = side // (len(modules) + 8)
            code = Image.new("1", (len(modules), len(modules)))
            code.putdata([0 if dark else 1 for row in modules for dark in row])
            code = code.resize((len(modules) * dots,) * 2, Image.Resampling.NEAREST)
            at = 20 + (side - code.width) // 2
            picture.paste(code, (at, at))
            box = (at / 203 * 25.4, at / 203 * 25.4, code.width / 203 * 25.4)
            soiled = dirty(picture, 203, Random(frame), share, box)
            counts[index] += reads(photographed(soiled, 203, Random(frame)), payload)
    ours, plain, theirs = (100 * count / frames for count in counts)
    return ours, plain, theirs


def measure_modules(frames: int = 150) -> dict[str, dict[str, float]]:
    """For each resolution the worst condition's share of reads in percent, by the module's width in mm."""
    measured: dict[str, dict[str, float]] = {}
    for dpi in RESOLUTIONS:
        measured[str(dpi)] = {}
        for dots in range(2, 8):
            module_mm = dots / dpi * 25.4
            if module_mm > 0.65:
                break
            worst = 1.0
            for condition in PROMISED:
                count = 0
                for frame in range(frames):
                    payload = labels(1, Random(frame))[0].payload
                    modules = qr_modules(payload, 21.0)
                    width = (len(modules) + 8) * dots
                    picture = Image.new("1", (len(modules), len(modules)))
                    picture.putdata([0 if dark else 1 for row in modules for dark in row])
                    sheet = Image.new("1", (width, width), 1)
                    sheet.paste(picture.resize((len(modules) * dots,) * 2, Image.Resampling.NEAREST), (4 * dots,) * 2)
                    seen = degraded(sheet, dpi, condition, Random(f"{dpi} {dots} {condition} {frame}"))
                    count += reads(seen, payload)
                worst = min(worst, count / frames)
            measured[str(dpi)][f"{module_mm:.3f}"] = round(100 * worst, 1)
    return measured


def write_thresholds() -> None:
    """Store from which module on every larger one measured keeps to the goal; never below SR-37's half millimetre."""
    measured = measure_modules()
    smallest = {"any": SMALLEST_MODULE_MM}
    for dpi, shares in measured.items():
        good = SMALLEST_MODULE_MM
        for module, share in sorted(shares.items(), key=lambda item: float(item[0]), reverse=True):
            if share < 100 * GOAL:
                break
            good = float(module)
        smallest[dpi] = max(SMALLEST_MODULE_MM, good)
    document = {"goal": GOAL, "smallest_module_mm": smallest, "measured": measured}
    READABILITY.write_text(json.dumps(document, indent=2) + "\n", "utf-8")
    print("Wrote", READABILITY.name, json.dumps(document))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--stream", type=int, default=0, help="used by the command itself: one process for memory")
    parser.add_argument("--write", action="store_true", help="measure and store the smallest module")
    options = parser.parse_args()
    if options.stream:
        began = time.perf_counter()
        sent = asyncio.run(_stream(options.stream))
        rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"bytes": sent, "rss_mb": round(rss), "seconds": round(time.perf_counter() - began, 1)}))
        return
    if options.write:
        write_thresholds()
        return
    header(seed=SEED)
    random = Random(SEED)
    measure_speed(random)
    measure_memory()
    measure_reading(random)


if __name__ == "__main__":
    main()
