"""Pictures from outside: looked at before they are decoded, made anew, and stripped of all that is not picture.

What is kept is a JPEG of our own making, at most 2,048 pixels wide and high, without metadata (SR-13).
"""

from __future__ import annotations

import io
import logging
import warnings
from typing import Final

from PIL import Image

log = logging.getLogger("turbil.pictures")

MAX_BYTES: Final = 8 * 1024 * 1024
MAX_PIXELS: Final = 25_000_000
#: Their decoders take so much more memory for a pixel that these may be smaller only; 150 MiB is the end for all.
MAX_PROGRESSIVE_PIXELS: Final = 12_500_000
MAX_LAYERED_PIXELS: Final = 8_000_000
LONGEST_SIDE: Final = 2048
#: A picture from outside is shown as a picture and as nothing else.
SANDBOX: Final = {
    "Content-Disposition": "attachment; filename=bild.jpg",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
}
_QUALITY: Final = 85
_FORMATS: Final = ("JPEG", "PNG", "WEBP")
_LAYERED: Final = frozenset({"RGBA", "LA", "PA"})
_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class PictureRefused(Exception):
    """``code``: ``photo_unreadable`` or ``photo_too_large``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def clean_picture(content: bytes) -> bytes:
    """Return the picture as a new JPEG.

    It works for about a second and takes up to 150 MiB: call it in a thread, one at a time.

    Raises:
        PictureRefused: no picture of a known kind, a broken one, or one with too many pixels by its own header.
    """
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures and of broken metadata; our limit is stricter, and metadata is not kept.
            warnings.simplefilter("ignore")
            return _made_anew(content)
    except PictureRefused:
        raise
    except Image.DecompressionBombError:
        raise PictureRefused("photo_too_large") from None
    except Exception as error:  # whatever a decoder says to a file that was made to break it, the file is at fault
        log.info("photo unreadable: %s", type(error).__name__)
        raise PictureRefused("photo_unreadable") from None


def _made_anew(content: bytes) -> bytes:
    image: Image.Image = Image.open(io.BytesIO(content), formats=_FORMATS)
    if image.width * image.height > _most_pixels(image):
        raise PictureRefused("photo_too_large")
    # JPEG decoders can give a smaller picture at once, which saves most of the memory.
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    turn = _UPRIGHT.get(image.getexif().get(_ORIENTATION, 1))
    if image.mode == "RGB" and (factor := max(image.size) // LONGEST_SIDE) > 1:
        # Averaging lets the large picture go before the next one is made.
        image = image.reduce(factor)
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    upright = image if turn is None else image.transpose(turn)
    flat = Image.new("RGB", upright.size, "white")
    if upright.mode in {*_LAYERED, "P"}:
        layered = upright.convert("RGBA")
        flat.paste(layered, mask=layered.getchannel("A"))
    else:
        flat.paste(upright.convert("RGB"))
    made = io.BytesIO()
    flat.save(made, "JPEG", quality=_QUALITY, optimize=True)
    return made.getvalue()


def _most_pixels(image: Image.Image) -> int:
    if image.format == "WEBP" or image.mode in _LAYERED:
        return MAX_LAYERED_PIXELS
    return MAX_PROGRESSIVE_PIXELS if image.info.get("progressive") else MAX_PIXELS
