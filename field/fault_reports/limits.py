"""How often the public may try (SR-06, SR-12): counted in the database, so for all workers and over restarts.

What is counted is stored as a hash: a label's token, a typed number, a sender's network. A sender is the connection's
own address; what a header says of it counts for nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.database import execute, fetch_value, new_id, unit_of_work
from app.identity.throttle import network_of

HOUR: Final = 3600
DAY: Final = 24 * HOUR

#: A region takes this many reports an hour; those beyond are taken in too, and sorted last in triage.
FLOOD: Final = 300


@dataclass(frozen=True)
class Limit:
    """At most ``most`` of one kind and key within ``seconds``."""

    kind: str
    key: bytes
    most: int
    seconds: int


def of_subject(label: str | None, region_id: UUID, number: str | None) -> list[Limit]:
    """Limits of reports about one thing: 5 an hour and 20 a day."""
    key = _hash(label) if label is not None else _hash(f"{region_id}\0{number}")
    return [Limit("subject", key, 5, HOUR), Limit("subject", key, 20, DAY)]


def of_sender(address: str) -> list[Limit]:
    """Limit of all reports from one network: far above a care home's worst hour."""
    return [Limit("report", _network(address), FLOOD, HOUR)]


def of_numbers(address: str) -> list[Limit]:
    """Limit of typed numbers from one network, right or wrong: whoever types numbers is told nothing by it."""
    return [Limit("number", _network(address), 30, HOUR)]


def of_bad_secrets(address: str) -> list[Limit]:
    """Limit of labels and links that are not valid, from one network."""
    key = _network(address)
    return [Limit("bad", key, 10, 60), Limit("bad", key, 30, HOUR)]


def of_photos(address: str, region_id: UUID) -> list[Limit]:
    """Limits of photographs: from one network, and of a region in a day, for the disk's sake (SR-13)."""
    return [Limit("photo", _network(address), 60, HOUR), Limit("photo_region", _hash(str(region_id)), 1000, DAY)]


async def admit(limits: Sequence[Limit]) -> int:
    """Count one attempt against all limits, or say how many seconds to wait; then nothing is counted.

    Advisory locks serialise attempts on the same key, so a burst does not slip through.
    """
    async with unit_of_work():
        for key in sorted({limit.key for limit in limits}):
            await execute("select pg_advisory_xact_lock($1)", int.from_bytes(key[:8], "big", signed=True))
        wait = 0.0
        for limit in limits:
            ago = await fetch_value(
                "select extract(epoch from clock_timestamp() - at)::float8 from public_attempt where kind = $1"
                " and key_hash = $2 and at > clock_timestamp() - make_interval(secs => $3)"
                " order by at desc offset $4 limit 1",
                limit.kind,
                limit.key,
                float(limit.seconds),
                limit.most - 1,
            )
            if ago is not None:
                wait = max(wait, limit.seconds - ago)
        if wait > 0:
            return int(wait) + 1
        for kind, key in {(limit.kind, limit.key) for limit in limits}:
            await execute(
                "insert into public_attempt (id, kind, key_hash, at) values ($1, $2, $3, clock_timestamp())",
                new_id(),
                kind,
                key,
            )
    return 0


async def flooded(region_id: UUID) -> bool:
    """True when the region has taken so many reports within an hour that the next ones are held."""
    count: int = await fetch_value(
        "select count(*) from fault_report where region_id = $1 and received_at > now() - interval '1 hour'", region_id
    )
    return count >= FLOOD


async def forget_old_attempts() -> None:
    """Remove what no longer counts."""
    await execute("delete from public_attempt where at < now() - make_interval(secs => $1)", float(DAY))


def _network(address: str) -> bytes:
    return _hash(network_of(address))


def _hash(text: str | None) -> bytes:
    return hashlib.sha256(f"public\0{text}".encode()).digest()
