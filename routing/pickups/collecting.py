"""What the rounds do to pick-up orders: which lines are to be collected, and what became of them on the road.

Plain functions for another wing. They take no actor and run inside the caller's unit of work; each locks the orders it
touches, and the order's state follows from its lines (lifecycle.py). Collecting ends no holding: the arrival at the
centre does (R-255, R-265).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from app.database import Record, fetch, fetch_row, fetch_value, new_id
from app.registry.numbers import next_order_number
from app.registry.repository import party_contact, person_contact
from routing.pickups import lifecycle, repository
from routing.pickups.lifecycle import NOT_COLLECTED, OPEN, LineState
from routing.pickups.repository import Line, LockedPickup

#: Statuses of a device that is still out. One that has come back stays as the warehouse left it.
_OUT: Final = ("with_holder", "pickup_requested", "in_transit", "reserved", "in_stock", "lost")


@dataclass(frozen=True)
class OpenPickupLine:
    """A line that waits to be collected, with all that a stop needs to know.

    Attributes:
        state: ``requested``, or ``planned`` when it is on a round already.
        info: the pick-up information, for the carrier (R-250, R-256).
        entry_code: for the carrier alone.
    """

    line_id: UUID
    pickup_order_id: UUID
    pickup_number: str
    person_id: UUID | None
    party_id: UUID | None
    contact_name: str
    contact_phone: str
    care_of: str
    street: str
    postcode: str
    town: str
    entry_code: str
    info: str
    wanted_on: date | None
    article_id: UUID
    device_id: UUID | None
    quantity: int
    state: str


async def open_pickup_lines(region_id: UUID, pickup_order_ids: Collection[UUID]) -> list[OpenPickupLine]:
    """Return the lines of the region's orders that wait to be collected, by order number and position."""
    rows = await fetch(
        "select l.id as line_id, p.id as pickup_order_id, p.number as pickup_number, p.person_id, p.party_id,"
        " p.contact_name, p.contact_phone, p.care_of, p.street, p.postcode, p.town, p.entry_code, p.info, p.wanted_on,"
        " l.article_id, l.device_id, l.quantity, l.state from pickup_line l join pickup_order p"
        " on p.id = l.pickup_order_id where p.region_id = $1 and p.id = any($2) and p.kind = 'normal'"
        " and p.state = 'registered' and l.state in ('requested', 'planned') order by p.number, l.position",
        region_id,
        list(pickup_order_ids),
    )
    return [OpenPickupLine(**dict(row)) for row in rows]


async def mark_planned(line_ids: Collection[UUID]) -> None:
    """The lines are on a round now."""
    await _move(line_ids, {LineState.REQUESTED}, LineState.PLANNED)


async def mark_unplanned(line_ids: Collection[UUID]) -> None:
    """The lines are off their round and wait in the queue again."""
    await _move(line_ids, {LineState.PLANNED}, LineState.REQUESTED)


async def mark_collected(line_id: UUID, *, at: datetime, hygiene: str) -> None:
    """The driver has it in the van. A line that has arrived already keeps that, and learns when it was collected.

    Args:
        hygiene: ``clean``, ``cleaned_contaminated``, ``dirty`` or ``unknown`` (R-271).

    Raises:
        LookupError: no such line.
    """
    order, line = await _locked(line_id)
    values = {"collected_at": at, "hygiene": hygiene}
    if line.state is not LineState.ARRIVED:
        values["state"] = LineState.COLLECTED.value
        await _set_status(line, _OUT, "collected")
    await repository.update_lines([line_id], values)
    await repository.refresh_state(order.id)


async def mark_not_collected(line_id: UUID, code: str) -> None:
    """The driver could not collect it. Dirty or not found settles the line; else it waits in the queue again.

    Raises:
        LookupError: no such line.
    """
    order, line = await _locked(line_id)
    if line.state in {LineState.REQUESTED, LineState.PLANNED}:
        state = NOT_COLLECTED.get(code, LineState.REQUESTED)
        await repository.update_lines([line_id], {"state": state.value})
        if state is not LineState.REQUESTED:
            await _set_status(line, ("pickup_requested",), "with_holder")
        await repository.refresh_state(order.id)


async def undo_collected(line_id: UUID) -> None:
    """Take back ``mark_collected`` or ``mark_not_collected``: the line is on its round again (sync case 26).

    An unplanned line was only made by the collecting, so it is cancelled. A line that has arrived stays arrived.

    Raises:
        LookupError: no such line.
    """
    order, line = await _locked(line_id)
    if line.state in {LineState.ARRIVED, LineState.CANCELLED}:
        return
    state = LineState.CANCELLED if line.unplanned else LineState.PLANNED
    await repository.update_lines([line_id], {"state": state.value, "collected_at": None, "hygiene": "unknown"})
    await _set_status(
        line, ("collected", "with_holder", "pickup_requested"), "with_holder" if line.unplanned else "pickup_requested"
    )
    await repository.refresh_state(order.id)


async def mark_lost(line_id: UUID) -> None:
    """It was collected and is not in the van. Its arrival may be registered all the same, if it turns up.

    Raises:
        LookupError: no such line.
    """
    order, line = await _locked(line_id)
    if line.state is LineState.COLLECTED:
        await repository.update_lines([line_id], {"state": LineState.LOST.value})
        await repository.refresh_state(order.id)


async def never_collected(article_id: UUID) -> str | None:
    """Return why the article is never on a pick-up order, ``pickup.vision_aid`` or ``pickup.consumable``, or None."""
    row = await fetch_row("select kind, vision_aid from article where id = $1", article_id)
    return None if row is None else lifecycle.never_collected(kind=row["kind"], vision_aid=row["vision_aid"])


