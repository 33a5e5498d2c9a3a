"""The registry's tables, mirrored from the migrations (a test compares the two).

The database holds the keys between tables and the rules; here a reference is an id, so that no floor needs another's
tables to read its own.
"""

from __future__ import annotations

from piccolo.columns import UUID, BigInt, BigSerial, Boolean, Bytea, Date, DoublePrecision, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class Region(Table, tablename="region"):
    """A region: the tenant that every other row belongs to."""

    id = UUID(primary_key=True, default=new_id)
    code = Text(unique=True)
    name = Text()


class NumberSeries(Table, tablename="number_series"):
    """The next value of a region's series; the two columns of the key are one key in the database."""

    region_id = UUID(primary_key=True)
    name = Text()
    next_value = BigInt(required=True)


class OrderNumber(Table, tablename="order_number"):
    """What an order's number stands for: one numeric space for all kinds of orders (R-343 to R-345)."""

    region_id = UUID(primary_key=True)
    number = Text()
    kind = Text()
    subject_id = UUID(required=True)


class Party(Table, tablename="party"):
    """A customer, a payer or a care unit (R-041, R-104)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    kind = Text()
    number = Text()
    name = Text()
    phone = Text()
    street = Text()
    postcode = Text()
    town = Text()
    entry_code = Text()
    payer_id = UUID(null=True, default=None)
    team_id = UUID(null=True, default=None)


class Person(Table, tablename="person"):
    """A person who has assistive devices. Who looked is in the access log (SR-08)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    identity_kind = Text(default="personal")
    personal_number = Text()
    first_name = Text()
    last_name = Text()
    phone = Text()
    mobile = Text()
    care_of = Text()
    street = Text()
    postcode = Text()
    town = Text()
    entry_code = Text()
    protected_identity = Boolean(default=False)
    rv = BigSerial()


class Location(Table, tablename="location"):
    """A place of the centre's own: warehouse, local store, entrance or van."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    kind = Text()
    number = Text()
    name = Text()
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)


class Article(Table, tablename="article"):
    """An article of the catalogue."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    number = Text()
    name = Text()
    unit = Text(default="st")
    iso_class = Text()
    kind = Text()
    stock_status = Text()
    charging = Text()
    vision_aid = Boolean(default=False)
    individually_numbered = Boolean(default=False)
    exchangeable = Boolean(default=False)
    site_restriction = Text(default="none")
    pm_interval_months = Integer(null=True, default=None)
    supplier = Text()
    supplier_article_number = Text()
    rv = BigSerial()


class Device(Table, tablename="device"):
    """One individually numbered assistive device (R-065 to R-072)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    number = Text()
    serial = Text()
    batch = Text()
    article_id = UUID(required=True)
    owner = Text()
    purchased_on = Date(null=True, default=None)
    warranty_to = Date(null=True, default=None)
    status = Text()
    scrapped_on = Date(null=True, default=None)
    last_pm = Date(null=True, default=None)
    next_pm = Date(null=True, default=None)
    home_location_id = UUID(null=True, default=None)
    rv = BigSerial()


class DeviceComponent(Table, tablename="device_component"):
    """A component or accessory that is linked to its main device (R-135, R-143)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    device_id = UUID(required=True)
    main_number = Text()
    article_id = UUID(required=True)
    quantity = Integer(default=1)
    serial = Text()
    delivered_on = Date(null=True, default=None)


class SpecialAdaptation(Table, tablename="special_adaptation"):
    """What was changed on a device and why it matters for safety (R-069)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    device_id = UUID(required=True)
    number = Text()
    made_on = Date(required=True)
    text = Text()
    safety_note = Text()


class Holding(Table, tablename="holding"):
    """Who has what, from when to when: the traceability backbone (R-019)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    device_id = UUID(null=True, default=None)
    article_id = UUID(null=True, default=None)
    quantity = Integer(default=1)
    person_id = UUID(null=True, default=None)
    party_id = UUID(null=True, default=None)
    prescriber_id = UUID(null=True, default=None)
    customer_id = UUID(null=True, default=None)
    payer_id = UUID(null=True, default=None)
    ordered_at = Timestamptz(null=True, default=None)
    starts_at = Timestamptz(null=True, default=None)
    ends_at = Timestamptz(null=True, default=None)
    source = Text()
    order_line_id = UUID(null=True, default=None)
    succeeded_by = UUID(null=True, default=None)


class DeviceLabel(Table, tablename="device_label"):
    """A printed label: only the hash of its token is kept (SR-06)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    device_id = UUID(required=True)
    version = Integer(required=True)
    token_hash = Bytea()
    created_at = Timestamptz()
    revoked_at = Timestamptz(null=True, default=None)
