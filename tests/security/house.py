"""Two regions full of recognisable people, the whole application, and a signed-in client of every role.

    async with open_house(database, tmp_path) as house:
        answer = await house.clients["P"].get(f"/api/work-orders/{house.own.order.number}")
        assert canaries(answer.content) == {"own"}

Each *place* (own, other, protected, foreign) is a device with a holder and an open work order. ``own`` belongs to
everybody whose work or patient it can be, ``other`` to the second team and the other prescriber, ``foreign`` to the
other region. Every person's name, numbers and address carry a word that occurs nowhere else, so that a byte which got
out can be traced to its person. All of them are invented.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx

from app.database import Database, execute, unit_of_work
from app.identity.actor import Role
from app.identity.service import deactivate
from app.identity.sessions import start_session
from app.main import build_features, openapi_document
from app.policy.working_time import STOCKHOLM
from app.registry.holdings import Holder, hand_out
from tests.support.builders import LONG_AGO, Order, make_article, make_device, make_person, make_policy, make_work_order
from tests.support.http import client, running_app, settings_for
from tests.support.phone import Phone
from tests.support.world import Person, RegionWorld, World, make_user, make_world

#: The letters of the roles in the tests' tables.
LETTERS: Final[dict[str, Role]] = {
    "T": Role.TECHNICIAN,
    "D": Role.DRIVER,
    "P": Role.PLANNER,
    "C": Role.CUSTOMER_SERVICE,
    "R": Role.PRESCRIBER,
    "W": Role.WAREHOUSE,
    "A": Role.AUDITOR,
    "X": Role.ADMIN,
}
MISSING: Final = UUID("00000000-0000-7000-8000-00000000dead")
MISSING_NUMBER: Final = "99999999"
MISSING_DEVICE: Final = "7777"


@dataclass(frozen=True)
class Canary:
    """One person's recognisable data. ``tag`` is part of every text of it, and too long to occur by chance."""

    tag: str
    digits: str

    @property
    def columns(self) -> dict[str, Any]:
        """The person's columns."""
        return {
            "personal_number": f"19121399{self.digits}",
            "first_name": f"Ö{self.tag}förnamn",
            "last_name": f"{self.tag}efternamn",
            "phone": f"0920-{self.digits}01",
            "mobile": f"070-{self.digits}02",
            "care_of": f"{self.tag}vårdare",
            "street": f"{self.tag}gatan 1",
            "postcode": "97200",
            "town": "Provstad",
            "entry_code": f"{self.digits}#9",
        }

    @property
    def contact(self) -> dict[str, str]:
        """The contact of the person's work order."""
        person = self.columns
        return {
            "contact_name": f"{person['first_name']} {person['last_name']}",
            "contact_phone": person["mobile"],
            "care_of": person["care_of"],
            "street": person["street"],
            "postcode": person["postcode"],
            "town": person["town"],
            "entry_code": person["entry_code"],
            "instructions": f"{self.tag}anvisning",
        }

    @property
    def words(self) -> tuple[str, ...]:
        """What gives the person away."""
        return (self.tag, f"19121399{self.digits}", f"0920-{self.digits}", f"070-{self.digits}", f"{self.digits}#9")


CANARIES: Final[dict[str, Canary]] = {
    "own": Canary("Qxkanarie1", "6611"),
    "other": Canary("Qxkanarie2", "6622"),
    "protected": Canary("Qxkanarie3", "6633"),
    "foreign": Canary("Qxkanarie4", "6644"),
}


def canaries(content: bytes | str, words: Iterable[str] | None = None) -> set[str]:
    """Return whose data is in the bytes; every plain, escaped and percent-encoded way of writing it counts.

    With ``words`` the words that are found are returned instead.
    """
    raw = content.encode() if isinstance(content, str) else content
    texts = [raw.decode("utf-8", "replace"), raw.decode("utf-16-le", "ignore"), raw.decode("utf-16-be", "ignore")]
    texts = [text.lower() for text in texts]

    def occurs(word: str) -> bool:
        forms = {word, quote(word, safe=""), json.dumps(word)[1:-1]}
        return any(form.lower() in text for form in forms for text in texts)

    if words is not None:
        return {word for word in words if occurs(word)}
    return {name for name, canary in CANARIES.items() if any(map(occurs, canary.words))}


def local_day(days: int = 0) -> date:
    """Today in Stockholm, or so many days later."""
    return datetime.now(UTC).astimezone(STOCKHOLM).date() + timedelta(days=days)


