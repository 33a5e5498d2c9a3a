"""What a phone's camera makes of a printed label, at fixed strengths: the generator behind SR-37's figures.

The label is laid on grey ground, turned by up to fifteen degrees and photographed at six pixels to the millimetre: an
arm's length with a 720p camera. Then one thing goes wrong. The same seed gives the same picture. Synthetic pictures
rank sizes and libraries; they do not promise what happens in a hall.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

PIXELS_PER_MM: Final = 6.0
GROUND: Final = 120
_AIR_MM: Final = 4.0

Degrade = Callable[[Image.Image, Random], Image.Image]


def photographed(label: Image.Image, dpi: int, random: Random, tilt_degrees: float = 0.0) -> Image.Image:
    """Return a grey picture of the label on a table, turned at random and tilted about a random axis.

    Args:
        label: the print, at ``dpi`` dots per inch.
    """
    width_mm, height_mm = label.width / dpi * 25.4, label.height / dpi * 25.4
    angle, axis = math.radians(random.uniform(-15, 15)), random.uniform(0, math.tau)
    side = math.hypot(width_mm, height_mm) + 2 * _AIR_MM
    size = round(side * PIXELS_PER_MM)
    corners = [
        _seen(x - width_mm / 2, y - height_mm / 2, angle, axis, math.radians(tilt_degrees), side)
        for x, y in ((0, 0), (width_mm, 0), (width_mm, height_mm), (0, height_mm))
    ]
    there = [(x * PIXELS_PER_MM + size / 2, y * PIXELS_PER_MM + size / 2) for x, y in corners]
    here = [(0, 0), (label.width, 0), (label.width, label.height), (0, label.height)]
    # A little blurred first: a camera's pixel gathers light from an area, it does not pick a point.
    softened = label.convert("L").filter(ImageFilter.GaussianBlur(0.35 * dpi / 25.4 / PIXELS_PER_MM))
    laid = Image.new("L", (label.width + 4, label.height + 4), GROUND)
    laid.paste(softened, (2, 2))
    coefficients = _perspective(there, [(x + 2, y + 2) for x, y in here])
    return laid.transform(
        (size, size), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC, fillcolor=GROUND
    )


def _seen(x: float, y: float, angle: float, axis: float, tilt: float, side: float) -> tuple[float, float]:
    """Where a point of the label is seen, in mm from the picture's middle; the camera is three labels away."""
    x, y = x * math.cos(angle) - y * math.sin(angle), x * math.sin(angle) + y * math.cos(angle)
    along, across = x * math.cos(axis) + y * math.sin(axis), -x * math.sin(axis) + y * math.cos(axis)
    depth, across = across * math.sin(tilt), across * math.cos(tilt)
    scale = 3 * side / (3 * side + depth)
    along, across = along * scale, across * scale
    return along * math.cos(axis) - across * math.sin(axis), along * math.sin(axis) + across * math.cos(axis)


def _perspective(there: list[tuple[float, float]], here: list[tuple[float, float]]) -> list[float]:
    """The eight coefficients with which Pillow finds for a point of the picture the point of the label."""
    rows = []
    for (x, y), (u, v) in zip(there, here, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for column in range(8):
        pivot = max(range(column, 8), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        rows[column] = [value / rows[column][column] for value in rows[column]]
        for row in range(8):
            if row != column:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[8] for row in rows]


def _noisy(picture: Image.Image, random: Random, sigma: float) -> Image.Image:
    # Pillow's own noise has no seed; a turned and shifted piece of one made from the seed does as well.
    noise = _noise(sigma)
    dx, dy = random.randrange(noise.width - picture.width), random.randrange(noise.height - picture.height)
    return ImageChops.add(picture, noise.crop((dx, dy, dx + picture.width, dy + picture.height)), 1, -128)


_noises: dict[float, Image.Image] = {}


def _noise(sigma: float) -> Image.Image:
    if sigma not in _noises:
        random = Random(sigma)
        small = bytes(min(255, max(0, round(random.gauss(128, sigma)))) for _ in range(512 * 512))
        tile = Image.frombytes("L", (512, 512), small)
        wide = Image.new("L", (1536, 1536))
        for index in range(9):
            turned = tile.rotate(90 * (index % 4))
            wide.paste(turned, (512 * (index % 3), 512 * (index // 3)))
        _noises[sigma] = wide
    return _noises[sigma]


def _blur(picture: Image.Image, _random: Random) -> Image.Image:
    return picture.filter(ImageFilter.GaussianBlur(1.2))


def _dim(picture: Image.Image, random: Random) -> Image.Image:
    return _noisy(picture.point(lambda value: round(value * 0.2)), random, 4.0)


def _half_contrast(picture: Image.Image, random: Random) -> Image.Image:
    return _noisy(picture.point(lambda value: round(64 + value * 0.5)), random, 4.0)


def _glare(picture: Image.Image, random: Random) -> Image.Image:
    """A lamp's reflection over a third of the picture: in its middle three quarters of the contrast are gone."""
    veil = Image.new("L", picture.size, 0)
    radius = picture.width * 0.17
    x, y = (random.uniform(0.3, 0.7) * picture.width for _ in range(2))
    ImageDraw.Draw(veil).ellipse((x - radius, y - radius * 0.7, x + radius, y + radius * 0.7), 191)
    veil = veil.filter(ImageFilter.GaussianBlur(radius / 4))
    return Image.composite(Image.new("L", picture.size, 255), picture, veil)


def _plain(picture: Image.Image, _random: Random) -> Image.Image:
    return picture


#: What a label must bear (SR-37). ``tilt`` is thirty degrees; the others look straight at it.
PROMISED: Final[dict[str, Degrade]] = {
    "plain": _plain,
    "blur": _blur,
    "tilt": _plain,
    "dim": _dim,
    "glare": _glare,
    "half_contrast": _half_contrast,
}
TILT_DEGREES: Final = 30.0


def dirty(
    label: Image.Image, dpi: int, random: Random, share: float, box_mm: tuple[float, float, float]
) -> Image.Image:
    """Return the print with dark and light spots of 1-3 mm over ``share`` of a square: left, top and side in mm."""
    soiled = label.convert("L")
    left, top, side = (length * dpi / 25.4 for length in box_mm)
    mask = Image.new("1", label.size, 0)
    draw, marks = ImageDraw.Draw(mask), ImageDraw.Draw(soiled)
    whole = side * side
    region = (round(left), round(top), round(left + side), round(top + side))
    while mask.crop(region).convert("L").histogram()[255] < share * whole:
        radius = random.uniform(0.5, 1.5) * dpi / 25.4
        x, y = random.uniform(left, left + side), random.uniform(top, top + side)
        spot = (x - radius, y - radius, x + radius, y + radius)
        draw.ellipse(spot, 1)
        marks.ellipse(spot, random.choice((20, 235)))
    return soiled


def degraded(label: Image.Image, dpi: int, condition: str, random: Random) -> Image.Image:
    """Return a picture of the print under one of the promised conditions."""
    picture = photographed(label, dpi, random, TILT_DEGREES if condition == "tilt" else 0.0)
    return PROMISED[condition](picture, random)
