"""A phone's pull: the difference between what the server remembers that it has and what its user may see now.

docs/sync.md section 4 tells why each line is there; tests/offline_sync/test_pull.py what happens without it.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import msgspec

from app.database import unit_of_work
from app.identity.actor import Actor
from offline_sync import pull_repository as repository
from offline_sync.commands import NotFound
from offline_sync.digest import Digest
from offline_sync.failures import retry_collisions
from offline_sync.pull_repository import Change, PullState
from offline_sync.push import PROTO
from offline_sync.repository import epoch
from offline_sync.views import View

log = logging.getLogger("turbil.sync")

SCHEMA: Final = 1
USUAL_ROWS: Final = 500
#: What a phone may ask for when its chunks have come through; it is told, so that it never asks too much of this build.
MOST_ROWS: Final = 2000
_STOCKHOLM: Final = ZoneInfo("Europe/Stockholm")

AccessLog = Callable[[Actor, Sequence[UUID], str], Awaitable[None]]


class StalePull(Exception):
    """A newer pull of this phone, number ``last_pull``, has been answered. Nothing was touched."""

    def __init__(self, last_pull: int) -> None:
        super().__init__(last_pull)
        self.last_pull = last_pull


class WrongSchema(Exception):
    """The client is too old, or newer than the server, to understand the rows."""


class WireDigest(msgspec.Struct, frozen=True):
    """``n`` rows, ``xor`` of their hashes as 16 hexadecimal digits; see digest.py."""

    n: Annotated[int, msgspec.Meta(ge=0, le=2**53)]
    xor: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{16}$")]


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a phone tells about itself with a pull: how much has not been sent, and since when.

    ``oldest_seconds`` is an age and not a time, for the phone's clock may be wrong. ``persisted``: whether the browser
    has promised to keep the storage, null where it cannot be asked. ``storage_lost``: it has thrown away what this
    install held.
    """

    unsent: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    oldest_seconds: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] = 0
    persisted: bool | None = None
    storage_lost: bool = False


class PullRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a phone asks with; ``schema`` says which fields it knows."""

    proto: Annotated[str, msgspec.Meta(max_length=40)]
    device: UUID
    storage_id: UUID
    pull_seq: Annotated[int, msgspec.Meta(ge=1, le=2**53)]
    schema: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    epoch: UUID | None = None
    cookie: UUID | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=MOST_ROWS)] = USUAL_ROWS
    digest: WireDigest | None = None
    pinned: Annotated[list[UUID], msgspec.Meta(max_length=500)] = []
    told: Told | None = None


class Patch(msgspec.Struct, frozen=True):
    """One row to put or to take away."""

    op: str
    kind: str
    id: UUID
    rv: int | None = None
    row: dict[str, Any] | None = None


class PullReply(msgspec.Struct, frozen=True):
    """The answer; ``last_seq`` is None until the last chunk."""

    proto: str
    epoch: UUID
    cookie: UUID | None
    clear: bool
    more: bool
    last_seq: int | None
    server_time: datetime
    min_build: str
    state: str
    #: How long the rows stay readable on a phone that hears no more of the server (SR-14).
    readable_hours: int
    most_rows: int
    patch: list[Patch]


@dataclass(frozen=True)
class _Start:
    """Where the difference is taken from: the cookie that stands for it, its digest, and whether from nothing."""

    cookie: UUID | None
    digest: Digest
    clear: bool


class Puller:
    """Answers pulls.

    Args:
        views: what each kind of row is; see views.py.
        log_access: writes who saw which person (SR-08).
        clock: UTC now; tests set it.
        min_build: the oldest client build that may go on without an update.
        readable_hours: how long a phone keeps its rows readable without an answer to a pull.
    """

    def __init__(
        self,
        views: Sequence[View],
        *,
        log_access: AccessLog,
        clock: Callable[[], datetime],
        min_build: str = "",
        readable_hours: int = 24,
    ) -> None:
        self._views = {view.kind: view for view in views}
        if len(self._views) != len(views):
            raise ValueError("two views give the same kind of row")
        self._log_access = log_access
        self._clock = clock
        self._min_build = min_build
        self._readable_hours = readable_hours

    def scopes(self, actor: Actor) -> frozenset[UUID]:
        """Whose touches may change what the actor sees."""
        return frozenset({actor.user_id}).union(*(view.scopes(actor) for view in self._views.values()))

    async def pull(self, actor: Actor, request: PullRequest) -> PullReply:
        """Answer one pull.

        Raises:
            NotFound: no such phone of this user.
            StalePull: ``pull_seq`` is not newer than the last one.
            WrongSchema: the client's rows have another shape.
        """
        if request.schema not in {SCHEMA, SCHEMA - 1} or request.proto != PROTO:
            raise WrongSchema
        return await retry_collisions(lambda: self._pull_once(actor, request))

    async def _pull_once(self, actor: Actor, request: PullRequest) -> PullReply:
        now = self._clock()
        async with unit_of_work("repeatable read"):
            state = await repository.lock_state(request.device, actor.user_id)
            if state is None:
                raise NotFound
            if request.pull_seq <= state.last_pull:
                raise StalePull(state.last_pull)
            if request.told is not None:
                await repository.note_told(state, request.told, now)
            nothing = PullReply(
                proto=PROTO,
                epoch=await epoch(),
                cookie=request.cookie,
                clear=False,
                more=False,
                last_seq=state.last_seq,
                server_time=now,
                min_build=self._min_build,
                state=state.state,
                readable_hours=self._readable_hours,
                most_rows=MOST_ROWS,
                patch=[],
            )
            if state.state != "active":
                await repository.note_pull(state.id, request.pull_seq)
                return msgspec.structs.replace(nothing, cookie=None, clear=True)
            if await self._unchanged(actor, request, state, now):
                await repository.note_pull(state.id, request.pull_seq)
                return nothing
            return await self._difference(actor, request, state, nothing, now)

    async def _unchanged(self, actor: Actor, request: PullRequest, state: PullState, now: datetime) -> bool:
        """The short way, whatever the view's size: the phone is complete and nothing that it sees was touched."""
        if not (
            state.has_snapshot
            and request.cookie is not None
            and request.cookie == state.pend_cookie
            and request.storage_id == state.storage_id
            and state.snap_day == now.astimezone(_STOCKHOLM).date()
            and _agrees(request.digest, state.digest)
        ):
            return False
        return not await repository.touched_since_snapshot(state.id, sorted(self.scopes(actor)))

    async def _difference(
        self, actor: Actor, request: PullRequest, state: PullState, nothing: PullReply, now: datetime
    ) -> PullReply:
        start = await self._start(request, state)
        changes = await self._changes(actor, state.id, now, request.limit + 1)
        more = len(changes) > request.limit
        patch, sent = await self._read_rows(actor, changes[: request.limit])
        digest = start.digest
        for change in sent:
            digest = digest.replace(change.kind, change.id, change.old_rv, change.rv)
        await repository.insert_pending(state.id, sent)
        cookie = uuid4()
        await repository.store_answer(
            state.id,
            base_cookie=start.cookie,
            pend_cookie=cookie,
            pull_seq=request.pull_seq,
            schema=request.schema,
            storage_id=request.storage_id,
            digest=digest,
            snap_day=None if more else now.astimezone(_STOCKHOLM).date(),
        )
        # A command is acknowledged only when its effects are on the phone, so not before the last chunk (J7).
        last_seq = None if more else state.last_seq
        return msgspec.structs.replace(
            nothing, cookie=cookie, clear=start.clear, more=more, last_seq=last_seq, patch=patch
        )

    async def _start(self, request: PullRequest, state: PullState) -> _Start:
        """What the phone has, told by its cookie; a phone that cannot be placed starts from nothing."""
        known_storage = state.storage_id is None or state.storage_id == request.storage_id
        if request.cookie is not None and known_storage:
            if request.cookie == state.pend_cookie and (
                not state.has_snapshot or _agrees(request.digest, state.digest)
            ):
                await repository.fold_pending(state.id)
                return _Start(request.cookie, state.digest, clear=False)
            if request.cookie == state.base_cookie:
                digest = state.digest
                for kind, row_id, before, after in await repository.drop_pending(state.id):
                    digest = digest.replace(kind, row_id, after, before)
                return _Start(request.cookie, digest, clear=False)
        await repository.clear_view(state.id)
        return _Start(None, Digest(), clear=True)

    async def _changes(self, actor: Actor, device_id: UUID, now: datetime, limit: int) -> list[Change]:
        changes = await repository.changes_of_gone_kinds(device_id, list(self._views), limit)
        for view in self._views.values():
            parameters = [*view.parameters(actor, now), *([device_id] if view.per_device else [])]
            changes += await repository.changes_of_view(device_id, view, parameters, limit)
        changes.sort(key=lambda change: (change.rv is not None, change.urgency))
        return changes[:limit]

    async def _read_rows(self, actor: Actor, changes: Sequence[Change]) -> tuple[list[Patch], list[Change]]:
        """The patch, and the changes that are really in it."""
        rows: dict[tuple[str, UUID], dict[str, Any]] = {}
        persons: set[UUID] = set()
        for kind in {change.kind for change in changes if change.rv is not None}:
            view = self._views[kind]
            ids = [change.id for change in changes if change.kind == kind and change.rv is not None]
            for row_id, row in (await repository.rows_of_view(view, ids)).items():
                person = view.person_of(row)
                if person is not None:
                    persons.add(person)
                rows[kind, row_id] = view.shape(row, actor)
        if persons:
            await self._log_access(actor, sorted(persons), "sync.pull")
        patch: list[Patch] = []
        sent: list[Change] = []
        for change in changes:
            found = rows.get((change.kind, change.id))
            if change.rv is None:
                patch.append(Patch("del", change.kind, change.id))
            elif found is not None:
                patch.append(Patch("put", change.kind, change.id, change.rv, found))
            else:
                # keys_sql and rows_sql disagree: a fault of that view, which must not make the phone wait for ever.
                log.error("view %s names a row that it does not give", change.kind)
                if change.old_rv is None:
                    continue
                patch.append(Patch("del", change.kind, change.id))
                change = replace(change, rv=None)
            sent.append(change)
        return patch, sent


def _agrees(told: WireDigest | None, kept: Digest) -> bool:
    return told is None or (told.n == kept.n and told.xor == kept.hex)
