"""The office's HTTP routes of maintenance. Changes are commands and have their routes from the sync room."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from app.database import Record
from app.identity.actor import Actor
from app.policy.repository import current_policy
from app.web.problems import Problem
from field.maintenance import office, repository
from field.maintenance.following import local_day
from field.maintenance.lifecycle import notice_by
from field.maintenance.office import BadCursorError, DueState, Wanted
from field.maintenance.schemas import (
    DueItem,
    DueList,
    MaintenancePlanItem,
    MaintenancePlanList,
    TemplateChoice,
    Unfinished,
)
from field.protocols import load_templates

_READ = "maintenance.read"


@get("/api/maintenance/due", operation_id="list_due", opt={"permission": _READ})
async def list_due(
    actor: NamedDependency[Actor],
    until: FromQuery[date | None] = None,
    which: Annotated[DueState, QueryParameter(name="state")] = "all",
    place: Annotated[str, QueryParameter(max_length=60)] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    cursor: Annotated[str, QueryParameter(max_length=200)] = "",
) -> DueList:
    """List the devices that are due by a day (two months ahead unless told), the first due first (R-231)."""
    try:
        after = office.read_cursor(cursor) if cursor else None
    except BadCursorError as error:
        raise Problem(
            400,
            "cursor.invalid",
            sv=("Listan kan inte fortsätta härifrån.", "Hämta listan från början."),
            en=("The list cannot go on from here.", "Load the list from the beginning."),
        ) from error
    day = until or local_day(datetime.now(UTC)) + timedelta(days=60)
    rows = await office.find_due(actor.region_id, Wanted(day, limit + 1, which, place.strip(), after))
    more = len(rows) > limit
    rows = rows[:limit]
    days = await _notice_days(actor)
    return DueList(
        items=[_item(row, days) for row in rows], next_cursor=office.write_cursor(rows[-1]) if more else None
    )


@get("/api/maintenance/unfinished", operation_id="list_unfinished_maintenance", opt={"permission": _READ})
async def list_unfinished(
    actor: NamedDependency[Actor], limit: Annotated[int, QueryParameter(ge=1, le=200)] = 100
) -> Unfinished:
    """List what waits for somebody: not approved, nobody reached, no label, begun and not finished."""
    rows = await office.find_unfinished(actor.region_id, limit)
    days = await _notice_days(actor)
    return Unfinished(items=[_item(row, days) for row in rows])


@get("/api/maintenance/plans", operation_id="list_maintenance_plans", opt={"permission": _READ})
async def list_plans(actor: NamedDependency[Actor]) -> MaintenancePlanList:
    """List the region's plans, and the templates that a plan may name."""
    rows = await repository.list_plans(actor.region_id)
    templates = sorted(load_templates().values(), key=lambda template: template.title.sv)
    return MaintenancePlanList(
        items=[MaintenancePlanItem(**dict(row)) for row in rows],
        templates=[
            TemplateChoice(
                id=one.id,
                version=one.version,
                title_sv=one.title.sv,
                title_en=one.title.en,
                interval_months=one.interval_months,
            )
            for one in templates
        ],
    )


def _item(row: Record, days: int) -> DueItem:
    values = dict(row)
    values.pop("due_day")
    return DueItem(notice_by=notice_by(values["due_on"], days), **values)


async def _notice_days(actor: Actor) -> int:
    return (await current_policy(actor.region_id, datetime.now(UTC))).maintenance_notice_days


ROUTES = (list_due, list_unfinished, list_plans)
