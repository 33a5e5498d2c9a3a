"""Sessions: opaque random tokens in a cookie, of which the database holds only the SHA-256 (SR-17, SR-29).

A session is a family of rows that share ``user_id`` and ``created_at``, the moment of signing in; each row is a token.

* A token that is an hour old is replaced: the answer carries the next one. The old one stays good until the phone has
  shown that it got the new one, and a minute longer for requests that were already under way. So a lost answer signs
  nobody out, and a stolen old token is worthless soon after the owner goes on.
* ``last_seen = -infinity`` marks a token that no request has carried yet.
* Twelve hours after signing in the whole family is over, used or not.
* Revoking marks all rows of the family, of one phone or of the user; nothing is cached, so the next request is refused.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.database import execute, fetch_row, fetch_value, new_id, unit_of_work
from app.identity import repository
from app.identity.actor import Actor

TOKEN_BYTES = 32
HOURS_AT_MOST = 12
ROTATE_AFTER_MINUTES = 60
GRACE_SECONDS = 60


@dataclass(frozen=True)
class SignedIn:
    """A request's session.

    Attributes:
        session_id: the row of the token.
        actor: who it is.
        username: the name the user signs in with.
        must_change_password: nothing else is allowed before that.
        created_at: when the user signed in; with the user id it names the family.
        expires_at: when the family ends, in UTC.
        sync_device_id: the registered phone install, or None.
        next_token: a token to hand to the browser with this answer, or None.
    """

    session_id: UUID
    actor: Actor
    username: str
    must_change_password: bool
    created_at: datetime
    expires_at: datetime
    sync_device_id: UUID | None
    next_token: str | None = None


def hash_token(token: str) -> bytes:
    """What is stored of a token; it has 256 random bits, so a plain hash suffices (ASVS 6.5.2)."""
    return hashlib.sha256(token.encode()).digest()


def _new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


async def start_session(user_id: UUID) -> str:
    """Begin a family and answer its first token."""
    token = _new_token()
    await execute(
        """
        insert into session (id, region_id, user_id, token_hash, created_at, rotated_at, expires_at, last_seen)
        select $1, region_id, id, $3, clock_timestamp(), clock_timestamp(),
               clock_timestamp() + make_interval(hours => $4), clock_timestamp()
        from user_account where id = $2
        """,
        new_id(),
        user_id,
        hash_token(token),
        HOURS_AT_MOST,
    )
    return token


async def find_session(token: str | None) -> SignedIn | None:
    """The session of a token, or None when it is unknown, over or revoked, or its user deactivated.

    Also keeps the books: marks the token as seen, ends those it replaces, and makes the next one when it is time.
    """
    if not token or len(token) > 100:
        return None
    row = await fetch_row(
        f"""
        select s.id, s.created_at, s.expires_at, s.sync_device_id, s.last_seen = '-infinity' as unseen,
               s.last_seen < now() - interval '1 minute' as stale,
               s.rotated_at < now() - make_interval(mins => $2) as due, {repository.ACTOR_COLUMNS}
        from session s join user_account u on u.id = s.user_id
        where s.token_hash = $1 and s.revoked_at is null and s.expires_at > now() and u.active
        """,  # noqa: S608 - a constant of ours
        hash_token(token),
        ROTATE_AFTER_MINUTES,
    )
    if row is None:
        return None
    signed_in = SignedIn(
        session_id=row["id"],
        actor=repository.actor_of(row),
        username=row["username"],
        must_change_password=row["must_change_password"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        sync_device_id=row["sync_device_id"],
    )
    if row["unseen"]:
        await _confirm(signed_in)
    elif row["due"]:
        return replace(signed_in, next_token=await _offer_next(signed_in))
    elif row["stale"]:
        await execute("update session set last_seen = now() where id = $1", signed_in.session_id)
    return signed_in


async def _confirm(signed_in: SignedIn) -> None:
    """The phone has this token: its predecessors live on only for requests under way."""
    async with unit_of_work():
        await execute("update session set last_seen = now() where id = $1", signed_in.session_id)
        await execute(
            """
            update session set expires_at = least(expires_at, now() + make_interval(secs => $4))
            where user_id = $1 and created_at = $2 and id <> $3 and last_seen > '-infinity'
            """,
            signed_in.actor.user_id,
            signed_in.created_at,
            signed_in.session_id,
            GRACE_SECONDS,
        )


async def _offer_next(signed_in: SignedIn) -> str | None:
    """A further token for the family; None when a parallel request has just made one.

    The old row counts as rotated until a minute from now: if the phone has not shown the new token by then, the answer
    was lost and it is offered another.
    """
    token = _new_token()
    async with unit_of_work():
        won = await fetch_value(
            """
            update session
            set last_seen = now(), rotated_at = now() - make_interval(mins => $2) + make_interval(secs => $3)
            where id = (select id from session where id = $1 and rotated_at < now() - make_interval(mins => $2)
                        for update skip locked)
            returning id
            """,
            signed_in.session_id,
            ROTATE_AFTER_MINUTES,
            GRACE_SECONDS,
        )
        if won is None:
            return None
        await execute(
            """
            insert into session
              (id, region_id, user_id, token_hash, sync_device_id, created_at, rotated_at, expires_at, last_seen)
            select $1, region_id, user_id, $2, sync_device_id, created_at, now(), expires_at, '-infinity'
            from session where id = $3
            """,
            new_id(),
            hash_token(token),
            signed_in.session_id,
        )
    return token


async def revoke_session(signed_in: SignedIn) -> None:
    """Sign out: the whole family ends."""
    await execute(
        "update session set revoked_at = now() where user_id = $1 and created_at = $2 and revoked_at is null",
        signed_in.actor.user_id,
        signed_in.created_at,
    )


async def revoke_user(user_id: UUID) -> None:
    """End every session of a user."""
    await execute("update session set revoked_at = now() where user_id = $1 and revoked_at is null", user_id)


async def revoke_sync_device(sync_device_id: UUID) -> None:
    """End the sessions of one phone install: it was lost (SR-14). Its push key is another secret, left alone here."""
    await execute(
        "update session set revoked_at = now() where sync_device_id = $1 and revoked_at is null", sync_device_id
    )


async def bind_sync_device(session_id: UUID, sync_device_id: UUID) -> None:
    """Say which phone install the session belongs to, for its whole family."""
    await execute(
        """
        update session s set sync_device_id = $2 from session own
        where own.id = $1 and s.user_id = own.user_id and s.created_at = own.created_at
        """,
        session_id,
        sync_device_id,
    )


async def forget_old_sessions() -> None:
    """Remove what has been over for a month."""
    await execute("delete from session where expires_at < now() - interval '30 days'")
