"""All reads and writes of prints and of pre-printed labels. Every query is bound to one region."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

import msgspec

from app.database import Record, execute, fetch, fetch_row, fetch_value
from labels.arguments import DeviceSearch
from labels.template import LabelTemplate

PrintKind: TypeAlias = Literal["device", "unclaimed"]
BATCH: Final = 240
"""Labels that are read and drawn at a time: ten sheets of 24."""


@dataclass(frozen=True)
class Device:
    """A device whose label is to be printed. ``version`` is its newest label's, 0 for none; ``live`` is True when a
    label of it is valid without an end."""

    id: UUID
    number: str
    version: int
    live: bool


@dataclass(frozen=True)
class Print:
    """A print as it is stored. ``seed`` is None when it is closed."""

    id: UUID
    kind: PrintKind
    template: LabelTemplate
    host: str
    owner: str
    phone: str
    count: int
    first_number: str
    last_number: str
    seed: bytes | None
    older_end: datetime
    printed_at: datetime
    state: str


@dataclass(frozen=True)
class Printed:
    """One label of a print."""

    id: UUID
    number: str
    version: int


@dataclass(frozen=True)
class Unclaimed:
    """A pre-printed label. ``claimed_by`` is the number of the device that it sits on; ``ordered`` when its number
    waits for a device that has been ordered."""

    id: UUID
    number: str
    discarded: bool
    claimed_by: str | None
    ordered: bool


@dataclass(frozen=True)
class Verified:
    """A print's label that was scanned; ``again`` when it had been scanned before."""

    number: str
    again: bool


_DEVICES: Final = (
    "select d.id, d.number,"
    " coalesce((select max(l.version) from device_label l where l.device_id = d.id), 0) as version,"
    " exists (select from device_label l where l.device_id = d.id and l.revoked_at is null) as live from device d"
)


async def lock_devices(region_id: UUID, numbers: Sequence[str]) -> list[Device]:
    """Lock the region's devices with these numbers; return them in the order of ``numbers``."""
    # The lock first and the versions after it: another print that waited for the lock must count this one's.
    await fetch(
        "select 1 from device d where d.region_id = $1 and d.number = any($2) order by d.id for update",
        region_id,
        list(numbers),
    )
    rows = await fetch(f"{_DEVICES} where d.region_id = $1 and d.number = any($2)", region_id, list(numbers))
    found = {row["number"]: Device(**dict(row)) for row in rows}
    return [found[number] for number in numbers if number in found]


async def search_devices(region_id: UUID, search: DeviceSearch, limit: int) -> list[Record]:
    """Return devices in the order of their numbers, with what a list of them shows."""
    condition, parameters = _searched(search)
    return await fetch(
        "select d.number, a.name as article_name, d.next_pm,"  # noqa: S608 - conditions are constants
        " (select count(*)::integer from device_label l where l.device_id = d.id and l.revoked_at is null) as live"
        f" from device d join article a on a.id = d.article_id where {condition} order by d.number limit $6",
        region_id,
        *parameters,
        limit,
    )


async def count_devices(region_id: UUID, search: DeviceSearch) -> int:
    """Return how many devices a search finds."""
    condition, parameters = _searched(search)
    count: int = await fetch_value(
        "select count(*) from device d join article a on a.id = d.article_id"  # noqa: S608 - conditions are constants
        f" where {condition}",
        region_id,
        *parameters,
    )
    return count


def _searched(search: DeviceSearch) -> tuple[str, tuple[object, ...]]:
    """Condition over ``device d`` and ``article a``; $1 is the region, $2 to $5 the parameters."""
    digits = search.number.strip("*")
    ends = search.number.startswith("*")
    whole = bool(digits) and "*" not in search.number
    condition = (
        "d.region_id = $1 and d.status <> 'scrapped'"
        " and ($2 = '' or case when $3 then reverse(d.number) like reverse($2) || '%' else d.number like $2 end)"
        " and ($4 = '' or a.number = $4)"
        " and (not $5 or not exists (select from device_label l where l.device_id = d.id and l.revoked_at is null))"
    )
    wanted = digits if ends or whole or not digits else f"{digits}%"
    return condition, (wanted, ends, search.article_number.strip(), search.unlabelled)


