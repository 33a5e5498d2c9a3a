"""A film for the browser's pretended camera: a device label on a workshop table drifts into view and stays.

Chromium plays it with ``--use-fake-device-for-media-stream --use-file-for-fake-video-capture=<file>.mjpeg``: a row of
JPEG pictures, shown at 30 a second and begun again at the end. The same payload always gives the same bytes.
"""

from __future__ import annotations

import io
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from labels.payload import OwnLabel, parse_scan
from labels.render import DEFAULT_TEMPLATE, DeviceLabel, render_png

WIDTH, HEIGHT = 1280, 720
SECONDS = 3
PICTURES_PER_SECOND = 10
CHROMIUM_PICTURES_PER_SECOND = 30
"""Chromium takes an .mjpeg file for 30 pictures a second, so each of ours is written three times."""


def write_film(payload: str, path: Path) -> Path:
    """Write the film of a label with this payload to ``path`` (its name must end in .mjpeg) and return the path.

    The label is out of sight at first, whole in the picture from the middle on, tilted by a few degrees.
    Raises ``ValueError`` if the payload is not a device label's.
    """
    if path.suffix != ".mjpeg":
        raise ValueError("Chromium knows a film of JPEG pictures by the ending .mjpeg")
    with path.open("wb") as film:
        for picture in pictures(payload):
            for _ in range(CHROMIUM_PICTURES_PER_SECOND // PICTURES_PER_SECOND):
                film.write(picture)
    return path


def pictures(payload: str) -> list[bytes]:
    """Return the film's 30 different pictures as JPEG, 1280 x 720."""
    scan = parse_scan(payload)
    if not isinstance(scan, OwnLabel):
        raise ValueError("The film shows a device label")
    label = DeviceLabel(payload=payload, number=scan.number, owner="Exempelcentralen (testdata)", phone="010-000 00 00")
    # 300 dpi gives six dots per QR module; the camera sees about five of its own.
    printed = Image.open(io.BytesIO(render_png(DEFAULT_TEMPLATE, label, 300))).convert("L").convert("RGBA")
    printed = printed.resize((printed.width * 5 // 6, printed.height * 5 // 6), Image.Resampling.LANCZOS)
    table = _table()
    total = SECONDS * PICTURES_PER_SECOND
    result = []
    for index in range(total):
        # In from the lower left until the middle of the film, then a slow drift such as a hand makes.
        approach = min(1.0, index / (total / 2))
        drift = max(0.0, index - total / 2)
        turned = printed.rotate(7 - 4 * approach, Image.Resampling.BICUBIC, expand=True)
        left = round(-turned.width + approach * (WIDTH / 2 + turned.width / 2) + drift)
        top = round(HEIGHT - approach * (HEIGHT / 2 + turned.height / 2) - drift / 2)
        picture = table.copy()
        picture.paste(turned, (left, top), turned)
        picture = picture.filter(ImageFilter.GaussianBlur(0.8))
        file = io.BytesIO()
        picture.save(file, "JPEG", quality=80)
        result.append(file.getvalue())
    return result


def _table() -> Image.Image:
    """A table top with uneven light, wood grain, some tools' shadows and the noise of a small sensor."""
    source = random.Random(57)
    light = Image.radial_gradient("L").resize((WIDTH, HEIGHT)).point(lambda value: 190 - value // 2)
    table = Image.merge(
        "RGB", (light, light.point(lambda value: value * 4 // 5), light.point(lambda value: value * 3 // 5))
    )
    draw = ImageDraw.Draw(table)
    for _ in range(60):
        y = source.randrange(HEIGHT)
        shade = source.randrange(70, 130)
        draw.line((0, y, WIDTH, y + source.randrange(-25, 25)), (shade, shade * 4 // 5, shade * 3 // 5), 2)
    for _ in range(9):
        x, y = source.randrange(WIDTH), source.randrange(HEIGHT)
        shade = source.randrange(30, 90)
        size = source.randrange(30, 140)
        draw.ellipse((x, y, x + size, y + size // 2), (shade, shade, shade + 10))
    table = table.filter(ImageFilter.GaussianBlur(2))
    noise = Image.frombytes("L", (WIDTH, HEIGHT), source.randbytes(WIDTH * HEIGHT)).convert("RGB")
    return Image.blend(table, noise, 0.06)
