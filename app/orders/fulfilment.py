"""What the rounds do to customer orders: which lines go out, and what became of them on the road.

Plain functions for another wing. They take no actor and run inside the caller's unit of work; each locks the orders it
touches, and the order's state follows from its lines (lifecycle.py). Facts win over plans: a delivery is noted whatever
state the order is in.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.database import execute, fetch, fetch_row, fetch_value
from app.orders import repository
from app.orders.repository import Line, LockedOrder
from app.registry.holdings import Holder, annul_holding, hand_out, hand_out_quantity


@dataclass(frozen=True)
class OpenLine:
    """A line that is not delivered yet, with all that a stop needs to know.

    Attributes:
        order_state: a round takes only orders that are ``dispatchable``.
        quantity: what is still to deliver; 1 for a numbered article.
        device_id: which device goes out; None for an article by quantity, or when the warehouse has not chosen yet.
        earliest_dispatch: the first day that it can leave the centre (R-120).
        co_delivery: all of the order goes out together or not at all (R-118).
        entry_code, carrier_note: for the carrier alone (R-115, R-116).
        served: the care unit or customer at whose place it is handed over; None for a home.
        carrier: a round takes only what goes by ``van``.
        ready: it can leave now: its device is chosen, or it needs none (R-073), and it is in no van.
    """

    line_id: UUID
    order_id: UUID
    order_number: str
    order_state: str
    person_id: UUID | None
    party_id: UUID | None
    contact_name: str
    contact_phone: str
    care_of: str
    street: str
    postcode: str
    town: str
    entry_code: str
    carrier_note: str
    article_id: UUID
    device_id: UUID | None
    quantity: int
    co_delivery: bool
    earliest_dispatch: date
    urgent: bool
    served: UUID | None
    carrier: str
    ready: bool


async def open_lines(region_id: UUID, order_ids: Collection[UUID]) -> list[OpenLine]:
    """Return the open lines of the region's orders, by order number and position."""
    rows = await fetch(
        "select l.id as line_id, o.id as order_id, o.number as order_number, o.state as order_state, o.person_id,"
        " o.party_id, o.contact_name, o.contact_phone, o.care_of, o.street, o.postcode, o.town, o.entry_code,"
        " o.carrier_note, l.article_id, l.device_id, l.quantity - l.delivered_quantity as quantity, o.co_delivery,"
        " o.earliest_dispatch, o.urgent, o.carrier,"
        " coalesce(o.party_id, case when not o.to_home then o.customer_id end) as served,"
        " not l.loaded and (l.device_id is not null or not a.individually_numbered) as ready"
        " from order_line l join customer_order o on o.id = l.order_id join article a on a.id = l.article_id"
        " where o.region_id = $1 and o.id = any($2) and l.state = 'open' and o.state not in ('delivered', 'cancelled')"
        " order by o.number, l.position",
        region_id,
        list(order_ids),
    )
    return [OpenLine(**dict(row)) for row in rows]


async def mark_in_transit(line_ids: Collection[UUID]) -> None:
    """The goods are in a van: devices and orders are in transit. Lines that are not open stay as they are."""
    orders = await repository.lock_orders_of(line_ids)
    await execute("update order_line set loaded = true where id = any($1) and state = 'open'", list(line_ids))
    await repository.set_device_status(_devices(orders, line_ids), ("reserved", "in_stock"), "in_transit")
    await _refresh(orders)


async def mark_back_at_centre(line_ids: Collection[UUID]) -> None:
    """Loaded goods came back undelivered: their orders can go out again."""
    orders = await repository.lock_orders_of(line_ids)
    await execute("update order_line set loaded = false where id = any($1)", list(line_ids))
    await repository.set_device_status(_devices(orders, line_ids), ("in_transit",), "reserved")
    await _refresh(orders)


async def forget_device(line_id: UUID) -> None:
    """The line's device is lost: the warehouse chooses another. A line that is delivered keeps what it has."""
    orders = await repository.lock_orders_of([line_id])
    await execute("update order_line set device_id = null where id = $1 and state = 'open'", line_id)
    await _refresh(orders)


