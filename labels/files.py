"""Files of labels as they leave for the printer: made piece by piece, so that their size never lies in memory.

A maker is fed batches of labels and returns bytes to send on; ``make_file`` does the drawing in a thread, so that the
server answers others meanwhile, and stops drawing when whoever asked is gone.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Sequence
from typing import Final, Literal, Protocol, TypeAlias

from labels.pdf import PdfStream
from labels.profiles import PrintProfile, own_profile, require_fit, require_start
from labels.render import label_operators, render_png
from labels.sentences import LabelFault
from labels.template import LabelContent, LabelTemplate
from labels.zpl import render_zpl

FileFormat: TypeAlias = Literal["pdf", "png", "zpl"]
MEDIA: Final[dict[str, str]] = {
    "pdf": "application/pdf",
    "png": "image/png",
    "zip": "application/zip",
    "zpl": "text/plain; charset=utf-8",
}
PIECE: Final = 48
"""Labels that are drawn between two moments in which the request may be found to be over."""


class Maker(Protocol):
    """Makes one file."""

    extension: str

    def add(self, labels: Sequence[LabelContent]) -> bytes:
        """Draw labels; returns what can be sent on."""

    def end(self) -> bytes:
        """Finish the file."""


class PdfMaker:
    """Labels on the pages of a profile, beginning at place ``start`` (1-based) of the first page."""

    extension = "pdf"

    def __init__(self, template: LabelTemplate, profile: PrintProfile, start: int = 1) -> None:
        require_fit(template, profile)
        require_start(profile, start)
        self._template = template
        self._profile = profile
        self._document = PdfStream()
        self._place = start - 1
        self._page: list[str] = []
        self._begun = False
        self._width = profile.page_width_mm
        if profile.medium == "tape":
            # The tape is cut after the label.
            self._width = template.width_mm + 2 * profile.left_mm

    def add(self, labels: Sequence[LabelContent]) -> bytes:
        """Draw labels; full pages come out."""
        pieces = [] if self._begun else [self._document.begin()]
        self._begun = True
        for label in labels:
            left, top = self._profile.corner(self._place)
            bottom_up = self._profile.page_height_mm - top
            self._page.append(label_operators(self._template, label, left, bottom_up))
            self._place += 1
            if self._place == self._profile.places:
                pieces.append(self._finish_page())
        return b"".join(pieces)

    def end(self) -> bytes:
        """The last page, if it is not full, and the end of the file."""
        pieces = [] if self._begun else [self._document.begin()]
        if self._page:
            pieces.append(self._finish_page())
        return b"".join([*pieces, self._document.end()])

    def _finish_page(self) -> bytes:
        content, self._page, self._place = "".join(self._page), [], 0
        return self._document.page(self._width, self._profile.page_height_mm, content)


class ZplMaker:
    """One label after the other as ZPL, for a profile with a roll or tape."""

    extension = "zpl"

    def __init__(self, template: LabelTemplate, profile: PrintProfile) -> None:
        if profile.medium == "sheet":
            raise LabelFault("label.sheet_has_no_zpl")
        require_fit(template, profile)
        self._template = template
        self._profile = profile

    def add(self, labels: Sequence[LabelContent]) -> bytes:
        """Draw labels."""
        left, top = self._profile.corner(0)
        return "".join(render_zpl(self._template, label, self._profile.dpi, left, top) for label in labels).encode(
            "ascii"
        )

    def end(self) -> bytes:
        """Nothing more."""
        return b""


class PngMaker:
    """One picture."""

    extension = "png"

    def __init__(self, template: LabelTemplate, dpi: int) -> None:
        self._template = template
        self._dpi = dpi

    def add(self, labels: Sequence[LabelContent]) -> bytes:
        """Draw the label."""
        return b"".join(render_png(self._template, label, self._dpi) for label in labels)

    def end(self) -> bytes:
        """Nothing more."""
        return b""


class ZipMaker:
    """A picture for each label, in a zip archive: named by place and number, with fixed dates."""

    extension = "zip"

    def __init__(self, template: LabelTemplate, dpi: int) -> None:
        self._template = template
        self._dpi = dpi
        self._file = _Outgoing()
        self._archive = zipfile.ZipFile(self._file, "w", zipfile.ZIP_STORED)
        self._count = 0

    def add(self, labels: Sequence[LabelContent]) -> bytes:
        """Draw labels."""
        for label in labels:
            self._count += 1
            name = f"{self._count:05d}-{''.join(one for one in label.number if one.isalnum())}.png"
            self._archive.writestr(zipfile.ZipInfo(name), render_png(self._template, label, self._dpi))
        return self._file.taken()

    def end(self) -> bytes:
        """The archive's list of contents."""
        self._archive.close()
        return self._file.taken()


class _Outgoing(io.RawIOBase):
    """A file that cannot be gone back in; what was written is taken out piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]  # zipfile writes bytes only
        """Keep a piece."""
        self._pieces.append(bytes(content))
        return len(content)

    def taken(self) -> bytes:
        """Take out what was written since the last time."""
        content, self._pieces = b"".join(self._pieces), []
        return content


def maker_of(
    file_format: FileFormat, template: LabelTemplate, profile: PrintProfile | None, *, count: int, start: int, dpi: int
) -> Maker:
    """Return the maker of a file of ``count`` labels.

    Args:
        profile: the paper; None for paper that is exactly as large as the label.
        start: first place on the first sheet, 1-based.
        dpi: for pictures without a profile.

    Raises:
        LabelFault: template, profile and format do not go together.
    """
    paper = profile or own_profile(template)
    if file_format == "pdf":
        return PdfMaker(template, paper, start)
    if file_format == "zpl":
        return ZplMaker(template, paper)
    real_dpi = dpi if profile is None else profile.dpi
    return PngMaker(template, real_dpi) if count == 1 else ZipMaker(template, real_dpi)


async def make_file(maker: Maker, labels: AsyncIterator[Sequence[LabelContent]]) -> AsyncIterator[bytes]:
    """Yield the file's bytes as they are drawn."""
    async for batch in labels:
        for first in range(0, len(batch), PIECE):
            piece = await asyncio.to_thread(maker.add, batch[first : first + PIECE])
            if piece:
                yield piece
    last = await asyncio.to_thread(maker.end)
    if last:
        yield last
