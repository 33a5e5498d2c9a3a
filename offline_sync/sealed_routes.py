"""Routes of sealed work and of the account of a day (docs/sync.md section 3)."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Final
from uuid import UUID

import anyio
import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from app.identity.actor import Actor
from app.identity.sessions import SignedIn
from app.web.structs import Body
from offline_sync import problems
from offline_sync.carrying import (
    MAX_CARRIED_BYTES,
    Carried,
    CarriedReply,
    Imported,
    UnsentFile,
    import_unsent,
    take_carried,
)
from offline_sync.day_account import MAX_DAY_BYTES, DayAnswer, DayQuestion, account_of_day
from offline_sync.dispatcher import Dispatcher
from offline_sync.seal_key import load_seal_keys, public_jwk
from offline_sync.unsent_file import MAX_FILE_CHARACTERS
from offline_sync.vault import vault_key

#: A file travels as one JSON text: its quotation marks are escaped, and what is no file of ours may hold any letters.
_FILE_BODY_BYTES: Final = 2 * MAX_FILE_CHARACTERS + 64 * 1024


class VaultQuestion(Body, frozen=True, kw_only=True):
    """The phone whose second key is asked for."""

    device: UUID


class VaultKey(msgspec.Struct, frozen=True):
    """32 random bytes, base64url."""

    key: str


def sealed_routes(*, dispatcher: Dispatcher, keys_folder: Path) -> tuple[HTTPRouteHandler, ...]:
    """The server's public key, envelopes by phone and by file, and the account of a day."""

    @get("/api/sync/seal-key", operation_id="get_seal_key", opt={"permission": "sync.use"})
    async def seal_key() -> dict[str, str]:
        keys = await anyio.to_thread.run_sync(load_seal_keys, keys_folder)
        return public_jwk(keys.newest)

    @post(
        "/api/sync/sealed",
        status_code=200,
        operation_id="carry_sealed",
        opt={"permission": "sync.use"},
        request_max_body_size=MAX_CARRIED_BYTES,
    )
    async def carry(data: JSONBody[Carried], actor: NamedDependency[Actor]) -> CarriedReply:
        keys = await anyio.to_thread.run_sync(load_seal_keys, keys_folder)
        return await take_carried(dispatcher, keys.by_id, actor, data)

    @post(
        "/api/sync/unsent-file",
        status_code=200,
        operation_id="import_unsent_file",
        opt={"permission": "unsent.import"},
        request_max_body_size=_FILE_BODY_BYTES,
    )
    async def import_file(data: JSONBody[UnsentFile], actor: NamedDependency[Actor]) -> Imported:
        keys = await anyio.to_thread.run_sync(load_seal_keys, keys_folder)
        with problems.told():
            return await import_unsent(dispatcher, keys.by_id, actor, data.content)

    @post(
        "/api/sync/day",
        status_code=200,
        operation_id="account_of_day",
        opt={"permission": "sync.use", "disk": "any"},
        request_max_body_size=MAX_DAY_BYTES,
    )
    async def day(data: JSONBody[DayQuestion], actor: NamedDependency[Actor]) -> DayAnswer:
        with problems.told():
            return await account_of_day(actor, data)

    @post("/api/sync/vault-key", status_code=200, operation_id="get_vault_key", opt={"permission": "sync.use"})
    async def second_key(data: JSONBody[VaultQuestion], signed_in: NamedDependency[SignedIn]) -> VaultKey:
        with problems.told():
            key = await vault_key(signed_in, data.device)
        return VaultKey(base64.urlsafe_b64encode(key).rstrip(b"=").decode())

    return seal_key, carry, import_file, day, second_key
