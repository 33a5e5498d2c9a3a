"""Who and what place had a device, from the first thing known of it until now (SR-28), for those who may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.database import fetch, fetch_row
from app.registry.protection import PROTECTED_NAME
from app.traceability.lifeline import Move, Span, SpanKind, Stay, lifeline


@dataclass(frozen=True)
class Link:
    """A span with its name. ``person_id`` only of a person, ``number`` only of a care unit or a place."""

    kind: SpanKind
    person_id: UUID | None
    number: str
    name: str
    protected: bool
    starts_at: datetime
    ends_at: datetime | None


async def find_chain(device_id: UUID) -> list[Link]:
    """Return the device's chain, oldest first. A protected person has no name (SR-40); the caller logs the look."""
    holdings = await fetch(
        "select coalesce(person_id, party_id) as holder, starts_at, ends_at from holding"
        " where device_id = $1 and starts_at is not null order by starts_at",
        device_id,
    )
    moves = await fetch(
        "select at, to_kind, to_id from custody_event where device_id = $1 and standing = 'chain' order by at, id",
        device_id,
    )
    own = await fetch_row(
        "select purchased_on::timestamp at time zone 'Europe/Stockholm' as acquired,"
        " scrapped_on::timestamp at time zone 'Europe/Stockholm' as scrapped from device where id = $1",
        device_id,
    )
    spans = lifeline(
        [Stay(row["holder"], row["starts_at"], row["ends_at"]) for row in holdings],
        [Move(row["at"], row["to_kind"], row["to_id"]) for row in moves],
        acquired=own["acquired"] if own else None,
        scrapped=own["scrapped"] if own else None,
    )
    # A purchase has a day and no time of day: bought and lent on one day leaves no time between.
    if len(spans) > 1 and own and own["acquired"] == spans[0].starts_at and _ends_that_day(spans[0]):
        spans = spans[1:]
    return await _named(spans)


def _ends_that_day(span: Span) -> bool:
    return span.kind == "unrecorded" and span.ends_at is not None and span.ends_at < span.starts_at + timedelta(days=1)


async def _named(spans: tuple[Span, ...]) -> list[Link]:
    subjects = {span.subject for span in spans if span.subject is not None}
    rows = await fetch(
        "select id, true as person, '' as number, concat_ws(' ', first_name, last_name) as name, protected_identity"
        " from person where id = any($1::uuid[])"
        " union all select id, false, number, name, false from party where id = any($1::uuid[])"
        " union all select id, false, number, name, false from location where id = any($1::uuid[])",
        list(subjects),
    )
    names = {row["id"]: row for row in rows}
    links = []
    for span in spans:
        row = None if span.subject is None else names.get(span.subject)
        protected = bool(row and row["protected_identity"])
        links.append(
            Link(
                kind=span.kind,
                person_id=row["id"] if row and row["person"] else None,
                number=row["number"] if row else "",
                name=PROTECTED_NAME if protected else (row["name"] if row else ""),
                protected=protected,
                starts_at=span.starts_at,
                ends_at=span.ends_at,
            )
        )
    return links
