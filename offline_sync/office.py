"""The office's commands over HTTP: one typed route per command type, generated, all through the one dispatcher."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from app.identity.actor import Actor
from app.web.structs import Body
from offline_sync.commands import CommandRefused, CommandType
from offline_sync.dispatcher import Dispatcher, OfficeCommand
from offline_sync.problems import refused, told


class OfficeReply(msgspec.Struct, frozen=True):
    """``rv``: the aggregate's row version now, when the command tells it; the next command's ``base_rv``."""

    id: UUID
    verdict: str
    duplicate: bool
    result: Mapping[str, Any]
    rv: int | None


def office_routes(dispatcher: Dispatcher) -> tuple[HTTPRouteHandler, ...]:
    """``POST /api/commands/<type>`` for every type that the office may send."""
    return tuple(_route(dispatcher, kind) for kind in dispatcher.types.values() if "office" in kind.origins)


def _route(dispatcher: Dispatcher, kind: CommandType) -> HTTPRouteHandler:
    words = kind.name.replace(".", "_")
    envelope = msgspec.defstruct(
        "".join(word.capitalize() for word in words.split("_")) + "Command",
        [("id", UUID), ("args", kind.arguments), ("aggregate", UUID | None, None), ("base_rv", int | None, None)],
        bases=(Body,),
        kw_only=True,
        frozen=True,
        module=__name__,
    )

    async def run(data: Any, actor: Any, request: Any) -> OfficeReply:
        command = OfficeCommand(id=data.id, args=data.args, aggregate=data.aggregate, base_rv=data.base_rv)
        try:
            with told():
                result = await dispatcher.office(actor, kind.name, command, raw=await request.body())
        except CommandRefused as error:
            raise refused(error, dispatcher.sentences) from None
        return OfficeReply(result.id, result.verdict, result.duplicate, result.result, result.rv)

    body_of: Any = JSONBody
    # The body's type exists only now, so the annotations are objects here, not text.
    run.__annotations__ = {
        "data": body_of[envelope],
        "actor": NamedDependency[Actor],
        "request": Request[Any, Any, Any],
        "return": OfficeReply,
    }
    run.__doc__ = kind.summary
    return post(
        f"/api/commands/{kind.name}",
        status_code=200,
        operation_id=words,
        summary=kind.summary,
        opt={"permission": kind.permission},
        tags=["commands"],
    )(run)
