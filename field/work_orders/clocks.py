"""A work order's promises: when they are due, and telling who ordered when one is missed (R-187 to R-190, R-215)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from app.database import unit_of_work
from app.policy.policy import ServicePolicy, due_times
from app.policy.repository import current_policy
from field.work_orders import repository
from field.work_orders.slots import has_slot
from field.work_orders.telling import tell_orderers

_BATCH: Final = 200
#: How long before a promise runs out somebody looks for a free time: a weekend and a holiday beside it.
_AHEAD: Final = timedelta(days=4)


def due_columns(policy: ServicePolicy, registered_at: datetime, priority: int) -> dict[str, datetime | None]:
    """Return the due times of a priority as columns; an event without a clock has none.

    They always count from the registration, also when the priority is decided days later.
    """
    due = due_times(policy, registered_at, priority)
    return {"contact_due": due.get("contact"), "start_due": due.get("start"), "done_due": due.get("done")}


async def watch_slots(_args: dict[str, Any], *, now: datetime | None = None) -> None:
    """Tell of promises that will break because nobody has time before (job ``work_order.watch_slots``, R-215).

    Once per order: an order that is told of, by this or by a person, is left alone. What is booked in time is kept.
    """
    moment = now or datetime.now(UTC)
    async with unit_of_work():
        for order in await repository.unbooked_before_due(moment, moment + _AHEAD, _BATCH):
            policy = await current_policy(order["region_id"], moment)
            due, who = order["due"], (order["assigned_to"], order["team_id"])
            busy = await repository.booked_times(order["region_id"], *who, moment, due)
            if not has_slot(moment, due, policy.calendar, busy):
                await repository.update_order(
                    order["id"], {"will_miss_at": moment, "will_miss_reason": "no_slot", "will_miss_note": ""}
                )
                await tell_orderers(
                    region_id=order["region_id"],
                    order_id=order["id"],
                    recipients=_recipients(order),
                    kind="work_order.will_miss",
                    params={"number": order["number"], "article_name": order["article_name"], "reason": "no_slot"},
                    occasion=f"no_slot:{due.isoformat()}",
                )


async def watch_clocks(_args: dict[str, Any], *, now: datetime | None = None) -> None:
    """Tell of each missed promise once (job ``work_order.watch_clocks``). Workers may do this at the same time."""
    moment = now or datetime.now(UTC)
    told = _BATCH
    while told == _BATCH:
        async with unit_of_work():
            orders = await repository.late_orders(moment, _BATCH)
            for order in orders:
                await _tell(order, moment)
        told = len(orders)


async def _tell(order: dict[str, Any], now: datetime) -> None:
    missed = {
        "contact": order["contact_due"] if order["contacted_at"] is None and order["started_at"] is None else None,
        "start": order["start_due"] if order["started_at"] is None else None,
        "done": order["done_due"],
    }
    for event, due in missed.items():
        if due is not None and due < now:
            await tell_orderers(
                region_id=order["region_id"],
                order_id=order["id"],
                recipients=_recipients(order),
                kind="work_order.late",
                params={"number": order["number"], "article_name": order["article_name"]},
                # A promise is an event and its time: one that a new priority moves is another promise.
                occasion=f"{event}:{due.isoformat()}",
            )
    await repository.mark_told(order["id"], now)


def _recipients(order: dict[str, Any]) -> list[UUID | None]:
    return [order["registered_by"], order["prescriber_id"]]
