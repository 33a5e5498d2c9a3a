"""Every kind of fault: named by file, row as the spreadsheet shows it and column, and nothing of a cell is repeated."""

from __future__ import annotations

import pytest

from app.database import execute, fetch_value, new_id
from tests.app.importing.conftest import CUSTOMERS, DEVICES, FILES, HOLDINGS, PERSONS, Import

HOLDING = "individnummer;artikelnummer;antal;personnummer;enhetsnummer;från;till;kundnummer\n"


@pytest.mark.parametrize(
    ("file", "rows", "where", "what"),
    [
        # numbers of persons
        ("persons.csv", ["191212121213;A;B;;;;"], "row 3, column personnummer", "check digit"),
        ("persons.csv", ["191213321219;A;B;;;;"], "row 3, column personnummer", "date of birth does not exist"),
        ("persons.csv", ["1212121212;A;B;;;;"], "row 3, column personnummer", "YYYYMMDDNNNN"),
        ("persons.csv", ["20991231-1232;A;B;;;;"], "row 3, column personnummer", "is to come"),
        ("persons.csv", ["1,91212E+11;A;B;;;;"], "row 3, column personnummer", "spreadsheet has rewritten"),
        ("persons.csv", ["191212721219;A;B;;;;"], "row 3, column personnummer", "date of birth does not exist"),
        ("persons.csv", ["191212121212;Tolvan;Testdata;Tolvgatan 12;;;"], "row 3, column personnummer", "as row 2"),
        ("persons.csv", ["191212121212;Elvan;Annansson;;;;"], "row 3, column personnummer", "another name"),
        ("persons.csv", [";A;B;;;;"], "row 3, column personnummer", "is empty"),
        ("persons.csv", ["", "191212121212;;B;;;;"], "row 4, column förnamn", "is empty"),
        ("persons.csv", [f"191212121212;A;B;{'x' * 201};;;"], "row 3, column gata", "201 characters; at most 200"),
        ("persons.csv", ["191212121212;A;B;;123456789012;;"], "row 3, column postnummer", "at most 10"),
        ("persons.csv", ["191212121212;A\x01;B;;;;"], "row 3, column förnamn", "cannot be shown"),
        ("persons.csv", ["191212121212;Ã…sa;B;;;;"], "row 3, column förnamn", "wrong encoding"),
        ("persons.csv", ["191212121212;A;B;;;;;Storgatan"], "row 3", "8 cells but 7 columns"),
        # articles
        ("articles.csv", ["10156;Igen;12 22 03;hjälpmedel;hyra;;"], "row 4, column artikelnummer", "as row 2"),
        ("articles.csv", ["1;A;1;fordon;hyra;;"], "row 4, column sort", "not one of: hjälpmedel, tillbehör"),
        ("articles.csv", ["1;A;1;hjälpmedel;gratis;;"], "row 4, column debitering", "not one of: hyra"),
        ("articles.csv", ["1;A;1;hjälpmedel;hyra;kanske;"], "row 4, column individmärkt", "ja or nej"),
        ("articles.csv", ["1;A;1;hjälpmedel;hyra;ja;0"], "row 4, column fu-intervall", "out of range"),
        ("articles.csv", ["1;A;1;hjälpmedel;hyra;ja;-3"], "row 4, column fu-intervall", "negative"),
        ("articles.csv", ["1 2;A;1;hjälpmedel;hyra;ja;"], "row 4, column artikelnummer", "not a valid number"),
        # customers
        ("customers.csv", ["kund;2990;Igen;;"], "row 5, column nummer", "as row 3"),
        ("customers.csv", ["kund;2991;Ny;;7777"], "row 5, column betalare", "no payer has this number"),
        # devices
        ("devices.csv", ["104903;99999;;"], "row 4, column artikelnummer", "no article has this number"),
        ("devices.csv", ["104901;10156;;"], "row 4, column individnummer", "as row 2"),
        ("devices.csv", ["123;10156;;"], "row 4, column individnummer", "4 to 8 digits"),
        ("devices.csv", ["104903;10156;;2024-02-30"], "row 4, column inköpt", "not a date"),
        ("devices.csv", ["104903;10156;;3/1 2024"], "row 4, column inköpt", "YYYY-MM-DD"),
        ("devices.csv", ["104903;10156;;1024-01-01"], "row 4, column inköpt", "before 1900"),
        ("devices.csv", ["104903;10156;;2199-01-01"], "row 4, column inköpt", "is to come"),
        # loans
        ("holdings.csv", ["104902;;;;;2024-07-01;;"], "row 5, column personnummer", "no holder"),
        ("holdings.csv", ["104902;;;191212121212;03-05;2024-07-01;;"], "row 5, column personnummer", "two holders"),
        ("holdings.csv", ["104901;;;;03-05;2024-06-01;;"], "row 5, column individnummer", "is open twice, see row 2"),
        ("holdings.csv", ["104902;;;;03-05;2024-05-20;2024-05-25;"], "row 5, column individnummer", "overlaps"),
        ("holdings.csv", ["104903;;;;03-05;2024-05-20;;"], "row 5, column individnummer", "no device"),
        ("holdings.csv", [";99999;1;;03-05;2024-05-20;;"], "row 5, column artikelnummer", "no article"),
        ("holdings.csv", ["104902;;;191212121220;;2024-07-01;;"], "row 5, column personnummer", "no person"),
        ("holdings.csv", ["104902;;;;99-99;2024-07-01;;"], "row 5, column enhetsnummer", "no customer or unit"),
        ("holdings.csv", ["104902;;;;03-05;2024-07-01;;7777"], "row 5, column kundnummer", "no customer"),
        ("holdings.csv", [";38415;-2;;03-05;2024-07-01;;"], "row 5, column antal", "negative"),
        ("holdings.csv", [";38415;1,5;;03-05;2024-07-01;;"], "row 5, column antal", "not a whole number"),
        ("holdings.csv", ["104902;;2;;03-05;2024-07-01;;"], "row 5, column antal", "always one"),
        ("holdings.csv", ["104902;38415;;;03-05;2024-07-01;;"], "row 5, column individnummer", "not both"),
        ("holdings.csv", [";;;;03-05;2024-07-01;;"], "row 5, column individnummer", "not neither"),
        ("holdings.csv", ["104902;;;;03-05;;;"], "row 5, column från", "neither a date"),
        ("holdings.csv", ["104902;;;;03-05;2024-07-01;2024-07-01;"], "row 5, column till", "not after"),
        ("holdings.csv", ["104902;;;;03-05;2024-07-01;snart;"], "row 5, column till", "not a date"),
        ("holdings.csv", ["104902;;;;03-05;2190-07-01;;"], "row 5, column från", "is to come"),
        ("holdings.csv", [";38415;4;191212121212;;2024-05-02;;"], "row 5, column individnummer", "same loan as row 4"),
    ],
)
async def test_a_faulty_row(
    register: Import, secrets: tuple[str, ...], file: str, rows: list[str], where: str, what: str
) -> None:
    register.append(file, *rows)
    lines = await register.faults()
    assert len(lines) == 1, lines
    assert lines[0].startswith(f"{file}, {where}: "), lines
    assert what in lines[0]
    assert not [secret for secret in secrets if secret in lines[0]]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"", "persons.csv: is empty"),
        (b"\xef\xbb\xbf\r\n  \r\n", "persons.csv: is empty"),
        (PERSONS.encode("utf-16"), "persons.csv: is in UTF-16"),
        (PERSONS.encode("utf-16-le"), "persons.csv: is in UTF-16"),
        (PERSONS.encode("cp1252"), "persons.csv: is not in UTF-8 but probably in Windows-1252"),
        (PERSONS.replace(";", "\t").encode(), "persons.csv: is separated by tabs"),
        (PERSONS.encode("utf-8").decode("cp1252").encode(), "persons.csv, row 1: å, ä and ö have been saved"),
        (b"191212121212;Tolvan;Testdata\n", "persons.csv, row 1: is not a header"),
        (PERSONS.replace("gata", "Favoritfärg").encode(), "persons.csv, row 1, column Favoritfärg: is not a known"),
        (PERSONS.replace("gata", "").encode(), "persons.csv, row 1: the column at place 4 has no name"),
        (PERSONS.replace("gata", "ort").encode(), "persons.csv, row 1, column ort: is there twice"),
        (PERSONS.replace("förnamn", "mobil").encode(), "persons.csv, row 1, column förnamn: is missing"),
        (b'personnummer;f\xc3\xb6rnamn;efternamn\n191212121212;"A"B;C\n', "persons.csv, row 2: a quotation mark"),
        (b'personnummer;f\xc3\xb6rnamn;efternamn\n191212121212;"A;C\n', "persons.csv, row 2: a quotation mark"),
        (
            b'personnummer;f\xc3\xb6rnamn;efternamn\n191212121212;"A' + b"x;\n" * 6000,
            "persons.csv, row 2: a cell is longer",
        ),
    ],
)
async def test_a_file_that_cannot_be_read(
    register: Import, secrets: tuple[str, ...], content: bytes, line: str
) -> None:
    register.write("persons.csv", content)
    (register.folder / "holdings.csv").unlink()
    lines = await register.faults()
    assert len(lines) == 1, lines
    assert lines[0].startswith(line), lines
    assert not [secret for secret in secrets if secret in lines[0]]


