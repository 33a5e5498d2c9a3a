"""How a problem is searched, in one process: a seed, a search from it, parts where it is large, and the finish."""

from __future__ import annotations

import logging
from typing import Literal, TypeAlias

from routing.planner import pyvrp_solver, vroom_solver
from routing.planner.budget import Budget, Meter, Sequences, Told
from routing.planner.insertion import finish
from routing.planner.parts import improve_in_parts
from routing.planner.plan import Plan, plan_cost
from routing.planner.problem import Problem
from routing.planner.pyvrp_solver import Search

log = logging.getLogger("turbil.planner")

Way: TypeAlias = Literal["cold", "seeded", "warm"]
"""``cold``: PyVRP from nothing. ``seeded``: from VROOM's plan. ``warm``: from a plan that is given."""

#: Up to here VROOM's thorough search takes but a few seconds and is worth them.
THOROUGH_VISITS = 100
#: Above this the problem is searched in parts.
WHOLE_VISITS = 250
#: VROOM gets no more than this share of the time.
SEED_SHARE = 0.5


def search(
    problem: Problem, budget: Budget, way: Way = "cold", warm: Sequences | None = None, told: Told | None = None
) -> Plan:
    """Search for the plan that costs least (``plan_cost``); it is not yet checked.

    Args:
        way: see ``Way``; ``seeded`` falls back to ``cold`` where VROOM cannot help.
        warm: van id -> visit ids in driving order, for ``warm``.
        told: hears of each better plan.
    """
    meter = Meter(budget)
    large = len(problem.visits) > WHOLE_VISITS
    start, names = warm if way == "warm" else None, pyvrp_solver.NAME
    if way == "seeded" or (large and start is None):
        start = _seed(problem, meter, large=large)
        names = f"{vroom_solver.NAME}+{pyvrp_solver.NAME}" if start else names
    if start is not None and told is not None:
        told(_cost(problem, start))
    if large and start is not None:
        ready = {route.van_id: route.visit_ids for route in finish(problem, start, names).routes}
        found = improve_in_parts(problem, ready, meter, told)
    else:
        found = Search(problem).run(meter.rest(), start, told)
    return finish(problem, found, names)


def _seed(problem: Problem, meter: Meter, *, large: bool) -> dict[str, list[str]] | None:
    exploration = 5 if len(problem.visits) <= THOROUGH_VISITS else 0 if large else 1
    try:
        return vroom_solver.seed_problem(problem, exploration=exploration, seconds=meter.left_s * SEED_SHARE)
    except vroom_solver.OutOfReach as why:
        log.info("no seed: %s", why)
        return None


def _cost(problem: Problem, sequences: Sequences) -> int:
    return plan_cost(problem, finish(problem, sequences, ""))
