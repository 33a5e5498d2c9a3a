"""``turbil import addresses``: where each address lies, from Lantmäteriet's file or a CSV file, all or nothing.

Lantmäteriet's "Belägenhetsadress Nedladdning, vektor" (CC BY 4.0) is a GeoPackage, which is an SQLite file: its layer
``belagenhetsadress`` has points in SWEREF 99 TM. Only rows that are in force and have a postcode are taken. A CSV file
has the columns street, postcode, town, latitude and longitude (WGS 84, degrees with a point).
"""

from __future__ import annotations

import csv
import sqlite3
import struct
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple
from uuid import UUID

from app.database import fetch_value, unit_of_work
from app.importing.service import ImportRefused
from app.importing.sweref import to_degrees
from app.registry.addresses import postcode_key, street_key

LAYER: Final = "belagenhetsadress"
CSV_COLUMNS: Final = ("street", "postcode", "town", "latitude", "longitude")
#: Rows in one statement.
BATCH: Final = 5_000
#: EPSG code of SWEREF 99 TM.
SWEREF_99_TM: Final = 3006


class Address(NamedTuple):
    """One address and its place in degrees."""

    street: str
    postcode: str
    town: str
    latitude: float
    longitude: float


class AddressReport(NamedTuple):
    """What became of an import.

    Attributes:
        stored: new or moved.
        kept: those that a driver has corrected, left as they are.
        skipped: rows without a street, a postcode or a place in the country.
    """

    read: int
    stored: int
    kept: int
    skipped: int

    def text(self) -> str:
        """For the terminal."""
        return (
            f"turbil: {self.read} rows read: {self.stored} addresses stored, {self.kept} corrected by drivers and kept,"
            f" {self.skipped} without street, postcode or place."
        )


async def import_addresses(path: Path, region_code: str) -> AddressReport:
    """Read a file of addresses into a region.

    Raises:
        ImportRefused: no such region or file, or a file of another kind; nothing was stored.
    """
    region_id: UUID | None = await fetch_value("select id from region where code = $1", region_code)
    if region_id is None:
        raise ImportRefused(f"there is no region {region_code!r}; turbil region add makes one.")
    rows = _read_csv(path) if path.suffix.lower() == ".csv" else _read_geopackage(path)
    read = stored = kept = skipped = 0
    async with unit_of_work():
        while batch := list(islice(rows, BATCH)):
            read += len(batch)
            good = {(postcode_key(one.postcode), street_key(one.street)): one for one in batch if _is_good(one)}
            skipped += sum(not _is_good(one) for one in batch)
            new, left = await _store(region_id, good)
            stored, kept = stored + new, kept + left
    return AddressReport(read, stored, kept, skipped)


async def _store(region_id: UUID, good: dict[tuple[str, str], Address]) -> tuple[int, int]:
    values = list(good.items())
    kept: int = await fetch_value(
        "select count(*) from address_position p join unnest($2::text[], $3::text[]) as a (postcode, street)"
        " on p.postcode = a.postcode and p.street = swedish_order(a.street)"
        " where p.region_id = $1 and p.source = 'driver'",
        region_id,
        [postcode for (postcode, _), _ in values],
        [street for (_, street), _ in values],
    )
    stored: int = await fetch_value(
        "with stored as (insert into address_position"
        " (region_id, postcode, street, street_name, town, latitude, longitude, source)"
        " select distinct on (postcode, swedish_order(street)) $1::uuid, postcode, swedish_order(street), street, town,"
        " latitude, longitude, 'import' from unnest($2::text[], $3::text[], $4::text[], $5::float8[], $6::float8[])"
        " as a (postcode, street, town, latitude, longitude)"
        " on conflict (region_id, postcode, street) do update set street_name = excluded.street_name,"
        " town = excluded.town, latitude = excluded.latitude, longitude = excluded.longitude, source = 'import'"
        " where address_position.source <> 'driver' returning 1) select count(*) from stored",
        region_id,
        [postcode for (postcode, _), _ in values],
        [street for (_, street), _ in values],
        [one.town for _, one in values],
        [one.latitude for _, one in values],
        [one.longitude for _, one in values],
    )
    return stored, kept


def _is_good(one: Address) -> bool:
    return bool(
        one.street.strip() and len(one.postcode) >= 5 and 55 <= one.latitude <= 69.2 and 10.5 <= one.longitude <= 24.5
    )


def _read_csv(path: Path) -> Iterator[Address]:
    _need_file(path)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            sample = file.readline()
            file.seek(0)
            rows = csv.DictReader(file, delimiter=";" if sample.count(";") > sample.count(",") else ",")
            missing = [name for name in CSV_COLUMNS if name not in (rows.fieldnames or ())]
            if missing:
                raise ImportRefused(f"{path.name} lacks the column {missing[0]}; it needs {', '.join(CSV_COLUMNS)}.")
            for number, row in enumerate(rows, 2):
                yield _of_csv(path, number, row)
    except (OSError, UnicodeError, csv.Error) as fault:
        raise ImportRefused(f"{path.name} cannot be read as CSV in UTF-8 ({type(fault).__name__}).") from None


