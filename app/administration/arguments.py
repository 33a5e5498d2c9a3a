"""The arguments of the administrator's commands. A password is in none of them, for commands are kept for ever."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import Meta

from app.identity.actor import Role
from offline_sync.commands import Arguments

Username: TypeAlias = Annotated[str, Meta(min_length=1, max_length=60)]
FullName: TypeAlias = Annotated[str, Meta(min_length=1, max_length=120)]
PhoneNumber: TypeAlias = Annotated[str, Meta(max_length=50)]
EmailAddress: TypeAlias = Annotated[str, Meta(max_length=200)]
CustomerNumber: TypeAlias = Annotated[str, Meta(min_length=1, max_length=20)]
CustomerNumbers: TypeAlias = Annotated[tuple[CustomerNumber, ...], Meta(max_length=100)]


class InviteUser(Arguments, frozen=True, kw_only=True):
    """A new user with a first role; the start password is asked for afterwards, outside the log."""

    username: Username
    name: FullName
    phone: PhoneNumber = ""
    email: EmailAddress = ""
    role: Role
    team_id: UUID | None = None
    customer_numbers: CustomerNumbers = ()


class ChangeUser(Arguments, frozen=True, kw_only=True):
    """What a colleague's contact card shows (R-040); what is left out stays as it is."""

    name: FullName | None = None
    phone: PhoneNumber | None = None
    email: EmailAddress | None = None


class RoleChoice(Arguments, frozen=True, kw_only=True):
    """One role, perhaps in a team, or for the customers that a prescriber orders for (R-041)."""

    role: Role
    team_id: UUID | None = None
    customer_numbers: CustomerNumbers = ()


class SetRoles(Arguments, frozen=True, kw_only=True):
    """The roles from now on; what is not named ends."""

    roles: Annotated[tuple[RoleChoice, ...], Meta(max_length=30)]


class DeactivateUser(Arguments, frozen=True, kw_only=True):
    """Let the user in no more."""


class ReactivateUser(Arguments, frozen=True, kw_only=True):
    """Let the user in again."""


class ResetPassword(Arguments, frozen=True, kw_only=True):
    """The password of now is no longer good, and every session ends."""


class RevokePhone(Arguments, frozen=True, kw_only=True):
    """lost: what it still delivers is put aside for a person; wipe: it delivers as usual and forgets the rest."""

    kind: Literal["lost", "wipe"]


class RestorePhone(Arguments, frozen=True, kw_only=True):
    """Let the phone in again."""
