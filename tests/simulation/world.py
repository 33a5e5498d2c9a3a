"""The world of the simulated phones: one region of the demo, technicians with orders, drivers with rounds of today."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any, Final
from uuid import UUID

import msgspec
from argon2 import PasswordHasher

from app.demo.catalogue import NORRBOTTEN
from app.demo.logistics import Delivery, Logistics, Pickup
from app.demo.world import STOCKHOLM, RegionMaker, Scale
from app.identity.actor import Role
from app.policy.regions import REGIONS
from labels.payload import build_payload, new_token, token_hash

PASSWORD: Final = "simulerad-telefon"
_TEAMS: Final = 5
_PLANNERS: Final = 3
_DEVICES: Final = 240
_ORDERS_EACH: Final = 6
_STOPS_EACH: Final = 10

_STORED: Final = (
    "region", "team", "party", "user_account", "membership", "membership_customer",
    "location", "person", "article", "device", "device_component", "special_adaptation", "device_label", "holding",
    "work_order", "customer_order", "order_line", "pickup_order", "pickup_line", "order_number", "van_round", "stop",
    "stop_driver", "stop_task",
)  # fmt: skip


@dataclass(frozen=True)
class User:
    """A technician or driver with a phone or two."""

    id: UUID
    username: str
    team_id: UUID


@dataclass(frozen=True)
class World:
    """What phones and office need to know.

    Attributes:
        technicians: each in one of several teams.
        drivers: each with a round of today.
        planners: user names of the office.
        device_numbers: devices that somebody has; orders can be registered on them.
        labels: texts of readable labels.
        van_devices: numbers of the devices that the rounds bring and fetch.
        rounds, stops: their ids.
    """

    region_id: UUID
    technicians: list[User]
    drivers: list[User]
    planners: list[str]
    device_numbers: list[str]
    labels: list[str]
    van_devices: list[str]
    rounds: list[str]
    stops: list[str]

    @property
    def users(self) -> list[User]:
        """Everybody with a phone."""
        return [*self.technicians, *self.drivers]


async def store_world(connection: Any, technicians: int, drivers: int, seed: int) -> World:
    """Store the world in an empty, migrated database.

    Args:
        connection: an asyncpg connection to it.
        technicians, drivers: how many users with phones.
        seed: the same seed gives the same orders on the same day.
    """
    # A cheap hash: twenty sign-ins with a real one would be seconds in which nothing is tested.
    password_hash = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    today = datetime.now(UTC).astimezone(STOCKHOLM).date()
    policy = REGIONS[NORRBOTTEN.code]
    scale = Scale(devices=_DEVICES, persons=80, technicians=0, open_orders=technicians * _ORDERS_EACH, closed_orders=10)
    maker = RegionMaker(NORRBOTTEN, scale, today, seed, policy)
    maker.base()
    teams = [maker.world.add("team", id=maker.ids(), region_id=maker.region_id, name=f"Provgrupp {number}")["id"]
             for number in range(_TEAMS)]  # fmt: skip
    maker.prescriber_id = _user(maker, "prov.forskrivare", Role.PRESCRIBER, password_hash, None)
    maker.customer_service_id = _user(maker, "prov.kundtjanst", Role.CUSTOMER_SERVICE, password_hash, None)
    planners = [f"prov.planerare{number}" for number in range(_PLANNERS)]
    for planner in planners:
        _user(maker, planner, Role.PLANNER, password_hash, maker.teams[0])
    people = []
    for number in range(technicians):
        username, team = f"prov.tekniker{number}", teams[number % _TEAMS]
        people.append(User(_user(maker, username, Role.TECHNICIAN, password_hash, team), username, team))
    maker.people()
    devices = list(maker.devices())
    maker.orders(devices, [person.id for person in people])
    team_of = {person.id: person.team_id for person in people}
    for order in maker.world.tables["work_order"]:
        order["team_id"] = order["proposed_team_id"] = team_of.get(order["assigned_to"], teams[0])
    van_drivers = _rounds(maker, drivers, teams, password_hash)
    labels = _labels(maker, [device for device, holding in devices if holding is not None][:40])
    async with connection.transaction():
        for table in _STORED:
            await _copy(connection, table, maker.world.tables.get(table, []))
        await connection.execute(
            "insert into service_policy (id, region_id, valid_from, document) values ($1, $2, $3, $4)",
            maker.ids(),
            maker.region_id,
            policy.valid_from,
            msgspec.to_builtins(policy, str_keys=True),
        )
    await connection.execute("analyze")
    held = [device["number"] for device, holding in devices if holding is not None]
    tables = maker.world.tables
    return World(
        region_id=maker.region_id,
        technicians=people,
        drivers=van_drivers,
        planners=planners,
        device_numbers=held,
        labels=labels,
        van_devices=[device["number"] for device in tables["device"] if device["number"].startswith("31")],
        rounds=[str(row["id"]) for row in tables.get("van_round", [])],
        stops=[str(row["id"]) for row in tables.get("stop", [])],
    )


def _rounds(maker: RegionMaker, drivers: int, teams: list[UUID], password_hash: str) -> list[User]:
    """Give each driver a round of today: something to bring at every stop, something to fetch at every second."""
    logistics = Logistics(maker, {"prescriber": maker.prescriber_id})
    made = []
    for driver in range(drivers):
        username = f"prov.forare{driver}"
        user = User(_user(maker, username, Role.DRIVER, password_hash, teams[0]), username, teams[0])
        stops = []
        for stop in range(_STOPS_EACH):
            number = 310_000 + (driver * _STOPS_EACH + stop) * 2
            goods = (("11338", 3),) if stop % 3 == 0 else ()
            delivery = Delivery(((f"{number}", "16952"),), goods)
            stops.append((delivery, Pickup(((f"{number + 1}", "31840"),)) if stop % 2 else None))
        van = logistics.van(f"{9100 + driver}", f"Provbil {driver}")
        logistics.round(f"Provrunda {driver}", van, user.id, tuple(stops), first=time(8))
        made.append(user)
    return made


def _user(maker: RegionMaker, username: str, role: Role, password_hash: str, team: UUID | None) -> UUID:
    user_id: UUID = maker.world.add(
        "user_account",
        id=maker.ids(),
        region_id=maker.region_id,
        username=username,
        name=f"Test {username}",
        password_hash=password_hash,
    )["id"]
    membership = maker.world.add(
        "membership",
        id=maker.ids(),
        region_id=maker.region_id,
        user_id=user_id,
        role=role.value,
        team_id=team,
    )
    if role is Role.PRESCRIBER:
        for customer in maker.customers:
            maker.world.add("membership_customer", membership_id=membership["id"], party_id=customer["id"])
    return user_id


def _labels(maker: RegionMaker, devices: list[dict[str, Any]]) -> list[str]:
    texts = []
    for device in devices:
        token = new_token()
        maker.world.add(
            "device_label",
            id=maker.ids(),
            region_id=maker.region_id,
            device_id=device["id"],
            version=1,
            token_hash=token_hash(token),
        )
        texts.append(build_payload("https://turbil.example", device["number"], 1, token))
    return texts


async def _copy(connection: Any, table: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        columns = list(rows[0])
        records = [tuple(row[name] for name in columns) for row in rows]
        await connection.copy_records_to_table(table, records=records, columns=columns)


def random_id(random: Any) -> UUID:
    """A version 4 UUID of a seeded random."""
    return uuid.UUID(int=random.getrandbits(128), version=4)
