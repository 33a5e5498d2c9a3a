"""The schema: SQL files, applied in name order, all or none.

Why not Piccolo's migration runner: it commits each file before it notes that the file has run, takes no lock, and its
automatic migrations know no composite, partial or expression indexes and no exclusion constraints, which is where this
schema keeps its rules (piccolo 1.38; piccolo issue 1188). SQL says them plainly, and a list of files is all there is to
understand.

A migration is ``migrations/NNNN_words.sql``. Once released it is never edited: the next change is the next file. It
holds no BEGIN or COMMIT and nothing that refuses to run in a transaction (CREATE INDEX CONCURRENTLY), and it must
run on PostgreSQL 15 to 18.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from app.database import driver
from app.database.errors import DatabaseVersionError, MigrationError
from app.database.unit_of_work import execute, fetch, fetch_value, unit_of_work

FOLDER = Path(__file__).with_name("migrations")

# Any fixed number will do: it names the lock that migrating servers queue for ("turbil" in ASCII).
_LOCK = int.from_bytes(b"turbil", "big")

_FILE_NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
_TRANSACTION_CONTROL = re.compile(
    r"^\s*(begin\s*;|start\s+transaction|commit\b|rollback\b|end\s+transaction)", re.IGNORECASE | re.MULTILINE
)

_BOOK = """
create table if not exists schema_migration (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default now()
)
"""


@dataclass(frozen=True)
class Migration:
    """One file: its name without ``.sql``, its text, and the hash of its text with Unix line ends."""

    name: str
    sql: str
    sha256: str


def read_migrations(folder: Path = FOLDER) -> list[Migration]:
    """All migrations in ``folder`` in the order they run.

    Raises:
        MigrationError: a file has an odd name, shares its number with another, or holds its own COMMIT.
    """
    migrations: list[Migration] = []
    for path in sorted(folder.glob("*.sql")):
        if not _FILE_NAME.fullmatch(path.name):
            raise MigrationError(f"The migration {path.name} must be named like 0001_words.sql.")
        if migrations and migrations[-1].name[:4] == path.name[:4]:
            raise MigrationError(f"Two migrations have the number {path.name[:4]}; renumber the later one.")
        sql = path.read_bytes().replace(b"\r\n", b"\n").decode("utf-8")
        if _TRANSACTION_CONTROL.search(sql):
            raise MigrationError(f"The migration {path.name} begins or ends a transaction itself; take that out.")
        migrations.append(Migration(path.stem, sql, hashlib.sha256(sql.encode()).hexdigest()))
    return migrations


async def migrate(folder: Path | None = None) -> list[str]:
    """Bring the open database up to date and return the names that were applied now.

    Everything, the bookkeeping too, is one transaction under a lock: of several servers that start together one works
    and the others find nothing to do, and a crash leaves the database as it was.

    Raises:
        MigrationError: a file failed, or an applied file has been changed since.
        DatabaseVersionError: the database has migrations that this program does not know.
    """
    migrations = read_migrations(folder or FOLDER)
    async with unit_of_work():
        await execute("select pg_advisory_xact_lock($1)", _LOCK)
        try:
            await execute(_BOOK)
        except driver.PostgresError as error:
            first_line = (str(error).splitlines() or ["unknown error"])[0]
            raise MigrationError(
                f"The database refuses to be set up ({first_line}); make turbil's role the owner of the database, "
                "or grant it CREATE on the schema public. Nothing was touched."
            ) from error
        applied = {row["name"]: row["sha256"] for row in await fetch("select name, sha256 from schema_migration")}
        _refuse_misfits(migrations, applied)
        pending = [migration for migration in migrations if migration.name not in applied]
        for migration in pending:
            await _apply(migration)
    return [migration.name for migration in pending]


def _refuse_misfits(migrations: list[Migration], applied: dict[str, str]) -> None:
    known = {migration.name: migration for migration in migrations}
    unknown = sorted(applied.keys() - known.keys())
    if unknown:
        raise DatabaseVersionError(
            f"The database is newer than this program (it has {unknown[-1]}); "
            "install the newer version. Nothing was touched."
        )
    last = max(applied, default="")
    for migration in migrations:
        if migration.name in applied:
            if applied[migration.name] != migration.sha256:
                raise MigrationError(
                    f"The migration {migration.name}.sql was changed after it ran here; restore it and put the change "
                    "in a new file. Nothing was touched."
                )
        elif migration.name < last:
            raise MigrationError(f"The migration {migration.name}.sql comes before {last}, which has run; renumber it.")


async def _apply(migration: Migration) -> None:
    before = await fetch_value("select pg_current_xact_id()::text")
    try:
        await execute(migration.sql)
    except driver.PostgresError as error:
        first_line = (str(error).splitlines() or ["unknown error"])[0]
        place = _line(migration.sql, getattr(error, "position", None))
        raise MigrationError(
            f"The migration {migration.name}.sql failed{place} ({first_line}); the database is as it was before."
        ) from error
    # The pattern above is a courtesy; this is the proof that the file did not commit half of the work.
    if await fetch_value("select pg_current_xact_id()::text") != before:
        raise MigrationError(f"The migration {migration.name}.sql ended the transaction itself; restore from a backup.")
    await execute("insert into schema_migration (name, sha256) values ($1, $2)", migration.name, migration.sha256)


def _line(sql: str, position: str | None) -> str:
    """`` at line N`` for PostgreSQL's character position, which counts from 1; nothing when it gave none."""
    if position is None or not position.isdigit():
        return ""
    return f" at line {sql.count(chr(10), 0, int(position) - 1) + 1}"