async def insert_print(region_id: UUID, made: Print, printed_by: UUID) -> None:
    """Store a new print."""
    await execute(
        "insert into label_print (id, region_id, kind, template, host, owner, phone, count, first_number, last_number,"
        " seed, older_end, printed_by, printed_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        made.id,
        region_id,
        made.kind,
        msgspec.to_builtins(made.template),
        made.host,
        made.owner,
        made.phone,
        made.count,
        made.first_number,
        made.last_number,
        made.seed,
        made.older_end,
        printed_by,
        made.printed_at,
    )


async def insert_device_labels(
    region_id: UUID, print_id: UUID, older_end: datetime, labels: Sequence[tuple[UUID, UUID, int, bytes]]
) -> None:
    """Store the print's labels, each as (id, device, version, token's hash); older ones end at ``older_end``."""
    devices = [device for _, device, _, _ in labels]
    await execute(
        "update device_label set revoked_at = $2 where device_id = any($1) and (revoked_at is null or revoked_at > $2)",
        devices,
        older_end,
    )
    await execute(
        "insert into device_label (id, region_id, device_id, version, token_hash)"
        " select id, $1, device, version, hash"
        " from unnest($2::uuid[], $3::uuid[], $4::integer[], $5::bytea[]) x(id, device, version, hash)",
        region_id,
        [label for label, _, _, _ in labels],
        devices,
        [version for _, _, version, _ in labels],
        [token_hash for _, _, _, token_hash in labels],
    )
    await execute(
        "insert into printed_label (label_id, print_id, position)"
        " select id, $1, position from unnest($2::uuid[]) with ordinality x(id, position)",
        print_id,
        [label for label, _, _, _ in labels],
    )


async def insert_unclaimed(region_id: UUID, print_id: UUID, labels: Sequence[tuple[UUID, str, bytes]]) -> None:
    """Store pre-printed labels, each as (id, number, token's hash)."""
    await execute(
        "insert into unclaimed_label (id, region_id, number, token_hash, print_id, position)"
        " select id, $1, number, hash, $2, position"
        " from unnest($3::uuid[], $4::text[], $5::bytea[]) with ordinality x(id, number, hash, position)",
        region_id,
        print_id,
        [label for label, _, _ in labels],
        [number for _, number, _ in labels],
        [token_hash for _, _, token_hash in labels],
    )


async def find_print(region_id: UUID, print_id: UUID, *, lock: bool = False) -> Print | None:
    """Return a print of the region, its row locked when told."""
    row = await fetch_row(
        "select id, kind, template, host, owner, phone, count, first_number, last_number, seed, older_end, printed_at,"  # noqa: S608
        f" state from label_print where region_id = $1 and id = $2 {'for update' if lock else ''}",
        region_id,
        print_id,
    )
    if row is None:
        return None
    values = dict(row)
    return Print(**{**values, "template": msgspec.convert(values["template"], LabelTemplate)})


async def list_prints(region_id: UUID, limit: int) -> list[Record]:
    """Return the region's prints: open ones first, then the newest."""
    return await fetch(
        "select p.id, p.kind, p.template ->> 'name' as template_name, p.count, p.first_number, p.last_number,"
        " p.printed_at, u.name as printed_by, p.state, p.closed_at,"
        " (select count(*) from printed_label l where l.print_id = p.id and l.verified_at is not null)"
        " + (select count(*) from unclaimed_label l where l.print_id = p.id and l.verified_at is not null) as verified"
        " from label_print p"
        " join user_account u on u.id = p.printed_by where p.region_id = $1"
        " order by (p.state = 'open') desc, p.printed_at desc limit $2",
        region_id,
        limit,
    )


