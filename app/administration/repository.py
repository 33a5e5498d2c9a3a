"""All queries about users and phones for an administrator. Every one is bound to the administrator's region."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from app.database import Record, execute, fetch, fetch_row, fetch_value
from app.identity.actor import Role

#: What UserItem shows of the user ``u``.
_USER: Final = """
    u.id, u.username, u.name, u.phone, u.email, u.active, u.must_change_password as waits_for_password,
    case when u.must_change_password then u.start_password_until end as start_password_until, u.rv,
    nullif(greatest((select max(s.last_seen) from session s where s.user_id = u.id),
                    (select max(d.last_seen) from sync_device d where d.user_id = u.id)), '-infinity') as last_seen,
    coalesce((select jsonb_agg(jsonb_build_object(
        'role', m.role,
        'team', case when t.id is not null then jsonb_build_object('id', t.id, 'name', t.name) end,
        'customers', coalesce((select jsonb_agg(jsonb_build_object('number', p.number, 'name', p.name)
                                                 order by p.number)
                               from membership_customer c join party p on p.id = c.party_id
                               where c.membership_id = m.id), '[]'))
        order by m.role, swedish_order(t.name))
      from membership m left join team t on t.id = m.team_id where m.user_id = u.id and m.active), '[]') as roles
"""


@dataclass(frozen=True)
class UserSearch:
    """What the list is asked for. ``after``: the last user of the part before; ``limit`` rows at most."""

    limit: int
    text: str = ""
    role: Role | None = None
    active: bool | None = None
    after: UUID | None = None


async def find_users(region_id: UUID, wanted: UserSearch) -> list[Record]:
    """Users whose name or user name contains the text, in Swedish order of their names."""
    return await fetch(
        f"select {_USER} from user_account u where u.region_id = $1"  # noqa: S608 - a constant of ours
        " and (swedish_order(u.name) like '%' || swedish_order($2) || '%'"
        "      or lower(u.username) like '%' || lower($2) || '%')"
        " and ($3::text is null or exists ("
        "   select from membership m where m.user_id = u.id and m.active and m.role = $3))"
        " and ($4::boolean is null or u.active = $4)"
        " and ($5::uuid is null or (swedish_order(u.name), u.id) >"
        "   (select swedish_order(b.name), b.id from user_account b where b.id = $5 and b.region_id = $1))"
        " order by swedish_order(u.name), u.id limit $6",
        region_id,
        _pattern(wanted.text),
        wanted.role,
        wanted.active,
        wanted.after,
        wanted.limit,
    )


async def user_row(region_id: UUID, user_id: UUID | None) -> Record | None:
    """One user as UserItem shows it."""
    return await fetch_row(
        f"select {_USER} from user_account u where u.region_id = $1 and u.id = $2",  # noqa: S608 - a constant of ours
        region_id,
        user_id,
    )


async def lock_administration(region_id: UUID) -> None:
    """One administrative change in a region at a time, so that two admins cannot remove each other at once."""
    await execute("select 1 from region where id = $1 for no key update", region_id)


async def lock_user(region_id: UUID, user_id: UUID | None) -> Record | None:
    """id, username, active, must_change_password and rv of a user of the region, locked."""
    return await fetch_row(
        "select id, username, active, must_change_password, rv from user_account"
        " where region_id = $1 and id = $2 for no key update",
        region_id,
        user_id,
    )


async def rv_of(user_id: UUID) -> int:
    """The user's row version."""
    value: int = await fetch_value("select rv from user_account where id = $1", user_id)
    return value


async def another_admin(region_id: UUID, user_id: UUID) -> bool:
    """True when somebody other than the user is an active administrator of the region."""
    found = await fetch_value(
        "select exists (select from user_account u join membership m on m.user_id = u.id and m.active"
        " where u.region_id = $1 and u.active and m.role = 'admin' and u.id <> $2)",
        region_id,
        user_id,
    )
    return bool(found)


async def is_active_admin(user_id: UUID) -> bool:
    """True when the user is active and holds the role administrator."""
    found = await fetch_value(
        "select exists (select from user_account u join membership m on m.user_id = u.id and m.active"
        " where u.id = $1 and u.active and m.role = 'admin')",
        user_id,
    )
    return bool(found)


async def team_exists(region_id: UUID, team_id: UUID) -> bool:
    """True when the region has the team."""
    return bool(await fetch_value("select true from team where region_id = $1 and id = $2", region_id, team_id))


async def customers_by_number(region_id: UUID, numbers: Sequence[str]) -> dict[str, UUID]:
    """Those of the numbers that are customers of the region, with their ids."""
    rows = await fetch(
        "select number, id from party where region_id = $1 and kind = 'customer' and number = any($2::text[])",
        region_id,
        list(numbers),
    )
    return {row["number"]: row["id"] for row in rows}


async def update_user(user_id: UUID, values: dict[str, Any]) -> None:
    """Store new contact details; ``values`` holds the columns name, phone and email only."""
    columns = sorted(values)
    sets = ", ".join(f"{column} = ${place}" for place, column in enumerate(columns, start=2))
    await execute(
        f"update user_account set {sets} where id = $1",  # noqa: S608 - names of columns, from the code
        user_id,
        *(values[column] for column in columns),
    )


async def end_memberships_but(user_id: UUID, kept: Sequence[UUID]) -> None:
    """End every active membership that is not among those."""
    await execute(
        "update membership set active = false where user_id = $1 and active and id <> all($2::uuid[])",
        user_id,
        list(kept),
    )


async def drop_subscriptions(user_id: UUID) -> None:
    """Push no more to any browser of the user; those still in the right hands subscribe anew at their next start."""
    await execute("update push_subscription set dropped_at = now() where user_id = $1 and dropped_at is null", user_id)


# ---------------------------------------------------------------- phones


async def find_phones(region_id: UUID, *, text: str, state: str | None, after: UUID | None, limit: int) -> list[Record]:
    """The region's phones, the latest seen first; by the user's name, or by state."""
    return await fetch(
        "select d.id, u.id as user_id, u.name, u.active, d.state, d.last_seen, d.last_seq, d.build, d.created_at"
        " from sync_device d join user_account u on u.id = d.user_id where d.region_id = $1"
        " and (swedish_order(u.name) like '%' || swedish_order($2) || '%'"
        "      or lower(u.username) like '%' || lower($2) || '%')"
        " and ($3::text is null or d.state = $3)"
        " and ($4::uuid is null or (d.last_seen, d.id) <"
        "   (select b.last_seen, b.id from sync_device b where b.id = $4 and b.region_id = $1))"
        " order by d.last_seen desc, d.id desc limit $5",
        region_id,
        _pattern(text),
        state,
        after,
        limit,
    )


async def lock_phone(region_id: UUID, phone_id: UUID | None) -> Record | None:
    """id, user_id and state of a phone of the region, locked: a push under way ends first."""
    return await fetch_row(
        "select id, user_id, state from sync_device where region_id = $1 and id = $2 for update", region_id, phone_id
    )


def _pattern(text: str) -> str:
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return text.strip()
