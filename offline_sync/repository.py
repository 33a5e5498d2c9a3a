"""All queries of the command log and of the phones. The pull's are in pull_repository.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from app.database import execute, execute_many, fetch, fetch_row, fetch_value, new_id
from offline_sync.clock import EventTime
from offline_sync.commands import BlobRef
from offline_sync.envelope import SentCommand

#: Carries scopes (ids of users, teams, regions), never data.
POKE_CHANNEL: Final = "turbil_poke"


@dataclass(frozen=True)
class SyncDevice:
    """One install for one user (docs/sync.md, "Shape"); never to be confused with an assistive device."""

    id: UUID
    region_id: UUID
    user_id: UUID
    state: str
    last_seq: int
    created_at: datetime


@dataclass(frozen=True)
class Verdict:
    """What became of a command.

    Attributes:
        verdict: applied, recorded, parked or quarantined; refused only for the office.
        code: a key of sentences.py, "" when applied.
        detail: values of its sentence.
        result: what the caller gets back, for example a new order's number.
        subject_kind, subject_id: what a review item is about.
    """

    verdict: str
    code: str
    detail: Mapping[str, Any]
    result: Mapping[str, Any] | None = None
    subject_kind: str = ""
    subject_id: UUID | None = None


@dataclass(frozen=True)
class LoggedCommand:
    """A command that is in the log."""

    id: UUID
    device: UUID | None
    seq: int | None
    author: UUID | None
    raw: bytes
    digest: bytes
    received_at: datetime
    at_est: datetime
    verdict: Verdict


_DEVICE: Final = "select id, region_id, user_id, state, last_seq, created_at from sync_device"


async def epoch() -> UUID:
    """The epoch of this database; another one means that a backup was restored."""
    value: UUID = await fetch_value("select epoch from sync_meta")
    return value


async def renew_epoch() -> UUID:
    """Begin a new epoch. ``turbil restored`` calls it once after a backup has been read in."""
    value: UUID = await fetch_value("update sync_meta set epoch = gen_random_uuid() returning epoch")
    return value


async def find_device(push_key: str) -> SyncDevice | None:
    """The phone whose push key this is."""
    row = await fetch_row(f"{_DEVICE} where push_key_hash = $1", sha256(push_key.encode()).digest())
    return SyncDevice(**dict(row)) if row else None


async def lock_device(device_id: UUID) -> SyncDevice:
    """The phone's row, locked until the end of the transaction: one push of a phone at a time."""
    row = await fetch_row(f"{_DEVICE} where id = $1 for update", device_id)
    if row is None:
        raise LookupError("the phone has vanished")
    return SyncDevice(**dict(row))


async def insert_device(
    *,
    region_id: UUID,
    user_id: UUID,
    push_key: str,
    build: str,
    schema: int,
    storage_id: UUID | None,
    created_at: datetime | None = None,
) -> UUID:
    """Register an install for a user; only the hash of its push key is kept."""
    device_id = new_id()
    await execute(
        "insert into sync_device (id, region_id, user_id, push_key_hash, build, schema, storage_id, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, coalesce($8, now()))",
        device_id,
        region_id,
        user_id,
        sha256(push_key.encode()).digest(),
        build,
        schema,
        storage_id,
        created_at,
    )
    return device_id


async def set_device_state(device_id: UUID, state: str) -> None:
    """Mark a phone active, lost or to be wiped."""
    await execute("update sync_device set state = $2 where id = $1", device_id, state)


async def advance_device(device_id: UUID, last_seq: int, build: str, schema: int) -> None:
    """Remember how far the phone's log has come and what it runs."""
    await execute(
        "update sync_device set last_seq = $2, build = $3, schema = $4, last_seen = now() where id = $1",
        device_id,
        last_seq,
        build,
        schema,
    )


