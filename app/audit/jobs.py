"""The audit's two jobs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.audit.anchors import Anchors
from app.audit.chain import chain
from app.database import fetch_row, fetch_value, unit_of_work

#: A newer anchor than this makes another superfluous: servers restart, and several workers wake at once.
ANCHOR_AFTER = timedelta(hours=20)
_LOCK = 0x7475_7262_696C_0002


async def chain_lately(_args: dict[str, Any]) -> None:
    """Chain the commands of the last while."""
    await chain()


async def anchor(data: Path, now: datetime | None = None) -> bool:
    """Chain whatever is left and sign how far the chain has come.

    Args:
        data: the folder that holds key and anchors.
        now: the time to write, for tests.

    Returns:
        False when there is no chain yet, when the newest anchor is fresh, or when another worker is at it.
    """
    now = now or datetime.now(UTC)
    await chain(everything=True)
    async with unit_of_work():
        if not await fetch_value("select pg_try_advisory_xact_lock($1)", _LOCK):
            return False
        head = await fetch_row(
            "select number, hash, (select sum(rows)::bigint from audit_batch) as rows"
            " from audit_batch order by number desc limit 1"
        )
        anchors = Anchors(data)
        earlier = anchors.read_all()
        if head is None or (earlier and now - earlier[-1].at < ANCHOR_AFTER):
            return False
        anchors.write(number=head["number"], head=head["hash"], rows=head["rows"], now=now)
    return True
