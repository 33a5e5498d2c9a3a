"""What a label carries and how it is laid out, as data: one template per kind and size.

A label shows the device's number, its codes, the article, and the owner's name and telephone: nothing about the person
who has the device (SR-07). There is no field in which such a thing is looked up.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal, TypeAlias

import msgspec
from msgspec import Meta

from labels.payload import OwnLabel, parse_scan
from labels.sentences import LabelFault, LabelTooSmall

__all__ = ["DEFAULT_TEMPLATE", "DeviceLabel", "LabelContent", "LabelTemplate", "LabelTooSmall", "PlainLabel"]

LabelKind: TypeAlias = Literal["device", "next_pm", "return", "contaminated", "deviation", "load_carrier", "shelf"]
LabelField: TypeAlias = Literal["number", "code128", "owner", "phone", "article", "month", "text", "lines", "notes"]
BandColour: TypeAlias = Literal["none", "black", "yellow", "orange", "red", "blue", "green", "by_year"]

LARGEST_LABEL_MM: Final = 300.0
LONGEST_LINE: Final = 120

ShortText: TypeAlias = Annotated[str, Meta(max_length=60)]
Note: TypeAlias = Annotated[str, Meta(max_length=LONGEST_LINE)]

#: Which fields each kind may carry. A device label is the only one with a token, so it needs a QR code.
FIELDS: Final[dict[LabelKind, frozenset[LabelField]]] = {
    "device": frozenset({"number", "code128", "owner", "phone", "notes"}),
    "next_pm": frozenset({"month", "number", "code128", "article", "owner", "phone", "notes"}),
    "return": frozenset({"number", "code128", "article", "text", "lines", "notes", "owner", "phone"}),
    "contaminated": frozenset({"number", "code128", "article", "text", "lines", "notes", "owner", "phone"}),
    "deviation": frozenset({"number", "code128", "article", "text", "lines", "notes", "owner", "phone"}),
    "load_carrier": frozenset({"number", "code128", "text", "owner", "phone", "notes"}),
    "shelf": frozenset({"number", "code128", "text", "notes"}),
}


class TemplateDocument(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template as it is stored and sent. All lengths are millimetres.

    A filled band with ``title`` goes across the top. The QR code with its quiet zone is a square of side ``qr_mm`` at
    the left below it, centred in height, or absent when 0; ``fields`` are stacked in the column to its right.
    ``margin_mm`` stays empty on all four sides. ``lines`` are captions of lines to be filled in by hand, ``notes`` are
    small fixed lines. ``colour`` is the band's, where the printer has colours; ``by_year`` follows the month's year.
    """

    kind: LabelKind = "device"
    name: Annotated[str, Meta(min_length=1, max_length=60)]
    width_mm: float
    height_mm: float
    margin_mm: float
    qr_mm: float = 0.0
    fields: Annotated[tuple[LabelField, ...], Meta(max_length=9)] = ("number", "code128", "owner", "phone")
    title: ShortText = ""
    colour: BandColour = "none"
    lines: Annotated[tuple[ShortText, ...], Meta(max_length=6)] = ()
    notes: Annotated[tuple[Note, ...], Meta(max_length=4)] = ()


class LabelTemplate(TemplateDocument, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template whose measures are possible.

    Raises ``LabelFault`` if the square does not fit within the margins, a field comes twice or is another kind's.
    """

    def __post_init__(self) -> None:
        # Comparisons that NaN fails, so that it is refused as well.
        if not (0 < self.width_mm <= LARGEST_LABEL_MM and 0 < self.height_mm <= LARGEST_LABEL_MM):
            raise LabelFault("label.size_out_of_range", most=LARGEST_LABEL_MM)
        if not (self.margin_mm >= 0 and 0 <= self.qr_mm <= self.body_height_mm):
            raise LabelFault("label.qr_too_high")
        if not self.qr_mm <= self.width_mm - 2 * self.margin_mm:
            raise LabelFault("label.qr_too_wide")
        if self.kind == "device" and self.qr_mm == 0:
            raise LabelFault("label.qr_missing")
        if len(set(self.fields)) != len(self.fields):
            raise LabelFault("label.field_twice")
        for field in self.fields:
            if field not in FIELDS[self.kind]:
                raise LabelFault("label.field_of_other_kind", field=field)

    @property
    def band_height_mm(self) -> float:
        """Height of the title's band, in mm; 0 without a title."""
        return 0.24 * (self.height_mm - 2 * self.margin_mm) if self.title else 0.0

    @property
    def body_top_mm(self) -> float:
        """Distance from the label's top edge to what is below the band, in mm."""
        # A hair's breadth of air below the band, or the text would touch it.
        return self.margin_mm + self.band_height_mm + (0.04 * self.height_mm if self.title else 0.0)

    @property
    def body_height_mm(self) -> float:
        """Height of what is below the band, in mm."""
        return self.height_mm - self.margin_mm - self.body_top_mm

    @property
    def column_left_mm(self) -> float:
        """Distance from the label's left edge to the column of fields, in mm."""
        return self.margin_mm + self.qr_mm

    @property
    def column_width_mm(self) -> float:
        """Width of the column of fields, in mm; 0 if there is none."""
        return max(0.0, self.width_mm - self.margin_mm - self.column_left_mm)


def as_template(document: TemplateDocument) -> LabelTemplate:
    """Return a checked template. Raises ``LabelFault``."""
    return LabelTemplate(**{name: getattr(document, name) for name in TemplateDocument.__struct_fields__})


class LabelContent(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a label says. ``payload`` is the text of its QR code, ``number`` is printed large and in Code 128."""

    payload: str
    number: str
    owner: str = ""
    phone: str = ""


class DeviceLabel(LabelContent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of one device's label.

    ``payload`` is the text of ``labels.payload.build_payload``; ``number`` is the device number (4-8 digits);
    ``owner`` and ``phone`` are the centre's name and telephone, never a person's, of at most 120 characters each.

    Raises ``ValueError`` for a longer line, and if the payload is not a label's or names another device: a label must
    never say two things.
    """

    def __post_init__(self) -> None:
        scan = parse_scan(self.payload)
        if not isinstance(scan, OwnLabel) or self.payload != self.payload.upper():
            raise ValueError("The payload is not the text of a device label")
        if scan.number != self.number:
            raise ValueError(f"The QR code is for device {scan.number}, the label for {self.number}")
        if max(len(self.owner), len(self.phone)) > LONGEST_LINE:
            raise ValueError(f"A line on a label has at most {LONGEST_LINE} characters")


class PlainLabel(LabelContent, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of a label without a token: its QR code is the number or code itself, which opens nothing.

    ``number`` is a device number, ``K-`` and a number for a lone accessory (R-269), a carrier's or shelf's code of
    ``A-Z 0-9 . / + -`` and spaces, or empty for a label that is filled in by hand. ``month`` is ``2027-05`` or empty.
    """

    payload: str = ""
    number: str = ""
    article: str = ""
    text: str = ""
    month: str = ""

    def __post_init__(self) -> None:
        longest = max(len(line) for line in (self.owner, self.phone, self.article, self.text))
        if longest > LONGEST_LINE:
            raise ValueError(f"A line on a label has at most {LONGEST_LINE} characters")


DEFAULT_TEMPLATE: Final = LabelTemplate(name="57 x 32 mm", width_mm=57.0, height_mm=32.0, margin_mm=1.5, qr_mm=25.0)
"""A common thermal roll; its QR code is large enough for error correction H at ordinary host names (SR-37)."""
