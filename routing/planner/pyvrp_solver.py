"""The search: our problem in PyVRP's words and its answer back in ours. The only module that knows PyVRP.

PyVRP is an iterated local search written in C++ (docs/decisions/pyvrp.md). It counts in whole numbers, as we do.
"""

from __future__ import annotations

import msgspec
import numpy as np
from pyvrp import (
    Client,
    Depot,
    Location,
    ProblemData,
    Solution,
    VehicleType,
    solve,
)
from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria, NoImprovement, StoppingCriterion

from routing.planner.problem import MAX_SECONDS, Load, Plan, Problem, Seconds, Unserved, Visit
from routing.planner.schedule import impossible, schedule

NAME = "pyvrp"


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """When to be content. The first limit that is reached ends the search.

    Attributes:
        seconds: by the clock, because somebody waits.
        quiet_iterations: as many in a row that found nothing better. A round of ten stops is done in a blink.
        iterations: in all; None is unlimited. With a limit that is reached before the others the same problem and
            seed give the same plan on every machine.
        seed: of the random choices.
    """

    seconds: float
    quiet_iterations: int = 3000
    iterations: int | None = None
    seed: int = 1


def solve_problem(problem: Problem, budget: Budget) -> Plan:
    """Search for the plan with the least driving and waiting that serves as many visits as can be served.

    A visit that no van could make even alone never reaches the search: it is unserved with its reason. The others are
    worth more than any detour, so one is left out (``no_room``) only when it does not fit in beside the rest.

    Returns:
        A plan with clock times of our own arithmetic, not yet checked.
    """
    reasons = {visit.id: impossible(problem, visit) for visit in problem.visits}
    possible = [visit for visit in problem.visits if reasons[visit.id] is None]
    sequences: dict[int, list[str]] = {}
    if possible:
        best = solve(_data(problem, possible), _stop(budget), seed=budget.seed, collect_stats=False).best
        # Leaving every visit out is always allowed, so this is only a search cut off before it had begun.
        sequences = _sequences(best, possible) if best.is_feasible() else {}
    routes = tuple(
        schedule(problem, van, sequences[index]) for index, van in enumerate(problem.vans) if sequences.get(index)
    )
    served = {planned.visit_id for route in routes for planned in route.visits}
    left_out = [
        Unserved(visit.id, reasons[visit.id] or "no_room") for visit in problem.visits if visit.id not in served
    ]
    return Plan(
        routes=routes,
        unserved=tuple(sorted(left_out, key=lambda unserved: unserved.reason == "no_position")),
        estimated=problem.travel.estimated,
        solver=NAME,
    )


def _stop(budget: Budget) -> StoppingCriterion:
    limits: list[StoppingCriterion] = [MaxRuntime(budget.seconds), NoImprovement(budget.quiet_iterations)]
    if budget.iterations is not None:
        limits.append(MaxIterations(budget.iterations))
    return MultipleCriteria(limits)


def _data(problem: Problem, visits: list[Visit]) -> ProblemData:
    day_ends: Seconds = max(van.shift_to_s for van in problem.vans)
    durations = np.array(problem.travel.durations_s, dtype=np.int64)
    for origin, target in problem.travel.missing:
        # Longer than any day: a plan over such an edge breaks the shift, so it is never taken.
        durations[origin, target] = 2 * day_ends + 1
    dimensions = len(problem.vans[0].capacity)
    longest_service: Seconds = max((visit.service_s for visit in visits), default=0)
    shift: Seconds = max(van.shift_to_s - van.shift_from_s for van in problem.vans)
    # A visit costs at most two legs (each counted twice, below) and the rest of the shift in waiting.
    prize = 4 * int(durations.max(initial=0)) + longest_service + shift + 1
    depots = sorted({place for van in problem.vans for place in (van.start, van.end)})
    return ProblemData(
        locations=[Location(0, 0) for _ in range(problem.travel.size)],
        clients=[_client(visit, dimensions, prize) for visit in visits],
        depots=[Depot(location=place) for place in depots],
        vehicle_types=[
            VehicleType(
                capacity=list(van.capacity),
                start_depot=depots.index(van.start),
                end_depot=depots.index(van.end),
                tw_early=van.shift_from_s,
                tw_late=van.shift_to_s,
                # A second on the road costs two, one of waiting costs one: drive little first, then wait little.
                unit_distance_cost=1,
                unit_duration_cost=1,
            )
            for van in problem.vans
        ],
        # Its stub says ndarray[int], which numpy's own types call no array.
        distance_matrices=[durations],  # type: ignore[list-item]
        duration_matrices=[durations],  # type: ignore[list-item]
    )


def _client(visit: Visit, dimensions: int, prize: int) -> Client:
    if visit.place is None:
        raise ValueError(f"{visit.id} has no place")
    return Client(
        location=visit.place,
        delivery=_units(visit.deliver, dimensions),
        pickup=_units(visit.collect, dimensions),
        service_duration=visit.service_s,
        tw_early=visit.window_from_s or 0,
        tw_late=MAX_SECONDS if visit.window_to_s is None else visit.window_to_s,
        prize=prize,
        required=False,
    )


def _units(load: Load, dimensions: int) -> list[int]:
    return list(load) if load else [0] * dimensions


def _sequences(solution: Solution, visits: list[Visit]) -> dict[int, list[str]]:
    """Van index -> visit ids in driving order."""
    return {
        route.vehicle_type(): [visits[activity.idx].id for activity in route if activity.is_client()]
        for route in solution.routes()
    }
