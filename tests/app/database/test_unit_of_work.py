"""The unit of work: what Piccolo's own transaction loses must be kept here, or be refused aloud."""

# ruff: noqa: PT012, SIM105, SIM117 - the units of work and what they swallow are what is tested

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from piccolo.columns import Integer, Text
from piccolo.table import Table

from app.database import (
    DB,
    Database,
    DatabaseError,
    DatabaseUnavailableError,
    ForeignKeyViolationError,
    SerializationError,
    UniqueViolationError,
    UnitOfWorkError,
    connection,
    engine,
    execute,
    execute_many,
    fetch,
    fetch_row,
    fetch_value,
    in_unit_of_work,
    on_commit,
    unit_of_work,
)
from app.database.opening import open_dsn

POOL_SIZE = 2


class Shelf(Table, tablename="shelf"):
    """A table of these tests alone."""

    number = Integer(primary_key=True)
    content = Text()


@pytest_asyncio.fixture(autouse=True)
async def tables(empty_database: Database) -> AsyncIterator[None]:
    """Two shelves, a deferred foreign key, and a pool of two so that one lost connection shows."""
    await empty_database.close()
    database = await open_dsn(empty_database.dsn, pool_size=POOL_SIZE)
    await execute("create table shelf (number integer primary key, content text not null)")
    await execute("create table label (shelf integer references shelf deferrable initially deferred)")
    await execute("insert into shelf values (1, 'first'), (2, 'second')")
    yield
    await database.close()


async def contents() -> list[str]:
    return [row["content"] for row in await fetch("select content from shelf order by number")]


async def expect_a_whole_pool() -> None:
    """Every connection of the pool can be had at once, and each is fresh."""
    async with asyncio.timeout(10):
        connections = [await DB.acquire() for _ in range(POOL_SIZE)]
        for one in connections:
            assert await one.fetchval("select pg_current_xact_id_if_assigned()::text") is None
            await DB.open_pool().release(one)
    assert not in_unit_of_work()
    assert DB.current_transaction.get() is None


async def test_a_block_that_ends_is_committed_and_one_that_raises_is_not() -> None:
    """The plain promise, with Piccolo and raw SQL on one connection."""
    async with unit_of_work():
        await Shelf.update({Shelf.content: "piccolo"}).where(Shelf.number == 1)
        await execute("update shelf set content = $1 where number = $2", "raw", 2)
        assert await contents() == ["piccolo", "raw"]
    with pytest.raises(ZeroDivisionError):
        async with unit_of_work():
            await Shelf.update({Shelf.content: "lost"}).where(Shelf.number == 1)
            await execute("update shelf set content = 'lost' where number = 2")
            raise ZeroDivisionError
    assert await contents() == ["piccolo", "raw"]
    await expect_a_whole_pool()


async def test_failed_commits_do_not_lose_connections() -> None:
    """Piccolo keeps the connection of a failed COMMIT: with a pool of two, the third request would hang."""
    for _ in range(POOL_SIZE + 2):
        with pytest.raises(ForeignKeyViolationError):
            async with unit_of_work():
                await execute("insert into label values (99)")
        assert not in_unit_of_work()
    assert await Shelf.count() == 2
    await expect_a_whole_pool()


async def test_a_nested_unit_rolls_back_alone() -> None:
    """Piccolo's nested transaction does nothing, so the failed part would be committed."""
    async with unit_of_work():
        await execute("update shelf set content = 'outer' where number = 1")
        with pytest.raises(ZeroDivisionError):
            async with unit_of_work():
                await Shelf.update({Shelf.content: "inner"}).where(Shelf.number == 2)
                raise ZeroDivisionError
        async with unit_of_work(), unit_of_work():
            await execute("insert into shelf values (3, 'third')")
    assert await contents() == ["outer", "second", "third"]


async def test_piccolos_transaction_is_ours() -> None:
    """Piccolo opens transactions by itself in places; they must have a real savepoint too."""
    async with unit_of_work():
        with pytest.raises(ZeroDivisionError):
            async with DB.transaction():
                await execute("delete from shelf")
                raise ZeroDivisionError
        with pytest.raises(DatabaseError):
            DB.transaction(allow_nested=False)
    assert await contents() == ["first", "second"]


