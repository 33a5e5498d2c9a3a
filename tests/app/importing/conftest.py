"""A folder of register files to import, two regions to import into, and what the register holds as text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from app.database import Database, fetch_value
from app.importing.personal_numbers import luhn
from app.importing.report import Report
from app.importing.service import import_folder
from tests.support.world import World, make_world

ARTICLES = """artikelnummer;benämning;iso;sort;debitering;individmärkt;fu-intervall
10156;Rullstol transport;12 22 03;hjälpmedel;hyra;ja;12
38415;Antisladdmatta;18 30 99;förbrukning;försäljning;nej;
"""
CUSTOMERS = """sort;nummer;namn;ort;betalare
betalare;2990;Länsservice;Luleå;
kund;2990;Vårdcentralen Testdata;Luleå;2990
enhet;03-05;Gullvivan;Boden;
"""
PERSONS = """personnummer;förnamn;efternamn;gata;postnummer;ort;portkod
19121212-1212;Tolvan;Testdata;Tolvgatan 12;97212;Luleå;1212
"""
DEVICES = """individnummer;artikelnummer;serienummer;inköpt
104901;10156;26B46546;2024-03-01
104902;10156;;20240301
"""
HOLDINGS = """individnummer;artikelnummer;antal;personnummer;enhetsnummer;från;till;kundnummer
104901;;;19121212-1212;;2024-05-02;;2990
104902;;;;03-05;2024-05-02;2024-06-01;
;38415;4;191212121212;;2024-05-02;;2990
"""
FILES = {
    "articles.csv": ARTICLES,
    "customers.csv": CUSTOMERS,
    "persons.csv": PERSONS,
    "devices.csv": DEVICES,
    "holdings.csv": HOLDINGS,
}
TABLES = ("location", "article", "party", "person", "device", "holding")


@dataclass
class Import:
    """A folder and the region it is for."""

    world: World
    folder: Path

    def write(self, name: str, content: str | bytes) -> None:
        """Replace one file."""
        raw = content if isinstance(content, bytes) else content.encode()
        (self.folder / name).write_bytes(raw)

    def append(self, name: str, *rows: str) -> None:
        """Add rows to a file; the first of them is row ``count + 1`` of the spreadsheet."""
        file = self.folder / name
        file.write_bytes(file.read_bytes() + "".join(f"{row}\n" for row in rows).encode())

    async def run(self, region: str = "norr", *, check_only: bool = False) -> Report:
        """Import."""
        return await import_folder(self.folder, region, check_only=check_only)

    async def faults(self) -> list[str]:
        """Import what must be refused; nothing may have changed, and the lines are returned."""
        before = await state()
        report = await self.run()
        assert report.faults.count > 0
        assert not report.stored
        assert await state() == before
        assert "Nothing was imported" in report.text()
        return list(report.faults.lines())


async def state() -> str:
    """Everything the register holds, row versions too, and how many entries the log has."""
    parts = [
        await fetch_value(f"select coalesce(jsonb_agg(t order by t.id)::text, '') from {table} t")  # noqa: S608 - names
        for table in TABLES
    ]
    return "\n".join([*parts, str(await fetch_value("select count(*) from command_log"))])


def personal_number(start: str) -> str:
    """Eleven digits with their check digit: invented, on a day of birth long ago."""
    return next(f"{start}{digit}" for digit in range(10) if luhn(f"{start[2:]}{digit}"))


@pytest_asyncio.fixture
async def register(database: Database, tmp_path: Path) -> Import:
    """Small good files and two regions."""
    found = Import(await make_world(), tmp_path / "register")
    found.folder.mkdir()
    for name, content in FILES.items():
        found.write(name, content)
    return found


@pytest.fixture
def secrets() -> tuple[str, ...]:
    """What no report may repeat."""
    return ("191212121212", "19121212-1212", "Tolvan", "Testdata", "Tolvgatan")
