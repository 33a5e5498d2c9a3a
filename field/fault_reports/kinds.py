"""What kind of thing a device is to the person who has it: the kind decides which parts the form asks about.

Kinds are read off the article's ISO 9999 class; the words, the sides and the advice of each part are the form's own
(pwa/client/src/screens/public/parts.ts, which a test holds against this).
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

DeviceKind: TypeAlias = Literal[
    "wheelchair", "powered_wheelchair", "walker", "lift", "sling", "bed", "breathing", "other"
]
Part: TypeAlias = Literal[
    "wheel",
    "brake",
    "armrest",
    "footrest",
    "seat",
    "backrest",
    "frame",
    "battery",
    "joystick",
    "handle",
    "hand_control",
    "motor",
    "bar",
    "strap",
    "side_rail",
    "mattress",
    "bed_end",
    "mask",
    "hose",
    "machine",
    "cable",
    "other",
    "unknown",
]
Side: TypeAlias = Literal[
    "left", "right", "both", "front_left", "front_right", "rear_left", "rear_right", "several", "unknown"
]

#: Beginnings of ISO 9999 classes, digits only; the longest that fits decides.
_CLASSES: Final[dict[str, DeviceKind]] = {
    "0403": "breathing",
    "1206": "walker",
    "1222": "wheelchair",
    "1223": "powered_wheelchair",
    "1236": "lift",
    "123621": "sling",
    "1812": "bed",
}


def kind_of(iso_class: str) -> DeviceKind:
    """Return the kind of a device of that class, written with or without spaces; ``other`` when none fits."""
    digits = "".join(filter(str.isdigit, iso_class))
    for length in range(len(digits), 3, -1):
        kind = _CLASSES.get(digits[:length])
        if kind is not None:
            return kind
    return "other"
