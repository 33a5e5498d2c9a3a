"""From recorded custody events to what they mean: holdings, order lines, tasks, stops, and the verdicts of commands.

After every insertion the chains of the goods concerned are folded anew (custody.py) inside the transaction, the
device's row locked. What the fold changed is then made true through the ports of the orders and the pick-ups, so the
outcome does not depend on what arrived first. A command whose event loses its place has its verdict revised.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from app.database import unit_of_work
from app.orders import fulfilment
from app.registry.holdings import HoldingError, end_holding, open_holding
from app.registry.repository import lock_device
from offline_sync.repository import Verdict
from offline_sync.revisions import revise_verdict
from routing.pickups import collecting
from routing.rounds import deriving
from routing.rounds import events as stored
from routing.rounds.custody import Folded, Kind, Step, fold
from routing.rounds.events import LineKey, StoredEvent, Subject

SUBJECT: Final = "stop"

_STATUS: Final[dict[Kind, str]] = {
    "load": "in_transit",
    "deliver": "with_holder",
    "collect": "collected",
    "arrive": "arrived",
}


@dataclass
class Settled:
    """What a settling came to.

    Attributes:
        beside: (code, number): why the causing command's own events stand beside, and of which goods.
        revised: the commands whose verdict changed.
    """

    beside: list[tuple[str, str]] = field(default_factory=list)
    revised: list[UUID] = field(default_factory=list)


async def settle(
    region_id: UUID,
    subjects: Iterable[Subject],
    *,
    by: UUID,
    stops: Collection[UUID] = (),
    decided: UUID | None = None,
) -> Settled:
    """Fold the subjects' chains anew and make true what follows.

    Args:
        subjects: the devices and tasks whose events changed.
        by: the command that brought it about; its own verdict is its handler's to give.
        stops: stops whose tasks are to be looked at anyway.
        decided: a command that a person decides about right now: its verdict stays what it was (sync rule R2).
    """
    ordered = sorted(set(subjects))
    for kind, device_id in ordered:
        if kind == "device":
            await lock_device(region_id, device_id)
    vans = await stored.vans_of(region_id)
    settled = Settled()
    tasks: set[UUID] = set()
    lines: set[UUID] = set()
    touched: set[UUID] = set(stops)
    changed: set[UUID] = set()
    for subject in ordered:
        found = await _settle_one(region_id, subject, vans)
        settled.beside += [(code, event.number) for event, code in found.beside if event.fact.command_id == by]
        changed |= {event.fact.command_id for event in found.changed}
        tasks |= {event.fact.task_id for event in found.events if event.fact.task_id is not None}
        touched |= {event.fact.stop_id for event in found.changed if event.fact.stop_id is not None}
        lines |= {event.line[1] for event in found.events if event.line is not None and event.line[0] != "task"}
    await deriving.derive_stops(touched | await deriving.derive_tasks(tasks, lines, touched))
    for command_id in sorted(changed - {by, decided}):
        if await _revise(command_id, by):
            settled.revised.append(command_id)
    return settled


async def chain_of(region_id: UUID, subject: Subject) -> tuple[Step, ...]:
    """Return the chain of a device or task as it is now, without a gap (SR-28)."""
    return (await _fold(await stored.events_of(subject), subject, await stored.vans_of(region_id))).chain


async def _fold(events: Sequence[StoredEvent], subject: Subject, vans: frozenset[UUID]) -> Folded:
    registered = await stored.registered_holdings(subject[1]) if subject[0] == "device" else []
    return fold([event.fact for event in events], vans, registered)


# ---------------------------------------------------------------- one subject


@dataclass
class _Change:
    """What the fold of one subject came to."""

    events: Sequence[StoredEvent]
    changed: list[StoredEvent]
    beside: list[tuple[StoredEvent, str]]


async def _settle_one(region_id: UUID, subject: Subject, vans: frozenset[UUID]) -> _Change:
    while True:
        events = await stored.events_of(subject)
        folded = await _fold(events, subject, vans)
        before = _in_order(event for event in events if event.standing == "chain")
        after = _in_order(event for event in events if folded.standing[event.fact.id] == "chain")
        try:
            async with unit_of_work():
                await _apply(region_id, _fates(before), _fates(after))
        except _Impossible as impossible:
            # It is held back by this rule, and the chain is folded without it.
            await stored.hold_back(impossible.event.fact.id, impossible.code)
            continue
        break
    changed, beside = [], []
    for event in sorted(events, key=lambda event: event.fact.id):
        standing = folded.standing[event.fact.id]
        code = "" if standing != "beside" else folded.reasons.get(event.fact.id, event.beside_code)
        if standing == "beside":
            beside.append((event, code))
        if (standing, code) != (event.standing, event.beside_code):
            changed.append(event)
            await stored.store_standing(event.fact.id, standing, code)
    if subject[0] == "device" and after and _ids(before) != _ids(after):
        await _set_status(region_id, subject[1], after, same_end=_ids(before[-1:]) == _ids(after[-1:]))
    return _Change(events, changed, beside)


def _in_order(events: Iterable[StoredEvent]) -> list[StoredEvent]:
    return sorted(events, key=lambda event: (event.fact.at, event.fact.command_id, event.fact.id))


def _ids(events: Iterable[StoredEvent]) -> list[UUID]:
    return [event.fact.id for event in events]


async def _set_status(region_id: UUID, device_id: UUID, links: Sequence[StoredEvent], *, same_end: bool) -> None:
    """The device's status is what the chain's end says."""
    last = links[-1]
    status = _on_its_way(links) if last.fact.kind == "hand_over" else _STATUS.get(last.fact.kind)
    if status is None:
        return
    if last.fact.kind == "arrive":
        holding = await open_holding(device_id)
        if holding is not None and holding.starts_at is not None and holding.starts_at <= last.fact.at:
            # The delivery was heard of after the arrival that ended it.
            await end_holding(region_id, device_id, last.fact.at, status)
    await deriving.set_device_status(device_id, status, keep_requested=same_end)


def _on_its_way(links: Sequence[StoredEvent]) -> str:
    """From hand to hand between places: on its way home when it came from a holder, else on its way out (R-277)."""
    for link in reversed(links):
        if link.fact.source[0] == "holder":
            return "collected"
        if link.fact.kind != "hand_over":
            break
    return "in_transit"


# ---------------------------------------------------------------- what becomes of a line


@dataclass(frozen=True)
class _Fate:
    """Where a line's goods are by the chain; ``event`` is the delivery or collection, None while on the way."""

    state: str
    event: StoredEvent | None = None


