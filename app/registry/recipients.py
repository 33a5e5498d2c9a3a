"""Recipients: the person or the party that an order is for, and where it goes (R-104, R-114, R-249)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from msgspec import Meta, structs

from app.database import Record, fetch, fetch_row, fetch_value
from app.identity.actor import Actor, Role
from app.identity.scopes import holding_scope_sql, recipient_scope_sql
from app.registry.repository import party_contact, person_contact
from offline_sync.commands import Arguments

ContactLine: TypeAlias = Annotated[str, Meta(max_length=200)]


class RecipientRef(Arguments, frozen=True, kw_only=True):
    """Whom an order is for: a person, or a care unit or customer by its number."""

    person_id: UUID | None = None
    party_number: Annotated[str, Meta(min_length=1, max_length=30)] | None = None

    @property
    def names_one(self) -> bool:
        """True when exactly one of the two is given."""
        return (self.person_id is None) != (self.party_number is None)


class DeliveryContact(Arguments, frozen=True, kw_only=True):
    """Where the van goes and whom it meets (R-115, R-249)."""

    name: ContactLine = ""
    phone: Annotated[str, Meta(max_length=50)] = ""
    care_of: ContactLine = ""
    street: ContactLine = ""
    postcode: Annotated[str, Meta(max_length=10)] = ""
    town: Annotated[str, Meta(max_length=100)] = ""
    entry_code: Annotated[str, Meta(max_length=50)] = ""

    @property
    def columns(self) -> dict[str, Any]:
        """The contact as an order's columns."""
        return {
            "contact_name": self.name,
            "contact_phone": self.phone,
            "care_of": self.care_of,
            "street": self.street,
            "postcode": self.postcode,
            "town": self.town,
            "entry_code": self.entry_code,
        }

    @property
    def complete(self) -> bool:
        """True when a van can find there."""
        return bool(self.street.strip() and self.town.strip())


@dataclass(frozen=True)
class Recipient:
    """A recipient that the actor may order for. Exactly one of person and party."""

    person_id: UUID | None = None
    party_id: UUID | None = None


async def find_recipient(actor: Actor, wanted: RecipientRef) -> Recipient | None:
    """Return the recipient; None when there is none, or when it is not the actor's, which is the same (SR-05).

    The office orders for anybody in the region. A prescriber orders for the own patients and customers: those who have,
    or wait for, something that the prescriber or one of the customers has ordered (domain model 5.6).
    """
    if wanted.person_id is not None:
        found = await _own(actor, "person", "t.id = $2", wanted.person_id)
        return None if found is None else Recipient(person_id=found)
    condition = "t.number = $2 and t.kind in ('care_unit', 'customer')"
    found = await _own(actor, "party", condition, wanted.party_number)
    return None if found is None else Recipient(party_id=found)


async def _own(actor: Actor, table: str, condition: str, value: Any) -> UUID | None:
    held, held_parameters = holding_scope_sql(actor, alias="h", first=5)
    ordered, ordered_parameters = recipient_scope_sql(actor, alias="o", first=5 + len(held_parameters))
    found: UUID | None = await fetch_value(
        f"select t.id from {table} t where t.region_id = $1 and {condition} and ($3::boolean or t.id = any($4::uuid[])"  # noqa: S608
        f" or exists (select from holding h where h.{table}_id = t.id and {held})"
        f" or exists (select from customer_order o where o.{table}_id = t.id and {ordered}))"
        # A care unit and a customer may share a number: the unit is meant.
        f"{' order by t.kind' if table == 'party' else ''} limit 1",
        actor.region_id,
        value,
        actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE),
        sorted(actor.customer_ids) if table == "party" else [],
        *held_parameters,
        *ordered_parameters,
    )
    return found


async def own_contact(region_id: UUID, *, person_id: UUID | None, party_id: UUID | None) -> DeliveryContact | None:
    """Return the registered name and address of a person or party, or None."""
    row: Record | None = None
    if person_id is not None:
        row = await person_contact(region_id, person_id)
    elif party_id is not None:
        row = await party_contact(region_id, party_id)
    return None if row is None else DeliveryContact(**dict(row))


async def payer_of(party_id: UUID | None) -> UUID | None:
    """Return the payer that a customer names (R-110)."""
    payer: UUID | None = await fetch_value("select payer_id from party where id = $1", party_id)
    return payer


async def first_customer(actor: Actor) -> UUID | None:
    """Return the customer that a prescriber orders for: the first by number when there are several (R-041)."""
    customer: UUID | None = await fetch_value(
        "select id from party where region_id = $1 and id = any($2) order by number limit 1",
        actor.region_id,
        sorted(actor.customer_ids),
    )
    return customer


async def recipient_card(region_id: UUID, recipient: Recipient) -> dict[str, Any] | None:
    """Return the recipient's own data as the register has it, with ``protected``."""
    if recipient.person_id is not None:
        row = await fetch_row(
            "select 'person' as kind, id as person_id, null as party_number, concat_ws(' ', first_name, last_name)"
            " as name, phone, mobile, care_of, street, postcode, town, entry_code, protected_identity as protected"
            " from person where region_id = $1 and id = $2",
            region_id,
            recipient.person_id,
        )
    else:
        row = await fetch_row(
            "select kind, null::uuid as person_id, number as party_number, name, phone, '' as mobile, '' as care_of,"
            " street, postcode, town, entry_code, false as protected from party where region_id = $1 and id = $2",
            region_id,
            recipient.party_id,
        )
    return None if row is None else dict(row)


async def find_parties(actor: Actor, text: str, limit: int = 50) -> list[Record]:
    """Return customers and care units by the beginning of the number or a part of the name, in Swedish order.

    The office and administrators see the region's; a prescriber the own customers and those that have something of
    theirs.
    """
    scope, parameters = holding_scope_sql(actor, alias="h", first=6)
    return await fetch(
        "select t.id, t.kind, t.number, t.name, t.town from party t where t.region_id = $1"  # noqa: S608
        " and t.kind in ('customer', 'care_unit')"
        " and (t.number like $2 || '%' or swedish_order(t.name) like '%' || swedish_order($2) || '%')"
        " and ($3::boolean or t.id = any($4::uuid[])"
        f"   or exists (select from holding h where h.party_id = t.id and {scope}))"
        " order by swedish_order(t.name), t.number, t.kind limit $5",
        actor.region_id,
        text,
        actor.has(Role.PLANNER, Role.CUSTOMER_SERVICE, Role.ADMIN),
        sorted(actor.customer_ids),
        limit,
        *parameters,
    )


async def find_locations(region_id: UUID, kind: str | None) -> list[Record]:
    """Return the region's own places, by kind and number."""
    return await fetch(
        "select id, kind, number, name from location where region_id = $1 and ($2::text is null or kind = $2)"
        " order by kind, number",
        region_id,
        kind,
    )


def merge_contact(given: DeliveryContact | None, base: DeliveryContact | None) -> DeliveryContact:
    """Return what was written; where no address was written, the registered one with what was written put in."""
    base = base or DeliveryContact()
    if given is None:
        return base
    if given.street or given.postcode or given.town:
        return given
    written = {name: getattr(given, name) for name in given.__struct_fields__ if getattr(given, name)}
    return structs.replace(base, **written)
