"""OSRM's table service over HTTP (osrm-routed, project-osrm.org/docs/http)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import httpx
import msgspec

from routing.travel.provider import Cells, MapUnavailable, Point

#: A door this far from the nearest road of the map lies outside the map.
OFF_MAP_M: Final = 5_000


class Osrm:
    """See ``MapServer``. Only coordinates are sent, to a server of the centre's own (TURBIL_OSRM)."""

    name = "osrm"

    def __init__(self, url: str, client: httpx.AsyncClient) -> None:
        self._url = url.rstrip("/")
        self._client = client

    async def version(self, near: Point) -> str:
        """What osrm-extract was told by ``--data_version``."""
        answer = await self._get(f"/nearest/v1/driving/{_text([near])}", {})
        return str(answer.get("data_version", ""))

    async def cells(self, sources: Sequence[Point], targets: Sequence[Point]) -> Cells:
        """See ``MapServer.cells``; a way that OSRM does not know is null in its answer."""
        last = len(sources) + len(targets)
        options = {
            "annotations": "duration,distance",
            "generate_hints": "false",
            "sources": ";".join(map(str, range(len(sources)))),
            "destinations": ";".join(map(str, range(len(sources), last))),
        }
        answer = await self._get(f"/table/v1/driving/{_text([*sources, *targets])}", options)
        try:
            durations, distances = answer["durations"], answer["distances"]
            off = tuple(
                frozenset(index for index, place in enumerate(answer[side]) if place["distance"] > OFF_MAP_M)
                for side in ("sources", "destinations")
            )
        except (KeyError, TypeError) as fault:
            raise MapUnavailable(f"osrm: no table in the answer ({fault})") from None
        for rows in (durations, distances):
            if len(rows) != len(sources) or any(len(row) != len(targets) for row in rows):
                raise MapUnavailable("osrm: a table of another size")
        return Cells(durations, distances, (off[0], off[1]))

    async def _get(self, path: str, options: dict[str, str]) -> dict[str, Any]:
        try:
            response = await self._client.get(self._url + path, params=options)
            answer = msgspec.json.decode(response.content)
        except (httpx.HTTPError, msgspec.DecodeError, UnicodeError) as fault:
            raise MapUnavailable(f"osrm: {type(fault).__name__}") from None
        if not isinstance(answer, dict) or answer.get("code") != "Ok":
            code = answer.get("code", "no code") if isinstance(answer, dict) else "no object"
            raise MapUnavailable(f"osrm: {response.status_code} {code}")
        return answer


def _text(points: Sequence[Point]) -> str:
    """East before north, as OSRM wants it."""
    return ";".join(f"{point.longitude:.6f},{point.latitude:.6f}" for point in points)
