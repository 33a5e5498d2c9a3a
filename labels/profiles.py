"""What a printer prints on, as data: sheets with their rows and columns, rolls and tapes, and how far off they print.

All lengths are millimetres from the paper's top left corner. A profile corrects itself: the calibration sheet has two
crosses whose places are measured with a ruler, and what differs from ``CROSS_MM`` is taken back in every print.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from labels.pdf import POINTS_PER_MM, PdfStream, text_operators
from labels.sentences import LabelFault
from labels.template import LabelTemplate

Medium: TypeAlias = Literal["sheet", "roll", "tape"]
CROSS_MM: Final = 50.0
"""How far the first cross lies from the left edge of the paper, and the second from the top edge."""
MOST_OFF_MM: Final = 15.0
RULER_MM: Final = 100.0
_SLACK_MM: Final = 0.5
"""Sheets are cut within half a millimetre."""


class ProfileDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A print profile as it is stored and sent.

    ``columns`` x ``rows`` labels of ``label_width_mm`` x ``label_height_mm``; the first begins at ``left_mm``,
    ``top_mm``, the next ones ``pitch_x_mm`` and ``pitch_y_mm`` further on. On a roll or tape there is one label to a
    page; a tape's label may be any length up to ``page_width_mm``. ``dpi`` is what the printer really prints.
    ``offset_x_mm`` and ``offset_y_mm`` move everything right and down.
    """

    medium: Medium = "sheet"
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    page_width_mm: Annotated[float, Meta(gt=0, le=1000)]
    page_height_mm: Annotated[float, Meta(gt=0, le=1000)]
    columns: Annotated[int, Meta(ge=1, le=30)] = 1
    rows: Annotated[int, Meta(ge=1, le=60)] = 1
    left_mm: Annotated[float, Meta(ge=0, le=1000)] = 0.0
    top_mm: Annotated[float, Meta(ge=0, le=1000)] = 0.0
    pitch_x_mm: Annotated[float, Meta(ge=0, le=1000)] = 0.0
    pitch_y_mm: Annotated[float, Meta(ge=0, le=1000)] = 0.0
    label_width_mm: Annotated[float, Meta(gt=0, le=1000)]
    label_height_mm: Annotated[float, Meta(gt=0, le=1000)]
    dpi: Annotated[int, Meta(ge=100, le=1200)] = 300
    offset_x_mm: Annotated[float, Meta(ge=-MOST_OFF_MM, le=MOST_OFF_MM)] = 0.0
    offset_y_mm: Annotated[float, Meta(ge=-MOST_OFF_MM, le=MOST_OFF_MM)] = 0.0