async def test_an_sql_error_in_a_nested_unit_leaves_the_outer_one_usable() -> None:
    """Try-and-see inserts need a savepoint: PostgreSQL refuses everything after an error without one."""
    async with unit_of_work():
        try:
            async with unit_of_work():
                await execute("insert into shelf values (1, 'twice')")
        except UniqueViolationError:
            await execute("update shelf set content = 'was there' where number = 1")
    assert await contents() == ["was there", "second"]


async def test_a_swallowed_sql_error_is_not_a_success() -> None:
    """PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error; that must not look committed."""
    with pytest.raises(UnitOfWorkError, match="swallowed"):
        async with unit_of_work():
            await execute("update shelf set content = 'lost' where number = 1")
            try:
                await execute("insert into shelf values (1, 'twice')")
            except UniqueViolationError:
                pass
    with pytest.raises(UnitOfWorkError, match="swallowed"):
        async with unit_of_work():
            async with unit_of_work():
                try:
                    await execute("insert into shelf values (1, 'twice')")
                except UniqueViolationError:
                    pass
    assert await contents() == ["first", "second"]
    await expect_a_whole_pool()


async def test_gather_inside_is_refused() -> None:
    """One connection does one thing at a time; asyncpg's own words for it help nobody."""
    async with unit_of_work():
        results = await asyncio.gather(Shelf.count(), fetch_value("select 1"), return_exceptions=True)
        assert [type(result) for result in results] == [UnitOfWorkError, UnitOfWorkError]
        assert "the task that opened it" in str(results[0])
        assert await fetch_value("select 1") == 1


async def test_a_late_task_cannot_write_into_another_transaction() -> None:
    """With Piccolo, this write lands in the next request's transaction and vanishes with it."""
    go = asyncio.Event()

    async def late() -> None:
        await go.wait()
        await Shelf.update({Shelf.content: "late"}).where(Shelf.number == 1)

    async def late_unit() -> None:
        await go.wait()
        async with unit_of_work():
            await execute("update shelf set content = 'late' where number = 2")

    async with unit_of_work():
        tasks = [asyncio.create_task(late()), asyncio.create_task(late_unit())]
    async with unit_of_work():
        go.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [UnitOfWorkError, UnitOfWorkError]
        assert all("has ended" in str(result) for result in results)
    assert await contents() == ["first", "second"]
    await expect_a_whole_pool()


async def test_a_task_with_a_context_of_its_own_works_beside() -> None:
    """The way out for those who mean it."""

    async def beside() -> None:
        async with unit_of_work():
            await execute("insert into shelf values (3, 'beside')")

    with pytest.raises(ZeroDivisionError):
        async with unit_of_work():
            await asyncio.create_task(beside(), context=contextvars.Context())
            raise ZeroDivisionError
    assert await contents() == ["first", "second", "beside"]


async def test_isolation_is_what_was_asked() -> None:
    """And cannot be changed half-way."""
    async with unit_of_work():
        assert await fetch_value("show transaction_isolation") == "read committed"
        with pytest.raises(UnitOfWorkError, match="outermost"):
            async with unit_of_work("serializable"):
                pass
        assert await fetch_value("select 1") == 1
    async with unit_of_work("repeatable read"), unit_of_work("repeatable read"), unit_of_work():
        assert await fetch_value("show transaction_isolation") == "repeatable read"


async def test_serializable_units_do_not_both_win() -> None:
    """Two that read what the other writes: one of them is told to try again."""
    both_have_read = asyncio.Barrier(2)

    async def swap(mine: int, other: int) -> None:
        async with unit_of_work("serializable"):
            content = await fetch_value("select content from shelf where number = $1", other)
            await both_have_read.wait()
            await execute("update shelf set content = $1 where number = $2", content, mine)

    results = await asyncio.gather(swap(1, 2), swap(2, 1), return_exceptions=True)
    assert sum(isinstance(result, SerializationError) for result in results) == 1
    assert len(set(await contents())) == 1
    await expect_a_whole_pool()