async def mark_delivered(line_id: UUID, *, quantity: int, at: datetime, device_id: UUID | None) -> None:
    """The line, or ``quantity`` of it, was handed over at ``at``: the recipient has it from then on (R-019).

    Args:
        quantity: 1 for a device; for an article by quantity a part is enough, and the rest stays to deliver.
        at: when it happened; it may be earlier than what is known already, and takes its place in the history.
        device_id: the device that was handed over; None for the line's own.

    A device that the line has delivered already is not delivered again.

    Raises:
        HoldingError: ``holding.scrapped``: the device is scrapped, which somebody must look at.
        LookupError: no such line, or a device that has never been the line's.
    """
    order, line = await _locked(line_id)
    device = device_id or line.device_id
    if line.device_id is not None and device != line.device_id:
        if not await repository.was_of_line(line_id, device):
            raise LookupError("another device than the line's")
        # What was handed over is what the recipient has; the one that the office had chosen is free again (case 15).
        await repository.set_device_status([line.device_id], ("reserved", "in_transit"), "in_stock")
    holder = Holder(order.person_id, order.party_id, order.prescriber_id, order.customer_id, order.payer_id)
    source = f"order {order.number}"
    if device is not None:
        if await _live_holding(line_id, at) is not None:
            return
        quantity = 1
        await hand_out(
            order.region_id,
            device,
            holder,
            at,
            source,
            told_late=True,
            order_line_id=line_id,
            ordered_at=order.registered_at,
        )
    else:
        await hand_out_quantity(
            order.region_id,
            line.article_id,
            quantity,
            holder,
            at,
            source,
            order_line_id=line_id,
            ordered_at=order.registered_at,
        )
    await execute(
        "update order_line set delivered_quantity = delivered_quantity + $2, delivered_at = $3, device_id = $4,"
        " state = case when delivered_quantity + $2 >= quantity then 'delivered' else state end,"
        " loaded = loaded and state = 'open' and delivered_quantity + $2 < quantity where id = $1",
        line_id,
        quantity,
        at,
        device,
    )
    await repository.refresh_state(order.id, order.state)


async def unmark_delivered(line_id: UUID, *, at: datetime) -> None:
    """The hand-over of ``at`` never was: its holding is annulled and the goods are in the van again (case 26).

    ``at`` is the delivery's own time, or any time nearest to it among the line's deliveries. Without a delivery to
    annul nothing happens.

    Raises:
        LookupError: no such line.
    """
    order, _ = await _locked(line_id)
    holding = await _live_holding(line_id, at)
    if holding is None:
        return
    holding_id, quantity = holding
    await annul_holding(holding_id, "in_transit")
    # A device that has gone to another order meanwhile is not this line's any more.
    await execute(
        "update order_line l set delivered_quantity = greatest(delivered_quantity - $2, 0), state = 'open',"
        " loaded = true, delivered_at = (select max(h.starts_at) from holding h where h.order_line_id = l.id"
        "   and h.ends_at is distinct from h.starts_at),"
        " device_id = case when not exists (select from order_line x where x.device_id = l.device_id and x.id <> l.id"
        "   and x.state = 'open') then device_id end where l.id = $1",
        line_id,
        quantity,
    )
    await repository.refresh_state(order.id, order.state)


async def _locked(line_id: UUID) -> tuple[LockedOrder, Line]:
    for order in await repository.lock_orders_of([line_id]):
        line = order.line(line_id)
        if line is not None:
            return order, line
    raise LookupError("no such line")


async def _live_holding(line_id: UUID, at: datetime) -> tuple[UUID, int] | None:
    """The holding that the line's delivery nearest to ``at`` made and that is not annulled, with its quantity."""
    row = await fetch_row(
        "select id, quantity from holding where order_line_id = $1 and ends_at is distinct from starts_at"
        " order by abs(extract(epoch from starts_at - $2)), id limit 1",
        line_id,
        at,
    )
    return None if row is None else (row["id"], row["quantity"])


def _devices(orders: Iterable[LockedOrder], line_ids: Collection[UUID]) -> list[UUID]:
    wanted = set(line_ids)
    return [
        line.device_id
        for order in orders
        for line in order.lines
        if line.id in wanted and line.device_id is not None and line.state == "open"
    ]


async def _refresh(orders: Iterable[LockedOrder]) -> None:
    for order in orders:
        await repository.refresh_state(order.id, order.state)


async def order_number_of(line_id: UUID) -> str | None:
    """Return the number of the line's order, for sentences."""
    number: str | None = await fetch_value(
        "select o.number from customer_order o join order_line l on l.order_id = o.id where l.id = $1", line_id
    )
    return number
