"""Deciding a review item: what the decision does, and how a command runs that nobody has judged (docs/sync.md R2).

The decision renews the command's row version (a trigger), so the phone learns it with its next pull.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec

from app.database import execute, fetch_row, unit_of_work
from app.feature import Feature
from app.identity.actor import Actor
from app.identity.permissions import PERMISSIONS
from offline_sync import repository
from offline_sync.commands import (
    Applied,
    Arguments,
    CommandContext,
    CommandRefused,
    CommandType,
    NotFound,
    Outcome,
)
from offline_sync.dispatcher import Dispatcher
from offline_sync.envelope import read_command
from offline_sync.repository import LoggedCommand, Verdict
from offline_sync.review_hooks import ReviewedCommand, ReviewEffect
from offline_sync.reviews import sent_arguments
from offline_sync.revisions import insert_revision
from offline_sync.sentences import Code
from offline_sync.verdicts import liftable, of_failure, of_outcome, read_arguments

#: Reasons of ``recorded`` that stand for a handler that could not run: nothing but the payload is stored.
_UNDONE: Final = frozenset({Code.NOT_FOUND, Code.ARGUMENTS, Code.MALFORMED})

Fields = Annotated[tuple[Annotated[str, msgspec.Meta(max_length=60)], ...], msgspec.Meta(max_length=20)]


class DecideReview(Arguments, frozen=True, kw_only=True):
    """accept_field: the field is right; keep_office: the office is; follow_up: it is dealt with in another way.

    ``merge`` takes the values named in ``fields`` from the field and keeps the office's others. ``author`` says who
    did the work that came from a phone nobody knows, and is not looked at otherwise.
    """

    decision: Literal["accept_field", "keep_office", "merge", "follow_up"]
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    fields: Fields = ()
    author: UUID | None = None


@dataclass(frozen=True)
class _Item:
    """A review item with the command it is about; ``verdict`` and ``code`` are what stands now."""

    id: UUID
    reason: str
    subject_kind: str
    subject_id: UUID | None
    command_id: UUID
    type: str
    version: int
    author: UUID | None
    payload: bytes
    verdict: str
    code: str
    detail: Mapping[str, Any]

    def reviewed(self, fields: tuple[str, ...]) -> ReviewedCommand:
        """The command as a feature's effect gets it."""
        return ReviewedCommand(
            self.id,
            self.subject_kind,
            self.subject_id,
            self.reason,
            self.command_id,
            self.type,
            self.version,
            self.author,
            sent_arguments(self.payload),
            fields,
        )


async def _lock_item(context: CommandContext) -> _Item:
    """The open item that the command names.

    Raises:
        NotFound: the region has no such item.
        CommandRefused: somebody has decided already.
    """
    row = await fetch_row(
        "select r.id, r.state, r.decision, r.reason, r.subject_kind, r.subject_id, c.id as command_id, c.type,"
        " c.v as version, c.author, c.payload_raw as payload, s.verdict, s.code, s.detail"
        " from review_item r join command_log c on c.id = r.command_id"
        " join command_standing s on s.command_id = c.id"
        " where r.id = $1 and r.region_id = $2 for update of r",
        context.aggregate,
        context.actor.region_id,
    )
    if row is None:
        raise NotFound
    values = dict(row)
    state, decision = values.pop("state"), values.pop("decision")
    if state == "decided":
        raise CommandRefused(
            Code.REVIEW_DECIDED, state={"state": state, "decision": decision}, subject_kind="review_item"
        )
    return _Item(**values | {"payload": bytes(values["payload"])})


