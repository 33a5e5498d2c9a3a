"""All queries of the pull and of its upkeep. They run in the pull's one REPEATABLE READ transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from app.database import execute, fetch, fetch_row, fetch_value
from offline_sync.digest import Digest
from offline_sync.views import View

TELLING: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class PullState:
    """What the server remembers of a phone's view; see docs/sync.md section 4."""

    id: UUID
    user_id: UUID
    state: str
    last_seq: int
    last_pull: int
    base_cookie: UUID | None
    pend_cookie: UUID | None
    has_snapshot: bool
    snap_day: date | None
    storage_id: UUID | None
    unsent: int | None
    persisted: bool | None
    told_at: datetime | None
    digest: Digest


class ToldByPhone(Protocol):
    """See pull.py's ``Told``."""

    @property
    def unsent(self) -> int: ...
    @property
    def oldest_seconds(self) -> int: ...
    @property
    def persisted(self) -> bool | None: ...
    @property
    def storage_lost(self) -> bool: ...


@dataclass(frozen=True)
class Change:
    """A row whose version on the phone is not the server's. ``rv`` None: the row left the view."""

    kind: str
    id: UUID
    rv: int | None
    old_rv: int | None
    urgency: int


async def lock_state(device_id: UUID, user_id: UUID) -> PullState | None:
    """The phone's row, locked: one pull at a time. None when it is not this user's."""
    row = await fetch_row(
        "select id, user_id, state, last_seq, last_pull, base_cookie, pend_cookie, snap is not null as has_snapshot,"
        " snap_day, storage_id, unsent, persisted, told_at, digest_n, digest_xor"
        " from sync_device where id = $1 and user_id = $2 for update",
        device_id,
        user_id,
    )
    if row is None:
        return None
    values = dict(row)
    digest = Digest.from_signed(values.pop("digest_n"), values.pop("digest_xor"))
    return PullState(**values, digest=digest)


async def touched_since_snapshot(device_id: UUID, scopes: Sequence[UUID]) -> bool:
    """True when a transaction that the phone's snapshot did not see has touched one of the scopes."""
    found = await fetch_value(
        "select true from sync_touch t, sync_device d where d.id = $1 and t.scope = any($2)"
        " and t.xid >= pg_snapshot_xmin(d.snap) and not pg_visible_in_snapshot(t.xid, d.snap) limit 1",
        device_id,
        list(scopes),
    )
    return bool(found)


async def note_pull(device_id: UUID, pull_seq: int) -> None:
    """Remember the newest pull of a phone to which nothing new is to be told."""
    await execute("update sync_device set last_pull = $2, last_seen = now() where id = $1", device_id, pull_seq)


async def note_told(state: PullState, told: ToldByPhone, now: datetime) -> None:
    """Keep what a phone tells about itself: when it changed, and else every quarter of an hour."""
    same = (told.unsent, told.persisted) == (state.unsent, state.persisted)
    if same and not told.storage_lost and state.told_at is not None and now - state.told_at < TELLING:
        return
    await execute(
        "update sync_device set unsent = $2, unsent_since = $3, persisted = $4, told_at = $5,"
        " storage_lost_at = case when $6 then $5 else storage_lost_at end where id = $1",
        state.id,
        told.unsent,
        now - timedelta(seconds=told.oldest_seconds) if told.unsent else None,
        told.persisted,
        now,
        told.storage_lost,
    )


async def fold_pending(device_id: UUID) -> None:
    """The phone has the last answer: what was pending is now what it has."""
    await execute(
        "delete from client_view v using client_view_pending p where v.device = $1 and p.device = $1"
        " and p.rv is null and p.kind = v.kind and p.id = v.id",
        device_id,
    )
    await execute(
        "insert into client_view (device, kind, id, rv) select device, kind, id, rv from client_view_pending"
        " where device = $1 and rv is not null on conflict (device, kind, id) do update set rv = excluded.rv",
        device_id,
    )
    await execute("delete from client_view_pending where device = $1", device_id)


async def drop_pending(device_id: UUID) -> list[tuple[str, UUID, int | None, int | None]]:
    """The phone never got the last answer. Returns (kind, id, version before, version after) of what it held."""
    rows = await fetch(
        "with gone as (delete from client_view_pending where device = $1 returning kind, id, rv)"
        " select g.kind, g.id, v.rv as before, g.rv as after from gone g"
        " left join client_view v on v.device = $1 and v.kind = g.kind and v.id = g.id",
        device_id,
    )
    return [(row["kind"], row["id"], row["before"], row["after"]) for row in rows]


