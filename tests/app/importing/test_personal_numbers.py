"""Personal, coordination and reserve numbers; the numbers are the test person's, or invented and of no one."""

from __future__ import annotations

from datetime import date

import pytest

from app.importing.personal_numbers import NumberFault, birth_date, checked, luhn
from tests.app.importing.conftest import personal_number

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize("text", ["191212121212", "19121212-1212", "19121212+1212", "19121212 1212"])
def test_ways_of_writing_one_number(text: str) -> None:
    assert checked(text, "personal", TODAY) == "191212121212"


def test_every_single_mistyped_digit_is_noticed() -> None:
    """Luhn's promise, over the ten digits that it covers; the century is outside it (SFS 1991:481)."""
    for place in range(2, 12):
        for digit in "0123456789":
            mistyped = "191212121212"[:place] + digit + "191212121212"[place + 1 :]
            assert luhn(mistyped[2:]) == (mistyped == "191212121212"), mistyped


def test_a_number_of_one_kind_is_not_of_another() -> None:
    assert checked("191212721219", "coordination", TODAY) == "191212721219"
    assert birth_date("191212721219", "coordination") == date(1912, 12, 12)
    for text, kind in (("191212721219", "personal"), ("191212121212", "coordination")):
        with pytest.raises(NumberFault):
            checked(text, kind, TODAY)  # type: ignore[arg-type]  # a loop over literals
    assert checked("191212121213", "reserve", TODAY) == "191212121213", "a reserve number has no check digit"
    assert checked("22000101te01", "reserve", TODAY) == "22000101TE01"


@pytest.mark.parametrize(
    "text",
    ["", "1912121212", "1912121212121", "191312121212", "191202301212", "19121212121X", "１９１２１２１２１２１２"],
)
def test_what_is_no_number(text: str) -> None:
    with pytest.raises(NumberFault) as caught:
        checked(text, "personal", TODAY)
    assert not text or text not in str(caught.value)


def test_a_birth_to_come() -> None:
    number = personal_number("20261125123")
    assert checked(number, "personal", TODAY) == number
    with pytest.raises(NumberFault, match="to come"):
        checked(number, "personal", date(2026, 11, 24))
