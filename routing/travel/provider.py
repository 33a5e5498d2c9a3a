"""Who knows how long the way is. One of many: later a road map on the centre's own server."""

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

        Args:
            points: n places, in the order of the matrix's rows.
            profile: kind of vehicle; a provider with one kind only takes no notice.
            depart_at: for providers that know the traffic of the hour.

        Raises:
            ValueError: a point that is not on the ground.
        """
