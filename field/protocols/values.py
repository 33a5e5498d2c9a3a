"""Answer values, read alike in Python and TypeScript (pwa/client/src/protocol/values.ts).

Numbers travel as decimal strings and are compared as whole millionths, which both languages hold exactly:
9 digits before the point and 6 after stay below 2**53. JSON numbers are refused because 5.0 is an integer in
JavaScript and a float in Python.
"""

from __future__ import annotations

import calendar
import re

SCALE_DIGITS = 6
SCALE = 10**SCALE_DIGITS
MAXIMUM_ATTACHMENT_BYTES = 25 * 1024 * 1024
MIME_TYPES = frozenset({"image/jpeg", "image/png", "image/webp"})

_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]{0,8})(?:\.([0-9]{1,6}))?", re.ASCII)
_DATE = re.compile(r"(?:19|20|21)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
# The same four blanks in both languages; str.strip and String.trim do not agree on what white space is.
_BLANK = re.compile("[ \t\r\n\u00a0]*")
# What PostgreSQL cannot store as text.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def parse_number(text: str) -> int | None:
    """Return the number in millionths, or None when `text` is not a decimal string of the wire format."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    sign, whole, fraction = match.groups()
    scaled: int = int(whole) * SCALE
    if fraction is not None:
        scaled += int(fraction.ljust(SCALE_DIGITS, "0"))
    return -scaled if sign else scaled


def is_date(text: str) -> bool:
    """True for a calendar date YYYY-MM-DD of the years 1900 to 2199."""
    if _DATE.fullmatch(text) is None:
        return False
    return int(text[8:10]) <= calendar.monthrange(int(text[0:4]), int(text[5:7]))[1]


def is_blank(text: str) -> bool:
    """True when the text holds nothing a person would call an answer."""
    return _BLANK.fullmatch(text) is not None


def is_storable(text: str) -> bool:
    """False when the text holds NUL or a lone surrogate, which no database text column accepts."""
    return _UNSTORABLE.search(text) is None


def is_attachment(value: object) -> bool:
    """True for {"sha256", "size", "mime"} of an allowed picture; nothing else may ride along."""
    if not isinstance(value, dict) or len(value) != 3:
        return False
    sha256, size, mime = value.get("sha256"), value.get("size"), value.get("mime")
    if not isinstance(sha256, str) or _SHA256.fullmatch(sha256) is None:
        return False
    if isinstance(size, bool) or not isinstance(size, int | float) or size != size // 1:
        return False
    return 1 <= size <= MAXIMUM_ATTACHMENT_BYTES and isinstance(mime, str) and mime in MIME_TYPES
