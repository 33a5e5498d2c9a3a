"""What others do with users: the command line, the demo, an administrator's routes later."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from app.database import UniqueViolationError, unit_of_work
from app.identity import passwords, repository, sessions
from app.identity.actor import Role


class UserExists(ValueError):
    """The user name is taken; capitals make no difference (R-350)."""


class UsernameRefused(ValueError):
    """A user name has 1 to 60 letters, digits or one of . _ - @ and no spaces."""


def check_username(username: str) -> None:
    """Refuse a user name that people could not tell apart or type.

    Raises:
        UsernameRefused: it breaks the rule.
    """
    if not 1 <= len(username) <= 60 or not all(letter.isalnum() or letter in "._-@" for letter in username):
        raise UsernameRefused(username)


async def create_user(
    *,
    region_id: UUID,
    username: str,
    name: str,
    password: str,
    language: str = "sv",
    must_change_password: bool = True,
    phone: str = "",
    email: str = "",
) -> UUID:
    """Create a user without roles and answer the id.

    Raises:
        UsernameRefused, UserExists: another name is needed.
        passwords.PasswordRefused: another password is needed.
    """
    check_username(username)
    passwords.check_rule(password, username)
    password_hash = await passwords.hash_password(password)
    try:
        async with unit_of_work():
            return await repository.insert_user(
                region_id=region_id,
                username=username,
                name=name,
                password_hash=password_hash,
                language=language,
                must_change_password=must_change_password,
                phone=phone,
                email=email,
            )
    except UniqueViolationError:
        raise UserExists(username) from None


async def set_password(user_id: UUID, password: str, *, must_change: bool) -> None:
    """Give a user a new password and end every session.

    Raises:
        LookupError: no such user.
        passwords.PasswordRefused: another password is needed.
    """
    user = await repository.user_by_id(user_id)
    if user is None:
        raise LookupError("no such user")
    passwords.check_rule(password, user["username"])
    password_hash = await passwords.hash_password(password)
    async with unit_of_work():
        await repository.update_password(user_id, password_hash, must_change=must_change)
        await sessions.revoke_user(user_id)


async def add_membership(
    user_id: UUID, role: Role, *, team_id: UUID | None = None, customer_ids: Iterable[UUID] = ()
) -> UUID:
    """Give a user a role, perhaps in a team or for customers, and answer the membership's id.

    Raises:
        LookupError: no such user.
    """
    return await repository.insert_membership(user_id, role, team_id, customer_ids)


async def remove_role(user_id: UUID, role: Role) -> None:
    """Take a role from a user; it bites at the next request (SR-30)."""
    await repository.end_membership(user_id, role)


async def deactivate(user_id: UUID) -> None:
    """Let a user in no more. Finished work on the user's phone is still received, and quarantined."""
    async with unit_of_work():
        await repository.set_active(user_id, active=False)
        await sessions.revoke_user(user_id)


async def reactivate(user_id: UUID) -> None:
    """Let a deactivated user in again."""
    await repository.set_active(user_id, active=True)
