"""The whole stack with two drivers, two vans and goods to drive out, in two regions.

    async with open_shop(database, tmp_path) as shop:
        order = await make_delivery(shop.north)
        tour = await shop.tour(shop.driver, orders=[order])          # created, filled and published by the office
        phone = await shop.phone(shop.driver)
        verdict = await shop.push(phone, "stop.load", load(tour.stops[0]), tour.stops[0].id)

Times are minutes of a fixed morning of today, so that event time and arrival can differ: ``at(10, 30)``.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx

from app.database import Database, execute, fetch, fetch_row, fetch_value, new_id, unit_of_work
from app.feature import Feature
from app.identity import feature as identity
from app.identity.actor import Role
from app.identity.sessions import start_session
from app.orders import feature as orders
from app.policy import feature as policy
from app.policy.working_time import STOCKHOLM
from app.registry import feature as registry
from app.registry.numbers import next_order_number
from labels.feature import SENTENCES as LABEL_SENTENCES
from routing.pickups import feature as pickups
from routing.plans import feature as plans
from routing.rounds import feature as rounds
from routing.rounds.proof import items_hash, proof_items
from routing.schedules import feature as schedules
from tests.support.builders import make_device, make_person, make_policy
from tests.support.http import client, running_app, settings_for
from tests.support.phone import Phone
from tests.support.world import Person, RegionWorld, make_user, make_world

#: Far enough back that every test's "now" is later. Until two in the morning it is yesterday, whose tries are another
#: tour's: a test that needs today begins with minute 118.
START = datetime.now(UTC) - timedelta(hours=2)


def at(minute: float) -> datetime:
    """So many minutes into the tour, which began two hours ago."""
    return START + timedelta(minutes=minute)


def today() -> str:
    """Today in Stockholm."""
    return datetime.now(STOCKHOLM).date().isoformat()


@dataclass(frozen=True)
class Crew:
    """What a region's rounds need."""

    depot: UUID
    vans: tuple[UUID, UUID]


@dataclass(frozen=True)
class Goods:
    """An order to drive out, or to collect."""

    number: str
    order_id: UUID
    line_id: UUID
    device_id: UUID | None
    device_number: str | None
    person_id: UUID


@dataclass(frozen=True)
class StopOf:
    """A stop of a tour with its tasks, in order."""

    id: UUID
    tasks: tuple[UUID, ...]


@dataclass(frozen=True)
class Tour:
    """A round."""

    id: UUID
    name: str
    stops: tuple[StopOf, ...]


@dataclass
class Shop:
    """Two regions, the assembled application, and signed-in people on demand."""

    north: RegionWorld
    south: RegionWorld
    crews: dict[UUID, Crew]
    drivers: dict[str, Person]
    app: Any
    stack: contextlib.AsyncExitStack
    browsers: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    @property
    def driver(self) -> Person:
        """The first driver of the north."""
        return self.north.users[Role.DRIVER]

    @property
    def colleague(self) -> Person:
        """The second driver of the north."""
        return self.drivers["north"]

    async def browser(self, person: Person) -> httpx.AsyncClient:
        """A signed-in client; the session is started directly, checking a password takes a tenth of a second."""
        if person.username not in self.browsers:
            browser = await self.stack.enter_async_context(client(self.app))
            name = self.app.state["cookies"].session_name
            browser.cookies.set(name, await start_session(person.id), domain="127.0.0.1")
            self.browsers[person.username] = browser
        return self.browsers[person.username]

    async def office(self, region: RegionWorld | None = None, role: Role = Role.PLANNER) -> httpx.AsyncClient:
        """A signed-in client of the office."""
        return await self.browser((region or self.north).users[role])

    async def phone(self, person: Person) -> Phone:
        """A new phone."""
        return await Phone.register(await self.browser(person))

    async def send(
        self, type_name: str, args: dict[str, Any], aggregate: UUID, region: RegionWorld | None = None
    ) -> httpx.Response:
        """Send a command of the office."""
        body = {"id": str(uuid4()), "args": args, "aggregate": str(aggregate)}
        return await (await self.office(region)).post(f"/api/commands/{type_name}", json=body)

    async def ok(
        self, type_name: str, args: dict[str, Any], aggregate: UUID, region: RegionWorld | None = None
    ) -> dict[str, Any]:
        """Send a command of the office that is applied, and return its result."""
        answer = await self.send(type_name, args, aggregate, region)
        assert answer.status_code == 200, answer.text
        result: dict[str, Any] = answer.json()["result"]
        return result

    async def tour(
        self,
        driver: Person,
        orders: Sequence[Goods] = (),
        pickups: Sequence[Goods] = (),
        *,
        van: int = 0,
        name: str = "Norrturen",
        region: RegionWorld | None = None,
        published: bool = True,
        day: str | None = None,
    ) -> Tour:
        """Make a round as the office does."""
        region = region or self.north
        round_id = uuid4()
        args = {"name": name, "on_day": day or today(), "driver_id": str(driver.id)}
        await self.ok("round.create", {**args, "van_id": str(self.crews[region.region_id].vans[van])}, round_id, region)
        if orders or pickups:
            numbers = {
                "order_numbers": [order.number for order in orders],
                "pickup_numbers": [pickup.number for pickup in pickups],
            }
            await self.ok("round.add", numbers, round_id, region)
        if published:
            await self.ok("round.publish", {}, round_id, region)
        return Tour(round_id, name, await stops_of(round_id))

    async def push(self, phone: Phone, type_name: str, args: dict[str, Any], aggregate: UUID, **options: Any) -> Any:
        """Record one command on a phone, sync, and return the verdict's line. Its time is the arguments' own."""
        if "at" in args and "at" not in options:
            options["at"] = args["at"]
        command = phone.record(type_name, args, aggregate=aggregate, **options)
        await phone.sync()
        return phone.verdicts[command]


