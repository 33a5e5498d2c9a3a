"""A toy feature on a small table, so that the protocol is tested without any real feature."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from unittest.mock import patch
from uuid import UUID

import httpx
import msgspec

from app.database import Database, execute, fetch_row, fetch_value, new_id
from app.feature import Feature
from app.identity import feature as identity
from app.identity.actor import Actor, Role
from app.settings import Settings
from offline_sync.assembly import Sync, build_sync
from offline_sync.commands import (
    Applied,
    Arguments,
    CommandContext,
    CommandRefused,
    CommandType,
    NotEntitled,
    NotFound,
    Outcome,
    ParkCommand,
    Recorded,
)
from offline_sync.dispatcher import utc_now
from offline_sync.review_hooks import ReviewedCommand
from offline_sync.views import Row, View
from tests.support.http import client, running_app, settings_for, sign_in
from tests.support.phone import Phone
from tests.support.world import RegionWorld, make_region

SCHEMA = """
create table toy (
  id uuid primary key, region_id uuid not null, owner uuid not null, value integer not null default 0,
  version integer not null default 0, claimed_by uuid, urgency integer not null default 10, person_id uuid,
  note text not null default '', rv bigint not null default nextval('rv_seq')
);
create table toy_effect (command_id uuid not null references command_log, toy_id uuid, kind text not null,
  at timestamptz not null, position bigint generated always as identity);
create function touch_toy() returns trigger language plpgsql as $$
begin
  new.rv := nextval('rv_seq');
  new.version := old.version + 1;
  perform touch(old.owner);
  perform touch(new.owner);
  return new;
