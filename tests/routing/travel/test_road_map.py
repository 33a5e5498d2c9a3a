"""A road map behind HTTP: asked in pieces, remembered by pair, estimated where it knows nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
import pytest

from app.database import Database, execute, fetch_value
from app.settings import Settings
from routing.travel import Haversine, Point, haversine_matrix, misplaced, provider
from routing.travel.memory import DatabaseMemory, forget_ways
from routing.travel.osrm import Osrm
from routing.travel.provider import Cells, MapUnavailable
from routing.travel.road_map import Pair, RoadMap
from routing.travel.valhalla import Valhalla

PLACES = tuple(Point(65.58 + number / 1000, 22.15 + number / 1000) for number in range(5))


class Grid:
    """A map's server in memory: a second for each step between numbers, except the ways it does not know."""

    name = "grid"

    def __init__(self, *, unknown: frozenset[tuple[int, int]] = frozenset(), off: frozenset[int] = frozenset()) -> None:
        self.unknown, self.off = unknown, off
        self.asked: list[tuple[int, int]] = []
        self.map = "spring"

    async def version(self, near: Point) -> str:
        assert near in PLACES
        return self.map

    async def cells(self, sources: Sequence[Point], targets: Sequence[Point]) -> Cells:
        self.asked.append((len(sources), len(targets)))
        rows, columns = [PLACES.index(one) for one in sources], [PLACES.index(one) for one in targets]
        cells = [
            [None if (row, column) in self.unknown else abs(row - column) * 10.4 for column in columns] for row in rows
        ]
        off = tuple(frozenset(n for n, place in enumerate(side) if place in self.off) for side in (rows, columns))
        return Cells(cells, cells, (off[0], off[1]))


class Memory:
    """See ``PairMemory``: a dictionary."""

    def __init__(self) -> None:
        self.ways: dict[tuple[str, Point, Point], Pair] = {}

    async def recall(self, source: str, points: Sequence[Point]) -> Mapping[tuple[int, int], Pair]:
        return {
            (row, column): self.ways[source, one, other]
            for row, one in enumerate(points)
            for column, other in enumerate(points)
            if (source, one, other) in self.ways
        }

    async def remember(self, source: str, points: Sequence[Point], pairs: Mapping[tuple[int, int], Pair]) -> None:
        self.ways |= {(source, points[row], points[column]): way for (row, column), way in pairs.items()}


async def test_a_way_that_the_map_does_not_know_is_estimated_and_the_others_are_not() -> None:
    guess = haversine_matrix(PLACES)
    matrix = await RoadMap(Grid(unknown=frozenset({(1, 3)}))).matrix(PLACES)
    assert matrix.durations_s[0][4] == 42
    assert matrix.durations_s[1][3] == guess.durations_s[1][3]
    assert matrix.estimated, "one cell is enough to say so"
    assert not (await RoadMap(Grid()).matrix(PLACES)).estimated
    assert matrix.missing == frozenset()


async def test_a_new_stop_costs_its_row_and_its_column() -> None:
    grid, memory = Grid(), Memory()
    road = RoadMap(grid, memory)
    await road.matrix(PLACES[:4])
    grid.asked.clear()
    matrix = await road.matrix(PLACES)
    assert sorted(grid.asked) == [(1, 5), (4, 1)]
    assert not matrix.estimated
    grid.asked.clear()
    assert await road.matrix(PLACES) == matrix
    assert grid.asked == [], "all is known"
    grid.map = "summer"
    await road.matrix(PLACES)
    assert grid.asked == [(5, 5)], "another map may know other ways"


async def test_many_places_are_asked_for_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("routing.travel.road_map.AT_ONCE", 2)
    grid = Grid()
    matrix = await RoadMap(grid).matrix(PLACES)
    assert max(max(pair) for pair in grid.asked) == 2
    assert [row[0] for row in matrix.durations_s] == [0, 10, 21, 31, 42]


async def test_a_server_that_does_not_answer_gives_estimates_and_a_line_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Down(Grid):
        async def cells(self, sources: Sequence[Point], targets: Sequence[Point]) -> Cells:
            raise MapUnavailable("grid: ConnectError")

    memory = Memory()
    assert await RoadMap(Down(), memory).matrix(PLACES) == haversine_matrix(PLACES)
    assert memory.ways == {}, "an estimate is not remembered"
    assert "times are estimated: grid: ConnectError" in caplog.text


async def test_a_place_far_from_every_road_is_outside_and_never_remembered() -> None:
    memory = Memory()
    matrix = await RoadMap(Grid(off=frozenset({2})), memory).matrix(PLACES)
    assert matrix.outside == frozenset({2})
    assert not any(PLACES[2] in way for way in memory.ways)


