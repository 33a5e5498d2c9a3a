"""Review items: what a person decides, and how the decision reaches the phone (docs/sync.md R2).

The decision renews the command's row version (a trigger), so the phone learns it with its next pull.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec

from app.database import execute, fetch, fetch_row
from app.feature import Feature
from app.identity.actor import Actor, Role
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
from offline_sync.repository import Verdict
from offline_sync.review_hooks import ReviewedCommand, ReviewEffect, ReviewOffice
from offline_sync.sentences import Code, Sentences

_LONGEST_TEXT: Final = 300


class DecideReview(Arguments, frozen=True, kw_only=True):
    """accept_field: the field is right; keep_office: the office is; follow_up: it is dealt with in another way."""

    decision: Literal["accept_field", "keep_office", "follow_up"]
    note: Annotated[str, msgspec.Meta(max_length=2000)] = ""


class ReviewedCommandSummary(msgspec.Struct, frozen=True):
    """What the field sent."""

    id: UUID
    type: str
    by_name: str
    at: datetime
    received_at: datetime
    args_summary: Mapping[str, Any]


class ReviewRow(msgspec.Struct, frozen=True):
    """One item as the office and the author see it. ``number`` is the subject's order number, if it has one."""

    id: UUID
    reason: str
    text: str
    created_at: datetime
    state: str
    subject_kind: str
    subject_id: UUID | None
    number: str | None
    command: ReviewedCommandSummary
    office: Mapping[str, Any] | None
    decision: str | None
    note: str


class ReviewList(msgspec.Struct, frozen=True):
    """The newest 200 items of a state."""

    items: list[ReviewRow]


def decide_command(effects: Mapping[str, ReviewEffect]) -> CommandType:
    """The command type ``review.decide``; ``effects`` per kind of subject."""

    async def decide(context: CommandContext, arguments: DecideReview) -> Outcome:
        row = await fetch_row(
            "select r.id, r.state, r.subject_kind, r.subject_id, r.reason, r.decision, c.id as command_id, c.type, c.v,"
            " c.author, c.payload_raw, s.verdict, s.code, s.detail, c.result"
            " from review_item r join command_log c on c.id = r.command_id"
            " join command_standing s on s.command_id = c.id"
            " where r.id = $1 and r.region_id = $2 for update of r",
            context.aggregate,
            context.actor.region_id,
        )
        if row is None:
            raise NotFound
        if row["state"] == "decided":
            raise CommandRefused(
                Code.REVIEW_DECIDED, state={"state": "decided", "decision": row["decision"]}, subject_kind="review_item"
            )
        if arguments.decision == "accept_field" and row["verdict"] != "recorded":
            # Of a parked or quarantined command nothing but its payload is stored.
            raise CommandRefused(Code.REVIEW_NOTHING_STORED, subject_kind="review_item")
        if row["verdict"] == "parked":
            # A person has decided, so no replay may overrule it, and what waits behind it goes on.
            await repository.set_verdict(
                row["command_id"], Verdict("recorded", row["code"], row["detail"], result=row["result"])
            )
        effect = effects.get(row["subject_kind"])
        if arguments.decision == "accept_field" and effect is not None:
            await effect(
                context,
                ReviewedCommand(
                    row["id"],
                    row["subject_kind"],
                    row["subject_id"],
                    row["reason"],
                    row["command_id"],
                    row["type"],
                    row["v"],
                    row["author"],
                    _arguments(bytes(row["payload_raw"])),
                ),
            )
        await execute(
            "update review_item set state = 'decided', decision = $2, note = $3, decided_by = $4, decided_at = $5"
            " where id = $1",
            row["id"],
            arguments.decision,
            arguments.note,
            context.actor.user_id,
            context.received_at,
        )
        return Applied({"decision": arguments.decision})

    return CommandType(
        name="review.decide",
        version=1,
        arguments=DecideReview,
        handler=decide,
        permission="review.decide",
        aggregate_kind="review_item",
        summary="Beslutar om något som fältet gjort men som inte gick igenom.",
        origins=frozenset({"office"}),
    )


async def list_reviews(
    actor: Actor, state: str, sentences: Sentences, office: Mapping[str, ReviewOffice]
) -> ReviewList:
    """The items an actor may see: the office the region's, others those of their own commands."""
    everything = actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE)
    rows = await fetch(
        "select r.id, r.reason, r.detail, r.created_at, r.state, r.subject_kind, r.subject_id, r.decision, r.note,"
        " n.number, c.id as command_id, c.type, u.name, c.at_est, c.received_at, c.payload_raw"
        " from review_item r join command_log c on c.id = r.command_id left join user_account u on u.id = c.author"
        " left join order_number n on n.region_id = r.region_id and n.kind = r.subject_kind"
        " and n.subject_id = r.subject_id"
        " where r.region_id = $1 and r.state = $2 and ($3 or c.author = $4)"
        " order by r.created_at desc, r.id desc limit 200",
        actor.region_id,
        state,
        everything,
        actor.user_id,
    )
    values: dict[UUID, Mapping[str, Any]] = {}
    for kind, describe in office.items():
        ids = sorted({row["subject_id"] for row in rows if row["subject_kind"] == kind and row["subject_id"]})
        if ids:
            values.update(await describe(actor, ids))
    return ReviewList(
        [
            ReviewRow(
                id=row["id"],
                reason=row["reason"],
                text=sentences.text(row["reason"], actor.language, row["detail"]),
                created_at=row["created_at"],
                state=row["state"],
                subject_kind=row["subject_kind"],
                subject_id=row["subject_id"],
                number=row["number"],
                command=ReviewedCommandSummary(
                    id=row["command_id"],
                    type=row["type"],
                    by_name=row["name"] or "",
                    at=row["at_est"],
                    received_at=row["received_at"],
                    args_summary=summarise(_arguments(bytes(row["payload_raw"]))),
                ),
                office=values.get(row["subject_id"]),
                decision=row["decision"],
                note=row["note"],
            )
            for row in rows
        ]
    )


def _arguments(raw: bytes) -> dict[str, Any]:
    try:
        document = msgspec.json.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return {}
    arguments = document.get("args") if isinstance(document, dict) else None
    return arguments if isinstance(arguments, dict) else {}


def summarise(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments in short: plain values as they are, long texts cut with an ellipsis, lists as their length.

    Nested objects (a contact, a holder) are left out: a list of items is no place for a patient's address.
    """
    short: dict[str, Any] = {}
    for name, value in arguments.items():
        if isinstance(value, str):
            short[name] = value if len(value) <= _LONGEST_TEXT else value[: _LONGEST_TEXT - 1] + "…"
        elif isinstance(value, bool | int | float):
            short[name] = value
        elif isinstance(value, list):
            short[name] = len(value)
    return short


def effects_of(features: Iterable[Feature]) -> dict[str, ReviewEffect]:
    """All features' hooks for accept_field."""
    return {kind: effect for feature in features for kind, effect in feature.review_effects.items()}


def office_of(features: Iterable[Feature]) -> dict[str, ReviewOffice]:
    """All features' hooks that tell the office's values."""
    return {kind: office for feature in features for kind, office in feature.review_office.items()}