class Decider:
    """The handler of ``review.decide``.

    Args:
        effects: what the features do when the field is right, per kind of subject.

    ``dispatcher`` is set when it stands: it is built with the command type that needs this.
    """

    dispatcher: Dispatcher

    def __init__(self, effects: Mapping[str, ReviewEffect]) -> None:
        self._effects = effects

    def command_type(self) -> CommandType:
        """The type as the dispatcher gets it."""
        return CommandType(
            name="review.decide",
            version=1,
            arguments=DecideReview,
            handler=self.decide,
            permission="review.decide",
            aggregate_kind="review_item",
            summary="Beslutar om något som fältet gjort men som inte gick igenom.",
            origins=frozenset({"office"}),
        )

    async def decide(self, context: CommandContext, arguments: DecideReview) -> Outcome:
        """Close the item as the person says; see ``DecideReview``."""
        item = await _lock_item(context)
        if bool(arguments.fields) != (arguments.decision == "merge"):
            raise CommandRefused(Code.REVIEW_FIELDS, subject_kind="review_item")
        if arguments.decision in {"accept_field", "merge"}:
            result = await self._take_field(context, item, arguments)
        else:
            result = {}
            if item.verdict == "parked":
                # A person has decided, so no replay may overrule it, and what waits behind it goes on.
                await repository.set_verdict(item.command_id, Verdict("recorded", item.code, item.detail))
        await execute(
            "update review_item set state = 'decided', decision = $2, note = $3, decided_by = $4, decided_at = $5,"
            " fields = $6 where id = $1",
            item.id,
            arguments.decision,
            arguments.note,
            context.actor.user_id,
            context.received_at,
            list(arguments.fields),
        )
        return Applied({"decision": arguments.decision, **result})

    async def _take_field(self, context: CommandContext, item: _Item, arguments: DecideReview) -> dict[str, Any]:
        if item.reason == Code.OTHER_CONTENT:
            raise _nothing_stored()
        effect = self._effects.get(item.subject_kind)
        if arguments.fields and (item.verdict != "recorded" or effect is None):
            raise CommandRefused(Code.REVIEW_FIELDS, subject_kind="review_item")
        if item.verdict in {"parked", "quarantined"}:
            return await self._run_after_all(context, item, arguments.author)
        if effect is not None:
            await effect(context, item.reviewed(arguments.fields))
        return {}

    async def _run_after_all(self, context: CommandContext, item: _Item, author: UUID | None) -> dict[str, Any]:
        """What a person vouches for is done; what the rules still refuse asks again, with their reason."""
        verdict = await self._run(item.command_id, context.actor, author)
        if item.verdict == "parked":
            await repository.set_verdict(item.command_id, verdict)
        else:
            await insert_revision(item.command_id, verdict, caused_by=context.command_id)
        if verdict.verdict == "recorded":
            await repository.open_review(context.actor.region_id, item.command_id, verdict)
        return {"verdict": verdict.verdict}

    async def _run(self, command_id: UUID, decider: Actor, author_id: UUID | None) -> Verdict:
        """Run the command in its author's name, inside a unit of work.

        Beside what the author may do now it has the decider's authority, and the role that its type asks for.
        ``author_id`` names the author of work that came from a phone nobody knows.

        Returns:
            ``applied``, or ``recorded`` with the rules' reason.

        Raises:
            CommandRefused: it cannot be run: nothing of it can be read, or it fails as before.
            NotFound: ``author_id`` is nobody of the decider's region.
        """
        logged = (await repository.find_commands([command_id]))[command_id]
        command = read_command(logged.raw)
        kind = self.dispatcher.types.get(command.type)
        readable = not command.malformed and kind is not None and liftable(kind, command.version)
        if kind is None or not readable or "field" not in kind.origins:
            raise _nothing_stored()
        vouched = await self._vouched(logged, decider, author_id, kind)
        context = CommandContext(
            command.id,
            "field",
            vouched,
            command.aggregate,
            command.base_rv,
            logged.at_est,
            logged.received_at,
            command.blobs,
        )
        try:
            async with unit_of_work():
                verdict = of_outcome(await kind.handler(context, read_arguments(kind, command)))
        except Exception as error:
            verdict = of_failure(error, kind, command)
        if verdict.verdict not in {"applied", "recorded"} or verdict.code in _UNDONE:
            raise _nothing_stored()
        return verdict

    async def _vouched(self, logged: LoggedCommand, decider: Actor, author_id: UUID | None, kind: CommandType) -> Actor:
        user_id = logged.author or author_id
        author = await self.dispatcher.load_actor(user_id) if user_id is not None else None
        if author is None:
            raise CommandRefused(Code.REVIEW_AUTHOR, subject_kind="review_item")
        if author.region_id != decider.region_id:
            raise NotFound
        return replace(author, roles=author.roles | decider.roles | PERMISSIONS[kind.permission], active=True)


def _nothing_stored() -> CommandRefused:
    return CommandRefused(Code.REVIEW_NOTHING_STORED, subject_kind="review_item")


def effects_of(features: Iterable[Feature]) -> dict[str, ReviewEffect]:
    """All features' hooks for accept_field."""
    return {kind: effect for feature in features for kind, effect in feature.review_effects.items()}
