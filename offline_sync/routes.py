"""The HTTP face of the protocol (docs/sync.md section 3). Thin: each route calls one module."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import anyio
import msgspec
from litestar import Request, Response, get, head, patch, post, put
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from app.database import unit_of_work
from app.identity.actor import Actor
from app.identity.permissions import PHONE
from app.identity.sessions import SignedIn, bind_sync_device
from app.web.structs import Body
from offline_sync import problems, repository
from offline_sync.blobs import BlobState, BlobStore, BlobUnknown
from offline_sync.dispatcher import Dispatcher
from offline_sync.envelope import MAX_BLOB_BYTES
from offline_sync.events import PokeListener
from offline_sync.pull import Puller, PullReply, PullRequest
from offline_sync.push import MAX_BYTES, PushReply, new_push_key, receive_push
from offline_sync.repository import SyncDevice
from offline_sync.review_hooks import ReviewOffice
from offline_sync.reviews import ReviewContent, ReviewList, list_reviews, review_content
from offline_sync.seal_key import load_seal_key, public_jwk

_NAME: Final = re.compile("[0-9a-f]{64}")

_PHONE: Final = {"permission": PHONE}
#: The push is read as it is: content that the web's own checks would refuse is kept and judged here.
_PUSH: Final = {"permission": PHONE, "body": "as_sent"}
_BLOB: Final = {"permission": PHONE, "body": "bytes"}


class Registration(Body, frozen=True, kw_only=True):
    """A new install for the signed-in user. ``storage_id`` names the phone's storage."""

    build: Annotated[str, msgspec.Meta(max_length=100)] = ""
    schema: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 1
    storage_id: UUID | None = None


class Registered(msgspec.Struct, frozen=True):
    """``push_key`` is told once and never again; ``seal_key`` is a JWK for ECDH on P-256."""

    device: UUID
    push_key: str
    seal_key: dict[str, str]
    epoch: UUID


async def _device_of(request: Request[Any, Any, Any]) -> SyncDevice:
    """The phone whose push key the request carries.

    Raises:
        Problem: 401.
    """
    scheme, _, push_key = request.headers.get("authorization", "").partition(" ")
    device = await repository.find_device(push_key.strip()) if scheme.lower() == "bearer" and push_key else None
    if device is None:
        raise problems.push_key_unknown()
    return device