async def find_commands(ids: Sequence[UUID]) -> dict[UUID, LoggedCommand]:
    """Those of the ids that are in the log."""
    rows = await fetch(
        "select c.id, c.device, c.seq, c.author, c.payload_raw, c.payload_sha256, c.received_at, c.at_est, s.verdict,"
        " s.code, s.detail, c.result from command_log c join command_standing s on s.command_id = c.id"
        " where c.id = any($1)",
        list(ids),
    )
    return {
        row["id"]: LoggedCommand(
            row["id"],
            row["device"],
            row["seq"],
            row["author"],
            bytes(row["payload_raw"]),
            bytes(row["payload_sha256"]),
            row["received_at"],
            row["at_est"],
            Verdict(row["verdict"], row["code"], row["detail"], row["result"]),
        )
        for row in rows
    }


async def insert_sent_command(device: SyncDevice, command: SentCommand, time: EventTime, received_at: datetime) -> bool:
    """Put a phone's command into the log, unjudged. False when its id was there already."""
    stored = await fetch_value(
        "insert into command_log (id, region_id, device, seq, author, type, v, payload_raw, payload_sha256, at, at_est,"
        " received_at, aggregate, base_rv, verdict, clock_skewed)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 'parked', $15)"
        " on conflict (id) do nothing returning true",
        command.id,
        device.region_id,
        device.id,
        command.seq,
        device.user_id,
        command.type,
        command.version,
        command.raw,
        command.digest,
        time.at,
        time.estimated,
        received_at,
        command.aggregate,
        command.base_rv,
        time.skewed,
    )
    if stored and command.blobs:
        await name_blobs(command.id, command.blobs)
    return bool(stored)


async def name_blobs(command_id: UUID, blobs: Sequence[BlobRef]) -> None:
    """Expect the attachments that a command names; a blob that is already here is not sent again."""
    ordered = sorted({blob.sha256: blob for blob in blobs}.values(), key=lambda blob: blob.sha256)
    await execute_many(
        "insert into blob (sha256, size, mime) values ($1, $2, $3) on conflict (sha256) do nothing",
        [(blob.sha256, blob.size, blob.mime) for blob in ordered],
    )
    await execute_many(
        "insert into command_blob (command_id, sha256, role) values ($1, $2, $3) on conflict do nothing",
        [(command_id, blob.sha256, blob.role) for blob in blobs],
    )


async def missing_blobs(command_ids: Sequence[UUID]) -> list[bytes]:
    """The hashes that these commands name and that have not arrived, smallest first."""
    rows = await fetch(
        "select distinct b.sha256, b.size from command_blob c join blob b using (sha256)"
        " where c.command_id = any($1) and b.state = 'pending' order by b.size, b.sha256",
        list(command_ids),
    )
    return [bytes(row["sha256"]) for row in rows]


async def insert_office_command(
    *,
    command_id: UUID,
    region_id: UUID,
    author: UUID | None,
    type_name: str,
    version: int,
    raw: bytes,
    received_at: datetime,
    aggregate: UUID | None,
    base_rv: int | None,
    verdict: Verdict,
) -> bool:
    """Put an office command into the log. False when its id was there already."""
    stored = await fetch_value(
        "insert into command_log (id, region_id, author, type, v, payload_raw, payload_sha256, at, at_est, received_at,"
        " aggregate, base_rv, verdict, code, detail)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $8, $9, $10, $11, $12, $13)"
        " on conflict (id) do nothing returning true",
        command_id,
        region_id,
        author,
        type_name,
        version,
        raw,
        sha256(raw).digest(),
        received_at,
        aggregate,
        base_rv,
        verdict.verdict,
        verdict.code,
        dict(verdict.detail),
    )
    return bool(stored)


async def set_verdict(command_id: UUID, verdict: Verdict) -> None:
    """Write what became of a command that was parked until now; any other verdict is final."""
    await execute(
        "update command_log set verdict = $2, code = $3, detail = $4, result = $5 where id = $1 and verdict = 'parked'",
        command_id,
        verdict.verdict,
        verdict.code,
        dict(verdict.detail),
        dict(verdict.result) if verdict.result is not None else None,
    )


