"""What the registry's routes take and answer."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta

from app.web.structs import Body, Reply


class DeviceHit(Reply, frozen=True, kw_only=True):
    """A device in a list."""

    number: str
    serial: str
    article_number: str
    article_name: str
    status: str


class DeviceList(Reply, frozen=True, kw_only=True):
    """Devices found by number."""

    items: list[DeviceHit]


class Adaptation(Reply, frozen=True, kw_only=True):
    """A special adaptation and why it matters for safety (R-069)."""

    number: str
    made_on: date
    text: str
    safety_note: str


class Component(Reply, frozen=True, kw_only=True):
    """A component of the device (R-143)."""

    article_number: str
    name: str
    quantity: int
    serial: str
    main_number: str


class OpenOrder(Reply, frozen=True, kw_only=True):
    """An open work order on the device."""

    number: str
    type: str
    state: str
    priority: int
    team: str | None


class LabelVersions(Reply, frozen=True, kw_only=True):
    """Which printed versions are valid and which are not."""

    live: list[int]
    revoked: list[int]


class DeviceHolder(Reply, frozen=True, kw_only=True):
    """Who has the device. With a protected identity everything but ``prescriber_name`` and ``customer`` is hidden."""

    kind: Literal["person", "care_unit"]
    person_id: UUID | None
    name: str
    protected: bool
    phone: str
    care_of: str
    street: str
    postcode: str
    town: str
    entry_code: str
    party_number: str | None
    prescriber_name: str
    customer: str


class DeviceCard(Reply, frozen=True, kw_only=True):
    """The device card, the same on phones; there ``holder`` does not exist."""

    id: UUID
    number: str
    serial: str
    article_number: str
    article_name: str
    iso_class: str
    article_expired: bool
    site_restriction: str
    status: str
    scrapped_on: date | None
    last_pm: date | None
    next_pm: date | None
    warranty_to: date | None
    purchased_on: date | None
    home_location: str
    holder_label: str
    adaptations: list[Adaptation]
    components: list[Component]
    open_orders: list[OpenOrder]
    label_versions: LabelVersions
    template_ids: list[str]
    holder: DeviceHolder | None = None


class ArticleHit(Reply, frozen=True, kw_only=True):
    """An article in a list."""

    number: str
    name: str
    iso_class: str
    stock_status: str


class ArticleList(Reply, frozen=True, kw_only=True):
    """Articles in Swedish order."""

    items: list[ArticleHit]


class PersonSearch(Body, frozen=True, kw_only=True):
    """The whole personal, coordination or reserve number, twelve characters in one run (R-048)."""

    personal_number: Annotated[str, Meta(pattern="^[0-9A-Za-z]{12}$")]


class PersonHit(Reply, frozen=True, kw_only=True):
    """A person in a list; a protected identity has neither name nor town here (SR-40)."""

    id: UUID
    name: str
    town: str


class PersonList(Reply, frozen=True, kw_only=True):
    """Persons found: one or none."""

    items: list[PersonHit]


class NumberKind(Reply, frozen=True, kw_only=True):
    """What an order number stands for."""

    number: str
    kind: Literal["work_order", "customer_order", "pickup_order"]


class NumberList(Reply, frozen=True, kw_only=True):
    """One or none."""

    items: list[NumberKind]
