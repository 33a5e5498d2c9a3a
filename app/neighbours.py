"""What field needs of routing, handed over by main: travel times, and the pick-ups that wait at an address."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.database import fetch
from app.feature import Feature
from app.settings import Settings
from field.maintenance_runs import feature as maintenance_runs
from field.maintenance_runs.proposing import Task
from field.maintenance_runs.repository import door_key
from routing.planner import TravelMatrix
from routing.rounds.office import waiting_pickups
from routing.travel import Point
from routing.travel.choice import provider


def runs_feature(settings: Settings) -> Feature:
    """Return the maintenance runs with the region's map and its waiting pick-ups."""

    async def travel(places: Sequence[tuple[float, float]]) -> TravelMatrix:
        return await provider(settings).matrix([Point(*place) for place in places])

    return maintenance_runs.feature(travel, waiting_at_doors)


async def waiting_at_doors(region_id: UUID) -> list[Task]:
    """Return the pick-ups that wait and are on no round, as errands at their doors ("Medan du är här")."""
    waiting = {row["pickup_number"]: row for row in await waiting_pickups(region_id)}
    rows = await fetch(
        "select o.id, o.number, o.street, o.postcode, o.town, o.person_id,"
        " coalesce(p.protected_identity, false) as protected"
        " from pickup_order o left join person p on p.id = o.person_id"
        " where o.region_id = $1 and o.number = any($2)",
        region_id,
        list(waiting),
    )
    return [
        Task(
            kind="pickup",
            title=", ".join(waiting[row["number"]]["items"])[:200],
            key=door_key(row["street"], row["postcode"]),
            **dict(row),
        )
        for row in rows
    ]
