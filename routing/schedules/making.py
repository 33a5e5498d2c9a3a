"""``round_day.make``: the rounds of a day made of the list, with what is to go with them on board."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.database import Record, new_id
from offline_sync.commands import Applied, CommandContext, CommandRefused, Outcome
from routing.rounds import adding, office, planning_repository
from routing.rounds import repository as rounds
from routing.rounds.lifecycle import RoundState
from routing.schedules import repository
from routing.schedules.arguments import MakeRounds
from routing.schedules.dispatch import Dispatch, days_of, drives_on
from routing.schedules.waiting import calendar_of, due_days


async def make(context: CommandContext, arguments: MakeRounds) -> Outcome:
    """Make each round that the list has for the day and that is not there yet, and put on it what is due.

    Asked again it makes nothing twice: drafts only get what has come since. A round that is published is left alone.
    """
    region_id = context.actor.region_id
    driving = await _driving(region_id, arguments.on_day)
    made, filled = [], 0
    for row in driving:
        round_id, state, new = await _round(region_id, row, arguments.on_day)
        if new:
            made.append(row["name"])
        if arguments.fill and state == RoundState.DRAFT:
            filled += await _fill(context, round_id, row["id"], arguments.on_day)
    return Applied({"made": made, "rounds": len(driving), "orders": filled})


async def _driving(region_id: UUID, day: date) -> list[Record]:
    rows = [row for row in await repository.templates_of(region_id) if row["carrier"] == "van"]
    if not rows:
        raise CommandRefused("template.none")
    calendar = await calendar_of(region_id)
    driving = [row for row in rows if next(days_of(repository.template_of(row), day, calendar), None) == day]
    if driving:
        return driving
    # Say where the rounds of this weekday have gone, for that is what somebody asks who finds none.
    moved = sorted(
        {
            there
            for row in rows
            if day.weekday() in row["weekdays"]
            and (there := drives_on(repository.template_of(row), day, calendar)) is not None
        }
    )
    if moved:
        raise CommandRefused("template.moved", detail={"day": day.isoformat(), "to": moved[0].isoformat()})
    if calendar.is_holiday(day):
        raise CommandRefused("template.holiday", detail={"day": day.isoformat()})
    raise CommandRefused("template.not_that_day", detail={"day": day.isoformat()})


async def _round(region_id: UUID, row: Record, day: date) -> tuple[UUID, str, bool]:
    found = await repository.round_of(row["id"], day)
    if found is not None:
        return found["id"], found["state"], False
    depot_id = row["depot_id"] or await planning_repository.first_depot(region_id)
    if depot_id is None:
        raise CommandRefused("round.no_depot")
    driver_id = row["driver_id"]
    # Somebody who has left the house drives no round; the round then says that it has no driver.
    if driver_id is not None and not await planning_repository.driver_exists(region_id, driver_id):
        driver_id = None
    made = await rounds.insert(
        "van_round",
        {
            "id": new_id(),
            "region_id": region_id,
            "name": row["name"],
            "on_day": day,
            "van_id": row["van_id"],
            "driver_id": driver_id,
            "depot_id": depot_id,
            "template_id": row["id"],
        },
    )
    if made is None:
        raise LookupError("a new id is taken")
    return made, RoundState.DRAFT.value, True


async def _fill(context: CommandContext, round_id: UUID, template_id: UUID, day: date) -> int:
    """What is to go with the round: orders whose day has come, and pick-ups of its area that are wanted by then."""
    region_id = context.actor.region_id
    orders = [row["order_number"] for row in await office.waiting_deliveries(region_id, day)]
    pickups = [
        row["pickup_number"]
        for row in await office.waiting_pickups(region_id)
        if row["wanted_on"] is None or row["wanted_on"] <= day
    ]
    due = await due_days(region_id, [*orders, *pickups])
    own_orders = [number for number in orders if _goes(due.get(number), template_id, day)]
    own_pickups = [number for number in pickups if _goes(due.get(number), template_id, day)]
    if not own_orders and not own_pickups:
        return 0
    held = await rounds.lock_round(context.actor, round_id)
    if held is None:
        return 0
    await adding.put_on(held, own_orders, own_pickups)
    return len(own_orders) + len(own_pickups)


def _goes(found: Dispatch | None, template_id: UUID, day: date) -> bool:
    if found is None or found.day is None or found.template is None or found.template.id != template_id:
        return False
    return found.day <= day
