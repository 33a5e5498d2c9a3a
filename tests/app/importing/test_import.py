"""The import as a whole: all or nothing, the same again changes nothing, regions apart, the audit entry."""

from __future__ import annotations

import json
import logging
import resource
import time
from datetime import date
from pathlib import Path

import pytest

from app.audit.chain import chain
from app.audit.verification import verify
from app.database import execute, fetch, fetch_row, fetch_value, unit_of_work
from app.importing.service import ImportRefused, import_folder
from app.registry.holdings import end_holding
from tests.app.importing.conftest import FILES, Import, personal_number, state


async def test_good_files_become_the_register(register: Import) -> None:
    report = await register.run()
    assert report.stored, report.text()
    assert report.faults.count == report.warnings.count == 0
    assert report.files["holdings.csv"].added == 3
    assert "3 rows, 3 new, 0 changed, 0 as before" in report.text()
    device = await fetch_row("select d.*, a.number as article from device d join article a on a.id = d.article_id"
                             " where d.number = '104901'")  # fmt: skip
    assert device is not None
    assert (device["article"], device["serial"], device["status"]) == ("10156", "26B46546", "with_holder")
    assert device["purchased_on"] == date(2024, 3, 1)
    assert await fetch_value("select status from device where number = '104902'") == "in_stock"
    loan = await fetch_row(
        "select h.*, p.personal_number, c.number as customer, b.number as payer from holding h"
        " join person p on p.id = h.person_id left join party c on c.id = h.customer_id"
        " left join party b on b.id = h.payer_id where h.device_id is not null"
    )
    assert loan is not None
    assert (loan["personal_number"], loan["customer"], loan["payer"]) == ("191212121212", "2990", "2990")
    assert loan["starts_at"].isoformat() == "2024-05-01T22:00:00+00:00", "midnight in Stockholm"
    assert loan["ends_at"] is None
    assert await fetch_value("select quantity from holding where article_id is not null") == 4
    assert await fetch_value("select pm_interval_months from article where number = '10156'") == 12


async def test_the_same_files_again_change_nothing(register: Import) -> None:
    await register.run()
    before = await state()
    sequence = "select rv from device union all select rv from person union all select rv from article order by 1"
    versions = [row["rv"] for row in await fetch(sequence)]
    report = await register.run()
    assert report.stored
    assert report.faults.count == report.warnings.count == 0, report.text()
    assert all(counts.added == counts.changed == 0 for counts in report.files.values())
    assert (await state()).rsplit("\n", 1)[0] == before.rsplit("\n", 1)[0]
    assert [row["rv"] for row in await fetch(sequence)] == versions


async def test_a_check_changes_nothing_and_says_what_would_happen(register: Import) -> None:
    before = await state()
    report = await register.run(check_only=True)
    assert not report.stored
    assert "this was a check" in report.text()
    assert report.files["persons.csv"].added == 1
    assert await state() == before


async def test_only_what_differs_changes_and_a_missing_column_leaves_the_rest(register: Import) -> None:
    await register.run()
    untouched = await fetch_value("select rv from device where number = '104902'")
    register.write("devices.csv", "individnummer;artikelnummer;serienummer\n104901;10156;NY-1\n104902;10156;\n")
    register.write("persons.csv", "personal_number,first_name,last_name,phone\n191212121212,Tolvan,Testdata,0920-1\n")
    report = await register.run()
    assert report.stored, report.text()
    assert (report.files["devices.csv"].changed, report.files["persons.csv"].changed) == (1, 1)
    assert await fetch_value("select rv from device where number = '104902'") == untouched
    row = await fetch_row("select serial, purchased_on from device where number = '104901'")
    assert row is not None
    assert (row["serial"], row["purchased_on"]) == ("NY-1", date(2024, 3, 1))
    person = await fetch_row("select phone, street, entry_code from person")
    assert person is not None
    assert (person["phone"], person["street"], person["entry_code"]) == ("0920-1", "Tolvgatan 12", "1212")


async def test_a_column_that_is_there_and_empty_empties(register: Import) -> None:
    await register.run()
    register.write("persons.csv", "personnummer;förnamn;efternamn;portkod\n191212121212;Tolvan;Testdata;\n")
    await register.run()
    assert await fetch_value("select entry_code from person") == ""


