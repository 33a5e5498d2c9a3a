"""Camera frames of device labels, spoilt at fixed strengths: what `make bench-scan` shows to the readers.

The same seed gives the same frames. A label is photographed as in tests/labels/degradation.py and laid on a table with
other things on it, 1280 x 720. Synthetic frames rank readers; they do not promise what happens in a hall.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Final

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from labels.payload import build_payload
from labels.render import DEFAULT_TEMPLATE, render_png
from labels.template import DeviceLabel
from tests.labels.degradation import GROUND, PROMISED, dirty, photographed

WIDTH, HEIGHT = 1280, 720
DPI: Final = 203
HOST: Final = "hjalpmedel.example"
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

Spoil = Callable[[Image.Image, Random], Image.Image]


@dataclass(frozen=True)
class Condition:
    """One way to spoil a frame.

    Attributes:
        tilt: degrees.
        size: the label's size in the picture against six pixels to the millimetre.
        dirt: share of the label under spots of 1-3 mm.
        spoil: what happens to the whole frame afterwards.
    """

    tilt: float = 0.0
    size: float = 1.0
    dirt: float = 0.0
    spoil: Spoil = lambda frame, _: frame
    turned: bool = False
    scratched: bool = False


@dataclass(frozen=True)
class Frame:
    """A frame: its condition, what its label says (None without a label), and the picture as JPEG."""

    condition: str
    payload: str | None
    number: str | None
    jpeg: bytes


def _blur(radius: float) -> Spoil:
    return lambda frame, _: frame.filter(ImageFilter.GaussianBlur(radius))


def _light(share: float, noise: float) -> Spoil:
    def spoil(frame: Image.Image, random: Random) -> Image.Image:
        return _noisy(frame.point(lambda value: round(value * share)), random, noise)

    return spoil


def _contrast(share: float) -> Spoil:
    def spoil(frame: Image.Image, random: Random) -> Image.Image:
        return _noisy(frame.point(lambda value: round(128 * (1 - share) + value * share)), random, 4.0)

    return spoil


def _moved(pixels: int) -> Spoil:
    def spoil(frame: Image.Image, _random: Random) -> Image.Image:
        # The mean of the frame at every place that it moves over.
        moved = frame
        for step in range(1, pixels):
            moved = Image.blend(moved, ImageChops.offset(frame, step, 0), 1 / (step + 1))
        return moved

    return spoil


def _shadow(frame: Image.Image, random: Random) -> Image.Image:
    """A hand's shadow with a soft edge over half of the frame: a third of the light is left."""
    veil = Image.new("L", (WIDTH, HEIGHT), 0)
    x = random.uniform(0.42, 0.58) * WIDTH
    ImageDraw.Draw(veil).polygon([(x, 0), (WIDTH, 0), (WIDTH, HEIGHT), (x + random.uniform(-90, 90), HEIGHT)], fill=255)
    return Image.composite(
        frame.point(lambda value: round(value * 0.33)), frame, veil.filter(ImageFilter.GaussianBlur(5))
    )


def _lamp(frame: Image.Image, random: Random) -> Image.Image:
    """A lamp's spot that burns out a part of the label."""
    veil = Image.new("L", (WIDTH, HEIGHT), 0)
    x, y, radius = WIDTH / 2 + random.uniform(-150, 150), HEIGHT / 2 + random.uniform(-80, 80), random.uniform(14, 30)
    ImageDraw.Draw(veil).ellipse((x - radius, y - radius, x + radius, y + radius), 255)
    return Image.composite(Image.new("L", frame.size, 255), frame, veil.filter(ImageFilter.GaussianBlur(6)))


CONDITIONS: Final[dict[str, Condition]] = {
    "plain": Condition(),
    "turned": Condition(turned=True),
    "far": Condition(size=0.72),
    "very_far": Condition(size=0.58),
    "blur": Condition(spoil=_blur(1.2)),
    "strong_blur": Condition(spoil=_blur(1.6)),
    "near_blur": Condition(size=1.5, spoil=_blur(2.4)),
    "tilt_30": Condition(tilt=30),
    "tilt_45": Condition(tilt=45),
    "tilt_60": Condition(tilt=60),
    "dim": Condition(spoil=_light(0.2, 4.0)),
    "dark": Condition(spoil=_light(0.1, 4.0)),
    "half_contrast": Condition(spoil=_contrast(0.5)),
    "low_contrast": Condition(spoil=_contrast(0.2)),
    "shadow": Condition(spoil=_shadow),
    "glare": Condition(spoil=lambda frame, random: PROMISED["glare"](frame, random)),
    "lamp": Condition(spoil=_lamp),
    "dirt_5": Condition(dirt=0.05),
    "dirt_10": Condition(dirt=0.10),
    "scratch": Condition(scratched=True),
    "moved_4": Condition(spoil=_moved(4)),
    "moved_6": Condition(spoil=_moved(6)),
    "tilted_dim": Condition(tilt=40, turned=True, spoil=_light(0.2, 4.0)),
    "far_blur": Condition(size=0.8, spoil=_blur(0.9)),
}