end $$;
create trigger toy_touch before update on toy for each row execute function touch_toy();
create function touch_new_toy() returns trigger language plpgsql as $$
begin perform touch(coalesce(new.owner, old.owner)); return null; end $$;
create trigger toy_new after insert or delete on toy for each row execute function touch_new_toy();
"""


class SetToy(Arguments, frozen=True, kw_only=True):
    value: int
    note: Annotated[str, msgspec.Meta(max_length=100)] = ""


class MakeToy(Arguments, frozen=True, kw_only=True):
    value: int


class Nothing(Arguments, frozen=True, kw_only=True):
    pass


class ScanToy(Arguments, frozen=True, kw_only=True):
    raw: str


class UndoToy(Arguments, frozen=True, kw_only=True):
    command_id: UUID


class RenamedToy(Arguments, frozen=True, kw_only=True):
    value: int


@dataclass
class Toys:
    """The feature's behaviour that tests switch: whether it crashes, which labels it knows."""

    crash: bool = False
    labels: dict[str, UUID] = field(default_factory=dict)
    runs: list[str] = field(default_factory=list)
    accepted: list[ReviewedCommand] = field(default_factory=list)

    async def _fact(self, context: CommandContext, kind: str, toy_id: UUID | None) -> None:
        self.runs.append(kind)
        await execute(
            "insert into toy_effect (command_id, toy_id, kind, at) values ($1, $2, $3, $4)",
            context.command_id,
            toy_id,
            kind,
            context.at,
        )

    async def _lock(self, toy_id: UUID | None) -> Row:
        row = await fetch_row("select * from toy where id = $1 for update", toy_id)
        if row is None:
            raise NotFound
        return dict(row)

    async def set(self, context: CommandContext, arguments: SetToy) -> Outcome:
        toy = await self._lock(context.aggregate)
        if self.crash:
            await execute("update toy set value = -1 where id = $1", context.aggregate)
            raise RuntimeError("a bug")
        if toy["owner"] != context.actor.user_id:
            refusal = CommandRefused("toy.moved", state={"owner": str(toy["owner"])}, subject_kind="toy")
            context.judge(refusal)
            await self._fact(context, "set", context.aggregate)
            return Recorded("toy.moved", "toy", context.aggregate, {"value": arguments.value})
        await execute(
            "update toy set value = $2, note = $3 where id = $1", context.aggregate, arguments.value, arguments.note
        )
        await self._fact(context, "set", context.aggregate)
        return Applied({"rv": await fetch_value("select rv from toy where id = $1", context.aggregate)})

    async def make(self, context: CommandContext, arguments: MakeToy) -> Outcome:
        toy_id = context.aggregate or new_id()
        await make_toy(context.actor.region_id, context.actor.user_id, toy_id=toy_id, value=arguments.value)
        await self._fact(context, "make", toy_id)
        return Applied({"number": str(arguments.value)})

    async def claim(self, context: CommandContext, _arguments: Nothing) -> Outcome:
        toy = await self._lock(context.aggregate)
        if toy["claimed_by"] is not None:
            refusal = CommandRefused("toy.taken", state={"claimed_by": str(toy["claimed_by"])})
            context.judge(refusal)
            await self._fact(context, "late", context.aggregate)
            return Recorded("toy.taken", "toy", context.aggregate)
        await execute("update toy set claimed_by = $2 where id = $1", context.aggregate, context.actor.user_id)
        await self._fact(context, "claim", context.aggregate)
        return Applied()

    async def scan(self, context: CommandContext, arguments: ScanToy) -> Outcome:
        found = self.labels.get(arguments.raw)
        if found is None:
            raise ParkCommand("toy.label_unknown", {"raw": arguments.raw})
        await self._fact(context, "scan", found)
        return Applied({"toy": str(found)})

    async def undo(self, context: CommandContext, arguments: UndoToy) -> Outcome:
        undone = await fetch_row("select toy_id from toy_effect where command_id = $1", arguments.command_id)
        if undone is None:
            raise NotFound
        await self._lock(undone["toy_id"])
        await execute("update toy set value = 0 where id = $1", undone["toy_id"])
        await self._fact(context, "undo", undone["toy_id"])
        return Applied()

    async def refuse(self, context: CommandContext, _arguments: Nothing) -> Outcome:
        raise CommandRefused("toy.refused", detail={"why": "därför"}, state={"value": 7})

    async def forbid(self, context: CommandContext, _arguments: Nothing) -> Outcome:
        raise NotEntitled

    async def rename(self, context: CommandContext, arguments: RenamedToy) -> Outcome:
        await self._fact(context, f"renamed {arguments.value}", context.aggregate)
        return Applied()

    async def accept(self, context: CommandContext, item: ReviewedCommand) -> None:
        self.accepted.append(item)
        await execute("update toy set value = $2 where id = $1", item.subject_id, item.arguments["value"])

    def feature(self) -> Feature:
        """The feature as main would get it."""

        def command(name: str, arguments: type[Arguments], handler: Any, **more: Any) -> CommandType:
            return CommandType(
                **{
                    "name": f"toy.{name}",
                    "version": 1,
                    "arguments": arguments,
                    "handler": handler,
                    "permission": "work_order.work",
                    "aggregate_kind": "toy",
                    "summary": "Provar.",
                }
                | more
            )

        return Feature(
            name="toy",
            commands=(
                command("set", SetToy, self.set, permission="work_order.read"),
                command("make", MakeToy, self.make, aggregate_kind=""),
                command("claim", Nothing, self.claim),
                command("scan", ScanToy, self.scan),
                command("undo", UndoToy, self.undo),
                command("refuse", Nothing, self.refuse),
                command("forbid", Nothing, self.forbid),
                command("rename", RenamedToy, self.rename, version=3, upcasts={1: _first_step, 2: _second_step}),
            ),
            views=(TOY_VIEW,),
            sentences={
                "toy.moved": ("Leksaken är flyttad, värdet {value} sparat.", "The toy has moved; {value} is kept."),
                "toy.taken": ("Någon annan hann före.", "Somebody else was first."),
                "toy.label_unknown": ("Etiketten {raw} är okänd.", "The label {raw} is unknown."),
                "toy.refused": ("Det går inte {why}.", "It is not possible {why}."),
            },
            review_effects={"toy": self.accept},
        )


