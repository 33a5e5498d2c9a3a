"""Where addresses lie: one way to write them, the search for staff, and what a driver has seen for himself.

No address is ever asked about outside the house: the positions are imported (app/importing/addresses.py).
"""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from app.database import Record, execute, fetch

_SPACES: Final = re.compile(r"\s+")
#: What says where in the house, not which house: flat number, floor, "c/o" is a field of its own.
_INSIDE: Final = re.compile(r",?\s+(lgh|läg|vån|nb|bv)\b\.?.*$|,?\s+\d+\s*tr\b\.?.*$", re.IGNORECASE)
_LETTER: Final = re.compile(r"(\d)\s+([a-zA-Z])$")


def street_key(street: str) -> str:
    """A street address as it is looked up: one space, the letter at its number, nothing of the flat.

    ``Storgatan  12 A, lgh 1101`` is ``Storgatan 12A``. Case is the database's matter (``swedish_order``).
    """
    bare = _INSIDE.sub("", _SPACES.sub(" ", street).strip())
    return _LETTER.sub(r"\1\2", bare)


def postcode_key(postcode: str) -> str:
    """A postcode as it is stored: ``97100``."""
    return _SPACES.sub("", postcode)


async def find_addresses(region_id: UUID, prefix: str, postcode: str, limit: int) -> list[Record]:
    """Return the region's addresses that begin so, in order; ``postcode`` narrows it down where it is given."""
    escaped = re.sub(r"([\\%_])", r"\\\1", street_key(prefix))
    return await fetch(
        "select coalesce(nullif(street_name, ''), initcap(translate(street, '{|}', 'åäö'))) as street, postcode, town,"
        " latitude, longitude, source from address_position where region_id = $1"
        " and street like swedish_order($2) || '%' and ($3 = '' or postcode = $3)"
        " order by street, postcode limit $4",
        region_id,
        escaped,
        postcode_key(postcode) if postcode else "",
        limit,
    )


async def correct_position(
    region_id: UUID, *, street: str, postcode: str, town: str, latitude: float, longitude: float
) -> None:
    """Keep where a driver has found the door; no import takes it back."""
    await execute(
        "insert into address_position (region_id, postcode, street, street_name, town, latitude, longitude, source)"
        " values ($1, $2, swedish_order($3), $3, $4, $5, $6, 'driver')"
        " on conflict (region_id, postcode, street) do update set latitude = excluded.latitude,"
        " longitude = excluded.longitude, source = 'driver'",
        region_id,
        postcode_key(postcode),
        street_key(street),
        town,
        latitude,
        longitude,
    )
