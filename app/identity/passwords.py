"""Passwords: the rule, and Argon2id hashes computed outside the event loop.

The rule is length alone, 8 to 200 characters, and not the user name. One seed demands mixed letters and digits (R-032);
ASVS 5 6.2.5 advises against composition rules, because they make passwords predictable and not stronger.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 8
LONGEST = 200

#: Each computation takes 64 MiB and a core for a tenth of a second, so only two run at once whatever is asked.
_WORKERS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")
_HASHER = PasswordHasher()


class PasswordRefused(ValueError):
    """The password does not follow the rule; ``code`` says which part: short, long or username."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_rule(password: str, username: str) -> None:
    """Refuse a password that breaks the rule.

    Raises:
        PasswordRefused: with the part of the rule that was broken.
    """
    if len(password) < SHORTEST:
        raise PasswordRefused("short")
    if len(password) > LONGEST:
        raise PasswordRefused("long")
    if password.casefold() == username.casefold():
        raise PasswordRefused("username")


async def hash_password(password: str) -> str:
    """The Argon2id hash to store."""
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, _HASHER.hash, password)


async def verify_password(stored: str | None, password: str) -> bool:
    """True when ``password`` is the one behind ``stored``.

    ``None`` stands for an unknown user: the same work is done, so that time tells nothing about who exists (SR-29).
    """
    return await asyncio.get_running_loop().run_in_executor(_WORKERS, _verify, stored, password)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash("the password of nobody")


def _verify(stored: str | None, password: str) -> bool:
    try:
        matches = _HASHER.verify(stored if stored is not None else _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored is not None