async def stops_of(round_id: UUID) -> tuple[StopOf, ...]:
    """Return the round's stops in order."""
    rows = await fetch(
        "select s.id, array_remove(array_agg(t.id order by t.position, t.id), null) as tasks from stop s"
        " left join stop_task t on t.stop_id = s.id where s.round_id = $1 group by s.id order by s.position",
        round_id,
    )
    return tuple(StopOf(row["id"], tuple(row["tasks"])) for row in rows)


# ---------------------------------------------------------------- what drivers send


def load(task: UUID, minute: float, number: str | None = None, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """Arguments of ``stop.load`` for one task."""
    item = {"task_id": str(task), "device_number": number, "quantity": quantity, **more}
    return {"items": [item], "at": at(minute).isoformat()}


def delivered(task: UUID, number: str | None = None, quantity: int = 1, **more: Any) -> dict[str, Any]:
    """One delivered item."""
    return {"task_id": str(task), "device_number": number, "quantity": quantity, **more}


def collected(number: str | None = None, task: UUID | None = None, **more: Any) -> dict[str, Any]:
    """One collected item."""
    item = {"device_number": number, "quantity": 1, "hygiene": "clean", **more}
    return {**item, "task_id": str(task)} if task is not None else item


def not_done(task: UUID, code: str = "refused") -> dict[str, Any]:
    """One thing that could not be done."""
    return {"task_id": str(task), "code": code, "note": ""}


def complete(
    minute: float,
    deliver: Sequence[dict[str, Any]] = (),
    collect: Sequence[dict[str, Any]] = (),
    failed: Sequence[dict[str, Any]] = (),
    *,
    proof: dict[str, Any] | bool | None = True,
) -> dict[str, Any]:
    """Arguments of ``stop.complete``; the proof is a right one by name when something is delivered."""
    if proof is True:
        proof = proof_of(deliver, collect) if deliver else None
    return {
        "delivered": list(deliver),
        "collected": list(collect),
        "not_done": list(failed),
        "proof": proof or None,
        "at": at(minute).isoformat(),
    }


def proof_of(
    deliver: Sequence[dict[str, Any]], collect: Sequence[dict[str, Any]] = (), **changes: Any
) -> dict[str, Any]:
    """A proof by name of these items."""
    items = proof_items(deliver, collect)
    return {"signer_name": "Testa Kvittens", "method": "name", "items_sha256": items_hash(items), **changes}


def fail(minute: float, code: str = "no_contact", note: str = "") -> dict[str, Any]:
    """Arguments of ``stop.fail``."""
    return {"code": code, "note": note, "at": at(minute).isoformat()}


# ---------------------------------------------------------------- goods


async def make_delivery(
    region: RegionWorld,
    *,
    person_id: UUID | None = None,
    article_id: UUID | None = None,
    quantity: int = 1,
    **more: Any,
) -> Goods:
    """A customer order that can go out: one device, or an article by quantity when ``article_id`` is given."""
    person_id = person_id or await someone(region)
    device_id = None
    if article_id is None:
        device_id = await make_device(region, status="reserved")
        article_id = await fetch_value("select article_id from device where id = $1", device_id)
    order_id, line_id = new_id(), new_id()
    async with unit_of_work():
        number = await next_order_number(region.region_id, "customer_order", order_id)
        await _insert(
            "customer_order",
            {
                "id": order_id,
                "region_id": region.region_id,
                "number": number,
                "kind": "prescription",
                "state": "dispatchable",
                "person_id": person_id,
                "registered_by": region.users[Role.CUSTOMER_SERVICE].id,
                "registered_at": datetime.now(UTC),
                "earliest_dispatch": datetime.now(STOCKHOLM).date(),
                **await _address(person_id),
                "carrier_note": "Ring på nedre klockan.",
                **more,
            },
        )
        await _insert(
            "order_line",
            {
                "id": line_id,
                "region_id": region.region_id,
                "order_id": order_id,
                "position": 1,
                "article_id": article_id,
                "quantity": quantity,
                "device_id": device_id,
            },
        )
    return Goods(number, order_id, line_id, device_id, await _number(device_id), person_id)


async def make_pickup(region: RegionWorld, *, device_id: UUID, person_id: UUID) -> Goods:
    """A pick-up order for a device that a person has."""
    order_id, line_id = new_id(), new_id()
    article_id = await fetch_value("select article_id from device where id = $1", device_id)
    async with unit_of_work():
        number = await next_order_number(region.region_id, "pickup_order", order_id)
        await _insert(
            "pickup_order",
            {
                "id": order_id,
                "region_id": region.region_id,
                "number": number,
                "state": "registered",
                "reason": "need_ended",
                "person_id": person_id,
                "registered_by": region.users[Role.CUSTOMER_SERVICE].id,
                "registered_at": datetime.now(UTC),
                **await _address(person_id),
            },
        )
        await _insert(
            "pickup_line",
            {
                "id": line_id,
                "region_id": region.region_id,
                "pickup_order_id": order_id,
                "position": 1,
                "article_id": article_id,
                "device_id": device_id,
                "charging": "rent",
            },
        )
        await execute("update device set status = 'pickup_requested' where id = $1", device_id)
    return Goods(number, order_id, line_id, device_id, await _number(device_id), person_id)


_people = iter(range(10_000))


async def someone(region: RegionWorld, **columns: Any) -> UUID:
    """A person of test data at an address of their own."""
    which = next(_people)
    return await make_person(
        region,
        **{
            "personal_number": f"19121212{which:04d}",
            "last_name": f"Testdata{which}",
            "street": f"Tolvgatan {which}",
            **columns,
        },
    )


async def _address(person_id: UUID) -> dict[str, Any]:
    row = await fetch_row("select * from person where id = $1", person_id)
    assert row is not None
    names = ("care_of", "street", "postcode", "town", "entry_code")
    contact = {"contact_name": f"{row['first_name']} {row['last_name']}", "contact_phone": row["phone"]}
    return {**contact, **{name: row[name] for name in names}}


async def _number(device_id: UUID | None) -> str | None:
    number: str | None = await fetch_value("select number from device where id = $1", device_id)
    return number


async def _insert(table: str, columns: dict[str, Any]) -> None:
    names, places = ", ".join(columns), ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    await execute(f"insert into {table} ({names}) values ({places})", *columns.values())  # noqa: S608 - test code


# ---------------------------------------------------------------- what became of it


async def row_of(table: str, row_id: UUID | None) -> dict[str, Any]:
    """Return a row as it is now."""
    row = await fetch_row(f"select * from {table} where id = $1", row_id)  # noqa: S608 - test code
    assert row is not None
    return dict(row)


async def holders(device_id: UUID | None) -> list[tuple[UUID, bool]]:
    """Who has had the device, oldest first, and whether still; annulled holdings are left out."""
    rows = await fetch(
        "select person_id, ends_at is null as open from holding where device_id = $1"
        " and ends_at is distinct from starts_at order by starts_at",
        device_id,
    )
    return [(row["person_id"], row["open"]) for row in rows]


async def open_reviews(stop_id: UUID) -> list[str]:
    """Return the reasons of the open review items about a stop."""
    rows = await fetch(
        "select reason from review_item where subject_id = $1 and state = 'open' order by created_at, id", stop_id
    )
    return [row["reason"] for row in rows]


async def standing(command_id: UUID | str) -> tuple[str, str]:
    """Return verdict and code of a command as they are now."""
    row = await fetch_row("select verdict, code from command_standing where command_id = $1", UUID(str(command_id)))
    assert row is not None
    return row["verdict"], row["code"]


async def make_crew(region: RegionWorld) -> Crew:
    """A warehouse and two vans."""
    ids = [new_id() for _ in range(3)]
    places = (("warehouse", "10", "Huvudlager"), ("van", "B1", "Turbil 1"), ("van", "B2", "Turbil 2"))
    for location_id, (kind, number, name) in zip(ids, places, strict=True):
        await _insert(
            "location",
            {"id": location_id, "region_id": region.region_id, "kind": kind, "number": number, "name": name},
        )
    return Crew(ids[0], (ids[1], ids[2]))


@contextlib.asynccontextmanager
async def open_shop(database: Database, folder: Path) -> AsyncIterator[Shop]:
    """The assembled stack; repeated work does not run."""
    world = await make_world()
    crews, drivers = {}, {}
    for name, region in (("north", world.north), ("south", world.south)):
        await make_policy(region)
        crews[region.region_id] = await make_crew(region)
        drivers[name] = await make_user(region.region_id, f"driver2.{region.code}", Role.DRIVER)
    settings = settings_for(folder)
    rooms = [
        identity.feature(settings),
        policy.feature(settings),
        registry.feature(settings),
        Feature(name="labels", sentences=LABEL_SENTENCES),
        rounds.feature(settings),
        plans.feature(settings),
        schedules.feature(settings),
        orders.feature(settings),
        pickups.feature(settings),
    ]
    features = [replace(room, jobs={}, slow_jobs={}, every={}) for room in rooms]
    async with running_app(database, folder, features=features) as app, contextlib.AsyncExitStack() as stack:
        yield Shop(world.north, world.south, crews, drivers, app, stack)
