"""``round.add``: orders become stops and tasks, one stop per recipient and address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.database import Record
from app.orders import fulfilment
from app.policy.working_time import STOCKHOLM
from offline_sync.commands import CommandContext, Outcome
from routing.pickups import collecting
from routing.rounds import planning_repository, repairs, repository, versions
from routing.rounds.arguments import AddToRound
from routing.rounds.handling import applied, open_round, refusal
from routing.rounds.repository import LockedRound
from routing.schedules import repository as schedules

#: States of an order that something of may leave.
_LEAVING: Final = frozenset({"dispatchable", "processing", "in_transit"})


async def add(context: CommandContext, arguments: AddToRound) -> Outcome:
    """Take orders onto the round: one stop per recipient and address.

    Refused when an order is unknown, not ready to go out, or on another round: nothing is added then.
    """
    found = await open_round(context)
    async with versions.noted(context, found):
        stops = await put_on(found, arguments.order_numbers, arguments.pickup_numbers, arguments.repair_numbers)
    return await applied(found.id, stops=[str(stop_id) for stop_id in sorted(stops)])


async def put_on(
    found: LockedRound,
    order_numbers: Collection[str],
    pickup_numbers: Collection[str],
    repair_numbers: Collection[str] = (),
) -> set[UUID]:
    """Put orders on a locked round, and return the stops that they have become.

    Raises:
        CommandRefused: an order cannot be taken; nothing has been added then.
    """
    goods = [
        *await _deliveries(found, order_numbers),
        *await _pickups(found, pickup_numbers),
        *await _repairs(found, repair_numbers),
    ]
    if not goods:
        raise refusal(found, "round.nothing_to_add")
    stops: set[UUID] = set()
    for one in goods:
        stop_id = await _stop_for(found, one)
        stops.add(stop_id)
        await _add_task(found, stop_id, one)
    await collecting.mark_planned([one.line_id for one in goods if one.column == "pickup_line_id"])
    await planning_repository.note_drivers(found.id)
    return stops


@dataclass(frozen=True)
class _Goods:
    """One line that becomes a task; ``column`` says of what."""

    kind: str
    column: str
    line_id: UUID
    person_id: UUID | None
    party_id: UUID | None
    contact: dict[str, str]
    carrier_note: str
    article_id: UUID
    device_id: UUID | None
    quantity: int
    served: UUID | None


def _contact(line: fulfilment.OpenLine | collecting.OpenPickupLine | repairs.Repair) -> dict[str, str]:
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
        if own and own[0].carrier != "van":
            raise refusal(found, "round.order_other_carrier", number=number)
        # What is not to be delivered together may go as it gets ready; what is waits for its last piece.
        if not any(line.ready and line.order_state in _LEAVING for line in own) or (
            own[0].co_delivery and own[0].order_state != "dispatchable"
        ):
            raise refusal(found, "round.order_not_ready", number=number)
        if own[0].earliest_dispatch > found.on_day:
            raise refusal(found, "round.order_too_early", number=number, day=own[0].earliest_dispatch.isoformat())
    taken = await planning_repository.lines_on_rounds("order_line_id", [line.line_id for line in lines])
    goods = []
    for line in lines:
        if line.line_id in taken:
            raise refusal(found, "round.order_taken", number=line.order_number)
        if not line.ready:
            continue
        goods.append(
            _Goods(
                "deliver",
                "order_line_id",
                line.line_id,
                line.person_id,
                line.party_id,
                _contact(line),
                line.carrier_note,
                line.article_id,
                line.device_id,
                line.quantity,
                line.served,
            )
        )
    return goods


async def _pickups(found: LockedRound, numbers: Collection[str]) -> list[_Goods]:
    ids = await _known(found, "pickup_order", numbers)
    lines = await collecting.open_pickup_lines(found.region_id, list(ids.values()))
    for number in numbers:
        own = [line for line in lines if line.pickup_number == number]
        if not own:
            raise refusal(found, "round.order_not_ready", number=number)
        if all(line.state == "planned" for line in own):
            raise refusal(found, "round.order_taken", number=number)
    return [
        _Goods(
            "collect",
            "pickup_line_id",
            line.line_id,
            line.person_id,
            line.party_id,
            _contact(line),
            line.info,
            line.article_id,
            line.device_id,
            line.quantity,
            line.party_id,
        )
        for line in lines
        if line.state == "requested"
    ]


async def _repairs(found: LockedRound, numbers: Collection[str]) -> list[_Goods]:
    """Devices that are fetched for repair, or brought back to the same holder (R-204)."""
    waiting = {one.number: one for one in await repairs.repairs_by_number(found.region_id, numbers)}
    taken = await planning_repository.lines_on_rounds("work_order_id", [one.work_order_id for one in waiting.values()])
    goods = []
    for number in numbers:
        one = waiting.get(number)
        if one is None:
            raise refusal(found, "round.repair_not_ready", number=number)
        if one.work_order_id in taken:
            raise refusal(found, "round.order_taken", number=number)
        # The driver must not take it for a return: it comes back.
        note = _REPAIR_NOTES[one.leg].format(number=number)
        goods.append(
            _Goods(
                "collect" if one.leg == "fetch" else "deliver",
                "work_order_id",
                one.work_order_id,
                one.person_id,
                one.party_id,
                _contact(one),
                "\n".join(part for part in (note, one.instructions) if part),
                one.article_id,
                one.device_id,
                1,
                None,
            )
        )
    return goods


#: For the carrier, in Swedish as all that stands on a stop.
_REPAIR_NOTES: Final[dict[str, str]] = {
    "fetch": "Hämtas för åtgärd och kommer tillbaka (arbetsorder {number}).",
    "return": "Tillbaka efter åtgärd (arbetsorder {number}).",
}


async def _known(found: LockedRound, kind: str, numbers: Collection[str]) -> dict[str, UUID]:
    ids = await planning_repository.order_ids(found.region_id, kind, numbers)
    for number in numbers:
        if number not in ids:
            raise refusal(found, "round.order_unknown", number=number)
    return ids


async def _stop_for(found: LockedRound, goods: _Goods) -> UUID:
    """Return the round's stop for the recipient and address; a new one, last in the round, when there is none."""
    fixed = None if goods.served is None else await schedules.fixed_stop(found.id, goods.served)
    contact = goods.contact if fixed is None else _at_fixed_stop(goods.contact, fixed)
    place = {key: contact[key] for key in ("street", "postcode", "town")}
    existing = await planning_repository.same_address(
        found.id, person_id=goods.person_id, party_id=goods.party_id, **place
    )
    if existing is not None:
        await planning_repository.join_notes(existing, goods.carrier_note)
        return existing
    position = await planning_repository.known_position(found.region_id, **place)
    made = await repository.insert(
        "stop",
        {
            "region_id": found.region_id,
            "round_id": found.id,
            "position": await planning_repository.next_position(found.id),
            "person_id": goods.person_id,
            "party_id": goods.party_id,
            **contact,
            "carrier_note": _notes(fixed, goods.carrier_note),
            **_window(fixed),
            "latitude": None if position is None else position[0],
            "longitude": None if position is None else position[1],
        },
    )
    if made is None:
        raise LookupError("a new id is taken")
    return made


