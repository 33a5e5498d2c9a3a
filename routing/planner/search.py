"""How a problem is searched, in one process: a seed, a search from it, parts where it is large, and the finish."""

from __future__ import annotations

import logging

from routing.planner import pyvrp_solver, vroom_solver
from routing.planner.budget import THOROUGH_VISITS, WHOLE_VISITS, Budget, Meter, Sequences, Told, Way
from routing.planner.insertion import finish
from routing.planner.parts import first_in_parts, improve_in_parts
from routing.planner.plan import Plan, plan_cost
from routing.planner.problem import Problem
from routing.planner.pyvrp_solver import Search

log = logging.getLogger("turbil.planner")

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
    if large and start is None:
        start = first_in_parts(problem, meter, told)
    elif way == "seeded":
        start = _seed(problem, meter)
        names = f"{vroom_solver.NAME}+{pyvrp_solver.NAME}" if start else names
    if start is not None and told is not None:
        told(_cost(problem, start))
    if large and start is not None:
        ready = {route.van_id: route.visit_ids for route in finish(problem, start, names).routes}
        found = improve_in_parts(problem, ready, meter, told)
    else:
        found = Search(problem).run(meter.rest(), start, told)
    return finish(problem, found, names)


def _seed(problem: Problem, meter: Meter) -> dict[str, list[str]] | None:
    exploration = 5 if len(problem.visits) <= THOROUGH_VISITS else 1
    try:
        return vroom_solver.seed_problem(problem, exploration=exploration, seconds=meter.left_s * SEED_SHARE)
    except vroom_solver.OutOfReach as why:
        log.info("no seed: %s", why)
        return None


def _cost(problem: Problem, sequences: Sequences) -> int:
    return plan_cost(problem, finish(problem, sequences, ""))
