"""The registry's HTTP routes."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.audit.access import log_access
from app.database import Record, fetch_row
from app.identity.actor import Actor
from app.identity.permissions import allowed
from app.registry import addresses, aids, recipients, search
from app.registry.number_search import find_number
from app.registry.protection import PROTECTED_NAME
from app.registry.recipients import RecipientRef
from app.registry.schemas import (
    AddressHit,
    AddressList,
    Aid,
    ArticleHit,
    ArticleList,
    DeviceCard,
    DeviceHit,
    DeviceHolder,
    DeviceList,
    LocationHit,
    LocationList,
    NumberKind,
    NumberList,
    OnTheWay,
    PartyHit,
    PartyList,
    PersonHit,
    PersonList,
    PersonSearch,
    RecipientAids,
    RecipientCard,
    RecipientPickup,
    RecipientWanted,
    RecipientWorkOrder,
)
from app.registry.view import DEVICE_CARDS_SQL, with_templates
from app.web.problems import Problem, not_found

LocationKind: TypeAlias = Literal["warehouse", "local_store", "entrance", "porters", "van"]

_HIDDEN = ("name", "phone", "care_of", "street", "postcode", "town", "entry_code")


@get("/api/devices", operation_id="find_devices", opt={"permission": "device.read"})
async def find_devices(
    actor: NamedDependency[Actor],
    number: Annotated[str, QueryParameter(max_length=12)],
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> DeviceList:
    """Find devices by number: ``123``, ``123*`` or ``*123`` (R-066)."""
    wanted = search.parse_number_search(number)
    if wanted is None:
        raise Problem(
            400,
            "device.number_search",
            sv=("Sökningen går inte att förstå.", "Skriv siffror, med en asterisk först eller sist: 123* eller *123."),
            en=("The search cannot be read.", "Write digits, with an asterisk first or last: 123* or *123."),
        )
    rows = await search.find_devices(actor, wanted, limit)
    return DeviceList(items=[DeviceHit(**dict(row)) for row in rows])


@get("/api/devices/{number:str}", operation_id="get_device", opt={"permission": "device.read"})
async def get_device(actor: NamedDependency[Actor], number: FromPath[str]) -> DeviceCard:
    """Return the device card (R-065); with the holder for those who may know, which is logged (SR-08)."""
    scope, parameters = search.device_scope_sql(actor, first=3)
    device = await fetch_row(
        f"select d.id from device d where d.region_id = $1 and d.number = $2 and {scope}",  # noqa: S608
        actor.region_id,
        number,
        *parameters,
    )
    if device is None:
        raise not_found()
    card = await fetch_row(DEVICE_CARDS_SQL, [device["id"]])
    if card is None:  # deleted between the two reads
        raise not_found()
    holder = await _holder(actor, device["id"]) if allowed(actor, "device.holder") else None
    return msgspec.convert({**with_templates(card["row"]), "holder": holder}, DeviceCard)


async def _holder(actor: Actor, device_id: UUID) -> DeviceHolder | None:
    row = await search.find_holder(actor, device_id)
    if row is None:
        return None
    values = dict(row)
    protected = values["protected"]
    if protected:
        values.update(dict.fromkeys(_HIDDEN, ""), name=PROTECTED_NAME)
    if values["person_id"] is not None:
        await log_access(actor, [values["person_id"]], "device.holder")
    return DeviceHolder(kind="care_unit" if values["person_id"] is None else "person", **values)


@get("/api/articles", operation_id="find_articles", opt={"permission": "article.read"})
async def find_articles(
    actor: NamedDependency[Actor], q: Annotated[str, QueryParameter(max_length=100)] = ""
) -> ArticleList:
    """Find articles by the beginning of the number or a part of the name (R-079)."""
    rows = await search.find_articles(actor.region_id, q)
    return ArticleList(items=[ArticleHit(**dict(row)) for row in rows])


@post("/api/persons/search", status_code=200, operation_id="find_persons", opt={"permission": "person.search"})
async def find_persons(data: JSONBody[PersonSearch], actor: NamedDependency[Actor]) -> PersonList:
    """Find a person by the whole number, which is never part of an address (SR-07)."""
    rows = await search.find_persons(actor, data.personal_number)
    await log_access(actor, [row["id"] for row in rows], "person.search")
    return PersonList(
        items=[
            PersonHit(id=row["id"], name=PROTECTED_NAME, town="")
            if row["protected_identity"]
            else PersonHit(id=row["id"], name=row["name"], town=row["town"])
            for row in rows
        ]
    )


@get("/api/numbers/{number:str}", operation_id="get_number_kind", opt={"permission": "number.search"})
async def get_number_kind(actor: NamedDependency[Actor], number: FromPath[str]) -> NumberList:
    """Say what a typed or scanned number stands for, among what the reader may see (R-345: it does not say itself)."""
    found = await find_number(actor, number.strip())
    return NumberList(items=[NumberKind(number=number.strip(), kind=kind, title=title) for kind, title in found])


@get("/api/parties", operation_id="find_parties", opt={"permission": "party.read"})
async def find_parties(
    actor: NamedDependency[Actor], q: Annotated[str, QueryParameter(max_length=100)] = ""
) -> PartyList:
    """Find customers and care units by the beginning of the number or a part of the name."""
    rows = await recipients.find_parties(actor, search.escape(q.strip()))
    return PartyList(items=[PartyHit(**dict(row)) for row in rows])


@get("/api/locations", operation_id="find_locations", opt={"permission": "location.read"})
async def find_locations(actor: NamedDependency[Actor], kind: FromQuery[LocationKind | None] = None) -> LocationList:
    """List the centre's own places: warehouses, local stores, entrances, porters and vans."""
    rows = await recipients.find_locations(actor.region_id, kind)
    return LocationList(items=[LocationHit(**dict(row)) for row in rows])