def _at_fixed_stop(contact: dict[str, str], fixed: Record) -> dict[str, str]:
    """Handed over at an entrance with porters, who take it on (R-276, R-277): theirs is the name on the stop.

    Whose goods they are stands in the "c/o", for the porters have to know where to.
    """
    return {
        **contact,
        "contact_name": fixed["name"],
        "care_of": contact["contact_name"],
        **{key: fixed[key] or contact[key] for key in ("street", "postcode", "town")},
        "entry_code": "",
    }


def _notes(fixed: Record | None, note: str) -> str:
    return "\n".join(part for part in ("" if fixed is None else fixed["carrier_note"], note) if part)


def _window(fixed: Record | None) -> dict[str, datetime]:
    if fixed is None:
        return {}
    return {
        key: datetime.combine(fixed["on_day"], fixed[key], STOCKHOLM)
        for key in ("window_from", "window_to")
        if fixed[key] is not None
    }


async def _add_task(found: LockedRound, stop_id: UUID, goods: _Goods) -> None:
    await repository.insert(
        "stop_task",
        {
            "region_id": found.region_id,
            "stop_id": stop_id,
            "position": len(await repository.tasks_of_stop(stop_id)) + 1,
            "kind": goods.kind,
            goods.column: goods.line_id,
            "device_id": goods.device_id,
            "article_id": goods.article_id,
            "quantity": goods.quantity,
        },
    )
