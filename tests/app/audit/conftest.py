"""A command log with an author, to chain."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest_asyncio

from app.database import Database, execute, new_id, unit_of_work
from app.identity.actor import Role
from tests.support.world import World, make_world

WriteCommands = Callable[..., Awaitable[list[UUID]]]


@pytest_asyncio.fixture
async def world(database: Database) -> World:
    """Two regions with users of every role."""
    return await make_world()


@pytest_asyncio.fixture
async def write_commands(world: World) -> WriteCommands:
    """``await write_commands(n, verdict="applied")`` stores n commands, ids out of order, and answers their ids."""
    region = world.north
    chance = random.Random(7)
    start = datetime.now(UTC) - timedelta(minutes=10)

    async def write(number: int, verdict: str = "applied") -> list[UUID]:
        ids = [new_id() for _ in range(number)]
        chance.shuffle(ids)
        async with unit_of_work():
            for place, command_id in enumerate(ids):
                payload = b'{"n":%d}' % chance.randrange(10**9)
                await execute(
                    "insert into command_log (id, region_id, author, type, v, payload_raw, payload_sha256, at, at_est,"
                    " aggregate, verdict) values ($1, $2, $3, 'work_order.close', 1, $4, $5, $6, $6, $7, $8)",
                    command_id,
                    region.region_id,
                    region.users[Role.TECHNICIAN].id,
                    payload,
                    hashlib.sha256(payload).digest(),
                    start + timedelta(seconds=place),
                    new_id(),
                    verdict,
                )
        return ids

    return write