@post("/api/recipients/aids", status_code=200, operation_id="recipient_aids", opt={"permission": "holding.read"})
async def recipient_aids(data: JSONBody[RecipientWanted], actor: NamedDependency[Actor]) -> RecipientAids:
    """Return what a recipient has, waits for and has asked for (R-053, R-058, R-063); the look is logged (SR-08)."""
    wanted = RecipientRef(person_id=data.person_id, party_number=data.party_number)
    if not wanted.names_one:
        raise Problem(
            400,
            "recipient.one",
            sv=("Välj en mottagare.", "Ange en brukare eller ett nummer till en vårdenhet, inte båda."),
            en=("Choose one recipient.", "Give a user, or the number of a care unit, not both."),
        )
    recipient = await recipients.find_recipient(actor, wanted)
    card = None if recipient is None else await recipients.recipient_card(actor.region_id, recipient)
    if recipient is None or card is None:
        raise not_found()
    if recipient.person_id is not None:
        await log_access(actor, [recipient.person_id], "recipient.aids")
    if card["protected"]:
        card |= {**dict.fromkeys((*_HIDDEN, "mobile"), ""), "name": PROTECTED_NAME}
    return RecipientAids(
        recipient=RecipientCard(**card),
        aids=[_aid(row) for row in await aids.find_aids(actor, recipient)],
        on_the_way=[OnTheWay(**dict(row)) for row in await aids.find_on_the_way(actor, recipient)],
        work_orders=[RecipientWorkOrder(**dict(row)) for row in await aids.find_open_work_orders(actor, recipient)],
        pickup_orders=[RecipientPickup(**dict(row)) for row in await aids.find_pickups(actor, recipient)],
    )


def _aid(row: Record) -> Aid:
    # Vision aids and consumables have no pick-up, and neither has what is not there yet or asked for.
    stays = row["vision_aid"] or row["consumable"] or row["delivered_at"] is None or row["pickup_order"] is not None
    return Aid(can_pick_up=not stays, **dict(row))


@get("/api/addresses", operation_id="find_addresses", opt={"permission": "person.search"})
async def find_addresses(
    actor: NamedDependency[Actor],
    q: Annotated[str, QueryParameter(min_length=2, max_length=100)],
    postcode: Annotated[str, QueryParameter(max_length=6)] = "",
    limit: Annotated[int, QueryParameter(ge=1, le=50)] = 10,
) -> AddressList:
    """Find addresses by how they begin, in the house's own register: nobody else is asked."""
    rows = await addresses.find_addresses(actor.region_id, q, postcode, limit)
    return AddressList(items=[AddressHit(**dict(row)) for row in rows])


ROUTES = (
    find_addresses,
    find_devices,
    get_device,
    find_articles,
    find_persons,
    get_number_kind,
    find_parties,
    find_locations,
    recipient_aids,
)
