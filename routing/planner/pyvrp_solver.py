"""The search: our problem in PyVRP's words and its answer back in ours. The only module that knows PyVRP.

PyVRP is an iterated local search written in C++ (docs/decisions/pyvrp.md). It counts in whole numbers, as we do.
What it has no word for is said in its own: skills and pins are roads that are closed to the other vans, a promise is a
visit that exists twice (in time, and late for half its worth), and a break is cut out of the clock (axis.py).
"""

from __future__ import annotations

import time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyvrp import (
    Activity,
    ActivityType,
    Client,
    ClientGroup,
    Depot,
    IteratedLocalSearchCallbacks,
    IteratedLocalSearchParams,
    Location,
    ProblemData,
    Shipment,
    Solution,
    SolveParams,
    VehicleType,
    solve,
)
from pyvrp import Route as PyvrpRoute
from pyvrp.stop import MaxIterations, NoImprovement, StoppingCriterion

from routing.planner.axis import axis_of
from routing.planner.budget import Budget, Sequences, Told
from routing.planner.problem import MAX_SECONDS, Problem, Seconds, Van, Visit, units
from routing.planner.schedule import impossible, late, schedule

NAME = "pyvrp"
_NEVER = 2**40


class _Start(NamedTuple):
    """Where a van's free choice begins: at its depot, or after the visits that are pinned first."""

    place: int
    from_s: Seconds
    on_duty_s: Seconds
    on_board: tuple[int, ...]


