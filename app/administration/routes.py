"""The administrator's routes: users, phones, and the start password that is told once."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.administration import repository, start_password
from app.administration.repository import UserSearch
from app.administration.schemas import (
    NothingMore,
    PhoneItem,
    PhoneList,
    PhoneUser,
    RoleCustomer,
    RoleTeam,
    StartPassword,
    UserItem,
    UserList,
    UserRole,
)
from app.administration.sentences import SENTENCES
from app.database import Record
from app.identity.actor import Actor, Role
from app.identity.sessions import SignedIn
from app.web.problems import not_found
from offline_sync.commands import CommandRefused, NotFound
from offline_sync.problems import refused
from offline_sync.sentences import Sentences

_MANAGE = {"permission": "user.manage"}
_SENTENCES = Sentences([SENTENCES])

Text = Annotated[str, QueryParameter(max_length=100)]
Limit = Annotated[int, QueryParameter(ge=1, le=200)]


@get("/api/users", operation_id="list_users", opt=_MANAGE, summary="Users of the region")
async def list_users(
    actor: NamedDependency[Actor],
    q: Text = "",
    role: FromQuery[Role | None] = None,
    active: FromQuery[bool | None] = None,
    limit: Limit = 100,
    cursor: FromQuery[UUID | None] = None,
) -> UserList:
    """List users by name; a role that has ended does not count."""
    rows = await repository.find_users(
        actor.region_id, UserSearch(limit + 1, text=q, role=role, active=active, after=cursor)
    )
    shown = rows[:limit]
    return UserList(
        items=[_user(row) for row in shown], next_cursor=str(shown[-1]["id"]) if len(rows) > limit else None
    )


@get("/api/users/{user_id:uuid}", operation_id="get_user", opt=_MANAGE, summary="One user")
async def get_user(actor: NamedDependency[Actor], user_id: FromPath[UUID]) -> UserItem:
    """Tell a user's details; 404 for another region's."""
    row = await repository.user_row(actor.region_id, user_id)
    if row is None:
        raise not_found()
    return _user(row)


@post(
    "/api/users/{user_id:uuid}/start-password",
    operation_id="make_start_password",
    status_code=200,
    opt=_MANAGE,
    summary="Make a start password and tell it once",
)
async def make_start_password(
    actor: NamedDependency[Actor], user_id: FromPath[UUID], data: JSONBody[NothingMore]
) -> StartPassword:
    """Make a start password for an invited or reset user. It is in this answer and nowhere else."""
    try:
        made = await start_password.make(actor, user_id)
    except NotFound:
        raise not_found() from None
    except CommandRefused as error:
        raise refused(error, _SENTENCES) from None
    return StartPassword(username=made.username, password=made.password, until=made.until)


@get("/api/phones", operation_id="list_phones", opt=_MANAGE, summary="Phones of the region's users")
async def list_phones(
    signed_in: NamedDependency[SignedIn],
    q: Text = "",
    which: Annotated[Literal["active", "lost", "wipe"] | None, QueryParameter(name="state")] = None,
    limit: Limit = 100,
    cursor: FromQuery[UUID | None] = None,
) -> PhoneList:
    """List phones by user's name or state, the latest seen first."""
    rows = await repository.find_phones(signed_in.actor.region_id, text=q, state=which, after=cursor, limit=limit + 1)
    shown = rows[:limit]
    return PhoneList(
        items=[_phone(row, signed_in.sync_device_id) for row in shown],
        next_cursor=str(shown[-1]["id"]) if len(rows) > limit else None,
    )


def _user(row: Record) -> UserItem:
    values = dict(row)
    roles = [
        UserRole(
            role=role["role"],
            team=RoleTeam(id=UUID(role["team"]["id"]), name=role["team"]["name"]) if role["team"] else None,
            customers=[RoleCustomer(number=one["number"], name=one["name"]) for one in role["customers"]],
        )
        for role in values.pop("roles")
    ]
    return UserItem(roles=roles, **values)


def _phone(row: Record, own: UUID | None) -> PhoneItem:
    values = dict(row)
    user = PhoneUser(id=values.pop("user_id"), name=values.pop("name"), active=values.pop("active"))
    return PhoneItem(user=user, own=row["id"] == own, **values)


ROUTES = (list_users, get_user, make_start_password, list_phones)
