"""The templates and profiles that every region begins with. A region's own row with the same id stands in its place."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from labels.profiles import PrintProfile
from labels.template import DEFAULT_TEMPLATE, LabelTemplate

_NAMES: Final = UUID("6f0f2f5c-6d0a-4a53-9c1e-3f5f7f1c8a11")


def _id(kind: str, name: str) -> UUID:
    return uuid5(_NAMES, f"{kind}:{name}")


_TEMPLATES: Final = (
    DEFAULT_TEMPLATE,
    LabelTemplate(name="Hjälpmedel 70 × 37 mm", width_mm=70, height_mm=37, margin_mm=2, qr_mm=29),
    LabelTemplate(name="Hjälpmedel 53 × 24 mm", width_mm=53, height_mm=24, margin_mm=1, qr_mm=21),
    LabelTemplate(name="Hjälpmedel 101 × 54 mm", width_mm=101, height_mm=54, margin_mm=3, qr_mm=40),
    LabelTemplate(
        kind="next_pm", name="Nästa FU 38 × 25 mm", width_mm=38, height_mm=25, margin_mm=1, title="NÄSTA FU",
        colour="by_year", fields=("month", "number"),
    ),
    LabelTemplate(
        kind="next_pm", name="Nästa FU 70 × 37 mm", width_mm=70, height_mm=37, margin_mm=2, title="NÄSTA FU",
        colour="by_year", fields=("month", "number", "owner"),
    ),
    LabelTemplate(
        kind="return", name="Retur 105 × 74 mm", width_mm=105, height_mm=74, margin_mm=4, qr_mm=25, title="RETUR",
        colour="black", fields=("number", "code128", "article", "lines", "notes", "owner", "phone"),
        lines=("Från enhet", "Kontakt, telefon", "Datum"),
        notes=("Rengjord och avtorkad. Skriv K- före numret på ett löst tillbehör.",),
    ),
    LabelTemplate(
        kind="contaminated", name="Smittat gods 105 × 74 mm", width_mm=105, height_mm=74, margin_mm=4, qr_mm=21,
        title="SMITTAT GODS", colour="yellow", fields=("number", "article", "text", "lines", "notes"),
        lines=("Smittämne om känt", "Inslaget, datum", "Enhet, telefon"),
        notes=("Öppnas inte. Ställs i karantän 14 dagar från senaste kontakt.",),
    ),
    LabelTemplate(
        kind="deviation", name="Avvikelse 105 × 74 mm", width_mm=105, height_mm=74, margin_mm=4, qr_mm=21,
        title="MEDICINTEKNISK AVVIKELSE", colour="red", fields=("number", "article", "text", "lines", "notes"),
        lines=("Avvikelse nr", "Datum", "Enhet, telefon"),
        notes=("KARANTÄN: får inte användas, rengöras eller lagas innan det är utrett.",),
    ),
    LabelTemplate(
        kind="load_carrier", name="Lastbärare 105 × 74 mm", width_mm=105, height_mm=74, margin_mm=4, qr_mm=30,
        fields=("number", "text", "code128"),
    ),
    LabelTemplate(
        kind="shelf", name="Hylla 70 × 37 mm", width_mm=70, height_mm=37, margin_mm=2, qr_mm=21,
        fields=("number", "text", "code128"),
    ),
)  # fmt: skip


def _sheet(
    name: str, columns: int, rows: int, width: float, height: float, left: float, top: float, **more: float
) -> PrintProfile:
    """An A4 sheet whose labels touch unless a pitch is given."""
    return PrintProfile(
        name=name, page_width_mm=210, page_height_mm=297, columns=columns, rows=rows, left_mm=left, top_mm=top,
        pitch_x_mm=more.get("pitch_x", width), pitch_y_mm=more.get("pitch_y", height),
        label_width_mm=width, label_height_mm=height,
    )  # fmt: skip


def _roll(name: str, width: float, height: float, dpi: int = 203) -> PrintProfile:
    return PrintProfile(
        medium="roll", name=name, page_width_mm=width, page_height_mm=height, label_width_mm=width,
        label_height_mm=height, dpi=dpi,
    )  # fmt: skip


_PROFILES: Final = (
    _sheet("A4, 24 etiketter 70 × 37 mm", 3, 8, 70, 37, 0, 0.5),
    _sheet("A4, 21 etiketter 63,5 × 38,1 mm", 3, 7, 63.5, 38.1, 7.2, 15.1, pitch_x=66.0),
    _sheet("A4, 10 etiketter 105 × 57 mm", 2, 5, 105, 57, 0, 6),
    _sheet("A4, 6 etiketter 105 × 99 mm", 2, 3, 105, 99, 0, 0),
    _roll("Rulle 57 × 32 mm, 203 dpi", 57, 32),
    _roll("Rulle 105 × 74 mm, 203 dpi", 105, 74),
    _roll("Rulle 57 × 32 mm, 300 dpi", 57, 32, dpi=300),
    PrintProfile(
        medium="tape", name="Band 36 mm, 180 dpi", page_width_mm=120, page_height_mm=36, top_mm=3, label_width_mm=120,
        label_height_mm=30, dpi=180,
    ),
)  # fmt: skip

TEMPLATES: Final[dict[UUID, LabelTemplate]] = {_id("template", one.name): one for one in _TEMPLATES}
PROFILES: Final[dict[UUID, PrintProfile]] = {_id("profile", one.name): one for one in _PROFILES}
DEFAULT_TEMPLATE_ID: Final = _id("template", DEFAULT_TEMPLATE.name)
