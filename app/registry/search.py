"""Finding devices, articles, persons and order numbers. Every search is bound to the actor's region and scope."""

from __future__ import annotations

import re
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from app.database import Record, fetch, fetch_row
from app.identity.actor import Actor, Role
from app.identity.scopes import holding_scope_sql, recipient_scope_sql

NumberSearch: TypeAlias = tuple[Literal["exact", "start", "end"], str]

# Those who see every device of the region; a prescriber sees those of the own patients and customers (5.6).
_ALL_DEVICES: Final = (Role.PLANNER, Role.CUSTOMER_SERVICE, Role.TECHNICIAN, Role.WAREHOUSE, Role.DRIVER)
_DIGITS: Final = re.compile(r"[0-9]{1,8}")
_AFTER_NINE: Final = ":"


def parse_number_search(text: str) -> NumberSearch | None:
    """Read ``123``, ``123*`` (begins with) or ``*123`` (ends with), R-066; None for anything else."""
    digits = text.strip()
    how: Literal["exact", "start", "end"] = "exact"
    if digits.endswith("*"):
        how, digits = "start", digits[:-1]
    elif digits.startswith("*"):
        how, digits = "end", digits[1:]
    return (how, digits) if _DIGITS.fullmatch(digits) else None


async def find_devices(actor: Actor, wanted: NumberSearch, limit: int) -> list[Record]:
    """Return devices by number, in the order of their numbers."""
    how, digits = wanted
    # Ranges instead of LIKE, so that the two pattern indexes serve whatever plan is cached.
    condition = {
        "exact": "d.number = $2 and $3::text is not null",
        "start": "d.number ~>=~ $2 and d.number ~<~ $3",
        "end": "reverse(d.number) ~>=~ $2 and reverse(d.number) ~<~ $3",
    }[how]
    first = digits[::-1] if how == "end" else digits
    scope, parameters = device_scope_sql(actor, first=5)
    return await fetch(
        "select d.number, d.serial, a.number as article_number, a.name as article_name, d.status"  # noqa: S608
        " from device d join article a on a.id = d.article_id"
        f" where d.region_id = $1 and {condition} and {scope} order by d.number limit $4",
        actor.region_id,
        first,
        first + _AFTER_NINE,
        limit,
        *parameters,
    )


def device_scope_sql(actor: Actor, *, first: int) -> tuple[str, tuple[Any, ...]]:
    """Condition over ``device d`` besides the region: which devices the actor may look up."""
    if actor.has(*_ALL_DEVICES):
        return "true", ()
    scope, parameters = holding_scope_sql(actor, alias="h", first=first)
    held = f"h.device_id = d.id and h.starts_at is not null and h.ends_at is null and {scope}"
    return f"exists (select from holding h where {held})", parameters


async def find_articles(region_id: UUID, text: str, limit: int = 50) -> list[Record]:
    """Return articles whose number begins with, or whose name contains, the text; by name in Swedish order (R-079)."""
    pattern = escape(text.strip())
    return await fetch(
        "select number, name, iso_class, stock_status from article"
        " where region_id = $1 and (number like $2 || '%' or supplier_article_number like $2 || '%'"
        "   or swedish_order(name) like '%' || swedish_order($2) || '%')"
        " order by swedish_order(name), number limit $3",
        region_id,
        pattern,
        limit,
    )


async def find_persons(actor: Actor, personal_number: str) -> list[Record]:
    """Return the person with that number when the actor may look: the office anybody, a prescriber the own patients.

    Own patients have, or wait for, something that the prescriber or one of the own customers has ordered.
    """
    held, held_parameters = holding_scope_sql(actor, alias="h", first=4)
    ordered, ordered_parameters = recipient_scope_sql(actor, alias="o", first=4 + len(held_parameters))
    office = actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE)
    return await fetch(
        "select p.id, concat_ws(' ', p.first_name, p.last_name) as name, p.town, p.protected_identity"  # noqa: S608
        " from person p where p.region_id = $1 and p.personal_number = $2"
        f" and ($3::boolean or exists (select from holding h where h.person_id = p.id and {held})"
        f" or exists (select from customer_order o where o.person_id = p.id and {ordered}))",
        actor.region_id,
        personal_number,
        office,
        *held_parameters,
        *ordered_parameters,
    )


async def find_holder(actor: Actor, device_id: UUID) -> Record | None:
    """Return who has the device, when the actor may know: permission ``device.holder`` and the holding in scope."""
    scope, parameters = holding_scope_sql(actor, alias="h", first=2)
    return await fetch_row(
        "select h.person_id, coalesce(p.protected_identity, false) as protected,"  # noqa: S608
        " coalesce(nullif(concat_ws(' ', p.first_name, p.last_name), ''), y.name) as name, y.number as party_number,"
        " coalesce(nullif(p.mobile, ''), p.phone, y.phone) as phone, coalesce(p.care_of, '') as care_of,"
        " coalesce(p.street, y.street) as street, coalesce(p.postcode, y.postcode) as postcode,"
        " coalesce(p.town, y.town) as town, coalesce(p.entry_code, y.entry_code) as entry_code,"
        " coalesce(u.name, '') as prescriber_name, coalesce(c.number || ' ' || c.name, '') as customer"
        " from holding h left join person p on p.id = h.person_id left join party y on y.id = h.party_id"
        " left join user_account u on u.id = h.prescriber_id left join party c on c.id = h.customer_id"
        f" where h.device_id = $1 and h.starts_at is not null and h.ends_at is null and {scope}",
        device_id,
        *parameters,
    )


def escape(text: str) -> str:
    """Return the text with LIKE's own signs taken literally."""
    return re.sub(r"([\\%_])", r"\\\1", text)
