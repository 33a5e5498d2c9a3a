"""A new region: the tenant itself, the policy it starts with, and its service departments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec

from app.database import UniqueViolationError, execute, new_id, unit_of_work
from app.policy.policy import SETTING_FIELDS, ServicePolicy, check_policy
from app.policy.regions import REGIONS

_START = date(2023, 1, 1)


def starting_policy(code: str) -> ServicePolicy:
    """The built-in policy of a region, or one without clocks whose every setting is marked as assumed."""
    known = REGIONS.get(code)
    if known is not None:
        return known
    return check_policy(ServicePolicy(region=code, valid_from=_START, assumed=SETTING_FIELDS))


async def create_region(*, code: str, name: str, teams: Sequence[str]) -> UUID:
    """Add a region.

    Raises:
        ValueError: the code is malformed or taken, or a team is named twice; one line for people.
    """
    if not code.isascii() or not code.replace("_", "").isalnum() or code != code.lower() or len(code) > 40:
        raise ValueError(f"the code {code!r} may hold small letters a-z, digits and _ only.")
    region_id = new_id()
    try:
        async with unit_of_work():
            await execute("insert into region (id, code, name) values ($1, $2, $3)", region_id, code, name)
            policy = starting_policy(code)
            await execute(
                "insert into service_policy (id, region_id, valid_from, document) values ($1, $2, $3, $4)",
                new_id(),
                region_id,
                policy.valid_from,
                msgspec.to_builtins(policy, str_keys=True),
            )
            for team in teams:
                await execute("insert into team (id, region_id, name) values ($1, $2, $3)", new_id(), region_id, team)
    except UniqueViolationError:
        raise ValueError(
            f"the region {code!r} exists already, or a team is named twice; nothing was changed."
        ) from None
    return region_id
