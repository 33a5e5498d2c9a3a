"""Reads and writes of custody events and of what the chain decides: the states of tasks and stops."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, TypeAlias, cast
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value, new_id
from routing.rounds.custody import Event, Kind, Place, Registered, Ruling, Standing

#: What has a chain of its own: a device, or the goods of one task that have no number.
Subject: TypeAlias = tuple[Literal["device", "task"], UUID]

#: An order's line, or the task itself for goods that nobody had ordered.
LineKey: TypeAlias = tuple[Literal["order", "pickup", "task"], UUID]


@dataclass(frozen=True)
class NewEvent:
    """A custody event to store. ``beside_code`` is the rule that holds it back, "" when none does."""

    kind: Kind
    source: Place
    target: Place
    at: datetime
    article_id: UUID
    quantity: int = 1
    device_id: UUID | None = None
    round_id: UUID | None = None
    stop_id: UUID | None = None
    task_id: UUID | None = None
    hygiene: str | None = None
    scan_raw: str | None = None
    beside_code: str = ""

    @property
    def subject(self) -> Subject | None:
        """Whose chain it belongs to; goods without a number and without a task have none."""
        if self.device_id is not None:
            return ("device", self.device_id)
        return None if self.task_id is None else ("task", self.task_id)


@dataclass(frozen=True)
class StoredEvent:
    """A stored event with its task's order lines.

    Attributes:
        fact: what the fold looks at.
        standing: as it was stored last. ``beside_code``: why it stands beside.
        number: the device's, or the name of an article without numbers.
    """

    fact: Event
    standing: Standing
    beside_code: str
    device_id: UUID | None
    article_id: UUID
    quantity: int
    hygiene: str
    by_user: UUID
    number: str
    order_line_id: UUID | None
    pickup_line_id: UUID | None
    for_repair: bool

    @property
    def line(self) -> LineKey | None:
        """The order's line whose fate it decides; the task itself for goods that nobody had ordered.

        None for what is fetched for repair: no order of either kind changes, and the holder stays its holder (R-204).
        """
        if self.for_repair:
            return None
        if self.order_line_id is not None:
            return ("order", self.order_line_id)
        if self.fact.kind != "collect" or self.fact.task_id is None:
            return None
        if self.pickup_line_id is not None:
            return ("pickup", self.pickup_line_id)
        return ("task", self.fact.task_id)


_COLUMN: Final = {"device": "e.device_id = $1", "task": "e.device_id is null and e.task_id = $1"}


async def insert_events(region_id: UUID, command_id: UUID, by_user: UUID, events: Iterable[NewEvent]) -> None:
    """Store events; they are no links until the chain has been folded."""
    for event in events:
        await execute(
            "insert into custody_event (id, region_id, device_id, article_id, quantity, kind, from_kind, from_id,"
            " to_kind, to_id, at, round_id, stop_id, task_id, by_user, scan_raw, command_id, hygiene, standing, ruling,"
            " beside_code) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,"
            " 'beside', $19, $20)",
            new_id(),
            region_id,
            event.device_id,
            event.article_id,
            event.quantity,
            event.kind,
            event.source[0],
            event.source[1],
            event.target[0],
            event.target[1],
            event.at,
            event.round_id,
            event.stop_id,
            event.task_id,
            by_user,
            event.scan_raw,
            command_id,
            event.hygiene,
            "held" if event.beside_code else None,
            event.beside_code,
        )


async def events_of(subject: Subject) -> list[StoredEvent]:
    """Return the subject's events, in no particular order."""
    rows = await fetch(
        "select e.id, e.command_id, e.kind, e.from_kind, e.from_id, e.to_kind, e.to_id, e.at, e.stop_id, e.task_id,"  # noqa: S608
        " e.ruling, e.undone_by is not null as undone, e.standing, e.beside_code, e.device_id, e.article_id,"
        " e.quantity, e.by_user, coalesce(e.hygiene, 'unknown') as hygiene, coalesce(d.number, a.name) as number,"
        " t.order_line_id, t.pickup_line_id, coalesce(t.work_order_id is not null, false) as for_repair"
        " from custody_event e join article a on a.id = e.article_id"
        " left join device d on d.id = e.device_id left join stop_task t on t.id = e.task_id"
        f" where {_COLUMN[subject[0]]}",
        subject[1],
    )
    return [_stored(row) for row in rows]


