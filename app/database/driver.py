"""The parts of asyncpg that the project uses, with types: asyncpg 0.32 ships none, so they stand here once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any, Protocol, cast

import asyncpg
import msgspec


class Record(Protocol):
    """One row: by column name or position. ``dict(row)`` makes a dictionary of it."""

    def __getitem__(self, key: str | int) -> Any: ...
    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Any]: ...
    def get(self, key: str, default: Any = None) -> Any: ...
    def keys(self) -> Iterable[str]: ...
    def values(self) -> Iterable[Any]: ...
    def items(self) -> Iterable[tuple[str, Any]]: ...


class Connection(Protocol):
    """One connection to PostgreSQL; see asyncpg's own documentation for each method."""

    async def execute(self, query: str, *args: object) -> str: ...
    async def executemany(self, command: str, args: Iterable[Sequence[object]]) -> None: ...
    async def fetch(self, query: str, *args: object) -> list[Record]: ...
    async def fetchrow(self, query: str, *args: object) -> Record | None: ...
    async def fetchval(self, query: str, *args: object) -> Any: ...
    async def copy_records_to_table(
        self, table_name: str, *, records: Iterable[Sequence[object]], columns: Sequence[str] | None = None
    ) -> str: ...
    async def set_type_codec(
        self, typename: str, *, schema: str, encoder: Callable[[Any], Any], decoder: Callable[[Any], Any]
    ) -> None: ...
    async def add_listener(self, channel: str, callback: Callable[[Any, int, str, Any], None]) -> None: ...
    async def remove_listener(self, channel: str, callback: Callable[[Any, int, str, Any], None]) -> None: ...
    def add_termination_listener(self, callback: Callable[[Any], None]) -> None: ...
    def cursor(self, query: str, *args: object, prefetch: int | None = None) -> Any: ...
    def transaction(self) -> Any: ...
    def is_closed(self) -> bool: ...
    def get_server_pid(self) -> int: ...
    async def close(self, *, timeout: float | None = None) -> None: ...  # noqa: ASYNC109 - asyncpg's signature


class Pool(Protocol):
    """A pool of connections."""

    async def acquire(self) -> Connection: ...
    async def release(self, connection: Connection) -> None: ...
    async def close(self) -> None: ...
    def terminate(self) -> None: ...
    def get_size(self) -> int: ...
    def get_idle_size(self) -> int: ...


# The errors of PostgreSQL that callers tell apart, under types that mypy knows.
PostgresError: type[Exception] = asyncpg.PostgresError
PostgresConnectionError: type[Exception] = asyncpg.PostgresConnectionError
UniqueViolationError: type[Exception] = asyncpg.UniqueViolationError
ForeignKeyViolationError: type[Exception] = asyncpg.ForeignKeyViolationError
CheckViolationError: type[Exception] = asyncpg.CheckViolationError
ExclusionViolationError: type[Exception] = asyncpg.ExclusionViolationError
SerializationError: type[Exception] = asyncpg.SerializationError
DeadlockDetectedError: type[Exception] = asyncpg.DeadlockDetectedError
LockNotAvailableError: type[Exception] = asyncpg.LockNotAvailableError
InFailedTransactionError: type[Exception] = asyncpg.InFailedSQLTransactionError
InvalidAuthorizationError: type[Exception] = asyncpg.InvalidAuthorizationSpecificationError
InvalidDatabaseNameError: type[Exception] = asyncpg.InvalidCatalogNameError

# The connection is gone or not there yet. Before BEGIN it is safe to try again.
CONNECTION_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.InterfaceError,
)


# The server or the connection went away in the middle of something: nothing is known, and the sender tries again.
LOST_ERRORS: tuple[type[Exception], ...] = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)


def is_lost(connection: Connection) -> bool:
    """True when the server has cut this pooled connection: asyncpg has taken it back, and asking it anything raises."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True


_decode_json = msgspec.json.Decoder().decode
_json_encoder = msgspec.json.Encoder()


def encode_json(value: Any) -> str:
    """A Python object as JSON text for PostgreSQL.

    A ``str`` is taken as ready JSON text, for that is what Piccolo hands over for its JSON columns (it dumps them
    itself before asyncpg sees them). Text that is one bare JSON string is refused: in practice it is
    a Struct that Piccolo has turned into its ``repr``, or a plain string that was meant as a value.

    Raises:
        ValueError: the value is a bare string.
    """
    if not isinstance(value, str):
        return _json_encoder.encode(value).decode()
    if value.lstrip().startswith('"'):
        raise ValueError(
            "A JSON column takes objects, lists and numbers: give Piccolo msgspec.to_builtins(struct), "
            "and write to_jsonb($1::text) to store a bare string."
        )
    return value


async def prepare_connection(connection: Connection) -> None:
    """Make json and jsonb go in and out as Python objects on this connection."""
    for typename in ("json", "jsonb"):
        await connection.set_type_codec(typename, schema="pg_catalog", encoder=encode_json, decoder=_decode_json)


_SESSION = {"application_name": "turbil", "timezone": "UTC"}


async def connect(dsn: str, *, seconds: float = 10) -> Connection:
    """One connection outside any pool, with our codecs; ``seconds`` bounds the connecting."""
    connection = cast("Connection", await asyncpg.connect(dsn, timeout=seconds, server_settings=_SESSION))
    try:
        await prepare_connection(connection)
    except BaseException:
        await connection.close(timeout=seconds)
        raise
    return connection


async def _keep_session(_connection: Connection) -> None:
    """Nothing to reset: nobody sets anything for a whole session or takes a lock beyond a transaction.

    asyncpg's own way is one more query at every release, and a request releases several times. It rolls an open
    transaction back before it calls this.
    """


async def create_pool(dsn: str, *, size: int) -> Pool:
    """A pool of at most ``size`` connections; they are opened when they are needed."""
    make_pool = cast("Callable[..., Awaitable[Pool]]", asyncpg.create_pool)
    return await make_pool(
        dsn,
        min_size=0,
        max_size=size,
        timeout=10,
        init=prepare_connection,
        reset=_keep_session,
        server_settings=_SESSION,
    )
