"""A round on paper, for the day that phones or network are out: the route, and what to load, last stop first.

It holds what its driver's phone holds and no more (``rows.for_driver``): no personal number, no protected name.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import escape

from app.policy.working_time import STOCKHOLM

_FONT, _BOLD = "Vera", "VeraBd"
_MARGIN: Final = 40
_TITLE: Final = "Körlista"


@dataclass(frozen=True)
class SheetHead:
    """The head of the sheets."""

    name: str
    on_day: str
    van: str
    driver: str
    depot: str
    version: int


def round_sheets(
    head: SheetHead, stops: Sequence[Mapping[str, Any]], times: Mapping[str, datetime], printed_at: datetime
) -> bytes:
    """The route sheet and the load sheet as one PDF.

    Args:
        stops: rows of ``for_driver`` in driving order; those that are called off are left out.
        times: stop id -> when the work there begins, where it is known.
        printed_at: stands on each page, for what has changed since is not on the paper.
    """
    # Loaded when the first sheet is asked for: the server's start does not wait for it.
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer

    _register_fonts()
    body, small, title = _styles()
    live = [stop for stop in stops if stop["state"] != "cancelled"]
    told = f"{head.on_day} · {head.van} · {head.driver} · {head.depot} · version {head.version}"
    story: list[Any] = [Paragraph(escape(f"{_TITLE}: {head.name}"), title), Paragraph(escape(told), small)]
    stops_told = [_stop_cells(stop, times, body, small) for stop in live]
    story += [Spacer(1, 8), _table(stops_told, _ROUTE_WIDTHS) if live else Paragraph("Inga stopp.", body)]
    story += [PageBreak(), Paragraph(escape(f"Lastlista: {head.name}"), title)]
    story += [Paragraph("Lasta uppifrån och ner: sista stoppet först in.", small), Spacer(1, 8)]
    loading = [_load_cells(stop, body) for stop in reversed(live) if _lines(stop, "deliver")]
    if loading:
        story.append(_table(loading, _LOAD_WIDTHS))
    else:
        story.append(Paragraph("Inget ska lastas.", body))
    printed = printed_at.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M")

    def foot(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(_FONT, 7)
        canvas.drawString(_MARGIN, 24, f"Utskriven {printed}. Innehåller personuppgifter: förstörs efter turen.")
        canvas.drawRightString(A4[0] - _MARGIN, 24, f"Sida {document.page}")
        canvas.restoreState()

    made = io.BytesIO()
    # No name of anybody and no round in the file's own data either (SR-07).
    document = SimpleDocTemplate(
        made, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=36, bottomMargin=44, title=_TITLE
    )
    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return made.getvalue()


_ROUTE_WIDTHS: Final = (28, 62, 235, 190)
_LOAD_WIDTHS: Final = (28, 190, 250, 47)


def _register_fonts() -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    # Bitstream Vera comes with reportlab, so that every machine prints the same letters.
    for name in (_FONT, _BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))


def _styles() -> tuple[Any, Any, Any]:
    from reportlab.lib.styles import ParagraphStyle

    return (
        ParagraphStyle("body", fontName=_FONT, fontSize=9, leading=12),
        ParagraphStyle("small", fontName=_FONT, fontSize=7.5, leading=10),
        ParagraphStyle("title", fontName=_BOLD, fontSize=15, leading=20),
    )


def _table(rows: Sequence[Sequence[Any]], widths: Sequence[int]) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import Table, TableStyle

    lines: list[Any] = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.grey)]
    return Table([list(row) for row in rows], colWidths=list(widths), style=TableStyle(lines), repeatRows=0)


def _stop_cells(stop: Mapping[str, Any], times: Mapping[str, datetime], body: Any, small: Any) -> list[Any]:
    from reportlab.platypus import Paragraph

    place = [f"<font name='{_BOLD}'>{escape(stop['name'])}</font>"]
    place += [escape(line) for line in (stop["care_of"], stop["street"], f"{stop['postcode']} {stop['town']}".strip())]
    if stop["entry_code"]:
        place.append(f"Portkod {escape(stop['entry_code'])}")
    if stop["phone"]:
        place.append(f"Tel {escape(stop['phone'])}")
    if stop["carrier_note"]:
        place.append(escape(stop["carrier_note"]).replace("\n", "<br/>"))
    when = [_window(stop)]
    start = times.get(str(stop["id"]))
    if start is not None:
        when.append(f"ca {start.astimezone(STOCKHOLM):%H:%M}")
    done = {"done": "Klart", "partial": "Delvis", "failed": "Misslyckat"}.get(str(stop["state"]))
    when += [done] if done else []
    goods = [f"Lämna {line}" for line in _lines(stop, "deliver")] + [
        f"Hämta {line}" for line in _lines(stop, "collect")
    ]
    goods.append("Namn: ____________________  Tid: ______")
    return [
        Paragraph(f"<font name='{_BOLD}' size='14'>{stop['position']}</font>", body),
        Paragraph("<br/>".join(line for line in when if line), small),
        Paragraph("<br/>".join(line for line in place if line), body),
        Paragraph("<br/>".join(goods), body),
    ]


def _load_cells(stop: Mapping[str, Any], body: Any) -> list[Any]:
    from reportlab.platypus import Paragraph

    where = escape(", ".join(part for part in (stop["street"], stop["town"]) if part))
    return [
        Paragraph(f"<font name='{_BOLD}' size='14'>{stop['position']}</font>", body),
        Paragraph(where, body),
        Paragraph("<br/>".join(_lines(stop, "deliver")), body),
        Paragraph("Lastat<br/>[&nbsp;&nbsp;&nbsp;]", body),
    ]


def _lines(stop: Mapping[str, Any], kind: str) -> list[str]:
    return [
        escape(
            f"{task['quantity']} × {task['article_name']}"
            + (f" {task['device_number']}" if task["device_number"] else "")
        )
        for task in stop["tasks"]
        if task["kind"] == kind and task["state"] != "cancelled"
    ]


def _window(stop: Mapping[str, Any]) -> str:
    def clock(key: str) -> str:
        value = stop[key]
        return "" if value is None else f"{datetime.fromisoformat(value).astimezone(STOCKHOLM):%H:%M}"

    begins, ends = clock("window_from"), clock("window_to")
    return f"{begins}–{ends}" if begins or ends else ""
