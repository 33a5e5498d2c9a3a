"""The board and its spreadsheet. Nothing is changed here, and nobody is named."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from app.identity.actor import Actor
from app.policy.repository import current_policy
from app.policy.working_time import STOCKHOLM
from app.service_levels.promises import promises_of, weeks_until
from app.service_levels.repository import count_kept
from app.service_levels.schemas import Kept, ServiceLevels
from app.service_levels.sheet import level_tables
from app.web.tables import MEDIA, write

_READ: Final = "service_level.read"
Weeks = Annotated[int, QueryParameter(ge=1, le=104)]
Priority = Annotated[int | None, QueryParameter(ge=1, le=6)]


#: No order is older; a day before it shows the same empty weeks.
_FIRST_DAY: Final = date(2000, 1, 3)


@get("/api/service-levels", operation_id="get_service_levels", opt={"permission": _READ})
async def get_service_levels(
    actor: NamedDependency[Actor], weeks: Weeks = 12, until: FromQuery[date | None] = None, priority: Priority = None
) -> ServiceLevels:
    """Return how the region's promises were kept, by week of registration and team (R-213, R-214).

    ``until``: a day of the last week, today when left out.
    """
    return await _board(actor, weeks, until, priority)


@get(
    "/api/service-levels/file",
    operation_id="get_service_levels_file",
    opt={"permission": _READ},
    media_type="application/octet-stream",
)
async def get_service_levels_file(
    actor: NamedDependency[Actor], weeks: Weeks = 12, until: FromQuery[date | None] = None, priority: Priority = None
) -> Response[bytes]:
    """Return the same as XLSX."""
    board = await _board(actor, weeks, until, priority)
    content = await asyncio.to_thread(write, "xlsx", level_tables(board, actor.language))
    name = f"{'service-levels' if actor.language == 'en' else 'loften'}-{board.weeks[-1].isoformat()}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=MEDIA["xlsx"], headers=headers)


async def _board(actor: Actor, count: int, until: date | None, priority: int | None) -> ServiceLevels:
    now = datetime.now(UTC)
    today = now.astimezone(STOCKHOLM).date()
    # Nothing is registered in a week to come; and a day long ago is as good as another.
    weeks = weeks_until(max(min(until or today, today), _FIRST_DAY), count)
    policy = await current_policy(actor.region_id, now)
    rows = await count_kept(actor.region_id, weeks[0], weeks[-1] + timedelta(weeks=1), priority)
    return ServiceLevels(
        weeks=weeks,
        promises=promises_of(policy, priority),
        kept=[Kept(**{**dict(row), "team": row["team"] or ""}) for row in rows],
    )


ROUTES = (get_service_levels, get_service_levels_file)
