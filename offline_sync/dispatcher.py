"""The one write path: every change in the system is a command that passes here (docs/sync.md R1-R3).

A phone's push is one transaction with a savepoint per command; effect, raw payload, verdict and ``last_seq`` commit
together or not at all. An office command is one transaction of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from app.database import new_id, unit_of_work
from app.feature import Feature
from app.identity.actor import Actor, anonymous
from app.identity.permissions import allowed
from offline_sync import repository
from offline_sync.clock import EventTime, estimate_times
from offline_sync.commands import (
    Arguments,
    CommandContext,
    CommandRefused,
    CommandType,
    NotEntitled,
    Origin,
    ParkCommand,
)
from offline_sync.envelope import SentCommand, read_command, same_command
from offline_sync.failures import retry_collisions
from offline_sync.repository import LoggedCommand, SyncDevice, Verdict
from offline_sync.sentences import Code, Sentences
from offline_sync.verdicts import liftable, of_failure, of_outcome, read_arguments

ActorLoader = Callable[[UUID], Awaitable[Actor | None]]
Clock = Callable[[], datetime]

_REVIEWED: Final = frozenset({"recorded", "parked", "quarantined"})


def utc_now() -> datetime:
    """The server's time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Pushed:
    """One command's line in the answer to a push."""

    seq: int
    id: UUID
    verdict: str
    duplicate: bool
    code: str
    text: str
    review_id: UUID | None = None


@dataclass(frozen=True)
class OfficeCommand:
    """A command from the office. ``base_rv`` is the row version the author saw."""

    id: UUID
    args: Arguments
    aggregate: UUID | None = None
    base_rv: int | None = None


@dataclass(frozen=True)
class OfficeResult:
    """What the office gets back; ``rv`` is what the handler told as the aggregate's new version, if it did."""

    id: UUID
    verdict: str
    duplicate: bool
    result: Mapping[str, Any]
    rv: int | None = None


