"""The history of device labels. Only the hash of a label's token is stored (SR-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.database import execute, fetch, fetch_row, fetch_value, new_id


@dataclass(frozen=True)
class KnownLabel:
    """A label that was printed once; ``revoked`` when its grace time is over."""

    device_id: UUID
    number: str
    version: int
    revoked: bool


async def lock_number(region_id: UUID, device_id: UUID) -> str | None:
    """Lock the device's row, so that two prints get two versions; return its number, None when there is none."""
    number: str | None = await fetch_value(
        "select number from device where region_id = $1 and id = $2 for update", region_id, device_id
    )
    return number


async def last_version(device_id: UUID) -> int:
    """Return the newest version printed, 0 for none."""
    version: int = await fetch_value(
        "select coalesce(max(version), 0) from device_label where device_id = $1", device_id
    )
    return version


async def revoke_older(device_id: UUID, at: datetime) -> None:
    """Let the labels that are valid now end at ``at``, which may lie ahead; one that ends earlier stays so."""
    await execute(
        "update device_label set revoked_at = $2 where device_id = $1 and (revoked_at is null or revoked_at > $2)",
        device_id,
        at,
    )


async def insert_label(region_id: UUID, device_id: UUID, version: int, token_hash: bytes) -> None:
    """Store a new label."""
    await execute(
        "insert into device_label (id, region_id, device_id, version, token_hash) values ($1, $2, $3, $4, $5)",
        new_id(),
        region_id,
        device_id,
        version,
        token_hash,
    )


async def label_by_token(region_id: UUID, token_hash: bytes, now: datetime) -> KnownLabel | None:
    """Return the region's label with that token, whatever its age."""
    row = await fetch_row(
        "select l.device_id, d.number, l.version, coalesce(l.revoked_at <= $3, false) as revoked"
        " from device_label l join device d on d.id = l.device_id where l.region_id = $1 and l.token_hash = $2",
        region_id,
        token_hash,
        now,
    )
    return None if row is None else KnownLabel(**dict(row))


async def device_by_serial(region_id: UUID, serial: str) -> tuple[UUID, str] | None:
    """Return id and number of the one device with that serial number (R-348); None when there are several or none."""
    rows = await fetch(
        "select id, number from device where region_id = $1 and serial = $2 and serial <> '' limit 2", region_id, serial
    )
    return (rows[0]["id"], rows[0]["number"]) if len(rows) == 1 else None
