"""Loans (holdings) from the staging table into the register: who has what, since when (R-019, R-063; I1, I3).

A loan is known again by its device or article, its holder and its dates. An import may begin a loan, end one that is
open, and correct who prescribed and pays; it never reopens what has ended and never ends what is open in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from app.database import execute, fetch, fetch_value
from app.importing.files import ARTICLES, CUSTOMERS, DEVICES, HOLDINGS, PERSONS
from app.importing.parsing import Parsed
from app.importing.report import Counts, Report
from app.importing.storing import Files, refuse_unknown

#: The rows with ids for numbers. ``found``: the loan in the register; ``begins``: it was ordered and is now delivered.
_RESOLVED: Final = """
create temp table import_loans (
  row integer, id uuid, device_id uuid, device_status text, article_id uuid, quantity integer, person_id uuid,
  party_id uuid, prescriber_id uuid, customer_id uuid, payer_id uuid, ordered_at timestamptz, starts_at timestamptz,
  ends_at timestamptz, source text, found uuid, begins boolean not null default false
) on commit drop
"""

_RESOLVE: Final = """
insert into import_loans
select s.row, s.id, d.id, d.status, case when s.device_number = '' then a.id end, s.quantity, p.id, y.id, u.id, c.id,
       coalesce(b.id, c.payer_id), s.ordered_on::timestamp at time zone 'Europe/Stockholm',
       s.from_on::timestamp at time zone 'Europe/Stockholm',
       s.to_on::timestamp at time zone 'Europe/Stockholm', s.source
from import_holdings s
left join device d on d.region_id = $1 and d.number = s.device_number
left join article a on a.region_id = $1 and a.number = s.article_number
left join person p on p.region_id = $1 and p.personal_number = s.personal_number
left join lateral (
  select y.id from party y where y.region_id = $1 and y.number = s.party_number and y.kind in ('customer', 'care_unit')
    and (s.party_kind = '' or y.kind = s.party_kind)
    -- A number of both a customer and a unit is a fault of its own; one of them will do until it is told.
  order by y.kind limit 1) y on true
left join user_account u on u.region_id = $1 and lower(u.username) = lower(s.prescriber)
left join party c on c.region_id = $1 and c.kind = 'customer' and c.number = s.customer_number
left join party b on b.region_id = $1 and b.kind = 'payer' and b.number = s.payer_number
where (d.id is not null or (s.device_number = '' and a.id is not null)) and (p.id is not null or y.id is not null)
"""

#: The register's loans, one of each: only equalities join them, or a large import would compare all with all.
_KNOWN: Final = """
(select distinct on (device_id, article_id, coalesce(person_id, party_id), starts_at, ordered_at)
        id, device_id, article_id, coalesce(person_id, party_id) as holder_id, starts_at, ordered_at
 from holding where region_id = $1 and (ends_at is null or ends_at > starts_at)
 order by device_id, article_id, coalesce(person_id, party_id), starts_at, ordered_at, id) h
"""
_SAME: Final = {
    "device": "h.device_id = r.device_id and h.holder_id = coalesce(r.person_id, r.party_id)",
    "article": "h.article_id = r.article_id and h.holder_id = coalesce(r.person_id, r.party_id)",
}

#: What a status says of a device that an order of ours holds, or that cannot be lent.
_NOT_LENT: Final = {
    "reserved": "an order has reserved the device; remove the row or take the device off the order",
    "in_transit": "the device is on its way with a van; remove the row or wait until it has arrived",
    "scrapped": "the device is scrapped; remove the row or correct the number",
    "lost": "the device is reported lost; register it as found first",
    "quarantined": "the device is in quarantine; release it first",
}


async def store_holdings(region_id: UUID, files: Files, report: Report) -> None:
    """Check, match and store the loans, and let the devices' status follow."""
    parsed = files[HOLDINGS.name]
    await _refuse_unknown_numbers(region_id, files, report)
    await execute(_RESOLVED)
    await execute(_RESOLVE, region_id)
    await execute("analyze import_loans")
    await _match(region_id)
    await _judge(region_id, parsed, report)
    await _store(region_id, parsed, report)