def _first_step(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"number": arguments["nummer"]}


def _second_step(arguments: dict[str, Any]) -> dict[str, Any]:
    return {"value": arguments["number"]}


def _person_of(row: Row) -> UUID | None:
    return UUID(row["person_id"]) if row["person_id"] else None


def _shape(row: Row, _actor: Actor) -> Row:
    return {key: value for key, value in row.items() if key != "person_id"}


def _scopes(actor: Actor) -> frozenset[UUID]:
    return frozenset({actor.user_id})


def _parameters(actor: Actor, _now: datetime) -> tuple[UUID]:
    return (actor.user_id,)


TOY_VIEW = View(
    kind="toy",
    keys_sql="select id, rv, urgency from toy where owner = $1",
    parameters=_parameters,
    rows_sql="select id, jsonb_build_object('id', id, 'value', value, 'version', version, 'note', note,"
    " 'person_id', person_id) as row from toy where id = any($1::uuid[])",
    scopes=_scopes,
    shape=_shape,
    person_of=_person_of,
)


async def make_toy(region_id: UUID, owner: UUID, *, toy_id: UUID | None = None, value: int = 0, **more: Any) -> UUID:
    """Store a toy."""
    toy_id = toy_id or new_id()
    await execute(
        "insert into toy (id, region_id, owner, value, urgency, person_id) values ($1, $2, $3, $4, $5, $6)",
        toy_id,
        region_id,
        owner,
        value,
        more.get("urgency", 10),
        more.get("person_id"),
    )
    return toy_id


@dataclass
class House:
    """The assembled toy house with its people."""

    sync: Sync
    toys: Toys
    region: RegionWorld
    app: Any
    database: Database
    now: datetime | None
    browsers: dict[str, httpx.AsyncClient]
    stack: contextlib.AsyncExitStack
    folder: Path

    async def browser(self, username: str) -> httpx.AsyncClient:
        """A signed-in client of a user."""
        if username not in self.browsers:
            browser = await self.stack.enter_async_context(client(self.app))
            await sign_in(browser, username)
            self.browsers[username] = browser
        return self.browsers[username]

    async def phone(self, username: str = "technician.norr", **options: Any) -> Phone:
        """A new phone of a user."""
        return await Phone.register(await self.browser(username), **options)

    @property
    def technician(self) -> UUID:
        return self.region.users[Role.TECHNICIAN].id

    @property
    def other(self) -> UUID:
        return self.region.other_technician.id

    async def toy(self, **more: Any) -> UUID:
        """A toy of the technician."""
        return await make_toy(self.region.region_id, more.pop("owner", self.technician), **more)


@contextlib.asynccontextmanager
async def open_house(
    database: Database, folder: Path, *rooms: Callable[[Settings], Feature], **changes: Any
) -> AsyncIterator[House]:
    """The whole stack on the test's database: sessions, guard, protocol, toys, and more rooms if asked for.

    What the rooms repeat is not started. ``changes`` are settings.
    """
    await execute(SCHEMA)
    region = await make_region("norr", "Region Norr")
    toys = Toys()
    settings = settings_for(folder, **changes)
    house: House
    made: list[Sync] = []

    def build(settings: Settings, features: Sequence[Feature]) -> Sync:
        """As main does it, but on the house's clock, and without repeated work: the tests call that themselves."""
        sync = build_sync(settings, features, clock=lambda: house.now or utc_now(), min_build="0.1")
        made.append(replace(sync, feature=replace(sync.feature, jobs={}, every={})))
        return made[-1]

    more = [replace(room(settings), every={}) for room in rooms]
    features = [identity.feature(settings), toys.feature(), *more]
    with patch("app.main.build_sync", build):
        async with (
            running_app(database, folder, features=features, **changes) as app,
            contextlib.AsyncExitStack() as stack,
        ):
            house = House(made[0], toys, region, app, database, None, {}, stack, folder)
            yield house