NO_LABEL: Final = "no_label"


def frames(per_condition: int, seed: int) -> Iterator[Frame]:
    """Make the frames, all conditions in turn, and as many without a label as of each condition."""
    for index in range(per_condition):
        for name, condition in CONDITIONS.items():
            random = Random(f"{seed} {name} {index}")
            number = f"{random.randrange(100_000, 999_999)}"
            payload = build_payload(HOST, number, random.randint(1, 3), "".join(random.choices(_ALPHABET, k=26)))
            yield Frame(name, payload, number, _jpeg(_frame(condition, payload, number, random)))
        random = Random(f"{seed} {NO_LABEL} {index}")
        yield Frame(NO_LABEL, None, None, _jpeg(_noisy(_table(random), random, 4.0)))


def _frame(condition: Condition, payload: str, number: str, random: Random) -> Image.Image:
    label = DeviceLabel(payload=payload, number=number, owner="Länsservice Boden", phone="0921-000 00")
    printed = Image.open(io.BytesIO(render_png(DEFAULT_TEMPLATE, label, DPI))).convert("L")
    if condition.dirt:
        side = printed.height / DPI * 25.4
        printed = dirty(printed, DPI, random, condition.dirt, (0, 0, side))
    if condition.scratched:
        for _ in range(3):
            ends = [(random.uniform(0, printed.height), random.uniform(0, printed.height)) for _ in range(2)]
            ImageDraw.Draw(printed).line(ends, fill=random.choice((15, 240)), width=4)
    picture = photographed(printed, DPI, random, condition.tilt)
    if condition.turned:
        picture = picture.rotate(random.uniform(0, 360), Image.Resampling.BICUBIC, expand=True, fillcolor=GROUND)
    if condition.size != 1.0:
        size = (round(picture.width * condition.size), round(picture.height * condition.size))
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    frame = _table(random)
    left = (WIDTH - picture.width) // 2 + random.randint(-60, 60)
    top = (HEIGHT - picture.height) // 2 + random.randint(-20, 20)
    frame.paste(picture, (left, top))
    return condition.spoil(frame, random)


def _table(random: Random) -> Image.Image:
    """A table with other things on it: edges, writing-like strokes, a grid that looks a little like a code."""
    table = Image.new("L", (WIDTH, HEIGHT), GROUND)
    draw = ImageDraw.Draw(table)
    for _ in range(14):
        x, y = random.uniform(0, WIDTH), random.uniform(0, HEIGHT)
        w, h = random.uniform(20, 260), random.uniform(8, 120)
        draw.rectangle((x, y, x + w, y + h), fill=random.randint(30, 225))
    for _ in range(6):
        x, y = random.uniform(0, WIDTH), random.uniform(0, HEIGHT)
        for stroke in range(12):
            draw.line((x + 7 * stroke, y, x + 7 * stroke + random.uniform(-4, 4), y + 16), fill=40, width=2)
    x, y = random.choice((40, 1080)), random.choice((30, 520))
    for row in range(8):
        for column in range(8):
            if random.random() < 0.5:
                draw.rectangle((x + 14 * column, y + 14 * row, x + 14 * column + 13, y + 14 * row + 13), fill=25)
    return _noisy(table, random, 3.0)


def _noisy(picture: Image.Image, random: Random, sigma: float) -> Image.Image:
    noise = _noise(sigma)
    dx, dy = random.randrange(noise.width - picture.width), random.randrange(noise.height - picture.height)
    return ImageChops.add(picture, noise.crop((dx, dy, dx + picture.width, dy + picture.height)), 1, -128)


_noises: dict[float, Image.Image] = {}


def _noise(sigma: float) -> Image.Image:
    """A field of noise from which every frame takes its own piece: Pillow's own noise has no seed."""
    if sigma not in _noises:
        random = Random(sigma)
        tile = bytes(min(255, max(0, round(random.gauss(128, sigma)))) for _ in range(512 * 512))
        wide = Image.new("L", (1536, 1024))
        for index in range(6):
            piece = Image.frombytes("L", (512, 512), tile).rotate(90 * (index % 4))
            wide.paste(piece, (512 * (index % 3), 512 * (index // 3)))
        _noises[sigma] = wide
    return _noises[sigma]


def _jpeg(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=88)
    return file.getvalue()
