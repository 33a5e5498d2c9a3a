"""The audit's two jobs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.audit.anchors import Anchors
from app.audit.chain import chain
from app.database import fetch_row
from app.settings import Settings


async def chain_lately(_args: dict[str, Any]) -> None:
    """Chain the commands of the last while."""
    await chain()


async def anchor(settings: Settings, now: datetime | None = None) -> bool:
    """Chain whatever is left and sign how far the chain has come; False while there is no chain.

    Args:
        settings: whose data folder holds key and anchors.
        now: the time to write, for tests.
    """
    await chain(everything=True)
    head = await fetch_row(
        "select number, hash, (select sum(rows)::bigint from audit_batch) as rows"
        " from audit_batch order by number desc limit 1"
    )
    if head is None:
        return False
    Anchors(settings.data).write(
        number=head["number"], head=head["hash"], rows=head["rows"], now=now or datetime.now(UTC)
    )
    return True
