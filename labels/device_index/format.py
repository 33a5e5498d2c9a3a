"""The region's device index as bytes: written here, read here and by pwa/client/src/index/format.ts (shared vectors).

A snapshot is immutable and named by the SHA-256 of its bytes; a delta makes one snapshot of another, byte for byte. No
personal data lies in it: what a label says in plain sight, and what the device is.

Little endian. ``TIX1`` or ``TIXD``, u32 length and a JSON header, then columns, each a u32 length and its bytes, all
sorted by number::

    numbers     differences of the keys as LEB128; a key is the number behind a 1, so that leading zeros count
    article     u16, position in the header's articles
    status      u8, position in STATUSES
    flags       u8, bits of FLAGS
    next_pm     u16, days since 1999-12-31; 0: none
    scrapped    u16, likewise
    location    u16, position in the header's locations; 65535: none
    labels      u8 for each device: how many of its labels are live
    checks      u16 version and u16 check for each live label; the check is the first two bytes of the token's hash

A delta's header also names ``from`` and ``to`` (hex), its rows replace or join those of ``from``, and its last column
is the removed numbers. Articles and locations keep their positions from one snapshot to the next.
"""

from __future__ import annotations

import gzip
import hashlib
import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

import msgspec

STATUSES: Final = (
    "in_stock", "reserved", "in_transit", "with_holder", "pickup_requested", "collected", "arrived", "cleaning",
    "inspection", "in_repair", "quarantined", "scrapped", "lost",
)  # fmt: skip
"""Positions are part of the format: only ever append."""

FLAGS: Final = ("safety_notice", "blocked", "pm_notice_given")
"""Bits from the lowest: only ever append."""

NO_LOCATION: Final = 0xFFFF
_DAY_ZERO: Final = date(1999, 12, 31)
_SNAPSHOT: Final = b"TIX1"
_DELTA: Final = b"TIXD"

Typecode: TypeAlias = Literal["H", "B"]


class IndexFormatError(ValueError):
    """The bytes are no index, or a delta does not fit the snapshot."""


class IndexArticle(msgspec.Struct, frozen=True, array_like=True):
    """``pm_months`` is None for an article without preventive maintenance."""

    number: str
    name: str
    iso_class: str
    expired: bool
    pm_months: int | None


@dataclass(frozen=True)
class IndexEntry:
    """One device.

    Attributes:
        article, location: positions in the index's lists; location None when it has no home.
        flags: words of FLAGS.
        labels: (version, check) of each live label, lowest version first.
    """

    number: str
    article: int
    status: str
    next_pm: date | None = None
    scrapped_on: date | None = None
    location: int | None = None
    flags: frozenset[str] = frozenset()
    labels: tuple[tuple[int, int], ...] = ()


@dataclass
class DeviceIndex:
    """A snapshot in memory: entries by number."""

    articles: list[IndexArticle] = field(default_factory=list)
    locations: list[str] = field(default_factory=list)
    entries: dict[str, IndexEntry] = field(default_factory=dict)


