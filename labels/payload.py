"""What stands in a label's QR code, and what a scan or a typed line means.

Payload version 1 is ``HTTPS://<HOST>/F/<number>-<version>-<token>`` in upper case only, so that the QR code can use its
alphanumeric mode (ISO/IEC 18004: ``0-9 A-Z $%*+-./:`` and space) and stay small. ``number`` is the device number that
is printed in plain sight, ``version`` counts reprints, and ``token`` is 26 characters of Crockford's base 32 = 130
random bits. Only the token lets the public in (SR-06); the number lets a technician know the device without a network.

This module is pure. ``pwa/client/src/scan/payload.ts`` is its twin on the phone; both are held to
``tests/vectors/qr_payloads.json``.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Final, Literal, TypeAlias

import msgspec

CROCKFORD_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
TOKEN_LENGTH: Final = 26
TOKEN_BITS: Final = 130
LONGEST_SCAN: Final = 500
"""Code points of a scan that are looked at; no label of ours comes near it, and a QR code can hold 4,296."""
HIGHEST_VERSION: Final = 9999

# ASCII classes are spelled out: a case-insensitive match would also take U+017F and U+212A, \d the digits of every
# script, and str.strip() other spaces than JavaScript's trim().
_SPACE: Final = " \u00a0\u2009\u202f"
_EDGE: Final = _SPACE + "\t\r\n\ufeff"
_HOST: Final = r"[A-Za-z0-9.-]{1,253}(?::[0-9]{1,5})?"
_OWN_LABEL: Final = re.compile(
    rf"[Hh][Tt][Tt][Pp][Ss]?://({_HOST})/[Ff]/([0-9]{{4,8}})-([1-9][0-9]{{0,3}})-([0-9A-Za-z]{{26}})"
)
_OWN_LABEL_BEGINNING: Final = re.compile(rf"[Hh][Tt][Tt][Pp][Ss]?://{_HOST}/[Ff]/[0-9]{{4,8}}-[0-9]{{1,4}}-")
_SPACED_DIGITS: Final = re.compile(rf"[0-9][0-9{_SPACE}]*")
_COMPONENT: Final = re.compile(rf"[Kk][{_SPACE}]*-[{_SPACE}]*([0-9][0-9{_SPACE}]*)")
_UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
_DEVICE_NUMBER: Final = re.compile(r"[0-9]{4,8}")
_ORIGIN: Final = re.compile(
    r"(?:(HTTPS?)://)?"
    r"((?:[A-Z0-9](?:[A-Z0-9-]{0,61}[A-Z0-9])?\.)*[A-Z0-9](?:[A-Z0-9-]{0,61}[A-Z0-9])?(?::[1-9][0-9]{0,4})?)"
)
_CANONICAL: Final = str.maketrans("OIL", "011")
_WITHOUT_SPACE: Final = str.maketrans("", "", _SPACE)

UnreadableReason: TypeAlias = Literal["empty", "too_long", "not_text", "number_too_short", "damaged_label"]


class OwnLabel(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="own_label"):
    """A label of our own grammar. The host may be another centre's: the caller decides what that means.

    ``host`` is lower case and carries the port if the label does (``127.0.0.1:8000``); ``number`` is 4-8 digits as
    printed, leading zeros kept; ``version`` is 1-9999; ``token`` is canonical (26 characters, upper case, no O, I, L).
    """

    raw: str
    host: str
    number: str
    version: int
    token: str


class DeviceNumber(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="device_number"):
    """A bare device number of 4-8 digits, typed or read from Code 128 (R-346). It opens nothing without sign-in."""

    raw: str
    number: str


class ComponentOf(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="component_of"):
    """``K-104901``: a component that belongs to device 104901."""

    raw: str
    number: str


class ForeignCode(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="foreign_code"):
    """Somebody else's code (a web address, GS1, a serial number, an identity number): kept as read, not interpreted."""

    raw: str


