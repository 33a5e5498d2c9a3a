"""A road map as a ``MatrixProvider``: asked in pieces, remembered by pair, and never a reason to have no plan."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from routing.planner.problem import TravelMatrix
from routing.travel.haversine import haversine_matrix
from routing.travel.provider import Cells, MapServer, MapUnavailable, Point

log = logging.getLogger("turbil.travel")

#: Sources and targets in one question: osrm-routed's own bound unless it is started with another.
AT_ONCE: Final = 100


class Pair(NamedTuple):
    """What is remembered of the way from one place to another."""

    duration_s: int
    distance_m: int


class PairMemory(Protocol):
    """Where ways are remembered; by the map that knew them."""

    async def recall(self, source: str, points: Sequence[Point]) -> Mapping[tuple[int, int], Pair]:
        """What is known between these points, by their indices."""

    async def remember(self, source: str, points: Sequence[Point], pairs: Mapping[tuple[int, int], Pair]) -> None:
        """Keep what has been learned."""


class RoadMap:
    """A ``MatrixProvider`` in front of a map's server.

    A cell that the map does not know is estimated, and the matrix then says that it is (partly) an estimate; so is the
    whole when the server does not answer. A point far from every road of the map is in ``TravelMatrix.outside``.
    """

    def __init__(self, server: MapServer, memory: PairMemory | None = None) -> None:
        self.name = server.name
        self._server = server
        self._memory = memory

    async def matrix(
        self, points: Sequence[Point], profile: str = "van", depart_at: datetime | None = None
    ) -> TravelMatrix:
        """See ``MatrixProvider.matrix``."""
        guess = haversine_matrix(points)
        if len(points) < 2:
            return TravelMatrix(guess.durations_s, guess.distances_m, estimated=False)
        known: dict[tuple[int, int], Pair] = {}
        learned: dict[tuple[int, int], Pair] = {}
        outside: set[int] = set()
        source = self.name
        try:
            source = f"{self.name} {await self._server.version(points[0])}".strip()
            if self._memory is not None:
                known.update(await self._memory.recall(source, points))
            blocks = _unknown(len(points), known)
            answers = await asyncio.gather(
                *(
                    self._server.cells([points[row] for row in rows], [points[one] for one in columns])
                    for rows, columns in blocks
                )
            )
            for cells, (rows, columns) in zip(answers, blocks, strict=True):
                outside |= _take(cells, rows, columns, learned)
        except MapUnavailable as why:
            log.warning("no road map, times are estimated: %s", why)
        learned = {pair: way for pair, way in learned.items() if not outside & set(pair)}
        if self._memory is not None and learned:
            await self._memory.remember(source, points, learned)
        known |= learned
        durations = [list(row) for row in guess.durations_s]
        distances = [list(row) for row in guess.distances_m]
        for (row, column), way in known.items():
            durations[row][column], distances[row][column] = way
        return TravelMatrix(
            tuple(map(tuple, durations)),
            tuple(map(tuple, distances)),
            estimated=len(known) < len(points) * (len(points) - 1),
            outside=frozenset(outside),
        )


def _unknown(size: int, known: Mapping[tuple[int, int], Pair]) -> list[tuple[list[int], list[int]]]:
    """Blocks of rows and columns that cover every pair that is not known: a new stop costs its row and its column."""
    lacking = [
        {column for column in range(size) if column != row and (row, column) not in known} for row in range(size)
    ]
    whole = [row for row in range(size) if len(lacking[row]) > size // 2]
    rest = sorted({column for row in range(size) if row not in set(whole) for column in lacking[row]})
    blocks = [(rows, columns) for rows in _cut(whole) for columns in _cut(list(range(size)))]
    few = [row for row in range(size) if row not in set(whole) and lacking[row]]
    return blocks + [(rows, columns) for rows in _cut(few) for columns in _cut(rest)]


def _cut(numbers: list[int]) -> list[list[int]]:
    return [numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE)]


def _take(cells: Cells, rows: Sequence[int], columns: Sequence[int], learned: dict[tuple[int, int], Pair]) -> set[int]:
    for row, durations, distances in zip(rows, cells.durations_s, cells.distances_m, strict=True):
        for column, duration, distance in zip(columns, durations, distances, strict=True):
            if row != column and duration is not None and distance is not None:
                learned[row, column] = Pair(round(duration), round(distance))
    sources, targets = cells.off_map
    return {rows[index] for index in sources} | {columns[index] for index in targets}
