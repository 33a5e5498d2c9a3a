"""The ground floor: PostgreSQL, one engine, one way to write. It knows no feature."""

from __future__ import annotations

import os

# Piccolo looks here for the engine of a table that names none; see app/database/engine.py.
os.environ["PICCOLO_CONF"] = "app.database.engine"

from app.database.driver import (
    LOST_ERRORS,
    CheckViolationError,
    Connection,
    DeadlockDetectedError,
    ExclusionViolationError,
    ForeignKeyViolationError,
    LockNotAvailableError,
    PostgresConnectionError,
    PostgresError,
    Record,
    SerializationError,
    UniqueViolationError,
)
from app.database.engine import DB
from app.database.errors import (
    DatabaseBusyError,
    DatabaseError,
    DatabaseFolderError,
    DatabaseInUseError,
    DatabaseUnavailableError,
    DatabaseVersionError,
    MigrationError,
    UnitOfWorkError,
)
from app.database.identifiers import new_id
from app.database.opening import Database, open_beside, open_database
from app.database.schema import migrate
from app.database.unit_of_work import (
    Isolation,
    connection,
    execute,
    execute_many,
    fetch,
    fetch_row,
    fetch_value,
    in_unit_of_work,
    on_commit,
    unit_of_work,
)

__all__ = [
    "DB",
    "LOST_ERRORS",
    "CheckViolationError",
    "Connection",
    "Database",
    "DatabaseBusyError",
    "DatabaseError",
    "DatabaseFolderError",
    "DatabaseInUseError",
    "DatabaseUnavailableError",
    "DatabaseVersionError",
    "DeadlockDetectedError",
    "ExclusionViolationError",
    "ForeignKeyViolationError",
    "Isolation",
    "LockNotAvailableError",
    "MigrationError",
    "PostgresConnectionError",
    "PostgresError",
    "Record",
    "SerializationError",
    "UniqueViolationError",
    "UnitOfWorkError",
    "connection",
    "execute",
    "execute_many",
    "fetch",
    "fetch_row",
    "fetch_value",
    "in_unit_of_work",
    "migrate",
    "new_id",
    "on_commit",
    "open_beside",
    "open_database",
    "unit_of_work",
]
