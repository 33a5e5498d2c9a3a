"""The office's HTTP routes of plans and vans. Changes are commands and have their routes from the sync room."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, Literal
from uuid import UUID

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from app.database import Record
from app.identity.actor import Actor
from app.web.problems import not_found
from app.web.structs import Reply
from routing.plans import repository
from routing.plans.result import PlanResult, Said
from routing.plans.words import SENTENCES


class PlanHead(Reply, frozen=True, kw_only=True):
    """A plan and how far it is.

    Attributes:
        seconds: of search that were asked for.
        best_cost, present_cost: of the best plan so far and of the lists as they are: seconds of driving and duty, and
            what is left out. They are for comparing with each other and for nothing else.
        failure: why there is none.
    """

    id: UUID
    on_day: date
    kind: Literal["day", "urgent"]
    round_ids: list[UUID]
    new_round_id: UUID | None
    seconds: int
    state: Literal["waiting", "running", "done", "failed", "cancelled", "taken"]
    made_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    taken_at: datetime | None
    best_cost: int | None
    present_cost: int | None
    failure: Said | None


class PlanDetail(PlanHead, frozen=True, kw_only=True):
    """A plan with what came out; ``result`` is None until it is done."""

    result: PlanResult | None


class PlanList(Reply, frozen=True, kw_only=True):
    """The newest plans of a day."""

    items: list[PlanHead]


class Equipment(Reply, frozen=True, kw_only=True):
    """What a van takes, what it can, and when it drives (Stockholm time)."""

    wheelchair_slots: int
    bed_slots: int
    volume_litres: int
    weight_kg: int
    skills: list[Literal["two_persons", "tail_lift", "electrician"]]
    shift_from: time
    shift_to: time
    break_minutes: int
    break_from: time
    break_to: time


class VanHit(Reply, frozen=True, kw_only=True):
    """A van; ``equipment`` is None until somebody has said it."""

    id: UUID
    number: str
    name: str
    equipment: Equipment | None


class VanList(Reply, frozen=True, kw_only=True):
    """The region's vans."""

    items: list[VanHit]


@get("/api/plans", operation_id="list_plans", opt={"permission": "round.plan"})
async def list_plans(actor: NamedDependency[Actor], day: FromQuery[date]) -> PlanList:
    """Return the day's newest plans; nothing of them says whom they are for."""
    return PlanList(items=[PlanHead(**_head(row)) for row in await repository.plans_of_day(actor.region_id, day)])


@get("/api/plans/{plan_id:uuid}", operation_id="get_plan", opt={"permission": "round.plan"})
async def get_plan(actor: NamedDependency[Actor], plan_id: FromPath[UUID]) -> PlanDetail:
    """Return a plan: how far the search is, and when it is done what it would change."""
    row = await repository.find_plan(actor.region_id, plan_id)
    if row is None:
        raise not_found()
    result = None if row["result"] is None else msgspec.convert(row["result"], PlanResult)
    return PlanDetail(**_head(row), result=result)


@get("/api/vans", operation_id="list_vans", opt={"permission": "round.read"})
async def list_vans(actor: NamedDependency[Actor]) -> VanList:
    """Return the region's vans and what is said of them."""
    items = []
    for row in await repository.vans(actor.region_id):
        said = row["equipment"]
        known = None if said is None else {name: said[name] for name in Equipment.__struct_fields__}
        items.append(
            VanHit(
                id=row["id"],
                number=row["number"],
                name=row["name"],
                equipment=None if known is None else msgspec.convert(known, Equipment),
            )
        )
    return VanList(items=items)


def _head(row: Record) -> dict[str, Any]:
    values = {name: row[name] for name in PlanHead.__struct_fields__}
    words = SENTENCES.get(row["failure"])
    values["failure"] = None if words is None else Said(sv=words[0], en=words[1])
    return values


ROUTES = (list_plans, get_plan, list_vans)
