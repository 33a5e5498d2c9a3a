"""What goods take, by the class of their article."""

from __future__ import annotations

import pytest

from routing.rounds.loads import CLASSES, DIMENSIONS, PARCEL, class_of, total


@pytest.mark.parametrize(
    ("iso_class", "known"),
    [("122203", "1222"), ("123612", "123612"), ("123603", "1236"), ("181210", "1812"), ("222109", "22"), ("1", "")],
)
def test_the_longest_prefix_that_is_known_counts(iso_class: str, known: str) -> None:
    assert class_of(iso_class) == CLASSES.get(known, PARCEL)


def test_an_accessory_of_a_bed_is_a_parcel() -> None:
    assert class_of("181210", accessory=True) == PARCEL


def test_a_bed_takes_two_persons_and_a_ceiling_hoist_an_electrician() -> None:
    assert class_of("181210").skills == {"two_persons"}
    assert "electrician" in class_of("123612").skills


def test_loads_add_up_in_every_dimension() -> None:
    bed, chair = class_of("181210"), class_of("122203")
    assert total([(bed, 1), (chair, 2)]) == tuple(bed.load[n] + 2 * chair.load[n] for n in range(len(DIMENSIONS)))
    assert total([]) == ()