async def add_unplanned_line(
    pickup_order_id: UUID | None,
    *,
    region_id: UUID,
    person_id: UUID | None,
    party_id: UUID | None,
    article_id: UUID,
    device_id: UUID | None,
    quantity: int,
    at: datetime,
    hygiene: str,
    registered_by: UUID,
) -> UUID:
    """Note that something was collected which nobody had ordered (sync case 10). Returns the line's id.

    It goes on the given order, else on the recipient's newest open one, else on a new one with the reason ``other``.
    When an order waits for the device already, that line is the collected one.

    Args:
        person_id, party_id: the recipient; exactly one of them.
        registered_by: the driver, who is the new order's registrar.

    Ask ``never_collected`` first: vision aids and consumables are not taken along (R-248, R-264).
    """
    waiting = await waiting_line(region_id, device_id)
    if waiting is not None:
        await mark_collected(waiting, at=at, hygiene=hygiene)
        return waiting
    facts = await _article_facts(article_id, device_id)
    holding = await _holding_of(person_id, party_id, article_id, device_id)
    order_id = await _order_for(region_id, pickup_order_id, person_id, party_id)
    if order_id is None:
        order_id = await _new_order(region_id, person_id, party_id, at, registered_by, holding)
    line_id = await repository.insert_line(
        {
            "region_id": region_id,
            "pickup_order_id": order_id,
            "device_id": device_id,
            "article_id": article_id,
            "quantity": 1 if device_id else quantity,
            "holding_id": None if holding is None else holding["id"],
            "owner": facts["owner"],
            "charging": facts["charging"],
            "hygiene": hygiene,
            "state": LineState.COLLECTED.value,
            "unplanned": True,
            "collected_at": at,
        }
    )
    if device_id is not None:
        await repository.set_device_status([device_id], _OUT, "collected")
    await repository.refresh_state(order_id)
    return line_id


# ---------------------------------------------------------------- helpers


async def _locked(line_id: UUID) -> tuple[LockedPickup, Line]:
    for order in await repository.lock_pickups_of([line_id]):
        line = order.line(line_id)
        if line is not None:
            return order, line
    raise LookupError("no such line")


async def _move(line_ids: Collection[UUID], before: Collection[LineState], after: LineState) -> None:
    wanted = set(line_ids)
    orders = await repository.lock_pickups_of(wanted)
    moved = [line.id for order in orders for line in order.lines if line.id in wanted and line.state in before]
    await repository.update_lines(moved, {"state": after.value})


async def _set_status(line: Line, before: tuple[str, ...], after: str) -> None:
    if line.device_id is not None:
        await repository.set_device_status([line.device_id], before, after)


async def waiting_line(region_id: UUID, device_id: UUID | None) -> UUID | None:
    """Return the line that waits for the device, or None."""
    if device_id is None:
        return None
    line_id: UUID | None = await fetch_value(
        "select id from pickup_line where region_id = $1 and device_id = $2 and state = any($3)",
        region_id,
        device_id,
        sorted(state.value for state in OPEN),
    )
    return line_id


async def _article_facts(article_id: UUID, device_id: UUID | None) -> Record:
    row = await fetch_row(
        "select a.charging, coalesce((select owner from device where id = $2), '') as owner from article a"
        " where a.id = $1",
        article_id,
        device_id,
    )
    if row is None:
        raise LookupError("no such article")
    return row


async def _holding_of(
    person_id: UUID | None, party_id: UUID | None, article_id: UUID, device_id: UUID | None
) -> Record | None:
    """The recipient's open holding that is collected here, unless an order waits for it already."""
    return await fetch_row(
        "select h.id, h.customer_id, h.prescriber_id from holding h where (h.person_id = $1 or h.party_id = $2)"
        " and (h.device_id = $4 or ($4::uuid is null and h.article_id = $3)) and h.starts_at is not null"
        " and h.ends_at is null and not exists (select from pickup_line l where l.holding_id = h.id"
        "   and l.state = any($5)) order by h.starts_at, h.id limit 1",
        person_id,
        party_id,
        article_id,
        device_id,
        sorted(state.value for state in OPEN),
    )


async def _order_for(
    region_id: UUID, wanted: UUID | None, person_id: UUID | None, party_id: UUID | None
) -> UUID | None:
    """The given order, or the recipient's newest, when it is open; its row is locked."""
    order_id: UUID | None = await fetch_value(
        "select id from pickup_order where region_id = $1 and kind = 'normal' and state = 'registered'"
        " and (id = $2 or person_id = $3 or party_id = $4)"
        " order by id is distinct from $2, registered_at desc, id limit 1 for update",
        region_id,
        wanted,
        person_id,
        party_id,
    )
    return order_id


async def _new_order(
    region_id: UUID,
    person_id: UUID | None,
    party_id: UUID | None,
    at: datetime,
    registered_by: UUID,
    holding: Record | None,
) -> UUID:
    order_id = new_id()
    contact = None
    if person_id is not None:
        contact = await person_contact(region_id, person_id)
    elif party_id is not None:
        contact = await party_contact(region_id, party_id)
    if contact is None:
        raise LookupError("no such recipient")
    await repository.insert_pickup(
        {
            "id": order_id,
            "region_id": region_id,
            "number": await next_order_number(region_id, "pickup_order", order_id, at),
            "state": "registered",
            "reason": "other",
            "person_id": person_id,
            "party_id": party_id,
            "customer_id": None if holding is None else holding["customer_id"],
            "prescriber_id": None if holding is None else holding["prescriber_id"],
            "registered_by": registered_by,
            "registered_at": at,
            "contact_name": contact["name"],
            "contact_phone": contact["phone"],
            **{key: contact[key] for key in ("care_of", "street", "postcode", "town", "entry_code")},
        }
    )
    return order_id
