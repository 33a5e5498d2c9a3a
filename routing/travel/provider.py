"""Who knows how long the way is: arithmetic, or a road map on a server of the centre's own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from routing.planner.problem import TravelMatrix


class Point(NamedTuple):
    """A place on the ground in degrees (WGS 84): latitude -90..90 north, longitude -180..180 east."""

    latitude: float
    longitude: float


class MatrixProvider(Protocol):
    """Travel times and distances between all pairs of places."""

    @property
    def name(self) -> str:
        """For the log and for the screen that says where the times come from."""

    async def matrix(
        self, points: Sequence[Point], profile: str = "van", depart_at: datetime | None = None
    ) -> TravelMatrix:
        """The matrix of n points: seconds and metres from each (row) to each (column).

        A provider that cannot be reached, or that knows no way between two places, fills in estimates and says so
        (``TravelMatrix.estimated``); it does not fail.

        Args:
            points: n places, in the order of the matrix's rows.
            profile: kind of vehicle; a provider with one kind only takes no notice.
            depart_at: for providers that know the traffic of the hour.

        Raises:
            ValueError: a point that is not on the ground.
        """


class Cells(NamedTuple):
    """What a map's server answers for some sources (rows) and targets (columns).

    Attributes:
        durations_s, distances_m: None where it knows no way.
        off_map: indices of sources and of targets that lie far from every road of the map.
    """

    durations_s: list[list[float | None]]
    distances_m: list[list[float | None]]
    off_map: tuple[frozenset[int], frozenset[int]] = (frozenset(), frozenset())


class MapServer(Protocol):
    """A road map behind HTTP."""

    name: str

    async def version(self, near: Point) -> str:
        """Which map it is: what has been learned of another one is no longer true. Empty when it does not say."""

    async def cells(self, sources: Sequence[Point], targets: Sequence[Point]) -> Cells:
        """Ask for some sources and targets.

        Raises:
            MapUnavailable: it does not answer, or not with numbers.
        """


class MapUnavailable(Exception):
    """A map's server does not answer as it should; the message says how, without addresses."""