async def printed_labels(made: Print, batch: int = BATCH) -> AsyncIterator[list[Printed]]:
    """Yield a print's labels in its order, so many at a time."""
    sql = {
        "device": "select l.id, d.number, l.version, p.position from printed_label p"
        " join device_label l on l.id = p.label_id join device d on d.id = l.device_id",
        "unclaimed": "select p.id, p.number, 1 as version, p.position from unclaimed_label p",
    }[made.kind]
    after = 0
    while True:
        rows = await fetch(
            f"{sql} where p.print_id = $1 and p.position > $2 order by p.position limit $3", made.id, after, batch
        )
        if not rows:
            return
        yield [Printed(row["id"], row["number"], row["version"]) for row in rows]
        after = rows[-1]["position"]


async def note_verified(print_id: UUID, token_hash: bytes, at: datetime) -> Verified | None:
    """Note that the print's label with that token was scanned; None when the print has none."""
    row = await fetch_row(
        "select p.label_id as id, d.number, p.verified_at from printed_label p join device_label l on l.id = p.label_id"
        " join device d on d.id = l.device_id where p.print_id = $1 and l.token_hash = $2"
        " union all select u.id, u.number, u.verified_at from unclaimed_label u"
        " where u.print_id = $1 and u.token_hash = $2",
        print_id,
        token_hash,
    )
    if row is None:
        return None
    if row["verified_at"] is None:
        await execute("update printed_label set verified_at = $2 where label_id = $1", row["id"], at)
        await execute("update unclaimed_label set verified_at = $2 where id = $1", row["id"], at)
    return Verified(row["number"], row["verified_at"] is not None)


async def count_verified(print_id: UUID) -> int:
    """Return how many of the print's labels have been scanned."""
    count: int = await fetch_value(
        "select (select count(*) from printed_label where print_id = $1 and verified_at is not null)"
        " + (select count(*) from unclaimed_label where print_id = $1 and verified_at is not null)",
        print_id,
    )
    return count


async def missing_numbers(made: Print, limit: int) -> list[str]:
    """Return the first of the print's numbers that have not been scanned, in its order."""
    sql = {
        "device": "select d.number from printed_label p join device_label l on l.id = p.label_id"
        " join device d on d.id = l.device_id",
        "unclaimed": "select p.number from unclaimed_label p",
    }[made.kind]
    rows = await fetch(
        f"{sql} where p.print_id = $1 and p.verified_at is null order by p.position limit $2", made.id, limit
    )
    return [row["number"] for row in rows]


async def close_print(print_id: UUID, state: str, closed_by: UUID, at: datetime) -> None:
    """Close a print and forget what its tokens were made of."""
    await execute(
        "update label_print set state = $2, closed_by = $3, closed_at = $4, seed = null where id = $1",
        print_id,
        state,
        closed_by,
        at,
    )


async def revoke_print(made: Print, at: datetime, *, unverified_only: bool = False) -> None:
    """End the labels of a print, and let those go on that would have ended only because of it.

    With ``unverified_only`` the labels that were scanned are as valid as before.

    A label that a later print has replaced as well still ends: only the newest version that is left gets its time back.
    """
    await execute(
        "update unclaimed_label set discarded_at = $2 where print_id = $1 and claimed_at is null"
        " and (not $3 or verified_at is null)",
        made.id,
        at,
        unverified_only,
    )
    await execute(
        "update device_label l set revoked_at = null"
        " from printed_label p join device_label mine on mine.id = p.label_id"
        " where p.print_id = $1 and (not $3 or p.verified_at is null)"
        " and l.device_id = mine.device_id and l.revoked_at = $2 and l.version < mine.version"
        " and not exists (select from device_label newer where newer.device_id = mine.device_id"
        "   and newer.version > mine.version)",
        made.id,
        made.older_end,
        unverified_only,
    )
    await execute(
        "update device_label l set revoked_at = least(l.revoked_at, $2) from printed_label p"
        " where p.print_id = $1 and l.id = p.label_id and (not $3 or p.verified_at is null)",
        made.id,
        at,
        unverified_only,
    )


