"""Reads and writes of fault reports that commands and public routes make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value, new_id


@dataclass(frozen=True)
class Labelled:
    """A label that lets the public in: it is known and valid."""

    region_id: UUID
    device_id: UUID


async def valid_label(token_hash: bytes, now: datetime) -> Labelled | None:
    """Return what the label with that token sits on, in whichever region; None alike for unknown and withdrawn ones."""
    row = await fetch_row(
        "select l.region_id, l.device_id from device_label l where l.token_hash = $1"
        " and (l.revoked_at is null or l.revoked_at > $2)",
        token_hash,
        now,
    )
    return None if row is None else Labelled(**dict(row))


async def regions() -> list[Record]:
    """Return id, code and name of all regions, by name."""
    return await fetch("select id, code, name from region order by swedish_order(name), code")


async def thing(device_id: UUID) -> Record:
    """Return what kind of thing the device is, and since when a fault of it is known that nobody has mended yet."""
    [row] = await fetch(
        "select a.name as article_name, a.iso_class, (select min(told) from ("
        "   select w.registered_at as told from work_order w where w.device_id = d.id and w.type = 'corrective'"
        "     and w.state not in ('closed', 'cancelled')"
        "   union all select r.received_at from fault_report r where r.device_id = d.id and r.state = 'received'"
        " ) as known) as open_since from device d join article a on a.id = d.article_id where d.id = $1",
        device_id,
    )
    return row


async def device_with_number(region_id: UUID, number: str) -> UUID | None:
    """Return the region's device with that printed number."""
    device_id: UUID | None = await fetch_value(
        "select id from device where region_id = $1 and number = $2", region_id, number
    )
    return device_id


async def submitted(command_id: UUID) -> bool:
    """True when this report is in the log already: sending it again counts against nobody."""
    return bool(
        await fetch_value(
            "select true from command_log where id = $1 and type = 'fault_report.submit' and author is null", command_id
        )
    )


async def same_report(region_id: UUID, same_hash: bytes, since: datetime) -> UUID | None:
    """Return the report of the same content that came lately; whoever sends it at this moment waits for the other."""
    await execute("select pg_advisory_xact_lock($1)", int.from_bytes(same_hash[:8], "big", signed=True))
    report_id: UUID | None = await fetch_value(
        "select id from fault_report where region_id = $1 and same_hash = $2 and received_at > $3"
        " order by received_at limit 1",
        region_id,
        same_hash,
        since,
    )
    return report_id


async def count_again(report_id: UUID) -> None:
    """The same report was sent once more."""
    await execute("update fault_report set times_sent = times_sent + 1 where id = $1", report_id)


async def insert_report(values: Mapping[str, Any]) -> bool:
    """Store a report. False when its id is taken."""
    names = list(values)
    numbers = ", ".join(f"${place}" for place in range(1, len(names) + 1))
    return bool(
        await fetch_value(
            f"insert into fault_report ({', '.join(names)}) values ({numbers})"  # noqa: S608 - names are code
            " on conflict (id) do nothing returning true",
            *values.values(),
        )
    )


# ---------------------------------------------------------------- the secret link


async def insert_link(token_hash: bytes, report_id: UUID) -> None:
    """Keep the hash of a secret link; it is there already when the same form was sent again."""
    await execute(
        "insert into fault_report_link (token_hash, fault_report_id) values ($1, $2)"
        " on conflict (token_hash) do nothing",
        token_hash,
        report_id,
    )


async def report_of_link(token_hash: bytes) -> Record | None:
    """Return what the page behind a secret link shows, and the ids it needs."""
    return await fetch_row(
        "select r.id, r.region_id, r.state, r.received_at, r.answer, r.language, coalesce(a.name, '') as article_name,"
        " g.name as region_name, w.state as work from fault_report_link l"
        " join fault_report r on r.id = l.fault_report_id join region g on g.id = r.region_id"
        " left join device d on d.id = r.device_id and r.source = 'label'"
        " left join article a on a.id = d.article_id left join work_order w on w.id = r.work_order_id"
        " where l.token_hash = $1",
        token_hash,
    )