class Dispatcher:
    """Knows the command types of all features and runs them.

    Args:
        features: whose commands and sentences; type names are unique.
        load_actor: the author with the entitlement of now; None when there is no such user.
        clock: UTC now; tests set it.
    """

    def __init__(self, features: Iterable[Feature], *, load_actor: ActorLoader, clock: Clock = utc_now) -> None:
        features = tuple(features)
        self.types: dict[str, CommandType] = {}
        for feature in features:
            for kind in feature.commands:
                if kind.name in self.types:
                    raise ValueError(f"the command type {kind.name} is declared twice")
                self.types[kind.name] = kind
        self.sentences = Sentences(feature.sentences for feature in features)
        self.clock = clock
        self.load_actor = load_actor

    # ------------------------------------------------------------ from phones

    async def push(
        self, device: SyncDevice, commands: Sequence[SentCommand], *, sent_at: datetime | None, received_at: datetime
    ) -> list[Pushed]:
        """Store and judge commands of one phone, in order. Call it inside the push's unit of work, the phone locked.

        The caller has seen to it that ``seq`` has no gap; ids that are in the log already get their first verdict.
        """
        author = await self.load_actor(device.user_id)
        times = estimate_times([(c.at, c.mono_ms) for c in commands], sent_at, received_at, device.created_at)
        known = await repository.find_commands([command.id for command in commands])
        language = author.language if author else "sv"
        results: list[Pushed] = []
        for command, time in zip(commands, times, strict=True):
            first = known.get(command.id)
            if first is None and not await repository.insert_sent_command(device, command, time, received_at):
                first = (await repository.find_commands([command.id]))[command.id]
            if first is not None:
                results.append(await self._repeat(device, command, first, received_at, language))
                continue
            verdict = await self._settle(device, author, command, time.estimated, received_at)
            review_id = None
            if verdict.verdict in _REVIEWED:
                review_id = await repository.open_review(device.region_id, command.id, verdict)
            results.append(self._line(command, verdict, False, language, review_id))
            known[command.id] = _logged(device, command, time, received_at, verdict)
        return results

    async def replay_parked(self) -> int:
        """Judge the parked commands of every phone again, oldest first. Returns how many are no longer parked."""
        freed = 0
        for device_id in await repository.parked_devices():
            freed += await retry_collisions(lambda device_id=device_id: self._replay(device_id))  # type: ignore[misc]  # lambda's default
        return freed

    async def _replay(self, device_id: UUID) -> int:
        freed = 0
        async with unit_of_work():
            device = await repository.lock_device(device_id)
            author = await self.load_actor(device.user_id)
            for logged in await repository.parked_commands(device_id):
                command = read_command(logged.raw)
                verdict = await self._settle(device, author, command, logged.at_est, logged.received_at, logged.verdict)
                if (verdict.verdict, verdict.code) == (logged.verdict.verdict, logged.verdict.code):
                    continue
                await repository.revise_review(logged.id, verdict)
                freed += verdict.verdict != "parked"
            await repository.poke_touched()
        return freed

    def _line(
        self, command: SentCommand, verdict: Verdict, duplicate: bool, language: str, review_id: UUID | None
    ) -> Pushed:
        text = self.sentences.text(verdict.code, language, verdict.detail)
        return Pushed(command.seq, command.id, verdict.verdict, duplicate, verdict.code, text, review_id)

    async def _repeat(
        self, device: SyncDevice, command: SentCommand, first: LoggedCommand, received_at: datetime, language: str
    ) -> Pushed:
        """An id that is in the log: the first verdict again, or two contents under one id (R3)."""
        # A file of unsent work may have brought it before, under nobody's name (carrying.py).
        own = first.author in {device.user_id, None}
        if own and same_command(first.raw, command.raw):
            if first.device != device.id and not await repository.find_fork(first.id, device.id, command.digest):
                await repository.insert_fork(first.id, device.id, command, received_at)
            review_id = (await repository.reviews_of([first.id])).get(first.id)
            return self._line(command, first.verdict, True, language, review_id)
        verdict = Verdict("quarantined", Code.OTHER_CONTENT, {}, subject_kind="command", subject_id=first.id)
        if await repository.find_fork(first.id, device.id, command.digest):
            return self._line(command, verdict, True, language, None)
        await repository.insert_fork(first.id, device.id, command, received_at)
        review_id = await repository.open_review(device.region_id, first.id, verdict)
        return self._line(command, verdict, False, language, review_id)

    async def _settle(
        self,
        device: SyncDevice,
        author: Actor | None,
        command: SentCommand,
        at: datetime,
        received_at: datetime,
        before: Verdict | None = None,
    ) -> Verdict:
        """Run the handler if the command may run, and write the verdict: for a handler's own in its savepoint.

        Only the transport's failures come out as exceptions. A verdict that stays as ``before`` is not rewritten.
        """
        verdict = await self._refuse_unrun(device, author, command)
        if verdict is None:
            try:
                return await self._run(author, command, at, received_at)
            except Exception as error:
                verdict = of_failure(error, self.types[command.type], command)
        if before is None or (before.verdict, before.code) != (verdict.verdict, verdict.code):
            await repository.set_verdict(command.id, verdict)
        return verdict

    async def _refuse_unrun(self, device: SyncDevice, author: Actor | None, command: SentCommand) -> Verdict | None:
        """The verdict of a command that never reaches its handler, else None."""
        kind = self.types.get(command.type)
        name, code = "", ""
        if device.state == "lost":
            name, code = "quarantined", Code.PHONE_LOST
        elif author is None or not author.active:
            name, code = "quarantined", Code.AUTHOR_INACTIVE
        elif command.malformed:
            name, code = "recorded", Code.MALFORMED
        elif kind is None:
            name, code = "parked", Code.UNKNOWN_TYPE
        elif "field" not in kind.origins or not allowed(author, kind.permission):
            name, code = "quarantined", Code.NOT_ENTITLED
        elif not liftable(kind, command.version):
            name, code = "parked", Code.UNKNOWN_VERSION
        elif command.aggregate and await repository.waits_behind(device.id, command.aggregate, command.seq):
            name, code = "parked", Code.WAITS
        if not name:
            return None
        return Verdict(name, code, {}, subject_kind=kind.aggregate_kind if kind else "", subject_id=command.aggregate)

    async def _run(self, author: Actor | None, command: SentCommand, at: datetime, received_at: datetime) -> Verdict:
        """The handler and its verdict in one savepoint."""
        if author is None:
            raise NotEntitled
        kind = self.types[command.type]
        arguments = read_arguments(kind, command)
        context = CommandContext(
            command.id, "field", author, command.aggregate, command.base_rv, at, received_at, command.blobs
        )
        async with unit_of_work():
            verdict = of_outcome(await kind.handler(context, arguments))
            await repository.set_verdict(command.id, verdict)
            return verdict

    # ------------------------------------------------------------ from the office

    async def office(
        self, actor: Actor, type_name: str, command: OfficeCommand, *, raw: bytes | None = None
    ) -> OfficeResult:
        """Run an office command, all or nothing; a repeat with the same bytes gets the first result.

        Args:
            raw: the request's body for the log; the command encoded anew when None.

        Raises:
            CommandRefused: nothing was stored but the audit entry; ``state`` is the row as it is now.
            NotFound, NotEntitled: the two are one answer to the caller.
            KeyError: no such command type.
        """
        kind = self.types[type_name]
        if "office" not in kind.origins or not allowed(actor, kind.permission):
            raise NotEntitled
        raw = raw if raw is not None else msgspec.json.encode(command)
        try:
            return await retry_collisions(lambda: self._run_once("office", actor, kind, command, raw))
        except ParkCommand as parked:
            refused = CommandRefused(parked.code, detail=parked.detail)
            await self._log_refusal(actor, kind, command, raw, refused.code, refused.detail)
            raise refused from parked
        except CommandRefused as refused:
            await self._log_refusal(actor, kind, command, raw, refused.code, refused.detail)
            raise
        except NotEntitled:
            await self._log_refusal(actor, kind, command, raw, Code.NOT_ENTITLED, {})
            raise

    async def public(self, region_id: UUID, type_name: str, command: OfficeCommand) -> OfficeResult:
        """Run a command that somebody without a session sent; a repeat with the same content gets the first result.

        What it refuses leaves no entry: the log cannot be filled by people whom nobody knows (SR-12).

        Raises:
            CommandRefused: nothing was stored.
            NotEntitled: the type is not for the public.
            KeyError: no such command type.
        """
        kind = self.types[type_name]
        if "public" not in kind.origins:
            raise NotEntitled
        raw = msgspec.json.encode(command)
        nobody = anonymous(region_id)
        return await retry_collisions(lambda: self._run_once("public", nobody, kind, command, raw))

    async def _run_once(
        self, origin: Origin, actor: Actor, kind: CommandType, command: OfficeCommand, raw: bytes
    ) -> OfficeResult:
        received_at = self.clock()
        author = None if origin == "public" else actor.user_id
        context = CommandContext(
            command.id, origin, actor, command.aggregate, command.base_rv, received_at, received_at
        )
        async with unit_of_work():
            stored = await repository.insert_office_command(
                command_id=command.id,
                region_id=actor.region_id,
                author=author,
                type_name=kind.name,
                version=kind.version,
                raw=raw,
                received_at=received_at,
                aggregate=command.aggregate,
                base_rv=command.base_rv,
                verdict=Verdict("parked", "", {}),
            )
            if not stored:
                first = (await repository.find_commands([command.id]))[command.id]
                if first.author != author or first.raw != raw:
                    raise CommandRefused(Code.OTHER_CONTENT)
                result = first.verdict.result or {}
                return OfficeResult(command.id, first.verdict.verdict, True, result, result.get("rv"))
            async with unit_of_work():
                verdict = of_outcome(await kind.handler(context, command.args))
            await repository.set_verdict(command.id, verdict)
            if verdict.verdict in _REVIEWED:
                await repository.open_review(actor.region_id, command.id, verdict)
            await repository.poke_touched()
        result = verdict.result or {}
        return OfficeResult(command.id, verdict.verdict, False, result, result.get("rv"))

    async def _log_refusal(
        self,
        actor: Actor,
        kind: CommandType,
        command: OfficeCommand,
        raw: bytes,
        code: str,
        detail: Mapping[str, Any],
    ) -> None:
        """The audit entry of a refusal. It has an id of its own: the command may be tried again under its id."""
        await repository.insert_office_command(
            command_id=new_id(),
            region_id=actor.region_id,
            author=actor.user_id,
            type_name=kind.name,
            version=kind.version,
            raw=raw,
            received_at=self.clock(),
            aggregate=command.aggregate,
            base_rv=command.base_rv,
            verdict=Verdict("refused", code, {**detail, "command_id": str(command.id)}),
        )


def _logged(
    device: SyncDevice, command: SentCommand, time: EventTime, received_at: datetime, verdict: Verdict
) -> LoggedCommand:
    return LoggedCommand(
        command.id,
        device.id,
        command.seq,
        device.user_id,
        command.raw,
        command.digest,
        received_at,
        time.estimated,
        verdict,
    )
