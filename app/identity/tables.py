"""Piccolo's picture of the identity tables; a test compares it with the schema."""

from __future__ import annotations

from piccolo.columns import UUID, BigSerial, Boolean, Bytea, ForeignKey, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class Region(Table, tablename="region"):
    """A region: nothing of one is seen in another."""

    id = UUID(primary_key=True, default=new_id)
    code = Text(unique=True)
    name = Text()


class Team(Table, tablename="team"):
    """A service department with its technicians."""

    id = UUID(primary_key=True, default=new_id)
    region_id = ForeignKey(references=Region, null=False)
    name = Text()


class UserAccount(Table, tablename="user_account"):
    """A person who signs in. User names are the same in capitals and small letters (R-350)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = ForeignKey(references=Region, null=False)
    username = Text()
    name = Text()
    phone = Text()
    email = Text()
    language = Text(default="sv")
    password_hash = Text(secret=True)
    must_change_password = Boolean(default=False)
    active = Boolean(default=True)
    created_at = Timestamptz()
    van_id = UUID(null=True, default=None)
    deactivated_at = Timestamptz(null=True, default=None)
    rv = BigSerial()
    start_password_until = Timestamptz(null=True, default=None)


class Membership(Table, tablename="membership"):
    """A role of a user, perhaps in a team."""

    id = UUID(primary_key=True, default=new_id)
    region_id = ForeignKey(references=Region, null=False)
    user_id = ForeignKey(references=UserAccount, null=False)
    role = Text()
    team_id = ForeignKey(references=Team, null=True)
    active = Boolean(default=True)
    created_at = Timestamptz()


class SignInFailure(Table, tablename="sign_in_failure"):
    """An attempt to sign in that has not succeeded; see throttle.py."""

    id = UUID(primary_key=True, default=new_id)
    key_hash = Bytea()
    failed_at = Timestamptz()


class Session(Table, tablename="session"):
    """One token of a signed-in browser; see sessions.py."""

    id = UUID(primary_key=True, default=new_id)
    region_id = ForeignKey(references=Region, null=False)
    user_id = ForeignKey(references=UserAccount, null=False)
    token_hash = Bytea(unique=True, secret=True)
    sync_device_id = UUID(null=True, default=None)
    created_at = Timestamptz()
    rotated_at = Timestamptz()
    expires_at = Timestamptz()
    last_seen = Timestamptz()
    revoked_at = Timestamptz(null=True, default=None)
