"""How much room goods take and how long they take at the door, by the ISO 9999 class of their article.

The numbers are assumptions of the product, on the large side: a plan that fits them fits the van. A class is found by
the longest prefix; what no class knows is a small parcel.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from routing.planner import Load

#: The load dimensions of every problem of rounds, in this order.
DIMENSIONS: Final = ("wheelchair_slots", "bed_slots", "volume_litres", "weight_kg")

#: Time at a door whatever is done there, in seconds: parking, the way in, talking, signing.
BASE_SECONDS: Final = 420


class LoadClass(NamedTuple):
    """What one piece of a class takes.

    Attributes:
        load: one number for each of ``DIMENSIONS``.
        seconds: at the door for each piece, beyond ``BASE_SECONDS``.
        skills: what its van must have.
    """

    load: tuple[int, int, int, int]
    seconds: int
    skills: frozenset[str] = frozenset()


_TWO: Final = frozenset({"two_persons"})
_LIFT: Final = frozenset({"tail_lift"})
_ELECTRICIAN: Final = frozenset({"two_persons", "electrician"})

PARCEL: Final = LoadClass((0, 0, 60, 5), 60)

#: ISO 9999 prefix -> what a piece takes.
CLASSES: Final[dict[str, LoadClass]] = {
    "0433": LoadClass((0, 0, 250, 10), 180),  # cushions and mattresses against pressure sores
    "1206": LoadClass((0, 0, 250, 10), 120),  # rollators and walkers
    "1218": LoadClass((0, 0, 500, 25), 300),  # cycles
    "1222": LoadClass((1, 0, 400, 20), 300),  # manual wheelchairs
    "1223": LoadClass((1, 0, 900, 130), 600, _LIFT),  # powered wheelchairs
    "1224": LoadClass((0, 0, 40, 3), 120),  # wheelchair accessories
    "1236": LoadClass((0, 0, 500, 45), 600),  # mobile hoists
    "123612": LoadClass((0, 0, 300, 40), 2400, _ELECTRICIAN),  # hoists fixed to ceiling or wall
    "123621": LoadClass((0, 0, 30, 2), 120),  # slings
    "1809": LoadClass((0, 0, 600, 30), 300),  # chairs
    "1810": LoadClass((0, 0, 100, 5), 120),  # chair accessories
    "1812": LoadClass((0, 1, 1600, 110), 1800, _TWO),  # beds
    "1830": LoadClass((0, 0, 800, 90), 2400, _ELECTRICIAN),  # stairlifts and platforms
    "22": LoadClass((0, 0, 40, 3), 120),  # communication and information
}


def class_of(iso_class: str, *, accessory: bool = False) -> LoadClass:
    """The class of an article; an accessory or a consumable is a parcel whatever it belongs to."""
    if accessory:
        return PARCEL
    for length in range(len(iso_class), 0, -1):
        found = CLASSES.get(iso_class[:length])
        if found is not None:
            return found
    return PARCEL


def total(pieces: list[tuple[LoadClass, int]]) -> Load:
    """The load of several pieces; () for none."""
    if not pieces:
        return ()
    return tuple(sum(kind.load[number] * quantity for kind, quantity in pieces) for number in range(len(DIMENSIONS)))
