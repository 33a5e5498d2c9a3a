"""Ways between pairs of places, kept in the database: a plan with one new stop asks the map for that stop only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.database import execute, fetch
from routing.travel.provider import Point
from routing.travel.road_map import Pair

#: A pair is a hundred-thousandth of a degree exact, about a metre: the same door, never quite the same scan.
EXACT: Final = 100_000
#: Ways that nobody has asked about for so long are forgotten, and with them where people have lived.
KEEP_DAYS: Final = 90


class DatabaseMemory:
    """See ``PairMemory``. It holds positions, and nothing that says whose."""

    async def recall(self, source: str, points: Sequence[Point]) -> Mapping[tuple[int, int], Pair]:
        """See ``PairMemory.recall``; what is recalled counts as asked about today."""
        north, east = _keys(points)
        rows = await fetch(
            "with place as (select * from unnest($2::integer[], $3::integer[]) with ordinality as p (north, east, n)),"
            " known as (select f.n as origin, t.n as target, w.duration_s, w.distance_m, w.asked_on, w.id"
            " from travel_pair w join place f on (f.north, f.east) = (w.from_north, w.from_east)"
            " join place t on (t.north, t.east) = (w.to_north, w.to_east) where w.source = $1),"
            " fresh as (update travel_pair set asked_on = current_date where id in"
            " (select id from known where asked_on < current_date - 7))"
            " select origin, target, duration_s, distance_m from known",
            source,
            north,
            east,
        )
        return {
            (row["origin"] - 1, row["target"] - 1): Pair(row["duration_s"], row["distance_m"])
            for row in rows
            if row["origin"] != row["target"]
        }

    async def remember(self, source: str, points: Sequence[Point], pairs: Mapping[tuple[int, int], Pair]) -> None:
        """See ``PairMemory.remember``."""
        north, east = _keys(points)
        columns: list[list[int]] = [[], [], [], [], [], []]
        for (origin, target), way in pairs.items():
            values = (north[origin], east[origin], north[target], east[target], way.duration_s, way.distance_m)
            for column, value in zip(columns, values, strict=True):
                column.append(value)
        await execute(
            "insert into travel_pair (source, from_north, from_east, to_north, to_east, duration_s, distance_m)"
            " select distinct on (2, 3, 4, 5) $1::text, * from unnest($2::integer[], $3::integer[], $4::integer[],"
            " $5::integer[], $6::integer[], $7::integer[])"
            " on conflict (source, from_north, from_east, to_north, to_east) do update set"
            " duration_s = excluded.duration_s, distance_m = excluded.distance_m, asked_on = current_date",
            source,
            *columns,
        )


async def forget_ways(_args: dict[str, Any]) -> None:
    """Forget the ways that nobody asks about."""
    await execute("delete from travel_pair where asked_on < current_date - $1::integer", KEEP_DAYS)


def _keys(points: Sequence[Point]) -> tuple[list[int], list[int]]:
    return (
        [round(point.latitude * EXACT) for point in points],
        [round(point.longitude * EXACT) for point in points],
    )
