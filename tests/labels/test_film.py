"""The pretended camera's film: a scanner finds nothing at first and the label later, and the bytes never vary."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from labels.payload import build_payload
from tests.support.film import pictures, write_film

PAYLOAD = build_payload("http://127.0.0.1:8000", "104901", 1, "0123456789ABCDEFGHJKMNPQRS")


def qr_texts(picture: bytes) -> list[str]:
    image = Image.open(io.BytesIO(picture))
    return [code.text for code in zxingcpp.read_barcodes(image) if code.format == zxingcpp.BarcodeFormat.QRCode]


def test_the_label_comes_into_view() -> None:
    shown = pictures(PAYLOAD)
    assert len(shown) == 30
    assert {Image.open(io.BytesIO(picture)).size for picture in shown} == {(1280, 720)}
    assert qr_texts(shown[0]) == []
    assert all(qr_texts(picture) == [PAYLOAD] for picture in shown[15:])


def test_the_film_is_three_seconds_at_chromiums_pace_and_always_the_same(tmp_path: Path) -> None:
    first = write_film(PAYLOAD, tmp_path / "first.mjpeg").read_bytes()
    assert first.count(b"\xff\xd8\xff") == 90
    assert first == write_film(PAYLOAD, tmp_path / "second.mjpeg").read_bytes()


def test_only_a_device_label_and_only_mjpeg(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="device label"):
        pictures("https://example.se/")
    with pytest.raises(ValueError, match=r"\.mjpeg"):
        write_film(PAYLOAD, tmp_path / "film.mp4")
