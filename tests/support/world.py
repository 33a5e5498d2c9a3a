"""A small world for tests: two regions that must never see each other, with teams, customers and a user of each role.

    world = await make_world()
    world.north.users[Role.PLANNER]     # Person(id, username)
    world.north.teams                   # two ids; the technician is in the first, the other technician in the second
    world.north.customer_id             # the prescriber's customer

User names are ``<role>.norr`` and ``<role>.soder``; every password is PASSWORD. All people are invented test data.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from argon2 import PasswordHasher

from app.database import execute, new_id, unit_of_work
from app.identity import repository
from app.identity.actor import Actor, Role
from app.identity.actors import load_actor

PASSWORD = "provrummet är varmt"


@dataclass(frozen=True)
class Person:
    """A user of the test world."""

    id: UUID
    username: str

    async def actor(self) -> Actor:
        """The user as an Actor with the memberships of now."""
        actor = await load_actor(self.id)
        assert actor is not None
        return actor


@dataclass(frozen=True)
class RegionWorld:
    """One region.

    Attributes:
        region_id, code: the region.
        teams: the ids of two teams.
        customer_id, payer_id, care_unit_id: parties.
        users: one user per role; the technician and the planner belong to the first team.
        other_technician: a technician of the second team.
        other_prescriber: a prescriber without a customer.
    """

    region_id: UUID
    code: str
    teams: tuple[UUID, UUID]
    customer_id: UUID
    payer_id: UUID
    care_unit_id: UUID
    users: dict[Role, Person]
    other_technician: Person
    other_prescriber: Person


@dataclass(frozen=True)
class World:
    """Two regions with the same inhabitants."""

    north: RegionWorld
    south: RegionWorld


@cache
def _hash_of_password() -> str:
    """One hash for all: each costs a tenth of a second."""
    return PasswordHasher().hash(PASSWORD)


async def make_world() -> World:
    """Store the world; the database must be empty."""
    await asyncio.to_thread(_hash_of_password)
    return World(await make_region("norr", "Region Norr"), await make_region("soder", "Region Söder"))


async def make_region(code: str, name: str) -> RegionWorld:
    """Store one region with its inhabitants; user names end with its code."""
    region_id, team, other_team = new_id(), new_id(), new_id()
    async with unit_of_work():
        await execute("insert into region (id, code, name) values ($1, $2, $3)", region_id, code, name)
        for team_id, team_name in ((team, "Ångermanlandsgruppen"), (other_team, "Arvidsjaursgruppen")):
            await execute(
                "insert into team (id, region_id, name) values ($1, $2, $3)", team_id, region_id, f"{team_name} {code}"
            )
        payer_id = await _party(region_id, "payer", "9001", f"Betalare {code}")
        customer_id = await _party(region_id, "customer", "1001", f"Vårdcentralen {code}", payer_id)
        care_unit_id = await _party(region_id, "care_unit", "5001", f"Boendet {code}")
        users = {}
        for role in Role:
            in_team = team if role in {Role.TECHNICIAN, Role.PLANNER, Role.DRIVER} else None
            customers = [customer_id] if role is Role.PRESCRIBER else []
            users[role] = await make_user(region_id, f"{role.value}.{code}", role, in_team, customers)
        other_technician = await make_user(region_id, f"technician2.{code}", Role.TECHNICIAN, other_team)
        other_prescriber = await make_user(region_id, f"prescriber2.{code}", Role.PRESCRIBER)
    return RegionWorld(
        region_id=region_id,
        code=code,
        teams=(team, other_team),
        customer_id=customer_id,
        payer_id=payer_id,
        care_unit_id=care_unit_id,
        users=users,
        other_technician=other_technician,
        other_prescriber=other_prescriber,
    )


async def make_user(
    region_id: UUID,
    username: str,
    role: Role | None = None,
    team_id: UUID | None = None,
    customer_ids: list[UUID] | None = None,
    *,
    must_change_password: bool = False,
) -> Person:
    """Store a user with PASSWORD, and a role."""
    user_id = await repository.insert_user(
        region_id=region_id,
        username=username,
        name=f"Test {username}",
        password_hash=_hash_of_password(),
        language="sv",
        must_change_password=must_change_password,
        phone="",
        email="",
    )
    if role is not None:
        await repository.insert_membership(user_id, role, team_id, customer_ids or [])
    return Person(user_id, username)


async def _party(region_id: UUID, kind: str, number: str, name: str, payer_id: UUID | None = None) -> UUID:
    party_id = new_id()
    await execute(
        "insert into party (id, region_id, kind, number, name, payer_id) values ($1, $2, $3, $4, $5, $6)",
        party_id,
        region_id,
        kind,
        number,
        name,
        payer_id,
    )
    return party_id
