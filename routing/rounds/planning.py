"""The office's commands on rounds: create, change, add, sequence, take off and publish; and a stop moved or changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import UNSET

from app.database import execute
from app.orders import fulfilment
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome
from routing.pickups import collecting
from routing.rounds import deriving, repository
from routing.rounds.arguments import (
    AddToRound,
    ChangeRound,
    ChangeStop,
    CreateRound,
    MoveStop,
    Publish,
    TakeOff,
)
from routing.rounds.arguments import Sequence as SequenceArguments
from routing.rounds.lifecycle import OFFICE_CHANGES, RoundState, StopState, publish_fault
from routing.rounds.repository import LockedRound, LockedStop

ROUND = "round"
STOP = "stop"


async def create(context: CommandContext, arguments: CreateRound) -> Outcome:
    """Make a round; it is a draft, which no driver sees."""
    if context.aggregate is None:
        raise CommandRefused("round.id_missing")
    region_id = context.actor.region_id
    await _check_crew(region_id, arguments.van_id, arguments.driver_id)
    depot_id = arguments.depot_id
    if depot_id is None:
        depot_id = await repository.first_depot(region_id)
    elif not await repository.place_exists(region_id, depot_id, "warehouse"):
        depot_id = None
    if depot_id is None:
        raise CommandRefused("round.no_depot")
    made = await repository.insert(
        "van_round",
        {
            "id": context.aggregate,
            "region_id": region_id,
            "name": arguments.name,
            "on_day": arguments.on_day,
            "van_id": arguments.van_id,
            "driver_id": arguments.driver_id,
            "depot_id": depot_id,
        },
    )
    if made is None:
        raise CommandRefused("round.id_taken")
    return await _applied(context.aggregate)


async def change(context: CommandContext, arguments: ChangeRound) -> Outcome:
    """Change name, day, van or driver. A published round always has both; its new driver gets its stops."""
    found = await _open_round(context)
    given: dict[str, Any] = {"name": arguments.name, "on_day": arguments.on_day}
    given |= {"van_id": arguments.van_id, "driver_id": arguments.driver_id}
    values = {key: value for key, value in given.items() if value is not UNSET}
    await _check_crew(found.region_id, values.get("van_id"), values.get("driver_id"))
    if found.state is not RoundState.DRAFT:
        for key, code in (("van_id", "round.no_van"), ("driver_id", "round.no_driver")):
            if key in values and values[key] is None:
                raise _refusal(found, code)
    await repository.update("van_round", found.id, values)
    await repository.note_drivers(found.id)
    return await _applied(found.id)


async def add(context: CommandContext, arguments: AddToRound) -> Outcome:
    """Take orders onto the round: one stop per recipient and address.

    Refused when an order is unknown, not ready to go out, or on another round: nothing is added then.
    """
    found = await _open_round(context)
    goods = [
        *await _deliveries(found, arguments.order_numbers),
        *await _pickups(found, arguments.pickup_numbers),
    ]
    if not goods:
        raise _refusal(found, "round.nothing_to_add")
    stops: set[UUID] = set()
    for one in goods:
        stop_id = await _stop_for(found, one)
        stops.add(stop_id)
        await _add_task(found, stop_id, one)
    await collecting.mark_planned([one.line_id for one in goods if one.kind == "collect"])
    await repository.note_drivers(found.id)
    return await _applied(found.id, stops=[str(stop_id) for stop_id in sorted(stops)])


async def sequence(context: CommandContext, arguments: SequenceArguments) -> Outcome:
    """Put the stops in a new order; refused when they are no longer the round's."""
    found = await _open_round(context)
    present = await repository.stop_ids(found.id)
    if sorted(present) != sorted(arguments.stop_ids):
        raise _refusal(found, "round.stops_differ")
    await repository.renumber(arguments.stop_ids)
    return await _applied(found.id)


async def take_off(context: CommandContext, arguments: TakeOff) -> Outcome:
    """Take a stop off: its orders wait again. What its driver does there all the same still counts (sync case 14)."""
    found = await _open_round(context)
    stop = await repository.lock_stop(context.actor, arguments.stop_id)
    if stop is None or stop.round_id != found.id:
        raise _refusal(found, "round.stops_differ")
    if stop.state in {StopState.DONE, StopState.PARTIAL}:
        raise _stop_refusal(stop, "stop.settled")
    await _cancel(context, stop, {"round_id": None})
    await repository.renumber(await repository.stop_ids(found.id))
    return await _applied(found.id)


async def publish(context: CommandContext, _arguments: Publish) -> Outcome:
    """Let the driver see the round. A stop without a position comes last and may be published all the same."""
    found = await _round(context)
    stops = await repository.stop_ids(found.id)
    code = publish_fault(
        state=found.state, van=found.van_id is not None, driver=found.driver_id is not None, stops=len(stops)
    )
    if code is not None:
        raise _refusal(found, code)
    state = RoundState.PUBLISHED if found.state is RoundState.DRAFT else found.state
    await execute(
        "update van_round set state = $2, version = version + 1, published_at = coalesce(published_at, $3)"
        " where id = $1",
        found.id,
        state.value,
        context.at,
    )
    await repository.note_drivers(found.id)
    return await _applied(found.id, version=found.version + 1)


