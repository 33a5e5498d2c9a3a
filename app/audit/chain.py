"""The hash chain over the command log (SR-09): batches closed by a job, so that no writer waits for another.

Every few seconds the commands that have not been chained yet are put in id order and become one batch: their lines and
the previous batch's hash give its hash (digest.py). Phones make ids and transactions end out of order; a command that
was not visible yet simply falls into a later batch. A ``parked`` command is chained when it has its verdict.
"""

from __future__ import annotations

from app.audit.digest import FIELDS_SQL, GENESIS, batch_hash, line
from app.audit.verification import VerifyReport, verify
from app.database import Record, execute, execute_many, fetch, fetch_row, fetch_value, unit_of_work

__all__ = ["VerifyReport", "chain", "verify"]

ROWS_PER_BATCH = 5000
#: How far back the frequent search looks behind the newest batch; the daily one looks at everything.
_LOOK_BACK = "1 hour"
#: Names the lock that lets one worker chain at a time; any number, but always this one.
_LOCK = 0x7475_7262_696C_0001

_UNCHAINED = "c.verdict <> 'parked' and not exists (select 1 from audit_entry e where e.command_id = c.id)"


async def chain(*, everything: bool = False) -> int:
    """Chain what has not been chained, and answer how many commands that was; 0 when another worker is at it.

    Args:
        everything: look at the whole log, not only at what came lately.
    """
    total = 0
    while True:
        rows = await _close_batch(everything=everything)
        total += rows
        if rows < ROWS_PER_BATCH:
            return total


async def _close_batch(*, everything: bool) -> int:
    async with unit_of_work():
        if not await fetch_value("select pg_try_advisory_xact_lock($1)", _LOCK):
            return 0
        head = await fetch_row("select number, hash, closed_at from audit_batch order by number desc limit 1")
        rows = await _unchained(head, everything=everything)
        if not rows:
            return 0
        number = head["number"] + 1 if head else 1
        previous = head["hash"] if head else GENESIS
        await execute(
            "insert into audit_batch (number, previous_hash, hash, rows, closed_at)"
            " values ($1, $2, $3, $4, clock_timestamp())",
            number,
            previous,
            batch_hash(number, previous, (line(row) for row in rows)),
            len(rows),
        )
        await execute_many(
            "insert into audit_entry (command_id, batch, position) values ($1, $2, $3)",
            [(row["id"], number, position) for position, row in enumerate(rows)],
        )
    return len(rows)


async def _unchained(head: Record | None, *, everything: bool) -> list[Record]:
    since = None if head is None or everything else head["closed_at"]
    return await fetch(
        f"""
        select {FIELDS_SQL} from command_log c
        where {_UNCHAINED} and ($1::timestamptz is null or c.received_at > $1 - interval '{_LOOK_BACK}')
        order by c.id limit {ROWS_PER_BATCH}
        """,  # noqa: S608 - constants of ours
        since,
    )