class _Header(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    count: int
    articles: list[IndexArticle] = []
    changed: list[tuple[int, IndexArticle]] = []
    locations: list[str] = []
    from_: str = msgspec.field(default="", name="from")
    to: str = ""


def token_check(token_hash: bytes) -> int:
    """16 bits of a label token's SHA-256: enough to see a wrong or invented label, far too few to find the token."""
    return int.from_bytes(token_hash[:2], "big")


def index_hash(snapshot: bytes) -> str:
    """A snapshot's name, in hex."""
    return hashlib.sha256(snapshot).hexdigest()


def pack(content: bytes) -> bytes:
    """As it travels: gzip, which every browser unpacks by itself. The same content gives the same bytes."""
    return gzip.compress(content, 9, mtime=0)


def unpack(packed: bytes) -> bytes:
    """The content of what ``pack`` made."""
    return gzip.decompress(packed)


def encode(index: DeviceIndex) -> bytes:
    """Write a snapshot."""
    rows = sorted(index.entries.values(), key=lambda entry: _key(entry.number))
    header = _Header(count=len(rows), articles=index.articles, locations=index.locations)
    return _write(_SNAPSHOT, header, _columns(rows))


def decode(content: bytes) -> DeviceIndex:
    """Read a snapshot.

    Raises:
        IndexFormatError: it is none.
    """
    header, columns = _read(content, _SNAPSHOT, 9)
    return DeviceIndex(
        list(header.articles), list(header.locations), {e.number: e for e in _rows(header.count, columns)}
    )


def diff(old: bytes, new: bytes) -> bytes:
    """Write the delta that makes ``new`` of ``old``.

    Raises:
        IndexFormatError: one of them is no snapshot.
    """
    before, after = decode(old), decode(new)
    changed = [entry for number, entry in after.entries.items() if before.entries.get(number) != entry]
    changed.sort(key=lambda entry: _key(entry.number))
    removed = sorted(_key(number) for number in before.entries.keys() - after.entries.keys())
    known = len(before.articles)
    header = _Header(
        count=len(changed),
        changed=[
            (position, article)
            for position, article in enumerate(after.articles)
            if position >= known or before.articles[position] != article
        ],
        locations=after.locations,
        from_=index_hash(old),
        to=index_hash(new),
    )
    return _write(_DELTA, header, [*_columns(changed), _differences(removed)])


def apply(old: bytes, delta: bytes) -> bytes:
    """Return the snapshot that the delta makes of ``old``.

    Raises:
        IndexFormatError: it is not the delta's snapshot, or the outcome has another hash than the delta promises.
    """
    header, columns = _read(delta, _DELTA, 10)
    if header.from_ != index_hash(old):
        raise IndexFormatError("the delta belongs to another snapshot")
    index = decode(old)
    for position, article in header.changed:
        index.articles[position : position + 1] = [article]
    index.locations = list(header.locations)
    for key in _sums(columns[9]):
        index.entries.pop(_number(key), None)
    for entry in _rows(header.count, columns):
        index.entries[entry.number] = entry
    new = encode(index)
    if index_hash(new) != header.to:
        raise IndexFormatError("the delta does not lead where it says")
    return new


# ---------------------------------------------------------------- columns


def _columns(rows: Sequence[IndexEntry]) -> list[bytes]:
    checks: list[int] = []
    for row in rows:
        for version, check in row.labels:
            checks += (version, check)
    return [
        _differences(_key(row.number) for row in rows),
        _packed("H", (row.article for row in rows)),
        _packed("B", (STATUSES.index(row.status) for row in rows)),
        _packed("B", (sum(1 << FLAGS.index(flag) for flag in row.flags) for row in rows)),
        _packed("H", (_days(row.next_pm) for row in rows)),
        _packed("H", (_days(row.scrapped_on) for row in rows)),
        _packed("H", (NO_LOCATION if row.location is None else row.location for row in rows)),
        _packed("B", (len(row.labels) for row in rows)),
        _packed("H", checks),
    ]


def _rows(count: int, columns: Sequence[bytes]) -> list[IndexEntry]:
    keys = _sums(columns[0])
    articles, statuses, flags = _unpacked("H", columns[1]), columns[2], columns[3]
    next_pm, scrapped, locations = (_unpacked("H", column) for column in columns[4:7])
    labels, checks = columns[7], _unpacked("H", columns[8])
    lengths = {len(keys), len(articles), len(statuses), len(flags), len(next_pm), len(scrapped), len(locations)}
    if lengths | {len(labels)} != {count} or len(checks) != 2 * sum(labels):
        raise IndexFormatError("the columns differ in length")
    rows = []
    place = 0
    for row, key in enumerate(keys):
        end = place + 2 * labels[row]
        rows.append(
            IndexEntry(
                number=_number(key),
                article=articles[row],
                status=STATUSES[statuses[row]],
                next_pm=_day(next_pm[row]),
                scrapped_on=_day(scrapped[row]),
                location=None if locations[row] == NO_LOCATION else locations[row],
                flags=frozenset(word for bit, word in enumerate(FLAGS) if flags[row] >> bit & 1),
                labels=tuple((checks[at], checks[at + 1]) for at in range(place, end, 2)),
            )
        )
        place = end
    return rows


def _key(number: str) -> int:
    return int(f"1{number}")


def _number(key: int) -> str:
    return str(key)[1:]


def _days(day: date | None) -> int:
    return 0 if day is None else min(max((day - _DAY_ZERO).days, 1), 0xFFFF)


def _day(days: int) -> date | None:
    return None if days == 0 else _DAY_ZERO + timedelta(days=days)


def _packed(typecode: Typecode, values: Iterable[int]) -> bytes:
    column = array(typecode, values)
    if sys.byteorder == "big":
        column.byteswap()
    return column.tobytes()


def _unpacked(typecode: Typecode, column: bytes) -> array[int]:
    values = array(typecode)
    if len(column) % values.itemsize:
        raise IndexFormatError("a column is cut off")
    values.frombytes(column)
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _differences(keys: Iterable[int]) -> bytes:
    content = bytearray()
    before = 0
    for key in keys:
        value, before = key - before, key
        while value > 0x7F:
            content.append(value & 0x7F | 0x80)
            value >>= 7
        content.append(value)
    return bytes(content)


def _sums(column: bytes) -> list[int]:
    keys: list[int] = []
    key = value = shift = 0
    for byte in column:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            key += value
            keys.append(key)
            value = shift = 0
        elif shift > 35:
            raise IndexFormatError("a number is too long")
    if shift:
        raise IndexFormatError("the numbers are cut off")
    return keys


# ---------------------------------------------------------------- the frame


def _write(magic: bytes, header: _Header, columns: Iterable[bytes]) -> bytes:
    parts = [magic]
    for part in (msgspec.json.encode(header), *columns):
        parts += (struct.pack("<I", len(part)), part)
    return b"".join(parts)


def _read(content: bytes, magic: bytes, columns: int) -> tuple[_Header, list[bytes]]:
    if content[:4] != magic:
        raise IndexFormatError("this is no device index")
    parts = []
    place = 4
    while place < len(content):
        if place + 4 > len(content):
            raise IndexFormatError("the index is cut off")
        (length,) = struct.unpack_from("<I", content, place)
        parts.append(content[place + 4 : place + 4 + length])
        place += 4 + length
    if place != len(content) or len(parts) != columns + 1:
        raise IndexFormatError("the index is cut off")
    try:
        return msgspec.json.decode(parts[0], type=_Header), parts[1:]
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise IndexFormatError("the header cannot be read") from None
