"""Piccolo's tables name exactly the columns that the schema has."""

from __future__ import annotations

import pytest
from piccolo.table import Table

from app.database import Database, fetch
from field.maintenance.tables import MaintenanceOccasion, MaintenancePlan

TABLES = (MaintenancePlan, MaintenanceOccasion)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table._meta.tablename)
async def test_columns_match(database: Database, table: type[Table]) -> None:
    rows = await fetch(
        "select column_name, is_nullable = 'YES' as nullable from information_schema.columns"
        " where table_schema = 'public' and table_name = $1",
        table._meta.tablename,
    )
    assert {row["column_name"]: row["nullable"] for row in rows} == {
        column._meta.db_column_name: column._meta.params["null"] for column in table._meta.columns
    }
