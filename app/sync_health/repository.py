"""All queries about how the phones are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.database import Record, execute, fetch

#: Phones that are shown: those heard of within it, which is also how long their views are kept.
SHOWN: Final = timedelta(days=45)


async def phones(region_id: UUID) -> list[Record]:
    """The region's phones with what they last told and what waits of theirs."""
    return await fetch(
        "select d.id, u.name as user_name, u.active, d.last_seen, d.build, d.state, d.unsent, d.unsent_since,"
        " d.told_at, d.persisted, d.storage_lost_at, coalesce(w.parked, 0) as parked,"
        " coalesce(w.quarantined, 0) as quarantined, coalesce(b.attachments, 0) as attachments, b.attachments_since,"
        " exists (select from membership m where m.user_id = u.id and m.active and m.role in ('technician', 'driver'))"
        "   as in_field,"
        " exists (select from sync_device n where n.user_id = d.user_id and n.created_at > d.last_seen) as replaced"
        " from sync_device d join user_account u on u.id = d.user_id"
        " left join lateral (select count(*) filter (where s.verdict = 'parked') as parked,"
        "   count(*) filter (where s.verdict = 'quarantined') as quarantined from review_item r"
        "   join command_log c on c.id = r.command_id join command_standing s on s.command_id = c.id"
        "   where r.state = 'open' and c.device = d.id) w on true"
        " left join lateral (select count(*) as attachments, min(c.received_at) as attachments_since from blob p"
        "   join command_blob n on n.sha256 = p.sha256 join command_log c on c.id = n.command_id"
        "   where p.state = 'pending' and c.device = d.id) b on true"
        " where d.region_id = $1 and d.last_seen > now() - $2::interval"
        " order by d.last_seen desc, d.id limit 1000",
        region_id,
        SHOWN,
    )


async def missing_attachments(before: datetime, limit: int) -> list[Record]:
    """Lock and return (sha256, author, region_id, received_at) of attachments that have not come.

    Of those named before ``before``, not reminded of since then; other workers' are passed by.
    """
    return await fetch(
        "select p.sha256, c.author, c.region_id, c.received_at from blob p"
        " join lateral (select l.author, l.region_id, l.received_at from command_blob n"
        "   join command_log l on l.id = n.command_id where n.sha256 = p.sha256 and l.author is not null"
        "   order by l.received_at limit 1) c on true"
        " where p.state = 'pending' and p.created_at < $1 and c.received_at < $1"
        " and coalesce(p.chased_at, '-infinity') < $1"
        " order by p.created_at limit $2 for update of p skip locked",
        before,
        limit,
    )


async def mark_chased(hashes: Sequence[bytes], now: datetime) -> None:
    """Remember when their authors were reminded."""
    await execute("update blob set chased_at = $2 where sha256 = any($1)", list(hashes), now)


async def phones_with_old_work(before: datetime) -> list[Record]:
    """(id, region_id, user_name) of phones in use that told of work unsent since before ``before``."""
    return await fetch(
        "select d.id, d.region_id, u.name as user_name from sync_device d join user_account u on u.id = d.user_id"
        " where d.unsent > 0 and d.unsent_since < $1 and d.last_seen > now() - $2::interval order by d.id",
        before,
        SHOWN,
    )


async def planners(region_id: UUID) -> list[UUID]:
    """Who is told about the phones of a region: its active planners."""
    rows = await fetch(
        "select distinct u.id from user_account u join membership m on m.user_id = u.id and m.active"
        " where u.region_id = $1 and u.active and m.role = 'planner' order by u.id",
        region_id,
    )
    return [row["id"] for row in rows]
