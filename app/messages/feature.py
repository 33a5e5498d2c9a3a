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
from app.messages.texts import MessageKind, in_app_text
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


class PutAwayMessages(Arguments, frozen=True):
    """Messages that the reader has done with; ``away`` False takes them back."""

    message_ids: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=200)]
    away: bool = True


async def put_away_messages(context: CommandContext, arguments: PutAwayMessages) -> Outcome:
    """Take own messages out of the inbox. They stay on record until retention ends them."""
    await repository.put_away(context.actor.user_id, arguments.message_ids, away=arguments.away)
    return Applied()


class ChoosePush(Arguments, frozen=True):
    """Whether the reader's phones ring for a kind of message."""

    kind: MessageKind
    wanted: bool


async def choose_push(context: CommandContext, arguments: ChoosePush) -> Outcome:
    """Keep the choice; it holds for messages from now on."""
    await repository.choose_push(context.actor.user_id, arguments.kind, wanted=arguments.wanted)
    return Applied()


def _parameters(actor: Actor, _now: datetime) -> Sequence[Any]:
    return (actor.user_id,)


def _with_text(row: Row, actor: Actor) -> Row:
    return {**row, "text": in_app_text(row["kind"], actor.language, row["params"])}


MESSAGE_VIEW = View(
    kind="message",
    keys_sql=(
        "select id, rv, 5 as urgency from message where recipient_id = $1 and put_away_at is null"
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
    """The inbox, its pushes, and the commands of the reader."""
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
            CommandType(
                name="message.put_away",
                version=1,
                arguments=PutAwayMessages,
                handler=put_away_messages,
                permission="message.read",
                aggregate_kind="",
                summary="Lagt undan meddelande",
            ),
            CommandType(
                name="message.choose_push",
                version=1,
                arguments=ChoosePush,
                handler=choose_push,
                permission="message.read",
                aggregate_kind="",
                summary="Valt notiser",
            ),
        ),
        views=(MESSAGE_VIEW,),
        routes=message_routes(settings, keys.application_server_key),
        jobs={"push.send": send},
    )
