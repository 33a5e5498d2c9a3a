"""The policies of the database, and which one holds."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import Final
from uuid import UUID

import msgspec

from app.database import fetch, fetch_value, new_id, on_commit, unit_of_work
from app.policy.policy import PolicyError, ServicePolicy, check_policy, policy_at
from app.policy.working_time import STOCKHOLM

CACHE_SECONDS: Final = 3.0
"""A new policy counts at once in the process that stored it, and within this time in the others."""

_cache: dict[UUID, tuple[float, list[ServicePolicy]]] = {}


class NoPolicyError(Exception):
    """The region has no policy on that day: somebody has to enter one before orders can be registered."""

    def __init__(self, region_id: UUID, day: date) -> None:
        super().__init__(f"region {region_id} has no service policy on {day.isoformat()}")
        self.region_id = region_id
        self.day = day


async def current_policy(region_id: UUID, at: datetime) -> ServicePolicy:
    """Return the region's policy in force on the local day of ``at``.

    Raises:
        NoPolicyError: there is none.
    """
    day = at.astimezone(STOCKHOLM).date()
    policies = await _policies(region_id)
    policy = policy_at(policies, policies[0].region, day) if policies else None
    if policy is None:
        raise NoPolicyError(region_id, day)
    return policy


async def _policies(region_id: UUID) -> list[ServicePolicy]:
    now = time.monotonic()
    cached = _cache.get(region_id)
    if cached is not None and now < cached[0]:
        return cached[1]
    rows = await fetch("select document from service_policy where region_id = $1 order by valid_from", region_id)
    policies = [msgspec.convert(row["document"], ServicePolicy, str_keys=True) for row in rows]
    _cache[region_id] = (now + CACHE_SECONDS, policies)
    return policies


async def store_policy(region_id: UUID, policy: ServicePolicy) -> UUID:
    """Store a policy for the region of its code, or replace the one that starts on the same day. Returns its id.

    Raises:
        PolicyError: the policy cannot be used, or it is another region's.
    """
    check_policy(policy)
    code = await fetch_value("select code from region where id = $1", region_id)
    if code != policy.region:
        raise PolicyError("region", f"is {policy.region!r}, not this region's code")
    async with unit_of_work():
        stored: UUID = await fetch_value(
            "insert into service_policy (id, region_id, valid_from, document) values ($1, $2, $3, $4)"
            " on conflict (region_id, valid_from) do update set document = excluded.document returning id",
            new_id(),
            region_id,
            policy.valid_from,
            msgspec.json.encode(policy).decode(),
        )
        on_commit(lambda: _forget(region_id))
    return stored


def _forget(region_id: UUID) -> None:
    _cache.pop(region_id, None)
