"""The planner's problem of some rounds of a day: what the database knows, in seconds, metres and load units.

A van of the problem is a round (its id), for the round is what the driver drives; a visit is a stop.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

import msgspec

from app.database import Record, fetch
from app.policy.working_time import STOCKHOLM
from routing.planner import Load, Placeless, Problem, Van, Visit
from routing.rounds import loads
from routing.travel import MatrixProvider, Point, misplaced

#: A round whose van nobody has described drives all day: who works how long is then not the plan's to say.
ALL_DAY: Final = (0, 24 * 3600)
#: What such a van takes: more than anything.
ANYTHING: Final = (10**6,) * len(loads.DIMENSIONS)
#: Leaving an urgent order out costs so many times what another does.
URGENT: Final = 2


@dataclass(frozen=True)
class Fault:
    """Something about a round that the plan could not count with; a key of ``routing.plans.words``."""

    code: str
    round_id: UUID


@dataclass(frozen=True)
class DayProblem:
    """A problem and how it reads in the database.

    Attributes:
        lists: round id -> what is left of its list, in order, as the problem's ids.
        settled: round id -> its stops that are not planned any more, in order.
        faults: rounds that nobody has described well enough.
        states: round id -> its state.
    """

    problem: Problem
    lists: dict[str, tuple[str, ...]]
    settled: dict[UUID, list[UUID]]
    faults: tuple[Fault, ...] = ()
    states: dict[UUID, str] = field(default_factory=dict)


async def read_day(
    round_ids: Sequence[UUID],
    provider: MatrixProvider,
    *,
    now: datetime | None = None,
    new_round_id: UUID | None = None,
) -> DayProblem | None:
    """Read some rounds of one day and one region; None when they have no planned stop.

    Args:
        now: for a plan in the middle of the day: a round that is on its way begins where its last stop was, now, with
            the next one pinned and with what it has loaded; None plans from the depots.
        new_round_id: a draft whose stops no van has yet.
    """
    heads = await _heads(round_ids)
    stops = await _stops([*round_ids, *([] if new_round_id is None else [new_round_id])])
    planned = [stop for stop in stops if stop["state"] == "planned"]
    if not heads or not planned:
        return None
    places = _Places()
    depots = {head["id"]: places.depot(head, planned) for head in heads}
    under_way = {head["id"]: _under_way(head, stops, places, now) for head in heads}
    visits = []
    for stop in planned:
        pin = _pin(stop, {head["id"] for head in heads}, now)
        visits.append(_visit(stop, heads[0]["on_day"], places, pin))
    vans = [_van(head, depots[head["id"]], under_way[head["id"]], now) for head in heads]
    travel = await provider.matrix(places.points)
    if travel.outside:
        visits = [_without_place(visit, "outside_map") if visit.place in travel.outside else visit for visit in visits]
        known = {visit.id: visit for visit in visits}
        vans = [_with_first(van, tuple(one for one in van.first if known[one].place is not None)) for van in vans]
    described = [head for head in heads if head["equipped"] is not None]
    return DayProblem(
        problem=Problem(visits=_worthy(visits, planned, travel.durations_s), vans=tuple(vans), travel=travel),
        lists={
            str(head["id"]): tuple(str(stop["id"]) for stop in planned if stop["round_id"] == head["id"])
            for head in heads
        },
        settled={
            head["id"]: [stop["id"] for stop in stops if stop["round_id"] == head["id"] and stop["state"] != "planned"]
            for head in heads
        },
        faults=tuple(
            Fault("round_without_van" if head["van_id"] is None else "van_undescribed", head["id"])
            for head in heads
            if head not in described
        ),
        states={head["id"]: head["state"] for head in heads},
    )


class _Places:
    """The points of the matrix: each position once."""

    def __init__(self) -> None:
        self.points: list[Point] = []
        self._index: dict[Point, int] = {}

    def at(self, point: Point) -> int:
        if point not in self._index:
            self._index[point] = len(self.points)
            self.points.append(point)
        return self._index[point]

    def depot(self, head: Record, planned: Sequence[Record]) -> int:
        """The round's depot; where its position is not known, the middle of the stops."""
        if head["latitude"] is not None:
            return self.at(Point(head["latitude"], head["longitude"]))
        placed = [stop for stop in planned if _placeless(stop) is None]
        count = len(placed) or 1
        return self.at(
            Point(
                sum(stop["latitude"] for stop in placed) / count,
                sum(stop["longitude"] for stop in placed) / count,
            )
        )


