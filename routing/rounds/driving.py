"""A driver's commands: ``stop.load``, ``stop.complete``, ``stop.fail`` and ``round.return``.

What was done is always kept; then it is judged, and the chain of custody says what it means (sync rules R1, R4). The
old driver's outcome counts after a stop has moved: it is keyed by the stop's id (sync case 20).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from app.orders import fulfilment
from app.policy.working_time import STOCKHOLM
from offline_sync.commands import Applied, CommandContext, NotEntitled, NotFound, Outcome, Recorded
from routing.pickups import collecting
from routing.rounds import balance_repository, events, repository
from routing.rounds.arguments import Complete, Fail, Load, NotDone, Proof, Return
from routing.rounds.chain import SUBJECT, Settled, settle
from routing.rounds.goods import Read, lock_named_devices, read_collected, read_goods, with_task
from routing.rounds.lifecycle import Outcome as StopOutcome
from routing.rounds.lifecycle import RoundState, outcome_fault
from routing.rounds.parts import store_parts
from routing.rounds.proof import Item, items_hash, proof_items
from routing.rounds.repository import LockedStop


async def load_stop(context: CommandContext) -> LockedStop:
    """Lock the stop that the command is about.

    Raises:
        NotFound: the region has no such stop.
        NotEntitled: the author has never had it.
    """
    stop = None if context.aggregate is None else await repository.lock_stop(context.actor, context.aggregate)
    if stop is None:
        raise NotFound
    if stop.own_round_id is None:
        raise NotEntitled
    return stop


async def load(context: CommandContext, arguments: Load) -> Outcome:
    """Goods go from the depot into the van; goods that are not the stop's are kept in mind and do not move."""
    await lock_named_devices(context.actor.region_id, arguments.items)
    stop = await load_stop(context)
    at = await events.own_event_time(context.command_id, arguments.at)
    reads = await read_goods(stop, "load", arguments.items, at)
    settled = await _store(context, stop, reads, at)
    code, number = _first_fault(reads)
    if not code and stop.cancelled_at is not None:
        code = "stop.cancelled_meanwhile"
    return await _outcome(stop, settled, code, number)


async def complete(context: CommandContext, arguments: Complete) -> Outcome:
    """What was delivered, collected and not done; deliveries need a proof that names exactly their items.

    An outcome that is at fault as a whole (no proof, another proof's) is kept, and nothing of it is made true until a
    person has decided. A single item at fault stays behind; the others count.
    """
    await lock_named_devices(context.actor.region_id, (*arguments.delivered, *arguments.collected))
    stop = await load_stop(context)
    at = await events.own_event_time(context.command_id, arguments.at)
    reads = [
        *await read_goods(stop, "deliver", arguments.delivered, at),
        *await read_collected(stop, arguments.collected, at),
    ]
    items = proof_items(_plain(arguments.delivered), _plain(arguments.collected))
    fault = outcome_fault(_said(context, arguments, items)) or ""
    if fault:
        reads = [replace(read, event=_held(read, fault), code=fault) for read in reads]
    elif arguments.proof is not None:
        await _store_proof(context, stop, arguments.proof, items, at)
    unknown = "" if fault else await _note_not_done(context, stop, arguments, at)
    settled = await _store(context, stop, reads, at)
    code, number = _first_fault(reads)
    code = fault or code or unknown
    if not code and any(read.event is not None for read in reads):
        code = _overruled(stop)
    if not code:
        code, number = next((("stop.substituted", read.number) for read in reads if read.substituted), ("", ""))
    return await _outcome(stop, settled, code, number)


async def fail(context: CommandContext, arguments: Fail) -> Outcome:
    """A try that did not succeed. It is always kept, for it counts, whatever became of the stop (sync cases 12, 13).

    It fails the stop only on the author's round of that day, and only as long as nothing is done there.
    """
    stop = await load_stop(context)
    at = await events.own_event_time(context.command_id, arguments.at)
    moves = _still_the_plan(context, stop, at)
    await repository.insert_attempt(
        stop, context.actor, context.command_id, at=at, code=arguments.code, note=arguments.note, counts=moves
    )
    await repository.begin_round(stop.own_round_id, at)
    settled = await settle(stop.region_id, [], by=context.command_id, stops=[stop.id])
    return await _outcome(stop, settled, "", "", failed=moves)


async def return_round(context: CommandContext, arguments: Return) -> Outcome:
    """The van is back: what is still in it goes back to the depot, and what was not done waits in the queue again."""
    if context.aggregate is not None:
        await repository.lock_devices(context.actor.region_id, await events.devices_of("round_id", context.aggregate))
    found = None if context.aggregate is None else await repository.lock_round(context.actor, context.aggregate)
    if found is None:
        raise NotFound
    user_id = context.actor.user_id
    if found.driver_id != user_id and not await repository.has_been_driver(found.id, user_id):
        raise NotEntitled
    at = await events.own_event_time(context.command_id, arguments.at)
    unloading = await events.loaded_and_not_unloaded(found.id, at)
    await events.insert_events(found.region_id, context.command_id, user_id, unloading)
    subjects = {event.subject for event in unloading if event.subject is not None}
    settled = await settle(found.region_id, subjects, by=context.command_id)
    rest = [unit.order_line_id for unit in await balance_repository.units_of(found.id) if unit.part_left]
    await fulfilment.mark_back_at_centre([line_id for line_id in rest if line_id is not None])
    moves = found.driver_id == user_id and found.state in {RoundState.PUBLISHED, RoundState.IN_PROGRESS}
    if moves:
        await collecting.mark_unplanned(await repository.collect_lines_left(found.id))
        await repository.update("van_round", found.id, {"state": RoundState.RETURNED.value, "returned_at": at})
    rv = await repository.version_of("van_round", found.id)
    return Applied(
        {"rv": rv, "returned": moves, "unloaded": len(unloading), "revised": [str(one) for one in settled.revised]}
    )