def sync_routes(
    *,
    dispatcher: Dispatcher,
    puller: Puller,
    pokes: PokeListener,
    blobs: BlobStore,
    keys_folder: Path,
    review_office: dict[str, ReviewOffice],
) -> tuple[HTTPRouteHandler, ...]:
    """Registration, push, pull, pokes and the review list."""

    @post("/api/sync/device", status_code=201, operation_id="register_sync_device", opt={"permission": "sync.use"})
    async def register(data: JSONBody[Registration], signed_in: NamedDependency[SignedIn]) -> Registered:
        key = await anyio.to_thread.run_sync(load_seal_key, keys_folder)
        push_key = new_push_key()
        actor = signed_in.actor
        async with unit_of_work():
            device_id = await repository.insert_device(
                region_id=actor.region_id,
                user_id=actor.user_id,
                push_key=push_key,
                build=data.build,
                schema=data.schema,
                storage_id=data.storage_id,
            )
            await bind_sync_device(signed_in.session_id, device_id)
        return Registered(device_id, push_key, public_jwk(key), await repository.epoch())

    @post(
        "/api/sync/push",
        status_code=202,
        operation_id="sync_push",
        opt=_PUSH,
        request_max_body_size=MAX_BYTES,
    )
    async def push(request: Request[Any, Any, Any]) -> Response[PushReply]:
        device = await _device_of(request)
        with problems.told():
            reply = await receive_push(dispatcher, device.id, await request.body())
        if reply.missing_blobs:
            missing = await blobs.still_missing(reply.missing_blobs)
            reply = msgspec.structs.replace(reply, missing_blobs=missing)
        return Response(reply, status_code=409 if reply.error else 202)

    @post(
        "/api/sync/pull",
        status_code=200,
        operation_id="sync_pull",
        opt={"permission": "sync.use", "disk": "any"},
    )
    async def pull(data: JSONBody[PullRequest], actor: NamedDependency[Actor]) -> PullReply:
        with problems.told():
            return await puller.pull(actor, data)

    @get("/api/sync/events", operation_id="sync_events", opt={"permission": "sync.use"})
    async def events(actor: NamedDependency[Actor]) -> Stream:
        stream = pokes.stream(puller.scopes(actor))
        return Stream(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    @get("/api/reviews", operation_id="list_reviews", opt={"permission": "review.read"})
    async def reviews(
        actor: NamedDependency[Actor],
        # "state" is a name that the framework keeps for itself.
        review_state: Annotated[Literal["open", "decided"], QueryParameter(name="state")] = "open",
    ) -> ReviewList:
        return await list_reviews(actor, review_state, dispatcher.sentences, review_office)

    @get(
        "/api/reviews/{review_id:uuid}/content", operation_id="read_review_content", opt={"permission": "review.decide"}
    )
    async def content(actor: NamedDependency[Actor], review_id: FromPath[UUID]) -> ReviewContent:
        with problems.told():
            return await review_content(actor, review_id, review_office)

    return register, push, pull, events, reviews, content


def blob_routes(blobs: BlobStore) -> tuple[HTTPRouteHandler, ...]:
    """The attachments, by content hash; only those that a command of the phone names."""

    @head("/api/blobs/{sha256:str}", operation_id="read_blob_state", opt=_PHONE)
    async def read_blob_state(sha256: FromPath[str], request: Request[Any, Any, Any]) -> Response[None]:
        device = await _device_of(request)
        with problems.told():
            state = await blobs.state(device.id, _digest(sha256))
        return Response(None, status_code=200, headers=_upload_headers(state))

    async def receive(sha256: str, request: Request[Any, Any, Any], offset: int | None) -> Response[None]:
        device = await _device_of(request)
        with problems.told():
            digest = _digest(sha256)
            before = await blobs.state(device.id, digest)
            state = await blobs.receive(device.id, digest, _chunks(request), offset)
        status = 200 if before.complete else 201 if state.complete else 204
        return Response(None, status_code=status, headers=_upload_headers(state))

    @put(
        "/api/blobs/{sha256:str}",
        status_code=201,
        operation_id="put_blob",
        opt=_BLOB,
        request_max_body_size=MAX_BLOB_BYTES,
    )
    async def put_blob(sha256: FromPath[str], request: Request[Any, Any, Any]) -> Response[None]:
        return await receive(sha256, request, None)

    @patch(
        "/api/blobs/{sha256:str}",
        status_code=204,
        operation_id="resume_blob",
        opt=_BLOB,
        request_max_body_size=MAX_BLOB_BYTES,
    )
    async def resume_blob(sha256: FromPath[str], request: Request[Any, Any, Any]) -> Response[None]:
        offset = request.headers.get("upload-offset", "")
        if not (offset.isascii() and offset.isdigit() and len(offset) <= 10):
            raise problems.unreadable()
        return await receive(sha256, request, int(offset))

    return read_blob_state, put_blob, resume_blob


def _digest(name: str) -> bytes:
    """The hash that an address names; what is no hash names nothing."""
    if not _NAME.fullmatch(name):
        raise BlobUnknown
    return bytes.fromhex(name)


async def _chunks(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    async for chunk in request.stream():
        if chunk:
            yield chunk


def _upload_headers(state: BlobState) -> dict[str, str]:
    return {
        "Upload-Offset": str(state.offset),
        "Upload-Length": str(state.size),
        "Upload-Complete": "?1" if state.complete else "?0",
    }
