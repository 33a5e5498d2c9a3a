"""The handlers of the commands on users. All are the office's: nobody manages users from a phone without coverage."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.administration import repository
from app.administration.arguments import (
    ChangeUser,
    DeactivateUser,
    InviteUser,
    ReactivateUser,
    ResetPassword,
    RoleChoice,
    SetRoles,
)
from app.database import UniqueViolationError, unit_of_work
from app.identity import passwords, service, sessions
from app.identity import repository as identity
from app.identity.actor import Role
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotEntitled, NotFound, Outcome


@dataclass(frozen=True)
class LockedUser:
    """The user that a command is about, locked, as it was before."""

    id: UUID
    username: str
    active: bool
    must_change_password: bool
    rv: int


async def invite(context: CommandContext, arguments: InviteUser) -> Outcome:
    """Add a user with a first role, without a usable password (R-041)."""
    user_id = context.aggregate
    if user_id is None:
        raise CommandRefused("user.id_missing")
    name = _full_name(arguments.name)
    try:
        service.check_username(arguments.username)
    except service.UsernameRefused:
        raise CommandRefused("user.name_refused") from None
    password_hash = await unusable_password_hash()
    await _lock(context)
    choice = RoleChoice(role=arguments.role, team_id=arguments.team_id, customer_numbers=arguments.customer_numbers)
    roles = await _resolve(context.actor.region_id, [choice])
    try:
        async with unit_of_work():
            await identity.insert_user(
                user_id=user_id,
                region_id=context.actor.region_id,
                username=arguments.username,
                name=name,
                password_hash=password_hash,
                language="sv",
                must_change_password=True,
                phone=arguments.phone.strip(),
                email=arguments.email.strip(),
            )
    except UniqueViolationError as error:
        if getattr(error, "constraint_name", None) == "user_account_username":
            raise CommandRefused("user.name_taken", detail={"username": arguments.username}) from None
        raise CommandRefused("user.exists") from None
    await _give(user_id, roles)
    return Applied({"rv": await repository.rv_of(user_id)})


async def change(context: CommandContext, arguments: ChangeUser) -> Outcome:
    """Correct name, phone or e-mail (R-040); refused when another administrator was there in between."""
    user = await _load(context)
    values: dict[str, Any] = {}
    if arguments.name is not None:
        values["name"] = _full_name(arguments.name)
    if arguments.phone is not None:
        values["phone"] = arguments.phone.strip()
    if arguments.email is not None:
        values["email"] = arguments.email.strip()
    if values:
        await repository.update_user(user.id, values)
    return await _applied(user.id)


async def set_roles(context: CommandContext, arguments: SetRoles) -> Outcome:
    """Replace the roles; the next request of the user is judged by the new ones (SR-30)."""
    user = await _load(context)
    stays_admin = any(choice.role is Role.ADMIN for choice in arguments.roles)
    if not stays_admin and await repository.is_active_admin(user.id):
        await _guard_admin(context, user)
    roles = await _resolve(context.actor.region_id, arguments.roles)
    await _give(user.id, roles)
    return await _applied(user.id)


async def deactivate(context: CommandContext, _arguments: DeactivateUser) -> Outcome:
    """Let the user in no more: every session ends, push stops; finished work on the phone is still received (SR-30)."""
    user = await _load(context)
    await _guard_admin(context, user)
    await service.deactivate(user.id)
    await repository.drop_subscriptions(user.id)
    return await _applied(user.id)


async def reactivate(context: CommandContext, _arguments: ReactivateUser) -> Outcome:
    """Let the user in again, with the roles of before."""
    user = await _load(context)
    if not user.active:
        await service.reactivate(user.id)
    return await _applied(user.id)


async def reset_password(context: CommandContext, _arguments: ResetPassword) -> Outcome:
    """End the password of now and every session; a start password is made afterwards, outside the log."""
    user = await _load(context)
    if user.id == context.actor.user_id:
        raise CommandRefused("user.self_password")
    if not user.active:
        raise CommandRefused("user.inactive")
    await identity.update_password(user.id, await unusable_password_hash(), must_change=True)
    await sessions.revoke_user(user.id)
    return await _applied(user.id)


async def unusable_password_hash() -> str:
    """A hash that costs as much to check as any other, and whose password nobody knows (SR-29)."""
    return await passwords.hash_password(secrets.token_urlsafe(32))


async def _load(context: CommandContext) -> LockedUser:
    """The user of the command.

    Raises:
        NotFound: there is none in the actor's region.
        CommandRefused: ``user.changed_meanwhile``, with the user as it is now.
    """
    region_id = context.actor.region_id
    await _lock(context)
    row = await repository.lock_user(region_id, context.aggregate)
    if row is None:
        raise NotFound
    user = LockedUser(**dict(row))
    if context.base_rv is not None and context.base_rv != user.rv:
        now = await repository.user_row(region_id, user.id)
        state = {} if now is None else {"name": now["name"], "active": now["active"], "roles": now["roles"]}
        raise CommandRefused("user.changed_meanwhile", state={**state, "rv": user.rv}, subject_kind="user")
    return user


async def _lock(context: CommandContext) -> None:
    """One change at a time, by somebody who is an administrator still: the role may have gone while this one waited.

    Raises:
        NotEntitled: it has.
    """
    await repository.lock_administration(context.actor.region_id)
    if not await repository.is_active_admin(context.actor.user_id):
        raise NotEntitled


async def _guard_admin(context: CommandContext, user: LockedUser) -> None:
    """A region is never without an administrator, and nobody locks himself out."""
    if await repository.is_active_admin(user.id) and not await repository.another_admin(
        context.actor.region_id, user.id
    ):
        raise CommandRefused("user.last_admin", subject_kind="user")
    if user.id == context.actor.user_id:
        raise CommandRefused("user.self", subject_kind="user")


@dataclass(frozen=True)
class _ResolvedRole:
    role: Role
    team_id: UUID | None
    customer_ids: tuple[UUID, ...]


async def _resolve(region_id: UUID, choices: Sequence[RoleChoice]) -> list[_ResolvedRole]:
    """Teams and customers of the own region only; what is another region's is as unknown as what does not exist."""
    resolved: list[_ResolvedRole] = []
    for choice in choices:
        if any((other.role, other.team_id) == (choice.role, choice.team_id) for other in resolved):
            raise CommandRefused("user.role_twice")
        if choice.team_id is not None and not await repository.team_exists(region_id, choice.team_id):
            raise CommandRefused("user.team_unknown")
        if choice.customer_numbers and choice.role is not Role.PRESCRIBER:
            raise CommandRefused("user.customers_not_for_role")
        numbers = list(dict.fromkeys(choice.customer_numbers))
        known = await repository.customers_by_number(region_id, numbers)
        for number in numbers:
            if number not in known:
                raise CommandRefused("user.customer_unknown", detail={"number": number})
        resolved.append(_ResolvedRole(choice.role, choice.team_id, tuple(known[number] for number in numbers)))
    return resolved


async def _give(user_id: UUID, roles: Sequence[_ResolvedRole]) -> None:
    kept = [await identity.insert_membership(user_id, role.role, role.team_id, role.customer_ids) for role in roles]
    await repository.end_memberships_but(user_id, kept)


def _full_name(name: str) -> str:
    stripped = " ".join(name.split())
    if not stripped:
        raise CommandRefused("user.full_name_missing")
    return stripped


async def _applied(user_id: UUID) -> Applied:
    return Applied({"rv": await repository.rv_of(user_id)})
