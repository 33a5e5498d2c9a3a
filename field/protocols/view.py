"""The phone's list of reference bundles: the files themselves are fetched by their hash and kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from app.identity.actor import Actor, Role
from field.protocols.service import template_bundle
from offline_sync.views import Row, View

_BUNDLE_ID = uuid5(NAMESPACE_URL, "turbil:bundle:protocol_templates")


def _parameters(actor: Actor, _now: datetime) -> tuple[Any, ...]:
    # 48 bits of the hash: a number that every phone holds exactly, and that changes with the content.
    version = int(template_bundle().sha256[:12], 16)
    return (_BUNDLE_ID, version, actor.has(Role.TECHNICIAN))


def _row(row: Row, _actor: Actor) -> Row:
    bundle = template_bundle()
    return {"id": row["id"], "name": bundle.name, "sha256": bundle.sha256, "size": bundle.size}


def _scopes(_actor: Actor) -> frozenset[UUID]:
    # Bundles change with the server's version only; the pull's daily look finds that.
    return frozenset()


BUNDLE_VIEW = View(
    kind="bundle",
    keys_sql="select $1::uuid as id, $2::bigint as rv, 4 as urgency where $3::boolean",
    parameters=_parameters,
    rows_sql="select id, jsonb_build_object('id', id) as row from unnest($1::uuid[]) as id",
    scopes=_scopes,
    shape=_row,
)
