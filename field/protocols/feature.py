"""What service protocols hand to main: the bundle of templates. Signed protocols come with work order commands."""

from __future__ import annotations

from app.feature import Feature
from app.settings import Settings
from field.protocols.routes import ROUTES
from field.protocols.view import BUNDLE_VIEW


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="protocols", views=(BUNDLE_VIEW,), routes=ROUTES)
