"""The arguments of the commands on rounds and stops. Unknown fields are refused, lengths count code points (SR-25)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from offline_sync.commands import Arguments

FailCode: TypeAlias = Literal[
    "no_contact", "wrong_address", "no_entry_code", "refused", "dirty", "not_found", "unsafe", "other"
]
Hygiene: TypeAlias = Literal["clean", "cleaned_contaminated", "dirty", "unknown"]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]
Note: TypeAlias = Annotated[str, Meta(max_length=500)]
Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=100)]
Quantity: TypeAlias = Annotated[int, Meta(ge=1, le=9999)]
DeviceNumber: TypeAlias = Annotated[str, Meta(pattern="^[0-9]{4,8}$")]
ArticleNumber: TypeAlias = Annotated[str, Meta(min_length=1, max_length=30)]
OrderNumbers: TypeAlias = Annotated[tuple[Annotated[str, Meta(pattern="^[0-9]{8}$")], ...], Meta(max_length=100)]
ScanText: TypeAlias = Annotated[str, Meta(max_length=500)]
Sha256: TypeAlias = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class Goods(Arguments, frozen=True, kw_only=True):
    """Goods of one task, in or out of the van."""

    task_id: UUID
    device_number: DeviceNumber | None = None
    scan_raw: ScanText | None = None
    quantity: Quantity = 1


class PartCounted(Arguments, frozen=True, kw_only=True):
    """A part of a device, and how many of it came along; 0 when it did not."""

    component_id: UUID
    quantity: Annotated[int, Meta(ge=0, le=9999)]


class Collected(Arguments, frozen=True, kw_only=True):
    """Goods that were taken along; without a task when nobody had ordered it (sync case 10).

    ``parts``: what was counted of the device's parts; a part that is not named was not counted (R-269).
    """

    task_id: UUID | None = None
    device_number: DeviceNumber | None = None
    article_number: ArticleNumber | None = None
    scan_raw: ScanText | None = None
    quantity: Quantity = 1
    hygiene: Hygiene = "unknown"
    parts: Annotated[tuple[PartCounted, ...], Meta(max_length=100)] = ()


class NotDone(Arguments, frozen=True, kw_only=True):
    """A task that could not be done, and why."""

    task_id: UUID
    code: FailCode
    note: Note = ""


class ProofBlob(Arguments, frozen=True, kw_only=True):
    """The signature or photo; its bytes come as a blob that the command's envelope names."""

    sha256: Sha256
    size: Annotated[int, Meta(ge=1)]
    mime: Annotated[str, Meta(max_length=100)]


class Proof(Arguments, frozen=True, kw_only=True):
    """Who took the goods. ``items_sha256`` binds it to exactly its items (proof.py)."""

    signer_name: Annotated[str, Meta(max_length=200)] = ""
    method: Literal["name", "signature", "photo"]
    items_sha256: Sha256
    blob: ProofBlob | None = None


class Load(Arguments, frozen=True, kw_only=True):
    """Goods into the van."""

    items: Annotated[tuple[Goods, ...], Meta(min_length=1, max_length=200)]
    at: Moment


class Complete(Arguments, frozen=True, kw_only=True):
    """What became of a stop."""

    delivered: Annotated[tuple[Goods, ...], Meta(max_length=200)] = ()
    collected: Annotated[tuple[Collected, ...], Meta(max_length=200)] = ()
    not_done: Annotated[tuple[NotDone, ...], Meta(max_length=200)] = ()
    proof: Proof | None = None
    at: Moment


class Fail(Arguments, frozen=True, kw_only=True):
    """A try that did not succeed."""

    code: FailCode
    note: Note = ""
    at: Moment


class ConfirmPosition(Arguments, frozen=True, kw_only=True):
    """Where the driver stands at the door: degrees (WGS 84), and how exact the phone says that is."""

    latitude: Annotated[float, Meta(ge=-90, le=90)]
    longitude: Annotated[float, Meta(ge=-180, le=180)]
    accuracy_m: Annotated[float, Meta(ge=0, le=100_000)]
    at: Moment


class Undo(Arguments, frozen=True, kw_only=True):
    """Take back an own command of the last minutes; both stay in the history (sync case 26)."""

    command_id: UUID


class HandOver(Arguments, frozen=True, kw_only=True):
    """The device goes on to another place: an entrance, the porters, a van. The aggregate is the device (R-277)."""

    to_location_id: UUID
    scan_raw: ScanText | None = None
    at: Moment


class Reopen(Arguments, frozen=True, kw_only=True):
    """What was said of a stop is not what happened, and why the office says so."""

    reason: Note


class Return(Arguments, frozen=True, kw_only=True):
    """The van is back at the centre."""

    at: Moment


class AcceptRound(Arguments, frozen=True, kw_only=True):
    """The driver has seen the list of this version and drives by it."""

    version: Annotated[int, Meta(ge=1, le=100_000)]
    at: Moment


class Accounted(Arguments, frozen=True, kw_only=True):
    """What became of goods that should be in the van: here, or why not. ``never_loaded``: it stands at the depot."""

    task_id: UUID
    code: Literal["here", "never_loaded", "missing", "left_unsigned", "other"]
    quantity: Quantity = 1
    note: Note = ""
    scan_raw: ScanText | None = None


class Reconcile(Arguments, frozen=True, kw_only=True):
    """The van is back at the centre, and each unit that should be in it is accounted for (invariant I15)."""

    items: Annotated[tuple[Accounted, ...], Meta(max_length=500)] = ()
    at: Moment


class CreateRound(Arguments, frozen=True, kw_only=True):
    """A new round. The aggregate is its id, made by the client; the depot is the first warehouse unless named."""

    name: Name
    on_day: date
    van_id: UUID | None = None
    driver_id: UUID | None = None
    depot_id: UUID | None = None


class ChangeRound(Arguments, frozen=True, kw_only=True):
    """What is left out stays; None takes the van or the driver off a round that is not published."""

    name: Name | UnsetType = UNSET
    on_day: date | UnsetType = UNSET
    van_id: UUID | UnsetType | None = UNSET
    driver_id: UUID | UnsetType | None = UNSET


class AddToRound(Arguments, frozen=True, kw_only=True):
    """Orders that the round takes; ``repair_numbers``: work orders whose device is fetched or brought back (R-204)."""

    order_numbers: OrderNumbers = ()
    pickup_numbers: OrderNumbers = ()
    repair_numbers: OrderNumbers = ()


class Sequence(Arguments, frozen=True, kw_only=True):
    """The round's stops, all of them, in their new order."""

    stop_ids: Annotated[tuple[UUID, ...], Meta(max_length=500)]


class TakeOff(Arguments, frozen=True, kw_only=True):
    """A stop that the round no longer has; its orders wait again."""

    stop_id: UUID


class Publish(Arguments, frozen=True, kw_only=True):
    """The driver may see the round."""


class MoveStop(Arguments, frozen=True, kw_only=True):
    """The stop goes to another round (sync case 20)."""

    round_id: UUID


class ChangeStop(Arguments, frozen=True, kw_only=True):
    """The office's change of a stop; what is left out stays. ``note`` goes with ``state``."""

    window_from: Moment | UnsetType | None = UNSET
    window_to: Moment | UnsetType | None = UNSET
    carrier_note: Note | UnsetType = UNSET
    state: Literal["planned", "failed", "cancelled"] | None = None
    note: Note = ""
