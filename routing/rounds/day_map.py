"""A day on the dispatcher's map: where its stops are, and what waits. Protected identities are on no map (SR-40)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from app.database import Record, fetch
from app.registry.addresses import postcode_key, street_key


@dataclass(frozen=True)
class Waiting:
    """An order that is on no round, and where it goes. ``kind``: delivery, pickup or repair."""

    number: str
    kind: Literal["delivery", "pickup", "repair"]
    urgent: bool
    person_id: UUID | None
    latitude: float | None
    longitude: float | None


async def stops_of_day(region_id: UUID, day: date) -> list[Record]:
    """The stops of a day's rounds in driving order; no position where it is not known or not to be shown."""
    return await fetch(
        "select r.id as round_id, r.name, d.latitude as depot_latitude, d.longitude as depot_longitude,"
        " s.id as stop_id, s.state, s.person_id, coalesce(p.protected_identity, false) as protected,"
        " s.latitude, s.longitude,"
        " row_number() over (partition by r.id order by s.position, s.id) as number"
        " from van_round r join location d on d.id = r.depot_id left join stop s on s.round_id = r.id"
        " left join person p on p.id = s.person_id"
        " where r.region_id = $1 and r.on_day = $2 order by swedish_order(r.name), r.id, s.position, s.id",
        region_id,
        day,
    )


async def places_of(region_id: UUID, numbers: Iterable[str]) -> list[Waiting]:
    """Where some waiting orders go: by the address register, else by an earlier stop at the same address."""
    rows = await fetch(
        "select o.number, 'delivery' as kind, o.urgent, o.person_id, o.street, o.postcode, o.town,"
        " coalesce(p.protected_identity, false) as protected"
        " from customer_order o left join person p on p.id = o.person_id"
        " where o.region_id = $1 and o.number = any($2) union all"
        " select q.number, 'pickup', false, q.person_id, q.street, q.postcode, q.town,"
        " coalesce(p.protected_identity, false) from pickup_order q left join person p on p.id = q.person_id"
        " where q.region_id = $1 and q.number = any($2) union all"
        " select w.number, 'repair', coalesce(w.assessed_priority, w.proposed_priority) = 4, w.person_id, w.street,"
        " w.postcode, w.town, coalesce(p.protected_identity, false) from work_order w"
        " left join person p on p.id = w.person_id where w.region_id = $1 and w.number = any($2)",
        region_id,
        list(numbers),
    )
    known = await fetch(
        "select w.n, coalesce(a.latitude, s.latitude) as latitude, coalesce(a.longitude, s.longitude) as longitude"
        " from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) with ordinality"
        " as w (street, key, postcode, short, town, n)"
        " left join lateral (select latitude, longitude from address_position where region_id = $1"
        "   and postcode in (w.postcode, w.short)"
        "   and street in (swedish_order(w.street), swedish_order(w.key)) limit 1) a on true"
        " left join lateral (select latitude, longitude from stop where region_id = $1 and a.latitude is null"
        "   and street = w.street and postcode = w.postcode and town = w.town and street <> ''"
        "   and latitude is not null order by id desc limit 1) s on true",
        region_id,
        [row["street"] for row in rows],
        [street_key(row["street"]) for row in rows],
        [row["postcode"] for row in rows],
        [postcode_key(row["postcode"]) for row in rows],
        [row["town"] for row in rows],
    )
    places = {row["n"]: (row["latitude"], row["longitude"]) for row in known}
    found = []
    for number, row in enumerate(rows, start=1):
        latitude, longitude = (None, None) if row["protected"] else places[number]
        found.append(Waiting(row["number"], row["kind"], row["urgent"], row["person_id"], latitude, longitude))
    return found
