"""Spreads stops over vans and puts them in order. Pure: no database, no map, no clock; searches run in processes of
their own.

A plan is made like this::

    matrix = await provider.matrix([depot, *doors])           # routing.travel
    problem = Problem(
        visits=(Visit(id=str(stop.id), place=1, service_s=600, window_from_s=8 * 3600, window_to_s=10 * 3600), ...),
        vans=(Van(id="van", start=0, end=0, shift_from_s=7 * 3600, shift_to_s=17 * 3600),),
        travel=matrix,
    )
    plan = await propose(problem, budget_seconds=10)          # ``check`` has found nothing wrong with it
    plan.sequence, plan.total_minutes, plan.unserved, plan.late
    compare(lists_as_they_are, plan, starts_as_they_are)      # what it changes

In the middle of the day ``propose_change`` puts new stops into the lists, and ``times_ahead`` tells at each scan when
the van comes to its next stops. docs/rounds-planning.md says it for people.
"""

from routing.planner.checker import check
from routing.planner.difference import (
    Difference,
    ListChange,
    Move,
    TimeChange,
    broken_pairs,
    compare,
    in_words,
    list_change,
)
from routing.planner.faults import FAULT_WORDS, REASON_WORDS, Fault, faults_of, set_right
from routing.planner.plan import Plan, PlannedVisit, Reason, Rest, Route, Unserved, plan_cost
from routing.planner.problem import (
    BadProblem,
    Load,
    Placeless,
    Price,
    Problem,
    Shipment,
    TravelMatrix,
    Van,
    Visit,
)
from routing.planner.proposing import PlannerFailed, propose, propose_change, spare
from routing.planner.schedule import PresentOrder, present_order, schedule, times_ahead

__all__ = [
    "FAULT_WORDS",
    "REASON_WORDS",
    "BadProblem",
    "Difference",
    "Fault",
    "ListChange",
    "Load",
    "Move",
    "Placeless",
    "Plan",
    "PlannedVisit",
    "PlannerFailed",
    "PresentOrder",
    "Price",
    "Problem",
    "Reason",
    "Rest",
    "Route",
    "Shipment",
    "TimeChange",
    "TravelMatrix",
    "Unserved",
    "Van",
    "Visit",
    "broken_pairs",
    "check",
    "compare",
    "faults_of",
    "in_words",
    "list_change",
    "plan_cost",
    "present_order",
    "propose",
    "propose_change",
    "schedule",
    "set_right",
    "spare",
    "times_ahead",
]
