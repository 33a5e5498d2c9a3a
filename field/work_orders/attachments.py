"""Photos and signatures that came with work on an order, for those who may see the order.

A phone names an attachment by the hash of its bytes, so what is kept is what was sent. What is shown is a picture made
anew from it, without metadata, and nothing but a picture (SR-13).
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.audit.access import log_access
from app.database import Record, fetch
from app.identity.actor import Actor
from app.web.pictures import SANDBOX, PictureRefused, clean_picture
from app.web.problems import Problem, not_found
from field.work_orders import office
from offline_sync.blobs import BlobStore

_READ: Final = {"permission": "work_order.attachment"}


class OrderAttachment(msgspec.Struct, frozen=True, kw_only=True):
    """One picture; ``position`` is its place in the order's list and its name in the address.

    ``state``: "pending" is on its way from the phone.
    """

    position: int
    role: str
    at: datetime
    by_name: str
    state: Literal["complete", "pending"]


class OrderAttachments(msgspec.Struct, frozen=True):
    """All pictures of an order, oldest first."""

    items: list[OrderAttachment]


def attachment_routes(blobs: BlobStore) -> tuple[HTTPRouteHandler, ...]:
    """The routes."""
    # A picture takes up to 150 MiB while it is made anew.
    one_at_a_time = asyncio.Semaphore(1)

    @get("/api/work-orders/{number:str}/attachments", operation_id="list_order_attachments", opt=_READ)
    async def list_order_attachments(actor: NamedDependency[Actor], number: FromPath[str]) -> OrderAttachments:
        """List what came with the work; looking at a picture is what the access log notes."""
        rows = await _rows(actor, number)
        return OrderAttachments(
            [
                OrderAttachment(
                    position=position, role=row["role"], at=row["at"], by_name=row["by_name"], state=row["state"]
                )
                for position, row in enumerate(rows, start=1)
            ]
        )

    @get("/api/work-orders/{number:str}/attachments/{position:int}", operation_id="get_order_attachment", opt=_READ)
    async def get_order_attachment(
        actor: NamedDependency[Actor], number: FromPath[str], position: FromPath[int]
    ) -> Response[bytes]:
        """Return one picture as a JPEG of our own making."""
        rows = await _rows(actor, number)
        row = rows[position - 1] if 1 <= position <= len(rows) else None
        if row is None or row["state"] != "complete":
            raise not_found()
        if row["person_id"] is not None:
            await log_access(actor, [row["person_id"]], "work_order.attachment")
        content = await blobs.read(bytes(row["sha256"]))
        try:
            async with one_at_a_time:
                picture = await asyncio.to_thread(clean_picture, content)
        except PictureRefused as error:
            raise _no_picture() from error
        return Response(picture, media_type="image/jpeg", headers=SANDBOX)

    return list_order_attachments, get_order_attachment


async def _rows(actor: Actor, number: str) -> list[Record]:
    """The attachments of an order in the reader's scope.

    Raises:
        Problem: 404, the reader has no such order.
    """
    order = await office.find_order(actor, number)
    if order is None:
        raise not_found()
    return await fetch(
        "select n.sha256, n.role, c.at_est as at, coalesce(u.name, '') as by_name, b.state, $3::uuid as person_id"
        " from command_log c join command_blob n on n.command_id = c.id join blob b on b.sha256 = n.sha256"
        " left join user_account u on u.id = c.author where c.region_id = $1 and c.aggregate = $2"
        " order by c.received_at, c.id, n.role, n.sha256",
        actor.region_id,
        UUID(order["id"]),
        order["_person_id"],
    )


def _no_picture() -> Problem:
    return Problem(
        422,
        "attachment.no_picture",
        sv=("Bilden går inte att visa", "Filen som telefonen skickade är ingen bild som kan läsas."),
        en=("The picture cannot be shown", "The file that the phone sent is no picture that can be read."),
    )
