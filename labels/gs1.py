"""What a maker's GS1 code says: DataMatrix and Code 128 with element strings, and GS1 Digital Link addresses.

Devices carry both the centre's label and the maker's (Socialstyrelsen's advice of 2014), so a scan of either must find
the device. Parsed by biip, which knows the application identifiers and their lengths (docs/decisions/biip.md).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_LONGEST: Final = 200
_BRACKETED: Final = str.maketrans({"(": "\x1d", ")": ""})


@dataclass(frozen=True)
class Gs1Code:
    """``gtins`` are the article's number as 14 digits and without leading zeros, ``serial`` its AI 21 (or 8003's), and
    ``asset`` an individual asset number (AI 8004). What the code lacks is empty."""

    gtins: tuple[str, ...]
    serial: str
    asset: str


def read_gs1(text: str) -> Gs1Code | None:
    """Return what the code says, or None if it is no GS1 code with a serial or asset number. Never raises.

    ``(01)0731...(21)ABC``, as it is printed below the symbol, is read as well, and a group separator that a keyboard
    scanner has written as ``<GS>`` or ``{GS}``.
    """
    # Loaded at the first such scan: it takes a tenth of a second, and most servers start without ever seeing one.
    import biip

    trimmed = text.strip().replace("<GS>", "\x1d").replace("{GS}", "\x1d")
    if not trimmed or len(trimmed) > _LONGEST:
        return None
    if trimmed.startswith("("):
        trimmed = trimmed.translate(_BRACKETED).lstrip("\x1d")
    try:
        parsed = biip.parse(trimmed)
    except (biip.BiipException, ValueError):
        return None
    source = parsed.gs1_message or parsed.gs1_digital_link_uri
    if source is None:
        return None
    values = {element.ai.ai: element.value for element in source.element_strings}
    serial, asset = values.get("21", ""), values.get("8004", "")
    if not serial and not asset:
        return None
    gtin = values.get("01", "")
    return Gs1Code(gtins=(gtin, gtin.lstrip("0")) if gtin else (), serial=serial, asset=asset)