class PrintProfile(ProfileDocument, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A profile whose labels lie on the paper, beside one another. Raises ``LabelFault`` otherwise."""

    def __post_init__(self) -> None:
        if self.columns > 1 and not self.pitch_x_mm >= self.label_width_mm - 1e-6:
            raise LabelFault("label.sheet_overlaps")
        if self.rows > 1 and not self.pitch_y_mm >= self.label_height_mm - 1e-6:
            raise LabelFault("label.sheet_overlaps")
        right = self.left_mm + (self.columns - 1) * self.pitch_x_mm + self.label_width_mm
        bottom = self.top_mm + (self.rows - 1) * self.pitch_y_mm + self.label_height_mm
        if not (right <= self.page_width_mm + _SLACK_MM and bottom <= self.page_height_mm + _SLACK_MM):
            raise LabelFault(
                "label.sheet_overflows",
                columns=self.columns,
                rows=self.rows,
                width=float(self.page_width_mm),
                height=float(self.page_height_mm),
            )

    @property
    def places(self) -> int:
        """How many labels a page holds."""
        return self.columns * self.rows

    def corner(self, place: int) -> tuple[float, float]:
        """Return left and top of a place on the page, 0-based, row by row, as it must be sent to hit the paper."""
        row, column = divmod(place, self.columns)
        return (
            self.left_mm + column * self.pitch_x_mm + self.offset_x_mm,
            self.top_mm + row * self.pitch_y_mm + self.offset_y_mm,
        )


def as_profile(document: ProfileDocument) -> PrintProfile:
    """Return a checked profile. Raises ``LabelFault``."""
    return PrintProfile(**{name: getattr(document, name) for name in ProfileDocument.__struct_fields__})


def own_profile(template: LabelTemplate) -> PrintProfile:
    """Return the profile of paper that is exactly as large as the label: one label a page."""
    width, height = template.width_mm, template.height_mm
    return PrintProfile(
        medium="roll",
        name=template.name,
        page_width_mm=width,
        page_height_mm=height,
        label_width_mm=width,
        label_height_mm=height,
    )


def require_fit(template: LabelTemplate, profile: PrintProfile) -> None:
    """Raise ``LabelFault`` if a label of the template is larger than its place on the paper."""
    if (
        template.width_mm > profile.label_width_mm + _SLACK_MM
        or template.height_mm > profile.label_height_mm + _SLACK_MM
    ):
        raise LabelFault(
            "label.larger_than_paper",
            width=float(template.width_mm),
            height=float(template.height_mm),
            paper_width=float(profile.label_width_mm),
            paper_height=float(profile.label_height_mm),
        )


def require_start(profile: PrintProfile, start: int) -> None:
    """Raise ``LabelFault`` if a page has no such place; ``start`` is 1-based."""
    if not 1 <= start <= profile.places:
        raise LabelFault("label.start_off_sheet", places=profile.places)


def calibrated(profile: PrintProfile, measured_left_mm: float, measured_top_mm: float) -> PrintProfile:
    """Return the profile corrected by what a ruler says of the calibration sheet.

    Args:
        measured_left_mm: from the paper's left edge to the first cross, in mm.
        measured_top_mm: from its top edge to the second cross, in mm.

    The sheet is printed without correction, so the same two numbers typed twice correct once.

    Raises:
        LabelFault: a cross is more than 15 mm off: that is a scaled print, not a shifted one.
    """
    offsets = (CROSS_MM - measured_left_mm, CROSS_MM - measured_top_mm)
    if not all(abs(offset) <= MOST_OFF_MM for offset in offsets):
        raise LabelFault("label.profile_too_far_off", most=MOST_OFF_MM)
    return msgspec.structs.replace(profile, offset_x_mm=round(offsets[0], 2), offset_y_mm=round(offsets[1], 2))


def calibration_sheet(profile: PrintProfile, language: str = "sv") -> bytes:
    """Return a PDF of one page: two crosses to measure and a line of 100 mm that shows whether the print is scaled."""
    width, height = max(profile.page_width_mm, 80.0), max(profile.page_height_mm, 80.0)
    swedish = language != "en"
    middle_x, middle_y = width / 2, height / 2
    pieces = ["0.6 w\n"]
    # Each cross is measured in one direction, so its other coordinate is free: near the middle of the paper.
    pieces += [_cross(CROSS_MM, middle_y, height), _cross(middle_x, CROSS_MM, height)]
    pieces.append(_note("1", CROSS_MM + 5, middle_y - 3, height, 12))
    pieces.append(_note("2", middle_x + 5, CROSS_MM - 3, height, 12))
    words = (
        (
            "Skriv ut i verklig storlek (100 %), inte ”anpassa till sidan”.",
            "1: mät från papprets vänstra kant till kryss 1.  2: mät från papprets övre kant till kryss 2.",
            "Skriv de två talen i millimeter i Turbil. Strecket nedan ska vara 100 mm.",
        )
        if swedish
        else (
            "Print in actual size (100 %), not “fit to page”.",
            "1: measure from the paper's left edge to cross 1.  2: measure from its top edge to cross 2.",
            "Type the two numbers in millimetres in Turbil. The line below must be 100 mm.",
        )
    )
    size = min(10.0, 10.0 * width / 190)
    left = 0.06 * width
    for index, line in enumerate((profile.name, *words)):
        pieces.append(_note(line, left, middle_y + 14 + 6 * index, height, size))
    ruler = min(RULER_MM, width - 2 * left)
    y = (height - middle_y - 14 - 30) * POINTS_PER_MM
    pieces.append(f"{left * POINTS_PER_MM:.3f} {y:.3f} m {(left + ruler) * POINTS_PER_MM:.3f} {y:.3f} l S\n")
    for end in (left, left + ruler):
        pieces.append(f"{end * POINTS_PER_MM:.3f} {y - 6:.3f} m {end * POINTS_PER_MM:.3f} {y + 6:.3f} l S\n")
    document = PdfStream()
    return document.begin() + document.page(width, height, "".join(pieces)) + document.end()


def _cross(x_mm: float, y_mm: float, height_mm: float) -> str:
    x, y, arm = x_mm * POINTS_PER_MM, (height_mm - y_mm) * POINTS_PER_MM, 4 * POINTS_PER_MM
    return f"{x - arm:.3f} {y:.3f} m {x + arm:.3f} {y:.3f} l {x:.3f} {y - arm:.3f} m {x:.3f} {y + arm:.3f} l S\n"


def _note(text: str, x_mm: float, y_mm: float, height_mm: float, size: float) -> str:
    # A profile's name may hold a character that the font lacks; here it is only a reminder.
    known = "".join(one if (one.isprintable() and ord(one) < 0x250) or one in "”“–" else "?" for one in text)
    return text_operators(known, "Vera", size, x_mm * POINTS_PER_MM, (height_mm - y_mm) * POINTS_PER_MM)
