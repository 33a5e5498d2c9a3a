"""Who a user is right now. Nothing is remembered between requests, so that a change bites at once (SR-30)."""

from __future__ import annotations

from uuid import UUID

from app.identity import repository
from app.identity.actor import Actor


async def load_actor(user_id: UUID) -> Actor | None:
    """The user with the active memberships of this moment; None when there is no such user.

    A deactivated user is an Actor without roles and with ``active=False``: finished work still arrives under the name.
    """
    row = await repository.actor_row(user_id)
    return None if row is None else repository.actor_of(row)
