"""All queries of messages and push subscriptions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.database import Record, execute, fetch, new_id

INBOX_LENGTH = 200


async def inbox(user_id: UUID) -> list[Record]:
    """The user's messages, latest first (R-305)."""
    return await fetch(
        "select id, kind, params, work_order_id, created_at, read_at from message"
        " where recipient_id = $1 and put_away_at is null order by created_at desc, id desc limit $2",
        user_id,
        INBOX_LENGTH,
    )


async def mark_read(user_id: UUID, message_ids: Sequence[UUID]) -> None:
    """Mark the user's own messages as read; others' ids do nothing."""
    await execute(
        "update message set read_at = now() where recipient_id = $1 and id = any($2) and read_at is null",
        user_id,
        list(message_ids),
    )


async def put_away(user_id: UUID, message_ids: Sequence[UUID], *, away: bool) -> None:
    """Take the user's own messages out of the inbox, or back into it; others' ids do nothing."""
    await execute(
        "update message set put_away_at = case when $3 then now() end"
        " where recipient_id = $1 and id = any($2) and (put_away_at is null) = $3",
        user_id,
        list(message_ids),
        away,
    )


async def unwanted_pushes(user_id: UUID) -> frozenset[str]:
    """The kinds of message that the user's phones stay silent for."""
    rows = await fetch("select kind from push_choice where user_id = $1 and not wanted", user_id)
    return frozenset(row["kind"] for row in rows)


async def choose_push(user_id: UUID, kind: str, *, wanted: bool) -> None:
    """Let the user's phones ring for a kind of message, or not."""
    await execute(
        "insert into push_choice (user_id, kind, wanted) values ($1, $2, $3)"
        " on conflict (user_id, kind) do update set wanted = excluded.wanted",
        user_id,
        kind,
        wanted,
    )


async def save_subscription(*, region_id: UUID, user_id: UUID, endpoint: str, p256dh: str, auth: str) -> None:
    """Keep a browser's subscription; the same browser with another user signed in moves to that user."""
    await execute(
        "insert into push_subscription (id, region_id, user_id, endpoint, p256dh, auth) values ($1, $2, $3, $4, $5, $6)"
        " on conflict (endpoint) do update set region_id = excluded.region_id, user_id = excluded.user_id,"
        " p256dh = excluded.p256dh, auth = excluded.auth, dropped_at = null",
        new_id(),
        region_id,
        user_id,
        endpoint,
        p256dh,
        auth,
    )


async def drop_subscription(user_id: UUID, endpoint: str) -> None:
    """Stop pushing to one of the user's browsers."""
    await execute(
        "update push_subscription set dropped_at = now() where user_id = $1 and endpoint = $2", user_id, endpoint
    )