class Unreadable(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind", tag="unreadable"):
    """Nothing that can be acted on.

    ``reason`` is ``empty``, ``too_long`` (``raw`` is the first 500 code points and ``truncated`` is true), ``not_text``
    (holds U+0000 or a lone surrogate, which neither UTF-8 nor PostgreSQL can store: do not store ``raw``),
    ``number_too_short`` (1-3 digits) or ``damaged_label`` (our grammar, but the version or token is broken).
    """

    raw: str
    reason: UnreadableReason
    truncated: bool = False


Scan: TypeAlias = OwnLabel | DeviceNumber | ComponentOf | ForeignCode | Unreadable


class InvalidTokenError(ValueError):
    """The text is not 26 characters of Crockford's base 32. The message never repeats the text: it may be a secret."""


def new_token() -> str:
    """Return a new label token: 26 characters of Crockford base 32, 130 bits from the system's generator (SR-06)."""
    bits = secrets.randbits(TOKEN_BITS)
    return "".join(CROCKFORD_ALPHABET[(bits >> shift) & 31] for shift in range(TOKEN_BITS - 5, -1, -5))


def canonical_token(token: str) -> str:
    """Return the token in upper case with Crockford's aliases resolved (O is 0; I and L are 1).

    Raises ``InvalidTokenError`` unless it is 26 characters of the alphabet; U is not part of it.
    """
    # isascii() first: upper() would turn some letters of other scripts into ASCII.
    canonical = token.upper().translate(_CANONICAL) if token.isascii() else ""
    if len(canonical) != TOKEN_LENGTH or not set(canonical) <= set(CROCKFORD_ALPHABET):
        raise InvalidTokenError("A label token is 26 characters of Crockford's base 32.")
    return canonical


def token_hash(token: str) -> bytes:
    """Return the 32 bytes of SHA-256 over the canonical token: the only form in which a token is stored.

    A plain hash is enough for 130 random bits (ASVS 6.5.2). Raises ``InvalidTokenError``.
    """
    return hashlib.sha256(canonical_token(token).encode("ascii")).digest()


def build_payload(host: str, number: str, version: int, token: str) -> str:
    """Return the text of a label's QR code.

    ``host`` is a host name with an optional port (``hjalpmedel.example``), which means https, or an origin
    (``http://127.0.0.1:8000``) in the demo. A name outside ASCII is given in its punycode form. ``number`` is 4-8
    digits, ``version`` 1-9999. Raises ``ValueError`` for anything the QR code's alphanumeric mode or the parser would
    not take, and ``InvalidTokenError`` for a token of another form.
    """
    origin = _ORIGIN.fullmatch(host.upper()) if host.isascii() else None
    if origin is None or len(origin[2].partition(":")[0]) > 253:
        raise ValueError(f"Not a host name or an http(s) origin that fits on a label: {host!r}")
    if _DEVICE_NUMBER.fullmatch(number) is None:
        raise ValueError(f"A device number is 4-8 digits, not {number!r}")
    if not 1 <= version <= HIGHEST_VERSION:
        raise ValueError(f"A label's version is 1-{HIGHEST_VERSION}, not {version}")
    return f"{origin[1] or 'HTTPS'}://{origin[2]}/F/{number}-{version}-{canonical_token(token)}"


def parse_scan(text: str) -> Scan:
    """Say what a scanned or typed text is. Never raises, whatever the text; upper and lower case are alike.

    Spaces round the text and within a number are tolerated. ``raw`` in the answer is the text as it came.
    """
    if len(text) > LONGEST_SCAN:
        return Unreadable(raw=text[:LONGEST_SCAN], reason="too_long", truncated=True)
    if _UNSTORABLE.search(text):
        return Unreadable(raw=text, reason="not_text")
    trimmed = text.strip(_EDGE)
    if not trimmed:
        return Unreadable(raw=text, reason="empty")
    if _SPACED_DIGITS.fullmatch(trimmed):
        return _bare_number(text, trimmed.translate(_WITHOUT_SPACE))
    component = _COMPONENT.fullmatch(trimmed)
    if component is not None:
        number = component[1].translate(_WITHOUT_SPACE)
        return ComponentOf(raw=text, number=number) if _DEVICE_NUMBER.fullmatch(number) else ForeignCode(raw=text)
    return _address(text, trimmed)


def _bare_number(raw: str, number: str) -> Scan:
    if len(number) < 4:
        return Unreadable(raw=raw, reason="number_too_short")
    # Nine digits and more are an EAN/GTIN, or somebody's identity number: never a device number.
    return DeviceNumber(raw=raw, number=number) if len(number) <= 8 else ForeignCode(raw=raw)


def _address(raw: str, trimmed: str) -> Scan:
    own = _OWN_LABEL.fullmatch(trimmed)
    if own is not None:
        host, number, version, token = own.groups()
        try:
            canonical = canonical_token(token)
        except InvalidTokenError:
            return Unreadable(raw=raw, reason="damaged_label")
        return OwnLabel(raw=raw, host=host.lower(), number=number, version=int(version), token=canonical)
    if _OWN_LABEL_BEGINNING.match(trimmed):
        return Unreadable(raw=raw, reason="damaged_label")
    return ForeignCode(raw=raw)