@dataclass(frozen=True)
class _UnderWay:
    """Where a van that is out is: the place of its last stop, what it has collected, and the stop it drives to."""

    place: int | None
    on_board: Load
    first: tuple[str, ...]


def _under_way(head: Record, stops: Sequence[Record], places: _Places, now: datetime | None) -> _UnderWay | None:
    if now is None or head["state"] != "in_progress":
        return None
    own = [stop for stop in stops if stop["round_id"] == head["id"]]
    done = [stop for stop in own if stop["done_at"] is not None and _placeless(stop) is None]
    last = max(done, key=lambda stop: (stop["done_at"], stop["position"]), default=None)
    left = [stop for stop in own if stop["state"] == "planned"]
    driven_to = left[0] if left and _placeless(left[0]) is None else None
    on_board = [
        (loads.class_of(task["iso_class"], accessory=task["small"]), task["quantity"])
        for stop in own
        for task in stop["tasks"]
        # Taken along, or loaded and not handed over where it should have been.
        if (task["kind"] == "collect" and task["state"] == "done")
        or (task["kind"] == "deliver" and task["state"] == "failed" and task["loaded"])
    ]
    return _UnderWay(
        place=None if last is None else places.at(Point(last["latitude"], last["longitude"])),
        on_board=loads.total(on_board),
        first=() if driven_to is None else (str(driven_to["id"]),),
    )


def _van(head: Record, depot: int, under_way: _UnderWay | None, now: datetime | None) -> Van:
    equipped = head["equipped"]
    shift = ALL_DAY if equipped is None else (_clock(equipped["shift_from"]), _clock(equipped["shift_to"]))
    begins = shift[0]
    if now is not None:
        begins = max(begins, _seconds(head["on_day"], now))
    resting = (
        {}
        if equipped is None or not equipped["break_minutes"]
        else {
            "break_s": equipped["break_minutes"] * 60,
            "break_from_s": _clock(equipped["break_from"]),
            "break_to_s": _clock(equipped["break_to"]),
        }
    )
    return Van(
        id=str(head["id"]),
        vehicle="" if head["van_id"] is None else str(head["van_id"]),
        start=depot if under_way is None or under_way.place is None else under_way.place,
        end=depot,
        shift_from_s=begins,
        # A shift that is over already still has to be driven home from; the plan is late, not impossible.
        shift_to_s=max(shift[1], begins),
        capacity=ANYTHING if equipped is None else tuple(equipped[name] for name in loads.DIMENSIONS),
        on_board=() if under_way is None else under_way.on_board,
        # A van that nobody has described can do everything: the dispatcher knows what it is.
        skills=_ALL_SKILLS if equipped is None else frozenset(equipped["skills"]),
        first=() if under_way is None else under_way.first,
        **resting,
    )


_ALL_SKILLS: Final = frozenset().union(*(kind.skills for kind in loads.CLASSES.values()))


def _visit(stop: Record, day: date, places: _Places, pin: frozenset[str]) -> Visit:
    pieces: dict[str, list[tuple[loads.LoadClass, int]]] = {"deliver": [], "collect": []}
    for task in stop["tasks"]:
        if task["state"] in {"planned", "loaded"}:
            kind = loads.class_of(task["iso_class"], accessory=task["small"])
            pieces[task["kind"]].append((kind, task["quantity"]))
    every = [*pieces["deliver"], *pieces["collect"]]
    why = _placeless(stop)
    return Visit(
        id=str(stop["id"]),
        place=places.at(Point(stop["latitude"], stop["longitude"])) if why is None else None,
        placeless=why or "no_position",
        service_s=loads.BASE_SECONDS + sum(kind.seconds * quantity for kind, quantity in every),
        window_from_s=None if stop["window_from"] is None else _seconds(day, stop["window_from"]),
        window_to_s=None if stop["window_to"] is None else _seconds(day, stop["window_to"]),
        deliver=loads.total(pieces["deliver"]),
        collect=loads.total(pieces["collect"]),
        skills=frozenset().union(*(kind.skills for kind, _ in every)),
        vans=pin,
    )


