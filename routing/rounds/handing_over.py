"""``custody.hand_over``: from hand to hand between two places: van, entrance, porters, and home again (R-277, R-280).

A step of the chain like any other: it is placed by event time, and the device's status follows. It ends no loan: going
out the delivery begins it, coming home the arrival at the centre ends it (R-265).
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.database import Record, fetch, fetch_row
from app.registry.repository import DeviceFacts, device_by_id, lock_device
from labels.service import resolve_scan
from offline_sync.commands import Applied, CommandContext, CommandRefused, NotFound, Outcome, Recorded
from routing.pickups import collecting
from routing.rounds import chain, events
from routing.rounds.arguments import HandOver
from routing.rounds.custody import Place
from routing.rounds.events import NewEvent

_DEVICE: Final = "device"


async def hand_over(context: CommandContext, arguments: HandOver) -> Outcome:
    """The device goes on from where the chain says it is to another place."""
    region_id = context.actor.region_id
    device = None if context.aggregate is None else await device_by_id(region_id, context.aggregate)
    if device is None:
        raise NotFound
    await lock_device(region_id, device.id)
    code = await _fault(region_id, device, arguments)
    if code is not None:
        raise _refusal(code, device.id, device.number)
    at = min(arguments.at, context.at)
    steps = await chain.chain_of(region_id, ("device", device.id))
    source = next((step.target for step in reversed(steps) if step.at <= at), None) or await _registered(device.id)
    if source is None:
        raise _refusal("custody.nowhere", device.id, device.number)
    target: Place = ("location", arguments.to_location_id)
    if source == target:
        raise _refusal("custody.there_already", device.id, device.number)
    event = NewEvent(
        kind="hand_over",
        source=source,
        target=target,
        at=at,
        article_id=device.article_id,
        device_id=device.id,
        scan_raw=arguments.scan_raw,
    )
    await events.insert_events(region_id, context.command_id, context.actor.user_id, [event])
    settled = await chain.settle(region_id, [("device", device.id)], by=context.command_id)
    if settled.beside:
        code, number = settled.beside[0]
        return Recorded(code, _DEVICE, device.id, {"round": "", "stop": "", "number": number})
    if source[0] == "holder":
        line_id = await collecting.waiting_line(region_id, device.id)
        if line_id is not None:
            await collecting.mark_collected(line_id, at=at, hygiene="unknown")
    return Applied({"number": device.number})


async def _fault(region_id: UUID, device: DeviceFacts, arguments: HandOver) -> str | None:
    """Return what is wrong with the device, the label or the place, or None: a key of sentences.py."""
    known = await fetch_row(
        "select 1 from location where region_id = $1 and id = $2", region_id, arguments.to_location_id
    )
    if known is None:
        return "custody.place_unknown"
    if device.status == "scrapped":
        return "custody.scrapped"
    if arguments.scan_raw is not None:
        scanned = await resolve_scan(region_id, arguments.scan_raw)
        if scanned is not None and scanned.device_id != device.id:
            return "custody.other_label"
    return None


async def _registered(device_id: UUID) -> Place | None:
    """Where the register has a device that has no chain: with its holder, else in its store."""
    row = await fetch_row(
        "select coalesce(h.person_id, h.party_id) as holder, d.home_location_id, (select id from location w"
        "   where w.region_id = d.region_id and w.kind = 'warehouse' order by w.number limit 1) as warehouse"
        " from device d left join holding h on h.device_id = d.id and h.starts_at is not null and h.ends_at is null"
        " where d.id = $1",
        device_id,
    )
    if row is None:
        return None
    if row["holder"] is not None:
        return ("holder", row["holder"])
    store = row["home_location_id"] or row["warehouse"]
    return None if store is None else ("location", store)


async def custody_of(region_id: UUID, number: str) -> tuple[UUID, list[Record]] | None:
    """Return the device and its recorded steps, newest first; None when there is none. Holders have no name."""
    device = await fetch_row("select id from device where region_id = $1 and number = $2", region_id, number)
    if device is None:
        return None
    rows = await fetch(
        "select e.kind, coalesce(f.name, '') as from_name, f.kind as from_kind, coalesce(t.name, '') as to_name,"
        " t.kind as to_kind, e.at, c.received_at, u.name as by_name, e.scan_raw is not null as scanned, e.standing"
        " from custody_event e join command_log c on c.id = e.command_id join user_account u on u.id = e.by_user"
        " left join location f on f.id = e.from_id and e.from_kind = 'location'"
        " left join location t on t.id = e.to_id and e.to_kind = 'location'"
        " where e.device_id = $1 order by e.at desc, e.command_id desc, e.id desc limit 100",
        device["id"],
    )
    return device["id"], rows


def _refusal(code: str, device_id: UUID, number: str) -> CommandRefused:
    return CommandRefused(code, detail={"number": number}, subject_kind=_DEVICE, subject_id=device_id)