def _stored(row: Record) -> StoredEvent:
    fact = Event(
        id=row["id"],
        command_id=row["command_id"],
        kind=cast("Kind", row["kind"]),
        source=(row["from_kind"], row["from_id"]),
        target=(row["to_kind"], row["to_id"]),
        at=row["at"],
        stop_id=row["stop_id"],
        task_id=row["task_id"],
        ruling=cast("Ruling | None", row["ruling"]),
        undone=row["undone"],
    )
    return StoredEvent(
        fact=fact,
        standing=cast("Standing", row["standing"]),
        beside_code=row["beside_code"],
        device_id=row["device_id"],
        article_id=row["article_id"],
        quantity=row["quantity"],
        hygiene=row["hygiene"],
        by_user=row["by_user"],
        number=row["number"],
        order_line_id=row["order_line_id"],
        pickup_line_id=row["pickup_line_id"],
        for_repair=row["for_repair"],
    )


async def vans_of(region_id: UUID) -> frozenset[UUID]:
    """Return the region's vans."""
    rows = await fetch("select id from location where region_id = $1 and kind = 'van'", region_id)
    return frozenset(row["id"] for row in rows)


async def registered_holdings(device_id: UUID) -> list[Registered]:
    """Return the device's holdings as the fold takes them (custody.py)."""
    rows = await fetch(
        "select coalesce(person_id, party_id) as holder, "
        " case when order_line_id is null then starts_at end as starts_at,"
        " case when succeeded_by is null then ends_at end as ends_at from holding"
        " where device_id = $1 and starts_at is not null and ends_at is distinct from starts_at",
        device_id,
    )
    return [Registered(row["holder"], row["starts_at"], row["ends_at"]) for row in rows]


async def store_standing(event_id: UUID, standing: Standing, code: str) -> None:
    """Store what the fold made of an event."""
    await execute("update custody_event set standing = $2, beside_code = $3 where id = $1", event_id, standing, code)


async def hold_back(event_id: UUID, code: str) -> None:
    """Hold an event back by a rule."""
    await execute("update custody_event set ruling = 'held', beside_code = $2 where id = $1", event_id, code)


async def force(command_id: UUID, codes: Collection[str]) -> list[Subject]:
    """Make the command's events that stand beside for one of the codes links, and return whose chains they are in."""
    rows = await fetch(
        "update custody_event set ruling = 'forced' where command_id = $1 and standing = 'beside'"
        " and beside_code = any($2) returning device_id, task_id",
        command_id,
        list(codes),
    )
    return _subjects(rows)


async def take_back(command_id: UUID, undone_by: UUID) -> list[Subject]:
    """Take back the command's events, and return whose chains they were in."""
    rows = await fetch(
        "update custody_event set undone_by = $2 where command_id = $1 and undone_by is null"
        " returning device_id, task_id",
        command_id,
        undone_by,
    )
    return _subjects(rows)


def _subjects(rows: Sequence[Record]) -> list[Subject]:
    found: set[Subject] = set()
    for row in rows:
        if row["device_id"] is not None:
            found.add(("device", row["device_id"]))
        elif row["task_id"] is not None:
            found.add(("task", row["task_id"]))
    return sorted(found)


async def loaded_and_not_unloaded(round_id: UUID, until: datetime) -> list[NewEvent]:
    """Return, for everything loaded on the round and neither delivered nor unloaded, the unloading of it.

    Whether a load is a link does not matter here, so that it does not matter what arrived first.
    """
    rows = await fetch(
        "select distinct on (coalesce(e.device_id, e.task_id)) e.device_id, e.article_id, e.quantity, e.from_id,"
        " e.to_id, e.stop_id, e.task_id, e.kind, r.depot_id from custody_event e join van_round r on r.id = e.round_id"
        " left join stop_task t on t.id = e.task_id where e.round_id = $1"
        # What was fetched for repair is handed in with the van; other pick-ups wait for their arrival.
        " and (e.kind = 'load' or (e.kind = 'collect' and t.work_order_id is not null))"
        " and e.undone_by is null and e.at <= $2 and e.ruling is distinct from 'held'"
        " and not exists (select from custody_event x where x.round_id = $1 and x.kind in ('deliver', 'unload')"
        "   and x.undone_by is null and x.ruling is distinct from 'held' and x.at >= e.at"
        "   and coalesce(x.device_id, x.task_id) = coalesce(e.device_id, e.task_id))"
        " order by coalesce(e.device_id, e.task_id), e.at desc, e.command_id",
        round_id,
        until,
    )
    return [
        NewEvent(
            kind="unload",
            source=("location", row["to_id"]),
            target=("location", row["from_id"] if row["kind"] == "load" else row["depot_id"]),
            at=until,
            article_id=row["article_id"],
            quantity=row["quantity"],
            device_id=row["device_id"],
            round_id=round_id,
            stop_id=row["stop_id"],
            task_id=row["task_id"],
        )
        for row in rows
    ]


