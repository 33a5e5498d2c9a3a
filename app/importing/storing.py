"""From the staging tables into the register: references are checked, rows added or changed.

A row that is there already, just so, is not touched: its row version stays, and no phone fetches it again. A column
that is not in the file leaves what is stored as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from app.database import Record, fetch, fetch_row
from app.importing.files import ARTICLES, CUSTOMERS, DEVICES, LOCATIONS, PERSONS
from app.importing.parsing import Parsed
from app.importing.report import Counts, Report

Files = Mapping[str, Parsed]


async def store_locations(region_id: UUID, files: Files, report: Report) -> None:
    """Warehouses, stores, entrances and vans, by number."""
    parsed = files[LOCATIONS.name]
    position = {"latitude": "s.latitude", "longitude": "s.longitude"} if "latitude" in parsed.headers else {}
    values = {"number": "s.number", "kind": "s.kind", "name": "s.name", **position}
    await _upsert(region_id, parsed, report, "location", ("number",), values)


async def store_articles(region_id: UUID, files: Files, report: Report) -> None:
    """Articles by number."""
    parsed = files[ARTICLES.name]
    values = {column.field: f"s.{column.field}" for column in ARTICLES.columns}
    await _upsert(region_id, parsed, report, "article", ("number",), values)


async def store_customers(region_id: UUID, files: Files, report: Report) -> None:
    """Customers, payers and care units by kind and number; payers first, for the others name them."""
    parsed = files[CUSTOMERS.name]
    values = {
        **{name: f"s.{name}" for name in ("kind", "number", "name", "phone", "street", "postcode", "town")},
        "entry_code": "s.entry_code",
        "payer_id": "y.id",
        "team_id": "t.id",
    }
    joins = (
        " left join party y on y.region_id = $1 and y.kind = 'payer' and y.number = s.payer_number"
        " left join team t on t.region_id = $1 and t.name = s.team"
    )
    updated = _updated(parsed, values, {"payer_id": "payer_number", "team_id": "team"})
    for condition in ("s.kind = 'payer'", "s.kind <> 'payer'"):
        await _upsert(
            region_id,
            parsed,
            report,
            "party",
            ("kind", "number"),
            values,
            joins=joins,
            where=condition,
            updated=updated,
        )
    await refuse_unknown(
        report,
        parsed,
        "payer_number",
        await fetch(
            "select s.row, s.payer_number as number from import_customers s where s.payer_number <> ''"
            " and not exists (select from party y where y.region_id = $1 and y.kind = 'payer'"
            " and y.number = s.payer_number)",
            region_id,
        ),
        "no payer has this number; add the payer to customers.csv or correct the number",
        parsed.numbers,
    )
    await refuse_unknown(
        report,
        parsed,
        "team",
        await fetch(
            "select s.row, '' as number from import_customers s where s.team <> ''"
            " and not exists (select from team t where t.region_id = $1 and t.name = s.team)",
            region_id,
        ),
        "the region has no such service department; correct the name",
    )


async def store_persons(region_id: UUID, files: Files, report: Report) -> None:
    """Persons by their number; the number is never part of the report."""
    parsed = files[PERSONS.name]
    for row in await fetch(
        "select s.row from import_persons s join person p on p.region_id = $1 and p.personal_number = s.personal_number"
        " where lower(p.first_name) <> lower(s.first_name) and lower(p.last_name) <> lower(s.last_name)",
        region_id,
    ):
        report.warnings.add(
            parsed.source.name,
            row["row"],
            parsed.name_of("personal_number"),
            "the register has this number under quite another name, which is replaced; check that it is one person",
        )
    values = {column.field: f"s.{column.field}" for column in PERSONS.columns}
    await _upsert(region_id, parsed, report, "person", ("personal_number",), values)


async def store_devices(region_id: UUID, files: Files, report: Report) -> None:
    """Devices by number. The status counts for new ones only: of the others Turbil knows better where they are."""
    parsed = files[DEVICES.name]
    await refuse_unknown(
        report,
        parsed,
        "article_number",
        await fetch(
            "select s.row, s.article_number as number from import_devices s where not exists"
            " (select from article a where a.region_id = $1 and a.number = s.article_number)",
            region_id,
        ),
        "no article has this number; add it to articles.csv or correct the number",
        _numbers(files, ARTICLES.name),
    )
    await refuse_unknown(
        report,
        parsed,
        "home_location",
        await fetch(
            "select s.row, s.home_location as number from import_devices s where s.home_location <> '' and not exists"
            " (select from location l where l.region_id = $1 and l.number = s.home_location)",
            region_id,
        ),
        "no warehouse or store has this number; add it to locations.csv or correct the number",
        _numbers(files, LOCATIONS.name),
    )
    values = {
        "number": "s.number",
        "article_id": "a.id",
        "status": "coalesce(nullif(s.status, ''), 'in_stock')",
        "home_location_id": "l.id",
        **{
            name: f"s.{name}"
            for name in ("serial", "batch", "owner", "purchased_on", "warranty_to", "scrapped_on", "last_pm", "next_pm")
        },
    }
    joins = (
        " join article a on a.region_id = $1 and a.number = s.article_number"
        " left join location l on l.region_id = $1 and l.number = s.home_location"
    )
    updated = _updated(parsed, values, {"article_id": "article_number", "home_location_id": "home_location"})
    for row in await fetch(
        "select s.row from import_devices s join device d on d.region_id = $1 and d.number = s.number"
        " where s.status <> '' and s.status <> d.status",
        region_id,
    ):
        report.warnings.add(
            parsed.source.name,
            row["row"],
            parsed.name_of("status"),
            "the register has another status, which is kept; change it there if the file is right",
        )
    await _upsert(
        region_id, parsed, report, "device", ("number",), values, joins=joins, updated=[*(updated - {"status"})]
    )


async def refuse_unknown(
    report: Report,
    parsed: Parsed,
    field: str,
    rows: Iterable[Record],
    text: str,
    faulty: Iterable[str] = (),
) -> None:
    """A fault for each row that refers to nothing; not when it refers to a row that has a fault of its own."""
    known = set(faulty)
    for row in rows:
        if row["number"] not in known:
            report.faults.add(parsed.source.name, row["row"], parsed.name_of(field), text)


def _numbers(files: Files, name: str) -> set[str]:
    return files[name].numbers if name in files else set()


def _updated(parsed: Parsed, values: Mapping[str, str], renamed: Mapping[str, str]) -> set[str]:
    """The columns of the table whose column is in the file; ``renamed``: column of the table -> field."""
    return {name for name in values if renamed.get(name, name) in parsed.headers}


async def _upsert(
    region_id: UUID,
    parsed: Parsed,
    report: Report,
    table: str,
    key: tuple[str, ...],
    values: Mapping[str, str],
    *,
    joins: str = "",
    where: str = "true",
    updated: Iterable[str] | None = None,
) -> None:
    """Add and change rows by their natural key, and count them; ``values``: column -> expression over ``s``."""
    columns = list(values)
    changing = sorted(set(_updated(parsed, values, {}) if updated is None else updated) - set(key))
    action = "nothing"
    if changing:
        action = (
            f"update set {', '.join(f'{name} = excluded.{name}' for name in changing)}"
            f" where ({', '.join(f't.{name}' for name in changing)})"
            f" is distinct from ({', '.join(f'excluded.{name}' for name in changing)})"
        )
    row = await fetch_row(
        f"with stored as (insert into {table} as t (id, region_id, {', '.join(columns)})"  # noqa: S608 - names of ours
        f" select s.id, $1, {', '.join(values.values())} from {parsed.kind.table} s{joins} where {where}"
        f" on conflict (region_id, {', '.join(key)}) do {action} returning (xmax = 0) as added)"
        " select count(*) filter (where added) as added, count(*) filter (where not added) as changed from stored",
        region_id,
    )
    counts = report.files.setdefault(parsed.source.name, Counts())
    if row is not None:
        counts.added += row["added"]
        counts.changed += row["changed"]