@dataclass(frozen=True)
class Place:
    """A person with a device and an open work order on it."""

    person: UUID
    personal_number: str
    device: UUID
    device_number: str
    order: Order


@dataclass
class House:
    """The world, the application and its users.

    ``clients`` has one signed-in client per letter of LETTERS, and ``-`` (nobody), ``!`` (deactivated after signing
    in) and ``k`` (a technician's phone with its push key and no session).
    """

    world: World
    app: Any
    data: Path
    stack: contextlib.AsyncExitStack
    places: dict[str, Place] = field(default_factory=dict)
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)
    phones: dict[str, Phone] = field(default_factory=dict)
    customer_orders: dict[str, str] = field(default_factory=dict)
    pickup_orders: dict[str, str] = field(default_factory=dict)
    other_users: dict[str, UUID] = field(default_factory=dict)

    @property
    def north(self) -> RegionWorld:
        """The users' region."""
        return self.world.north

    @property
    def own(self) -> Place:
        """The place of the clients."""
        return self.places["own"]

    def user(self, letter: str) -> Person:
        """The user of a role in the north."""
        return self.north.users[LETTERS[letter]]

    async def browser(self, person: Person) -> httpx.AsyncClient:
        """A client with a session, started directly: checking a password takes a tenth of a second."""
        browser = await self.stack.enter_async_context(client(self.app))
        browser.cookies.set(self.app.state["cookies"].session_name, await start_session(person.id), domain="127.0.0.1")
        return browser

    async def make_order(self, name: str = "own", **columns: Any) -> Order:
        """One more order at a place."""
        region = self.world.south if name == "foreign" else self.north
        place = self.places[name]
        return await make_work_order(region, **{**_order_columns(region, name, place.device, place.person), **columns})

    def document(self) -> dict[str, Any]:
        """The OpenAPI document."""
        return openapi_document(self.app)


def _order_columns(region: RegionWorld, name: str, device: UUID, person: UUID) -> dict[str, Any]:
    mine = name != "other"
    technician = region.users[Role.TECHNICIAN] if mine else region.other_technician
    prescriber = region.users[Role.PRESCRIBER] if mine else region.other_prescriber
    return {
        "device_id": device,
        "person_id": person,
        "team_id": region.teams[0 if mine else 1],
        "assigned_to": technician.id,
        "prescriber_id": prescriber.id,
        "registered_by": prescriber.id,
        "customer_id": region.customer_id if mine else None,
        "planned_on": local_day(),
        **CANARIES[name].contact,
    }


async def _make_place(region: RegionWorld, name: str, number: str) -> Place:
    canary = CANARIES[name]
    person = await make_person(region, **canary.columns, protected_identity=name == "protected")
    device = await make_device(region, number=number)
    mine = name != "other"
    prescriber = region.users[Role.PRESCRIBER] if mine else region.other_prescriber
    async with unit_of_work():
        await hand_out(
            region.region_id,
            device,
            Holder(
                person_id=person,
                prescriber_id=prescriber.id,
                customer_id=region.customer_id if mine else None,
            ),
            LONG_AGO,
            "test",
        )
    order = await make_work_order(region, **_order_columns(region, name, device, person))
    return Place(person, canary.columns["personal_number"], device, number, order)


async def _renumber(house: House, name: str, number: str) -> None:
    """Give a place's order a number that no order of the other region will get: the regions count alike."""
    place = house.places[name]
    await execute("update order_number set number = $2 where subject_id = $1", place.order.id, number)
    await execute("update work_order set number = $2 where id = $1", place.order.id, number)
    house.places[name] = replace(place, order=Order(place.order.id, number))


@contextlib.asynccontextmanager
async def open_house(database: Database, data: Path, *, jobs: bool = False, **changes: Any) -> AsyncIterator[House]:
    """Build everything. Background work runs only with ``jobs``; ``changes`` are settings."""
    world = await make_world()
    for region in (world.north, world.south):
        await make_policy(region)
        await make_article(region, number="90001", name="Hygienstol", individually_numbered=False, iso_class="09 12 03")
    rooms = build_features(settings_for(data, **changes))
    features = rooms if jobs else [replace(room, jobs={}, slow_jobs={}, every={}) for room in rooms]
    async with running_app(database, data, features=features, **changes) as app, contextlib.AsyncExitStack() as stack:
        house = House(world, app, data, stack)
        for name, number in (("own", "104901"), ("other", "104902"), ("protected", "104903")):
            house.places[name] = await _make_place(world.north, name, number)
        house.places["foreign"] = await _make_place(world.south, "foreign", "204904")
        await _renumber(house, "foreign", "88800001")
        for letter in LETTERS:
            house.clients[letter] = await house.browser(house.user(letter))
        house.clients["-"] = await stack.enter_async_context(client(app))
        gone = await make_user(world.north.region_id, "gone.norr", Role.PLANNER, world.north.teams[0])
        house.clients["!"] = await house.browser(gone)
        await deactivate(gone.id)
        phone = await Phone.register(await house.browser(house.user("T")))
        house.phones["T"] = phone
        keyed = await stack.enter_async_context(client(app))
        keyed.headers["authorization"] = f"Bearer {phone.push_key}"
        house.clients["k"] = keyed
        yield house


