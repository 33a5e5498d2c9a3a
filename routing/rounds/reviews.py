"""What a decision on a review item about a stop does, and what the office is shown beside the field's version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from app.audit.access import log_access
from app.database import fetch
from app.identity.actor import Actor
from offline_sync.commands import CommandContext, CommandRefused
from offline_sync.review_hooks import ReviewedCommand
from offline_sync.sentences import Code
from routing.rounds import events, repository
from routing.rounds.chain import settle

#: What a person can let through. What was never the stop's, or is never collected, stays beside whatever is decided.
ACCEPTABLE: Final = (
    "custody.other_driver",
    "stop.other_holder",
    "stop.no_proof",
    "stop.proof_other_items",
    "stop.no_signer",
    "stop.proof_no_picture",
    "stop.too_many",
)

#: Codes of commands of which everything was made true at once: there is nothing left to let through.
_DONE_ALREADY: Final = frozenset({"stop.failed_by_office", "stop.cancelled_meanwhile", "stop.substituted"})


async def accept(context: CommandContext, item: ReviewedCommand) -> None:
    """The field is right: what stands beside the chain becomes part of it, and its stop and orders follow.

    Other commands may lose their place by it; they get a review item of their own.

    Raises:
        CommandRefused: nothing is stored of the command but its payload.
    """
    if item.fields:
        raise CommandRefused(Code.REVIEW_FIELDS, subject_kind="review_item")
    if item.subject_id is None or item.type not in {"stop.load", "stop.complete"} or item.reason in _DONE_ALREADY:
        return
    await repository.lock_devices(context.actor.region_id, await events.devices_of("command_id", item.command_id))
    stop = await repository.lock_stop(context.actor, item.subject_id)
    if stop is None:
        return
    if not await events.has_events(item.command_id):
        raise CommandRefused(Code.REVIEW_NOTHING_STORED, subject_kind="review_item")
    subjects = await events.force(item.command_id, ACCEPTABLE)
    await settle(stop.region_id, subjects, by=context.command_id, stops=[stop.id], decided=item.command_id)


async def office_values(actor: Actor, ids: Sequence[UUID]) -> Mapping[UUID, Mapping[str, Any]]:
    """Return where the stops stand now. What the driver typed stands beside it, so the look is logged (SR-08)."""
    rows = await fetch(
        "select s.id, s.person_id, s.state, s.position, s.failed_code, s.done_at, coalesce(r.name, '') as round_name,"
        " r.on_day, u.name as driver_name from stop s left join van_round r on r.id = s.round_id"
        " left join user_account u on u.id = r.driver_id where s.region_id = $1 and s.id = any($2)",
        actor.region_id,
        list(ids),
    )
    await log_access(actor, [row["person_id"] for row in rows if row["person_id"]], "review.read")
    hidden = {"id", "person_id"}
    return {row["id"]: {key: value for key, value in dict(row).items() if key not in hidden} for row in rows}
