"""Who has which device: opening and ending holdings so that the history has no gap and no overlap (I1, I3).

The database holds the same rules (an exclusion constraint and a unique index); these functions lock the device's row
first, so that two hand-overs of one device wait for each other instead of failing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.database import Record, execute, fetch_row, fetch_value, new_id
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


async def last_return(device_id: UUID) -> datetime | None:
    """Return when the device's last holding ended, or None when none has."""
    ended: datetime | None = await fetch_value("select max(ends_at) from holding where device_id = $1", device_id)
    return ended


async def hand_out(
    region_id: UUID,
    device_id: UUID,
    holder: Holder,
    at: datetime,
    source: str,
    *,
    told_late: bool = False,
    order_line_id: UUID | None = None,
    ordered_at: datetime | None = None,
) -> UUID:
    """Give the device to a new holder at ``at``; whoever had it then has it no longer, so there is no gap (I3).

    Args:
        told_late: a fact from the road may be heard after later ones. It takes its place in the history: it ends where
            the next hand-over or arrival was, and only the newest holding is open. Else an earlier time is refused.
        order_line_id: the delivered line, by which the hand-over can be annulled.

    Returns the new holding's id. Two hand-overs at the very same time are set a microsecond apart.

    Raises:
        HoldingError: ``holding.one_holder`` (not exactly one of person and party), ``holding.scrapped``,
            ``holding.no_device``, or ``holding.before_last`` (earlier than the last change of holder).
    """
    if (holder.person_id is None) == (holder.party_id is None):
        raise HoldingError("holding.one_holder")
    await _lock(region_id, device_id)
    if not told_late:
        await _check_time(device_id, at)
    before = await _holding_at(device_id, at)
    while before is not None and before["starts_at"] == at:
        at += timedelta(microseconds=1)
        before = await _holding_at(device_id, at)
    if before is not None:
        ends_at, successor = before["ends_at"], before["succeeded_by"]
        await execute("update holding set ends_at = $2, succeeded_by = null where id = $1", before["id"], at)
    else:
        ends_at, successor = await _next_start(device_id, at)
    holding_id = new_id()
    await execute(
        "insert into holding (id, region_id, device_id, person_id, party_id, prescriber_id, customer_id, payer_id,"
        " ordered_at, starts_at, ends_at, succeeded_by, source, order_line_id)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        holding_id,
        region_id,
        device_id,
        holder.person_id,
        holder.party_id,
        holder.prescriber_id,
        holder.customer_id,
        holder.payer_id,
        ordered_at,
        at,
        ends_at,
        successor,
        source,
        order_line_id,
    )
    if before is not None:
        await execute("update holding set succeeded_by = $2 where id = $1", before["id"], holding_id)
    if ends_at is None:
        await execute("update device set status = 'with_holder' where id = $1", device_id)
    return holding_id


async def hand_out_quantity(
    region_id: UUID,
    article_id: UUID,
    quantity: int,
    holder: Holder,
    at: datetime,
    source: str,
    *,
    order_line_id: UUID | None = None,
    ordered_at: datetime | None = None,
) -> UUID:
    """Open a holding of an article by quantity. Returns its id.

    Raises:
        HoldingError: ``holding.one_holder``.
    """
    if (holder.person_id is None) == (holder.party_id is None):
        raise HoldingError("holding.one_holder")
    holding_id = new_id()
    await execute(
        "insert into holding (id, region_id, article_id, quantity, person_id, party_id, prescriber_id, customer_id,"
        " payer_id, ordered_at, starts_at, source, order_line_id)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        holding_id,
        region_id,
        article_id,
        quantity,
        holder.person_id,
        holder.party_id,
        holder.prescriber_id,
        holder.customer_id,
        holder.payer_id,
        ordered_at,
        at,
        source,
        order_line_id,
    )
    return holding_id


