"""Reads and writes of customer orders and their lines. Every query is bound to one region, or to ids that are.

Rows are locked in one order: the order first, then the devices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.database import execute, fetch, fetch_row, fetch_value
from app.identity.actor import Actor
from app.identity.scopes import customer_order_scope_sql, work_order_scope_sql
from app.orders.lifecycle import LineFacts, OrderFacts, State, state_of

#: Stop tasks that wait on a round which has not come back; ``r`` is the round. They are read here because an order's
#: row says when it goes out.
PLANNED_SQL: Final = (
    "stop_task k join stop s on s.id = k.stop_id join van_round r on r.id = s.round_id"
    " where k.state in ('planned', 'loaded') and s.state = 'planned' and r.state <> 'returned'"
)


@dataclass(frozen=True)
class Line:
    """One line of a locked order."""

    id: UUID
    position: int
    article_id: UUID
    article_number: str
    quantity: int
    numbered: bool
    device_id: UUID | None
    state: str
    loaded: bool
    delivered_quantity: int

    @property
    def facts(self) -> LineFacts:
        """What the rules look at."""
        return LineFacts(self.state, self.numbered, self.device_id is not None, self.loaded, self.delivered_quantity)


@dataclass(frozen=True)
class LockedOrder:
    """An order whose row is locked until the transaction ends."""

    id: UUID
    region_id: UUID
    number: str
    state: State
    person_id: UUID | None
    party_id: UUID | None
    customer_id: UUID | None
    payer_id: UUID | None
    prescriber_id: UUID | None
    registered_by: UUID
    registered_at: datetime
    rv: int
    on_round: bool
    entitled: bool
    lines: tuple[Line, ...]

    @property
    def facts(self) -> OrderFacts:
        """What the rules look at."""
        return OrderFacts(self.state, tuple(line.facts for line in self.lines), self.on_round)

    @property
    def public_state(self) -> dict[str, Any]:
        """The state for a refusal's answer: nothing about a person."""
        return {"number": self.number, "state": self.state.value, "rv": self.rv}

    def line(self, line_id: UUID) -> Line | None:
        """Return the line with that id."""
        return next((line for line in self.lines if line.id == line_id), None)


async def lock_order(actor: Actor, order_id: UUID) -> LockedOrder | None:
    """Lock the order's row; None when the region has none. ``entitled`` is False when it is not the actor's."""
    await fetch_value(
        "select 1 from customer_order where id = $1 and region_id = $2 for update", order_id, actor.region_id
    )
    scope, parameters = customer_order_scope_sql(actor, alias="o", first=3)
    entitled = await fetch_value(
        f"select {scope} from customer_order o where o.id = $1 and o.region_id = $2",  # noqa: S608
        order_id,
        actor.region_id,
        *parameters,
    )
    return None if entitled is None else await _read(order_id, entitled=entitled)


async def lock_orders_of(line_ids: Iterable[UUID]) -> list[LockedOrder]:
    """Lock and return the orders that the lines belong to, always in the same sequence."""
    rows = await fetch(
        "select o.id from customer_order o where o.id in (select order_id from order_line where id = any($1))"
        " order by o.id for update",
        list(line_ids),
    )
    orders = [await _read(row["id"], entitled=True) for row in rows]
    return [order for order in orders if order is not None]


async def _read(order_id: UUID, *, entitled: bool) -> LockedOrder | None:
    row = await fetch_row(
        "select o.id, o.region_id, o.number, o.state, o.person_id, o.party_id, o.customer_id, o.payer_id,"  # noqa: S608
        " o.prescriber_id, o.registered_by, o.registered_at, o.rv, exists (select from"
        f" {PLANNED_SQL} and k.order_line_id in (select l.id from order_line l where l.order_id = o.id)) as on_round"
        " from customer_order o where o.id = $1",
        order_id,
    )
    if row is None:
        return None
    lines = await read_lines(order_id)
    return LockedOrder(**{**dict(row), "state": State(row["state"]), "entitled": entitled, "lines": lines})


async def read_lines(order_id: UUID) -> tuple[Line, ...]:
    """Return the order's lines in their sequence."""
    rows = await fetch(
        "select l.id, l.position, l.article_id, a.number as article_number, l.quantity,"
        " a.individually_numbered as numbered, l.device_id, l.state, l.loaded, l.delivered_quantity"
        " from order_line l join article a on a.id = l.article_id where l.order_id = $1 order by l.position",
        order_id,
    )
    return tuple(Line(**dict(row)) for row in rows)


