"""Failures at sign-in are slowed, across all workers, and nobody can lock another out (SR-29).

Each attempt is *reserved* as a failure before the password is looked at, and taken back when it was right; so a burst
of parallel guesses does not slip through. What is counted:

* from an unknown browser: the user name (whether or not it exists) and the address (an IPv6 /56 counts as one);
* from a browser where the user has signed in before: only that browser. A stranger who keeps guessing a name therefore
  slows the strangers, never the person at the own phone. The browser proves it with a cookie that is an HMAC under the
  user's stored password hash: nothing more to store, and it ends when the password changes.

The wait is told with 429 and Retry-After; no connection is held. Names and addresses are stored as hashes only.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass
from uuid import UUID

from app.database import execute, fetch_row, new_id, unit_of_work

#: Failures that count: those of the last half hour.
WINDOW_MINUTES = 30
FREE_PER_USER = 3
#: Many share one address (a hospital behind one NAT), so an address may fail more often before it waits.
FREE_PER_ADDRESS = 20
LONGEST_WAIT_SECONDS = 25


@dataclass(frozen=True)
class Key:
    """Something whose failures are counted, and how many are free of charge."""

    digest: bytes
    free: int


@dataclass(frozen=True)
class Reservation:
    """An attempt under way. ``wait`` > 0: it must not be made, come back after so many seconds."""

    wait: int
    failure_ids: tuple[UUID, ...] = ()
    keys: tuple[Key, ...] = ()


def wait_seconds(failures: int, free: int) -> int:
    """How long to wait after the latest of ``failures`` failures: 0, then 1, 2, 4, 8, 16, 25, 25 ... seconds."""
    if failures < free:
        return 0
    return min(LONGEST_WAIT_SECONDS, 1 << min(failures - free, 10))


def network_of(address: str) -> str:
    """What counts as one sender: an IPv4 address, an IPv6 /56."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 56), strict=False))
    return str(parsed)


def keys_for(username: str, address: str, known_browser: str | None) -> tuple[Key, ...]:
    """What this attempt counts against; ``known_browser`` is the nonce of a proven cookie."""
    if known_browser is not None:
        return (_key("browser", known_browser, FREE_PER_USER),)
    return (
        _key("user", username.casefold(), FREE_PER_USER),
        _key("address", network_of(address), FREE_PER_ADDRESS),
    )


def own_password_keys(user_id: UUID) -> tuple[Key, ...]:
    """For guesses at the current password from within a session."""
    return (_key("change", str(user_id), FREE_PER_USER),)


def _key(kind: str, value: str, free: int) -> Key:
    return Key(hashlib.sha256(f"{kind}\0{value}".encode()).digest(), free)


async def reserve(keys: tuple[Key, ...]) -> Reservation:
    """Count an attempt, or say how long to wait. Advisory locks serialise it per key, so every worker sees the same."""
    async with unit_of_work():
        for key in sorted(keys, key=lambda key: key.digest):
            await execute("select pg_advisory_xact_lock($1)", int.from_bytes(key.digest[:8], "big", signed=True))
        wait = 0
        for key in keys:
            row = await fetch_row(
                """
                select count(*) as failures, extract(epoch from clock_timestamp() - max(failed_at))::float8 as ago
                from sign_in_failure where key_hash = $1 and failed_at > now() - make_interval(mins => $2)
                """,
                key.digest,
                WINDOW_MINUTES,
            )
            if row is not None and row["failures"]:
                left = wait_seconds(row["failures"], key.free) - row["ago"]
                wait = max(wait, int(left) + 1 if left > 0 else 0)
        if wait:
            return Reservation(wait)
        ids = tuple(new_id() for _ in keys)
        for failure_id, key in zip(ids, keys, strict=True):
            await execute(
                "insert into sign_in_failure (id, key_hash, failed_at) values ($1, $2, clock_timestamp())",
                failure_id,
                key.digest,
            )
    return Reservation(0, ids, keys)


async def take_back(reservation: Reservation) -> None:
    """The password was right: this attempt was no failure, and the user or browser starts anew.

    Other failures of the address stay: one own account must not wash an attacker's address clean.
    """
    forgiven = [key.digest for key in reservation.keys if key.free == FREE_PER_USER]
    await execute(
        "delete from sign_in_failure where id = any($1::uuid[]) or key_hash = any($2::bytea[])",
        list(reservation.failure_ids),
        forgiven,
    )


async def forget_old_failures() -> None:
    """Remove what no longer counts."""
    await execute("delete from sign_in_failure where failed_at < now() - interval '1 day'")


def known_browser_cookie(user_id: UUID, password_hash: str) -> str:
    """A fresh cookie that proves: in this browser the user has signed in."""
    nonce = secrets.token_urlsafe(16)
    return f"{nonce}.{_proof(nonce, user_id, password_hash)}"


def known_browser(cookie: str | None, user_id: UUID, password_hash: str) -> str | None:
    """The cookie's nonce when it proves what it should, else None."""
    nonce, _, proof = (cookie or "").partition(".")
    if not nonce or len(nonce) > 64 or not proof.isascii():
        return None
    return nonce if hmac.compare_digest(proof, _proof(nonce, user_id, password_hash)) else None


def _proof(nonce: str, user_id: UUID, password_hash: str) -> str:
    return hmac.new(password_hash.encode(), f"known browser\0{user_id}\0{nonce}".encode(), hashlib.sha256).hexdigest()
