"""A proof of delivery on paper: who took what, when, and the seal that binds it to exactly those items. Pure.

The seal is checked when the page is drawn: items that do not give the stored hash are never printed as proven.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.policy.working_time import STOCKHOLM
from labels.layout import FONT_FILES, FontName
from routing.rounds.proof import items_hash

_WIDTH, _HEIGHT = 595.0, 842.0
_MARGIN: Final = 56.0
_LINE: Final = 15.0
_METHODS: Final = {"name": "Namn", "signature": "Underskrift", "photo": "Foto"}
_ACTIONS: Final = {"deliver": "Lämnat", "collect": "Hämtat"}
_HYGIENE: Final = {"clean": "ren", "cleaned_contaminated": "smittrengjord", "dirty": "smutsig", "unknown": ""}


class SealBroken(Exception):
    """The items do not give the hash that was signed for."""


@dataclass(frozen=True)
class ProofPage:
    """What stands on the page.

    Attributes:
        recipient, address: "" when they are not the reader's to see.
        items: as they were signed for; ``names`` says what a task's goods or a part are called.
        at, received_at: when it was signed, and when the server heard of it.
        taken_back: when it was taken back or the stop was opened again, and why; None when it stands.
    """

    proof_id: str
    round_name: str
    stop: int
    recipient: str
    address: str
    signer_name: str
    method: str
    driver_name: str
    items: Sequence[Mapping[str, Any]]
    items_sha256: str
    names: Mapping[str, str]
    at: datetime
    received_at: datetime
    taken_back: tuple[datetime, str] | None = None


def draw(page: ProofPage, picture: bytes | None = None) -> bytes:
    """Return the page as PDF. Same proof, same bytes: the file says nothing of when it was made.

    Args:
        picture: the signature or photo as JPEG.

    Raises:
        SealBroken: the items are not those that were signed for.
    """
    if items_hash(page.items) != page.items_sha256:
        raise SealBroken(page.proof_id)
    for font, path in FONT_FILES.items():
        pdfmetrics.registerFont(TTFont(font, str(path)))
    stream = io.BytesIO()
    writer = _Writer(Canvas(stream, pagesize=(_WIDTH, _HEIGHT), invariant=1))
    writer.canvas.setTitle("Leveranskvittens")
    writer.text("Leveranskvittens", 20, bold=True)
    writer.down(8)
    if page.taken_back is not None:
        when, why = page.taken_back
        writer.text(f"ÅTERTAGEN {_time(when)}{': ' + why if why else ''}", 12, bold=True)
        writer.down(4)
    for label, value in (
        ("Runda", f"{page.round_name}, stopp {page.stop}"),
        ("Mottagare", page.recipient),
        ("Adress", page.address),
        ("Kvitterat av", page.signer_name or "–"),
        ("Hur", _METHODS[page.method]),
        ("När", _time(page.at)),
        ("Kom in till centralen", _time(page.received_at)),
        ("Förare", page.driver_name),
    ):
        if value:
            writer.pair(label, value)
    writer.down(10)
    writer.text("Det här kvitterades", 13, bold=True)
    for number, item in enumerate(page.items, start=1):
        writer.text(f"{number}. {_item(item, page.names)}", 11)
        for part in item.get("parts", ()):
            name = page.names.get(part["component_id"], "Tillbehör")
            writer.text(f"     {name}: {part['quantity']} st med", 10)
    if picture is not None:
        writer.picture(picture)
    writer.down(12)
    writer.text("Sigill (SHA-256 av raderna ovan)", 9, bold=True)
    writer.text(page.items_sha256, 9)
    writer.text(f"Kvittens {page.proof_id}", 9)
    writer.canvas.save()
    return stream.getvalue()


def _item(item: Mapping[str, Any], names: Mapping[str, str]) -> str:
    number = str(item.get("device_number", ""))
    name = names.get(str(item.get("task_id", "")), "") or str(item.get("article_number", ""))
    quantity = f"{item['quantity']} st" if item["quantity"] != 1 or not number else ""
    hygiene = _HYGIENE.get(str(item.get("hygiene", "unknown")), "")
    words = " ".join(part for part in (number, name) if part) or "Utan nummer"
    return ", ".join(part for part in (f"{_ACTIONS[item['action']]}: {words}", quantity, hygiene) if part)


def _time(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H.%M}"


class _Writer:
    """Lines from the top of the page down; a new page when one is full."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.y = _HEIGHT - _MARGIN

    def down(self, points: float) -> None:
        self.y -= points
        if self.y < _MARGIN:
            self.canvas.showPage()
            self.y = _HEIGHT - _MARGIN

    def text(self, words: str, size: float, *, bold: bool = False, left: float = _MARGIN) -> None:
        font: FontName = "VeraBd" if bold else "Vera"
        for line in _wrapped(words, font, size, _WIDTH - _MARGIN - left):
            self.down(max(_LINE, size * 1.3))
            self.canvas.setFont(font, size)
            self.canvas.drawString(left, self.y, line)

    def pair(self, label: str, value: str) -> None:
        before = self.y
        self.text(value, 11, left=_MARGIN + 130)
        # Beside the value's first line; a value that began on a new page has its label there.
        first = before - _LINE if before - _LINE >= _MARGIN else _HEIGHT - _MARGIN - _LINE
        self.canvas.setFont("VeraBd", 10)
        self.canvas.drawString(_MARGIN, first, label)

    def picture(self, content: bytes) -> None:
        image = ImageReader(io.BytesIO(content))
        width, height = image.getSize()
        scale = min(1.0, (_WIDTH - 2 * _MARGIN) / width, 220 / height)
        self.down(height * scale + 12)
        self.canvas.drawImage(image, _MARGIN, self.y, width * scale, height * scale)


def _wrapped(words: str, font: str, size: float, width: float) -> list[str]:
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if lines[-1] and pdfmetrics.stringWidth(longer, font, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
