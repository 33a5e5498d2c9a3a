"""The office's HTTP routes of rounds. Changes are commands and have their routes from the sync room."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from app.audit.access import log_access
from app.database import Record
from app.identity.actor import Actor
from app.settings import Settings
from app.web.problems import Problem, not_found
from routing.planner import ListChange, PlannerFailed, in_words, present_order, propose
from routing.rounds import day_map, office, repairs, versions
from routing.rounds.balance import balance
from routing.rounds.balance_repository import units_of
from routing.rounds.day_problem import read_day
from routing.rounds.handing_over import custody_of
from routing.rounds.rows import for_driver, for_office, shows_person, shows_town
from routing.rounds.schemas import (
    CustodyChain,
    CustodyStep,
    DayMap,
    DriverList,
    IdAndName,
    MapRound,
    MapStop,
    MapWaiting,
    RoundDetail,
    RoundHit,
    RoundList,
    RoundProposal,
    RoundQueue,
    RoundTimes,
    RoundVersion,
    RoundVersions,
    UnservedStop,
    WaitingDelivery,
    WaitingPickup,
    WaitingRepair,
)
from routing.rounds.sheets import SheetHead, round_sheets
from routing.rounds.times import times_of
from routing.schedules.dispatch import Dispatch
from routing.schedules.waiting import due_days
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
    """Return what can go out on the day and is on no round, and the pick-ups that wait.

    What is urgent comes first, then what was to go first by the list of rounds.
    """
    town = {} if shows_town(actor) else {"town": ""}
    deliveries = await office.waiting_deliveries(actor.region_id, day)
    pickups = await office.waiting_pickups(actor.region_id)
    numbers = [row["order_number"] for row in deliveries] + [row["pickup_number"] for row in pickups]
    due = await due_days(actor.region_id, numbers)
    return RoundQueue(
        deliveries=sorted(
            (WaitingDelivery(**{**dict(row), **town, **_due(due[row["order_number"]])}) for row in deliveries),
            key=lambda one: (not one.urgent, one.due_on or date.max, one.order_number),
        ),
        pickups=sorted(
            (
                WaitingPickup(**{**dict(row), **town, **_due(due[row["pickup_number"]], reason=False)})
                for row in pickups
            ),
            key=lambda one: (one.wanted_on or one.due_on or date.max, one.pickup_number),
        ),
        repairs=[
            WaitingRepair(
                number=one.number,
                leg=one.leg,
                town="" if one.protected or not shows_town(actor) else one.town,
                priority=one.priority,
                due_on=one.due_on,
                items=[f"{one.article_name} {one.device_number}"],
            )
            for one in await repairs.waiting_repairs(actor.region_id)
        ],
    )


def _due(found: Dispatch, *, reason: bool = True) -> dict[str, Any]:
    said = {"due_on": found.day, "due_round": None if found.template is None else found.template.name}
    return {**said, "due_reason": found.reason} if reason else said


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


@get("/api/rounds/{round_id:uuid}/versions", operation_id="list_round_versions", opt={"permission": "round.read"})
async def list_round_versions(actor: NamedDependency[Actor], round_id: FromPath[UUID]) -> RoundVersions:
    """Return the versions of a published round: what each changed, counted and in words."""
    if await office.find_round(actor.region_id, round_id) is None:
        raise not_found()
    return RoundVersions(items=[_version(row) for row in await versions.versions_of(round_id)])


def _version(row: Record) -> RoundVersion:
    said = {key: tuple(row["change"].get(key, ())) for key in ("new", "moved", "removed")}
    change = ListChange(van_id="", new=said["new"], moved=said["moved"], removed=said["removed"])
    return RoundVersion(
        version=row["version"],
        made_at=row["made_at"],
        by_name=row["by_name"],
        by_plan=row["by_plan"],
        new=len(change.new),
        moved=len(change.moved),
        removed=len(change.removed),
        sv=in_words(change, "sv"),
        en=in_words(change, "en"),
    )


@get("/api/rounds/{round_id:uuid}/times", operation_id="get_round_times", opt={"permission": "round.read"})
async def get_round_times(actor: NamedDependency[Actor], state: State, round_id: FromPath[UUID]) -> RoundTimes:
    """Return when the round comes to its planned stops as it is now; nothing is searched for."""
    row = await office.find_round(actor.region_id, round_id)
    if row is None:
        raise not_found()
    return await times_of(round_id, row["on_day"], row["state"], provider(state["settings"]), datetime.now(UTC))


@get("/api/rounds/map", operation_id="get_day_map", opt={"permission": "round.plan"})
async def get_day_map(actor: NamedDependency[Actor], state: State, day: FromQuery[date]) -> DayMap:
    """Return the day on the map. Where somebody lives is about them, so the access log names them (SR-08)."""
    settings: Settings = state["settings"]
    rows = await day_map.stops_of_day(actor.region_id, day)
    numbers = [row["order_number"] for row in await office.waiting_deliveries(actor.region_id, day)]
    numbers += [row["pickup_number"] for row in await office.waiting_pickups(actor.region_id)]
    numbers += [one.number for one in await repairs.waiting_repairs(actor.region_id)]
    waiting = await day_map.places_of(actor.region_id, numbers)
    stops = [row for row in rows if row["stop_id"] is not None and row["state"] != "cancelled"]
    placed = [row for row in stops if row["latitude"] is not None and not row["protected"]]
    seen = [row["person_id"] for row in placed] + [one.person_id for one in waiting if one.latitude is not None]
    await log_access(actor, sorted({person for person in seen if person is not None}), "round.map")
    heads = {row["round_id"]: row for row in rows}
    return DayMap(
        rounds=[
            MapRound(
                round_id=head["round_id"],
                name=head["name"],
                depot_latitude=head["depot_latitude"],
                depot_longitude=head["depot_longitude"],
                stops=[
                    MapStop(
                        stop_id=row["stop_id"],
                        number=row["number"],
                        state=row["state"],
                        latitude=row["latitude"],
                        longitude=row["longitude"],
                    )
                    for row in placed
                    if row["round_id"] == head["round_id"]
                ],
            )
            for head in heads.values()
        ],
        waiting=[
            MapWaiting(
                number=one.number,
                kind=one.kind,
                urgent=one.urgent,
                latitude=one.latitude,
                longitude=one.longitude,
            )
            for one in waiting
            if one.latitude is not None and one.longitude is not None
        ],
        unplaced=len(stops) - len(placed) + sum(one.latitude is None for one in waiting),
        tiles=settings.tiles,
        attribution=settings.tiles_attribution,
    )


@get(
    "/api/rounds/{round_id:uuid}/sheets",
    operation_id="print_round_sheets",
    opt={"permission": "round.plan"},
    media_type="application/pdf",
)
async def print_round_sheets(actor: NamedDependency[Actor], state: State, round_id: FromPath[UUID]) -> Response[bytes]:
    """Print the round's route and load sheets, for outages: what its driver's phone would hold (SR-24)."""
    row = await office.find_round(actor.region_id, round_id)
    if row is None:
        raise not_found()
    rows = await office.stop_rows(round_id)
    people = {UUID(stop["_person_id"]) for stop in rows if stop["_person_id"] is not None}
    await log_access(actor, sorted(people), "round.print")
    now = datetime.now(UTC)
    times = await times_of(round_id, row["on_day"], row["state"], provider(state["settings"]), now)
    head = SheetHead(
        name=row["name"],
        on_day=row["on_day"].isoformat(),
        van=row["van_name"] or "ingen bil",
        driver=row["driver_name"] or "ingen förare",
        depot=row["depot_name"],
        version=row["version"],
    )
    starts = {str(one.stop_id): one.start_at for one in times.items}
    content = await asyncio.to_thread(round_sheets, head, [for_driver(stop, actor) for stop in rows], starts, now)
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": 'attachment; filename="korlista.pdf"', "Cache-Control": "no-store"},
    )


ROUTES = (
    get_custody,
    list_rounds,
    get_round_queue,
    get_day_map,
    get_round,
    list_drivers,
    propose_round_order,
    list_round_versions,
    get_round_times,
    print_round_sheets,
)
