"""What a scan or a typed text means to somebody signed in. A visitor without a session never comes here (SR-06)."""

from __future__ import annotations

from app.database import fetch_row
from app.identity.actor import Actor
from app.registry.search import device_scope_sql
from labels import prints
from labels.payload import OwnLabel, parse_scan, token_hash
from labels.schemas import Resolved
from labels.service import resolve_scan

_NOTHING = Resolved(found="nothing")


async def resolve_for_staff(actor: Actor, raw: str) -> Resolved:
    """Return the device if the actor may look it up; what is not theirs is answered as what does not exist (SR-05)."""
    scan = parse_scan(raw)
    found = await resolve_scan(actor.region_id, raw)
    if found is None:
        if not isinstance(scan, OwnLabel):
            return _NOTHING
        label = await prints.find_unclaimed(actor.region_id, token_hash(scan.token))
        if label is None or label.discarded:
            return _NOTHING
        return Resolved(found="unclaimed", label_number=label.number)
    scope, parameters = device_scope_sql(actor, first=2)
    device = await fetch_row(
        "select d.number, a.name from device d join article a on a.id = d.article_id"  # noqa: S608 - scopes are constants
        f" where d.id = $1 and {scope}",
        found.device_id,
        *parameters,
    )
    if device is None:
        return _NOTHING
    return Resolved(
        found="device",
        number=device["number"],
        article_name=device["name"],
        version=found.version,
        revoked=found.revoked,
        label_number=scan.number if isinstance(scan, OwnLabel) and scan.number != device["number"] else None,
    )
