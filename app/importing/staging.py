"""The parsed rows in temporary tables, where the database can compare thousands of them at once."""

from __future__ import annotations

from itertools import islice
from typing import Final

from app.database import connection, execute, new_id
from app.importing.files import FILES
from app.importing.parsing import Parsed

#: Rows per COPY: enough to be fast, few enough to cost no memory.
_BATCH: Final = 5000


async def create_tables() -> None:
    """One empty table per file; they vanish with the transaction."""
    for kind in FILES:
        columns = ", ".join(f'"{column.field}" {column.type}' for column in kind.columns)
        await execute(f"create temp table {kind.table} (row integer, id uuid, {columns}) on commit drop")


async def stage(parsed: Parsed) -> None:
    """Copy the rows; each gets the id that it will have if it is new."""
    names = [column.field for column in parsed.kind.columns]
    records = ((number, new_id(), *(values[name] for name in names)) for number, values in parsed.rows)
    async with connection() as raw:
        while batch := list(islice(records, _BATCH)):
            await raw.copy_records_to_table(parsed.kind.table, records=batch, columns=["row", "id", *names])
    await execute(f"analyze {parsed.kind.table}")
