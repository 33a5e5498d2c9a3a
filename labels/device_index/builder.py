"""Makes a region's device index anew when its devices, articles or labels have changed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value, unit_of_work
from labels.device_index.format import (
    FLAGS,
    DeviceIndex,
    IndexArticle,
    IndexEntry,
    decode,
    diff,
    encode,
    index_hash,
    pack,
    token_check,
    unpack,
)
from offline_sync.repository import poke_touched

KEPT: Final = timedelta(days=14)
"""A phone that was silent for longer fetches the whole index."""

# told at least two weeks ago, by a notice of its own or by the contact on an open order for maintenance.
_TOLD_BY: Final = "((now() at time zone 'Europe/Stockholm')::date - 14)"
_ANNOUNCED: Final = (
    "type = 'preventive' and state not in ('closed', 'cancelled') and contacted_at <= now() - interval '14 days'"
)

# Versions are for equality only, so no maximum says what is new; sums over all rows do (docs/sync.md 4).
_MADE_OF: Final = f"""
select concat_ws(' ',
  (select concat_ws(' ', count(*), sum(rv)) from device where region_id = $1),
  (select concat_ws(' ', count(*), sum(rv)) from article where region_id = $1),
  (select count(*) from device_label where region_id = $1 and (revoked_at is null or revoked_at > now())),
  (select count(*) from location where region_id = $1),
  (select count(*) from pm_notice where region_id = $1 and given_on <= {_TOLD_BY}),
  (select concat_ws(' ', count(*), sum(rv)) from work_order where region_id = $1 and {_ANNOUNCED}))
"""  # noqa: S608 - only constants are put in

_DEVICES: Final = f"""
select d.number, d.article_id, d.status, d.next_pm, d.scrapped_on, d.home_location_id,
  coalesce(l.labels, '{{}}') as labels,
  d.id in (select device_id from safety_notice_stops where region_id = $1) as safety_notice,
  d.id in (select device_id from device_block where region_id = $1 and lifted_at is null) as blocked,
  d.id in (select p.device_id from pm_notice p join device t on t.id = p.device_id where p.region_id = $1
    and p.given_on <= {_TOLD_BY} and (t.last_pm is null or p.given_on > t.last_pm))
  or d.id in (select device_id from work_order where region_id = $1 and device_id is not null and {_ANNOUNCED})
  as pm_notice_given
from device d
left join (
  select device_id, array_agg((version, substr(token_hash, 1, 2)) order by version) as labels
  from device_label where region_id = $1 and (revoked_at is null or revoked_at > now()) group by device_id
) l on l.device_id = d.id
where d.region_id = $1
"""  # noqa: S608 - only constants are put in


@dataclass(frozen=True)
class Built:
    """A new version: its name, and its size and that of its delta as they travel, in bytes."""

    sha256: str
    size: int
    delta_size: int


async def build_indexes() -> list[Built]:
    """Build every region's index that is out of date."""
    built = []
    for row in await fetch("select id from region order by code"):
        made = await build_index(row["id"])
        if made is not None:
            built.append(made)
    return built


async def build_index(region_id: UUID) -> Built | None:
    """Build one region's index; None when nothing has changed since the last one.

    Two servers that build at once make the same bytes; the second one's version is dropped.
    """
    made_of = await fetch_value(_MADE_OF, region_id)
    last = await fetch_row(
        "select version, made_of, snapshot from device_index where region_id = $1 order by version desc limit 1",
        region_id,
    )
    if last is not None and last["made_of"] == made_of:
        return None
    async with unit_of_work(isolation="repeatable read"):
        articles = await fetch(
            "select id, number, name, iso_class, stock_status, pm_interval_months from article where region_id = $1"
            " order by number",
            region_id,
        )
        locations = await fetch("select id, name from location where region_id = $1 order by number", region_id)
        devices = await fetch(_DEVICES, region_id)
    before = None if last is None else await asyncio.to_thread(unpack, bytes(last["snapshot"]))
    content = await asyncio.to_thread(_make, articles, locations, devices, before)
    name = index_hash(content)
    snapshot = await asyncio.to_thread(pack, content)
    delta = None if before is None else await asyncio.to_thread(lambda: pack(diff(before, content)))
    version = 1 if last is None else last["version"] + 1
    async with unit_of_work():
        if last is not None and before == content:
            await execute(
                "update device_index set made_of = $3 where region_id = $1 and version = $2",
                region_id,
                last["version"],
                made_of,
            )
            return None
        # A snapshot that was the newest once before is new again under its own name.
        await execute(
            "delete from device_index where region_id = $1 and (sha256 = $2 or made_at < now() - $3::interval)",
            region_id,
            bytes.fromhex(name),
            KEPT,
        )
        stored = await fetch_value(
            "insert into device_index (region_id, version, sha256, snapshot, delta, size, made_of)"
            " values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning version",
            region_id,
            version,
            bytes.fromhex(name),
            snapshot,
            delta,
            len(snapshot),
            made_of,
        )
        if stored is None:
            return None
        await execute(
            "update device_index set snapshot = null where region_id = $1 and version < $2", region_id, version
        )
        await poke_touched()
    return Built(name, len(snapshot), 0 if delta is None else len(delta))


def _make(articles: list[Record], locations: list[Record], devices: list[Record], before: bytes | None) -> bytes:
    """The snapshot; what the last one named keeps its position, so that a delta need not name it again."""
    known = decode(before) if before is not None else DeviceIndex()
    places = {article.number: position for position, article in enumerate(known.articles)}
    article_positions: dict[UUID, int] = {}
    listed = list(known.articles)
    for row in articles:
        article = IndexArticle(
            row["number"], row["name"], row["iso_class"], row["stock_status"] == "expired", row["pm_interval_months"]
        )
        position = places.get(article.number, len(listed))
        listed[position : position + 1] = [article]
        article_positions[row["id"]] = position
    location_positions = {row["id"]: position for position, row in enumerate(locations)}
    entries = {
        row["number"]: IndexEntry(
            number=row["number"],
            article=article_positions[row["article_id"]],
            status=row["status"],
            next_pm=row["next_pm"],
            scrapped_on=row["scrapped_on"],
            location=location_positions.get(row["home_location_id"]),
            flags=frozenset(flag for flag in FLAGS if row[flag]),
            labels=tuple((version, token_check(start)) for version, start in row["labels"]),
        )
        for row in devices
    }
    return encode(DeviceIndex(listed, [row["name"] for row in locations], entries))


async def newest(region_id: UUID) -> Record | None:
    """The newest version: ``version``, ``sha256``, ``snapshot`` (gzip), ``size``."""
    return await fetch_row(
        "select version, sha256, snapshot, size from device_index where region_id = $1 order by version desc limit 1",
        region_id,
    )


async def deltas_since(region_id: UUID, sha256: bytes) -> list[bytes] | None:
    """The deltas (gzip) from a version to the newest, oldest first; None when that version is no longer known."""
    start = await fetch_value(
        "select version from device_index where region_id = $1 and sha256 = $2", region_id, sha256
    )
    if start is None:
        return None
    rows = await fetch(
        "select version, delta from device_index where region_id = $1 and version > $2 order by version",
        region_id,
        start,
    )
    versions = [row["version"] for row in rows]
    if versions != list(range(start + 1, start + 1 + len(rows))) or any(row["delta"] is None for row in rows):
        return None
    return [bytes(row["delta"]) for row in rows]
