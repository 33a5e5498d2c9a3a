"""What a label carries and how it is laid out, as data.

A label shows the device's number, its codes, and the owner's name and telephone: nothing about the person who has the
device (SR-07). There is no field in which such a thing could be put.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from labels.payload import OwnLabel, parse_scan

LabelField: TypeAlias = Literal["number", "code128", "owner", "phone"]

LARGEST_LABEL_MM: Final = 300.0
LONGEST_LINE: Final = 120


class LabelTooSmall(ValueError):
    """The label has no room for what it should carry. ``swedish`` and ``english`` say what to do about it."""

    def __init__(self, swedish: str, english: str) -> None:
        super().__init__(swedish)
        self.swedish = swedish
        self.english = english


class LabelTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The layout of one kind of label. All lengths are millimetres.

    The QR code with its quiet zone is a square of side ``qr_mm`` at the left, centred in height; ``fields`` are stacked
    from the top in the column to its right. ``margin_mm`` stays empty on all four sides.

    Raises ``ValueError`` if the square does not fit within the margins or a field comes twice.
    """

    name: str
    width_mm: float
    height_mm: float
    margin_mm: float
    qr_mm: float
    fields: tuple[LabelField, ...] = ("number", "code128", "owner", "phone")

    def __post_init__(self) -> None:
        # Comparisons that NaN fails, so that it is refused as well.
        if not (0 < self.width_mm <= LARGEST_LABEL_MM and 0 < self.height_mm <= LARGEST_LABEL_MM):
            raise ValueError(f"A label measures more than 0 and at most {LARGEST_LABEL_MM:g} mm each way")
        if not (self.margin_mm >= 0 and 0 < self.qr_mm <= self.height_mm - 2 * self.margin_mm):
            raise ValueError("The QR code is higher than the label within its margins")
        if not self.qr_mm <= self.width_mm - 2 * self.margin_mm:
            raise ValueError("The QR code is wider than the label within its margins")
        if len(set(self.fields)) != len(self.fields):
            raise ValueError("Each field comes at most once")

    @property
    def column_left_mm(self) -> float:
        """Distance from the label's left edge to the column of fields, in mm."""
        return self.margin_mm + self.qr_mm

    @property
    def column_width_mm(self) -> float:
        """Width of the column of fields, in mm; 0 if there is none."""
        return max(0.0, self.width_mm - self.margin_mm - self.column_left_mm)


class DeviceLabel(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The content of one device's label.

    ``payload`` is the text of ``labels.payload.build_payload``; ``number`` is the device number (4-8 digits);
    ``owner`` and ``phone`` are the centre's name and telephone, never a person's, of at most 120 characters each.

    Raises ``ValueError`` for a longer line, and if the payload is not a label's or names another device: a label must
    never say two things.
    """

    payload: str
    number: str
    owner: str
    phone: str

    def __post_init__(self) -> None:
        scan = parse_scan(self.payload)
        if not isinstance(scan, OwnLabel) or self.payload != self.payload.upper():
            raise ValueError("The payload is not the text of a device label")
        if scan.number != self.number:
            raise ValueError(f"The QR code is for device {scan.number}, the label for {self.number}")
        if max(len(self.owner), len(self.phone)) > LONGEST_LINE:
            raise ValueError(f"A line on a label has at most {LONGEST_LINE} characters")


DEFAULT_TEMPLATE: Final = LabelTemplate(name="57 x 32 mm", width_mm=57.0, height_mm=32.0, margin_mm=1.5, qr_mm=25.0)
"""A common thermal roll; its QR code is large enough for error correction H at ordinary host names (SR-37)."""
