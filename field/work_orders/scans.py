"""``device.scan``: a label that somebody read in the field, kept as its raw text (sync cases 18 and 19)."""

from __future__ import annotations

from field.work_orders import repository
from field.work_orders.arguments import ScanDevice
from labels.service import resolve_scan
from offline_sync.commands import Applied, CommandContext, NotEntitled, NotFound, Outcome, ParkCommand, Recorded


async def scan(context: CommandContext, arguments: ScanDevice) -> Outcome:
    """Find the device through the label history. A label nobody knows is parked and looked at by a person."""
    region_id = context.actor.region_id
    found = await resolve_scan(region_id, arguments.raw)
    if found is None:
        raise ParkCommand("label.unknown")
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
