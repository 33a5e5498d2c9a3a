"""Triage's routes. Decisions are commands and have their routes from the sync room."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, QueryParameter

from app.audit.access import log_access
from app.identity.actor import Actor
from app.web.pictures import SANDBOX
from app.web.problems import not_found
from field.fault_reports import office
from field.fault_reports.office import LONGEST_LIST, StateFilter
from field.fault_reports.schemas import FaultReportDetail, FaultReportList
from field.fault_reports.topics import answerer_of, proposed_decision
from offline_sync.blobs import BlobStore

_READ = {"permission": "fault_report.read"}


@get("/api/fault-reports", operation_id="list_fault_reports", opt=_READ)
async def list_fault_reports(
    actor: NamedDependency[Actor],
    which: Annotated[StateFilter, QueryParameter(name="state")] = "open",
) -> FaultReportList:
    """List what waits for a decision, or what was decided; without names."""
    rows = await office.find_reports(actor, which)
    items = [_shown(dict(row)) for row in rows[:LONGEST_LIST]]
    return msgspec.convert({"items": items, "more": len(rows) > LONGEST_LIST}, FaultReportList)


@get("/api/fault-reports/{report_id:uuid}", operation_id="get_fault_report", opt=_READ)
async def get_fault_report(actor: NamedDependency[Actor], report_id: FromPath[UUID]) -> FaultReportDetail:
    """Return a report; whoever reads it is in the access log of the device's holder (SR-08)."""
    row = await office.find_report(actor, report_id)
    if row is None:
        raise not_found()
    if row["person_id"] is not None:
        await log_access(actor, [row["person_id"]], "fault_report.read")
    return msgspec.convert(_shown(row), FaultReportDetail)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    topic = row["topic"]
    return {**row, "to": answerer_of(topic), "proposed": proposed_decision(topic, expired=row["expired"])}


def triage_routes(blobs: BlobStore) -> tuple[HTTPRouteHandler, ...]:
    """The routes; one of them knows where photographs lie."""

    @get("/api/fault-reports/{report_id:uuid}/photos/{position:int}", operation_id="get_fault_report_photo", opt=_READ)
    async def get_fault_report_photo(
        actor: NamedDependency[Actor], report_id: FromPath[UUID], position: FromPath[int]
    ) -> Response[bytes]:
        """Return a photograph as the JPEG that we made of it."""
        row = await office.find_photo(actor, report_id, position) if 1 <= position <= 3 else None
        if row is None:
            raise not_found()
        if row["person_id"] is not None:
            await log_access(actor, [row["person_id"]], "fault_report.photo")
        content = await blobs.read(row["sha256"])
        return Response(content, media_type="image/jpeg", headers=SANDBOX)

    return (list_fault_reports, get_fault_report, get_fault_report_photo)