async def own_event_time(command_id: UUID, given: datetime) -> datetime:
    """Return when something happened: the phone's time set right as the command's own was, never later than it (R7)."""
    at: datetime = await fetch_value(
        "select least($2::timestamptz + (at_est - at), at_est) from command_log where id = $1", command_id, given
    )
    return at


@dataclass(frozen=True)
class TaskPickup:
    """What an unplanned collect needs to become a pick-up line: the recipient, and the line it has already."""

    pickup_line_id: UUID | None
    person_id: UUID | None
    party_id: UUID | None
    sibling_order_id: UUID | None


async def task_pickup(task_id: UUID) -> TaskPickup:
    """Return the task's recipient, its live pick-up line, and the pick-up order that the stop has anyway."""
    row = await fetch_row(
        "select l.id as pickup_line_id, s.person_id, s.party_id, (select pl.pickup_order_id from stop_task x"
        "   join pickup_line pl on pl.id = x.pickup_line_id where x.stop_id = s.id and not x.unplanned"
        "   order by x.position, x.id limit 1) as sibling_order_id"
        " from stop_task t join stop s on s.id = t.stop_id"
        " left join pickup_line l on l.id = t.pickup_line_id and l.state <> 'cancelled' where t.id = $1",
        task_id,
    )
    if row is None:
        raise LookupError("no such task")
    return TaskPickup(**dict(row))


async def set_pickup_line(task_id: UUID, line_id: UUID) -> None:
    """Remember which line of a pick-up order the task has become."""
    await execute("update stop_task set pickup_line_id = $2 where id = $1", task_id, line_id)


@dataclass(frozen=True)
class Judged:
    """A command as its events stand now.

    Attributes:
        own_code, own_detail: what its handler itself found, "" when nothing.
        beside_code: why one of its events stands beside, "" when none does.
        undone: it has been taken back.
    """

    own_code: str
    own_detail: dict[str, object]
    beside_code: str
    detail: dict[str, object]
    stop_id: UUID | None
    undone: bool


async def judge_command(command_id: UUID) -> Judged | None:
    """Return the command as its events stand now; None when it is none of a stop's."""
    row = await fetch_row(
        "select coalesce(c.result ->> 'own_code', '') as own_code, c.detail as own_detail,"
        " coalesce(e.beside_code, '') as beside_code,"
        " jsonb_build_object('round', coalesce(r.name, ''), 'stop', s.position, 'number',"
        "   coalesce(d.number, a.name, '')) as detail, c.aggregate as stop_id,"
        " exists (select from custody_event x where x.command_id = c.id and x.undone_by is not null) as undone"
        " from command_log c join stop s on s.id = c.aggregate"
        " left join lateral (select beside_code, round_id, device_id, article_id from custody_event e"
        "   where e.command_id = c.id and e.standing = 'beside' order by e.id limit 1) e on true"
        " left join van_round r on r.id = e.round_id left join device d on d.id = e.device_id"
        " left join article a on a.id = e.article_id where c.id = $1",
        command_id,
    )
    return None if row is None else Judged(**dict(row))


async def has_events(command_id: UUID) -> bool:
    """True when the command recorded anything of the goods themselves."""
    return bool(await fetch_value("select exists (select from custody_event where command_id = $1)", command_id))


async def devices_of(column: Literal["round_id", "stop_id", "command_id"], value: UUID) -> list[UUID]:
    """Return the devices of a round's, a stop's or a command's events."""
    rows = await fetch(
        f"select distinct device_id from custody_event where {column} = $1 and device_id is not null",  # noqa: S608
        value,
    )
    return [row["device_id"] for row in rows]
