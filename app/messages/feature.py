"""Messages and web push, as handed to main."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import httpx
from msgspec import Meta

from app.feature import Feature
from app.identity.actor import Actor
from app.messages import repository
from app.messages.keys import load_vapid_keys
from app.messages.pusher import Pusher
from app.messages.routes import message_routes
from app.messages.service import push_message
from app.messages.texts import in_app_text
from app.settings import Settings
from offline_sync.commands import Applied, Arguments, CommandContext, CommandType, Outcome
from offline_sync.views import Row, View


class ReadMessages(Arguments, frozen=True):
    """Messages that the reader has opened."""

    message_ids: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=200)]


async def read_messages(context: CommandContext, arguments: ReadMessages) -> Outcome:
    """Mark own messages as read."""
    await repository.mark_read(context.actor.user_id, arguments.message_ids)
    return Applied()


def _parameters(actor: Actor, _now: datetime) -> Sequence[Any]:
    return (actor.user_id,)


def _with_text(row: Row, actor: Actor) -> Row:
    return {**row, "text": in_app_text(row["kind"], actor.language, row["params"])}


MESSAGE_VIEW = View(
    kind="message",
    keys_sql=(
        "select id, rv, 5 as urgency from message where recipient_id = $1"
        " and (read_at is null or created_at > now() - interval '30 days')"
    ),
    parameters=_parameters,
    rows_sql=(
        "select id, jsonb_build_object('id', id, 'kind', kind, 'params', params, 'work_order_id', work_order_id,"
        " 'created_at', created_at, 'read_at', read_at) as row from message where id = any($1::uuid[])"
    ),
    scopes=lambda actor: frozenset({actor.user_id}),
    shape=_with_text,
)


def feature(settings: Settings) -> Feature:
    """The inbox, its pushes, and the command that marks messages as read."""
    keys = load_vapid_keys(settings.data)
    pusher = Pusher(keys, settings.push_contact, httpx.AsyncClient(follow_redirects=False))

    async def send(args: dict[str, Any]) -> None:
        await push_message(pusher, UUID(args["message_id"]), UUID(args["subscription_id"]))

    return Feature(
        name="messages",
        commands=(
            CommandType(
                name="message.read",
                version=1,
                arguments=ReadMessages,
                handler=read_messages,
                permission="message.read",
                aggregate_kind="",
                summary="Läst meddelande",
            ),
        ),
        views=(MESSAGE_VIEW,),
        routes=message_routes(settings, keys.application_server_key),
        jobs={"push.send": send},
    )