async def annul_holding(holding_id: UUID, status: str) -> None:
    """Undo a hand-over: the holding ends when it starts, and whoever had the device before has it still (case 26).

    The row stays, as history; a holding without length counts nowhere. The order in which hand-overs are made and
    annulled does not matter.

    Args:
        status: what the device becomes when nobody has it now, for example ``in_transit``.
    """
    device_id = await fetch_value("select device_id from holding where id = $1", holding_id)
    if device_id is not None:
        await fetch_value("select 1 from device where id = $1 for update", device_id)
    row = await fetch_row("select starts_at, ends_at, succeeded_by from holding where id = $1", holding_id)
    if row is None or row["starts_at"] == row["ends_at"]:
        return
    await execute("update holding set ends_at = starts_at, succeeded_by = null where id = $1", holding_id)
    if device_id is None:
        return
    before = await fetch_value(
        "update holding set ends_at = $2, succeeded_by = $3 where succeeded_by = $1 returning id",
        holding_id,
        row["ends_at"],
        row["succeeded_by"],
    )
    if row["ends_at"] is None:
        now = status if before is None else "with_holder"
        await execute("update device set status = $2 where id = $1", device_id, now)


async def end_holding(region_id: UUID, device_id: UUID, at: datetime, status: str) -> None:
    """End the open holding at ``at``; the device gets ``status``, for example ``arrived`` (R-265).

    Raises:
        HoldingError: ``holding.none_open``, ``holding.no_device``, ``holding.scrapped`` or ``holding.before_last``.
    """
    await _lock(region_id, device_id)
    await _check_time(device_id, at)
    ended = await fetch_value(
        "update holding set ends_at = greatest($2, starts_at + interval '1 microsecond')"
        " where device_id = $1 and starts_at is not null and ends_at is null returning id",
        device_id,
        at,
    )
    if ended is None:
        raise HoldingError("holding.none_open")
    await execute("update device set status = $2 where id = $1", device_id, status)


async def end_quantity(holding_id: UUID, quantity: int, at: datetime) -> None:
    """End ``quantity`` of an open holding by quantity; what the holder keeps goes on in a holding of its own.

    Raises:
        HoldingError: ``holding.none_open``, or ``holding.before_last`` (earlier than it began).
    """
    row = await fetch_row(
        "select * from holding where id = $1 and starts_at is not null and ends_at is null for update", holding_id
    )
    if row is None:
        raise HoldingError("holding.none_open")
    if at < row["starts_at"]:
        raise HoldingError("holding.before_last")
    left = max(row["quantity"] - quantity, 0)
    await execute(
        "update holding set ends_at = greatest($2, starts_at + interval '1 microsecond'), quantity = $3 where id = $1",
        holding_id,
        at,
        row["quantity"] - left,
    )
    if left > 0:
        await execute(
            "insert into holding (id, region_id, article_id, quantity, person_id, party_id, prescriber_id, customer_id,"
            " payer_id, ordered_at, starts_at, source, order_line_id)"
            " select $2, region_id, article_id, $3, person_id, party_id, prescriber_id, customer_id, payer_id,"
            " ordered_at, starts_at, source, order_line_id from holding where id = $1",
            holding_id,
            new_id(),
            left,
        )


async def _lock(region_id: UUID, device_id: UUID) -> None:
    await lock_device(region_id, device_id)
    status = await fetch_value("select status from device where region_id = $1 and id = $2", region_id, device_id)
    if status is None:
        raise HoldingError("holding.no_device")
    if status == "scrapped":
        raise HoldingError("holding.scrapped")


async def _check_time(device_id: UUID, at: datetime) -> None:
    last = await fetch_value(
        "select max(coalesce(ends_at, starts_at)) from holding where device_id = $1 and starts_at is not null"
        " and ends_at is distinct from starts_at",
        device_id,
    )
    if last is not None and at < last:
        raise HoldingError("holding.before_last")


async def _holding_at(device_id: UUID, at: datetime) -> Record | None:
    """The holding that the device was in at that time; an annulled one has no length, so it never is."""
    return await fetch_row(
        "select id, starts_at, ends_at, succeeded_by from holding"
        " where device_id = $1 and starts_at <= $2 and (ends_at is null or ends_at > $2)",
        device_id,
        at,
    )


async def _next_start(device_id: UUID, at: datetime) -> tuple[datetime | None, UUID | None]:
    """When the device was next handed out after that time, and by which holding."""
    row = await fetch_row(
        "select id, starts_at from holding where device_id = $1 and starts_at > $2"
        " and ends_at is distinct from starts_at order by starts_at limit 1",
        device_id,
        at,
    )
    return (None, None) if row is None else (row["starts_at"], row["id"])
