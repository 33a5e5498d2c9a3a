"""Which map the settings name."""

from __future__ import annotations

from functools import lru_cache

from app.settings import Settings
from routing.travel.haversine import Haversine
from routing.travel.provider import MatrixProvider

#: A table of two hundred places takes a tenth of a second; a server that has not answered by then is not there.
TIMEOUT_SECONDS = 10.0


@lru_cache(maxsize=4)
def provider(settings: Settings) -> MatrixProvider:
    """OSRM or Valhalla where the settings name one, with ways remembered in the database; else estimates."""
    if settings.osrm is None and settings.valhalla is None:
        return Haversine()
    # Loaded when a map is named: the server's start does not wait for it.
    import httpx

    from routing.travel.memory import DatabaseMemory
    from routing.travel.osrm import Osrm
    from routing.travel.road_map import RoadMap
    from routing.travel.valhalla import Valhalla

    # No proxy of the environment: the map is a server of the house.
    client = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)
    if settings.osrm is not None:
        return RoadMap(Osrm(settings.osrm, client), DatabaseMemory())
    return RoadMap(Valhalla(settings.valhalla or "", client), DatabaseMemory())
