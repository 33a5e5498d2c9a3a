"""What should be in a van, from its custody events and from what was said of it at the day's end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from app.database import Record, execute, fetch, new_id
from routing.rounds.balance import Unit

#: One row per task: what the chain says was taken and given, and what was said of it at the day's end. $1: the round.
#: ``moved_on``: by the chain it is elsewhere now, with another driver or at the centre, so this van has it no more.
_UNITS: Final = """
with own as (
  select e.task_id, max(e.device_id::text)::uuid as device_id, max(e.at) as last_at,
    coalesce(sum(e.quantity) filter (where e.kind in ('load', 'collect')), 0)::int as taken,
    coalesce(sum(e.quantity) filter (where e.kind = 'deliver'), 0)::int as gone,
    coalesce(sum(e.quantity) filter (where e.kind = 'unload'), 0)::int as unloaded
  from custody_event e where e.round_id = $1 and e.standing = 'chain' and e.task_id is not null group by e.task_id)
select o.task_id, t.stop_id, t.kind, o.device_id, t.article_id, t.order_line_id, t.pickup_line_id,
  t.work_order_id is not null as for_repair,
  coalesce(d.number, a.name) as number, o.taken, o.gone, o.unloaded, coalesce(x.here, 0)::int as here,
  coalesce(x.explained, 0)::int as explained, coalesce(pl.state = 'arrived', false) as arrived,
  exists (select from custody_event l where l.standing = 'chain' and l.at > o.last_at
    and l.round_id is distinct from $1 and (l.device_id = o.device_id or (o.device_id is null
      and l.device_id is null and l.task_id = o.task_id))) as moved_on
from own o join stop_task t on t.id = o.task_id join article a on a.id = t.article_id
left join device d on d.id = o.device_id left join pickup_line pl on pl.id = t.pickup_line_id
left join lateral (select sum(v.quantity) filter (where v.code in ('here', 'never_loaded')) as here,
    sum(v.quantity) filter (where v.code not in ('here', 'never_loaded')) as explained
  from van_account v where v.round_id = $1 and v.task_id = o.task_id) x on true
order by o.task_id
"""


@dataclass(frozen=True)
class VanUnit:
    """A unit of a round with what its handling needs; ``number`` is the device's or the article's name."""

    unit: Unit
    stop_id: UUID
    device_id: UUID | None
    article_id: UUID
    order_line_id: UUID | None
    pickup_line_id: UUID | None
    number: str
    for_repair: bool

    @property
    def part_left(self) -> bool:
        """True when a part of a quantity was delivered and the rest should be in the van still."""
        return self.unit.way == "out" and self.unit.gone > 0 and self.unit.left > 0


async def units_of(round_id: UUID) -> list[VanUnit]:
    """Return the round's units, those that are accounted for too."""
    return [_unit(row) for row in await fetch(_UNITS, round_id)]


def _unit(row: Record) -> VanUnit:
    home = row["kind"] == "collect"
    back = max(row["unloaded"], row["here"])
    if row["arrived"] or (row["moved_on"] and home):
        back = row["taken"]
    gone = row["taken"] if row["moved_on"] and not home else row["gone"]
    unit = Unit(
        row["task_id"],
        "home" if home else "out",
        row["taken"],
        gone,
        min(back, max(0, row["taken"] - gone)),
        row["explained"],
    )
    return VanUnit(
        unit,
        row["stop_id"],
        row["device_id"],
        row["article_id"],
        row["order_line_id"],
        row["pickup_line_id"],
        row["number"],
        row["for_repair"],
    )


async def insert_accounts(
    region_id: UUID,
    round_id: UUID,
    command_id: UUID,
    by_user: UUID,
    at: datetime,
    accounts: Collection[tuple[VanUnit, int, str, str]],
) -> None:
    """Keep what the driver said: (unit, quantity, code, note) each."""
    for unit, quantity, code, note in accounts:
        values: dict[str, Any] = {
            "id": new_id(),
            "region_id": region_id,
            "round_id": round_id,
            "task_id": unit.unit.task_id,
            "device_id": unit.device_id,
            "article_id": unit.article_id,
            "quantity": quantity,
            "code": code,
            "note": note,
            "by_user": by_user,
            "at": at,
            "command_id": command_id,
        }
        columns = ", ".join(values)
        places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
        await execute(f"insert into van_account ({columns}) values ({places})", *values.values())  # noqa: S608


async def mark_reconciled(round_id: UUID, at: datetime) -> None:
    """The van's day goes up."""
    await execute("update van_round set reconciled_at = coalesce(reconciled_at, $2) where id = $1", round_id, at)


async def lose_device(device_id: UUID) -> None:
    """Nobody knows where the device is; the next scan that says where finds it again."""
    await execute(
        "update device set status = 'lost' where id = $1 and status in ('reserved', 'in_transit', 'collected')",
        device_id,
    )
