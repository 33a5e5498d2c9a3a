"""A start password: made here, told once, good for three days, and changed by its user at the first sign-in.

It is no command, for a command and its result are kept for ever. What is kept is that one was made, by whom, for whom
and when: an entry of the log without arguments.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from app.administration import repository
from app.database import new_id, unit_of_work
from app.identity import passwords, sessions
from app.identity import repository as identity
from app.identity.actor import Actor
from offline_sync.commands import CommandRefused, NotFound
from offline_sync.repository import Verdict, insert_office_command

#: No letter that reads like another; twelve of them hold 59 bits, and guesses are slowed down (SR-29).
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 3, 4
GOOD_FOR: Final = timedelta(hours=72)
ENTRY: Final = "user.start_password"


@dataclass(frozen=True)
class Made:
    """A start password, good until ``until`` (UTC)."""

    username: str
    password: str
    until: datetime


def invent() -> str:
    """A password that can be read aloud and typed: ``xxxx-xxxx-xxxx``."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))


async def make(actor: Actor, user_id: UUID) -> Made:
    """Give an invited or reset user a start password; the one before it, if any, is no longer good.

    Raises:
        NotFound: no such user in the actor's region.
        CommandRefused: the user has a password of the own, is deactivated, or is the actor.
    """
    password = invent()
    password_hash = await passwords.hash_password(password)
    now = datetime.now(UTC)
    async with unit_of_work():
        await repository.lock_administration(actor.region_id)
        user = await repository.lock_user(actor.region_id, user_id)
        if user is None or not await repository.is_active_admin(actor.user_id):
            raise NotFound
        if user_id == actor.user_id:
            raise CommandRefused("user.self_password")
        if not user["active"]:
            raise CommandRefused("user.inactive")
        if not user["must_change_password"]:
            raise CommandRefused("user.password_in_use")
        await identity.update_password(user_id, password_hash, must_change=True, until=now + GOOD_FOR)
        await sessions.revoke_user(user_id)
        await insert_office_command(
            command_id=new_id(),
            region_id=actor.region_id,
            author=actor.user_id,
            type_name=ENTRY,
            version=1,
            raw=b"{}",
            received_at=now,
            aggregate=user_id,
            base_rv=None,
            verdict=Verdict("applied", "", {}),
        )
    return Made(user["username"], password, now + GOOD_FOR)