async def move(context: CommandContext, arguments: MoveStop) -> Outcome:
    """Give the stop to another round; the driver who had it is still heard (sync case 20)."""
    target = await repository.lock_round(context.actor, arguments.round_id)
    stop = await _stop(context)
    if target is None:
        raise _stop_refusal(stop, "round.unknown")
    if target.state is RoundState.RETURNED:
        raise _refusal(target, "round.returned")
    if stop.state not in {StopState.PLANNED, StopState.FAILED}:
        raise _stop_refusal(stop, "stop.settled")
    before = stop.round_id
    if before != target.id:
        position = await repository.next_position(target.id)
        await repository.update("stop", stop.id, {"round_id": target.id, "position": position, **_REPLANNED})
        await _forget_failures(stop)
        await repository.note_drivers(target.id)
        if before is not None:
            await repository.renumber(await repository.stop_ids(before))
    await deriving.derive_stops(await deriving.derive_tasks([], [], [stop.id]))
    return await _applied_stop(stop)


async def change_stop(context: CommandContext, arguments: ChangeStop) -> Outcome:
    """Change a stop's window or note, or mark it planned, failed or cancelled."""
    stop = await _stop(context)
    given: dict[str, Any] = {"window_from": arguments.window_from, "window_to": arguments.window_to}
    given["carrier_note"] = arguments.carrier_note
    values: dict[str, Any] = {key: value for key, value in given.items() if value is not UNSET}
    begins, ends = values.get("window_from"), values.get("window_to")
    if begins is not None and ends is not None and ends <= begins:
        raise _stop_refusal(stop, "stop.window_ends_first")
    if arguments.state is not None and arguments.state not in OFFICE_CHANGES[stop.state]:
        raise _stop_refusal(stop, "stop.settled")
    if arguments.state == "cancelled":
        await _cancel(context, stop, values)
        return await _applied_stop(stop)
    if arguments.state == "planned":
        if stop.round_id is None:
            raise _stop_refusal(stop, "stop.off_round")
        values |= _REPLANNED
        await _forget_failures(stop)
        waiting = [task.pickup_line_id for task in stop.tasks.values() if task.pickup_line_id is not None]
        await collecting.mark_planned(waiting)
    elif arguments.state == "failed":
        values |= {"failed_code": "other", "failed_note": arguments.note, "failed_by": None}
    await repository.update("stop", stop.id, values)
    await deriving.derive_stops(await deriving.derive_tasks([], [], [stop.id]))
    return await _applied_stop(stop)


# ---------------------------------------------------------------- the parts

_REPLANNED: dict[str, Any] = {
    "state": StopState.PLANNED.value,
    "failed_code": None,
    "failed_note": "",
    "failed_by": None,
    "cancelled_at": None,
}


@dataclass(frozen=True)
class _Goods:
    """One line that becomes a task."""

    kind: str
    line_id: UUID
    person_id: UUID | None
    party_id: UUID | None
    contact: dict[str, str]
    carrier_note: str
    article_id: UUID
    device_id: UUID | None
    quantity: int


def _contact(line: fulfilment.OpenLine | collecting.OpenPickupLine) -> dict[str, str]:
    return {
        "contact_name": line.contact_name,
        "contact_phone": line.contact_phone,
        "care_of": line.care_of,
        "street": line.street,
        "postcode": line.postcode,
        "town": line.town,
        "entry_code": line.entry_code,
    }


async def _deliveries(found: LockedRound, numbers: Collection[str]) -> list[_Goods]:
    ids = await _known(found, "customer_order", numbers)
    lines = await fulfilment.open_lines(found.region_id, list(ids.values()))
    for number in numbers:
        own = [line for line in lines if line.order_number == number]
        if not own or any(line.order_state != "dispatchable" for line in own):
            raise _refusal(found, "round.order_not_ready", number=number)
        if own[0].earliest_dispatch > found.on_day:
            raise _refusal(found, "round.order_too_early", number=number, day=_day(own[0].earliest_dispatch))
    taken = await repository.lines_on_rounds("order_line_id", [line.line_id for line in lines])
    goods = []
    for line in lines:
        if line.line_id in taken:
            raise _refusal(found, "round.order_taken", number=line.order_number)
        goods.append(
            _Goods(
                "deliver",
                line.line_id,
                line.person_id,
                line.party_id,
                _contact(line),
                line.carrier_note,
                line.article_id,
                line.device_id,
                line.quantity,
            )
        )
    return goods