_WAITING: Final = _Fate("waiting")
_LOADED: Final = _Fate("loaded")


def _fates(links: Iterable[StoredEvent]) -> dict[LineKey, _Fate]:
    """Return what the links say of each line; the last one stands."""
    fates: dict[LineKey, _Fate] = {}
    for link in links:
        if link.line is None:
            continue
        if link.fact.kind in {"deliver", "collect"}:
            fates[link.line] = _Fate("done", link)
        elif link.fact.kind in {"load", "unload"}:
            fates[link.line] = _LOADED if link.fact.kind == "load" else _WAITING
    return fates


class _Impossible(Exception):
    """A link's effect cannot be made; ``code`` is the rule."""

    def __init__(self, event: StoredEvent, code: str) -> None:
        super().__init__(code)
        self.event = event
        self.code = code


def _same(one: _Fate, other: _Fate) -> bool:
    if one.event is None or other.event is None:
        return one.state == other.state and one.event is other.event
    return one.event.fact.id == other.event.fact.id


async def _apply(region_id: UUID, before: dict[LineKey, _Fate], after: dict[LineKey, _Fate]) -> None:
    """Make the difference true: first what is no longer so, then what is so now."""
    keys = [key for key in sorted({*before, *after}) if not _same(before.get(key, _WAITING), after.get(key, _WAITING))]
    for key in keys:
        await _take_away(key, before.get(key, _WAITING))
    for key in keys:
        await _bring_about(region_id, key, before.get(key, _WAITING), after.get(key, _WAITING))


async def _take_away(key: LineKey, fate: _Fate) -> None:
    if fate.event is None:
        return
    if key[0] == "order":
        await fulfilment.unmark_delivered(key[1], at=fate.event.fact.at)
        return
    line_id = key[1] if key[0] == "pickup" else None
    if line_id is not None:
        await collecting.undo_collected(line_id)


async def _bring_about(region_id: UUID, key: LineKey, before: _Fate, after: _Fate) -> None:
    if key[0] != "order":
        if after.event is not None:
            await _collect(region_id, after.event)
    elif after.event is not None:
        await _deliver(key[1], after.event)
    elif after.state == "loaded":
        await fulfilment.mark_in_transit([key[1]])
    elif before.state != "waiting":
        await fulfilment.mark_back_at_centre([key[1]])


async def _deliver(line_id: UUID, event: StoredEvent) -> None:
    try:
        await fulfilment.mark_delivered(line_id, quantity=event.quantity, at=event.fact.at, device_id=event.device_id)
    except HoldingError:
        raise _Impossible(event, "stop.device_scrapped") from None
    except LookupError:
        raise _Impossible(event, "stop.other_device") from None


async def _collect(region_id: UUID, event: StoredEvent) -> None:
    task_id = event.fact.task_id
    if task_id is None:
        return
    pickup = await stored.task_pickup(task_id)
    if pickup.pickup_line_id is not None:
        await collecting.mark_collected(pickup.pickup_line_id, at=event.fact.at, hygiene=event.hygiene)
        return
    person_id, party_id = pickup.person_id, pickup.party_id
    if event.fact.ruling == "forced" and event.device_id is not None:
        # A person has decided that it was collected after all: from the one it is registered on (sync case 11).
        holding = await open_holding(event.device_id)
        if holding is not None:
            person_id, party_id = holding.person_id, holding.party_id
    same = (person_id, party_id) == (pickup.person_id, pickup.party_id)
    line_id = await collecting.add_unplanned_line(
        pickup.sibling_order_id if same else None,
        region_id=region_id,
        person_id=person_id,
        party_id=party_id,
        article_id=event.article_id,
        device_id=event.device_id,
        quantity=event.quantity,
        at=event.fact.at,
        hygiene=event.hygiene,
        registered_by=event.by_user,
    )
    await stored.set_pickup_line(task_id, line_id)


# ---------------------------------------------------------------- verdicts


async def _revise(command_id: UUID, by: UUID) -> bool:
    judged = await stored.judge_command(command_id)
    if judged is None:
        return False
    return await revise_verdict(command_id, _verdict(judged), caused_by=by)


def _verdict(judged: stored.Judged) -> Verdict:
    if judged.undone:
        return Verdict("applied", "", {})
    if judged.own_code:
        return _recorded(judged.own_code, judged.own_detail, judged.stop_id)
    if judged.beside_code:
        return _recorded(judged.beside_code, judged.detail, judged.stop_id)
    return Verdict("applied", "", {})


def _recorded(code: str, detail: dict[str, Any], stop_id: UUID | None) -> Verdict:
    return Verdict("recorded", code, detail, None, SUBJECT, stop_id)
