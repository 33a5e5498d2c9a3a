"""Review items: what a person decides, and how the decision reaches the phone (docs/sync.md R2).

The decision renews the command's row version (a trigger), so the phone learns it with its next pull.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec

from app.database import fetch, fetch_row
from app.feature import Feature
from app.identity.actor import Actor, Role
from offline_sync import repository
from offline_sync.commands import (
    NotFound,
)
from offline_sync.review_hooks import ReviewOffice
from offline_sync.sentences import Code, Sentences

_LONGEST_TEXT: Final = 300


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


class ReviewContent(msgspec.Struct, frozen=True):
    """Everything that was sent, for the person who decides.

    ``args`` are the arguments as they came, or null with ``text``, the raw text, when they cannot be read. ``other`` is
    the second content under the same id, where there is one.
    """

    args: Mapping[str, Any] | None
    text: str
    photos: int
    other: Mapping[str, Any] | None
    other_text: str


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
    names = await repository.names_in_region(actor.region_id)
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
                    args_summary=named(summarise(sent_arguments(bytes(row["payload_raw"]))), names),
                ),
                office=values.get(row["subject_id"]),
                decision=row["decision"],
                note=row["note"],
            )
            for row in rows
        ]
    )


async def review_content(actor: Actor, review_id: UUID, office: Mapping[str, ReviewOffice]) -> ReviewContent:
    """All that the field sent with the command of an item.

    Raises:
        NotFound: the actor's region has no such item.
    """
    row = await fetch_row(
        "select r.subject_kind, r.subject_id, r.reason, c.payload_raw, (select count(*) from command_blob b"
        "   where b.command_id = c.id and b.role <> 'signature') as photos,"
        " (select f.payload_raw from command_fork f where f.command_id = c.id and f.received_at <= r.created_at"
        "   order by f.received_at desc, f.id desc limit 1) as other"
        " from review_item r join command_log c on c.id = r.command_id where r.id = $1 and r.region_id = $2",
        review_id,
        actor.region_id,
    )
    if row is None:
        raise NotFound
    describe = office.get(row["subject_kind"])
    if describe is not None and row["subject_id"] is not None:
        # What was typed may tell of the person: this writes the access log (SR-08).
        await describe(actor, [row["subject_id"]])
    names = await repository.names_in_region(actor.region_id)
    args, text = _readable(bytes(row["payload_raw"]), names)
    forked = row["reason"] == Code.OTHER_CONTENT and row["other"] is not None
    other, other_text = _readable(bytes(row["other"]), names) if forked else (None, "")
    return ReviewContent(args, text, row["photos"], other, other_text)


def _readable(raw: bytes, names: Mapping[str, str]) -> tuple[Mapping[str, Any] | None, str]:
    arguments = sent_arguments(raw)
    return (_with_names(arguments, names), "") if arguments else (None, raw.decode("utf-8", "replace"))


def _with_names(value: Any, names: Mapping[str, str]) -> Any:
    """The same with the names of people and teams in place of their ids."""
    if isinstance(value, dict):
        return {key: _with_names(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_names(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


def sent_arguments(raw: bytes) -> dict[str, Any]:
    """The arguments of a command as it was sent; empty when they cannot be read."""
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


def named(summary: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The summary with the names of technicians and teams in place of their ids; other ids tell nobody anything."""
    shown: dict[str, Any] = {}
    for name, value in summary.items():
        if not name.endswith("_id"):
            shown[name] = value
        elif isinstance(value, str) and value in names:
            shown[name] = names[value]
    return shown


def office_of(features: Iterable[Feature]) -> dict[str, ReviewOffice]:
    """All features' hooks that tell the office's values."""
    return {kind: office for feature in features for kind, office in feature.review_office.items()}
