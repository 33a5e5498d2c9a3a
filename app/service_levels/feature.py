"""What the follow-up of promises hands to main."""

from __future__ import annotations

from app.feature import Feature
from app.service_levels.routes import ROUTES
from app.settings import Settings


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="service_levels", routes=ROUTES)
