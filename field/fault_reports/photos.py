"""Photographs from the public: looked at before they are decoded, made anew, and stripped of all that is not picture.

What is kept is a JPEG of our own making, at most 2,048 pixels wide and high, without metadata (SR-13).
"""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_PIXELS: Final = 25_000_000
LONGEST_SIDE: Final = 2048
_QUALITY: Final = 85
_FORMATS: Final = ("JPEG", "PNG", "WEBP")


class PhotoRefused(Exception):
    """``code``: ``fault_report.photo_unreadable`` or ``fault_report.photo_too_large``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def clean_photo(content: bytes) -> bytes:
    """Return the picture as a new JPEG. It works for about a second; call it in a thread.

    Raises:
        PhotoRefused: no picture of a known kind, a broken one, or more than ``MAX_PIXELS`` by its own header.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; ours is the stricter limit, and it is checked below.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=_FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        too_large = isinstance(error, Image.DecompressionBombError)
        raise PhotoRefused("fault_report.photo_too_large" if too_large else "fault_report.photo_unreadable") from None
    if image.width * image.height > MAX_PIXELS:
        raise PhotoRefused("fault_report.photo_too_large")
    try:
        # JPEG decoders can give a smaller picture at once, which saves most of the memory.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        flat = Image.new("RGB", upright.size, "white")
        if upright.mode in {"RGBA", "LA", "PA", "P"}:
            layered = upright.convert("RGBA")
            flat.paste(layered, mask=layered.getchannel("A"))
        else:
            flat.paste(upright.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise PhotoRefused("fault_report.photo_unreadable") from None
    made = io.BytesIO()
    flat.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()
