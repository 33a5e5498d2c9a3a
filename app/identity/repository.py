"""All queries about users, memberships, teams and colleagues."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.database import Record, execute, execute_many, fetch, fetch_row, new_id, unit_of_work
from app.identity.actor import Actor, Role

#: What an Actor is made of, for the user ``u``; inactive memberships count for nothing (SR-30).
ACTOR_COLUMNS = """
    u.id as user_id, u.region_id, u.username, u.name, u.language, u.active, u.must_change_password,
    array(select distinct m.role from membership m
          where m.user_id = u.id and m.active and u.active order by 1) as roles,
    array(select distinct m.team_id from membership m
          where m.user_id = u.id and m.active and u.active and m.team_id is not null order by 1) as team_ids,
    array(select distinct c.party_id from membership m join membership_customer c on c.membership_id = m.id
          where m.user_id = u.id and m.active and u.active order by 1) as customer_ids
"""


def actor_of(row: Record) -> Actor:
    """The Actor in a row that selected ACTOR_COLUMNS."""
    return Actor(
        user_id=row["user_id"],
        region_id=row["region_id"],
        roles=frozenset(Role(role) for role in row["roles"]),
        team_ids=frozenset(row["team_ids"]),
        customer_ids=frozenset(row["customer_ids"]),
        language=row["language"],
        name=row["name"],
        active=row["active"],
    )


async def actor_row(user_id: UUID) -> Record | None:
    """ACTOR_COLUMNS of a user."""
    return await fetch_row(f"select {ACTOR_COLUMNS} from user_account u where u.id = $1", user_id)  # noqa: S608 - constant


async def user_by_name(username: str) -> Record | None:
    """id, username, password_hash and active of the user with that name, in whatever capitals (R-350).

    A start password that nobody used in time lets nobody in (ASVS 6.4.1): such a user counts as not active here.
    """
    return await fetch_row(
        "select id, username, password_hash, active and coalesce(start_password_until > now(), true) as active"
        " from user_account where lower(username) = lower($1)",
        username,
    )


async def user_by_id(user_id: UUID) -> Record | None:
    """id, username, password_hash and active."""
    return await fetch_row("select id, username, password_hash, active from user_account where id = $1", user_id)


async def region_of(region_id: UUID) -> Record:
    """code and name of a region."""
    row = await fetch_row("select code, name from region where id = $1", region_id)
    assert row is not None, "every user has a region: a foreign key holds it"  # noqa: S101 - says what the schema holds
    return row


async def region_by_code(code: str) -> UUID | None:
    """The region's id."""
    row = await fetch_row("select id from region where code = $1", code)
    return None if row is None else row["id"]


async def teams_of(actor: Actor) -> list[Record]:
    """id and name of the actor's own teams, in Swedish order."""
    return await fetch(
        "select id, name from team where id = any($1::uuid[]) and region_id = $2 order by swedish_order(name), id",
        sorted(actor.team_ids),
        actor.region_id,
    )


async def customers_of(actor: Actor) -> list[Record]:
    """id, number and name of the customers the actor orders for (R-041)."""
    return await fetch(
        "select id, number, name from party where id = any($1::uuid[]) and region_id = $2 order by number, id",
        sorted(actor.customer_ids),
        actor.region_id,
    )


async def teams_in_region(region_id: UUID) -> list[Record]:
    """id and name of all teams, in Swedish order."""
    return await fetch("select id, name from team where region_id = $1 order by swedish_order(name), id", region_id)


async def technicians_in_region(region_id: UUID, team_id: UUID | None) -> list[Record]:
    """id, name, teams and open_orders of the technicians, of one team or of all.

    The count reads the work orders' table from below its own floor: one number, and no rule of theirs is known here.
    """
    return await fetch(
        """
        select u.id, u.name, array_remove(array_agg(distinct m.team_id), null) as teams,
               (select count(*) from work_order w
                where w.assigned_to = u.id and w.state not in ('done', 'closed', 'cancelled')) as open_orders
        from user_account u join membership m on m.user_id = u.id and m.active and m.role = 'technician'
        where u.region_id = $1 and u.active
        group by u.id
        having $2::uuid is null or $2 = any(array_agg(m.team_id))
        order by swedish_order(u.name), u.id
        """,
        region_id,
        team_id,
    )


async def insert_user(
    *,
    region_id: UUID,
    username: str,
    name: str,
    password_hash: str,
    language: str,
    must_change_password: bool,
    phone: str,
    email: str,
    user_id: UUID | None = None,
) -> UUID:
    """Store a user and answer the id, a new one unless it is given."""
    user_id = user_id or new_id()
    await execute(
        "insert into user_account (id, region_id, username, name, phone, email, language, password_hash,"
        " must_change_password) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        user_id,
        region_id,
        username,
        name,
        phone,
        email,
        language,
        password_hash,
        must_change_password,
    )
    return user_id


async def update_password(
    user_id: UUID, password_hash: str, *, must_change: bool, until: datetime | None = None
) -> None:
    """Store a new hash; with ``until`` the password is good for signing in until then."""
    await execute(
        "update user_account set password_hash = $2, must_change_password = $3, start_password_until = $4"
        " where id = $1",
        user_id,
        password_hash,
        must_change,
        until,
    )


async def update_language(user_id: UUID, language: str) -> None:
    """Store the language the user reads."""
    await execute("update user_account set language = $2 where id = $1", user_id, language)


async def set_active(user_id: UUID, *, active: bool) -> None:
    """Let a user in, or out."""
    await execute(
        "update user_account set active = $2, deactivated_at = case when $2 then null else now() end where id = $1",
        user_id,
        active,
    )


async def insert_membership(user_id: UUID, role: Role, team_id: UUID | None, customer_ids: Iterable[UUID]) -> UUID:
    """Give a role, or give it again when it was taken; the customers become exactly these."""
    async with unit_of_work():
        row = await fetch_row(
            """
            insert into membership (id, region_id, user_id, role, team_id)
            select $1, region_id, id, $3, $4 from user_account where id = $2
            on conflict (user_id, role, coalesce(team_id, '00000000-0000-0000-0000-000000000000'))
            do update set active = true returning id
            """,
            new_id(),
            user_id,
            role.value,
            team_id,
        )
        if row is None:
            raise LookupError("no such user")
        membership_id: UUID = row["id"]
        await execute("delete from membership_customer where membership_id = $1", membership_id)
        await execute_many(
            "insert into membership_customer (membership_id, party_id) values ($1, $2)",
            [(membership_id, customer_id) for customer_id in customer_ids],
        )
    return membership_id


async def end_membership(user_id: UUID, role: Role) -> None:
    """Take a role, in all teams."""
    await execute("update membership set active = false where user_id = $1 and role = $2", user_id, role.value)
