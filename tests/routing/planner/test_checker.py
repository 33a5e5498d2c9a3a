"""The checker must see each kind of fault: a sound plan is broken in one place at a time."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from routing.planner import Plan, PlannedVisit, Route, Unserved, check, schedule
from tests.routing.planner.problems import MINUTE, line, problem, van, visit

ASKED = problem(
    visit(1, service=5, window=(10, 20), deliver=(2,)),
    visit(3, service=5, window=(15, 40), collect=(2,)),
    visit(None, name="nowhere"),
    visit(2, name="too_far", window=(None, 1)),
    vans=[van(shift=(0, 60), capacity=(2,))],
    travel=line(4, missing=[(3, 1), (2, 3)]),
)
SOUND = Plan(
    routes=(schedule(ASKED, ASKED.vans[0], ["p1", "p3"]),),
    unserved=(Unserved("too_far", "window"), Unserved("nowhere", "no_position")),
    estimated=True,
    solver="hand",
)
ROUTE = SOUND.routes[0]


def _route(**changes: object) -> Plan:
    return msgspec.structs.replace(SOUND, routes=(msgspec.structs.replace(ROUTE, **changes),))


def _first(**changes: object) -> Plan:
    return _route(visits=(msgspec.structs.replace(ROUTE.visits[0], **changes), *ROUTE.visits[1:]))


def _moved(minutes: int) -> Plan:
    """The whole tour earlier or later."""
    seconds = minutes * MINUTE
    visits = tuple(
        msgspec.structs.replace(
            v, arrive_s=v.arrive_s + seconds, start_s=v.start_s + seconds, leave_s=v.leave_s + seconds
        )
        for v in ROUTE.visits
    )
    return _route(visits=visits, depart_s=ROUTE.depart_s + seconds, return_s=ROUTE.return_s + seconds)


def test_a_sound_plan_passes() -> None:
    assert check(ASKED, SOUND) == ()


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (lambda: msgspec.structs.replace(SOUND, unserved=SOUND.unserved[1:]), "too_far: forgotten"),
        (lambda: msgspec.structs.replace(SOUND, unserved=(*SOUND.unserved, Unserved("p1", "window"))), "p1: 2 times"),
        (lambda: msgspec.structs.replace(SOUND, unserved=(*SOUND.unserved, Unserved("x", "window"))), "x: not asked"),
        (
            lambda: msgspec.structs.replace(SOUND, unserved=(Unserved("too_far", "no_position"), SOUND.unserved[1])),
            "too_far: said to have no position",
        ),
        (lambda: msgspec.structs.replace(SOUND, routes=(ROUTE, _empty())), "van van: drives 2 routes"),
        (lambda: msgspec.structs.replace(SOUND, estimated=False), "estimated"),
        (lambda: _route(van_id="other"), "van other: not ours"),
        (lambda: _route(visits=(*ROUTE.visits, _planned("nowhere"))), "nowhere: driven to without a position"),
        (lambda: _route(visits=ROUTE.visits[::-1]), "p1: no way there"),
        (lambda: _route(depart_s=ROUTE.depart_s + 60), "p1: reached before the roads allow"),
        (lambda: _first(start_s=ROUTE.visits[0].arrive_s - 60), "p1: started before arrival"),
        (lambda: _first(leave_s=ROUTE.visits[0].leave_s - 60), "p1: left before the work is done"),
        (lambda: _moved(-5), "p1: before its window"),
        (lambda: _moved(15), "p1: after its window"),
        (lambda: _moved(36), "van van: is home after its shift"),
        (lambda: _route(return_s=ROUTE.return_s - 1), "van van: is home before it can be"),
        (lambda: _route(travel_s=ROUTE.travel_s - 1), "where the roads say"),
        (lambda: _route(distance_m=ROUTE.distance_m - 1), "where the roads say"),
    ],
)
def test_each_fault_is_seen(plan: Callable[[], Plan], words: str) -> None:
    assert any(words in fault for fault in check(ASKED, plan())), check(ASKED, plan())


def test_a_van_that_leaves_before_its_shift_is_seen() -> None:
    early = msgspec.structs.replace(ASKED, vans=(van(shift=(20, 60), capacity=(2,)),))
    assert "van van: leaves before its shift" in check(early, SOUND)


def test_too_much_on_board_is_seen_though_each_visit_fits_alone() -> None:
    """Collecting before delivering holds both at once; the other way round the van has room."""
    asked = problem(visit(1, collect=(2,)), visit(2, deliver=(2,)), vans=[van(capacity=(2,))])
    plans = {
        order: Plan(routes=(schedule(asked, asked.vans[0], order),), unserved=(), estimated=True, solver="hand")
        for order in (("p1", "p2"), ("p2", "p1"))
    }
    assert check(asked, plans["p1", "p2"]) == ("van van: 4 of load 0 where it takes 2",)
    assert check(asked, plans["p2", "p1"]) == ()


def _empty() -> Route:
    return schedule(ASKED, ASKED.vans[0], [])


def _planned(name: str) -> PlannedVisit:
    return msgspec.structs.replace(ROUTE.visits[-1], visit_id=name)
