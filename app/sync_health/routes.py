"""What the office reads about the phones."""

from __future__ import annotations

from datetime import UTC, datetime

from litestar import get
from litestar.di import NamedDependency

from app.identity.actor import Actor
from app.sync_health import repository
from app.sync_health.concerns import concerns_of
from app.sync_health.schemas import PhoneHealth, PhoneHealthList


@get("/api/sync-health", operation_id="read_sync_health", opt={"permission": "sync_health.read"})
async def read_sync_health(actor: NamedDependency[Actor]) -> PhoneHealthList:
    """List the region's phones, those to worry about first, then the latest seen."""
    now = datetime.now(UTC)
    items = []
    for row in await repository.phones(actor.region_id):
        values = dict(row)
        concerns = concerns_of(values, now)
        for name in ("active", "in_field", "replaced"):
            values.pop(name)
        items.append(PhoneHealth(**values, concerns=concerns))
    items.sort(key=lambda item: (not item.concerns, -len(item.concerns)))
    return PhoneHealthList(items, sum(1 for item in items if item.concerns))


ROUTES = (read_sync_health,)