async def check_statuses(region_id: UUID, files: Files, report: Report) -> None:
    """A new device's status in devices.csv must agree with its loans; without one the loans tell it."""
    parsed = files[DEVICES.name]
    if "status" not in parsed.headers:
        return
    rows = await fetch(
        "select s.row, s.status from import_devices s join device d on d.id = s.id"
        " where d.region_id = $1 and s.status <> '' and (s.status = 'with_holder') <> exists"
        " (select from holding h where h.device_id = d.id and h.starts_at is not null and h.ends_at is null)",
        region_id,
    )
    for row in rows:
        text = (
            "the device is with a holder but no open row of holdings.csv says with whom; add the row or correct this"
            if row["status"] == "with_holder"
            else "an open row of holdings.csv says that somebody has the device; end that row or correct this"
        )
        report.faults.add(parsed.source.name, row["row"], parsed.name_of("status"), text)


async def _refuse_unknown_numbers(region_id: UUID, files: Files, report: Report) -> None:
    parsed = files[HOLDINGS.name]
    party = "y.region_id = $1 and y.number = s.{field} and y.kind in ({kinds})"
    checks: list[tuple[str, str, str, str]] = [
        ("device_number", "device d", "d.region_id = $1 and d.number = s.device_number", DEVICES.name),
        ("article_number", "article a", "a.region_id = $1 and a.number = s.article_number", ARTICLES.name),
        ("personal_number", "person p", "p.region_id = $1 and p.personal_number = s.personal_number", PERSONS.name),
        (
            "party_number",
            "party y",
            party.format(field="party_number", kinds="'customer', 'care_unit'")
            + " and (s.party_kind = '' or y.kind = s.party_kind)",
            CUSTOMERS.name,
        ),
        ("customer_number", "party y", party.format(field="customer_number", kinds="'customer'"), CUSTOMERS.name),
        ("payer_number", "party y", party.format(field="payer_number", kinds="'payer'"), CUSTOMERS.name),
        ("prescriber", "user_account u", "u.region_id = $1 and lower(u.username) = lower(s.prescriber)", ""),
    ]
    words = {
        "device_number": "no device has this number; add it to devices.csv or correct the number",
        "article_number": "no article has this number; add it to articles.csv or correct the number",
        "personal_number": "no person has this number; add the person to persons.csv or correct the number",
        "party_number": "no customer or unit has this number; add it to customers.csv or correct the number",
        "customer_number": "no customer has this number; add it to customers.csv or correct the number",
        "payer_number": "no payer has this number; add it to customers.csv or correct the number",
        "prescriber": "no user of the region has this user name; add the user or correct the name",
    }
    for field, table, condition, file in checks:
        rows = await fetch(
            f"select s.row, s.{field} as number from import_holdings s where s.{field} <> ''"  # noqa: S608 - ours
            f" and not exists (select from {table} where {condition})",
            region_id,
        )
        faulty = files[file].numbers if file in files else set()
        await refuse_unknown(report, parsed, field, rows, words[field], faulty)
    for row in await fetch(
        "select s.row from import_holdings s where s.party_number <> '' and s.party_kind = '' and 2 <= (select count(*)"
        " from party y where y.region_id = $1 and y.number = s.party_number and y.kind in ('customer', 'care_unit'))",
        region_id,
    ):
        text = "both a customer and a unit have this number; say which in the column enhetssort"
        report.faults.add(parsed.source.name, row["row"], parsed.name_of("party_number"), text)


async def _match(region_id: UUID) -> None:
    """Find the loans that are in the register: by all their dates, else by the day of the order."""
    for subject, same in _SAME.items():
        # The day of an order may be corrected; the day a device was handed out tells the loan.
        ordered = "(r.starts_at is not null or h.ordered_at is not distinct from r.ordered_at)"
        await execute(
            f"update import_loans r set found = h.id from {_KNOWN} where {same}"  # noqa: S608 - constants of ours
            " and h.starts_at is not distinct from r.starts_at"
            f" and {ordered if subject == 'device' else 'h.ordered_at is not distinct from r.ordered_at'}",
            region_id,
        )
    for same in _SAME.values():
        await execute(
            f"update import_loans r set found = h.id, begins = true from {_KNOWN} where {same}"  # noqa: S608 - ours
            " and r.found is null and r.starts_at is not null and h.starts_at is null and h.ordered_at = r.ordered_at"
            " and not exists (select from import_loans o where o.found = h.id)",
            region_id,
        )
    await execute(
        "update import_loans set found = null, begins = false where begins"
        " and row not in (select min(row) from import_loans where begins group by found)"
    )
    await execute("create index on import_loans (found)")
    await execute("analyze import_loans")


