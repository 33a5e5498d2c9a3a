"""Personal, coordination and reserve numbers of twelve characters. Pure; no message quotes the number (SR-07)."""

from __future__ import annotations

import re
from datetime import date
from typing import Final, Literal, TypeAlias

IdentityKind: TypeAlias = Literal["personal", "coordination", "reserve"]

#: A coordination number is a personal number whose day is sixty higher.
_COORDINATION_DAYS: Final = 60
_DIGITS: Final = re.compile(r"[0-9]{12}")
_RESERVE: Final = re.compile(r"[0-9A-Z]{12}")
#: How people write them: a hyphen, or a plus for those over a hundred, before the last four.
_SEPARATED: Final = re.compile(r"([0-9A-Za-z]{8})[-+ ]([0-9A-Za-z]{4})")


class NumberFault(ValueError):
    """The number cannot be used; the message says what is wrong and what to do, without the number."""


def checked(text: str, kind: IdentityKind, today: date) -> str:
    """The number as twelve characters.

    Personal and coordination numbers have a date of birth that exists and is not to come, and a check digit (Luhn, over
    the last ten digits, SFS 1991:481 18 §). A reserve number is what a region has given somebody without a personal
    number; its twelve digits and capitals have no rule of their own.

    Raises:
        NumberFault: it is not such a number.
    """
    separated = _SEPARATED.fullmatch(text)
    number = separated[1] + separated[2] if separated else text
    if kind == "reserve":
        number = number.upper()
        if not _RESERVE.fullmatch(number):
            raise NumberFault("a reserve number has 12 digits or letters A-Z; check it")
        return number
    if not _DIGITS.fullmatch(number):
        raise NumberFault(
            "not 12 digits; write the century too (YYYYMMDDNNNN), or say in the column nummersort that it is a reserve"
            " number"
        )
    born = birth_date(number, kind)
    if born is None:
        raise NumberFault(
            "the date of birth does not exist; check the number"
            if kind == "personal"
            else "the day is not 61 to 91 as in a coordination number; check the number and the column nummersort"
        )
    if born > today:
        raise NumberFault("the date of birth is to come; check the number")
    if not luhn(number[2:]):
        raise NumberFault("the check digit does not fit; a digit is mistyped")
    return number


def birth_date(number: str, kind: IdentityKind) -> date | None:
    """The date of birth in a personal or coordination number, None when there is none."""
    if kind == "reserve" or not number[:8].isdigit():
        return None
    day = int(number[6:8]) - (_COORDINATION_DAYS if kind == "coordination" else 0)
    try:
        return date(int(number[:4]), int(number[4:6]), day)
    except ValueError:
        return None


def luhn(digits: str) -> bool:
    """True when the last digit is the check digit of those before it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
