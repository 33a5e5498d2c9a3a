"""``device.scan``: a label that somebody read in the field, kept as its raw text (sync cases 18 and 19)."""

from __future__ import annotations

import hashlib

from field.work_orders import repository
from field.work_orders.arguments import ScanDevice
from labels.payload import ForeignCode, Unreadable, parse_scan
from labels.service import resolve_scan
from offline_sync.commands import Applied, CommandContext, NotEntitled, NotFound, Outcome, Recorded


async def scan(context: CommandContext, arguments: ScanDevice) -> Outcome:
    """Find the device through the label history.

    Somebody else's code is a result like any other. A label or number of ours that nobody knows is looked at by a
    person, once a day however often it is read. Neither waits for anything, so it is not parked.
    """
    region_id = context.actor.region_id
    found = await resolve_scan(region_id, arguments.raw)
    if found is None:
        return await _unknown(context, arguments.raw)
    if arguments.work_order_id is not None:
        order = await repository.lock_order(context.actor, arguments.work_order_id)
        if order is None:
            raise NotFound
        if not order.entitled:
            raise NotEntitled
        if order.device_id is not None and order.device_id != found.device_id:
            return Recorded(
                "device.not_the_orders",
                "work_order",
                order.id,
                {"number": order.number, "scanned": found.number},
            )
    return Applied({"device_id": str(found.device_id), "number": found.number, "revoked": found.revoked})


async def _unknown(context: CommandContext, raw: str) -> Outcome:
    if isinstance(parse_scan(raw), ForeignCode | Unreadable):
        return Applied({"known": False})
    digest = hashlib.sha256(raw.encode("utf-8", "surrogatepass")).hexdigest()
    if await repository.scan_recorded_today(context.actor.region_id, digest, context.received_at):
        return Applied({"known": False})
    return Recorded("label.unknown", "device", None, {"scan": digest}, {"known": False})
