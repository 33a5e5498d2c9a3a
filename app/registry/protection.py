"""Protected identity: what is shown instead of a name, and that the rest is not shown at all (SR-40)."""

from __future__ import annotations

from typing import Any, Final

PROTECTED_NAME: Final = "Skyddad identitet"

HOLDER_LABEL: Final = "Brukare"
"""What a technician's device card says instead of a person's name (domain model 5.6)."""

CONTACT_FIELDS: Final = (
    "name",
    "phone",
    "care_of",
    "street",
    "postcode",
    "town",
    "entry_code",
    "instructions",
)


def hidden_contact(name: str = PROTECTED_NAME) -> dict[str, Any]:
    """Return a contact with nothing in it but ``name``."""
    return {**dict.fromkeys(CONTACT_FIELDS, ""), "name": name}
