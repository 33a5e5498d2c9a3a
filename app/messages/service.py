"""Messages to people: stored in the same transaction as the change they tell of; the push is only a hint (SR-27)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from app.database import execute, fetch, fetch_row, new_id
from app.jobs import enqueue
from app.messages.pusher import Pusher, Subscription, SubscriptionGone
from app.messages.texts import TEXTS, push_text


async def send_message(
    *,
    region_id: UUID,
    recipient_id: UUID,
    kind: str,
    work_order_id: UUID | None,
    params: Mapping[str, Any],
    once_key: str,
) -> None:
    """Store a message and, for each of the recipient's phones, a job that pushes the hint if the recipient wants it.

    Args:
        kind: a key of ``texts.TEXTS``.
        params: values of the sentence: order number, reason; nothing that identifies a patient (SR-07).
        once_key: the same key twice is one message, so a repeated command tells nobody twice (I12).
    """
    if kind not in TEXTS:
        raise KeyError(kind)
    message_id = new_id()
    stored = await fetch_row(
        "insert into message (id, region_id, recipient_id, kind, work_order_id, params, once_key)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (once_key) do nothing returning id",
        message_id,
        region_id,
        recipient_id,
        kind,
        work_order_id,
        dict(params),
        once_key,
    )
    if stored is None:
        return
    for subscription in await fetch(
        "select id from push_subscription where user_id = $1 and dropped_at is null"
        " and not exists (select from push_choice where user_id = $1 and kind = $2 and not wanted)",
        recipient_id,
        kind,
    ):
        await enqueue(
            "push.send",
            {"message_id": str(message_id), "subscription_id": str(subscription["id"])},
            once_key=f"push:{message_id}:{subscription['id']}",
        )


async def push_message(pusher: Pusher, message_id: UUID, subscription_id: UUID) -> None:
    """Push the hint of one message to one subscription, unless it was read, or the user or phone is gone."""
    row = await fetch_row(
        "select m.kind, u.language, s.endpoint, s.p256dh, s.auth"
        " from message m join user_account u on u.id = m.recipient_id"
        " join push_subscription s on s.id = $2 and s.user_id = m.recipient_id"
        " where m.id = $1 and m.read_at is null and u.active and s.dropped_at is null",
        message_id,
        subscription_id,
    )
    if row is None:
        return
    payload = {
        "title": "Turbil",
        "body": push_text(row["kind"], row["language"]),
        "tag": str(message_id),
        "url": "/messages",
    }
    try:
        await pusher.send(Subscription(row["endpoint"], row["p256dh"], row["auth"]), payload, message_id)
    except SubscriptionGone:
        await execute("update push_subscription set dropped_at = now() where id = $1", subscription_id)
