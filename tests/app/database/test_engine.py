"""The engine: found by Piccolo without being named, never open by accident, and of one mind about JSON."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from piccolo.columns import JSONB, UUID, Integer
from piccolo.table import Table

from app.database import DB, Database, DatabaseError, DatabaseUnavailableError, execute, fetch_value, new_id


class Card(Table, tablename="card"):
    """A table of these tests alone, declared without ``db=``."""

    id = UUID(primary_key=True, default=new_id)
    facts = JSONB()
    number = Integer(default=0)


class Point(msgspec.Struct):
    """A Struct to store."""

    x: int
    at: datetime
    key: uuid.UUID


SQL = "create table card (id uuid primary key, facts jsonb not null, number integer not null default 0)"

DOCUMENTS: list[Any] = [
    {},
    [],
    {"å": ["ä", {"ö": None}], "quote": '"', "deep": [[1.5, True]]},
    [{"a": 1}, 2, "three"],
    {"text": '{"not": "parsed"}'},
    7,
    False,
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=repr)
async def test_json_is_the_same_by_every_way(empty_database: Database, document: Any) -> None:
    """Written by Piccolo or by SQL, read by Piccolo or by SQL: the same Python object, once encoded."""
    await execute(SQL)
    by_piccolo = Card(facts=document)
    await by_piccolo.save()
    by_sql = await fetch_value("insert into card (id, facts) values ($1, $2) returning id", new_id(), document)
    assert await fetch_value(
        "select a.facts = b.facts from card a, card b where a.id = $1 and b.id = $2", by_piccolo.id, by_sql
    )
    for key in (by_piccolo.id, by_sql):
        assert await fetch_value("select facts from card where id = $1", key) == document
        assert (await Card.select(Card.facts).where(Card.id == key))[0]["facts"] == document
        card = await Card.objects().get(Card.id == key)
        assert card is not None
        assert card.facts == document
        card.number = 3
        await card.save()
        assert await fetch_value("select facts from card where id = $1 and number = 3", key) == document


async def test_piccolo_reads_inside_json(empty_database: Database) -> None:
    """Its arrow operator and comparisons go through the same codec."""
    await execute(SQL)
    await Card.insert(Card(facts={"a": {"b": [1, 2]}}), Card(facts={"a": 5}))
    rows = await Card.select(Card.facts.arrow("a").as_alias("a")).order_by(Card.id)
    assert [row["a"] for row in rows] == [{"b": [1, 2]}, 5]
    assert await Card.count().where(Card.facts == {"a": 5}) == 1
    await Card.update({Card.facts: {"a": [6]}}).where(Card.facts == {"a": 5})
    assert await fetch_value("select facts from card order by id desc limit 1") == {"a": [6]}


async def test_sql_takes_structs_as_json(empty_database: Database) -> None:
    """A handler may store its Struct without turning it into a dictionary first."""
    point = Point(x=1, at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC), key=new_id())
    stored = await fetch_value("select $1::jsonb", point)
    assert msgspec.convert(stored, Point) == point


async def test_a_bare_string_is_refused_as_json(empty_database: Database) -> None:
    """Piccolo turns a Struct into the string of its repr; that must not be stored as if it were the Struct."""
    await execute(SQL)
    with pytest.raises(Exception, match="to_builtins"):
        await Card.insert(Card(facts=Point(x=1, at=datetime.now(UTC), key=new_id())))
    with pytest.raises(Exception, match="to_jsonb"):
        await fetch_value("select $1::jsonb", '"bare"')
    assert await fetch_value("select to_jsonb($1::text)", "bare") == "bare"
    assert await Card.count() == 0


async def test_load_json_fails_aloud(empty_database: Database) -> None:
    """Piccolo would parse what has been parsed already; nobody needs it, and it must not pass in silence."""
    await execute(SQL)
    await Card.insert(Card(facts={"a": 1}))
    with pytest.raises(TypeError):
        await Card.select().output(load_json=True)


async def test_without_a_pool_nothing_connects() -> None:
    """Piccolo would open a connection per query, without a word and at half the speed."""
    assert DB.pool is None
    with pytest.raises(DatabaseUnavailableError, match="open_database"):
        await Card.select()
    with pytest.raises(DatabaseUnavailableError, match="open_database"):
        await fetch_value("select 1")


async def test_side_doors_are_shut(empty_database: Database) -> None:
    """batch() and connections of Piccolo's own would read and write beside the unit of work."""
    await execute(SQL)
    with pytest.raises(DatabaseError, match="cursor"):
        await Card.select().batch()
    with pytest.raises(DatabaseError, match="connection"):
        await DB.get_new_connection()
    assert await Card.select().run(in_pool=False) == []


async def test_a_restarted_server_is_waited_for(empty_database: Database) -> None:
    """Pooled connections that the server has cut are replaced without an error."""
    async with asyncio_connection(empty_database) as other:
        await other.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()"
            " and datname = current_database()"
        )
    assert await fetch_value("select 1") == 1


class asyncio_connection:  # noqa: N801 - reads as the function it stands for
    """A connection outside the pool for a while."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def __aenter__(self) -> Any:
        self._connection = await self._database.connect()
        return self._connection

    async def __aexit__(self, *_: object) -> None:
        await self._connection.close()
