"""``round.reconcile``: back at the centre, every unit that was in the van is accounted for (invariant I15).

What is there goes back to the depot or waits for its arrival; what is not is explained, and a person is asked. What
the driver says is always kept. The day goes up when each unit has been spoken of once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from app.orders import fulfilment
from offline_sync.commands import Applied, CommandContext, NotEntitled, NotFound, Outcome, Recorded
from routing.pickups import collecting
from routing.rounds import balance_repository, events, repository
from routing.rounds.arguments import Accounted, Reconcile
from routing.rounds.balance import Said, judge
from routing.rounds.balance_repository import VanUnit
from routing.rounds.chain import settle
from routing.rounds.events import NewEvent
from routing.rounds.lifecycle import RoundState
from routing.rounds.repository import LockedRound

#: Codes of goods that stand at the depot.
_AT_DEPOT: Final = frozenset({"here", "never_loaded"})


async def reconcile(context: CommandContext, arguments: Reconcile) -> Outcome:
    """The van is back, and this is what became of all that should be in it."""
    if context.aggregate is not None:
        await repository.lock_devices(context.actor.region_id, await events.devices_of("round_id", context.aggregate))
    found = None if context.aggregate is None else await repository.lock_round(context.actor, context.aggregate)
    if found is None:
        raise NotFound
    user_id = context.actor.user_id
    if found.driver_id != user_id and not await repository.has_been_driver(found.id, user_id):
        raise NotEntitled
    at = await events.own_event_time(context.command_id, arguments.at)
    units = {unit.unit.task_id: unit for unit in await balance_repository.units_of(found.id)}
    judged = judge(
        (unit.unit for unit in units.values()),
        [Said(item.task_id, item.code, item.quantity) for item in arguments.items],
    )
    known = [(units[item.task_id], item) for item in arguments.items if item.task_id in units]
    await balance_repository.insert_accounts(
        found.region_id,
        found.id,
        context.command_id,
        user_id,
        at,
        [(unit, item.quantity, item.code, item.note) for unit, item in known],
    )
    unloading = [_unload(found, unit, item, at) for unit, item in known if _stands_at_depot(unit, item)]
    await events.insert_events(found.region_id, context.command_id, user_id, unloading)
    subjects = {event.subject for event in unloading if event.subject is not None}
    settled = await settle(found.region_id, subjects, by=context.command_id)
    await _follow(known)
    moves = found.driver_id == user_id and found.state in {RoundState.PUBLISHED, RoundState.IN_PROGRESS}
    if moves:
        await collecting.mark_unplanned(await repository.collect_lines_left(found.id))
        await repository.update("van_round", found.id, {"state": RoundState.RETURNED.value, "returned_at": at})
    if judged.even and not judged.unknown:
        await balance_repository.mark_reconciled(found.id, at)
    result = {
        "rv": await repository.version_of("van_round", found.id),
        "returned": moves,
        "left": sum(judged.left.values()),
        "revised": [str(one) for one in settled.revised],
    }
    if judged.code is None:
        return Applied(result)
    detail = {"round": found.name, "number": _named(units, judged.left, known)}
    return Recorded(judged.code, "round", found.id, detail, result)


def _stands_at_depot(unit: VanUnit, item: Accounted) -> bool:
    # What was fetched for repair is handed in with the van; other pick-ups wait for their arrival.
    return (unit.unit.way == "out" or unit.for_repair) and item.code in _AT_DEPOT


def _unload(found: LockedRound, unit: VanUnit, item: Accounted, at: datetime) -> NewEvent:
    if found.van_id is None:
        raise LookupError("a round that was driven has a van")
    return NewEvent(
        kind="unload",
        source=("location", found.van_id),
        target=("location", found.depot_id),
        at=at,
        article_id=unit.article_id,
        quantity=item.quantity,
        device_id=unit.device_id,
        round_id=found.id,
        stop_id=unit.stop_id,
        task_id=unit.unit.task_id,
        scan_raw=item.scan_raw,
    )


async def _follow(known: Sequence[tuple[VanUnit, Accounted]]) -> None:
    """What the accounts mean for orders: goods that are not delivered wait again, what is missing is lost."""
    for unit, item in known:
        missing = item.code == "missing"
        if unit.order_line_id is not None and (missing or item.code in _AT_DEPOT):
            # Also a part of a quantity: the rest of its line can go out again.
            await fulfilment.mark_back_at_centre([unit.order_line_id])
        if unit.pickup_line_id is not None and missing:
            await collecting.mark_lost(unit.pickup_line_id)
        if missing and unit.device_id is not None:
            await balance_repository.lose_device(unit.device_id)
            if unit.order_line_id is not None:
                await fulfilment.forget_device(unit.order_line_id)


def _named(units: Mapping[UUID, VanUnit], left: Mapping[UUID, int], known: Sequence[tuple[VanUnit, Accounted]]) -> str:
    """The goods that the sentence is about: the first left over, else the first that is not where it should be."""
    for task_id in left:
        return units[task_id].number
    return next((unit.number for unit, item in known if item.code not in _AT_DEPOT), "")