def _need_file(path: Path) -> None:
    if not path.is_file():
        raise ImportRefused(f"{path} is not a file; give Lantmäteriet's .gpkg or a .csv.")


def _of_csv(path: Path, number: int, row: dict[str, str]) -> Address:
    try:
        return Address(
            row["street"] or "",
            row["postcode"] or "",
            row["town"] or "",
            float(row["latitude"].replace(",", ".")),
            float(row["longitude"].replace(",", ".")),
        )
    except (ValueError, AttributeError):
        raise ImportRefused(
            f"{path.name}, row {number}: latitude and longitude must be degrees, for example 65.58481;"
            " nothing was stored."
        ) from None


def _read_geopackage(path: Path) -> Iterator[Address]:
    _need_file(path)
    try:
        # Read only, and never a journal beside somebody's file.
        with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True) as file:
            file.row_factory = sqlite3.Row
            columns, shape = _layer(file, path)
            names = ", ".join(f'"{name}"' for name in columns)
            # The names are the file's own, as SQLite has told them.
            for row in file.execute(f'select "{shape}" as shape, {names} from {LAYER}'):  # noqa: S608
                one = _of_layer({name: row[name] for name in columns}, row["shape"])
                if one is not None:
                    yield one
    except sqlite3.Error as fault:
        raise ImportRefused(f"{path.name} is not a GeoPackage ({fault}); nothing was stored.") from None


#: Those that we read where the file has them.
_COLUMNS: Final = (
    "adressomrade_faststalltnamn",
    "gardsadressomrade_faststalltnamn",
    "adressplatsnummer",
    "bokstavstillagg",
    "avvikandeadressplatsbeteckning",
    "postnummer",
    "postort",
    "statusforbelagenhetsadress",
)
_NEEDED: Final = ("adressomrade_faststalltnamn", "adressplatsnummer", "postnummer", "postort")


def _layer(file: sqlite3.Connection, path: Path) -> tuple[list[str], str]:
    found = file.execute(
        "select column_name, srs_id from gpkg_geometry_columns where table_name = ?", (LAYER,)
    ).fetchone()
    if found is None:
        raise ImportRefused(f"{path.name} has no layer {LAYER}; order Belägenhetsadress Nedladdning, vektor.")
    if found["srs_id"] != SWEREF_99_TM:
        raise ImportRefused(f"{path.name} is not in SWEREF 99 TM (EPSG:3006); order it so.")
    present = {row["name"].lower(): row["name"] for row in file.execute(f"pragma table_info({LAYER})")}
    missing = [name for name in _NEEDED if name not in present]
    if missing:
        raise ImportRefused(f"{path.name} lacks the attribute {missing[0]}; nothing was stored.")
    return [present[name] for name in _COLUMNS if name in present], str(found["column_name"])


def _of_layer(row: dict[str, object], shape: bytes) -> Address | None:
    """None for an address that is not in force."""
    text = {name.lower(): str(value).strip() if value is not None else "" for name, value in row.items()}
    if text.get("statusforbelagenhetsadress", "Gällande") != "Gällande":
        return None
    number = text["adressplatsnummer"] + text.get("bokstavstillagg", "")
    parts = (
        text["adressomrade_faststalltnamn"],
        text.get("gardsadressomrade_faststalltnamn", ""),
        number or text.get("avvikandeadressplatsbeteckning", ""),
    )
    east, north = point_of(shape)
    latitude, longitude = to_degrees(north, east)
    street = " ".join(part for part in parts if part)
    return Address(street, text["postnummer"], text["postort"], round(latitude, 6), round(longitude, 6))


#: Bytes of the envelope by its code (GeoPackage 1.3, clause 2.1.3).
_ENVELOPES: Final = (0, 32, 48, 48, 64)


def point_of(shape: bytes) -> tuple[float, float]:
    """East and north of a GeoPackage point: a header ("GP", flags, srs), perhaps an envelope, then well-known binary.

    Raises:
        ImportRefused: something else than a point.
    """
    try:
        if shape[:2] != b"GP":
            raise ValueError
        start = 8 + _ENVELOPES[shape[3] >> 1 & 7]
        order = "<" if shape[start] == 1 else ">"
        # A point with height or measure begins as a flat one does.
        if struct.unpack_from(f"{order}I", shape, start + 1)[0] % 1000 != 1:
            raise ValueError
        east, north = struct.unpack_from(f"{order}2d", shape, start + 5)
    except (ValueError, IndexError, struct.error, TypeError):
        raise ImportRefused("an address has no point as its place; nothing was stored.") from None
    return float(east), float(north)
