"""What is to be planned: plain values, independent of the solver behind them.

Units everywhere: time in whole seconds from a moment that the caller chooses (midnight of the day, say), distance in
whole metres, load in the caller's own whole units, one number for each dimension (wheelchair slots, bed slots, volume).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

Seconds: TypeAlias = int
Metres: TypeAlias = int
Load: TypeAlias = tuple[int, ...]
"""One whole number for each load dimension, the same dimensions in the whole problem. ``()``: load is not counted."""

Placeless: TypeAlias = Literal["no_position", "outside_map", "swapped"]
"""Why a visit has no place. ``swapped``: its latitude and longitude have changed places."""

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
        estimated: not (or not all) read off a road map; what is shown of it is labelled so.
        missing: pairs (from, to) without a way; their numbers mean nothing.
        outside: places that lie far from every road of the map: a visit there has no place in a plan.
    """

    durations_s: tuple[tuple[Seconds, ...], ...]
    distances_m: tuple[tuple[Metres, ...], ...]
    estimated: bool
    missing: frozenset[tuple[int, int]] = frozenset()
    outside: frozenset[int] = frozenset()

    @property
    def size(self) -> int:
        """Number of places."""
        return len(self.durations_s)


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One stop at one door.

    Attributes:
        id: the caller's name for it, unique in the problem.
        place: index in the travel matrix, or None when it has none.
        placeless: why it has no place.
        service_s: time at the door.
        window_from_s, window_to_s: the work there starts within, both ends included; None is open. Agreed with
            somebody who waits: never broken.
        started_by_s, done_by_s: promises (R-187, R-189): the work is begun, or done, by then. Late is better than
            not at all: a plan that breaks one says so in ``Plan.late``.
        deliver: what is left there, on board from the depot.
        collect: what is taken along, on board until the depot.
        skills: what its van must have, for example ``two_persons``.
        vans: ids of the vans that may do it; empty is any. One of them: pinned to that van.
        worth_s: what leaving it out costs, in seconds on the road. None: more than any detour, so that it is only
            left out when it does not fit in.
    """

    id: str
    place: int | None
    placeless: Placeless = "no_position"
    service_s: Seconds = 0
    window_from_s: Seconds | None = None
    window_to_s: Seconds | None = None
    started_by_s: Seconds | None = None
    done_by_s: Seconds | None = None
    deliver: Load = ()
    collect: Load = ()
    skills: frozenset[str] = frozenset()
    vans: frozenset[str] = frozenset()
    worth_s: Seconds | None = None

    @property
    def due_s(self) -> Seconds | None:
        """The latest start of the work that keeps both promises; None when there is none."""
        due = [] if self.started_by_s is None else [self.started_by_s]
        if self.done_by_s is not None:
            due.append(self.done_by_s - self.service_s)
        return min(due, default=None)


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """Goods from one stop to another: the same van, taken on before they are set down, or neither.

    Attributes:
        pick_up, set_down: ids of two visits that deliver and collect nothing else.
        amount: on board between them.
    """

    pick_up: str
    set_down: str
    amount: Load = ()


class Van(msgspec.Struct, frozen=True, kw_only=True):
    """One van for one shift.

    Attributes:
        id: the caller's name for it, unique in the problem.
        vehicle: which vehicle it is, where two shifts may be about the same one; empty: one of its own.
        start, end: indices of its depots in the travel matrix.
        shift_from_s, shift_to_s: leaves its start not before, is back not after.
        max_duty_s: from leaving until being back, at most; None: the whole shift.
        break_s: length of its break, 0 for none; taken at a door or a depot, never while working or driving.
        break_from_s, break_to_s: the break begins within. A van that is back before ``break_to_s`` needs none.
        capacity: most on board at any time; () when load is not counted.
        on_board: what it carries already and brings back (goods collected earlier in the day).
        skills: what it can, for example ``tail_lift``.
        first: visits that come before all others, in this order: the stop it is driving to. They may miss their
            windows, for the pin is somebody's will.
    """

    id: str
    start: int
    end: int
    shift_from_s: Seconds
    shift_to_s: Seconds
    vehicle: str = ""
    max_duty_s: Seconds | None = None
    break_s: Seconds = 0
    break_from_s: Seconds = 0
    break_to_s: Seconds = 0
    capacity: Load = ()
    on_board: Load = ()
    skills: frozenset[str] = frozenset()
    first: tuple[str, ...] = ()

    def may_do(self, visit: Visit) -> bool:
        """Whether its skills and the visit's pin allow it."""
        return visit.skills <= self.skills and (not visit.vans or self.id in visit.vans)


