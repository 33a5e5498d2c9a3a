"""The office's HTTP routes of rounds. Changes are commands and have their routes from the sync room."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from app.audit.access import log_access
from app.database import Record
from app.identity.actor import Actor
from app.web.problems import Problem, not_found
from routing.planner import PlannerFailed, present_order, propose
from routing.rounds import office
from routing.rounds.balance import balance
from routing.rounds.balance_repository import units_of
from routing.rounds.day_problem import read_day
from routing.rounds.handing_over import custody_of
from routing.rounds.rows import for_office, shows_person, shows_town
from routing.rounds.schemas import (
    CustodyChain,
    CustodyStep,
    DriverList,
    IdAndName,
    RoundDetail,
    RoundHit,
    RoundList,
    RoundProposal,
    RoundQueue,
    UnservedStop,
    WaitingDelivery,
    WaitingPickup,
)
from routing.travel import provider

PLANNING_SECONDS = 1.5


def _head(row: Record) -> dict[str, Any]:
    values = dict(row)
    for key in ("van", "driver", "depot"):
        found, name = values.pop(f"{key}_id"), values.pop(f"{key}_name")
        values[key] = None if found is None else IdAndName(id=found, name=name)
    return values


@get("/api/rounds", operation_id="list_rounds", opt={"permission": "round.read"})
async def list_rounds(actor: NamedDependency[Actor], day: FromQuery[date]) -> RoundList:
    """Return the region's rounds of a day; nothing of them says whom they go to."""
    items = []
    for row in await office.rounds_of_day(actor.region_id, day):
        values = _head(row)
        values.pop("depot")
        values.pop("reconciled")
        items.append(RoundHit(**values))
    return RoundList(items=items)


@get("/api/rounds/queue", operation_id="get_round_queue", opt={"permission": "round.read"})
async def get_round_queue(actor: NamedDependency[Actor], day: FromQuery[date]) -> RoundQueue:
    """Return what can go out on the day and is on no round, and the pick-ups that wait."""
    town = {} if shows_town(actor) else {"town": ""}
    deliveries = await office.waiting_deliveries(actor.region_id, day)
    pickups = await office.waiting_pickups(actor.region_id)
    return RoundQueue(
        deliveries=[WaitingDelivery(**{**dict(row), **town}) for row in deliveries],
        pickups=[WaitingPickup(**{**dict(row), **town}) for row in pickups],
    )


@get("/api/drivers", operation_id="list_drivers", opt={"permission": "round.read"})
async def list_drivers(actor: NamedDependency[Actor]) -> DriverList:
    """Return the region's drivers."""
    return DriverList(
        items=[IdAndName(id=row["id"], name=row["name"]) for row in await office.drivers(actor.region_id)]
    )


@get("/api/rounds/{round_id:uuid}", operation_id="get_round", opt={"permission": "round.read"})
async def get_round(actor: NamedDependency[Actor], round_id: FromPath[UUID]) -> RoundDetail:
    """Return a round with its stops; who is shown is in the access log (SR-08)."""
    row = await office.find_round(actor.region_id, round_id)
    if row is None:
        raise not_found()
    stops = await office.stop_rows(round_id)
    shown = [stop["_person_id"] for stop in stops if stop["_person_id"] is not None and shows_person(stop, actor)]
    await log_access(actor, [UUID(person) for person in shown], "round.read")
    total = balance(unit.unit for unit in await units_of(round_id))
    values = {**_head(row), "balance": total, "stops": [for_office(stop, actor) for stop in stops]}
    return msgspec.convert(values, RoundDetail, from_attributes=True)


@get("/api/devices/{number:str}/custody", operation_id="get_custody", opt={"permission": "custody.read"})
async def get_custody(actor: NamedDependency[Actor], number: FromPath[str]) -> CustodyChain:
    """Return who has had the device in hand, as far as it was recorded; recipients have no name."""
    found = await custody_of(actor.region_id, number)
    if found is None:
        raise not_found()
    device_id, rows = found
    return CustodyChain(device_id=device_id, items=[CustodyStep(**dict(row)) for row in rows])


@post(
    "/api/rounds/{round_id:uuid}/proposal",
    status_code=200,
    operation_id="propose_round_order",
    opt={"permission": "round.plan"},
)
async def propose_round_order(actor: NamedDependency[Actor], state: State, round_id: FromPath[UUID]) -> RoundProposal:
    """Propose an order of the stops. Nothing is changed; ``round.sequence`` takes it."""
    if await office.find_round(actor.region_id, round_id) is None:
        raise not_found()
    found = await read_day([round_id], provider(state["settings"]))
    if found is None:
        raise Problem(
            409,
            "round.no_stops",
            sv=("Inget att ordna", "Rundan har inga stopp kvar att ordna. Lägg till order först."),
            en=("Nothing to put in order", "The round has no stops left to put in order. Add orders first."),
        )
    # The round's own stops in a good order, whatever the van takes and however long its day is: who does what is a
    # plan's to say (routing/plans), and this only says in which order.
    problem = found.problem
    try:
        plan = await propose(problem, PLANNING_SECONDS)
    except PlannerFailed as failed:
        raise Problem(
            503,
            failed.code,
            sv=("Inget förslag just nu", "Det gick inte att räkna fram en ordning. Försök igen, eller ordna själv."),
            en=(
                "No proposal right now",
                "No order could be worked out. Try again, or put the stops in order yourself.",
            ),
            headers={"Retry-After": "5"},
        ) from failed
    present = present_order(problem, [visit.id for visit in problem.visits])
    return RoundProposal(
        stop_ids=[*found.settled[round_id], *(UUID(visit_id) for visit_id in plan.sequence)],
        total_minutes=plan.total_minutes,
        estimated=plan.estimated,
        unpositioned=[UUID(visit_id) for visit_id in plan.unpositioned],
        present_minutes=present.total_minutes,
        present_late=[UUID(visit_id) for visit_id in present.late],
        unserved=[UnservedStop(stop_id=UUID(one.visit_id), reason=one.reason) for one in plan.unserved],
    )


ROUTES = (list_rounds, get_round_queue, get_round, list_drivers, get_custody, propose_round_order)
