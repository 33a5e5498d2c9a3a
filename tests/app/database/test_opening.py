"""Opening: a DATABASE_URL that cannot serve is refused in one line without its password."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.database import DB, Database, DatabaseError, DatabaseVersionError, execute, fetch_value, open_database, opening
from app.settings import Settings
from tests.support.database import DatabaseServer

PASSWORD = "hemligt-losenord"


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def with_url(url: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", database_url=url)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1:{port}/turbil", "no-such-host.invalid:5432/turbil", "127.0.0.1:{port}x/turbil", "[broken/turbil"],
)
async def test_an_address_that_does_not_answer_is_one_line_without_the_password(address: str, tmp_path: Path) -> None:
    """The line ends up in logs and on screens."""
    url = f"postgresql://turbil:{PASSWORD}@{address.format(port=closed_port())}"
    with pytest.raises(DatabaseError, match="DATABASE_URL") as caught:
        await open_database(with_url(url, tmp_path))
    assert PASSWORD not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__suppress_context__
    assert DB.pool is None
    assert not (tmp_path / "data").exists()


async def test_a_database_or_user_that_is_missing_is_named(database_server: DatabaseServer, tmp_path: Path) -> None:
    """The commonest slips in a DATABASE_URL."""
    address = database_server.embedded.address("no_such_database")
    with pytest.raises(DatabaseError, match="'no_such_database' on the local socket does not exist"):
        await open_database(with_url(address, tmp_path))
    with pytest.raises(DatabaseError, match="refuses the user or the password"):
        await open_database(with_url(address.replace("turbil@", "nobody_known@"), tmp_path))


async def test_a_database_url_is_used_instead_of_the_embedded_server(
    database_server: DatabaseServer, empty_database: Database, tmp_path: Path
) -> None:
    """No cluster is made, and closing stops nobody's server."""
    await empty_database.close()
    database = await open_database(with_url(empty_database.dsn, tmp_path))
    assert database.server is None
    assert not (tmp_path / "data").exists()
    assert urlsplit(empty_database.dsn).path.strip("/") == await fetch_value("select current_database()")
    await database.close()
    await database.close()
    assert database_server.embedded.process_id is not None
    assert repr(database) == "<Database of PostgreSQL 18, from DATABASE_URL>"


async def test_an_old_server_is_refused(
    empty_database: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The schema needs what came with version 15."""
    await empty_database.close()
    monkeypatch.setattr(opening, "OLDEST_VERSION", 99)
    with pytest.raises(DatabaseVersionError, match="needs 99 or newer"):
        await open_database(with_url(empty_database.dsn, tmp_path))
    assert DB.pool is None


async def test_a_database_of_another_encoding_is_refused(
    database_server: DatabaseServer, empty_database: Database, tmp_path: Path
) -> None:
    """Names would be refused or maimed one by one, later."""
    await execute("create database latin encoding 'LATIN1' locale_provider libc locale 'C' template template0")
    try:
        await empty_database.close()
        with pytest.raises(DatabaseVersionError, match="LATIN1"):
            await open_database(with_url(database_server.embedded.address("latin"), tmp_path))
    finally:
        database = await open_database(with_url(empty_database.dsn, tmp_path))
        await execute("drop database latin")
        await database.close()


async def test_a_second_database_is_refused(empty_database: Database, tmp_path: Path) -> None:
    """DB has one pool: whose would it be?"""
    with pytest.raises(DatabaseError, match="already open"):
        await open_database(Settings(data=tmp_path))