async def waits_behind(device_id: UUID, aggregate: UUID, seq: int) -> bool:
    """True when an earlier command of this phone on the same aggregate is parked."""
    found = await fetch_value(
        "select true from command_log where device = $1 and aggregate = $2 and seq < $3 and verdict = 'parked' limit 1",
        device_id,
        aggregate,
        seq,
    )
    return bool(found)


async def open_review(region_id: UUID, command_id: UUID, verdict: Verdict) -> UUID:
    """Ask a person to decide."""
    review_id = new_id()
    await execute(
        "insert into review_item (id, region_id, command_id, subject_kind, subject_id, reason, detail)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        review_id,
        region_id,
        command_id,
        verdict.subject_kind,
        verdict.subject_id,
        verdict.code,
        dict(verdict.detail),
    )
    return review_id


async def revise_review(command_id: UUID, verdict: Verdict) -> None:
    """After a replay: close the item of a command that was applied after all, else tell its new reason."""
    if verdict.verdict == "applied":
        await execute(
            "update review_item set state = 'decided', decided_at = now() where command_id = $1 and state = 'open'",
            command_id,
        )
        return
    await execute(
        "update review_item set reason = $2, detail = $3, subject_kind = $4, subject_id = $5"
        " where command_id = $1 and state = 'open'",
        command_id,
        verdict.code,
        dict(verdict.detail),
        verdict.subject_kind,
        verdict.subject_id,
    )


async def reviews_of(command_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The newest review item per command."""
    rows = await fetch(
        "select distinct on (command_id) command_id, id from review_item where command_id = any($1)"
        " order by command_id, created_at desc, id desc",
        list(command_ids),
    )
    return {row["command_id"]: row["id"] for row in rows}


async def names_in_region(region_id: UUID) -> dict[str, str]:
    """The names of the region's users and teams by their ids as text."""
    rows = await fetch(
        "select id::text, name from user_account where region_id = $1 union all"
        " select id::text, name from team where region_id = $1",
        region_id,
    )
    return {row["id"]: row["name"] for row in rows}


async def find_fork(command_id: UUID, device_id: UUID, digest: bytes) -> bool:
    """True when this phone's other bytes for the id are kept already."""
    found = await fetch_value(
        "select true from command_fork where command_id = $1 and device = $2 and payload_sha256 = $3 limit 1",
        command_id,
        device_id,
        digest,
    )
    return bool(found)


async def insert_fork(command_id: UUID, device_id: UUID, command: SentCommand, received_at: datetime) -> None:
    """Keep other bytes under an id that is taken; the first stays what it was (R3)."""
    await execute(
        "insert into command_fork (id, command_id, device, seq, payload_raw, payload_sha256, received_at)"
        " values ($1, $2, $3, $4, $5, $6, $7)",
        new_id(),
        command_id,
        device_id,
        command.seq,
        command.raw,
        command.digest,
        received_at,
    )
    if command.blobs:
        await name_blobs(command_id, command.blobs)
    # The verdict's row becomes part of this phone's view; the update tells the pull to look.
    await execute("update command_log set rv = rv where id = $1", command_id)


async def parked_devices() -> list[UUID]:
    """The phones that have parked commands."""
    rows = await fetch("select distinct device from command_log where verdict = 'parked' and device is not null")
    return [row["device"] for row in rows]


async def parked_commands(device_id: UUID) -> list[LoggedCommand]:
    """A phone's parked commands, oldest first."""
    rows = await fetch("select id from command_log where device = $1 and verdict = 'parked' order by seq", device_id)
    found = await find_commands([row["id"] for row in rows])
    return [found[row["id"]] for row in rows]


async def poke_touched() -> None:
    """Tell the listeners, at commit, which scopes this transaction touched; ids only."""
    await execute(
        "select pg_notify($1, scope::text) from (select distinct scope from sync_touch"
        " where at = now() and xid = pg_current_xact_id()) touched",
        POKE_CHANNEL,
    )