async def _judge(region_id: UUID, parsed: Parsed, report: Report) -> None:
    """Rows that contradict the register are faults and taken out; an end that it knows otherwise is a warning."""
    rows = await fetch(
        "select r.row, r.device_status, h.id is not null as overlaps from import_loans r left join lateral ("
        "  select h.id from holding h where h.region_id = $1 and h.device_id = r.device_id and h.starts_at is not null"
        "  and h.id is distinct from r.found and tstzrange(h.starts_at, h.ends_at) && tstzrange(r.starts_at, r.ends_at)"
        # An open loan that a row of this file ends is ended before the others begin.
        "  and not exists (select from import_loans e where e.found = h.id and e.ends_at <= r.starts_at)"
        "  limit 1) h on true"
        " where r.device_id is not null and r.starts_at is not null and (r.found is null or r.begins)"
        " and (h.id is not null or (r.ends_at is null and r.device_status = any($2)))",
        region_id,
        list(_NOT_LENT),
    )
    for row in rows:
        text = (
            "the register says that somebody else has the device, or had it then; end that loan first, or correct"
            " the dates"
            if row["overlaps"]
            else _NOT_LENT[row["device_status"]]
        )
        report.faults.add(parsed.source.name, row["row"], parsed.name_of("device_number"), text)
    await execute("delete from import_loans where row = any($1::integer[])", [row["row"] for row in rows])
    for row in await fetch(
        "select r.row from import_loans r join holding h on h.id = r.found"
        " where h.ends_at is not null and h.ends_at is distinct from r.ends_at"
    ):
        text = "the register has ended this loan on another day, which is kept"
        report.warnings.add(parsed.source.name, row["row"], parsed.name_of("to_on"), text)


def _corrections(parsed: Parsed) -> Mapping[str, str]:
    """Column of ``holding`` -> its new value; only of columns that are in the file, and never to nothing."""
    given = {"prescriber_id": "prescriber", "customer_id": "customer_number", "payer_id": "payer_number"}
    values = {column: f"coalesce(r.{column}, h.{column})" for column, name in given.items() if name in parsed.headers}
    if "quantity" in parsed.headers:
        values["quantity"] = "r.quantity"
    return values


async def _store(region_id: UUID, parsed: Parsed, report: Report) -> None:
    """Ends and corrections first, then the new ones; each step changes only what differs."""
    values = {
        "starts_at": "case when r.begins then r.starts_at else h.starts_at end",
        "ends_at": "coalesce(h.ends_at, r.ends_at)",
        **_corrections(parsed),
    }
    sets = ", ".join(f"{name} = {value}" for name, value in values.items())
    before, after = (", ".join(part) for part in ([f"h.{name}" for name in values], list(values.values())))
    changed = await fetch_value(
        f"with changed as (update holding h set {sets} from import_loans r where h.id = r.found"  # noqa: S608 - ours
        f" and ({before}) is distinct from ({after}) returning h.id) select count(*) from changed"
    )
    added = await fetch_value(
        "with added as (insert into holding (id, region_id, device_id, article_id, quantity, person_id, party_id,"
        " prescriber_id, customer_id, payer_id, ordered_at, starts_at, ends_at, source)"
        " select id, $1, device_id, article_id, quantity, person_id, party_id, prescriber_id, customer_id, payer_id,"
        " ordered_at, starts_at, ends_at, source from import_loans where found is null order by row returning id)"
        " select count(*) from added",
        region_id,
    )
    counts = report.files.setdefault(parsed.source.name, Counts())
    counts.changed += changed
    counts.added += added
    await execute(
        "update device d set status = 'with_holder' from import_loans r where d.id = r.device_id and d.region_id = $1"
        " and r.starts_at is not null and r.ends_at is null and (r.found is null or r.begins)"
        " and d.status <> 'with_holder'",
        region_id,
    )
    await execute(
        "update device d set status = 'in_stock' where d.region_id = $1 and d.status = 'with_holder'"
        " and exists (select from import_loans r where r.device_id = d.id and r.ends_at is not null)"
        " and not exists (select from holding h where h.device_id = d.id and h.starts_at is not null"
        " and h.ends_at is null)",
        region_id,
    )
