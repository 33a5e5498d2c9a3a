"""Reads and writes of pick-up orders and their lines. Every query is bound to one region, or to ids that are.

Rows are locked in one order: the pick-up order first, then the devices. An order that executes a return at once is
searchable for nobody (R-263) and is left out of every read for people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.database import execute, fetch, fetch_row, fetch_value, new_id
from app.identity.actor import Actor
from app.identity.scopes import holding_scope_sql, pickup_order_scope_sql
from routing.pickups.lifecycle import OPEN, LineState, State, state_of


@dataclass(frozen=True)
class Line:
    """One line of a locked order."""

    id: UUID
    position: int
    device_id: UUID | None
    device_number: str | None
    article_id: UUID
    quantity: int
    holding_id: UUID | None
    state: LineState
    unplanned: bool


@dataclass(frozen=True)
class LockedPickup:
    """An order whose row is locked until the transaction ends."""

    id: UUID
    region_id: UUID
    number: str
    state: State
    person_id: UUID | None
    party_id: UUID | None
    rv: int
    entitled: bool
    lines: tuple[Line, ...]

    @property
    def public_state(self) -> dict[str, Any]:
        """The state for a refusal's answer: nothing about a person."""
        return {"number": self.number, "state": self.state.value, "rv": self.rv}

    def line(self, line_id: UUID) -> Line | None:
        """Return the line with that id."""
        return next((line for line in self.lines if line.id == line_id), None)


@dataclass(frozen=True)
class Holdable:
    """An open holding that somebody wants to have collected."""

    id: UUID
    device_id: UUID | None
    article_id: UUID
    article_name: str
    kind: str
    vision_aid: bool
    charging: str
    owner: str
    quantity: int
    person_id: UUID | None
    party_id: UUID | None
    customer_id: UUID | None
    prescriber_id: UUID | None
    asked_for: str | None


async def lock_pickup(actor: Actor, order_id: UUID) -> LockedPickup | None:
    """Lock the order's row; None when the region has none. ``entitled`` is False when it is not the actor's."""
    await fetch_value(
        "select 1 from pickup_order where id = $1 and region_id = $2 for update", order_id, actor.region_id
    )
    scope, parameters = pickup_order_scope_sql(actor, alias="p", first=3)
    entitled = await fetch_value(
        f"select {scope} from pickup_order p where p.id = $1 and p.region_id = $2 and p.kind = 'normal'",  # noqa: S608
        order_id,
        actor.region_id,
        *parameters,
    )
    return None if entitled is None else await _read(order_id, entitled=entitled)


async def lock_pickups_of(line_ids: Iterable[UUID]) -> list[LockedPickup]:
    """Lock and return the orders that the lines belong to, always in the same sequence."""
    rows = await fetch(
        "select p.id from pickup_order p where p.id in (select pickup_order_id from pickup_line where id = any($1))"
        " order by p.id for update",
        list(line_ids),
    )
    orders = [await _read(row["id"], entitled=True) for row in rows]
    return [order for order in orders if order is not None]


async def _read(order_id: UUID, *, entitled: bool) -> LockedPickup | None:
    row = await fetch_row(
        "select id, region_id, number, state, person_id, party_id, rv from pickup_order where id = $1", order_id
    )
    if row is None:
        return None
    lines = await fetch(
        "select l.id, l.position, l.device_id, d.number as device_number, l.article_id, l.quantity, l.holding_id,"
        " l.state, l.unplanned from pickup_line l left join device d on d.id = l.device_id"
        " where l.pickup_order_id = $1 order by l.position",
        order_id,
    )
    return LockedPickup(
        **{**dict(row), "state": State(row["state"])},
        entitled=entitled,
        lines=tuple(Line(**{**dict(line), "state": LineState(line["state"])}) for line in lines),
    )


async def find_holdings(actor: Actor, holding_ids: Iterable[UUID]) -> dict[UUID, Holdable]:
    """Lock and return the open holdings among the ids that are in the actor's scope, by id.

    ``asked_for`` is the number of the pick-up order that waits for it already.
    """
    scope, parameters = holding_scope_sql(actor, alias="h", first=3)
    rows = await fetch(
        "select h.id, h.device_id, a.id as article_id, a.name as article_name, a.kind, a.vision_aid, a.charging,"  # noqa: S608
        " coalesce(d.owner, '') as owner, h.quantity, h.person_id, h.party_id, h.customer_id, h.prescriber_id,"
        " (select p.number from pickup_line l join pickup_order p on p.id = l.pickup_order_id"
        "  where l.holding_id = h.id and l.state = any($2) limit 1) as asked_for"
        " from holding h left join device d on d.id = h.device_id"
        " join article a on a.id = coalesce(h.article_id, d.article_id)"
        f" where h.id = any($1) and h.starts_at is not null and h.ends_at is null and {scope} order by h.id"
        " for update of h",
        list(holding_ids),
        _OPEN_STATES,
        *parameters,
    )
    return {row["id"]: Holdable(**dict(row)) for row in rows}