# ---------------------------------------------------------------- the OpenAPI document


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    name: str
    method: str
    path: str
    spec: dict[str, Any]

    @property
    def body(self) -> dict[str, Any] | None:
        """The schema of the JSON body, or None."""
        content = self.spec.get("requestBody", {}).get("content", {})
        schema: dict[str, Any] | None = content.get("application/json", {}).get("schema")
        return schema

    def address(self, **values: str) -> str:
        """The path with its parameters filled in; an id that is not given is one that does not exist."""

        def fill(found: re.Match[str]) -> str:
            return values.get(found[1], str(MISSING) if found[1].endswith("_id") else "0")

        return re.sub(r"\{(\w+)\}", fill, self.path)


def operations(document: dict[str, Any]) -> list[Operation]:
    """All operations of the document."""
    return [
        Operation(spec["operationId"], method.upper(), path, spec)
        for path, methods in document["paths"].items()
        for method, spec in methods.items()
    ]


def sample(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A value that fits the schema: every property of it, optional ones too."""
    if "$ref" in schema:
        return sample(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    if "oneOf" in schema:
        best = next(part for part in schema["oneOf"] if part.get("type") != "null")
        # Limits of an optional text stand beside the choice between text and null.
        return sample(document, {**best, **{key: value for key, value in schema.items() if key != "oneOf"}})
    if "enum" in schema:
        return schema["enum"][0]
    make: dict[str, Callable[[], Any]] = {
        "object": lambda: {
            key: _ITEMS.get(key) or sample(document, value) for key, value in schema.get("properties", {}).items()
        },
        "array": lambda: [sample(document, schema["items"])],
        "integer": lambda: int(schema.get("minimum", 1)),
        "number": lambda: float(max(1, schema.get("minimum", 1))),
        "boolean": lambda: True,
        "string": lambda: _sample_text(schema),
    }
    return make[schema["type"]]()


#: Lists whose document does not tell the pattern of their items.
_ITEMS: Final = {
    "order_numbers": ["20000001"],
    "pickup_numbers": ["20000001"],
    "repair_numbers": ["20000001"],
    "postcode_prefixes": ["961"],
}

_TEXTS: Final = {
    "uuid": lambda: str(uuid4()),
    "date": lambda: local_day().isoformat(),
    "date-time": lambda: datetime.now(UTC).isoformat(),
    # What Litestar calls a time of the day.
    "duration": lambda: "08:00:00",
}
_PATTERNS: Final = {
    "^[0-9]{8}$": "20000001",
    "^[0-9]{4,8}$": "104901",
    "^[0-9]{4,12}$": "104901",
    "^[0-9]{2}( ?[0-9]{2}){0,2}$": "12 36",
    "^[0-9a-f]{64}$": "0" * 64,
    "^[0-9a-f]{16}$": "0" * 16,
    "^[0-9A-Za-z]{12}$": "191212121212",
    "^(|(K-)?[0-9]{4,8}|[0-9A-Z][0-9A-Z ./+-]{0,19})$": "104901",
    "^(|(K-)?[0-9]{4,8})$": "104901",
    "^(|20[0-9]{2}-(0[1-9]|1[0-2]))$": "2027-05",
    r"^(|\*?[0-9]{1,8}|[0-9]{1,8}\*)$": "104901",
}


def _sample_text(schema: dict[str, Any]) -> str:
    if schema.get("format") in _TEXTS:
        return _TEXTS[schema["format"]]()
    if "pattern" in schema:
        return _PATTERNS[schema["pattern"]]  # a new pattern needs an example here
    return "x" * int(schema.get("minLength", 1))


#: What only technicians do to a work order.
FIELD_WORK: Final = frozenset(
    f"work_order_{work}" for work in ("start", "wait", "resume", "report", "close", "refer", "exchange", "deviation")
) | {"van_stock_choose", "van_stock_fill"}
