"""A region's templates and print profiles: the built-in ones, changed and joined by its own rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import msgspec

from app.database import fetch, fetch_row
from labels.profiles import PrintProfile
from labels.standard import PROFILES, TEMPLATES
from labels.template import LabelTemplate

T = TypeVar("T", bound=LabelTemplate | PrintProfile)
Table = Literal["label_template", "label_profile"]


@dataclass(frozen=True)
class Stored(Generic[T]):
    """A template or profile of a region. ``rv`` is None for a built-in one that nobody has changed."""

    id: UUID
    value: T
    rv: int | None
    retired: bool = False


async def templates_of(region_id: UUID) -> list[Stored[LabelTemplate]]:
    """Return the region's templates that are in use: built-in ones in their order, then its own by name."""
    return await _all(region_id, "label_template", TEMPLATES, LabelTemplate)


async def profiles_of(region_id: UUID) -> list[Stored[PrintProfile]]:
    """Return the region's profiles that are in use."""
    return await _all(region_id, "label_profile", PROFILES, PrintProfile)


async def find_template(region_id: UUID, template_id: UUID) -> LabelTemplate | None:
    """Return a template in use."""
    found = next((one for one in await templates_of(region_id) if one.id == template_id), None)
    return None if found is None else found.value


async def find_profile(region_id: UUID, profile_id: UUID) -> PrintProfile | None:
    """Return a profile in use."""
    found = next((one for one in await profiles_of(region_id) if one.id == profile_id), None)
    return None if found is None else found.value


async def _all(region_id: UUID, table: Table, standard: Mapping[UUID, T], kind: type[T]) -> list[Stored[T]]:
    rows = await fetch(
        f"select id, document, retired, rv from {table} where region_id = $1 order by swedish_order(name)",  # noqa: S608
        region_id,
    )
    own: dict[UUID, Stored[T]] = {}
    for row in rows:
        own[row["id"]] = Stored(row["id"], msgspec.convert(row["document"], kind), row["rv"], row["retired"])
    built_in = [own.pop(stored_id, Stored(stored_id, value, None)) for stored_id, value in standard.items()]
    return [stored for stored in (*built_in, *own.values()) if not stored.retired]


async def is_taken(region_id: UUID, table: Table, name: str, other_than: UUID) -> bool:
    """True when another template or profile in use has that name, upper or lower case."""
    listed: list[Any] = [*await (templates_of(region_id) if table == "label_template" else profiles_of(region_id))]
    return any(one.value.name.casefold() == name.casefold() and one.id != other_than for one in listed)


async def lock_stored(region_id: UUID, table: Table, stored_id: UUID) -> tuple[dict[str, Any], int | None] | None:
    """Return document and row version of the region's row, locked, or a built-in document; None for neither."""
    row = await fetch_row(
        f"select document, rv from {table} where region_id = $1 and id = $2 for update",  # noqa: S608 - a constant
        region_id,
        stored_id,
    )
    if row is not None:
        return row["document"], row["rv"]
    standard: Mapping[UUID, LabelTemplate | PrintProfile] = TEMPLATES if table == "label_template" else PROFILES
    built_in = standard.get(stored_id)
    return None if built_in is None else (msgspec.to_builtins(built_in), None)


async def store(
    region_id: UUID,
    table: Table,
    stored_id: UUID,
    value: LabelTemplate | PrintProfile,
    *,
    retired: bool,
    by: UUID,
    at: datetime,
) -> int:
    """Store a template or profile as it is from now on. Returns its row version."""
    kind = (value.kind,) if isinstance(value, LabelTemplate) else ()
    column, place, change = (", kind", ", $8", ", kind = excluded.kind") if kind else ("", "", "")
    row = await fetch_row(
        f"insert into {table} (region_id, id, name, document, retired, changed_by, changed_at{column})"  # noqa: S608
        f" values ($1, $2, $3, $4, $5, $6, $7{place}) on conflict (region_id, id) do update set"
        " name = excluded.name, document = excluded.document, retired = excluded.retired,"
        f" changed_by = excluded.changed_by, changed_at = excluded.changed_at{change} returning rv",
        region_id,
        stored_id,
        value.name,
        msgspec.to_builtins(value),
        retired,
        by,
        at,
        *kind,
    )
    rv: int = row["rv"] if row is not None else 0
    return rv
