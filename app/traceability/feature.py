"""What traceability hands to main."""

from __future__ import annotations

from app.feature import Feature
from app.settings import Settings
from app.traceability.recall_routes import RECALL_ROUTES
from app.traceability.routes import ROUTES


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="traceability", routes=(*ROUTES, *RECALL_ROUTES))
