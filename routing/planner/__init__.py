"""Puts stops in order. Pure: no database, no map, no clock; the search runs in a process of its own.

A round's order is proposed like this::

    matrix = await provider.matrix([depot, *doors])           # routing.travel
    problem = Problem(
        visits=(Visit(id=str(stop.id), place=1, service_s=600, window_from_s=8 * 3600, window_to_s=10 * 3600), ...),
        vans=(Van(id="van", start=0, end=0, shift_from_s=7 * 3600, shift_to_s=17 * 3600),),
        travel=matrix,
    )
    plan = await propose_order(problem, budget_seconds=2)
    plan.sequence, plan.total_minutes, plan.unpositioned, plan.unserved
    present_order(problem, ids_as_they_are).total_minutes      # to show beside it
"""

from routing.planner.checker import check
from routing.planner.problem import (
    BadProblem,
    Plan,
    PlannedVisit,
    Problem,
    Reason,
    Route,
    TravelMatrix,
    Unserved,
    Van,
    Visit,
)
from routing.planner.propose import PlannerFailed, propose_order
from routing.planner.schedule import PresentOrder, present_order, schedule

__all__ = [
    "BadProblem",
    "Plan",
    "PlannedVisit",
    "PlannerFailed",
    "PresentOrder",
    "Problem",
    "Reason",
    "Route",
    "TravelMatrix",
    "Unserved",
    "Van",
    "Visit",
    "check",
    "present_order",
    "propose_order",
    "schedule",
]
