"""The ledger of a shelf: what of each article lies there. Lines are only added; the database keeps the sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from app.database import execute, fetch, fetch_value, new_id

EntryKind: TypeAlias = Literal["used", "filled", "returned", "counted"]


@dataclass(frozen=True)
class Entry:
    """So many more (or, below nothing, fewer) of an article at a place."""

    location_id: UUID
    article_id: UUID
    quantity: int
    kind: EntryKind
    part_id: UUID | None = None


@dataclass(frozen=True)
class Shortage:
    """More was taken from a shelf than the books say lay there (sync case 29)."""

    location_id: UUID
    location_name: str
    article_number: str
    article_name: str
    quantity: int


async def write(region_id: UUID, by: UUID, command_id: UUID, at: datetime, entries: Sequence[Entry]) -> None:
    """Add lines to the ledger, in one statement."""
    await execute(
        "insert into stock_entry (id, region_id, location_id, article_id, quantity, kind, part_id, by_id, command_id,"
        " at) select e.id, $1, e.location_id, e.article_id, e.quantity, e.kind, e.part_id, $2, $3, $4"
        " from unnest($5::uuid[], $6::uuid[], $7::uuid[], $8::integer[], $9::text[], $10::uuid[])"
        "   as e (id, location_id, article_id, quantity, kind, part_id) order by e.location_id, e.article_id",
        region_id,
        by,
        command_id,
        at,
        [new_id() for _ in entries],
        [entry.location_id for entry in entries],
        [entry.article_id for entry in entries],
        [entry.quantity for entry in entries],
        [entry.kind for entry in entries],
        [entry.part_id for entry in entries],
    )


async def shortages(entries: Sequence[Entry]) -> list[Shortage]:
    """Return what is below nothing now among the shelves and articles that something was taken from."""
    taken = [entry for entry in entries if entry.quantity < 0]
    rows = await fetch(
        "select b.location_id, l.name as location_name, a.number as article_number, a.name as article_name, b.quantity"
        " from stock_balance b join location l on l.id = b.location_id join article a on a.id = b.article_id"
        " where b.quantity < 0 and (b.location_id, b.article_id) in"
        "   (select * from unnest($1::uuid[], $2::uuid[])) order by l.name, a.number",
        [entry.location_id for entry in taken],
        [entry.article_id for entry in taken],
    )
    return [Shortage(**dict(row)) for row in rows]


async def balances(location_id: UUID, articles: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many of the articles lie at a place; the rows are locked. What was never there is left out."""
    rows = await fetch(
        "select article_id, quantity from stock_balance where location_id = $1 and article_id = any($2)"
        " order by article_id for update",
        location_id,
        list(articles),
    )
    return {row["article_id"]: row["quantity"] for row in rows}


async def articles_by_number(region_id: UUID, numbers: Sequence[str]) -> dict[str, UUID]:
    """Return the region's articles of these numbers that are kept by quantity."""
    rows = await fetch(
        "select number, id from article where region_id = $1 and number = any($2) and not individually_numbered",
        region_id,
        list(numbers),
    )
    return {row["number"]: row["id"] for row in rows}


async def is_van(region_id: UUID, location_id: UUID) -> bool:
    """True for a van of the region."""
    query = "select exists (select from location where region_id = $1 and id = $2 and kind = 'van')"
    return bool(await fetch_value(query, region_id, location_id))


async def choose_van(user_id: UUID, van_id: UUID | None) -> None:
    """The user drives this van from now on, or none."""
    await execute("update user_account set van_id = $2 where id = $1", user_id, van_id)
