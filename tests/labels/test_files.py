"""Files of labels leave piece by piece, and drawing stops when nobody waits for them any more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it ships no annotations
import pytest

from labels.checks import sample_label
from labels.files import PIECE, PdfMaker, make_file
from labels.profiles import own_profile
from labels.standard import PROFILES, TEMPLATES
from labels.template import DEFAULT_TEMPLATE, LabelContent, PlainLabel
from tests.labels.conftest import Shop

SHEET = next(profile for profile in PROFILES.values() if profile.places == 24)
SMALL = next(template for template in TEMPLATES.values() if template.kind == "next_pm" and template.width_mm == 70)


class Counting(PdfMaker):
    """Counts what it draws."""

    drawn = 0

    def add(self, labels: Sequence[LabelContent]) -> bytes:
        self.drawn += len(labels)
        return super().add(labels)


async def endless() -> AsyncIterator[Sequence[LabelContent]]:
    while True:
        yield [PlainLabel(number="104901", month="2027-05")] * 240


async def test_who_stops_reading_stops_the_drawing() -> None:
    maker = Counting(SMALL, SHEET)
    pieces = make_file(maker, endless())
    for _ in range(3):
        assert await anext(pieces)
    await pieces.aclose()  # type: ignore[attr-defined]  # an async generator it is
    assert maker.drawn == 3 * PIECE


async def test_a_closed_connection_ends_the_file(shop: Shop) -> None:
    """Through the whole application: after the client is gone, no more of ten thousand labels is drawn."""
    result = await shop.printed(unclaimed=3_000)
    cookie = "; ".join(f"{name}={value}" for name, value in shop.planner.cookies.items())
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": f"/api/labels/prints/{result['print_id']}/file",
        "raw_path": b"",
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1:8000"), (b"cookie", cookie.encode())],
        "client": ("192.0.2.1", 50_000),
        "server": ("127.0.0.1", 8000),
        "state": {},
    }
    gone, received = asyncio.Event(), bytearray()
    asked = False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        received.extend(message.get("body", b""))
        if received:
            gone.set()
            # Gives the listener for the end of the connection its turn, as a slow network would.
            await asyncio.sleep(0)

    await shop.app(scope, receive, send)
    assert received.startswith(b"%PDF")
    assert b"%%EOF" not in received
    assert len(received) < 1_000_000


async def test_an_empty_and_a_partly_filled_sheet_are_whole_files() -> None:
    for count, start, pages in ((1, 24, 1), (2, 24, 2), (24, 1, 1), (25, 1, 2)):
        maker = PdfMaker(SMALL, SHEET, start)
        content = maker.add([PlainLabel(number="104901")] * count) + maker.end()
        assert len(pypdfium2.PdfDocument(content)) == pages, (count, start)


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda one: one.name)
def test_the_page_is_the_papers_size(profile: Any) -> None:
    template = next(one for one in TEMPLATES.values() if one.kind == "next_pm" and one.width_mm == 38)
    maker = PdfMaker(template, profile)
    page = pypdfium2.PdfDocument(maker.add([sample_label(template, "a.example", "", "")]) + maker.end())[0]
    width, height = (length / 72 * 25.4 for length in page.get_size())
    assert height == pytest.approx(profile.page_height_mm, abs=0.1)
    wanted = profile.page_width_mm if profile.medium != "tape" else template.width_mm
    assert width == pytest.approx(wanted, abs=0.1)


def test_a_label_alone_has_paper_of_its_own_size() -> None:
    profile = own_profile(DEFAULT_TEMPLATE)
    assert (profile.page_width_mm, profile.page_height_mm, profile.places) == (57, 32, 1)
