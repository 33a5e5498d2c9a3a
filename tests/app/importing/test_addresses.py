"""Where addresses lie: Lantmäteriet's file or a CSV file, read whole or not at all, never over what a driver saw."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.database import Database, fetch
from app.importing.addresses import import_addresses, point_of
from app.importing.service import ImportRefused
from app.importing.sweref import to_degrees
from app.registry.addresses import correct_position, find_addresses, street_key
from tests.support.world import World, make_world

#: (north, east, latitude, longitude), worked out with PROJ 9.
KNOWN = (
    (7292393.925, 829432.441, 65.5848, 22.1547),
    (6133851.936, 395985.589, 55.34, 13.36),
    (7671063.759, 721104.928, 69.06, 20.55),
    (6580743.008, 674571.866, 59.3293, 18.0686),
)


@pytest.fixture
async def world(database: Database) -> World:
    """Two regions."""
    return await make_world()


def geopackage(path: Path, rows: list[dict[str, Any]], *, srs: int = 3006, without: str = "") -> Path:
    """A file as Lantmäteriet sends it, cut down to what is read."""
    columns = ["adressomrade_faststalltnamn", "gardsadressomrade_faststalltnamn", "adressplatsnummer"]
    columns += ["bokstavstillagg", "postnummer", "postort", "statusforbelagenhetsadress"]
    columns = [name for name in columns if name != without]
    with sqlite3.connect(path) as file:
        file.execute("create table gpkg_geometry_columns (table_name text, column_name text, srs_id integer)")
        file.execute("insert into gpkg_geometry_columns values ('belagenhetsadress', 'geom', ?)", (srs,))
        file.execute(f"create table belagenhetsadress (geom blob, {', '.join(columns)})")
        for row in rows:
            values = {"statusforbelagenhetsadress": "Gällande", "postort": "LULEÅ", **row}
            shape = b"GP\x00\x01" + struct.pack("<i", srs) + struct.pack("<BI2d", 1, 1, row["east"], row["north"])
            places = ", ".join("?" for _ in range(len(columns) + 1))
            file.execute(
                f"insert into belagenhetsadress values ({places})",  # noqa: S608 - made here
                (shape, *(values.get(name) for name in columns)),
            )
    file.close()
    return path


def address(street: str, number: str, letter: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "adressomrade_faststalltnamn": street,
        "adressplatsnummer": number,
        "bokstavstillagg": letter,
        "postnummer": 97231,
        "north": KNOWN[0][0],
        "east": KNOWN[0][1],
        **more,
    }


@pytest.mark.parametrize(("north", "east", "latitude", "longitude"), KNOWN)
def test_the_projection_is_right_to_a_centimetre(north: float, east: float, latitude: float, longitude: float) -> None:
    assert to_degrees(north, east) == pytest.approx((latitude, longitude), abs=1e-7)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Storgatan  12 A, lgh 1101", "Storgatan 12A"),
        ("Kungsgatan 4 2 tr", "Kungsgatan 4"),
        ("Norra Trädgårdsgatan 5", "Norra Trädgårdsgatan 5"),
        ("Storgatan 12B", "Storgatan 12B"),
        ("Byvägen 3, vån 2", "Byvägen 3"),
    ],
)
def test_an_address_is_looked_up_without_what_is_inside_the_house(typed: str, key: str) -> None:
    assert street_key(typed) == key


async def test_the_national_file_is_read_searched_and_corrected(world: World, tmp_path: Path) -> None:
    file = geopackage(
        tmp_path / "adresser.gpkg",
        [
            address("Storgatan", "12", "A"),
            address("Storgatan", "1"),
            address("Österby", "3", gardsadressomrade_faststalltnamn="Norrgården"),
            address("Storgatan", "13", statusforbelagenhetsadress="Reserverad"),
            address("Postlösa vägen", "1", postnummer=0),
        ],
    )
    report = await import_addresses(file, "norr")
    assert (report.read, report.stored, report.kept, report.skipped) == (4, 3, 0, 1)
    region = world.north.region_id
    found = await find_addresses(region, "storg", "", 10)
    assert [(row["street"], row["postcode"], row["town"]) for row in found] == [
        ("Storgatan 1", "97231", "LULEÅ"),
        ("Storgatan 12A", "97231", "LULEÅ"),
    ]
    assert (found[0]["latitude"], found[0]["longitude"]) == (65.5848, 22.1547)
    assert [row["street"] for row in await find_addresses(region, "österby norr", "972 31", 10)] == [
        "Österby Norrgården 3"
    ]
    assert await find_addresses(region, "%", "", 10) == [], "a percent sign is a percent sign"
    assert await find_addresses(world.south.region_id, "storg", "", 10) == []
    where = {"town": "LULEÅ", "latitude": 65.6, "longitude": 22.2}
    await correct_position(region, street="Storgatan 12 a", postcode="972 31", **where)
    again = await import_addresses(file, "norr")
    assert (again.stored, again.kept) == (2, 1), "what a driver has seen stays"
    rows = await fetch("select latitude, source from address_position where street = 'storgatan 12a'")
    assert [(row["latitude"], row["source"]) for row in rows] == [(65.6, "driver")]


async def test_a_csv_file_will_do(world: World, tmp_path: Path) -> None:
    file = tmp_path / "adresser.csv"
    file.write_text(
        "street;postcode;town;latitude;longitude\nStorgatan 1;972 31;Luleå;65,58;22.15\n;1;;65;22\n", "utf-8"
    )
    report = await import_addresses(file, "norr")
    assert (report.stored, report.skipped) == (1, 1)
    assert [row["town"] for row in await find_addresses(world.north.region_id, "st", "97231", 5)] == ["Luleå"]


async def test_a_file_that_is_something_else_is_refused_and_nothing_is_stored(world: World, tmp_path: Path) -> None:
    good, text = address("Storgatan", "1"), tmp_path / "text.gpkg"
    text.write_text("no database")
    half = tmp_path / "half.csv"
    half.write_text("street,postcode,town,latitude,longitude\nStorgatan 1,97231,Luleå,65.5,22\nB 2,97231,Luleå,x,22\n")
    lacking = tmp_path / "lacking.csv"
    lacking.write_text("street,town\n")
    for file, words in (
        (geopackage(tmp_path / "local.gpkg", [good], srs=3010), "SWEREF 99 TM"),
        (geopackage(tmp_path / "less.gpkg", [good], without="postnummer"), "lacks the attribute postnummer"),
        (text, "is not a GeoPackage"),
        (half, "row 3: latitude and longitude must be degrees"),
        (lacking, "lacks the column postcode"),
        (tmp_path / "nowhere.csv", "is not a file"),
    ):
        with pytest.raises(ImportRefused, match=words):
            await import_addresses(file, "norr")
    with pytest.raises(ImportRefused, match="there is no region 'x'"):
        await import_addresses(half, "x")
    assert await fetch("select 1 from address_position") == []
    assert world.north.region_id


def test_only_points_are_places() -> None:
    line = b"GP\x00\x01" + struct.pack("<i", 3006) + struct.pack("<BI2d", 1, 2, 1.0, 2.0)
    boxed = b"GP\x00\x03" + struct.pack("<i4d", 3006, 0, 0, 0, 0) + struct.pack("<BI3d", 1, 1001, 3.0, 4.0, 5.0)
    assert point_of(boxed) == (3.0, 4.0)
    for shape in (line, b"", b"XX"):
        with pytest.raises(ImportRefused, match="no point"):
            point_of(shape)


def test_the_command_says_what_it_needs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line is read before any database is opened; what runs behind it is tested above."""
    ran: list[str] = []

    async def run(_settings: object, work: Any) -> int:
        ran.append(work.__name__)
        status: int = await work()
        return status

    monkeypatch.setattr("app.cli._with_database", run)
    with pytest.raises(SystemExit) as end:
        main(["import", "folder", "file.csv", "--region", "norr"])
    assert end.value.code == 1
    assert "a file comes after the word addresses" in capsys.readouterr().err
    assert ran, "turbil import reaches its work"
