"""Argon2id hashes and the rule of length."""

from __future__ import annotations

import pytest

from app.identity.passwords import PasswordRefused, check_rule, hash_password, verify_password


async def test_a_hash_verifies_only_its_password() -> None:
    stored = await hash_password("ett långt lösenord")
    assert stored.startswith("$argon2id$")
    assert await verify_password(stored, "ett långt lösenord")
    assert not await verify_password(stored, "ett långt lösenorD")
    assert not await verify_password("not a hash", "ett långt lösenord")


async def test_nobody_has_no_password_not_even_the_dummys() -> None:
    assert not await verify_password(None, "the password of nobody")


@pytest.mark.parametrize(
    ("password", "code"), [("1234567", "short"), ("x" * 201, "long"), ("Anna.Test", "username"), ("åäö", "short")]
)
def test_the_rule_refuses(password: str, code: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        check_rule(password, "anna.test")
    assert refused.value.code == code


def test_the_rule_is_length_and_not_composition() -> None:
    check_rule("bara gemener", "anna.test")
    check_rule("x" * 200, "anna.test")
