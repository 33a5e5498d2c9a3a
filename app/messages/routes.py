"""The inbox and the browsers' push subscriptions."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody
from msgspec import Meta

from app.identity.actor import Actor
from app.messages import repository
from app.messages.endpoints import MAX_ENDPOINT_LENGTH, EndpointRefused, check_endpoint
from app.messages.texts import RECIPIENTS, MessageKind, in_app_text
from app.settings import Settings
from app.web.problems import FieldError, Problem
from app.web.structs import Body, Reply

Endpoint = Annotated[str, Meta(min_length=1, max_length=MAX_ENDPOINT_LENGTH)]
_KEY = re.compile(r"^[A-Za-z0-9_-]+={0,2}$")


class Message(Reply, frozen=True):
    """A message as the inbox shows it; ``text`` is in the reader's language."""

    id: UUID
    kind: str
    text: str
    params: dict[str, Any]
    work_order_id: UUID | None
    created_at: datetime
    read_at: datetime | None


class MessageList(Reply, frozen=True):
    """Messages, latest first."""

    items: list[Message]


class PushChoice(Reply, frozen=True):
    """Whether the reader's phones ring for a kind of message."""

    kind: MessageKind
    wanted: bool


class PushChoices(Reply, frozen=True):
    """The kinds of message that the reader's roles may get."""

    items: list[PushChoice]


class PushKey(Reply, frozen=True):
    """The server's VAPID public key, base64url."""

    public_key: str


class SubscriptionKeys(Body, frozen=True):
    """The browser's keys: a P-256 point and a 16-byte secret, base64url."""

    p256dh: Annotated[str, Meta(min_length=80, max_length=100)]
    auth: Annotated[str, Meta(min_length=16, max_length=40)]


class NewSubscription(Body, frozen=True):
    """What ``PushSubscription.toJSON()`` gives."""

    endpoint: Endpoint
    keys: SubscriptionKeys


class DroppedSubscription(Body, frozen=True):
    """The subscription to drop."""

    endpoint: Endpoint


@get("/api/messages", operation_id="list_messages", opt={"permission": "message.read"})
async def list_messages(actor: NamedDependency[Actor]) -> MessageList:
    """The signed-in user's messages."""
    return MessageList(
        items=[
            Message(text=in_app_text(row["kind"], actor.language, row["params"]), **dict(row))
            for row in await repository.inbox(actor.user_id)
        ]
    )


@get("/api/push/choices", operation_id="list_push_choices", opt={"permission": "message.read"})
async def list_push_choices(actor: NamedDependency[Actor]) -> PushChoices:
    """What the signed-in user's phones ring for; changed by ``message.choose_push``."""
    silent = await repository.unwanted_pushes(actor.user_id)
    kinds = [kind for kind, roles in RECIPIENTS.items() if actor.has(*roles)]
    return PushChoices(items=[PushChoice(kind=kind, wanted=kind not in silent) for kind in kinds])


@delete("/api/push/subscriptions", operation_id="drop_subscription", opt={"permission": "message.read"})
async def drop_subscription(data: JSONBody[DroppedSubscription], actor: NamedDependency[Actor]) -> None:
    """Stop pushing to this browser."""
    await repository.drop_subscription(actor.user_id, data.endpoint)


def message_routes(settings: Settings, public_key: str) -> tuple[HTTPRouteHandler, ...]:
    """The routes; two of them know the server's key and its list of push services."""

    @get("/api/push/key", operation_id="push_key", opt={"permission": "message.read"})
    async def push_key() -> PushKey:
        """The key a browser subscribes with."""
        return PushKey(public_key=public_key)

    @post("/api/push/subscriptions", operation_id="subscribe", opt={"permission": "message.read"})
    async def subscribe(data: JSONBody[NewSubscription], actor: NamedDependency[Actor]) -> None:
        """Push hints of new messages to this browser (SR-26)."""
        try:
            check_endpoint(data.endpoint, settings.push_hosts, allow_loopback=settings.push_loopback)
        except EndpointRefused:
            raise _refused("endpoint") from None
        for name in ("p256dh", "auth"):
            if not _KEY.match(getattr(data.keys, name)):
                raise _refused(f"keys.{name}")
        await repository.save_subscription(
            region_id=actor.region_id,
            user_id=actor.user_id,
            endpoint=data.endpoint,
            p256dh=data.keys.p256dh,
            auth=data.keys.auth,
        )

    return (list_messages, list_push_choices, drop_subscription, push_key, subscribe)


def _refused(path: str) -> Problem:
    return Problem(
        400,
        "push.endpoint_refused",
        sv=("Den här webbläsaren kan inte få notiser", "Notistjänsten är inte en av dem som servern får använda."),
        en=("This browser cannot get notifications", "Its push service is not one that the server may use."),
        errors=[FieldError(path, "not allowed")],
    )
