"""Estimated travel: near enough to arithmetic done by hand, and honest about being an estimate."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.travel import Haversine, MatrixProvider, Point, haversine_matrix

BODEN, LULEA = Point(65.825, 21.689), Point(65.584, 22.155)

points = st.builds(Point, st.floats(54, 70), st.floats(10, 25))


async def test_two_towns() -> None:
    """34.3 km as the crow flies; the road between them is 36 km by the signs and takes about half an hour."""
    provider: MatrixProvider = Haversine()
    matrix = await provider.matrix([BODEN, LULEA])
    assert matrix.estimated
    assert 44_000 < matrix.distances_m[0][1] < 45_500, "34.3 km, lengthened by 1.3"
    # 2 km at 25, 8 km at 45 and the rest at 70 km/h.
    assert matrix.durations_s[0][1] == pytest.approx(288 + 640 + (matrix.distances_m[0][1] - 10_000) * 3.6 / 70, abs=1)
    assert matrix.durations_s[0][1] == matrix.durations_s[1][0]


def test_across_the_street_and_across_the_country() -> None:
    near = haversine_matrix([BODEN, Point(BODEN.latitude + 0.001, BODEN.longitude)])
    assert near.distances_m[0][1] == 145
    assert near.durations_s[0][1] == 21, "145 m at 25 km/h"
    far = haversine_matrix([BODEN, Point(59.3, 18.0)])
    assert 3600 * far.distances_m[0][1] / 1000 / far.durations_s[0][1] == pytest.approx(84, abs=1), (
        "km/h at the most 85"
    )


def test_no_points_and_one_point() -> None:
    assert haversine_matrix([]).size == 0
    assert haversine_matrix([BODEN]).durations_s == ((0,),)


@pytest.mark.parametrize("wrong", [Point(91, 0), Point(0, 181), Point(float("nan"), 0)])
def test_a_point_that_is_not_on_the_ground_is_refused(wrong: Point) -> None:
    with pytest.raises(ValueError, match="not on the ground"):
        haversine_matrix([BODEN, wrong])


@settings(max_examples=50)
@given(st.lists(points, min_size=3, max_size=6))
def test_a_stop_on_the_way_never_saves_time_and_there_is_as_far_as_back(doors: list[Point]) -> None:
    matrix = haversine_matrix(doors)
    for numbers in (matrix.durations_s, matrix.distances_m):
        for one in range(len(doors)):
            assert numbers[one][one] == 0
            for other in range(len(doors)):
                assert numbers[one][other] == numbers[other][one]
                # Two rounded legs against one: a second is rounding.
                assert all(numbers[one][other] <= numbers[one][by] + numbers[by][other] + 1 for by in range(len(doors)))


def test_two_hundred_stops_take_at_most_20_ms_of_the_processor() -> None:
    doors = [Point(59 + row / 100, 16 + row % 7 / 10) for row in range(200)]
    haversine_matrix(doors[:2])
    spent = []
    for _ in range(5):
        before = time.process_time()
        haversine_matrix(doors)
        spent.append(time.process_time() - before)
    assert min(spent) <= 0.020, spent


def test_the_estimates_are_those_that_phones_make() -> None:
    """The same vectors as pwa/client/src/state/times-ahead.test.ts."""
    path = Path(__file__).parents[2] / "vectors" / "travel_estimates.json"
    for vector in json.loads(path.read_text(encoding="utf-8"))["vectors"]:
        ends = [Point(*vector["from"]), Point(*vector["to"])]
        assert haversine_matrix(ends).durations_s[0][1] == vector["seconds"]