# ---------------------------------------------------------------- the parts


async def _store(context: CommandContext, stop: LockedStop, reads: Iterable[Read], at: datetime) -> Settled:
    """Store the events and settle the chains they belong to."""
    made = [await with_task(stop, read, len(stop.tasks) + 1 + number) for number, read in enumerate(reads)]
    new = [read.event for read in made if read.event is not None]
    await events.insert_events(stop.region_id, context.command_id, context.actor.user_id, new)
    await store_parts(stop, context.command_id, made, at)
    await repository.begin_round(stop.own_round_id, at)
    subjects = {event.subject for event in new if event.subject is not None}
    return await settle(stop.region_id, subjects, by=context.command_id, stops=[stop.id])


def _held(read: Read, code: str) -> events.NewEvent | None:
    return None if read.event is None else replace(read.event, beside_code=code)


def _first_fault(reads: Iterable[Read]) -> tuple[str, str]:
    return next(((read.code, read.number) for read in reads if read.code), ("", ""))


def _plain(items: Iterable[Any]) -> list[dict[str, Any]]:
    plain: list[dict[str, Any]] = msgspec.to_builtins(list(items))
    return plain


def _said(context: CommandContext, arguments: Complete, items: Sequence[Item]) -> StopOutcome:
    proof = arguments.proof
    outcome = StopOutcome(len(arguments.delivered), len(arguments.collected), len(arguments.not_done))
    if proof is None:
        return outcome
    named = {blob.sha256.hex() for blob in context.blobs}
    return replace(
        outcome,
        proof=True,
        same_items=proof.items_sha256 == items_hash(items),
        signer=bool(proof.signer_name.strip()) or proof.method != "name",
        blob_named=proof.method == "name" or (proof.blob is not None and proof.blob.sha256 in named),
    )


async def _store_proof(
    context: CommandContext, stop: LockedStop, proof: Proof, items: Sequence[Item], at: datetime
) -> None:
    blob = proof.blob if proof.method != "name" else None
    await repository.insert(
        "proof_of_delivery",
        {
            "region_id": stop.region_id,
            "stop_id": stop.id,
            "signer_name": proof.signer_name,
            "method": proof.method,
            "blob_sha256": None if blob is None else bytes.fromhex(blob.sha256),
            "items": list(items),
            "items_sha256": proof.items_sha256,
            "driver_id": context.actor.user_id,
            "at": at,
            "command_id": context.command_id,
        },
    )


async def _note_not_done(context: CommandContext, stop: LockedStop, arguments: Complete, at: datetime) -> str:
    """Mark what could not be done. Returns a code when an item names no task of the stop."""
    missing = ""
    nothing_done = not arguments.delivered and not arguments.collected
    moves = not nothing_done or _still_the_plan(context, stop, at)
    for item in arguments.not_done:
        task = stop.tasks.get(item.task_id)
        if task is None:
            missing = "stop.task_unknown"
        elif moves:
            await repository.update("stop_task", task.id, {"failed_code": item.code, "failed_by": context.command_id})
            if task.pickup_line_id is not None:
                await collecting.mark_not_collected(task.pickup_line_id, item.code)
    if nothing_done and arguments.not_done:
        first: NotDone = arguments.not_done[0]
        await repository.insert_attempt(
            stop, context.actor, context.command_id, at=at, code=first.code, note=first.note, counts=moves
        )
    return missing


def _still_the_plan(context: CommandContext, stop: LockedStop, at: datetime) -> bool:
    """True when the stop is on the author's round of the day that the try was made (sync case 12).

    What is done at the stop does not matter here: it may lose its place in the chain, and what was tried stands then.
    """
    return (
        stop.cancelled_at is None
        and stop.round_driver_id == context.actor.user_id
        and stop.on_day == at.astimezone(STOCKHOLM).date()
    )


def _overruled(stop: LockedStop) -> str:
    """Return why a person should look at goods that changed hands all the same: the office had decided otherwise."""
    if stop.cancelled_at is not None:
        return "stop.cancelled_meanwhile"
    by_office = stop.failed_code is not None and stop.failed_by is None
    return "stop.failed_by_office" if by_office else ""


async def _outcome(stop: LockedStop, settled: Settled, code: str, number: str, **more: Any) -> Outcome:
    """Make the command's outcome. ``own_code`` is what it found itself, whatever the chain says later."""
    result = {
        "rv": await repository.version_of("stop", stop.id),
        "own_code": code,
        "revised": [str(one) for one in settled.revised],
        **more,
    }
    said, of = (code, number) if code else next(iter(settled.beside), ("", ""))
    if not said:
        return Applied(result)
    detail = {"round": stop.own_round_name, "stop": stop.position, "number": of}
    return Recorded(said, SUBJECT, stop.id, detail, result)