async def _pickups(found: LockedRound, numbers: Collection[str]) -> list[_Goods]:
    ids = await _known(found, "pickup_order", numbers)
    lines = await collecting.open_pickup_lines(found.region_id, list(ids.values()))
    for number in numbers:
        own = [line for line in lines if line.pickup_number == number]
        if not own:
            raise _refusal(found, "round.order_not_ready", number=number)
        if all(line.state == "planned" for line in own):
            raise _refusal(found, "round.order_taken", number=number)
    return [
        _Goods(
            "collect",
            line.line_id,
            line.person_id,
            line.party_id,
            _contact(line),
            line.info,
            line.article_id,
            line.device_id,
            line.quantity,
        )
        for line in lines
        if line.state == "requested"
    ]


def _day(day: date) -> str:
    return day.isoformat()


async def _known(found: LockedRound, kind: str, numbers: Collection[str]) -> dict[str, UUID]:
    ids = await repository.order_ids(found.region_id, kind, numbers)
    for number in numbers:
        if number not in ids:
            raise _refusal(found, "round.order_unknown", number=number)
    return ids


async def _stop_for(found: LockedRound, goods: _Goods) -> UUID:
    """Return the round's stop for the recipient and address; a new one, last in the round, when there is none."""
    contact = goods.contact
    place = {key: contact[key] for key in ("street", "postcode", "town")}
    existing = await repository.same_address(found.id, person_id=goods.person_id, party_id=goods.party_id, **place)
    if existing is not None:
        await repository.join_notes(existing, goods.carrier_note)
        return existing
    position = await repository.known_position(found.region_id, **place)
    made = await repository.insert(
        "stop",
        {
            "region_id": found.region_id,
            "round_id": found.id,
            "position": await repository.next_position(found.id),
            "person_id": goods.person_id,
            "party_id": goods.party_id,
            **contact,
            "carrier_note": goods.carrier_note,
            "latitude": None if position is None else position[0],
            "longitude": None if position is None else position[1],
        },
    )
    if made is None:
        raise LookupError("a new id is taken")
    return made


async def _add_task(found: LockedRound, stop_id: UUID, goods: _Goods) -> None:
    await repository.insert(
        "stop_task",
        {
            "region_id": found.region_id,
            "stop_id": stop_id,
            "position": len(await repository.tasks_of_stop(stop_id)) + 1,
            "kind": goods.kind,
            "order_line_id" if goods.kind == "deliver" else "pickup_line_id": goods.line_id,
            "device_id": goods.device_id,
            "article_id": goods.article_id,
            "quantity": goods.quantity,
        },
    )


async def _cancel(context: CommandContext, stop: LockedStop, values: dict[str, Any]) -> None:
    await repository.update("stop", stop.id, {"cancelled_at": context.at, **values})
    lines = [task.pickup_line_id for task in stop.tasks.values() if task.pickup_line_id is not None]
    await collecting.mark_unplanned(lines)
    await deriving.derive_stops(await deriving.derive_tasks([], [], [stop.id]))


async def _forget_failures(stop: LockedStop) -> None:
    await execute("update stop_task set failed_code = null, failed_by = null where stop_id = $1", stop.id)


async def _check_crew(region_id: UUID, van_id: Any, driver_id: Any) -> None:
    if van_id is not None and not await repository.place_exists(region_id, van_id, "van"):
        raise CommandRefused("round.van_unknown")
    if driver_id is not None and not await repository.driver_exists(region_id, driver_id):
        raise CommandRefused("round.driver_unknown")


async def _round(context: CommandContext) -> LockedRound:
    found = None if context.aggregate is None else await repository.lock_round(context.actor, context.aggregate)
    if found is None:
        raise NotFound
    return found


async def _open_round(context: CommandContext) -> LockedRound:
    found = await _round(context)
    if found.state is RoundState.RETURNED:
        raise _refusal(found, "round.returned")
    return found


async def _stop(context: CommandContext) -> LockedStop:
    stop = None if context.aggregate is None else await repository.lock_stop(context.actor, context.aggregate)
    if stop is None:
        raise NotFound
    return stop


def _refusal(found: LockedRound, code: str, **detail: Any) -> CommandRefused:
    return CommandRefused(
        code,
        detail={"round": found.name, **detail},
        state=found.public_state,
        subject_kind=ROUND,
        subject_id=found.id,
    )


def _stop_refusal(stop: LockedStop, code: str) -> CommandRefused:
    return CommandRefused(
        code,
        detail={"round": stop.round_name, "stop": stop.position},
        state=stop.public_state,
        subject_kind=STOP,
        subject_id=stop.id,
    )


async def _applied(round_id: UUID, **more: Any) -> Applied:
    return Applied({"rv": await repository.version_of("van_round", round_id), **more})


async def _applied_stop(stop: LockedStop) -> Applied:
    return Applied({"rv": await repository.version_of("stop", stop.id)})


__all__: Sequence[str] = ("add", "change", "change_stop", "create", "move", "publish", "sequence", "take_off")