async def test_a_file_of_another_name_is_probably_misspelt(register: Import) -> None:
    register.write("person.csv", PERSONS)
    assert [line.split(";")[0] for line in await register.faults()] == ["person.csv: is not a file of the register"]


@pytest.mark.parametrize(
    "content",
    [
        PERSONS.encode("utf-8-sig"),
        PERSONS.replace("\n", "\r\n").encode(),
        PERSONS.replace("\n", "\r").encode(),
        PERSONS.replace(";", ",").encode(),
        b'\xef\xbb\xbf"Personal_number","FIRST NAME",last-name,street\n\n191212121212,Tolvan,Testdata,"Tolvgatan 12"\n',
        'PERSONNUMMER;Förnamn;Efternamn;Gata\n"19121212-1212";"Tolvan";"Testdata";"Tolvgatan\n12"\n;;;\n'.encode(),
        "personnummer;förnamn;efternamn;gata\n191212121212;\u00a0Tolvan ; Testdata;Tolvgatan  12".encode(),
    ],
)
async def test_ways_of_writing_that_are_all_right(register: Import, content: bytes) -> None:
    """A byte order mark, commas, other line ends, English names, quoted cells with line breaks, blank rows."""
    register.write("persons.csv", content)
    report = await register.run()
    assert report.stored, report.text()
    assert await fetch_value("select first_name || ' ' || last_name || ' ' || street from person") == (
        "Tolvan Testdata Tolvgatan 12"
    )


