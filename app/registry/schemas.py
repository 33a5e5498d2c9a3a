"""What the registry's routes take and answer."""

from __future__ import annotations

from datetime import date, datetime
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


class DeviceSafetyNotice(Reply, frozen=True, kw_only=True):
    """A safety notice that stops the device (R-303); ``action`` is what ends it for this device, "" for nothing."""

    id: UUID
    title: str
    text: str
    reference: str
    action: str


class DeviceBlocked(Reply, frozen=True, kw_only=True):
    """Why the device must not be used, and since when."""

    reason: str
    blocked_at: datetime


class DevicePmNotice(Reply, frozen=True, kw_only=True):
    """When the holder was told of the next maintenance (R-228)."""

    given_on: date
    how: str


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
    batch: str = ""
    supplier: str = ""
    home_location: str
    holder_label: str
    adaptations: list[Adaptation]
    components: list[Component]
    open_orders: list[OpenOrder]
    label_versions: LabelVersions
    safety_notices: list[DeviceSafetyNotice]
    block: DeviceBlocked | None
    pm_notice: DevicePmNotice | None
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
    """Something that a number stands for; ``title`` names an article, a care unit or a customer, never a person."""

    number: str
    kind: Literal["work_order", "customer_order", "pickup_order", "device", "article", "party"]
    title: str


class NumberList(Reply, frozen=True, kw_only=True):
    """Everything with that number: the kinds share their digits (R-345)."""

    items: list[NumberKind]


class PartyHit(Reply, frozen=True, kw_only=True):
    """A customer or a care unit."""

    id: UUID
    kind: Literal["customer", "care_unit"]
    number: str
    name: str
    town: str


class PartyList(Reply, frozen=True, kw_only=True):
    """Parties in Swedish order."""

    items: list[PartyHit]


class LocationHit(Reply, frozen=True, kw_only=True):
    """A place of the centre's own."""

    id: UUID
    kind: Literal["warehouse", "local_store", "entrance", "porters", "van"]
    number: str
    name: str


class LocationList(Reply, frozen=True, kw_only=True):
    """Places by kind and number."""

    items: list[LocationHit]


class AddressHit(Reply, frozen=True, kw_only=True):
    """An address and where it lies (degrees, WGS 84); ``source``: imported, or corrected by a driver at the door."""

    street: str
    postcode: str
    town: str
    latitude: float
    longitude: float
    source: Literal["import", "driver", "demo"]


class AddressList(Reply, frozen=True, kw_only=True):
    """Addresses in order; nothing of them says who lives there."""

    items: list[AddressHit]


class RecipientWanted(Body, frozen=True, kw_only=True):
    """Whose aids: a person, or a care unit or customer by its number. In the body, for a URL is logged (SR-07)."""

    person_id: UUID | None = None
    party_number: Annotated[str, Meta(min_length=1, max_length=30)] | None = None


class RecipientCard(Reply, frozen=True, kw_only=True):
    """The recipient; with a protected identity there is no name, number or address (SR-40)."""

    kind: Literal["person", "care_unit", "customer"]
    person_id: UUID | None
    party_number: str | None
    name: str
    phone: str
    mobile: str
    care_of: str
    street: str
    postcode: str
    town: str
    entry_code: str
    protected: bool


class Aid(Reply, frozen=True, kw_only=True):
    """Something the recipient has; ``delivered_at`` is None for what is registered as ordered only (R-063)."""

    holding_id: UUID
    article_number: str
    article_name: str
    kind: str
    device_number: str | None
    quantity: int
    ordered_at: datetime | None
    delivered_at: datetime | None
    prescriber_name: str
    vision_aid: bool
    consumable: bool
    individually_numbered: bool
    can_pick_up: bool
    pickup_order: str | None


class OnTheWay(Reply, frozen=True, kw_only=True):
    """Something that is ordered and not delivered (R-059)."""

    order_number: str
    article_number: str
    article_name: str
    quantity: int
    device_number: str | None
    state: str
    earliest_dispatch: date
    planned_on: date | None


class RecipientWorkOrder(Reply, frozen=True, kw_only=True):
    """An open work order of the recipient."""

    number: str
    type: str
    state: str


class RecipientPickup(Reply, frozen=True, kw_only=True):
    """A pick-up order of the recipient."""

    number: str
    state: str


class RecipientAids(Reply, frozen=True, kw_only=True):
    """All that a recipient has, waits for and has asked for, as far as the reader may see."""

    recipient: RecipientCard
    aids: list[Aid]
    on_the_way: list[OnTheWay]
    work_orders: list[RecipientWorkOrder]
    pickup_orders: list[RecipientPickup]
