"""Photographs of the screens, for people to look at: every screen in light and in dark, at the size it is used in."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.async_api import Page

from tests.e2e.demo_server import ROOT

ALBUM: Final = ROOT / "test-results" / "screens"
DOCUMENTED: Final = ROOT / "docs" / "screenshots"
"""Those that the documentation shows are renewed only when TURBIL_SCREENSHOTS=1."""

LARGEST_DOCUMENTED: Final = 150_000


async def photograph(page: Page, name: str, *, documented: bool = False) -> None:
    """Take the screen as it is, once in light and once in dark.

    Args:
        page: the screen; its colour scheme is light afterwards.
        name: of the file; size and scheme are added.
        documented: also renew the documentation's picture, when that is asked for.
    """
    size = page.viewport_size
    assert size is not None
    ALBUM.mkdir(parents=True, exist_ok=True)
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        path = ALBUM / f"{name}-{size['width']}x{size['height']}-{scheme}.png"
        taken = await page.screenshot(path=path, animations="disabled", caret="hide")
    if documented and os.environ.get("TURBIL_SCREENSHOTS") == "1":
        _document(taken, DOCUMENTED / f"{name}.png")


def _document(taken: bytes, path: Path) -> None:
    picture = Image.open(io.BytesIO(taken)).convert("RGB")
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.quantize(128, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size < LARGEST_DOCUMENTED, f"{path.name} is too large to be kept with the code"
