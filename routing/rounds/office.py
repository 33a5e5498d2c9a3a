"""The office's reads: the rounds of a day, one round with its stops, and what waits."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import UUID

from app.database import Record, fetch, fetch_row
from routing.rounds.rows import STOP_ROWS_SQL

_HEAD: Final = """
select r.id, r.name, r.on_day, r.van_id, v.name as van_name, r.driver_id, u.name as driver_name, r.depot_id,
  d.name as depot_name, r.state, r.version, r.accepted_version, r.accepted_at, r.rv,
  r.reconciled_at is not null as reconciled,
  (select count(*) from stop s where s.round_id = r.id) as stops,
  (select count(*) from stop s where s.round_id = r.id and s.state in ('done', 'partial')) as done,
  (select count(*) from stop s where s.round_id = r.id and s.state = 'failed') as failed
from van_round r
join location d on d.id = r.depot_id
left join location v on v.id = r.van_id
left join user_account u on u.id = r.driver_id
"""


async def rounds_of_day(region_id: UUID, day: date) -> list[Record]:
    """Return the region's rounds of a day, by name."""
    return await fetch(
        _HEAD + "where r.region_id = $1 and r.on_day = $2 order by swedish_order(r.name), r.id", region_id, day
    )


async def find_round(region_id: UUID, round_id: UUID) -> Record | None:
    """Return one round of the region."""
    return await fetch_row(_HEAD + "where r.region_id = $1 and r.id = $2", region_id, round_id)


async def stop_rows(round_id: UUID) -> list[dict[str, Any]]:
    """Return the round's stops in order, whole: what a reader may see of them is rows.py's to say."""
    rows = await fetch("select array_agg(id) as ids from stop where round_id = $1", round_id)
    found = await fetch(STOP_ROWS_SQL, rows[0]["ids"] or [])
    stops: list[dict[str, Any]] = [row["row"] for row in found]
    return sorted(stops, key=lambda stop: (stop["position"], stop["id"]))


_ITEMS: Final = (
    "array_agg(case when {quantity} > 1 then {quantity} || ' × ' else '' end || a.name"
    " || coalesce(' ' || d.number, '') order by l.position)"
)
_ON_ROUND: Final = (
    "exists (select from stop_task t join stop s on s.id = t.stop_id join van_round r on r.id = s.round_id"
    " where t.{column} = l.id and t.state in ('planned', 'loaded') and s.state = 'planned' and r.state <> 'returned')"
)


async def waiting_deliveries(region_id: UUID, day: date) -> list[Record]:
    """Return the customer orders that can go out on that day and are on no round, urgent ones first."""
    return await fetch(
        "select o.number as order_number,"  # noqa: S608
        " case when coalesce(p.protected_identity, false) then '' else o.town end as town,"
        " o.earliest_dispatch, o.urgent, o.co_delivery, o.linked_order, count(*) as lines,"
        " (select count(*) from order_line w where w.order_id = o.id and w.state = 'open' and w.device_id is null and"
        " (select individually_numbered from article where id = w.article_id)) as lines_waiting,"
        f" {_ITEMS.format(quantity='(l.quantity - l.delivered_quantity)')} as items"
        " from customer_order o join order_line l on l.order_id = o.id and l.state = 'open'"
        " join article a on a.id = l.article_id left join device d on d.id = l.device_id"
        " left join person p on p.id = o.person_id"
        " where o.region_id = $1 and o.carrier = 'van' and o.earliest_dispatch <= $2 and not l.loaded"
        " and (l.device_id is not null or not a.individually_numbered)"
        # what is not to be delivered together may go as it gets ready.
        " and (o.state = 'dispatchable' or (o.state in ('processing', 'in_transit') and not o.co_delivery))"
        f" and not {_ON_ROUND.format(column='order_line_id')}"
        " group by o.id, p.protected_identity order by o.urgent desc, o.earliest_dispatch, o.number limit 500",
        region_id,
        day,
    )


async def waiting_pickups(region_id: UUID) -> list[Record]:
    """Return the pick-up orders with goods that wait and are on no round, those wanted first at the top."""
    return await fetch(
        "select o.number as pickup_number,"  # noqa: S608
        " case when coalesce(p.protected_identity, false) then '' else o.town end as town,"
        f" o.wanted_on, {_ITEMS.format(quantity='l.quantity')} as items"
        " from pickup_order o join pickup_line l on l.pickup_order_id = o.id and l.state = 'requested'"
        " join article a on a.id = l.article_id left join device d on d.id = l.device_id"
        " left join person p on p.id = o.person_id"
        " where o.region_id = $1 and o.kind = 'normal' and o.state = 'registered'"
        f" and not {_ON_ROUND.format(column='pickup_line_id')}"
        " group by o.id, p.protected_identity order by o.wanted_on nulls last, o.number limit 500",
        region_id,
    )


async def drivers(region_id: UUID) -> list[Record]:
    """Return the region's active drivers, by name."""
    return await fetch(
        "select distinct u.id, u.name, swedish_order(u.name) as sorted from user_account u"
        " join membership m on m.user_id = u.id and m.active and m.role = 'driver'"
        " where u.region_id = $1 and u.active order by sorted, u.id",
        region_id,
    )
