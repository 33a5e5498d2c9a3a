"""The history of device labels. Only the hash of a label's token is stored (SR-06)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value, new_id


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


async def insert_label(region_id: UUID, device_id: UUID, version: int, token_hash: bytes) -> UUID:
    """Store a new label. Returns its id."""
    label_id = new_id()
    await execute(
        "insert into device_label (id, region_id, device_id, version, token_hash) values ($1, $2, $3, $4, $5)",
        label_id,
        region_id,
        device_id,
        version,
        token_hash,
    )
    return label_id


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


async def device_by_printed_number(region_id: UUID, number: str) -> tuple[UUID, str] | None:
    """Return id and number of the device on which the pre-printed label with that number sits."""
    row = await fetch_row(
        "select d.id, d.number from unclaimed_label u join device_label l on l.id = u.claimed_label_id"
        " join device d on d.id = l.device_id where u.region_id = $1 and u.number = $2",
        region_id,
        number,
    )
    return None if row is None else (row["id"], row["number"])


async def devices_by_serial(region_id: UUID, serial: str, gtins: Sequence[str] = (), limit: int = 2) -> list[Record]:
    """Return id and number of the devices with that serial number (R-348), those of an article with a GTIN first.

    When an article of one of them carries the GTIN as its supplier's article number, the others are left out.
    """
    rows = await fetch(
        "select d.id, d.number, a.supplier_article_number = any($3) as same_article from device d"
        " join article a on a.id = d.article_id where d.region_id = $1 and d.serial = $2 and d.serial <> ''"
        " order by a.supplier_article_number = any($3) desc, d.number limit $4",
        region_id,
        serial,
        list(gtins),
        limit,
    )
    same = [row for row in rows if row["same_article"]]
    return same or rows
