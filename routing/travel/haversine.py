"""Travel by arithmetic: the distance as the crow flies, lengthened, at a speed that grows with it.

Measured against OSRM's roads in two small areas the time is off by about a sixth at the median and by almost half at
the ninetieth percentile. It is therefore always *estimated*, and everything shown of it says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from routing.planner.problem import TravelMatrix
from routing.travel.provider import Point

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius (IUGG R1)."""

DETOUR: Final = 1.3
"""Metres of road for each metre as the crow flies."""

#: (metres of road up to here, km/h on this part): the first kilometres go through streets, the rest on roads.
SPEEDS: Final = ((2_000, 25.0), (10_000, 45.0), (50_000, 70.0))
FASTEST_KMH: Final = 85.0


class Haversine:
    """A ``MatrixProvider`` that needs no map: for demos, tests, and when the map does not answer."""

    name = "haversine"

    async def matrix(
        self, points: Sequence[Point], profile: str = "van", depart_at: datetime | None = None
    ) -> TravelMatrix:
        """See ``MatrixProvider.matrix``; every vehicle and every hour is alike, and no pair is ever missing."""
        return haversine_matrix(points)


def haversine_matrix(points: Sequence[Point]) -> TravelMatrix:
    """Seconds and metres between n points, rounded to whole numbers.

    Raises:
        ValueError: a point that is not on the ground.
    """
    # Loaded when the first matrix is asked for: the server's start does not wait for it.
    import numpy as np

    for point in points:
        if not (-90 <= point.latitude <= 90 and -180 <= point.longitude <= 180):
            raise ValueError("a point is not on the ground")
    degrees = np.array(points, dtype=np.float64).reshape(-1, 2)
    latitude, longitude = np.radians(degrees[:, 0]), np.radians(degrees[:, 1])
    between_latitudes = latitude[:, None] - latitude[None, :]
    between_longitudes = longitude[:, None] - longitude[None, :]
    half_chord = (
        np.sin(between_latitudes / 2) ** 2
        + np.cos(latitude)[:, None] * np.cos(latitude)[None, :] * np.sin(between_longitudes / 2) ** 2
    )
    # Rounding can carry the antipodes a hair over 1.
    metres = DETOUR * 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half_chord, 0, 1)))
    return TravelMatrix(durations_s=_rows(_seconds(metres)), distances_m=_rows(metres), estimated=True)


def _seconds(metres: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bands are of the way driven, not of the whole distance: farther never gets quicker, and a stop on the way never
    saves time.
    """
    import numpy as np

    seconds = np.zeros_like(metres)
    begins = 0.0
    for ends, speed in SPEEDS:
        seconds += np.clip(metres - begins, 0, ends - begins) * 3.6 / speed
        begins = ends
    return np.asarray(seconds + np.maximum(metres - begins, 0) * 3.6 / FASTEST_KMH)


def _rows(numbers: NDArray[np.float64]) -> tuple[tuple[int, ...], ...]:
    return tuple(map(tuple, numbers.round().astype(int).tolist()))
