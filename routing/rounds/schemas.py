"""What the office reads of rounds."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from app.web.structs import Reply


class IdAndName(Reply, frozen=True, kw_only=True):
    """A van, a driver or a depot."""

    id: UUID
    name: str


class RoundHead(Reply, frozen=True, kw_only=True):
    """A round. ``done`` counts whole and partial stops, ``failed`` those where nothing was done.

    ``accepted_version`` is the newest that its driver has said yes to; 0 for none.
    """

    id: UUID
    name: str
    on_day: date
    van: IdAndName | None
    driver: IdAndName | None
    state: Literal["draft", "published", "in_progress", "returned"]
    version: int
    accepted_version: int
    accepted_at: datetime | None
    done: int
    failed: int
    rv: int


class RoundHit(RoundHead, frozen=True, kw_only=True):
    """A round in the list of a day; ``stops`` is how many."""

    stops: int


class RoundList(Reply, frozen=True, kw_only=True):
    """All rounds of a day."""

    items: list[RoundHit]


class TaskPart(Reply, frozen=True, kw_only=True):
    """A part that belongs to a task's device, with its K-number; ``counted`` is None until a driver has counted it."""

    id: UUID
    number: str
    article_number: str
    article_name: str
    quantity: int
    counted: int | None


class TaskRow(Reply, frozen=True, kw_only=True):
    """What is to be delivered or collected at a stop; ``order_number`` is the customer or pick-up order's.

    ``repair``: fetched for repair or brought back, for the work order of that number (R-204).
    ``loaded``: it was put into the van and has not come back to the depot.
    """

    id: UUID
    position: int
    kind: Literal["deliver", "collect"]
    device_number: str | None
    article_number: str
    article_name: str
    quantity: int
    state: Literal["planned", "loaded", "done", "failed", "cancelled"]
    done_quantity: int
    failed_code: str | None
    hygiene: str | None
    unplanned: bool
    order_number: str | None
    repair: bool
    components: int
    loaded: bool
    parts: list[TaskPart]


class JointVisit(Reply, frozen=True, kw_only=True):
    """A work order that is done at the same visit as something of the stop (R-209)."""

    work_order_id: UUID
    number: str
    state: str
    booked_from: datetime | None
    booked_to: datetime | None


class AttemptRow(Reply, frozen=True, kw_only=True):
    """A try that did not succeed."""

    at: datetime
    code: str


class ProofPart(Reply, frozen=True, kw_only=True):
    """A part of a collected device that was counted."""

    component_id: UUID
    quantity: int


class ProofItem(Reply, frozen=True, kw_only=True, omit_defaults=True):
    """One item that was signed for, see proof.py."""

    action: Literal["deliver", "collect"]
    quantity: int
    task_id: UUID | None = None
    device_number: str | None = None
    article_number: str | None = None
    scan_sha256: str | None = None
    hygiene: str | None = None
    parts: list[ProofPart] | None = None


class ProofRow(Reply, frozen=True, kw_only=True):
    """Who signed, how, and for what. ``signer_name`` is empty when it is not the reader's to see."""

    signer_name: str
    method: Literal["name", "signature", "photo"]
    at: datetime
    items: list[ProofItem]


class StopRow(Reply, frozen=True, kw_only=True):
    """A stop; name, street and notes are empty for technicians and the warehouse, all is for a protected identity."""

    id: UUID
    position: int
    state: Literal["planned", "done", "partial", "failed", "cancelled"]
    window_from: datetime | None
    window_to: datetime | None
    name: str
    street: str
    town: str
    carrier_note: str
    tasks: list[TaskRow]
    attempts: list[AttemptRow]
    proof: ProofRow | None
    failed_code: str | None
    failed_note: str
    positioned: bool
    visits: list[JointVisit]
    rv: int


class CustodyStep(Reply, frozen=True, kw_only=True):
    """A recorded step: from where to where, when it happened, and when the server heard of it.

    A place without a kind is a recipient, who has no name here. ``standing``: a link of the chain, the same as one,
    beside it for a person to look at, or taken back.
    """

    kind: str
    from_name: str
    from_kind: str | None
    to_name: str
    to_kind: str | None
    at: datetime
    received_at: datetime
    by_name: str
    scanned: bool
    standing: Literal["chain", "merged", "beside", "undone"]


class CustodyChain(Reply, frozen=True, kw_only=True):
    """A device's steps, newest first."""

    device_id: UUID
    items: list[CustodyStep]


class VanBalance(Reply, frozen=True, kw_only=True):
    """What was in the van and what became of it: loaded = delivered + returned + explained + left (I15)."""

    loaded: int
    delivered: int
    returned: int
    explained: int
    left: int


