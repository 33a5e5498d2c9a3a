"""Valhalla's matrix service over HTTP (``/sources_to_targets``, valhalla.github.io)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from routing.travel.provider import Cells, MapUnavailable, Point


class Valhalla:
    """See ``MapServer``. Only coordinates are sent, to a server of the centre's own (TURBIL_VALHALLA).

    Valhalla refuses a whole matrix for one point that has no road to the others, so a refused question is asked again
    in halves until the point stands alone.
    """

    name = "valhalla"

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self._url = url.rstrip("/")
        self._client = client

    async def version(self, near: Point) -> str:
        """When its tiles were last changed."""
        try:
            response = await self._client.get(self._url + "/status")
            return str(response.json().get("tileset_last_modified", ""))
        except (httpx.HTTPError, ValueError, AttributeError) as fault:
            raise MapUnavailable(f"valhalla: {type(fault).__name__}") from None

    async def cells(self, sources: Sequence[Point], targets: Sequence[Point]) -> Cells:
        """See ``MapServer.cells``."""
        question = {"sources": _places(sources), "targets": _places(targets), "costing": "auto", "verbose": True}
        try:
            response = await self._client.post(self._url + "/sources_to_targets", json=question)
            answer = response.json()
        except (httpx.HTTPError, ValueError) as fault:
            raise MapUnavailable(f"valhalla: {type(fault).__name__}") from None
        if response.status_code == httpx.codes.BAD_REQUEST and isinstance(answer, dict) and "error_code" in answer:
            return await self._in_halves(sources, targets)
        try:
            rows = answer["sources_to_targets"]
            durations = [[_number(cell["time"]) for cell in row] for row in rows]
            # It counts in kilometres unless told otherwise.
            distances = [[_metres(cell["distance"]) for cell in row] for row in rows]
        except (KeyError, TypeError) as fault:
            raise MapUnavailable(f"valhalla: no matrix in the answer ({fault})") from None
        if len(durations) != len(sources) or any(len(row) != len(targets) for row in durations):
            raise MapUnavailable("valhalla: a matrix of another size")
        return Cells(durations, distances)

    async def _in_halves(self, sources: Sequence[Point], targets: Sequence[Point]) -> Cells:
        if len(sources) == 1 and len(targets) == 1:
            return Cells([[None]], [[None]])
        if len(sources) >= len(targets):
            middle = len(sources) // 2
            upper, lower = await self.cells(sources[:middle], targets), await self.cells(sources[middle:], targets)
            return Cells(upper.durations_s + lower.durations_s, upper.distances_m + lower.distances_m)
        middle = len(targets) // 2
        left, right = await self.cells(sources, targets[:middle]), await self.cells(sources, targets[middle:])
        return Cells(
            [[*one, *other] for one, other in zip(left.durations_s, right.durations_s, strict=True)],
            [[*one, *other] for one, other in zip(left.distances_m, right.distances_m, strict=True)],
        )


def _places(points: Sequence[Point]) -> list[dict[str, float]]:
    return [{"lat": round(point.latitude, 6), "lon": round(point.longitude, 6)} for point in points]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _metres(kilometres: Any) -> float | None:
    return None if kilometres is None else 1000 * float(kilometres)