async def test_quotation_marks_inside_a_cell(register: Import) -> None:
    register.write("articles.csv", FILES["articles.csv"] + '777;"Hjul 12"" ; grått";1;hjälpmedel;hyra;;\n')
    assert (await register.run()).stored
    assert await fetch_value("select name from article where number = '777'") == 'Hjul 12" ; grått'


async def test_coordination_and_reserve_numbers_by_kind(register: Import) -> None:
    header = "personnummer;nummersort;förnamn;efternamn\n"
    good = f"{header}191212721219;samordningsnummer;Sam;Testdata\n22000101TE01;reservnummer;Res;Testdata\n"
    register.write("persons.csv", good)
    register.write("holdings.csv", HOLDING + ";38415;1;22000101te01;;2024-05-02;;\n")
    report = await register.run()
    assert report.stored, report.text()
    assert await fetch_value("select count(*) from person where identity_kind <> 'personal'") == 2
    for row, what in (
        ("191212121212;samordningsnummer;A;B", "61 to 91"),
        ("22000101TE0;reservnummer;A;B", "12 characters"),
        ("191212721210;samordningsnummer;A;B", "check digit"),
        ("191212721219;passnummer;A;B", "not one of"),
    ):
        register.write("persons.csv", f"{header}{row}\n")
        (register.folder / "holdings.csv").unlink(missing_ok=True)
        assert what in (await register.faults())[0]


