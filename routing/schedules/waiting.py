"""When what waits is to go out, by the region's list of rounds: for the queue, and for the rounds of a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime
from uuid import UUID

from app.policy.repository import current_policy
from app.policy.working_time import STOCKHOLM, Calendar
from routing.schedules import repository
from routing.schedules.dispatch import Dispatch, Parcel, dispatch


async def calendar_of(region_id: UUID) -> Calendar:
    """The region's working days."""
    return (await current_policy(region_id, datetime.now(UTC))).calendar


async def due_days(region_id: UUID, numbers: Collection[str], today: date | None = None) -> dict[str, Dispatch]:
    """Return the day that each order is to go out, by number.

    Args:
        numbers: of customer and pick-up orders.
        today: no day before it; None for the day that was promised when the order was made, which may have passed.
    """
    if not numbers:
        return {}
    templates = [repository.template_of(row) for row in await repository.templates_of(region_id)]
    calendar = await calendar_of(region_id)
    days = {}
    for number, row in (await repository.waiting_facts(region_id, numbers)).items():
        parcel = Parcel(
            earliest=row["earliest"],
            ordered_at=row["registered_at"],
            postcode=row["postcode"],
            town=row["town"],
            served=row["served"],
            carrier=row["carrier"],
            agreement=row["agreement"],
            urgent=row["urgent"],
        )
        ordered_on = row["registered_at"].astimezone(STOCKHOLM).date()
        days[number] = dispatch(parcel, templates, calendar, today or ordered_on)
    return days
