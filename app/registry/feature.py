"""What the registry hands to main. The phone's device cards are handed in by field/work_orders: orders decide which."""

from __future__ import annotations

from app.feature import Feature
from app.registry.routes import ROUTES
from app.settings import Settings

SENTENCES = {
    "holding.one_holder": (
        "Välj en brukare eller en vårdenhet, inte båda.",
        "Choose a user or a care unit, not both.",
    ),
    "holding.no_device": ("Hjälpmedlet finns inte.", "There is no such device."),
    "holding.scrapped": (
        "Hjälpmedlet är skrotat. Kontrollera numret.",
        "The device is scrapped. Check the number.",
    ),
    "holding.before_last": (
        "Tiden är före hjälpmedlets senaste byte. Kontrollera tiden.",
        "The time is before the device last changed hands. Check the time.",
    ),
    "holding.none_open": (
        "Ingen har hjälpmedlet just nu. Kontrollera numret.",
        "Nobody has the device right now. Check the number.",
    ),
}


def feature(_settings: Settings) -> Feature:
    """Return the feature."""
    return Feature(name="registry", routes=ROUTES, sentences=SENTENCES)
