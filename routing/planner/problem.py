"""What is to be planned and what came out of it: plain values, independent of the solver behind them.

Units everywhere: time in whole seconds from a moment that the caller chooses (midnight of the day, say), distance in
whole metres, load in the caller's own whole units, one number for each dimension (wheelchair slots, bed slots, volume).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Seconds: TypeAlias = int
Metres: TypeAlias = int
Load: TypeAlias = tuple[int, ...]
"""One whole number for each load dimension, the same dimensions in the whole problem. ``()``: load is not counted."""

Reason: TypeAlias = Literal["no_position", "unreachable", "window", "load", "shift", "no_room"]
"""Why a visit is left out.

``no_position``: nobody knows where it is. ``unreachable``: the map has no way there. ``window``: no van can be there
in its window. ``load``: more than any van takes. ``shift``: no van would be back in time. ``no_room``: possible alone,
but not together with the others.
"""

MAX_VISITS = 1000
#: Ten years: far beyond a plan, and small enough that sums of them stay exact in the solver's whole numbers.
MAX_SECONDS = 10 * 366 * 24 * 3600


class BadProblem(ValueError):
    """The problem contradicts itself; the message says where. A programming error, never a traffic situation."""


class TravelMatrix(msgspec.Struct, frozen=True):
    """Travel between n places, each way.

    Attributes:
        durations_s: n rows of n seconds; the diagonal is 0.
        distances_m: n rows of n metres; the diagonal is 0.
        estimated: not read off a road map; what is shown of it is labelled so.
        missing: pairs (from, to) without a way; their numbers mean nothing.
    """

    durations_s: tuple[tuple[Seconds, ...], ...]
    distances_m: tuple[tuple[Metres, ...], ...]
    estimated: bool
    missing: frozenset[tuple[int, int]] = frozenset()

    @property
    def size(self) -> int:
        """Number of places."""
        return len(self.durations_s)


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One stop at one door.

    Attributes:
        id: the caller's name for it, unique in the problem.
        place: index in the travel matrix, or None when nobody knows where it is.
        service_s: time at the door.
        window_from_s, window_to_s: the work there starts within, both ends included; None is open.
        deliver: what is left there, on board from the depot.
        collect: what is taken along, on board until the depot.
    """

    id: str
    place: int | None
    service_s: Seconds = 0
    window_from_s: Seconds | None = None
    window_to_s: Seconds | None = None
    deliver: Load = ()
    collect: Load = ()


class Van(msgspec.Struct, frozen=True, kw_only=True):
    """One van for one shift.

    Attributes:
        id: the caller's name for it, unique in the problem.
        start, end: indices of its depot in the travel matrix.
        shift_from_s, shift_to_s: leaves the depot not before, is back not after.
        capacity: most on board at any time; () when load is not counted.
    """

    id: str
    start: int
    end: int
    shift_from_s: Seconds
    shift_to_s: Seconds
    capacity: Load = ()


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Visits to spread over vans and to put in order.

    Raises:
        BadProblem: an index outside the matrix, an id twice, mixed load dimensions, a negative number, a window or
            shift that ends before it begins, no van, or more than ``MAX_VISITS`` visits.
    """

    visits: tuple[Visit, ...]
    vans: tuple[Van, ...]
    travel: TravelMatrix

    def __post_init__(self) -> None:
        _check_matrix(self.travel)
        _check_names([visit.id for visit in self.visits], "visit")
        _check_names([van.id for van in self.vans], "van")
        if not self.vans:
            raise BadProblem("no van")
        if len(self.visits) > MAX_VISITS:
            raise BadProblem(f"{len(self.visits)} visits: {MAX_VISITS} at most")
        dimensions = len(self.vans[0].capacity)
        for van in self.vans:
            _check_places(van.id, (van.start, van.end), self.travel.size)
            _check_span(van.id, van.shift_from_s, van.shift_to_s)
            _check_load(van.id, van.capacity, dimensions, may_be_empty=False)
        for visit in self.visits:
            _check_places(visit.id, () if visit.place is None else (visit.place,), self.travel.size)
            _check_span(visit.id, visit.window_from_s, visit.window_to_s)
            _check_span(visit.id, 0, visit.service_s)
            for load in (visit.deliver, visit.collect):
                _check_load(visit.id, load, dimensions, may_be_empty=True)

    def visit(self, visit_id: str) -> Visit:
        """The visit of that id; raises KeyError when there is none."""
        for visit in self.visits:
            if visit.id == visit_id:
                return visit
        raise KeyError(visit_id)


class PlannedVisit(msgspec.Struct, frozen=True):
    """When the van comes, when the work starts (after waiting for the window) and when it goes on, in seconds."""

    visit_id: str
    arrive_s: Seconds
    start_s: Seconds
    leave_s: Seconds


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """One van's way: out at ``depart_s``, the visits in order, back at ``return_s``."""

    van_id: str
    visits: tuple[PlannedVisit, ...]
    depart_s: Seconds
    return_s: Seconds
    travel_s: Seconds
    distance_m: Metres

    @property
    def total_s(self) -> Seconds:
        """From leaving the depot until being back."""
        return self.return_s - self.depart_s


class Unserved(msgspec.Struct, frozen=True):
    """A visit left out, and why."""

    visit_id: str
    reason: Reason


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What came out: one route for each van that drives, and what is left out.

    Attributes:
        routes: in the order of the problem's vans; a van without visits has none.
        unserved: those with a position first, those without last, each in the problem's order.
        estimated: the travel times are estimates.
        solver: who made it, for the log.
    """

    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...]
    estimated: bool
    solver: str

    @property
    def sequence(self) -> tuple[str, ...]:
        """Every visit's id exactly once: the routes in order, then what could not be fitted in, those without a
        position last. For the one van of one round this is the order of its list.
        """
        return (
            *(visit.visit_id for route in self.routes for visit in route.visits),
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
        return tuple(unserved.visit_id for unserved in self.unserved if unserved.reason == "no_position")


def _check_matrix(travel: TravelMatrix) -> None:
    size = travel.size
    for rows in (travel.durations_s, travel.distances_m):
        if len(rows) != size or any(len(row) != size for row in rows):
            raise BadProblem("the travel matrix is not square")
        if any(not 0 <= cell <= MAX_SECONDS for row in rows for cell in row):
            raise BadProblem("a travel time or distance is negative or endless")
        if any(rows[index][index] != 0 for index in range(size)):
            raise BadProblem("staying where one is takes time in the travel matrix")


def _check_names(names: list[str], what: str) -> None:
    if len(set(names)) != len(names):
        raise BadProblem(f"a {what} is there twice")


def _check_places(name: str, places: tuple[int, ...], size: int) -> None:
    if any(not 0 <= place < size for place in places):
        raise BadProblem(f"{name}: not a place of the travel matrix")


def _check_span(name: str, start: Seconds | None, end: Seconds | None) -> None:
    for moment in (start, end):
        if moment is not None and not 0 <= moment <= MAX_SECONDS:
            raise BadProblem(f"{name}: a time is negative or endless")
    if start is not None and end is not None and end < start:
        raise BadProblem(f"{name}: a time span ends before it begins")


def _check_load(name: str, load: Load, dimensions: int, *, may_be_empty: bool) -> None:
    if not (may_be_empty and not load) and len(load) != dimensions:
        raise BadProblem(f"{name}: {len(load)} load dimensions where the first van has {dimensions}")
    if any(unit < 0 for unit in load):
        raise BadProblem(f"{name}: a load is negative")