async def test_two_regions_have_registers_of_their_own(register: Import) -> None:
    await register.run("norr")
    north = await fetch("select id, rv from device where region_id = $1 order by id", register.world.north.region_id)
    report = await register.run("soder")
    assert report.stored, report.text()
    assert report.files["devices.csv"].added == 2
    counts = await fetch("select region_id, count(*) as n from person group by 1")
    assert {row["n"] for row in counts} == {1}
    assert len(counts) == 2
    again = await fetch("select id, rv from device where region_id = $1 order by id", register.world.north.region_id)
    assert again == north
    mixed = await fetch_value(
        "select count(*) from holding h left join device d on d.id = h.device_id"
        " left join person p on p.id = h.person_id"
        " where h.region_id <> coalesce(d.region_id, h.region_id) or h.region_id <> coalesce(p.region_id, h.region_id)"
    )
    assert mixed == 0


async def test_what_only_the_other_region_has_does_not_exist(register: Import) -> None:
    await register.run("soder")
    for name in ("articles.csv", "customers.csv", "persons.csv"):
        (register.folder / name).unlink()
    lines = await register.faults()
    assert any("devices.csv, row 2, column artikelnummer: no article" in line for line in lines)
    assert any("holdings.csv, row 2, column personnummer: no person" in line for line in lines)
    assert any("holdings.csv, row 3, column enhetsnummer: no customer or unit" in line for line in lines)


async def test_it_is_in_the_audit_log_and_the_chain_holds(register: Import, tmp_path: Path) -> None:
    await register.run()
    await register.run()
    entries = await fetch("select * from command_log order by received_at")
    assert [(row["type"], row["author"], row["verdict"]) for row in entries] == [
        ("register.import", None, "applied")
    ] * 2
    content = json.loads(bytes(entries[0]["payload_raw"]))
    assert {file["name"] for file in content["files"]} == set(FILES)
    assert all(len(file["sha256"]) == 64 for file in content["files"])
    assert await chain(everything=True) == 2
    report = await verify(tmp_path)
    assert report.ok
    assert report.rows == 2


async def test_what_happened_in_turbil_is_not_undone_by_the_old_files(register: Import) -> None:
    """The device came back here; the file still says it is out. The register knows better, and says so."""
    await register.run()
    device = await fetch_row("select id, region_id from device where number = '104901'")
    assert device is not None
    async with unit_of_work():
        at = await fetch_value("select now()")
        await end_holding(device["region_id"], device["id"], at, "arrived")
    await execute("update device set status = 'cleaning' where number = '104902'")
    report = await register.run()
    assert report.stored
    assert report.files["holdings.csv"].changed == 0
    assert list(report.warnings.lines()) == [
        "holdings.csv, row 2, column till: the register has ended this loan on another day, which is kept"
    ]
    assert await fetch_value("select status from device where number = '104901'") == "arrived"
    assert await fetch_value("select status from device where number = '104902'") == "cleaning"


async def test_a_loan_ends_and_the_next_begins_on_the_same_day(register: Import) -> None:
    await register.run()
    header = HOLDINGS_HEADER
    register.write(
        "holdings.csv",
        f"{header}104901;;;191212121212;;2024-05-02;2025-01-10;\n104901;;;;03-05;2025-01-10;;\n",
    )
    report = await register.run()
    assert report.stored, report.text()
    counts = report.files["holdings.csv"]
    assert (counts.added, counts.changed) == (1, 1)
    assert await fetch_value("select status from device where number = '104901'") == "with_holder"
    register.write("holdings.csv", f"{header}104901;;;;03-05;2025-01-10;2025-02-01;\n")
    assert (await register.run()).files["holdings.csv"].changed == 1
    assert await fetch_value("select status from device where number = '104901'") == "in_stock"


async def test_what_was_ordered_and_is_delivered_is_one_loan(register: Import) -> None:
    header = "artikelnummer;personnummer;beställd;från\n"
    register.write("holdings.csv", f"{header}38415;191212121212;2024-05-01;\n")
    assert (await register.run()).files["holdings.csv"].added == 1
    assert await fetch_value("select starts_at from holding") is None
    register.write("holdings.csv", f"{header}38415;191212121212;2024-05-01;2024-05-03\n")
    report = await register.run()
    assert (report.files["holdings.csv"].added, report.files["holdings.csv"].changed) == (0, 1)
    assert await fetch_value("select count(starts_at) from holding") == 1


