"""Whether a position can be right: Swedish addresses lie in Sweden, and north comes before east."""

from __future__ import annotations

from typing import Final

from routing.planner.problem import Placeless
from routing.travel.provider import Point

#: Sweden's outermost points, rounded outwards: south, north, west, east.
SWEDEN: Final = (55.0, 69.2, 10.5, 24.5)


def misplaced(point: Point) -> Placeless | None:
    """Why a position cannot be an address's: its numbers have changed places, or it lies in no part of the country."""
    if _inside(point.latitude, point.longitude):
        return None
    return "swapped" if _inside(point.longitude, point.latitude) else "outside_map"


def _inside(latitude: float, longitude: float) -> bool:
    south, north, west, east = SWEDEN
    return south <= latitude <= north and west <= longitude <= east
