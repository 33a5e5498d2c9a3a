"""Piccolo's tables name exactly the columns that the schema has."""

from __future__ import annotations

import pytest
from piccolo.table import Table

from app.database import Database, fetch
from app.orders import tables as customer_order_tables
from app.policy import tables as policy_tables
from app.registry import tables as registry_tables
from field.protocols import tables as protocol_tables
from field.work_orders import tables as order_tables
from routing.pickups import tables as pickup_tables
from routing.rounds import tables as round_tables

TABLES = [
    table
    for module in (
        registry_tables,
        policy_tables,
        protocol_tables,
        order_tables,
        customer_order_tables,
        pickup_tables,
        round_tables,
    )
    for table in vars(module).values()
    if isinstance(table, type) and issubclass(table, Table) and table is not Table
]


async def test_columns_match(database: Database) -> None:
    for table in TABLES:
        rows = await fetch(
            "select column_name, is_nullable = 'YES' as nullable from information_schema.columns"
            " where table_schema = 'public' and table_name = $1",
            table._meta.tablename,
        )
        assert {row["column_name"]: row["nullable"] for row in rows} == {
            column._meta.db_column_name: column._meta.params["null"] for column in table._meta.columns
        }, table._meta.tablename


@pytest.mark.parametrize(
    "name", ["device", "holding", "work_order", "service_protocol", "service_policy", "customer_order", "pickup_line"]
)
def test_the_tables_are_found(name: str) -> None:
    assert name in {table._meta.tablename for table in TABLES}
