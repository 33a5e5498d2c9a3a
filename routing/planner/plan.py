"""What came out: the routes with their clock times, and what is left out with the reason."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import msgspec

from routing.planner.problem import Metres, Problem, Seconds

Reason: TypeAlias = Literal[
    "no_position",
    "outside_map",
    "swapped",
    "no_van",
    "skill",
    "unreachable",
    "load",
    "window_passed",
    "window",
    "shift",
    "full",
    "no_time",
    "not_worth",
    "partner",
]
"""Why a visit is left out. Alone already:

``no_position``, ``outside_map``, ``swapped``: it has no place. ``no_van``: none of the vans it is pinned to drives.
``skill``: no van has what it needs. ``unreachable``: the map has no way there. ``load``: more than any van takes.
``window_passed``: its window is over before any van sets out. ``window``: no van can be there in its window.
``shift``: no van would be back in time.

Beside the others: ``full``: the vans with time for it have no room. ``no_time``: the others leave no time for it.
``not_worth``: it would cost more driving than it is worth. ``partner``: the other end of its shipment is left out.
"""

#: Those that have no position come last in a plan's sequence.
PLACELESS: Final[frozenset[Reason]] = frozenset({"no_position", "outside_map", "swapped"})


class PlannedVisit(msgspec.Struct, frozen=True):
    """When the van comes, when the work starts (after waiting for the window) and when it goes on, in seconds."""

    visit_id: str
    arrive_s: Seconds
    start_s: Seconds
    leave_s: Seconds


class Rest(msgspec.Struct, frozen=True):
    """A driver's break."""

    from_s: Seconds
    to_s: Seconds


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One van's way: out at ``depart_s``, the visits in order, back at ``return_s``."""

    van_id: str
    visits: tuple[PlannedVisit, ...]
    depart_s: Seconds
    return_s: Seconds
    travel_s: Seconds
    distance_m: Metres
    rest: Rest | None = None

    @property
    def total_s(self) -> Seconds:
        """From leaving the depot until being back."""
        return self.return_s - self.depart_s

    @property
    def visit_ids(self) -> tuple[str, ...]:
        """Its visits in driving order."""
        return tuple(planned.visit_id for planned in self.visits)


class Unserved(msgspec.Struct, frozen=True):
    """A visit left out, and why."""

    visit_id: str
    reason: Reason


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What came out: one route for each van that drives, and what is left out.

    Attributes:
        routes: in the order of the problem's vans; a van without visits has none.
        unserved: those with a position first, those without last, each in the problem's order.
        late: visits whose promise is broken (``Visit.started_by_s``, ``done_by_s``), or whose window is, where they
            were pinned first; in driving order.
        estimated: the travel times are estimates.
        solver: who made it, for the log.
    """

    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...]
    estimated: bool
    solver: str
    late: tuple[str, ...] = ()

    @property
    def sequence(self) -> tuple[str, ...]:
        """Every visit's id exactly once: the routes in order, then what could not be fitted in, those without a
        position last. For the one van of one round this is the order of its list.
        """
        return (
            *(visit_id for route in self.routes for visit_id in route.visit_ids),
            *(unserved.visit_id for unserved in self.unserved),
        )

    @property
    def total_s(self) -> Seconds:
        """All routes together, from leaving until being back."""
        return sum(route.total_s for route in self.routes)

    @property
    def total_minutes(self) -> int:
        """``total_s`` in minutes, rounded up: a promise of time is not rounded down."""
        return -(-self.total_s // 60)

    @property
    def unpositioned(self) -> tuple[str, ...]:
        """Ids of the visits that nobody knows where they are."""
        return tuple(unserved.visit_id for unserved in self.unserved if unserved.reason in PLACELESS)

    def van_of(self) -> dict[str, str]:
        """The van of each visit that is served."""
        return {visit_id: route.van_id for route in self.routes for visit_id in route.visit_ids}


def plan_cost(problem: Problem, plan: Plan) -> int:
    """What a plan costs in seconds: the road, the duty, the worth of what is left out, and half of what is late."""
    worths = problem.worths()
    return (
        sum(problem.price.road * route.travel_s + problem.price.duty * route.total_s for route in plan.routes)
        + sum(worths[unserved.visit_id] for unserved in plan.unserved)
        + sum(worths[visit_id] // 2 for visit_id in plan.late)
    )