async def expire_prints(before: datetime) -> int:
    """Close prints that nobody has verified and that are older than ``before``. Returns how many."""
    tag = await execute(
        "update label_print set state = 'expired', closed_at = now(), seed = null"
        " where state = 'open' and printed_at < $1",
        before,
    )
    return int(tag.split()[-1])


async def find_unclaimed(region_id: UUID, token_hash: bytes, *, lock: bool = False) -> Unclaimed | None:
    """Return the region's pre-printed label with that token, its row locked when told."""
    row = await fetch_row(
        "select u.id, u.number, u.discarded_at is not null as discarded,"  # noqa: S608 - constants
        " exists (select from device_purchase o where o.region_id = $1 and o.state = 'ordered'"
        " and o.numbers @> array[u.number]) as ordered,"
        " (select d.number from device_label l join device d on d.id = l.device_id where l.id = u.claimed_label_id)"
        " as claimed_by from unclaimed_label u where u.region_id = $1 and u.token_hash = $2"
        f" {'for update' if lock else ''}",
        region_id,
        token_hash,
    )
    return None if row is None else Unclaimed(**dict(row))


async def mark_claimed(unclaimed_id: UUID, label_id: UUID, at: datetime) -> None:
    """Say that a pre-printed label has become a device's."""
    await execute(
        "update unclaimed_label set claimed_label_id = $2, claimed_at = $3 where id = $1", unclaimed_id, label_id, at
    )


async def purchase_numbers(region_id: UUID, purchase_id: UUID) -> tuple[str, list[str]] | None:
    """Return a purchase's state and its numbers in order, its row locked; None when there is none."""
    row = await fetch_row(
        "select state, numbers from device_purchase where region_id = $1 and id = $2 for update", region_id, purchase_id
    )
    return None if row is None else (row["state"], list(row["numbers"]))


async def live_unclaimed(region_id: UUID, numbers: Sequence[str]) -> list[str]:
    """Return those of the numbers of which a label was printed ahead and not thrown away."""
    rows = await fetch(
        "select number from unclaimed_label where region_id = $1 and number = any($2) and discarded_at is null"
        " order by number",
        region_id,
        list(numbers),
    )
    return [row["number"] for row in rows]


async def claim_numbers(region_id: UUID, numbers: Sequence[str], at: datetime) -> int:
    """Labels printed ahead become the first labels of the devices that have their numbers. Returns how many."""
    tag = await execute(
        "with labelled as (insert into device_label (id, region_id, device_id, version, token_hash)"
        " select u.id, $1, d.id, 1, u.token_hash from unclaimed_label u"
        " join device d on d.region_id = $1 and d.number = u.number"
        " where u.region_id = $1 and u.number = any($2) and u.discarded_at is null and u.claimed_at is null"
        " returning id)"
        " update unclaimed_label u set claimed_label_id = l.id, claimed_at = $3 from labelled l where u.id = l.id",
        region_id,
        list(numbers),
        at,
    )
    return int(tag.split()[-1])


async def discard_numbers(region_id: UUID, numbers: Sequence[str], at: datetime) -> None:
    """Labels printed ahead with these numbers end."""
    await execute(
        "update unclaimed_label set discarded_at = $3 where region_id = $1 and number = any($2)"
        " and discarded_at is null and claimed_at is null",
        region_id,
        list(numbers),
        at,
    )


async def insert_device(region_id: UUID, device_id: UUID, number: str, article_id: UUID, serial: str) -> None:
    """Store a new device in stock."""
    await execute(
        "insert into device (id, region_id, number, article_id, serial, status)"
        " values ($1, $2, $3, $4, $5, 'in_stock')",
        device_id,
        region_id,
        number,
        article_id,
        serial,
    )


async def longest_number(region_id: UUID) -> str:
    """Return the longest device number of the region, at least six digits: what a template must have room for."""
    longest: int | None = await fetch_value(
        "select max(char_length(number)) from device where region_id = $1", region_id
    )
    return "10490170"[: max(6, longest or 0)]
