"""What the session routes take and give."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from app.web.structs import Body, Reply

# Passwords are checked by passwords.py, which says in words what is wrong; here only nonsense is refused.
Secret = Annotated[str, Meta(max_length=1000)]


class SignIn(Body, frozen=True):
    """User name and password."""

    username: Annotated[str, Meta(min_length=1, max_length=200)]
    password: Secret


class PasswordChange(Body, frozen=True):
    """The password of now, and the one wanted."""

    current: Secret
    new: Secret


class LanguageChoice(Body, frozen=True):
    """The language the user reads."""

    language: Literal["sv", "en"]


class TeamItem(Reply, frozen=True):
    """A team."""

    id: UUID
    name: str


class CustomerItem(Reply, frozen=True):
    """A customer the user orders for (R-041)."""

    id: UUID
    number: str
    name: str


class SessionUser(Reply, frozen=True):
    """Who is signed in."""

    id: UUID
    username: str
    name: str
    language: str
    must_change_password: bool
    roles: list[str]
    teams: list[TeamItem]
    customers: list[CustomerItem]


class SessionRegion(Reply, frozen=True):
    """The user's region."""

    code: str
    name: str


class SessionAnswer(Reply, frozen=True):
    """The session, for the client. ``pin``: what this user's phone can read is opened with a PIN (SR-15)."""

    user: SessionUser
    region: SessionRegion
    demo: bool
    pin: bool


class TeamList(Reply, frozen=True):
    """Teams in Swedish order."""

    items: list[TeamItem]


class TechnicianItem(Reply, frozen=True):
    """A technician, the teams, and how many assigned orders are open."""

    id: UUID
    name: str
    teams: list[UUID]
    open_orders: int


class TechnicianList(Reply, frozen=True):
    """Technicians in Swedish order."""

    items: list[TechnicianItem]