async def save_photo(region_id: UUID, report_id: UUID, position: int, sha256: bytes, size: int) -> None:
    """Keep a photograph in its place; sending it again replaces it."""
    await execute(
        "insert into fault_report_photo (id, region_id, fault_report_id, position, sha256, size)"
        " values ($1, $2, $3, $4, $5, $6) on conflict (fault_report_id, position)"
        " do update set sha256 = excluded.sha256, size = excluded.size",
        new_id(),
        region_id,
        report_id,
        position,
        sha256,
        size,
    )


async def save_subscription(report_id: UUID, *, endpoint: str, p256dh: str, auth: str, language: str) -> None:
    """Keep a browser that wants to be told about this report."""
    await execute(
        "insert into fault_report_subscription (id, fault_report_id, endpoint, p256dh, auth, language)"
        " values ($1, $2, $3, $4, $5, $6) on conflict (fault_report_id, endpoint)"
        " do update set p256dh = excluded.p256dh, auth = excluded.auth, language = excluded.language,"
        " dropped_at = null",
        new_id(),
        report_id,
        endpoint,
        p256dh,
        auth,
        language,
    )


async def subscriptions_of(report_id: UUID) -> list[UUID]:
    """Return the browsers to push to."""
    rows = await fetch(
        "select id from fault_report_subscription where fault_report_id = $1 and dropped_at is null", report_id
    )
    return [row["id"] for row in rows]


async def subscription(subscription_id: UUID) -> Record | None:
    """Return a browser that is still to be told."""
    return await fetch_row(
        "select endpoint, p256dh, auth, language from fault_report_subscription where id = $1 and dropped_at is null",
        subscription_id,
    )


async def drop_subscription(subscription_id: UUID) -> None:
    """The browser is gone."""
    await execute("update fault_report_subscription set dropped_at = now() where id = $1", subscription_id)


# ---------------------------------------------------------------- triage


@dataclass(frozen=True)
class LockedReport:
    """A report whose row is locked until the transaction ends."""

    id: UUID
    region_id: UUID
    state: str
    device_id: UUID | None
    device_number: str | None
    article_name: str | None
    rv: int

    @property
    def public_state(self) -> dict[str, Any]:
        """The state for a refusal's answer: nothing about a person."""
        return {"state": self.state, "rv": self.rv}


async def lock_report(region_id: UUID, report_id: UUID) -> LockedReport | None:
    """Lock the region's report; None when there is none."""
    row = await fetch_row(
        "select r.id, r.region_id, r.state, r.device_id, d.number as device_number, a.name as article_name, r.rv"
        " from fault_report r left join device d on d.id = r.device_id left join article a on a.id = d.article_id"
        " where r.region_id = $1 and r.id = $2 for update of r",
        region_id,
        report_id,
    )
    return None if row is None else LockedReport(**dict(row))


async def decide(report_id: UUID, values: Mapping[str, Any]) -> int:
    """Write a decision; returns the row's new version."""
    names = [f"{name} = ${place}" for place, name in enumerate(values, 2)]
    version: int = await fetch_value(
        f"update fault_report set {', '.join(names)} where id = $1 returning rv",  # noqa: S608 - names are code
        report_id,
        *values.values(),
    )
    return version


async def work_order_with_number(region_id: UUID, number: str) -> UUID | None:
    """Return the region's work order with that number."""
    order_id: UUID | None = await fetch_value(
        "select id from work_order where region_id = $1 and number = $2", region_id, number
    )
    return order_id


async def reports_of_order(work_order_id: UUID) -> list[UUID]:
    """Return the reports that a work order answers."""
    rows = await fetch("select id from fault_report where work_order_id = $1 order by id", work_order_id)
    return [row["id"] for row in rows]
