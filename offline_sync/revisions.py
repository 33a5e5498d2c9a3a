"""A later command can change what became of an earlier one: whoever was first by event time counts (docs/sync.md R4).

The log stays as it was, for the audit chains it; what holds now is the last revision (the view ``command_standing``).
The phone learns it with its next pull, as it learns every verdict.
"""

from __future__ import annotations

from uuid import UUID

from app.database import execute, fetch_row, new_id
from offline_sync import repository
from offline_sync.repository import Verdict


async def revise_verdict(command_id: UUID, verdict: Verdict, *, caused_by: UUID) -> bool:
    """Let a command that was ``applied`` or ``recorded`` be the other, or recorded for another reason.

    A command that becomes ``recorded`` gets a review item; one that is ``applied`` after all has its open item closed.
    What a person has decided is not overruled, and a command that waits for its verdict or for its author's
    entitlement is not touched.

    Args:
        verdict: ``applied`` or ``recorded``, with what a review item needs; ``result`` is not looked at.
        caused_by: the command that brought it about.

    Returns:
        True when something changed.
    """
    # The row's lock is the verdict's: two commands that change one earlier command wait for each other.
    row = await fetch_row(
        "select c.region_id, s.verdict, s.code,"
        " exists (select from review_item r where r.command_id = c.id and r.decided_by is not null) as decided,"
        " exists (select from review_item r where r.command_id = c.id and r.state = 'open') as open"
        " from command_log c join command_standing s on s.command_id = c.id where c.id = $1 for update of c",
        command_id,
    )
    if row is None or row["decided"] or row["verdict"] not in {"applied", "recorded"}:
        return False
    if (row["verdict"], row["code"]) == (verdict.verdict, verdict.code):
        return False
    await insert_revision(command_id, verdict, caused_by=caused_by)
    if verdict.verdict == "recorded" and not row["open"]:
        await repository.open_review(row["region_id"], command_id, verdict)
    else:
        await repository.revise_review(command_id, verdict)
    return True


async def insert_revision(command_id: UUID, verdict: Verdict, *, caused_by: UUID) -> None:
    """Let ``verdict`` be what stands of a command from now on."""
    await execute(
        "insert into command_revision (id, command_id, caused_by, verdict, code, detail)"
        " values ($1, $2, $3, $4, $5, $6)",
        new_id(),
        command_id,
        caused_by,
        verdict.verdict,
        verdict.code,
        dict(verdict.detail),
    )
