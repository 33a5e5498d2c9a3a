"""An import from beginning to end: read everything, store everything in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import msgspec

from app.database import PostgresError, execute, fetch_value, new_id, unit_of_work
from app.importing import loans, reading, staging, storing
from app.importing.files import ARTICLES, CUSTOMERS, DEVICES, FILES, HOLDINGS, LOCATIONS, PERSONS
from app.importing.parsing import Parsed, parse
from app.importing.reading import FileFault
from app.importing.report import Counts, Report
from app.importing.storing import Files
from app.policy.working_time import STOCKHOLM
from offline_sync.repository import Verdict, insert_office_command, poke_touched

#: The type of an import's entry in the command log.
ENTRY: Final = "register.import"

_STORE: Final[tuple[tuple[str, Callable[[UUID, Files, Report], Awaitable[None]]], ...]] = (
    (LOCATIONS.name, storing.store_locations),
    (ARTICLES.name, storing.store_articles),
    (CUSTOMERS.name, storing.store_customers),
    (PERSONS.name, storing.store_persons),
    (DEVICES.name, storing.store_devices),
    (HOLDINGS.name, loans.store_holdings),
    (DEVICES.name, loans.check_statuses),
)


class ImportRefused(Exception):
    """The import cannot begin or go on; one line for people that says what to do and quotes no row."""


class _Undone(Exception):
    """Everything is rolled back: there were faults, or it was a check."""


async def import_folder(
    folder: Path, region_code: str, *, check_only: bool = False, today: date | None = None
) -> Report:
    """Read the files of a folder into the register of a region, all or nothing.

    Args:
        folder: with one or more of articles.csv, customers.csv, persons.csv, devices.csv, holdings.csv, locations.csv.
        region_code: the region whose register it is; no row of another region is read or written.
        check_only: do everything, then roll it back.
        today: the day in Stockholm; now when None.

    Raises:
        ImportRefused: no such region or folder, or the database refused the rows.
    """
    region_id = await fetch_value("select id from region where code = $1", region_code)
    if region_id is None:
        raise ImportRefused(f"there is no region {region_code!r}; turbil region add makes one.")
    report = Report(region_code, check_only)
    files = _parse(folder, today or datetime.now(STOCKHOLM).date(), report)
    try:
        async with unit_of_work():
            await _store(region_id, files, report)
            if report.faults.count or check_only:
                raise _Undone
    except _Undone:
        return report
    except PostgresError as error:
        # Its words may quote a row, and with it a person (SR-07); the names of code and rule do not.
        rule = getattr(error, "constraint_name", None) or type(error).__name__
        raise ImportRefused(f"the database refused the rows ({rule}); nothing was imported.") from None
    report.stored = True
    return report


def _parse(folder: Path, today: date, report: Report) -> dict[str, Parsed]:
    """Every file that is there, parsed; files of other names are a fault, for they are probably misspelt."""
    kinds = {kind.file: kind for kind in FILES}
    try:
        found = {path.name.lower(): path for path in sorted(folder.iterdir()) if path.suffix.lower() == ".csv"}
    except OSError as error:
        raise ImportRefused(f"{folder} cannot be read as a folder ({error.strerror}).") from None
    names = ", ".join(kinds)
    if not found:
        raise ImportRefused(f"{folder} holds none of the files {names}.")
    parsed = {}
    for name in sorted(found.keys() - kinds.keys()):
        report.faults.add(found[name].name, 0, "", f"is not a file of the register; rename or remove it ({names})")
    for name, kind in kinds.items():
        if name not in found:
            continue
        try:
            source = reading.read_source(found[name])
        except FileFault as fault:
            report.faults.add(found[name].name, fault.row, "", fault.text)
            continue
        parsed[kind.name] = parse(source, kind, today, report.faults, report.warnings)
        report.files[source.name] = Counts(rows=parsed[kind.name].count)
    return parsed


async def _store(region_id: UUID, files: dict[str, Parsed], report: Report) -> None:
    # One import of a region at a time: two would wait for each other's rows crosswise.
    await execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"{ENTRY} {region_id}")
    await staging.create_tables()
    for parsed in files.values():
        await staging.stage(parsed)
        parsed.rows.clear()
    for name, store in _STORE:
        if name in files:
            await store(region_id, files, report)
    if not report.faults.count:
        await _log(region_id, files, report)
        await poke_touched()


async def _log(region_id: UUID, files: dict[str, Parsed], report: Report) -> None:
    """The entry in the audit log: which bytes, and what became of them. It has no author: the operator did it."""
    content = [
        {
            "name": parsed.source.name,
            "sha256": parsed.source.sha256,
            "rows": report.files[parsed.source.name].rows,
            "added": report.files[parsed.source.name].added,
            "changed": report.files[parsed.source.name].changed,
        }
        for parsed in files.values()
    ]
    await insert_office_command(
        command_id=new_id(),
        region_id=region_id,
        author=None,
        type_name=ENTRY,
        version=1,
        raw=msgspec.json.encode({"files": content}),
        received_at=datetime.now(UTC),
        aggregate=None,
        base_rv=None,
        verdict=Verdict("applied", "", {}),
    )
