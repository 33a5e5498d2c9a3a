"""Problems out of Hypothesis: every kind of demand the planner knows, mixed, and small enough to search in a blink."""

from __future__ import annotations

import msgspec
from hypothesis import strategies as st

from routing.planner import Price, Problem, Shipment, TravelMatrix, Van, Visit

HOUR = 3600
SKILLS = ("two_persons", "tail_lift", "electrician")
PLACES = 7

_moments = st.integers(0, 12).map(lambda half_hours: 7 * HOUR + half_hours * HOUR // 2)


@st.composite
def _travel(draw: st.DrawFn) -> TravelMatrix:
    """Roads that need not be as long back as there, and pairs without a way now and then."""
    cells = draw(st.lists(st.integers(30, 3000), min_size=PLACES * PLACES, max_size=PLACES * PLACES))
    rows = tuple(
        tuple(0 if row == column else cells[row * PLACES + column] for column in range(PLACES)) for row in range(PLACES)
    )
    pairs = st.tuples(st.integers(0, PLACES - 1), st.integers(1, PLACES - 1)).filter(lambda pair: pair[0] != pair[1])
    missing = draw(st.frozensets(pairs, max_size=2))
    return TravelMatrix(
        rows, tuple(tuple(cell * 12 for cell in row) for row in rows), estimated=draw(st.booleans()), missing=missing
    )


@st.composite
def _van(draw: st.DrawFn, number: int, dimensions: int) -> Van:
    begins = draw(_moments)
    lunch = draw(st.booleans())
    return Van(
        id=f"van{number}",
        start=draw(st.integers(0, 1)),
        end=draw(st.integers(0, 1)),
        shift_from_s=begins,
        shift_to_s=begins + draw(st.integers(1, 9)) * HOUR,
        max_duty_s=draw(st.none() | st.integers(1, 8).map(lambda hours: hours * HOUR)),
        break_s=1800 if lunch else 0,
        break_from_s=11 * HOUR if lunch else 0,
        break_to_s=draw(st.sampled_from((12, 13))) * HOUR if lunch else 0,
        capacity=tuple(draw(st.integers(0, 4)) for _ in range(dimensions)),
        on_board=tuple(draw(st.integers(0, 1)) for _ in range(dimensions)) if draw(st.booleans()) else (),
        skills=frozenset(draw(st.sets(st.sampled_from(SKILLS), max_size=2))),
    )


@st.composite
def _visit(draw: st.DrawFn, number: int, dimensions: int, vans: int) -> Visit:
    load = st.just(()) | st.tuples(*(st.integers(0, 2) for _ in range(dimensions)))
    opens = draw(st.none() | _moments)
    return Visit(
        id=f"s{number}",
        place=draw(st.none() | st.integers(0, PLACES - 1))
        if draw(st.integers(0, 9)) == 0
        else draw(st.integers(0, PLACES - 1)),
        service_s=draw(st.sampled_from((0, 300, 900, 5400))),
        window_from_s=opens,
        window_to_s=None if opens is None else opens + draw(st.sampled_from((0, 1800, 7200))),
        started_by_s=draw(st.none() | _moments),
        done_by_s=draw(st.none() | _moments),
        deliver=draw(load),
        collect=draw(load),
        skills=frozenset(draw(st.sets(st.sampled_from(SKILLS), max_size=1))),
        vans=frozenset({f"van{draw(st.integers(0, vans))}"}) if draw(st.integers(0, 5)) == 0 else frozenset(),
        worth_s=draw(st.none() | st.integers(0, 20_000)),
    )


@st.composite
def problems(draw: st.DrawFn, most: int = 9) -> Problem:
    """A problem; it may well have no solution at all."""
    dimensions = draw(st.integers(0, 2))
    count = draw(st.integers(1, 3))
    vans = [draw(_van(number, dimensions)) for number in range(count)]
    visits = [draw(_visit(number, dimensions, count)) for number in range(draw(st.integers(0, most)))]
    placed = [visit.id for visit in visits if visit.place is not None]
    shipments = []
    while len(placed) >= 2 and draw(st.integers(0, 3)) == 0:
        first, second = placed.pop(), placed.pop()
        amount = tuple(draw(st.integers(0, 2)) for _ in range(dimensions))
        shipments.append(Shipment(pick_up=first, set_down=second, amount=amount))
        visits = [
            msgspec.structs.replace(one, deliver=(), collect=()) if one.id in {first, second} else one for one in visits
        ]
    if placed and draw(st.integers(0, 3)) == 0:
        # Driving there already: pinned first, for a van that can.
        visits = [
            msgspec.structs.replace(one, skills=frozenset(), vans=frozenset(), deliver=(), collect=(), window_to_s=None)
            if one.id == placed[0]
            else one
            for one in visits
        ]
        vans[0] = msgspec.structs.replace(
            vans[0], first=(placed[0],), on_board=(), shift_to_s=24 * HOUR, max_duty_s=None, break_s=0
        )
    travel = draw(_travel())
    if vans[0].first:
        travel = msgspec.structs.replace(travel, missing=frozenset())
    return Problem(
        visits=tuple(visits),
        vans=tuple(vans),
        travel=travel,
        shipments=tuple(shipments),
        price=draw(st.sampled_from((Price(1, 1), Price(1, 0)))),
    )
