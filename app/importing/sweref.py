"""SWEREF 99 TM (EPSG:3006) to latitude and longitude: the inverse Gauss conformal projection on GRS 80.

Lantmäteriet's formulas ("Gauss Conformal Projection (Transverse Mercator)"), to the fourth power of the flattening's
ratio: exact to a millimetre within Sweden, for which no library is needed.
"""

from __future__ import annotations

import math
from typing import Final

_AXIS: Final = 6378137.0
_FLATTENING: Final = 1 / 298.257222101
_CENTRAL_MERIDIAN: Final = math.radians(15.0)
_SCALE: Final = 0.9996
_FALSE_EAST: Final = 500_000.0

_E2: Final = _FLATTENING * (2 - _FLATTENING)
_N: Final = _FLATTENING / (2 - _FLATTENING)
_RADIUS: Final = _AXIS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_DELTA: Final = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_LATITUDE: Final = (
    _E2 + _E2**2 + _E2**3 + _E2**4,
    -(7 * _E2**2 + 17 * _E2**3 + 30 * _E2**4) / 6,
    (224 * _E2**3 + 889 * _E2**4) / 120,
    -(4279 * _E2**4) / 1260,
)


def to_degrees(north: float, east: float) -> tuple[float, float]:
    """Latitude and longitude in degrees of a place in metres."""
    up, right = north / (_SCALE * _RADIUS), (east - _FALSE_EAST) / (_SCALE * _RADIUS)
    xi, eta = up, right
    for number, delta in enumerate(_DELTA, 1):
        xi -= delta * math.sin(2 * number * up) * math.cosh(2 * number * right)
        eta -= delta * math.cos(2 * number * up) * math.sinh(2 * number * right)
    phi = math.asin(math.sin(xi) / math.cosh(eta))
    sine = math.sin(phi)
    series = sum(factor * sine ** (2 * power) for power, factor in enumerate(_LATITUDE))
    latitude = phi + sine * math.cos(phi) * series
    longitude = _CENTRAL_MERIDIAN + math.atan(math.sinh(eta) / math.cos(xi))
    return math.degrees(latitude), math.degrees(longitude)