async def test_a_cancelled_unit_rolls_back_and_returns_its_connection() -> None:
    """Clients hang up at any moment: in a query, in the body, and while waiting for a lock."""
    for sql in ("select pg_sleep(60)", None):
        for _ in range(POOL_SIZE + 1):
            begun = asyncio.Event()

            async def slow(begun: asyncio.Event = begun, sql: str | None = sql) -> None:
                async with unit_of_work():
                    await execute("update shelf set content = 'cancelled' where number = 1")
                    begun.set()
                    await (execute(sql) if sql else asyncio.Event().wait())

            task = asyncio.create_task(slow())
            await begun.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    assert await contents() == ["first", "second"]
    await expect_a_whole_pool()


async def test_a_connection_that_is_cut_fails_the_unit_and_no_more() -> None:
    """The server may restart under us: the error is raised, and the next unit has a new connection."""

    async def cut(process: int) -> None:
        assert await fetch_value("select pg_terminate_backend($1, 10000)", process)

    for then in ("update shelf set content = 'lost' where number = 1", None):
        with pytest.raises(DatabaseUnavailableError, match="lost"):
            async with unit_of_work():
                await execute("update shelf set content = 'lost' where number = 2")
                process = await fetch_value("select pg_backend_pid()")
                await asyncio.create_task(cut(process), context=contextvars.Context())
                if then is not None:
                    await execute(then)
    assert await contents() == ["first", "second"]
    await expect_a_whole_pool()


async def test_a_full_pool_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting for ever would hold up every later request as well."""
    monkeypatch.setattr(engine, "ACQUIRE_SECONDS", 0.2)
    held = [await DB.acquire() for _ in range(POOL_SIZE)]
    try:
        with pytest.raises(DatabaseUnavailableError, match="in use"):
            async with unit_of_work():
                pass
        with pytest.raises(DatabaseUnavailableError, match="in use"):
            await Shelf.count()
    finally:
        for one in held:
            await DB.open_pool().release(one)
    await expect_a_whole_pool()


async def test_on_commit_runs_after_the_outermost_commit_only() -> None:
    """A runner that is woken before the commit finds no job."""
    seen: list[str] = []

    def see(name: str) -> None:
        seen.append(f"{name} {in_unit_of_work()}")

    def fail() -> None:
        raise ZeroDivisionError

    async with unit_of_work():
        on_commit(lambda: see("outer"))
        on_commit(fail)
        async with unit_of_work():
            on_commit(lambda: see("inner"))
        with pytest.raises(ZeroDivisionError):
            async with unit_of_work():
                on_commit(lambda: see("undone"))
                raise ZeroDivisionError
        assert seen == []
    assert seen == ["outer False", "inner False"]
    with pytest.raises(ForeignKeyViolationError):
        async with unit_of_work():
            on_commit(lambda: see("failed commit"))
            await execute("insert into label values (99)")
    assert len(seen) == 2
    with pytest.raises(UnitOfWorkError):
        on_commit(lambda: see("outside"))


async def test_raw_sql_outside_a_unit_commits_by_itself() -> None:
    """The helpers work on a pooled connection when there is no unit."""
    await execute_many("insert into shelf values ($1, $2)", [(3, "c"), (4, "d")])
    assert await execute("update shelf set content = 'e' where number > $1", 2) == "UPDATE 2"
    row = await fetch_row("select * from shelf where number = 4")
    assert row is not None
    assert dict(row) == {"number": 4, "content": "e"}
    assert await fetch_row("select * from shelf where number = 9") is None
    async with connection() as one:
        await one.copy_records_to_table("shelf", records=[(5, "copied")])
    assert await contents() == ["first", "second", "e", "e", "copied"]


async def test_a_unit_can_be_entered_once() -> None:
    """A context manager kept in a variable and used twice is a mistake."""
    unit = unit_of_work()
    async with unit:
        pass
    with pytest.raises(UnitOfWorkError, match="once"):
        async with unit:
            pass
