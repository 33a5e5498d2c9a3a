"""A signed protocol on paper for the patient file: every point with its answer, limits and judgement (R-232).

Nothing on it says whose the device is: who files it knows. The same protocol gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from app.policy.working_time import STOCKHOLM
from field.protocols.template import Item, Range, Template

_FONTS: Final = {"Vera": "Vera.ttf", "VeraBd": "VeraBd.ttf"}
_BODY: Final = ParagraphStyle("body", fontName="Vera", fontSize=8.5, leading=11.5)
_BOLD: Final = ParagraphStyle("bold", parent=_BODY, fontName="VeraBd")
_TITLE: Final = ParagraphStyle("title", parent=_BOLD, fontSize=15, leading=20)
_MARGIN: Final = 42

_VERDICTS: Final = {"approved": "GODKÄND", "not_approved": "INTE GODKÄND", "incomplete": "INTE KOMPLETT"}
_STATUSES: Final = {"ok": "", "fail": "Ej godkänt", "missing": "Saknas", "implausible": "Orimligt"}


@dataclass(frozen=True)
class SignedPaper:
    """What stands on the paper; ``statuses`` is the server's judgement, by linkId."""

    device_number: str
    article_name: str
    order_number: str
    signed_at: datetime
    signed_by: str
    verdict: str
    answers: Mapping[str, Any]
    statuses: Mapping[str, str]


def protocol_pdf(template: Template, paper: SignedPaper) -> bytes:
    """Return the protocol as a PDF of A4 pages."""
    for name, file in _FONTS.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(Path(reportlab.__file__).parent / "fonts" / file)))
    target = io.BytesIO()
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=f"Serviceprotokoll {paper.device_number}",
        author="",
        invariant=1,
    )
    document.build([*_head(template, paper), _points(template, paper, document.width)])
    return target.getvalue()


def _head(template: Template, paper: SignedPaper) -> Iterator[Flowable]:
    yield Paragraph(escape(f"Serviceprotokoll: {template.title.sv}"), _TITLE)
    yield Paragraph(_VERDICTS.get(paper.verdict, ""), _BOLD)
    signed = paper.signed_at.astimezone(STOCKHOLM)
    for words, value in (
        ("Hjälpmedel", f"{paper.device_number} {paper.article_name}".strip()),
        ("Arbetsorder", paper.order_number),
        ("Underskrivet", f"{signed:%Y-%m-%d %H:%M}, {paper.signed_by}"),
        ("Mall", f"{template.id}, version {template.version}"),
    ):
        yield Paragraph(f"{words}: {escape(value)}", _BODY)
    yield Spacer(1, 8)


def _points(template: Template, paper: SignedPaper, width: float) -> Table:
    rows: list[list[Paragraph]] = [[Paragraph(words, _BOLD) for words in ("Punkt", "Svar", "Gräns", "Bedömning")]]
    lines: list[tuple[Any, ...]] = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.25, "#b8c4c4"),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    for item in _asked(template.item, paper.statuses):
        if item.type == "group":
            lines.append(("SPAN", (0, len(rows)), (-1, len(rows))))
            rows.append([Paragraph(escape(item.text.sv), _BOLD), *[Paragraph("", _BODY)] * 3])
            continue
        cells = (
            item.text.sv,
            _answer(item, paper.answers.get(item.link_id)),
            _limits(item),
            _STATUSES.get(paper.statuses.get(item.link_id, ""), ""),
        )
        style = _BOLD if paper.statuses.get(item.link_id) == "fail" else _BODY
        rows.append([Paragraph(escape(words).replace("\n", "<br/>"), style) for words in cells])
    return Table(
        rows, colWidths=[width * share for share in (0.42, 0.28, 0.15, 0.15)], repeatRows=1, style=TableStyle(lines)
    )


def _asked(branch: tuple[Item, ...], statuses: Mapping[str, str]) -> Iterator[Item]:
    """The points that were asked for; what a condition turned off was not."""
    for item in branch:
        if statuses.get(item.link_id) == "disabled" or item.type == "display":
            continue
        yield item
        yield from _asked(item.item, statuses)


def _answer(item: Item, value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "Ja" if value else "Nej"
    if item.type == "attachment":
        return "Underskrift finns" if item.role == "signature" else "Bild finns"
    if item.type == "choice":
        return next((option.text.sv for option in item.answer_option if option.value == value), str(value))
    if item.type in {"decimal", "integer"}:
        return f"{str(value).replace('.', ',')} {item.unit.display if item.unit else ''}".strip()
    return str(value)


def _limits(item: Item) -> str:
    words = [" och ".join(_bounds(one)) for one in item.approval]
    if item.ratio is not None:
        words.append(f"högst {item.ratio.max.replace('.', ',')} gånger")
    return " eller ".join(words)


def _bounds(limits: Range) -> Iterator[str]:
    for words, value in (("minst", limits.min), ("över", limits.above), ("högst", limits.max), ("under", limits.below)):
        if value is not None:
            yield f"{words} {value.replace('.', ',')}"