async def insert_order(values: Mapping[str, Any]) -> bool:
    """Insert an order. False when its id exists already."""
    columns = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    inserted = await fetch_value(
        f"insert into customer_order ({columns}) values ({places})"  # noqa: S608 - names from the code
        " on conflict (id) do nothing returning true",
        *values.values(),
    )
    return bool(inserted)


async def insert_line(
    line_id: UUID, region_id: UUID, order_id: UUID, position: int, article: UUID, quantity: int
) -> None:
    """Insert a line."""
    await execute(
        "insert into order_line (id, region_id, order_id, position, article_id, quantity)"
        " values ($1, $2, $3, $4, $5, $6)",
        line_id,
        region_id,
        order_id,
        position,
        article,
        quantity,
    )


async def update_order(order_id: UUID, values: Mapping[str, Any]) -> None:
    """Set columns of an order. Column names come from the code, never from outside."""
    columns = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, start=2))
    await execute(f"update customer_order set {columns} where id = $1", order_id, *values.values())  # noqa: S608


async def refresh_state(order_id: UUID, before: State) -> State:
    """Set the state that follows from the order's lines, and when it was delivered. Returns the state."""
    lines = await read_lines(order_id)
    state = state_of((line.facts for line in lines), before)
    await execute(
        "update customer_order set state = $2, delivered_at = case when $2 = 'delivered' then"
        " (select max(delivered_at) from order_line where order_id = $1) end where id = $1",
        order_id,
        state.value,
    )
    return state


async def order_version(order_id: UUID) -> int:
    """Return the order's row version, after all writes."""
    rv: int = await fetch_value("select rv from customer_order where id = $1", order_id)
    return rv


async def set_device(line_id: UUID, device_id: UUID | None) -> None:
    """Say which device goes out on the line. A stop that is planned for it gets the same one (R-073)."""
    await execute("update order_line set device_id = $2 where id = $1", line_id, device_id)
    await execute(
        "update stop_task set device_id = $2 where order_line_id = $1 and state = 'planned'", line_id, device_id
    )


async def was_of_line(line_id: UUID, device_id: UUID | None) -> bool:
    """True when the device has been the line's before the office chose another (sync case 15)."""
    return bool(
        await fetch_value(
            "select exists (select from order_line_device where order_line_id = $1 and device_id = $2)",
            line_id,
            device_id,
        )
    )


async def set_device_status(device_ids: Iterable[UUID], before: Iterable[str], after: str) -> None:
    """Move devices from one of the statuses to another; a device in any other status stays as it is."""
    await execute(
        "update device set status = $3 where id = any($1) and status = any($2)",
        sorted(device_ids),
        list(before),
        after,
    )


async def cancel_lines(order_id: UUID) -> None:
    """Close the lines that are open: what was delivered in part stays delivered, the rest is cancelled."""
    await execute(
        "update order_line set state = case when delivered_quantity > 0 then 'delivered' else 'cancelled' end,"
        " loaded = false, device_id = case when delivered_quantity > 0 then device_id end"
        " where order_id = $1 and state = 'open'",
        order_id,
    )


async def lock_free_device(device_id: UUID) -> bool:
    """Lock the device's row. True when it stands in stock and nobody has it."""
    await fetch_value("select 1 from device where id = $1 for update", device_id)
    # A second statement: what stands in other tables must be read after the lock was got.
    return bool(
        await fetch_value(
            "select d.status = 'in_stock' and not exists (select from holding h where h.device_id = d.id"
            " and h.starts_at is not null and h.ends_at is null) from device d where d.id = $1",
            device_id,
        )
    )


async def find_work_order(actor: Actor, number: str) -> UUID | None:
    """Return the work order with that number, when it is in the actor's scope."""
    scope, parameters = work_order_scope_sql(actor, alias="w", first=3)
    found: UUID | None = await fetch_value(
        f"select w.id from work_order w where w.region_id = $1 and w.number = $2 and {scope}",  # noqa: S608
        actor.region_id,
        number,
        *parameters,
    )
    return found


async def link_work_order(work_order_id: UUID, order_number: str) -> None:
    """Show the order's number on the work order that is done at the same visit, unless it names one (R-209)."""
    await execute(
        "update work_order set linked_order = $2 where id = $1 and linked_order is null", work_order_id, order_number
    )


async def latest_customer(region_id: UUID, person_id: UUID) -> UUID | None:
    """Return the customer of what the person got last; None for somebody who has had nothing through a customer."""
    customer_id: UUID | None = await fetch_value(
        "select customer_id from holding where region_id = $1 and person_id = $2 and customer_id is not null"
        " and starts_at is not null and ends_at is distinct from starts_at order by starts_at desc, id desc limit 1",
        region_id,
        person_id,
    )
    return customer_id
