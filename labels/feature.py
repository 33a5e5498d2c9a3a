"""What the labels room hands to main: printing, and the sentence for a label that nobody knows."""

from __future__ import annotations

from app.feature import Feature
from app.settings import Settings
from labels.routes import label_routes

SENTENCES = {
    "label.unknown": (
        "Etiketten känns inte igen. Det du gjorde är sparat och planeringen tar reda på vilket hjälpmedel det är.",
        "The label is not known. What you did is saved, and the planners find out which device it is.",
    ),
}


def feature(settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="labels", routes=label_routes(settings), sentences=SENTENCES)