async def test_locations_may_be_imported_too(register: Import) -> None:
    register.write(
        "locations.csv", "nummer;sort;namn;latitud;longitud\n2000;lager;Centrallagret;65,58;22,15\n9;bil;Bil 9;;\n"
    )
    register.write("devices.csv", "individnummer;artikelnummer;hemlager\n104901;10156;2000\n104902;10156;2000\n")
    report = await register.run()
    assert report.stored, report.text()
    assert await fetch_value("select count(*) from device d join location l on l.id = d.home_location_id") == 2
    assert await fetch_value("select latitude from location where number = '2000'") == 65.58


async def test_no_such_region_folder_or_file(register: Import, tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="no region 'atlantis'"):
        await register.run("atlantis")
    with pytest.raises(ImportRefused, match="cannot be read as a folder"):
        await import_folder(tmp_path / "nowhere", "norr")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImportRefused, match=r"holds none of the files .*articles\.csv"):
        await import_folder(tmp_path / "empty", "norr")


HOLDINGS_HEADER = "individnummer;artikelnummer;antal;personnummer;enhetsnummer;från;till;kundnummer\n"


def write_large(register: Import) -> int:
    """Files of 10,000 rows together, all good; returns how many rows."""
    persons = [personal_number(f"19{30 + n // 8400:02d}{n // 700 % 12 + 1:02d}{n // 25 % 28 + 1:02d}{n % 25:03d}")
               for n in range(3_000)]  # fmt: skip
    numbers = [str(200_000 + n) for n in range(3_900)]
    register.write(
        "articles.csv",
        "artikelnummer;benämning;iso;sort;debitering\n"
        + "".join(f"{10_000 + n};Rullstol modell {n};12 22 03;hjälpmedel;hyra\n" for n in range(150)),
    )
    register.write(
        "customers.csv",
        "sort;nummer;namn\n" + "".join(f"kund;{3_000 + n};Vårdcentralen nr {n}\n" for n in range(50)),
    )
    register.write(
        "persons.csv",
        "personnummer;förnamn;efternamn;gata;postnummer;ort\n"
        + "".join(f"{number};Åsa{n};Testdata;Provgatan {n};97212;Luleå\n" for n, number in enumerate(persons)),
    )
    register.write(
        "devices.csv",
        "individnummer;artikelnummer;serienummer\n"
        + "".join(f"{number};{10_000 + n % 150};S-{n}\n" for n, number in enumerate(numbers)),
    )
    register.write(
        "holdings.csv",
        HOLDINGS_HEADER + "".join(f"{numbers[n]};;;{persons[n]};;2024-05-02;;{3_000 + n % 50}\n" for n in range(2_900)),
    )
    return 150 + 50 + 3_000 + 3_900 + 2_900


async def test_ten_thousand_rows_with_three_faulty_ones_leave_nothing_half_done(
    register: Import, secrets: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    """Each fault is named by file, row and column; put right, all of them go in within seconds and little memory."""
    caplog.set_level(logging.DEBUG)
    rows = write_large(register)
    assert rows == 10_000
    register.append("persons.csv", "191212121213;Tolvan;Testdata;Tolvgatan 12;97212;Luleå")
    register.append("devices.csv", "300000;99999;")
    register.append("holdings.csv", "203899;;;;;2024-05-02;;")
    lines = await register.faults()
    assert len(lines) == 3
    assert lines[0].startswith("devices.csv, row 3902, column artikelnummer: no article has this number")
    assert lines[1].startswith("holdings.csv, row 2902, column personnummer: no holder")
    assert lines[2].startswith("persons.csv, row 3002, column personnummer: the check digit does not fit")
    for table in ("article", "person", "device", "holding"):
        assert await fetch_value(f"select count(*) from {table}") == 0, table  # noqa: S608 - names
    said = "\n".join(lines) + caplog.text
    assert not [secret for secret in (*secrets, "191212121213") if secret in said]

    write_large(register)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    report = await register.run()
    seconds = time.perf_counter() - start
    assert report.stored, report.text()
    assert sum(counts.added for counts in report.files.values()) == 10_000
    assert await fetch_value("select count(*) from device where status = 'with_holder'") == 2_900
    again = await register.run()
    assert sum(counts.added + counts.changed for counts in again.files.values()) == 0
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024
    print(f"10,000 rows: {seconds:.2f} s, {grown:.0f} MiB more")
    # Generous, for the machine is shared: it is about a loop per row, not about a second.
    assert seconds < 30
    assert grown < 150
