"""Piccolo's table names exactly the columns that the schema has."""

from __future__ import annotations

from app.database import Database, fetch
from app.purchases.tables import DevicePurchase


async def test_columns_match(database: Database) -> None:
    rows = await fetch(
        "select column_name, is_nullable = 'YES' as nullable from information_schema.columns"
        " where table_schema = 'public' and table_name = 'device_purchase'"
    )
    assert {row["column_name"]: row["nullable"] for row in rows} == {
        column._meta.db_column_name: column._meta.params["null"] for column in DevicePurchase._meta.columns
    }
