"""What the health of the phones hands to main."""

from __future__ import annotations

from typing import Final

from app.feature import Feature
from app.settings import Settings
from app.sync_health.routes import ROUTES
from app.sync_health.watching import watch

WATCH_SECONDS: Final = 1800


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(
        name="sync_health",
        routes=ROUTES,
        jobs={"sync_health.watch": watch},
        every={"sync_health.watch": WATCH_SECONDS},
    )
