"""The second key of a phone's readable store, for a user who has forgotten the PIN (SR-15, docs/sync.md section 9).

The phone encrypts what it can read under a key of its own, and keeps that key twice: under the PIN, and under the key
that is made here. With the password, and a network, the user gets the second and chooses a new PIN; drafts are then
still there. Whoever has the phone alone has neither.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from app.database import execute, fetch_value, new_id, unit_of_work
from app.identity.sessions import SignedIn
from offline_sync.commands import NotFound
from offline_sync.repository import Verdict, insert_office_command

#: A key that exists already is told only so soon after a sign-in with the password.
FRESH: Final = timedelta(minutes=15)
ENTRY: Final = "phone.vault_key"
_BYTES: Final = 32


class SignInAgain(Exception):
    """The password was given too long ago."""


async def vault_key(signed_in: SignedIn, device_id: UUID) -> bytes:
    """The key of a phone of this user; it is made when the phone first asks. Telling one that exists is logged.

    Raises:
        NotFound: not a phone of this user's, or one that is lost or to be wiped.
        SignInAgain: see there.
    """
    actor, now = signed_in.actor, datetime.now(UTC)
    async with unit_of_work():
        mine = await fetch_value(
            "select true from sync_device where id = $1 and user_id = $2 and state = 'active' for update",
            device_id,
            actor.user_id,
        )
        if not mine:
            raise NotFound
        known: bytes | None = await fetch_value("select key from sync_vault where device = $1", device_id)
        if known is None:
            made = secrets.token_bytes(_BYTES)
            await execute("insert into sync_vault (device, key) values ($1, $2)", device_id, made)
            return made
        if now - signed_in.created_at > FRESH:
            raise SignInAgain
        await insert_office_command(
            command_id=new_id(),
            region_id=actor.region_id,
            author=actor.user_id,
            type_name=ENTRY,
            version=1,
            raw=b"{}",
            received_at=now,
            aggregate=device_id,
            base_rv=None,
            verdict=Verdict("applied", "", {}),
        )
        return bytes(known)
