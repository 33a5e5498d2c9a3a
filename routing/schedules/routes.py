"""The office's HTTP routes of round schedules. Changes are commands and have their routes from the sync room."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import islice
from typing import Final

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.identity.actor import Actor
from app.orders.office import find_order
from app.policy.working_time import STOCKHOLM
from app.web.problems import not_found
from routing.schedules import repository
from routing.schedules.dispatch import days_of
from routing.schedules.schemas import AgreementRow, DispatchDay, Schedule, TemplateRow
from routing.schedules.waiting import calendar_of, due_days

#: How many of a template's coming days are shown.
COMING: Final = 3


@get("/api/round-schedule", operation_id="get_round_schedule", opt={"permission": "round.read"})
async def get_round_schedule(actor: NamedDependency[Actor]) -> Schedule:
    """Return the list of rounds and the customers' agreements; nothing of them is about a patient."""
    calendar = await calendar_of(actor.region_id)
    today = datetime.now(UTC).astimezone(STOCKHOLM).date()
    templates = []
    for row in await repository.templates_of(actor.region_id):
        days = list(islice(days_of(repository.template_of(row), today, calendar), COMING))
        templates.append(msgspec.convert({**dict(row), "next_days": days}, TemplateRow))
    return Schedule(
        templates=templates,
        agreements=[AgreementRow(**dict(row)) for row in await repository.agreements_of(actor.region_id)],
    )


@get(
    "/api/customer-orders/{number:str}/dispatch-day",
    operation_id="get_dispatch_day",
    opt={"permission": "customer_order.read"},
)
async def get_dispatch_day(actor: NamedDependency[Actor], number: FromPath[str]) -> DispatchDay:
    """Return the day that an order in the reader's scope goes out by the list (R-119, R-120, R-283)."""
    if await find_order(actor, number) is None:
        raise not_found()
    today = datetime.now(UTC).astimezone(STOCKHOLM).date()
    found = (await due_days(actor.region_id, [number], today))[number]
    name = None if found.template is None else found.template.name
    return DispatchDay(number=number, day=found.day, round_name=name, reason=found.reason)


ROUTES = (get_round_schedule, get_dispatch_day)
