"""What plans hand to main."""

from __future__ import annotations

from typing import Final

from app.feature import Feature
from app.settings import Settings
from offline_sync.commands import Arguments, CommandType, Handler
from routing.plans import arguments, planning
from routing.plans.repository import forget_plans
from routing.plans.routes import ROUTES
from routing.plans.searching import JOB, keep_ready, search_with
from routing.plans.words import SENTENCES
from routing.travel import provider


def _office(name: str, kind: str, struct: type[Arguments], handler: Handler, summary: str) -> CommandType:
    return CommandType(
        name=name,
        version=1,
        arguments=struct,
        handler=handler,
        permission="round.plan",
        aggregate_kind=kind,
        summary=summary,
        origins=frozenset({"office"}),
    )


COMMANDS: Final = (
    _office("plan.start", "plan", arguments.StartPlan, planning.start, "Begärt en plan"),
    _office("plan.cancel", "plan", arguments.CancelPlan, planning.cancel, "Avbrutit en plan"),
    _office("plan.take", "plan", arguments.TakePlan, planning.take, "Gjort rundorna som planen säger"),
    _office("van.equip", "van", arguments.EquipVan, planning.equip, "Sagt vad en bil rymmer"),
)

DAY_SECONDS: Final = 24 * 3600
READY_SECONDS: Final = 60


def feature(settings: Settings) -> Feature:
    """Return the feature."""
    from routing.travel.memory import forget_ways

    return Feature(
        name="plans",
        commands=COMMANDS,
        routes=ROUTES,
        slow_jobs={JOB: search_with(lambda: provider(settings))},
        jobs={"plans.forget": forget_plans, "travel.forget": forget_ways, "plans.ready": keep_ready},
        every={"plans.forget": DAY_SECONDS, "travel.forget": DAY_SECONDS, "plans.ready": READY_SECONDS},
        sentences=SENTENCES,
    )