async def test_one_person_under_two_numbers_is_a_warning(register: Import, secrets: tuple[str, ...]) -> None:
    """The same name, birth date and street: a person looks at it, and the import goes on."""
    register.append("persons.csv", "191212121220;TOLVAN;Testdata;tolvgatan 12;97212;Luleå;")
    report = await register.run()
    assert report.stored, report.text()
    lines = list(report.warnings.lines())
    assert len(lines) == 1
    assert lines[0].startswith(
        "persons.csv, row 3, column personnummer: the same name, date of birth and street as row 2"
    )
    assert not [secret for secret in secrets if secret in report.text()]


async def test_a_number_that_gets_quite_another_name_is_a_warning(register: Import) -> None:
    await register.run()
    register.write("persons.csv", PERSONS.replace("Tolvan", "Elvan").replace("Testdata", "Annansson"))
    report = await register.run()
    assert report.stored
    assert [line.partition(":")[0] for line in report.warnings.lines()] == ["persons.csv, row 2, column personnummer"]
    register.write("persons.csv", PERSONS.replace("Testdata", "Giftsson"))
    report = await register.run()
    assert [line.partition(":")[0] for line in report.warnings.lines()] == ["persons.csv, row 2, column personnummer"]
    register.write("persons.csv", PERSONS.replace("Testdata", "Nyttnamn").replace("Tolvan", "Elvan"))
    await register.run()
    register.write("persons.csv", PERSONS.replace("Tolvan", "Elvan"))
    assert (await register.run()).warnings.count == 0, "a new last name alone is a wedding"


async def test_what_refers_to_a_faulty_row_is_no_second_fault(register: Import) -> None:
    register.write("articles.csv", FILES["articles.csv"].replace("hyra", "gratis"))
    register.write("persons.csv", PERSONS.replace("förnamn", "förnamn").replace("Tolvan", ""))
    lines = await register.faults()
    assert [line.partition(":")[0] for line in lines] == [
        "articles.csv, row 2, column debitering",
        "persons.csv, row 2, column förnamn",
    ]


async def test_an_unknown_team_prescriber_and_location(register: Import) -> None:
    register.write("customers.csv", "sort;nummer;namn;avdelning\nkund;2990;Vc;Finns inte\nenhet;03-05;G;\n")
    register.write("devices.csv", "individnummer;artikelnummer;hemlager\n104901;10156;2000\n104902;10156;\n")
    register.write("holdings.csv", "individnummer;enhetsnummer;från;förskrivare\n104901;03-05;2024-05-02;finns.inte\n")
    assert [line.partition(":")[0] for line in await register.faults()] == [
        "customers.csv, row 2, column avdelning",
        "devices.csv, row 2, column hemlager",
        "holdings.csv, row 2, column förskrivare",
    ]


async def test_a_prescriber_by_user_name_in_whatever_capitals(register: Import) -> None:
    register.write(
        "holdings.csv", "individnummer;enhetsnummer;från;förskrivare\n104901;03-05;2024-05-02;PRESCRIBER.norr\n"
    )
    assert (await register.run()).stored
    assert await fetch_value("select u.username from holding h join user_account u on u.id = h.prescriber_id") == (
        "prescriber.norr"
    )
    register.write(
        "holdings.csv", "individnummer;enhetsnummer;från;förskrivare\n104901;03-05;2024-05-02;prescriber.soder\n"
    )
    assert "no user of the region" in (await register.faults())[0]


async def test_a_number_of_both_a_customer_and_a_unit_needs_its_kind(register: Import) -> None:
    register.write("customers.csv", CUSTOMERS + "enhet;2990;Boendet;;\n")
    register.write("holdings.csv", "individnummer;enhetsnummer;enhetssort;från\n104901;2990;;2024-05-02\n")
    assert "column enhetsnummer: both a customer and a unit" in (await register.faults())[0]
    register.write("holdings.csv", "individnummer;enhetsnummer;enhetssort;från\n104901;2990;enhet;2024-05-02\n")
    assert (await register.run()).stored
    assert await fetch_value("select y.kind from holding h join party y on y.id = h.party_id") == "care_unit"


