"""What the labels' routes are sent and answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from app.web.structs import Body, Reply
from labels.arguments import DeviceSearch, Number, ScanText
from labels.files import FileFormat
from labels.prints import PrintKind
from labels.profiles import ProfileDocument
from labels.template import TemplateDocument

Dpi = Annotated[int, Meta(ge=100, le=1200)]
Code = Annotated[str, Meta(max_length=20, pattern="^(|(K-)?[0-9]{4,8}|[0-9A-Z][0-9A-Z ./+-]{0,19})$")]
Month = Annotated[str, Meta(pattern="^(|20[0-9]{2}-(0[1-9]|1[0-2]))$")]
MOST_PLAIN = 500


class PrintLabel(Body, frozen=True, kw_only=True):
    """Which label; ``dpi`` is the printer's dots per inch and matters for PNG only."""

    number: Number
    format: Literal["png", "pdf"] = "pdf"
    dpi: Dpi = 203


class PlainItem(Body, frozen=True, kw_only=True):
    """One label without a token: a device's or component's number, a carrier's or shelf's code, or nothing yet.

    ``text`` is a line of one's own, ``month`` the next maintenance where it should not be the device's own.
    """

    code: Code = ""
    text: Annotated[str, Meta(max_length=60)] = ""
    month: Month = ""


class PlainSheet(Body, frozen=True, kw_only=True):
    """Labels without tokens, and the paper they go on; ``start`` is the first place on the first sheet."""

    template_id: UUID
    items: Annotated[tuple[PlainItem, ...], Meta(min_length=1, max_length=MOST_PLAIN)]
    format: FileFormat = "pdf"
    profile_id: UUID | None = None
    start: Annotated[int, Meta(ge=1, le=1800)] = 1
    dpi: Dpi = 203


class ReturnLabel(Body, frozen=True, kw_only=True):
    """A return label for one's own device or a component of it, or one to be filled in by hand."""

    code: Annotated[str, Meta(pattern="^(|(K-)?[0-9]{4,8})$")]


class Preview(Body, frozen=True, kw_only=True):
    """A template as it stands in the editor, or one of the list; ``text`` and ``code`` are examples."""

    template: TemplateDocument
    code: Code = ""
    text: Annotated[str, Meta(max_length=60)] = ""


class ResolveScan(Body, frozen=True, kw_only=True):
    """What a scanner read or somebody typed."""

    raw: ScanText


class TemplateItem(Reply, frozen=True, kw_only=True):
    """A template in use; ``rv`` is null for a built-in one that nobody has changed."""

    id: UUID
    rv: int | None
    template: TemplateDocument


class ProfileItem(Reply, frozen=True, kw_only=True):
    """A print profile in use."""

    id: UUID
    rv: int | None
    profile: ProfileDocument


class LabelSetup(Reply, frozen=True, kw_only=True):
    """What there is to print with. ``address`` is what labels lead to."""

    templates: list[TemplateItem]
    profiles: list[ProfileItem]
    address: str


class PrintItem(Reply, frozen=True, kw_only=True):
    """A print. While it is ``open`` its file can be fetched and its labels be scanned; ``verified`` were."""

    id: UUID
    kind: PrintKind
    template_name: str
    count: int
    first_number: str
    last_number: str
    printed_at: datetime
    printed_by: str
    state: Literal["open", "verified", "discarded", "expired"]
    closed_at: datetime | None
    verified: int


class PrintMissing(Reply, frozen=True, kw_only=True):
    """Which labels of a print have not been scanned: the first of them, in the print's order, and how many."""

    count: int
    verified: int
    missing: list[str]


class PrintList(Reply, frozen=True, kw_only=True):
    """Prints, open ones first."""

    items: list[PrintItem]


class Candidate(Reply, frozen=True, kw_only=True):
    """A device that a search for printing finds; ``live`` is how many labels of it are valid without an end."""

    number: str
    article_name: str
    next_pm: date | None
    live: int


class CandidateList(Reply, frozen=True, kw_only=True):
    """The first of them, and how many there are."""

    items: list[Candidate]
    total: int


class Resolved(Reply, frozen=True, kw_only=True):
    """What a scan means to staff. ``number`` is null unless ``found`` is ``device``.

    ``revoked``: the label is no longer valid but still names its device. ``unclaimed``: printed ahead and on no device.
    """

    found: Literal["device", "unclaimed", "nothing"]
    number: str | None = None
    article_name: str | None = None
    version: int | None = None
    revoked: bool = False
    label_number: str | None = None


__all__ = [
    "Candidate",
    "CandidateList",
    "DeviceSearch",
    "LabelSetup",
    "PlainItem",
    "PlainSheet",
    "Preview",
    "PrintItem",
    "PrintLabel",
    "PrintList",
    "PrintMissing",
    "ProfileItem",
    "ResolveScan",
    "Resolved",
    "ReturnLabel",
    "TemplateItem",
]
