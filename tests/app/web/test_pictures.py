"""SR-13: pictures from strangers are made anew, and what lies about itself is refused with one sentence."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from app.web.pictures import LONGEST_SIDE, PictureRefused, clean_picture

GPS = b"KANARIE-65.5841N"


def jpeg(width: int = 60, height: int = 40, **options: object) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = GPS.decode()
    exif[0x0112] = 6  # turned by 90 degrees
    made = io.BytesIO()
    Image.new("RGB", (width, height), "#884422").save(made, "JPEG", exif=exif, comment=GPS, **options)
    return made.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is large; its data is not."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_picture_is_made_anew_upright_and_without_metadata() -> None:
    made = clean_picture(jpeg(4000, 3000, quality=30))
    image = Image.open(io.BytesIO(made))
    assert image.format == "JPEG"
    assert image.size == (1536, LONGEST_SIDE), "turned as its metadata said, and no larger than it need be"
    assert not image.getexif()
    assert GPS not in made


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16"])
def test_pictures_of_every_mode_become_jpeg(mode: str) -> None:
    made = io.BytesIO()
    Image.new(mode, (30, 20)).save(made, "PNG")
    assert Image.open(io.BytesIO(clean_picture(made.getvalue()))).mode == "RGB"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "photo_unreadable"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "photo_unreadable"),
        (b"GIF89a" + b"\0" * 200, "photo_unreadable"),
        (b"%PDF-1.7 hej", "photo_unreadable"),
        (jpeg()[:200], "photo_unreadable"),
        (bomb(9000, 9000), "photo_too_large"),
        (bomb(20000, 20000), "photo_too_large"),
        (bomb(60, 60), "photo_unreadable"),
    ],
    ids=["empty", "svg", "gif", "pdf", "truncated", "81 Mpx", "400 Mpx", "no pixels"],
)
def test_what_lies_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(PictureRefused) as refused:
        clean_picture(content)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("mode", "kind", "side", "options", "taken"),
    [
        ("RGB", "PNG", 5000, {}, True),
        ("RGB", "JPEG", 5000, {}, True),
        ("RGB", "JPEG", 3535, {"progressive": True}, True),
        ("RGB", "JPEG", 3536, {"progressive": True}, False),
        ("RGBA", "PNG", 2829, {}, False),
        ("RGB", "WEBP", 2829, {"method": 0}, False),
    ],
)
def test_what_takes_more_memory_may_be_smaller_only(
    mode: str, kind: str, side: int, options: dict[str, Any], *, taken: bool
) -> None:
    """SR-13: no photograph takes more than 150 MiB while it is made anew (measured)."""
    made = io.BytesIO()
    Image.new(mode, (side, side)).save(made, kind, **options)
    if taken:
        assert Image.open(io.BytesIO(clean_picture(made.getvalue()))).size == (LONGEST_SIDE, LONGEST_SIDE)
    else:
        with pytest.raises(PictureRefused, match="photo_too_large"):
            clean_picture(made.getvalue())


@pytest.mark.parametrize("seed", range(4))
def test_a_file_that_was_damaged_is_a_picture_or_is_refused(seed: int) -> None:
    """Nothing a decoder says to a broken file becomes a fault of the server's (SR-10)."""
    chance = random.Random(seed)
    for _ in range(150):
        damaged = bytearray(jpeg(24, 16))
        for _ in range(chance.randrange(1, 5)):
            damaged[chance.randrange(200)] = chance.randrange(256)
        with contextlib.suppress(PictureRefused):
            clean_picture(bytes(damaged))


def test_a_good_picture_with_broken_metadata_is_a_good_picture() -> None:
    content = jpeg()
    place = content.index(b"Exif\0\0MM") + len(b"Exif\0\0")
    for broken in (b"XX", b"MM\0*\x7f\xff\xff\xff"):
        damaged = content[:place] + broken + content[place + len(broken) :]
        assert Image.open(io.BytesIO(clean_picture(damaged))).size == (60, 40), "as it lies"
    # A description that is said to be a number: the picture is turned all the same.
    odd = content.replace(b"\x01\x0e\0\x02", b"\x01\x0e\0\x04", 1)
    assert odd != content
    assert Image.open(io.BytesIO(clean_picture(odd))).size == (40, 60)