async def test_a_loan_that_contradicts_the_register(register: Import) -> None:
    await register.run()
    register.write("holdings.csv", HOLDING + "104901;;;;03-05;2024-06-01;;\n")
    assert "somebody else has the device" in (await register.faults())[0]
    register.write("holdings.csv", HOLDING + "104902;;;191212121212;;2024-05-20;2024-05-25;\n")
    assert "or had it then" in (await register.faults())[0]
    for status, what in (("reserved", "reserved"), ("in_transit", "van"), ("scrapped", "scrapped"), ("lost", "lost")):
        await execute("update device set status = $1 where number = '104902'", status)
        register.write("holdings.csv", HOLDING + "104902;;;;03-05;2024-07-01;;\n")
        lines = await register.faults()
        assert lines[0].startswith("holdings.csv, row 2, column individnummer: ")
        assert what in lines[0]


@pytest.mark.parametrize(
    ("status", "holding", "what"),
    [
        ("hos brukare", "", "no open row"),
        ("i lager", "104901;;;;03-05;2024-05-02;;\n", "somebody has the device"),
        ("kasserad", "104901;;;;03-05;2024-05-02;;\n", "scrapped"),
    ],
)
async def test_a_status_that_contradicts_the_loans(register: Import, status: str, holding: str, what: str) -> None:
    register.write("devices.csv", f"individnummer;artikelnummer;status\n104901;10156;{status}\n")
    register.write("holdings.csv", HOLDING + holding)
    lines = await register.faults()
    assert what in lines[0]


async def test_a_scrapping_date_without_scrapping(register: Import) -> None:
    register.write("devices.csv", "individnummer;artikelnummer;status;kasserad den\n1049;10156;i lager;2024-01-01\n")
    (register.folder / "holdings.csv").unlink()
    assert "column status: it has a scrapping date" in (await register.faults())[0]


async def test_a_hundred_faults_are_shown_and_all_counted(register: Import) -> None:
    register.append("devices.csv", *["123;10156;;"] * 250, *["x;10156;;"] * 2000)
    report = await register.run()
    assert report.faults.count == 2250
    lines = list(report.faults.lines())
    assert len(lines) == 101
    assert lines[0].startswith("devices.csv, row 4, ")
    assert lines[-1] == "... and 2150 more"
    assert "Faults: 2250" in report.text()


async def test_a_header_without_rows_is_a_warning(register: Import) -> None:
    register.write("holdings.csv", HOLDING)
    report = await register.run()
    assert report.stored
    assert list(report.warnings.lines()) == ["holdings.csv: has a header but no rows"]


async def test_words_of_the_database_never_come_out(register: Import, secrets: tuple[str, ...]) -> None:
    """A rule of the database that the import does not know: the rule is named, the row is not."""
    await execute("alter table person add constraint surprising_rule check (first_name <> 'Tolvan')")
    with pytest.raises(Exception, match="surprising_rule") as caught:
        await register.run()
    error: BaseException | None = caught.value
    while error is not None:
        assert not [secret for secret in secrets if secret in str(error)] or error.__suppress_context__
        error = error.__cause__
    assert caught.value.__suppress_context__
    assert await fetch_value("select count(*) from article") == 0


async def test_devices_of_another_import_stay(register: Import) -> None:
    """An import adds and changes; what its files do not name is left alone."""
    await register.run()
    register.write("devices.csv", DEVICES.replace("104902;10156;;20240301\n", ""))
    register.write("holdings.csv", HOLDINGS.replace("104902;;;;03-05;2024-05-02;2024-06-01;\n", ""))
    assert (await register.run()).stored
    assert await fetch_value("select count(*) from device") == 2
    assert await fetch_value("select count(*) from holding") == 3
    assert new_id()
