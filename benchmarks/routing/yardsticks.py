"""The other solvers, run alone: PyVRP, VROOM and OR-Tools. OR-Tools is a yardstick of development only, never shipped.

Each gets a problem and processor seconds, and answers with van id -> visit ids; the project's own clock and checker
judge all of them alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from routing.planner import Problem
from routing.planner import pyvrp_solver as pyvrp
from routing.planner import vroom_solver as vroom
from routing.planner.budget import Budget
from routing.planner.problem import units

Sequences = dict[str, list[str]]
Solver = Callable[[Problem, float, int], Sequences]


def pyvrp_alone(problem: Problem, cpu_seconds: float, seed: int) -> Sequences:
    """PyVRP from nothing."""
    budget = Budget(seconds=20 * cpu_seconds, cpu_seconds=cpu_seconds, quiet_iterations=None, seed=seed)
    return pyvrp.solve_problem(problem, budget)


def vroom_alone(problem: Problem, cpu_seconds: float, _seed: int) -> Sequences:
    """VROOM at its most thorough, one thread. It can only be stopped by the clock: at three times the budget, so that a
    busy machine does not cut it short; what it used is printed.
    """
    return vroom.seed_problem(problem, exploration=5, seconds=3 * cpu_seconds)


def ortools_alone(problem: Problem, cpu_seconds: float, _seed: int) -> Sequences:
    """OR-Tools' routing library: parallel cheapest insertion, then guided local search."""
    from ortools.constraint_solver import pywrapcp, routing_enums_pb2  # type: ignore[import-untyped,unused-ignore]

    model = _Model(problem, pywrapcp)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(int(4000 * cpu_seconds))
    ends = time.process_time() + cpu_seconds
    solver = model.routing.solver()
    # Its own limit counts by the clock; this one by what the others are given.
    model.routing.AddSearchMonitor(solver.CustomLimit(lambda: time.process_time() > ends))
    return model.sequences(model.routing.SolveWithParameters(parameters))


class _Model:
    """A problem in OR-Tools' words: node 0..n-1 are visits, then a start and an end for each van."""

    def __init__(self, problem: Problem, pywrapcp: Any) -> None:
        self.problem = problem
        self.visits = [visit for visit in problem.visits if visit.place is not None]
        self.places = [visit.place or 0 for visit in self.visits]
        count, vans = len(self.visits), len(problem.vans)
        self.places += [van.start for van in problem.vans] + [van.end for van in problem.vans]
        starts, ends = list(range(count, count + vans)), list(range(count + vans, count + 2 * vans))
        self.manager = pywrapcp.RoutingIndexManager(count + 2 * vans, vans, starts, ends)
        self.routing = pywrapcp.RoutingModel(self.manager)
        durations = problem.travel.durations_s
        rows = [[durations[one][other] for other in self.places] for one in self.places]
        road = self.routing.RegisterTransitMatrix(rows)
        self.routing.SetArcCostEvaluatorOfAllVehicles(road)
        service = [visit.service_s for visit in self.visits] + [0] * (2 * vans)
        timed = self.routing.RegisterTransitMatrix(
            [[service[one] + leg for leg in row] for one, row in enumerate(rows)]
        )
        longest = max(van.shift_to_s for van in problem.vans)
        self.routing.AddDimension(timed, longest, longest, False, "time")
        self._windows()
        self._loads()
        self._shipments()
        self._optional_and_skilled()

    def _windows(self) -> None:
        clock = self.routing.GetDimensionOrDie("time")
        for node, visit in enumerate(self.visits):
            variable = clock.CumulVar(self.manager.NodeToIndex(node))
            variable.SetMin(visit.window_from_s or 0)
            if visit.window_to_s is not None:
                variable.SetMax(visit.window_to_s)
        for number, van in enumerate(self.problem.vans):
            for variable in (clock.CumulVar(self.routing.Start(number)), clock.CumulVar(self.routing.End(number))):
                variable.SetRange(van.shift_from_s, van.shift_to_s)

    def _loads(self) -> None:
        """What is delivered is on board from the start: the load begins with what the route delivers."""
        dimensions = self.problem.dimensions
        partners = self.problem.partners()
        ends = [0] * (2 * len(self.problem.vans))
        for dimension in range(dimensions):
            deliver = [units(visit.deliver, dimensions)[dimension] for visit in self.visits]
            collect = [units(visit.collect, dimensions)[dimension] for visit in self.visits]
            for node, visit in enumerate(self.visits):
                shipment = partners.get(visit.id)
                if shipment is not None:
                    amount = units(shipment.amount, dimensions)[dimension]
                    collect[node] += amount if shipment.pick_up == visit.id else -amount
            most = [van.capacity[dimension] for van in self.problem.vans]
            change = [taken - left for taken, left in zip(collect, deliver, strict=True)]
            if not any(collect):
                left_there = self.routing.RegisterUnaryTransitVector(deliver + ends)
                self.routing.AddDimensionWithVehicleCapacity(left_there, 0, most, True, f"deliver{dimension}")
                continue
            on_board = self.routing.RegisterUnaryTransitVector(change + ends)
            self.routing.AddDimensionWithVehicleCapacity(on_board, 0, most, not any(deliver), f"load{dimension}")
            if not any(deliver):
                continue
            left_there = self.routing.RegisterUnaryTransitVector(deliver + ends)
            self.routing.AddDimensionWithVehicleCapacity(left_there, 0, most, True, f"deliver{dimension}")
            load = self.routing.GetDimensionOrDie(f"load{dimension}")
            total = self.routing.GetDimensionOrDie(f"deliver{dimension}")
            for number in range(len(self.problem.vans)):
                self.routing.solver().Add(
                    load.CumulVar(self.routing.Start(number)) == total.CumulVar(self.routing.End(number))
                )

    def _shipments(self) -> None:
        index = {visit.id: self.manager.NodeToIndex(node) for node, visit in enumerate(self.visits)}
        clock, solver = self.routing.GetDimensionOrDie("time"), self.routing.solver()
        for shipment in self.problem.shipments:
            first, second = index[shipment.pick_up], index[shipment.set_down]
            self.routing.AddPickupAndDelivery(first, second)
            solver.Add(self.routing.VehicleVar(first) == self.routing.VehicleVar(second))
            solver.Add(clock.CumulVar(first) <= clock.CumulVar(second))

    def _optional_and_skilled(self) -> None:
        worths = self.problem.worths()
        for node, visit in enumerate(self.visits):
            index = self.manager.NodeToIndex(node)
            self.routing.AddDisjunction([index], worths[visit.id])
            able = [number for number, van in enumerate(self.problem.vans) if van.may_do(visit)]
            if len(able) < len(self.problem.vans):
                self.routing.VehicleVar(index).SetValues([-1, *able])

    def sequences(self, answer: Any) -> Sequences:
        """Van id -> visit ids; nothing when there is no answer."""
        found: Sequences = {van.id: [] for van in self.problem.vans}
        if answer is None:
            return found
        for number, van in enumerate(self.problem.vans):
            index = answer.Value(self.routing.NextVar(self.routing.Start(number)))
            while not self.routing.IsEnd(index):
                found[van.id].append(self.visits[self.manager.IndexToNode(index)].id)
                index = answer.Value(self.routing.NextVar(index))
        return found
