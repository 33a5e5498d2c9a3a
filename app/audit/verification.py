"""``turbil audit verify``: does the log still say what was chained, and is the chain as long as anchored? (SR-09)"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from app.audit.anchors import AnchorError, Anchors, Statement
from app.audit.digest import FIELDS_SQL, GENESIS, batch_hash, line
from app.database import Record, connection, fetch_row, unit_of_work

_PREFETCH: Final = 2000


@dataclass(frozen=True)
class VerifyReport:
    """What was found.

    Attributes:
        ok: False when anything that was chained or anchored no longer holds.
        batches, rows: how much was checked.
        anchors: how many anchors hold.
        anchored_at: when the newest was made, or None: until then the chain's end can be cut unseen.
        first_fault: one line about the first fault, or "".
        fault_batch, fault_position, fault_command: where it is, as far as that can be told.
        unchained_rows: commands not chained yet, parked ones aside.
        unchained_seconds: age of the oldest of them; more than a minute means that the job stands still.
        parked_rows: commands that wait for their verdict, and for the chain.
    """

    ok: bool
    batches: int
    rows: int
    anchors: int
    anchored_at: datetime | None
    first_fault: str
    fault_batch: int | None
    fault_position: int | None
    fault_command: str | None
    unchained_rows: int
    unchained_seconds: float
    parked_rows: int


@dataclass(frozen=True)
class _Fault:
    sentence: str
    batch: int | None = None
    position: int | None = None
    command: str | None = None


async def verify(data: Path) -> VerifyReport:
    """Check the whole chain against the log and the anchors in the ``data`` folder, reading only, row by row."""
    statements: list[Statement] = []
    fault = ""
    try:
        statements = Anchors(data).read_all()
    except AnchorError as error:
        fault = str(error)
    async with unit_of_work("repeatable read"):
        return await examine(statements, fault)


async def examine(statements: Sequence[Statement], anchor_fault: str = "") -> VerifyReport:
    """The same inside the caller's unit of work, with the anchors already read.

    Args:
        statements: what the anchors say, oldest first.
        anchor_fault: what is wrong with the anchors themselves, or "".
    """
    chain = _Chain({statement.number: bytes.fromhex(statement.hash) for statement in statements})
    fault = _Fault(anchor_fault) if anchor_fault else None
    try:
        await chain.walk()
    except _FaultFound as found:
        fault = fault or found.fault
    fault = fault or chain.missing_end(statements)
    tail = await fetch_row(
        """
        select count(*) filter (where c.verdict <> 'parked') as unchained,
               extract(epoch from now() - min(c.received_at) filter (where c.verdict <> 'parked'))::float8 as age,
               count(*) filter (where c.verdict = 'parked') as parked
        from command_log c where not exists (select 1 from audit_entry e where e.command_id = c.id)
        """
    )
    return VerifyReport(
        ok=fault is None,
        batches=chain.batches,
        rows=chain.rows,
        anchors=len(statements),
        anchored_at=statements[-1].at if statements else None,
        first_fault=fault.sentence if fault else "",
        fault_batch=fault.batch if fault else None,
        fault_position=fault.position if fault else None,
        fault_command=fault.command if fault else None,
        unchained_rows=tail["unchained"] if tail else 0,
        unchained_seconds=max(tail["age"] or 0.0, 0.0) if tail else 0.0,
        parked_rows=tail["parked"] if tail else 0,
    )


class _FaultFound(Exception):
    def __init__(self, fault: _Fault) -> None:
        super().__init__(fault.sentence)
        self.fault = fault


class _Chain:
    """A walk along the chain that stops at the first fault. A batch that does not add up is named as a whole: which of
    its rows was changed cannot be told from one hash, unless a row is missing, doubled or disagrees with itself."""

    def __init__(self, anchored: dict[int, bytes]) -> None:
        self._anchored = anchored
        self._previous = GENESIS
        self.batches = 0
        self.rows = 0

    async def walk(self) -> None:
        """Check every batch in order.

        Raises:
            _FaultFound: at the first that does not hold.
        """
        batches = _stream("select number, previous_hash, hash, rows from audit_batch order by number")
        entries = _stream(
            f"""
            select e.batch, e.position, e.command_id, c.payload_sha256, {FIELDS_SQL}
            from audit_entry e left join command_log c on c.id = e.command_id
            order by e.batch, e.position
            """  # noqa: S608 - constants of ours
        )
        entry = await anext(entries, None)
        async for batch in batches:
            number = self.batches + 1
            if batch["number"] != number:
                raise _FaultFound(_Fault(f"Batch {number} is missing.", number))
            lines: list[bytes] = []
            while entry is not None and entry["batch"] == number:
                lines.append(self._checked_line(entry, len(lines)))
                entry = await anext(entries, None)
            self._check_batch(batch, lines)
        if entry is not None:
            number = entry["batch"]
            raise _FaultFound(_Fault(f"Batch {number} is missing, but not its rows.", number))

    def _checked_line(self, entry: Record, expected: int) -> bytes:
        at = (entry["batch"], entry["position"], str(entry["command_id"]))
        if entry["position"] != expected:
            raise _FaultFound(_Fault(f"Batch {at[0]}: the row at position {expected} is missing.", at[0], expected))
        if entry["id"] is None:
            raise _FaultFound(_Fault(f"Batch {at[0]}: command {at[2]} is missing.", *at))
        if entry["payload_sha256"] != entry["sha256"]:
            raise _FaultFound(_Fault(f"Batch {at[0]}: command {at[2]} was changed: its content.", *at))
        return line(entry)

    def _check_batch(self, batch: Record, lines: list[bytes]) -> None:
        number: int = batch["number"]
        found = batch_hash(number, self._previous, lines)
        if batch["previous_hash"] != self._previous:
            raise _FaultFound(_Fault(f"Batch {number} does not follow the one before it.", number))
        if batch["rows"] != len(lines):
            raise _FaultFound(
                _Fault(f"Batch {number} has {len(lines)} rows instead of {batch['rows']}.", number, len(lines))
            )
        if batch["hash"] != found:
            raise _FaultFound(_Fault(f"Batch {number} was changed: its commands are not what was chained.", number))
        if self._anchored.get(number, found) != found:
            raise _FaultFound(_Fault(f"Batch {number} is not the anchored one: the chain was made anew.", number))
        self._previous = found
        self.batches = number
        self.rows += len(lines)

    def missing_end(self, statements: Sequence[Statement]) -> _Fault | None:
        """The fault that the anchors know of batches which are not there, or None."""
        furthest = max((statement.number for statement in statements), default=0)
        if furthest > self.batches:
            return _Fault(f"The end is missing: batch {furthest} was anchored.", self.batches + 1)
        return None


async def _stream(sql: str) -> AsyncIterator[Record]:
    """The rows of a query, a few thousand in memory at a time."""
    async with connection() as open_connection:
        cursor: Any = open_connection.cursor(sql, prefetch=_PREFETCH)
        async for row in cursor:
            yield row
