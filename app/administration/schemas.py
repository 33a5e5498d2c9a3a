"""What the administrator's routes answer. Nothing here is about a patient."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.web.structs import Body, Reply


class RoleTeam(Reply, frozen=True, kw_only=True):
    """The team of a role."""

    id: UUID
    name: str


class RoleCustomer(Reply, frozen=True, kw_only=True):
    """A customer that the role orders for."""

    number: str
    name: str


class UserRole(Reply, frozen=True, kw_only=True):
    """A role that holds now."""

    role: str
    team: RoleTeam | None
    customers: list[RoleCustomer]


class UserItem(Reply, frozen=True, kw_only=True):
    """A user.

    Attributes:
        waits_for_password: the user has not chosen a password of the own yet (invited, or reset).
        start_password_until: until when the newest start password is good, UTC; None when there is none.
        last_seen: the newest sign of life of a session or a phone, UTC; None when there is none left.
        rv: the row's version, for ``base_rv``.
    """

    id: UUID
    username: str
    name: str
    phone: str
    email: str
    active: bool
    waits_for_password: bool
    start_password_until: datetime | None
    roles: list[UserRole]
    last_seen: datetime | None
    rv: int


class UserList(Reply, frozen=True, kw_only=True):
    """Users in Swedish order of their names."""

    items: list[UserItem]
    next_cursor: str | None


class NothingMore(Body, frozen=True, kw_only=True):
    """The route needs no more than its address."""


class StartPassword(Reply, frozen=True, kw_only=True):
    """Told once: only its hash is kept. Good until ``until`` (UTC)."""

    username: str
    password: str
    until: datetime


class PhoneUser(Reply, frozen=True, kw_only=True):
    """Whose phone it is."""

    id: UUID
    name: str
    active: bool


class PhoneItem(Reply, frozen=True, kw_only=True):
    """One install for one user. What lies unsent on it only the phone knows.

    Attributes:
        state: active, lost or wipe.
        last_seq: how many commands of it have arrived.
        build: the client's version, "" when it has not told it.
        own: True for the install that the reader asks from.
    """

    id: UUID
    user: PhoneUser
    state: str
    last_seen: datetime
    last_seq: int
    build: str
    created_at: datetime
    own: bool


class PhoneList(Reply, frozen=True, kw_only=True):
    """Phones, the latest seen first."""

    items: list[PhoneItem]
    next_cursor: str | None
