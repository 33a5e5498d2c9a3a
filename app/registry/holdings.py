"""Who has which device: opening and ending holdings so that the history has no gap and no overlap (I1, I3).

The database holds the same rules (an exclusion constraint and a unique index); these functions lock the device's row
first, so that two hand-overs of one device wait for each other instead of failing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.database import execute, fetch_row, fetch_value, new_id
from app.registry.repository import lock_device


class HoldingError(Exception):
    """A holding cannot be opened or ended; ``code`` is a key of the registry's sentences."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Holder:
    """Who takes the device, and for whom it is prescribed and paid. Exactly one of person and party."""

    person_id: UUID | None = None
    party_id: UUID | None = None
    prescriber_id: UUID | None = None
    customer_id: UUID | None = None
    payer_id: UUID | None = None


@dataclass(frozen=True)
class OpenHolding(Holder):
    """The holding that a device is in now."""

    id: UUID | None = None
    starts_at: datetime | None = None


async def open_holding(device_id: UUID) -> OpenHolding | None:
    """Return the holding that the device is in now, or None."""
    row = await fetch_row(
        "select id, person_id, party_id, prescriber_id, customer_id, payer_id, starts_at from holding"
        " where device_id = $1 and starts_at is not null and ends_at is null",
        device_id,
    )
    return None if row is None else OpenHolding(**dict(row))


async def hand_out(region_id: UUID, device_id: UUID, holder: Holder, at: datetime, source: str) -> UUID:
    """Give the device to a new holder at ``at``; an open holding ends at that very time, so that there is no gap (I3).

    Returns the new holding's id.

    Raises:
        HoldingError: ``holding.one_holder`` (not exactly one of person and party), ``holding.scrapped``,
            ``holding.no_device``, or ``holding.before_last`` (earlier than the last change of holder).
    """
    if (holder.person_id is None) == (holder.party_id is None):
        raise HoldingError("holding.one_holder")
    await _lock(region_id, device_id)
    await _check_time(device_id, at)
    await execute(
        "update holding set ends_at = $2 where device_id = $1 and starts_at is not null and ends_at is null",
        device_id,
        at,
    )
    holding_id = new_id()
    await execute(
        "insert into holding (id, region_id, device_id, person_id, party_id, prescriber_id, customer_id, payer_id,"
        " starts_at, source) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        holding_id,
        region_id,
        device_id,
        holder.person_id,
        holder.party_id,
        holder.prescriber_id,
        holder.customer_id,
        holder.payer_id,
        at,
        source,
    )
    await execute("update device set status = 'with_holder' where id = $1", device_id)
    return holding_id


async def end_holding(region_id: UUID, device_id: UUID, at: datetime, status: str) -> None:
    """End the open holding at ``at``; the device gets ``status``, for example ``arrived`` (R-265).

    Raises:
        HoldingError: ``holding.none_open``, ``holding.no_device``, ``holding.scrapped`` or ``holding.before_last``.
    """
    await _lock(region_id, device_id)
    await _check_time(device_id, at)
    ended = await fetch_value(
        "update holding set ends_at = $2 where device_id = $1 and starts_at is not null and ends_at is null"
        " returning id",
        device_id,
        at,
    )
    if ended is None:
        raise HoldingError("holding.none_open")
    await execute("update device set status = $2 where id = $1", device_id, status)


async def _lock(region_id: UUID, device_id: UUID) -> None:
    await lock_device(region_id, device_id)
    status = await fetch_value("select status from device where region_id = $1 and id = $2", region_id, device_id)
    if status is None:
        raise HoldingError("holding.no_device")
    if status == "scrapped":
        raise HoldingError("holding.scrapped")


async def _check_time(device_id: UUID, at: datetime) -> None:
    last = await fetch_value(
        "select max(coalesce(ends_at, starts_at)) from holding where device_id = $1 and starts_at is not null",
        device_id,
    )
    if last is not None and at < last:
        raise HoldingError("holding.before_last")
