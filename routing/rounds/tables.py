"""The tables of rounds, mirrored from the migrations (a test compares the two)."""

from __future__ import annotations

from piccolo.columns import JSONB, UUID, BigSerial, Boolean, Bytea, Date, DoublePrecision, Integer, Text, Timestamptz
from piccolo.table import Table

from app.database import new_id


class VanRound(Table, tablename="van_round"):
    """A van's round of one day."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    name = Text()
    on_day = Date(required=True)
    van_id = UUID(null=True, default=None)
    driver_id = UUID(null=True, default=None)
    depot_id = UUID(required=True)
    state = Text(default="draft")
    version = Integer(default=0)
    published_at = Timestamptz(null=True, default=None)
    started_at = Timestamptz(null=True, default=None)
    returned_at = Timestamptz(null=True, default=None)
    template_id = UUID(null=True, default=None)
    accepted_version = Integer(default=0)
    accepted_at = Timestamptz(null=True, default=None)
    reconciled_at = Timestamptz(null=True, default=None)
    rv = BigSerial()


class Stop(Table, tablename="stop"):
    """One recipient at one address on a round. Its state follows from its tasks (lifecycle.py)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    round_id = UUID(null=True, default=None)
    position = Integer(default=0)
    state = Text(default="planned")
    person_id = UUID(null=True, default=None)
    party_id = UUID(null=True, default=None)
    contact_name = Text()
    contact_phone = Text()
    care_of = Text()
    street = Text()
    postcode = Text()
    town = Text()
    entry_code = Text()
    carrier_note = Text()
    latitude = DoublePrecision(null=True, default=None)
    longitude = DoublePrecision(null=True, default=None)
    window_from = Timestamptz(null=True, default=None)
    window_to = Timestamptz(null=True, default=None)
    failed_code = Text(null=True, default=None)
    failed_note = Text()
    failed_by = UUID(null=True, default=None)
    cancelled_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)
    rv = BigSerial()


class StopDriver(Table, tablename="stop_driver"):
    """A driver who has had a stop, and on which round (sync case 20); the first two columns are one key."""

    stop_id = UUID(primary_key=True)
    driver_id = UUID(required=True)
    round_id = UUID(required=True)
    since = Timestamptz()


class StopTask(Table, tablename="stop_task"):
    """What is to be delivered or collected at a stop."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    stop_id = UUID(required=True)
    position = Integer(default=0)
    kind = Text()
    order_line_id = UUID(null=True, default=None)
    pickup_line_id = UUID(null=True, default=None)
    work_order_id = UUID(null=True, default=None)
    device_id = UUID(null=True, default=None)
    article_id = UUID(required=True)
    quantity = Integer(default=1)
    state = Text(default="planned")
    done_quantity = Integer(default=0)
    failed_code = Text(null=True, default=None)
    failed_by = UUID(null=True, default=None)
    hygiene = Text(null=True, default=None)
    unplanned = Boolean(default=False)
    loaded_at = Timestamptz(null=True, default=None)
    done_at = Timestamptz(null=True, default=None)


class StopAttempt(Table, tablename="stop_attempt"):
    """A try that did not succeed, kept whatever becomes of the stop (sync cases 12 and 13)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    stop_id = UUID(required=True)
    driver_id = UUID(required=True)
    at = Timestamptz()
    code = Text()
    note = Text()
    counts = Boolean(default=False)
    command_id = UUID(required=True)
    undone_by = UUID(null=True, default=None)


class CustodyEvent(Table, tablename="custody_event"):
    """Who had the goods when: a fact that never changes, and how the fold counts it (custody.py)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    device_id = UUID(null=True, default=None)
    article_id = UUID(required=True)
    quantity = Integer(default=1)
    kind = Text()
    from_kind = Text()
    from_id = UUID(required=True)
    to_kind = Text()
    to_id = UUID(required=True)
    at = Timestamptz()
    round_id = UUID(null=True, default=None)
    stop_id = UUID(null=True, default=None)
    task_id = UUID(null=True, default=None)
    by_user = UUID(required=True)
    scan_raw = Text(null=True, default=None)
    command_id = UUID(required=True)
    hygiene = Text(null=True, default=None)
    standing = Text(default="chain")
    ruling = Text(null=True, default=None)
    beside_code = Text()
    undone_by = UUID(null=True, default=None)


class VanAccount(Table, tablename="van_account"):
    """What the driver said at the day's end of goods that should have been in the van; it never changes."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    round_id = UUID(required=True)
    task_id = UUID(required=True)
    device_id = UUID(null=True, default=None)
    article_id = UUID(required=True)
    quantity = Integer(required=True)
    code = Text()
    note = Text()
    by_user = UUID(required=True)
    at = Timestamptz()
    command_id = UUID(required=True)


class CollectedPart(Table, tablename="collected_part"):
    """How many of a device's part came along, against how many belong to it."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    stop_id = UUID(required=True)
    task_id = UUID(required=True)
    device_id = UUID(required=True)
    component_id = UUID(required=True)
    expected = Integer(required=True)
    counted = Integer(required=True)
    at = Timestamptz()
    command_id = UUID(required=True)
    undone_by = UUID(null=True, default=None)


class ProofOfDelivery(Table, tablename="proof_of_delivery"):
    """A signature for exactly its items; it never changes (proof.py)."""

    id = UUID(primary_key=True, default=new_id)
    region_id = UUID(required=True)
    stop_id = UUID(required=True)
    signer_name = Text()
    method = Text()
    blob_sha256 = Bytea(null=True, default=None)
    items = JSONB()
    items_sha256 = Text()
    driver_id = UUID(required=True)
    at = Timestamptz()
    command_id = UUID(required=True)
