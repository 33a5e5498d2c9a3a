"""The office's HTTP routes of work orders. Changes are commands and have their routes from the sync room."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter

from app.audit.access import log_access
from app.database import Record
from app.identity.actor import Actor
from app.policy.repository import current_policy
from app.web.problems import Problem, not_found
from field.protocols.fhir import response
from field.protocols.paper import SignedPaper, protocol_pdf
from field.protocols.service import shipped_templates
from field.work_orders import exchanges, office
from field.work_orders.office import BadCursorError, StateFilter, Wanted
from field.work_orders.rows import mask
from field.work_orders.schemas import (
    AlikeDevice,
    AlikeDevices,
    Due,
    HistoryRow,
    Named,
    OrderDetail,
    OrderHit,
    OrderList,
)
from field.work_orders.sentences import SENTENCES
from labels.feature import SENTENCES as LABEL_SENTENCES
from offline_sync.sentences import Sentences

MOST_ALIKE: Final = 20

_SENTENCES = Sentences([SENTENCES, LABEL_SENTENCES])


@get("/api/work-orders", operation_id="list_work_orders", opt={"permission": "work_order.read"})
async def list_work_orders(
    actor: NamedDependency[Actor],
    which: Annotated[StateFilter, QueryParameter(name="state")] = "open",
    team: FromQuery[UUID | None] = None,
    assigned: FromQuery[UUID | None] = None,
    q: Annotated[str, QueryParameter(pattern="^[0-9]{0,8}$")] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    cursor: Annotated[str, QueryParameter(max_length=200)] = "",
) -> OrderList:
    """List the orders in the reader's scope, newest first."""
    try:
        before = office.read_cursor(cursor) if cursor else None
    except BadCursorError as error:
        raise Problem(
            400,
            "cursor.invalid",
            sv=("Listan kan inte fortsätta härifrån.", "Hämta listan från början."),
            en=("The list cannot go on from here.", "Load the list from the beginning."),
        ) from error
    rows = await office.find_orders(
        actor,
        Wanted(which, limit + 1, team_id=team, assigned_to=assigned, number=q or None, before=before),
    )
    more = len(rows) > limit
    rows = rows[:limit]
    return OrderList(items=[_hit(row) for row in rows], next_cursor=office.write_cursor(rows[-1]) if more else None)


def _hit(row: Record) -> OrderHit:
    values = dict(row)
    team_id, team_name = values.pop("team_id"), values.pop("team_name")
    worker_id, worker_name = values.pop("assigned_to"), values.pop("assigned_name")
    due = Due(contact=values.pop("contact_due"), start=values.pop("start_due"), done=values.pop("done_due"))
    return OrderHit(
        team=None if team_id is None else Named(id=team_id, name=team_name),
        assigned_to=None if worker_id is None else Named(id=worker_id, name=worker_name),
        due=due,
        **values,
    )


@get("/api/work-orders/{number:str}", operation_id="get_work_order", opt={"permission": "work_order.read"})
async def get_work_order(actor: NamedDependency[Actor], number: FromPath[str]) -> OrderDetail:
    """Return an order with its history; whoever looks is in the access log (SR-08)."""
    row = await office.find_order(actor, number)
    if row is None:
        raise not_found()
    if row["_person_id"] is not None:
        await log_access(actor, [UUID(row["_person_id"])], "work_order.read")
    lines = await office.history(actor.region_id, UUID(row["id"]))
    shown: dict[str, Any] = {**mask(row, actor), "history": [_line(line, actor) for line in lines]}
    return msgspec.convert(shown, OrderDetail)


@get("/api/work-orders/{number:str}/alike", operation_id="list_alike_devices", opt={"permission": "work_order.triage"})
async def list_alike_devices(actor: NamedDependency[Actor], number: FromPath[str]) -> AlikeDevices:
    """List devices that could be kept for an exchange on the order (R-219, R-238)."""
    row = await office.find_order(actor, number)
    if row is None:
        raise not_found()
    policy = await current_policy(actor.region_id, datetime.now(UTC))
    found = await exchanges.alike_devices(actor, UUID(row["id"]), list(policy.exchange_models), MOST_ALIKE)
    return AlikeDevices(items=[msgspec.convert(dict(one), AlikeDevice, strict=False) for one in found])


def _line(line: Record, actor: Actor) -> HistoryRow:
    values = dict(line)
    detail = values.pop("detail")
    return HistoryRow(text=_SENTENCES.text(values["code"], actor.language, detail), **values)


@get(
    "/api/work-orders/{number:str}/protocols/{protocol_id:uuid}",
    operation_id="get_protocol_paper",
    opt={"permission": "work_order.read"},
    media_type="application/pdf",
)
async def get_protocol_paper(
    actor: NamedDependency[Actor],
    number: FromPath[str],
    protocol_id: FromPath[UUID],
    form: Annotated[Literal["pdf", "fhir"], QueryParameter(name="format")] = "pdf",
) -> Response[bytes]:
    """Return a signed protocol as a PDF for the patient file, or as a FHIR R5 QuestionnaireResponse (R-232).

    The file is named by the device alone (SR-07).
    """
    row = await office.find_order(actor, number)
    signed = None if row is None else await office.find_protocol(UUID(row["id"]), protocol_id)
    template = None if signed is None else shipped_templates().get(signed["template_sha256"])
    if row is None or signed is None or template is None:
        raise not_found()
    if row["_person_id"] is not None:
        await log_access(actor, [UUID(row["_person_id"])], "work_order.protocol")
    name = f"protokoll-{row['device_number'] or row['number']}"
    if form == "fhir":
        document = response(
            template,
            signed["answers"],
            protocol_id=str(protocol_id),
            device_number=row["device_number"] or "",
            signed_at=signed["signed_at"],
        )
        return _file(msgspec.json.encode(document), "application/fhir+json", f"{name}.json")
    paper = SignedPaper(
        device_number=row["device_number"] or "",
        article_name=row["article_name"],
        order_number=row["number"],
        signed_at=signed["signed_at"],
        signed_by=signed["by_name"],
        verdict=signed["verdict"],
        answers=signed["answers"],
        statuses={key: item["status"] for key, item in signed["judgement"].get("items", {}).items()},
    )
    content = await asyncio.to_thread(protocol_pdf, template, paper)
    return _file(content, "application/pdf", f"{name}.pdf")


def _file(content: bytes, media_type: str, name: str) -> Response[bytes]:
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


ROUTES = (list_work_orders, get_work_order, get_protocol_paper, list_alike_devices)