async def test_ways_are_kept_in_the_database_until_nobody_asks(database: Database) -> None:
    memory = DatabaseMemory()
    known = {(0, 1): Pair(60, 900), (1, 0): Pair(70, 950)}
    await memory.remember("osrm v1", PLACES, known)
    await memory.remember("osrm v1", PLACES, {(0, 1): Pair(61, 901)})
    nearly = (Point(PLACES[1].latitude + 4e-6, PLACES[1].longitude), PLACES[0])
    assert await memory.recall("osrm v1", nearly) == {(1, 0): Pair(61, 901), (0, 1): Pair(70, 950)}
    assert await memory.recall("osrm v2", PLACES) == {}
    twice = (PLACES[0], PLACES[0], PLACES[1])
    assert set(await memory.recall("osrm v1", twice)) == {(0, 2), (1, 2), (2, 0), (2, 1)}
    await execute("update travel_pair set asked_on = current_date - 60 where duration_s = 61")
    await execute("update travel_pair set asked_on = current_date - 100 where duration_s = 70")
    await memory.recall("osrm v1", PLACES[:1])
    await forget_ways({})
    assert await fetch_value("select array_agg(duration_s) from travel_pair") == [61]
    await memory.recall("osrm v1", PLACES)
    assert await fetch_value("select asked_on = current_date from travel_pair"), "asking keeps it alive"
    assert database


# ---------------------------------------------------------------- what is said on the wire


def _client(answer: object, seen: list[httpx.Request], status: int = 200) -> httpx.AsyncClient:
    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        found = answer(request) if callable(answer) else answer
        if isinstance(found, httpx.Response):
            return found
        return httpx.Response(status, content=found if isinstance(found, bytes) else json.dumps(found).encode())

    return httpx.AsyncClient(transport=httpx.MockTransport(handle))


async def test_osrm_is_asked_with_east_before_north_and_no_names() -> None:
    seen: list[httpx.Request] = []
    place = {"distance": 3.0, "name": "Storgatan"}
    answer = {
        "code": "Ok",
        "durations": [[1.4, None]],
        "distances": [[10.0, None]],
        "sources": [place],
        "destinations": [place, {"distance": 6000.0}],
    }
    cells = await Osrm("http://map.example/", _client(answer, seen)).cells(PLACES[:1], PLACES[1:3])
    path = "/table/v1/driving/22.150000,65.580000;22.151000,65.581000;22.152000,65.582000"
    assert seen[0].url.path == path
    assert dict(seen[0].url.params)["sources"] == "0"
    assert dict(seen[0].url.params)["destinations"] == "1;2"
    assert cells == Cells([[1.4, None]], [[10.0, None]], (frozenset(), frozenset({1})))


@pytest.mark.parametrize(
    "answer",
    [
        b"no json",
        {"code": "TooBig"},
        [],
        {"code": "Ok"},
        {"code": "Ok", "durations": [[1]], "distances": [[1]], "sources": [], "destinations": []},
        httpx.ConnectError("refused"),
    ],
)
async def test_an_answer_of_osrm_that_is_none_is_told(answer: object) -> None:
    with pytest.raises(MapUnavailable, match="osrm"):
        await Osrm("http://map.example", _client(answer, [])).cells(PLACES[:1], PLACES[1:3])


async def test_valhalla_is_asked_again_in_halves_when_one_place_spoils_the_rest() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/status":
            return httpx.Response(200, json={"tileset_last_modified": 17})
        question = json.loads(request.content)
        islands = [65.582 in [place["lat"] for place in question[side]] for side in ("sources", "targets")]
        if any(islands):
            return httpx.Response(400, json={"error_code": 442, "error": "Locations are in unconnected regions"})
        cell = {"time": 60, "distance": 1.5}
        return httpx.Response(
            200, json={"sources_to_targets": [[cell for _ in question["targets"]]] * len(question["sources"])}
        )

    valhalla = Valhalla("http://map.example", _client(answer, []))
    assert await valhalla.version(PLACES[0]) == "17"
    cells = await valhalla.cells(PLACES[:3], PLACES[:3])
    assert cells.durations_s == [[60.0, 60.0, None], [60.0, 60.0, None], [None, None, None]]
    assert cells.distances_m[0][:2] == [1500.0, 1500.0]


@pytest.mark.parametrize("answer", [b"", {}, {"sources_to_targets": [[]]}, httpx.ReadTimeout("slow")])
async def test_an_answer_of_valhalla_that_is_none_is_told(answer: object) -> None:
    with pytest.raises(MapUnavailable, match="valhalla"):
        await Valhalla("http://map.example", _client(answer, [])).cells(PLACES[:1], PLACES[1:3])


# ---------------------------------------------------------------- which map, and which places can be


def test_the_settings_name_the_map(tmp_path: Path) -> None:
    assert isinstance(provider(Settings(data=tmp_path)), Haversine)
    assert provider(Settings(data=tmp_path, osrm="http://127.0.0.1:5000")).name == "osrm"
    assert provider(Settings(data=tmp_path, valhalla="http://127.0.0.1:8002")).name == "valhalla"


@pytest.mark.parametrize(
    ("point", "why"),
    [
        (Point(65.58, 22.15), None),
        (Point(55.34, 13.36), None),
        (Point(22.15, 65.58), "swapped"),
        (Point(48.85, 2.35), "outside_map"),
        (Point(0.0, 0.0), "outside_map"),
    ],
)
def test_a_position_that_cannot_be_an_address_is_told_apart(point: Point, why: str | None) -> None:
    assert misplaced(point) == why
