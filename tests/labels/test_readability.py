"""SR-37: a phone reads a printed label under each promised condition. A slice here; the whole in make bench-labels."""

from __future__ import annotations

import io
from random import Random

import pytest
import zxingcpp
from PIL import Image

from labels.checks import RESOLUTIONS, sample_label
from labels.render import render_png
from labels.standard import TEMPLATES
from labels.symbols import SMALLEST_MODULE_MM, readability, smallest_module_mm
from labels.template import LabelTemplate
from tests.labels.degradation import PROMISED, degraded, dirty, photographed

DEVICE = [template for template in TEMPLATES.values() if template.kind == "device" and template.width_mm <= 70]
FRAMES = 4


def picture_of(template: LabelTemplate, dpi: int) -> tuple[Image.Image, str]:
    label = sample_label(template, "hjalpmedel.example", "Länsservice Boden", "0921-000 00")
    return Image.open(io.BytesIO(render_png(template, label, dpi))), label.payload


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("template", DEVICE, ids=lambda one: one.name)
def test_every_template_is_read_under_every_condition(template: LabelTemplate, dpi: int) -> None:
    picture, payload = picture_of(template, dpi)
    missed = []
    for condition in PROMISED:
        for frame in range(FRAMES):
            seen = degraded(picture, dpi, condition, Random(f"{template.name} {dpi} {condition} {frame}"))
            found = {code.text for code in zxingcpp.read_barcodes(seen)}
            assert found <= {payload, "104901"}, "a false read"
            if payload not in found:
                missed.append((condition, frame))
    assert missed == []


def test_the_conditions_are_hard_and_the_same_each_time() -> None:
    """A generator that spoils nothing would promise everything: modules below the threshold must fail."""
    picture, payload = picture_of(DEVICE[0], 203)
    once, twice = (degraded(picture, 203, "dim", Random(1)).tobytes() for _ in range(2))
    assert once == twice
    small = picture.convert("L").resize((picture.width // 2, picture.height // 2), Image.Resampling.BOX)
    reads = 0
    for frame in range(10):
        seen = degraded(small.resize(picture.size, Image.Resampling.NEAREST), 406, "blur", Random(frame))
        reads += any(code.text == payload for code in zxingcpp.read_barcodes(seen))
    assert reads == 0
    tilted = photographed(picture, 203, Random(2), 30.0)
    assert tilted.tobytes() != photographed(picture, 203, Random(2)).tobytes()


def test_dirt_covers_the_share_it_says() -> None:
    sheet = Image.new("L", (300, 300), 128)
    soiled = dirty(sheet, 254, Random(3), 0.15, (5.0, 5.0, 20.0))
    inside = soiled.crop((50, 50, 250, 250))
    changed = sum(count for value, count in enumerate(inside.histogram()) if value != 128)
    assert 0.15 <= changed / (200 * 200) <= 0.25


def test_the_threshold_at_save_is_what_was_measured() -> None:
    """The stored smallest module reached the goal, and so did every larger one; the next smaller did not."""
    known = readability()
    assert known.goal >= 0.99
    for dpi in RESOLUTIONS:
        shares = {float(module): share for module, share in known.measured[str(dpi)].items()}
        least = known.smallest_module_mm[str(dpi)]
        assert least >= SMALLEST_MODULE_MM
        assert all(share >= 100 * known.goal for module, share in shares.items() if module >= least - 1e-9)
        assert any(share < 100 * known.goal for module, share in shares.items() if module < least)
        dots = smallest_module_mm(dpi) / 25.4 * dpi
        assert dots == pytest.approx(round(dots))
        assert smallest_module_mm(dpi) >= least - 1e-3