class Search:
    """One problem, translated once; searched as often as one likes."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._known = problem.by_id()
        self._worths = problem.worths()
        self._axis = axis_of(problem)
        firsts = {visit_id for van in problem.vans for visit_id in van.first}
        partners = problem.partners()
        reasons = {visit.id: impossible(problem, visit) for visit in problem.visits if visit.id not in firsts}
        self._visits = [
            visit
            for visit in problem.visits
            if visit.id not in firsts and visit.id not in partners and reasons[visit.id] is None
        ]
        self._shipments = [
            one for one in problem.shipments if reasons[one.pick_up] is None and reasons[one.set_down] is None
        ]
        ends = [self._known[end] for one in self._shipments for end in (one.pick_up, one.set_down)]
        self._starts = {van.id: self._start(van) for van in problem.vans}
        self._depots = sorted({place for van in problem.vans for place in (self._starts[van.id].place, van.end)})
        self._doors = [*self._visits, *ends]
        #: A location for each depot and each visit: two visits at one door may be for different vans.
        self._location = {visit.id: len(self._depots) + index for index, visit in enumerate(self._doors)}
        self._clients: list[Client] = []
        self._groups: list[ClientGroup] = []
        self._id_of_client: list[str] = []
        self._in_time: dict[str, int] = {}
        self._too_late: dict[str, int] = {}
        self.constant = 0
        """What PyVRP counts and we do not: the half of each promise that a visit in time leaves behind."""
        for visit in self._visits:
            self._add_client(visit)
        self._shipment_of = {one.pick_up: index for index, one in enumerate(self._shipments)}
        self._vans_of_type: list[list[str]] = []
        self._data = self._translate()
        self._type_of = {van_id: number for number, ids in enumerate(self._vans_of_type) for van_id in ids}

    @property
    def empty(self) -> bool:
        """Nothing is left to choose."""
        return not self._visits and not self._shipments

    def run(self, budget: Budget, warm: Sequences | None = None, told: Told | None = None) -> dict[str, list[str]]:
        """Search; see ``solve_problem``. The answer has the pinned first visits too."""
        found: dict[str, list[str]] = {van.id: list(van.first) for van in self.problem.vans}
        if self.empty:
            return found
        callbacks = _Telling(told, self.constant)
        result = solve(
            self._data,
            _Stop(budget),
            seed=budget.seed,
            collect_stats=False,
            params=SolveParams(ils=IteratedLocalSearchParams(callbacks=callbacks)),
            initial_solution=None if warm is None else self._solution(warm),
        )
        # Leaving every visit out is always allowed, so this is only a search cut off before it had begun.
        if not result.best.is_feasible():
            return found if warm is None else {van.id: list(warm.get(van.id, van.first)) for van in self.problem.vans}
        free = [list(ids) for ids in self._vans_of_type]
        # A type's vans are alike, so which of them drives a route is a matter of name: the one that had most of it.
        had = {visit_id: van_id for van_id, ids in (warm or {}).items() for visit_id in ids}
        routes = [(route.vehicle_type(), self._ids(route)) for route in result.best.routes()]
        for kind, ids in sorted(routes, key=lambda one: -len(one[1])):
            mine = [had.get(visit_id) for visit_id in ids]
            van_id = max(free[kind], key=mine.count)
            free[kind].remove(van_id)
            found[van_id].extend(ids)
        return found

    # ------------------------------------------------------------ to PyVRP

    def _add_client(self, visit: Visit) -> None:
        worth = self._worths[visit.id]
        opens = self._axis.short(visit.window_from_s or 0)
        closes = _NEVER if visit.window_to_s is None else self._axis.short(visit.window_to_s)
        due = None if visit.due_s is None else max(0, self._axis.short(visit.due_s))
        if due is None or due >= closes:
            self._in_time[visit.id] = self._client(visit, opens, closes, worth, None)
        elif visit.due_s is not None and visit.due_s < (visit.window_from_s or 0):
            self._too_late[visit.id] = self._client(visit, opens, closes, worth, None)
        else:
            group = len(self._groups)
            self._in_time[visit.id] = self._client(visit, opens, due, worth, group)
            self._too_late[visit.id] = self._client(visit, opens, closes, worth - worth // 2, group)
            self._groups.append(ClientGroup([self._in_time[visit.id], self._too_late[visit.id]], required=False))
            self.constant += worth - worth // 2

    def _client(self, visit: Visit, opens: Seconds, closes: Seconds, prize: int, group: int | None) -> int:
        self._clients.append(
            Client(
                location=self._location[visit.id],
                delivery=list(units(visit.deliver, self.problem.dimensions)),
                pickup=list(units(visit.collect, self.problem.dimensions)),
                service_duration=visit.service_s,
                tw_early=opens,
                tw_late=min(closes, MAX_SECONDS),
                prize=prize,
                required=False,
                group=group,
            )
        )
        self._id_of_client.append(visit.id)
        return len(self._clients) - 1

    def _translate(self) -> ProblemData:
        problem = self.problem
        closed = 2 * max(van.shift_to_s for van in problem.vans) + 1
        whole = np.array(problem.travel.durations_s, dtype=np.int64).reshape(problem.travel.size, -1)
        for origin, target in problem.travel.missing:
            # Longer than any day: a plan over such an edge breaks the shift, so it is never taken.
            whole[origin, target] = closed
        places = [*self._depots, *(_place(visit) for visit in self._doors)]
        durations = whole[np.ix_(places, places)]
        profiles: dict[frozenset[int], int] = {}
        matrices: list[NDArray[np.int64]] = []
        kinds: dict[tuple[object, ...], tuple[VehicleType, list[str]]] = {}
        for van in problem.vans:
            barred = frozenset(self._location[visit.id] for visit in self._doors if not van.may_do(visit))
            if barred not in profiles:
                profiles[barred] = len(matrices)
                matrices.append(_closed_off(durations, barred, closed))
            kind = self._vehicle_type(van, profiles[barred])
            key: tuple[object, ...] = (kind.start_depot, kind.end_depot, kind.tw_early, kind.tw_late)
            key += (kind.shift_duration, tuple(kind.capacity), tuple(kind.initial_load), kind.profile)
            kinds.setdefault(key, (kind, []))[1].append(van.id)
        self._vans_of_type = [ids for _, ids in kinds.values()]
        return ProblemData(
            locations=[Location(0, 0) for _ in places],
            clients=self._clients,
            depots=[Depot(location=index) for index in range(len(self._depots))],
            vehicle_types=[kind.replace(num_available=len(ids)) for kind, ids in kinds.values()],
            # Its stub says ndarray[int], which numpy's own types call no array.
            distance_matrices=matrices,  # type: ignore[arg-type]
            duration_matrices=matrices,  # type: ignore[arg-type]
            groups=self._groups,
            shipments=[self._shipment(one.pick_up, one.set_down, one.amount) for one in self._shipments],
        )

    def _vehicle_type(self, van: Van, profile: int) -> VehicleType:
        start = self._starts[van.id]
        early, ends = self._axis.short(start.from_s), self._axis.short(van.shift_to_s)
        duty = _NEVER if van.max_duty_s is None else max(0, van.max_duty_s - self._axis.length_s)
        duty = max(0, duty - start.on_duty_s)
        return VehicleType(
            # PyVRP will not hear of a van that is too full already; what it gives to one is taken back in ``finish``.
            capacity=[max(pair) for pair in zip(van.capacity, start.on_board, strict=True)],
            start_depot=self._depots.index(start.place),
            end_depot=self._depots.index(van.end),
            tw_early=early,
            tw_late=max(early, ends),
            shift_duration=duty,
            # A second on the road costs one and another for the duty; one of waiting costs the duty's only.
            unit_distance_cost=self.problem.price.road,
            unit_duration_cost=self.problem.price.duty,
            profile=profile,
            initial_load=list(start.on_board),
        )

    def _start(self, van: Van) -> _Start:
        on_board = list(units(van.on_board, self.problem.dimensions))
        if not van.first:
            return _Start(van.start, van.shift_from_s, 0, tuple(on_board))
        own = [self._known[visit_id] for visit_id in van.first]
        route = schedule(self.problem, van, van.first, self._known)
        # The fullest moment until then: PyVRP knows of the pinned visits' goods only what is said here.
        for dimension in range(self.problem.dimensions):
            now = on_board[dimension] + sum(visit.deliver[dimension] for visit in own if visit.deliver)
            fullest = now
            for visit in own:
                now += (visit.collect[dimension] if visit.collect else 0) - (
                    visit.deliver[dimension] if visit.deliver else 0
                )
                fullest = max(fullest, now)
            on_board[dimension] = fullest
        leave = route.visits[-1].leave_s
        return _Start(_place(own[-1]), leave, leave - route.depart_s, tuple(on_board))

    def _shipment(self, pick_up: str, set_down: str, amount: tuple[int, ...]) -> Shipment:
        first, second = self._known[pick_up], self._known[set_down]
        return Shipment(
            pickup_location=self._location[pick_up],
            delivery_location=self._location[set_down],
            pickup_tw_early=self._axis.short(first.window_from_s or 0),
            pickup_tw_late=MAX_SECONDS if first.window_to_s is None else self._axis.short(first.window_to_s),
            pickup_service_duration=first.service_s,
            delivery_tw_early=self._axis.short(second.window_from_s or 0),
            delivery_tw_late=MAX_SECONDS if second.window_to_s is None else self._axis.short(second.window_to_s),
            delivery_service_duration=second.service_s,
            amount=list(units(amount, self.problem.dimensions)),
            prize=self._worths[set_down],
            required=False,
        )

    def _solution(self, warm: Sequences) -> Solution:
        routes = []
        set_down = {one.set_down: index for index, one in enumerate(self._shipments)}
        for van in self.problem.vans:
            ids = list(warm.get(van.id, ()))
            planned = [visit_id for visit_id in ids if visit_id in self._known]
            tardy = set(late(self.problem, schedule(self.problem, van, planned, self._known), self._known))
            activities = []
            for visit_id in planned:
                if visit_id in van.first:
                    continue
                if visit_id in self._shipment_of:
                    activities.append(Activity(ActivityType.PICKUP, self._shipment_of[visit_id]))
                elif visit_id in set_down:
                    activities.append(Activity(ActivityType.DELIVERY, set_down[visit_id]))
                elif visit_id in self._in_time or visit_id in self._too_late:
                    ordered = (self._too_late, self._in_time) if visit_id in tardy else (self._in_time, self._too_late)
                    twins = [twin[visit_id] for twin in ordered if visit_id in twin]
                    activities.append(Activity(ActivityType.CLIENT, twins[0]))
            if activities:
                routes.append(PyvrpRoute(self._data, activities, self._type_of[van.id]))
        return Solution(self._data, routes)

    # ------------------------------------------------------------ from PyVRP

    def _ids(self, route: PyvrpRoute) -> list[str]:
        ids = []
        for activity in route:
            if activity.is_client():
                ids.append(self._id_of_client[activity.idx])
            elif activity.is_pickup():
                ids.append(self._shipments[activity.idx].pick_up)
            elif activity.is_delivery():
                ids.append(self._shipments[activity.idx].set_down)
        return ids


def solve_problem(
    problem: Problem, budget: Budget, warm: Sequences | None = None, told: Told | None = None
) -> dict[str, list[str]]:
    """Search for the routes that cost least (``plan_cost``): van id -> visit ids in driving order.

    A visit that no van could make even alone never reaches the search.

    Args:
        warm: where to begin; visits that it does not name are looked for too.
    """
    return Search(problem).run(budget, warm, told)


class _Stop:
    """PyVRP asks before each iteration."""

    def __init__(self, budget: Budget) -> None:
        self._ends = time.perf_counter() + budget.seconds
        self._cpu_ends = None if budget.cpu_seconds is None else time.process_time() + budget.cpu_seconds
        self._others: list[StoppingCriterion] = [
            *([] if budget.quiet_iterations is None else [NoImprovement(budget.quiet_iterations)]),
            *([] if budget.iterations is None else [MaxIterations(budget.iterations)]),
        ]

    def __call__(self, best_cost: int) -> bool:
        if time.perf_counter() >= self._ends:
            return True
        if self._cpu_ends is not None and time.process_time() >= self._cpu_ends:
            return True
        # Each of them counts its calls, so each is asked.
        answers = [other(best_cost) for other in self._others]
        return any(answers)


class _Telling(IteratedLocalSearchCallbacks):
    def __init__(self, told: Told | None, constant: int) -> None:
        self._told = told
        self._constant = constant

    def on_best(self, best: Solution) -> None:
        if self._told is not None and best.is_feasible():
            self._told(best.distance_cost() + best.duration_cost() + best.uncollected_prizes() - self._constant)


def _closed_off(durations: NDArray[np.int64], barred: frozenset[int], closed: int) -> NDArray[np.int64]:
    if not barred:
        return durations
    own = durations.copy()
    places = sorted(barred)
    own[:, places] = closed
    own[places, places] = 0
    return own


def _place(visit: Visit) -> int:
    if visit.place is None:
        raise ValueError(f"{visit.id} has no place")
    return visit.place
