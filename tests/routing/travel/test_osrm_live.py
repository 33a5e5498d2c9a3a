"""A real osrm-routed on loopback over a real extract; skipped until ``python -m benchmarks.routing.osrm`` fetched it.

`make soak` and `make bench-routing` fetch it; `make test` asks nobody but this machine.
"""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from benchmarks.routing import osrm
from routing.planner import Price, Problem, Van, Visit, check
from routing.travel import Point, haversine_matrix
from routing.travel.osrm import Osrm
from routing.travel.road_map import RoadMap
from tests.routing.planner.searching import solve

pytestmark = pytest.mark.skipif(not osrm.ready(), reason="python -m benchmarks.routing.osrm fetches the map")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where osrm-routed answers."""
    with osrm.serving() as url:
        yield url


def _grid(side: int) -> list[Point]:
    (south, west), (north, east) = osrm.HELSINKI
    steps = [number / (side - 1) for number in range(side)]
    return [Point(south + (north - south) * up, west + (east - west) * right) for up in steps for right in steps]


async def test_a_real_map_gives_a_whole_matrix_and_a_plan(address: str) -> None:
    points = _grid(12)
    async with httpx.AsyncClient(trust_env=False) as client:
        server = Osrm(address, client)
        assert await server.version(points[0]) == "helsinki"
        matrix = await RoadMap(server).matrix(points)
    guess = haversine_matrix(points)
    assert matrix.size == 144, "more than the server takes at once"
    assert matrix.outside == frozenset()
    differ = sum(
        a != b
        for row, other in zip(matrix.durations_s, guess.durations_s, strict=True)
        for a, b in zip(row, other, strict=True)
    )
    # Some corners of the grid lie on islands of the extract's streets: their cells are the estimate.
    assert differ > 0.4 * 144 * 143
    assert matrix.estimated
    asked = Problem(
        visits=tuple(Visit(id=f"s{number}", place=number, service_s=300) for number in range(1, 40)),
        vans=(Van(id="van", start=0, end=0, shift_from_s=0, shift_to_s=36_000),),
        travel=matrix,
        price=Price(),
    )
    plan = solve(asked)
    assert check(asked, plan) == ()
    assert plan.unserved == ()


async def test_a_place_in_another_country_is_outside_the_map(address: str) -> None:
    points = [*_grid(2), Point(65.58, 22.15)]
    async with httpx.AsyncClient(trust_env=False) as client:
        matrix = await RoadMap(Osrm(address, client)).matrix(points)
    assert matrix.outside == frozenset({4})
    assert matrix.durations_s[0][4] == haversine_matrix(points).durations_s[0][4], "its cells are estimates"