async def clear_view(device_id: UUID) -> None:
    """Forget what the phone has: it starts from nothing."""
    await execute("delete from client_view where device = $1", device_id)
    await execute("delete from client_view_pending where device = $1", device_id)


async def changes_of_view(device_id: UUID, view: View, parameters: Sequence[Any], limit: int) -> list[Change]:
    """The rows of one kind that differ: those to take away first, then by urgency."""
    count = len(parameters)
    rows = await fetch(
        f"select coalesce(v.id, c.id) as id, v.rv, c.rv as old_rv, coalesce(v.urgency, -1) as urgency"  # noqa: S608 - the view's SQL is code
        f" from ({view.keys_sql}) v full join (select id, rv from client_view where device = ${count + 1}"
        f" and kind = ${count + 2}) c on c.id = v.id where v.rv is distinct from c.rv"
        f" order by v.rv is null desc, v.urgency, v.id limit ${count + 3}",
        *parameters,
        device_id,
        view.kind,
        limit,
    )
    return [Change(view.kind, row["id"], row["rv"], row["old_rv"], row["urgency"]) for row in rows]


async def changes_of_gone_kinds(device_id: UUID, kinds: Sequence[str], limit: int) -> list[Change]:
    """The phone's rows of kinds that no view gives any more."""
    rows = await fetch(
        "select kind, id, rv from client_view where device = $1 and kind <> all($2) order by kind, id limit $3",
        device_id,
        list(kinds),
        limit,
    )
    return [Change(row["kind"], row["id"], None, row["rv"], -1) for row in rows]


async def rows_of_view(view: View, ids: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """The content of the rows."""
    rows = await fetch(view.rows_sql, list(ids))
    return {row["id"]: row["row"] for row in rows}


async def insert_pending(device_id: UUID, changes: Iterable[Change]) -> None:
    """What the answer tells, until the phone's next cookie says that it came."""
    changes = list(changes)
    await execute(
        "insert into client_view_pending (device, kind, id, rv)"
        " select $1, * from unnest($2::text[], $3::uuid[], $4::bigint[])",
        device_id,
        [change.kind for change in changes],
        [change.id for change in changes],
        [change.rv for change in changes],
    )


async def store_answer(
    device_id: UUID,
    *,
    base_cookie: UUID | None,
    pend_cookie: UUID | None,
    pull_seq: int,
    schema: int,
    storage_id: UUID,
    digest: Digest,
    snap_day: date | None,
) -> None:
    """Remember the answer. ``snap_day`` None: more chunks follow, so there is no snapshot the phone is complete to."""
    await execute(
        "update sync_device set base_cookie = $2, pend_cookie = $3, last_pull = $4, schema = $5, storage_id = $6,"
        " digest_n = $7, digest_xor = $8, snap_day = $9,"
        " snap = case when $9::date is null then null else pg_current_snapshot() end, last_seen = now() where id = $1",
        device_id,
        base_cookie,
        pend_cookie,
        pull_seq,
        schema,
        storage_id,
        digest.n,
        digest.signed,
        snap_day,
    )


# ---------------------------------------------------------------- upkeep


async def prune_touches() -> int:
    """Delete touches older than a day that every phone's snapshot has seen. Returns how many.

    A phone that has been silent for two days gives up its snapshot (its next pull compares row by row), or one phone in
    a drawer would keep the touches of weeks.
    """
    await execute("update sync_device set snap = null where snap is not null and last_seen < now() - interval '2 days'")
    tag = await execute(
        "delete from sync_touch where at < now() - interval '1 day' and xid < coalesce("
        "(select pg_snapshot_xmin(snap) as oldest from sync_device where snap is not null order by oldest limit 1),"
        " pg_snapshot_xmin(pg_current_snapshot()))"
    )
    return int(tag.split()[-1])


async def prune_views() -> int:
    """Forget the views of phones silent for 45 days: their next pull starts from nothing. Returns how many phones."""
    rows = await fetch(
        "with silent as (update sync_device set base_cookie = null, pend_cookie = null, snap = null, snap_day = null,"
        " digest_n = 0, digest_xor = 0"
        " where last_seen < now() - interval '45 days' and pend_cookie is not null returning id),"
        " pending as (delete from client_view_pending p using silent s where p.device = s.id),"
        " held as (delete from client_view v using silent s where v.device = s.id) select id from silent"
    )
    return len(rows)