class Price(msgspec.Struct, frozen=True):
    """What is counted: for each second on the road, and for each second from leaving until being back."""

    road: int = 1
    duty: int = 1


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """Visits to spread over vans and to put in order.

    Raises:
        BadProblem: an index outside the matrix, an id twice or unknown, mixed load dimensions, a negative number, a
            window or shift that ends before it begins, no van, or more than ``MAX_VISITS`` visits.
    """

    visits: tuple[Visit, ...]
    vans: tuple[Van, ...]
    travel: TravelMatrix
    shipments: tuple[Shipment, ...] = ()
    price: Price = Price()

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
            _check_van(van, self.travel.size, dimensions)
        for visit in self.visits:
            _check_visit(visit, self.travel.size, dimensions)
        _check_links(self, dimensions)

    @property
    def dimensions(self) -> int:
        """Number of load dimensions."""
        return len(self.vans[0].capacity)

    def by_id(self) -> dict[str, Visit]:
        """Every visit by its id."""
        return {visit.id: visit for visit in self.visits}

    def visit(self, visit_id: str) -> Visit:
        """The visit of that id; raises KeyError when there is none."""
        for visit in self.visits:
            if visit.id == visit_id:
                return visit
        raise KeyError(visit_id)

    def partners(self) -> dict[str, Shipment]:
        """The shipment of each visit that is one end of one."""
        return {end: shipment for shipment in self.shipments for end in (shipment.pick_up, shipment.set_down)}

    def worths(self) -> dict[str, Seconds]:
        """What leaving each visit out costs; see ``Visit.worth_s``. A shipment's is paid at its set-down.

        A visit costs at most two legs on the road and on duty, its service, and the rest of the shift in waiting.
        """
        longest = max((max(row) for row in self.travel.durations_s), default=0)
        service = max((visit.service_s for visit in self.visits), default=0)
        shift = max(van.shift_to_s - van.shift_from_s for van in self.vans)
        must = 2 * longest * (self.price.road + self.price.duty) + (service + shift) * self.price.duty + 1
        worths = {visit.id: must if visit.worth_s is None else visit.worth_s for visit in self.visits}
        return worths | {shipment.pick_up: 0 for shipment in self.shipments}


def units(load: Load, dimensions: int) -> tuple[int, ...]:
    """The load with a number for each dimension, also where load is not counted."""
    return load or (0,) * dimensions


def _check_matrix(travel: TravelMatrix) -> None:
    size = travel.size
    for rows in (travel.durations_s, travel.distances_m):
        if len(rows) != size or any(len(row) != size for row in rows):
            raise BadProblem("the travel matrix is not square")
        if size and (min(map(min, rows)) < 0 or max(map(max, rows)) > MAX_SECONDS):
            raise BadProblem("a travel time or distance is negative or endless")
        if any(rows[index][index] != 0 for index in range(size)):
            raise BadProblem("staying where one is takes time in the travel matrix")


def _check_names(names: list[str], what: str) -> None:
    if len(set(names)) != len(names):
        raise BadProblem(f"a {what} is there twice")


def _check_van(van: Van, size: int, dimensions: int) -> None:
    _check_places(van.id, (van.start, van.end), size)
    _check_span(van.id, van.shift_from_s, van.shift_to_s)
    _check_span(van.id, 0, van.break_s)
    _check_span(van.id, van.break_from_s, van.break_to_s)
    _check_span(van.id, 0, van.max_duty_s)
    _check_load(van.id, van.capacity, dimensions, may_be_empty=False)
    _check_load(van.id, van.on_board, dimensions, may_be_empty=True)


def _check_visit(visit: Visit, size: int, dimensions: int) -> None:
    _check_places(visit.id, () if visit.place is None else (visit.place,), size)
    _check_span(visit.id, visit.window_from_s, visit.window_to_s)
    for moment in (visit.started_by_s, visit.done_by_s, visit.service_s, visit.worth_s):
        _check_span(visit.id, 0, moment)
    for load in (visit.deliver, visit.collect):
        _check_load(visit.id, load, dimensions, may_be_empty=True)


def _check_links(problem: Problem, dimensions: int) -> None:
    visits: Mapping[str, Visit] = problem.by_id()
    ends = [end for shipment in problem.shipments for end in (shipment.pick_up, shipment.set_down)]
    _check_names(ends, "shipment's end")
    for end in ends:
        if end not in visits:
            raise BadProblem(f"{end}: a shipment's end that is no visit")
        if any(visits[end].deliver) or any(visits[end].collect):
            raise BadProblem(f"{end}: a shipment's end that delivers or collects something else")
    for shipment in problem.shipments:
        _check_load(shipment.set_down, shipment.amount, dimensions, may_be_empty=True)
    firsts = [visit_id for van in problem.vans for visit_id in van.first]
    _check_names(firsts, "first visit")
    for visit_id in firsts:
        if visit_id not in visits or visits[visit_id].place is None:
            raise BadProblem(f"{visit_id}: comes first, but is no visit with a place")
        if visit_id in ends:
            raise BadProblem(f"{visit_id}: comes first, but belongs to a shipment")


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
