"""What the device index hands to main."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from app.feature import Feature
from app.identity.actor import Actor
from app.identity.permissions import allowed
from app.settings import Settings
from app.web.problems import not_found
from labels.device_index.builder import build_indexes, deltas_since, newest
from offline_sync.views import View

BUILD_SECONDS: Final = 120
_PERMISSION: Final = "device_index.read"
_FOREVER: Final = "private, max-age=31536000, immutable"
_HEX: Final = "^[0-9a-f]{64}$"


class Deltas(msgspec.Struct, frozen=True):
    """Base64 of each delta (gzip), oldest first. ``complete`` is False when only the whole snapshot helps."""

    complete: bool
    deltas: list[bytes]


@get("/api/device-index/{sha256:str}", operation_id="get_device_index", opt={"permission": _PERMISSION})
async def get_device_index(actor: NamedDependency[Actor], sha256: FromPath[str]) -> Response[bytes]:
    """Return the region's newest snapshot, gzip; what the hash names never changes."""
    row = await newest(actor.region_id)
    if row is None or bytes(row["sha256"]).hex() != sha256:
        raise not_found()
    return Response(bytes(row["snapshot"]), media_type="application/octet-stream", headers={"Cache-Control": _FOREVER})


@get("/api/device-index", operation_id="get_device_index_deltas", opt={"permission": _PERMISSION})
async def get_deltas(
    actor: NamedDependency[Actor], have: Annotated[str, QueryParameter(name="from", pattern=_HEX)]
) -> Deltas:
    """Return what leads from the snapshot that the phone has to the newest, when that is less than the whole."""
    deltas = await deltas_since(actor.region_id, bytes.fromhex(have))
    row = await newest(actor.region_id)
    if deltas is None or row is None or sum(map(len, deltas)) * 2 > row["size"]:
        return Deltas(complete=False, deltas=[])
    return Deltas(complete=True, deltas=deltas)


def _parameters(actor: Actor, _now: datetime) -> tuple[Any, ...]:
    return (actor.region_id, allowed(actor, _PERMISSION))


def _scopes(actor: Actor) -> frozenset[UUID]:
    return frozenset({actor.region_id})


INDEX_VIEW = View(
    kind="device_index",
    keys_sql="select i.region_id as id, i.version as rv, 5 as urgency from device_index i"
    " where i.region_id = $1 and $2::boolean and i.snapshot is not null order by i.version desc limit 1",
    parameters=_parameters,
    rows_sql="select i.region_id as id, jsonb_build_object('id', i.region_id, 'sha256', encode(i.sha256, 'hex'),"
    " 'size', i.size, 'made_at', i.made_at) as row from device_index i"
    " where i.region_id = any($1::uuid[]) and i.snapshot is not null"
    " and i.version = (select max(n.version) from device_index n where n.region_id = i.region_id)",
    scopes=_scopes,
)


async def _build(_args: dict[str, Any]) -> None:
    await build_indexes()


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(
        name="device_index",
        views=(INDEX_VIEW,),
        routes=(get_device_index, get_deltas),
        jobs={"device_index.build": _build},
        every={"device_index.build": BUILD_SECONDS},
    )