async def insert_pickup(values: Mapping[str, Any]) -> bool:
    """Insert an order. False when its id exists already."""
    columns = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    inserted = await fetch_value(
        f"insert into pickup_order ({columns}) values ({places})"  # noqa: S608 - names from the code
        " on conflict (id) do nothing returning true",
        *values.values(),
    )
    return bool(inserted)


async def insert_line(values: Mapping[str, Any]) -> UUID:
    """Insert a line behind the order's others and return its id."""
    values = {"id": new_id(), **values}
    columns = ", ".join(values)
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    line_id: UUID = await fetch_value(
        f"insert into pickup_line ({columns}, position) values ({places}, (select coalesce(max(position), 0) + 1"  # noqa: S608
        f" from pickup_line where pickup_order_id = ${list(values).index('pickup_order_id') + 1})) returning id",
        *values.values(),
    )
    return line_id


async def update_pickup(order_id: UUID, values: Mapping[str, Any]) -> None:
    """Set columns of an order. Column names come from the code, never from outside."""
    columns = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, start=2))
    await execute(f"update pickup_order set {columns} where id = $1", order_id, *values.values())  # noqa: S608


async def update_lines(line_ids: Iterable[UUID], values: Mapping[str, Any]) -> None:
    """Set columns of lines. Column names come from the code, never from outside."""
    columns = ", ".join(f"{column} = ${number}" for number, column in enumerate(values, start=2))
    await execute(f"update pickup_line set {columns} where id = any($1)", list(line_ids), *values.values())  # noqa: S608


async def refresh_state(order_id: UUID) -> State:
    """Set the state that follows from the order's lines, and when it was closed. Returns the state."""
    rows = await fetch("select state from pickup_line where pickup_order_id = $1", order_id)
    state = state_of(LineState(row["state"]) for row in rows)
    await execute(
        "update pickup_order set state = $2, closed_at = case when $2 = 'closed' then coalesce(closed_at, now()) end,"
        " cancelled_at = case when $2 = 'cancelled' then coalesce(cancelled_at, now()) end,"
        " cancel_reason = case when $2 = 'cancelled' then coalesce(cancel_reason, 'other') else cancel_reason end"
        " where id = $1",
        order_id,
        state.value,
    )
    return state


async def pickup_version(order_id: UUID) -> int:
    """Return the order's row version, after all writes."""
    rv: int = await fetch_value("select rv from pickup_order where id = $1", order_id)
    return rv


async def set_device_status(device_ids: Iterable[UUID], before: Iterable[str], after: str) -> None:
    """Move devices from one of the statuses to another; a device in any other status stays as it is."""
    await execute(
        "update device set status = $3 where id = any($1) and status = any($2)",
        sorted(device_ids),
        list(before),
        after,
    )


async def arrived_device(device_id: UUID) -> None:
    """The device stands at the centre although nobody had it."""
    await execute("update device set status = 'arrived' where id = $1 and status <> 'scrapped'", device_id)


async def still_held(holding_id: UUID, at: datetime) -> bool:
    """Lock the holding's row. True when it is open and began before ``at``."""
    return bool(
        await fetch_value(
            "select starts_at <= $2 from holding where id = $1 and starts_at is not null and ends_at is null"
            " for update",
            holding_id,
            at,
        )
    )


async def record_arrival(
    order: LockedPickup, line: Line, *, at: datetime, by: UUID, scan_raw: str | None, command_id: UUID
) -> None:
    """Store the custody event of an arrival: from the van that collected it, else from its holder, to the warehouse.

    A region without a warehouse of its own has nowhere to say that it arrived at, and gets no event.
    """
    await execute(
        "insert into custody_event (id, region_id, device_id, article_id, quantity, kind, from_kind, from_id, to_kind,"
        " to_id, at, by_user, scan_raw, command_id)"
        " select $1, $2, $3, $4, $5, 'arrive', coalesce(c.to_kind, 'holder'), coalesce(c.to_id, $6), 'location', w.id,"
        " $7, $8, $9, $10 from (select id from location where region_id = $2 and kind = 'warehouse'"
        "   order by id <> (select home_location_id from device where id = $3), number limit 1) w"
        " left join lateral (select to_kind, to_id from custody_event e join stop_task k on k.id = e.task_id"
        "   where k.pickup_line_id = $11 and e.kind = 'collect' and e.standing = 'chain'"
        "   order by e.at desc, e.id desc limit 1) c on true",
        new_id(),
        order.region_id,
        line.device_id,
        line.article_id,
        line.quantity,
        order.person_id or order.party_id,
        at,
        by,
        scan_raw,
        command_id,
        line.id,
    )


_OPEN_STATES = sorted(state.value for state in OPEN)