def _pin(stop: Record, round_ids: set[UUID], now: datetime | None) -> frozenset[str]:
    """Goods that are in a van stay in it."""
    loaded = any(task["state"] == "loaded" for task in stop["tasks"])
    if stop["round_id"] not in round_ids or not (loaded or (now is not None and stop["under_way"])):
        return frozenset()
    # Under way, what is to be delivered is on board whether it was scanned or not; a pick-up may change van.
    held = loaded or any(task["kind"] == "deliver" for task in stop["tasks"])
    return frozenset({str(stop["round_id"])}) if held else frozenset()


def _worthy(visits: Sequence[Visit], stops: Sequence[Record], durations: Sequence[Sequence[int]]) -> tuple[Visit, ...]:
    """Urgent orders are the last to be left out: they are worth ``URGENT`` times the longest detour."""
    longest = max((max(row) for row in durations), default=0)
    urgent = {str(stop["id"]) for stop in stops if stop["urgent"]}
    worth = URGENT * (4 * longest + 2 * ALL_DAY[1])
    return tuple(msgspec.structs.replace(visit, worth_s=worth) if visit.id in urgent else visit for visit in visits)


def _placeless(stop: Record) -> Placeless | None:
    if stop["latitude"] is None:
        return "no_position"
    return misplaced(Point(stop["latitude"], stop["longitude"]))


def _without_place(visit: Visit, why: Placeless) -> Visit:
    return msgspec.structs.replace(visit, place=None, placeless=why)


def _with_first(van: Van, first: tuple[str, ...]) -> Van:
    return msgspec.structs.replace(van, first=first)


def _clock(moment: str) -> int:
    parsed = time.fromisoformat(moment)
    return parsed.hour * 3600 + parsed.minute * 60 + parsed.second


def _seconds(day: date, moment: datetime) -> int:
    """Seconds since midnight of the day in Stockholm; a moment on another day is pulled to the day's edge."""
    midnight = datetime.combine(day, time(), STOCKHOLM)
    passed = (moment - midnight) // timedelta(seconds=1)
    return min(max(passed, ALL_DAY[0]), ALL_DAY[1])


async def _heads(round_ids: Sequence[UUID]) -> list[Record]:
    return await fetch(
        "select r.id, r.on_day, r.state, r.van_id, d.latitude, d.longitude, to_jsonb(e) as equipped from van_round r"
        " join location d on d.id = r.depot_id left join van_equipment e on e.van_id = r.van_id"
        " where r.id = any($1) order by r.name, r.id",
        list(round_ids),
    )


async def _stops(round_ids: Sequence[UUID]) -> list[Record]:
    return await fetch(
        "select s.id, s.round_id, s.position, s.state, s.latitude, s.longitude, s.window_from, s.window_to, s.done_at,"
        " r.state = 'in_progress' as under_way,"
        " coalesce(bool_or(o.urgent), false) as urgent,"
        " coalesce(jsonb_agg(jsonb_build_object('kind', t.kind, 'state', t.state, 'quantity', t.quantity,"
        " 'iso_class', a.iso_class, 'small', a.kind <> 'device', 'loaded', t.loaded_at is not null)"
        " order by t.position) filter (where t.id is not null), '[]') as tasks"
        " from stop s join van_round r on r.id = s.round_id left join stop_task t on t.stop_id = s.id"
        " left join article a on a.id = t.article_id left join order_line l on l.id = t.order_line_id"
        " left join customer_order o on o.id = l.order_id where s.round_id = any($1)"
        " group by s.id, r.id order by s.position, s.id",
        list(round_ids),
    )