class RoundDetail(RoundHead, frozen=True, kw_only=True):
    """A round with its stops in order. ``reconciled``: the driver has gone through the van, and it adds up."""

    reconciled: bool
    balance: VanBalance

    depot: IdAndName
    stops: list[StopRow]


class RoundVersion(Reply, frozen=True, kw_only=True):
    """A version of a published round: how many stops came, changed place and went, and the same in words."""

    version: int
    made_at: datetime
    by_name: str
    by_plan: bool
    new: int
    moved: int
    removed: int
    sv: str
    en: str


class RoundVersions(Reply, frozen=True, kw_only=True):
    """A round's versions, the newest first."""

    items: list[RoundVersion]


class StopTime(Reply, frozen=True, kw_only=True):
    """When the work at a stop begins, and whether that is later than was promised."""

    stop_id: UUID
    start_at: datetime
    late: bool


class RoundTimes(Reply, frozen=True, kw_only=True):
    """The times of a round's planned stops as it is now; ``estimated``: not from a road map."""

    estimated: bool
    items: list[StopTime]


class MapStop(Reply, frozen=True, kw_only=True):
    """A stop on the map: nothing of it says whose it is."""

    stop_id: UUID
    number: int
    state: Literal["planned", "done", "partial", "failed", "cancelled"]
    latitude: float
    longitude: float


class MapRound(Reply, frozen=True, kw_only=True):
    """A round on the map, from its depot; the depot's position may be unknown."""

    round_id: UUID
    name: str
    depot_latitude: float | None
    depot_longitude: float | None
    stops: list[MapStop]


class MapWaiting(Reply, frozen=True, kw_only=True):
    """Something on no round yet."""

    number: str
    kind: Literal["delivery", "pickup", "repair"]
    urgent: bool
    latitude: float
    longitude: float


class DayMap(Reply, frozen=True, kw_only=True):
    """A day on the map.

    Attributes:
        unplaced: stops and orders whose place nobody knows, or that are not shown: a protected identity (SR-40).
        tiles: address of the house's own map pictures with {z}, {x} and {y}; None draws without.
        attribution: whom to name for them.
    """

    rounds: list[MapRound]
    waiting: list[MapWaiting]
    unplaced: int
    tiles: str | None
    attribution: str


class WaitingDelivery(Reply, frozen=True, kw_only=True):
    """A customer order that can go out: nothing of it says whom it is for, a protected town is empty (SR-40).

    Attributes:
        lines, lines_waiting: how many can go, and how many wait for a device (R-118).
        due_on, due_round, due_reason: when it was to go by the list, with which round, and why (R-120 to R-122).
        linked_order: the work order that is done at the same visit (R-209).
    """

    order_number: str
    town: str
    earliest_dispatch: date
    urgent: bool
    co_delivery: bool
    lines: int
    lines_waiting: int
    items: list[str]
    due_on: date | None
    due_round: str | None
    due_reason: Literal["round_list", "daily", "no_list", "urgent", "postal"]
    linked_order: str | None


class WaitingPickup(Reply, frozen=True, kw_only=True):
    """A pick-up order that is on no round."""

    pickup_number: str
    town: str
    wanted_on: date | None
    items: list[str]
    due_on: date | None
    due_round: str | None


class WaitingRepair(Reply, frozen=True, kw_only=True):
    """A work order whose device waits to be fetched, or to be brought back to its holder (R-204)."""

    number: str
    leg: Literal["fetch", "return"]
    town: str
    priority: int
    due_on: date | None
    items: list[str]


class RoundQueue(Reply, frozen=True, kw_only=True):
    """What waits for a round."""

    deliveries: list[WaitingDelivery]
    pickups: list[WaitingPickup]
    repairs: list[WaitingRepair]


class DriverList(Reply, frozen=True, kw_only=True):
    """The region's active drivers."""

    items: list[IdAndName]


class UnservedStop(Reply, frozen=True, kw_only=True):
    """A stop that no order can serve in time, and why; see the planner's reasons."""

    stop_id: UUID
    reason: str


class RoundProposal(Reply, frozen=True, kw_only=True):
    """A proposed order of all the round's stops: what is settled first, then the planned, those without a place last.

    Attributes:
        total_minutes: from leaving the depot until being back, for the planned stops with a place.
        estimated: the times are not from a road map.
        unpositioned: stops that nobody knows where they are.
        present_minutes, present_late: the same for the order as it is, and the stops whose window it misses.
        unserved: stops that no order serves in time.
    """

    stop_ids: list[UUID]
    total_minutes: int
    estimated: bool
    unpositioned: list[UUID]
    present_minutes: int
    present_late: list[UUID]
    unserved: list[UnservedStop]
