"""``pickup_order.arrive``: what came back stands at the centre now; the holding and its rent end (R-255, R-265)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.registry import repository as registry
from app.registry.holdings import OpenHolding, end_holding, end_quantity, open_holding
from labels.service import resolve_scan
from offline_sync.commands import Applied, CommandContext, CommandRefused, Outcome, ParkCommand, Recorded
from routing.pickups import repository
from routing.pickups.arguments import ArrivedLine, ArrivePickupOrder
from routing.pickups.handling import SUBJECT, load, refusal
from routing.pickups.lifecycle import LineState, arrive_refusal
from routing.pickups.repository import Line, LockedPickup
from routing.rounds import chain


@dataclass(frozen=True)
class _Arrival:
    """A line that arrived, and the holding that ends with it, if the device is in one."""

    line: Line
    given: ArrivedLine
    holding: OpenHolding | None


async def arrive(context: CommandContext, arguments: ArrivePickupOrder) -> Outcome:
    """Register arrivals. From the office all of them or none; from a phone what can be, and a person sees the rest."""
    order = await load(context)
    at = min(arguments.at, context.at)
    refused: CommandRefused | None = None
    arrivals: list[_Arrival] = []
    for given in {line.line_id: line for line in arguments.lines}.values():
        judged = await _judge(context, order, given, at)
        if isinstance(judged, CommandRefused):
            context.judge(judged)
            refused = refused or judged
        else:
            arrivals.append(judged)
    for arrival in arrivals:
        await _settle(context, order, arrival, at)
    state = await repository.refresh_state(order.id)
    result: Mapping[str, Any] = {
        "rv": await repository.pickup_version(order.id),
        "state": state.value,
        "arrived": len(arrivals),
    }
    if refused is None:
        return Applied(result)
    return Recorded(refused.code, SUBJECT, order.id, refused.detail, result)


async def arrive_line(context: CommandContext, line_id: UUID, given: ArrivedLine, at: datetime) -> str:
    """Register the arrival of one line for the returns desk, whosever order it is. Returns the order's number.

    Raises:
        CommandRefused: the arrival cannot be registered.
        ParkCommand: nobody knows the label that was read.
    """
    (order,) = await repository.lock_pickups_of([line_id])
    judged = await _judge(context, order, given, at)
    if isinstance(judged, CommandRefused):
        raise judged
    await _settle(context, order, judged, at)
    await repository.refresh_state(order.id)
    return order.number


async def _judge(
    context: CommandContext, order: LockedPickup, given: ArrivedLine, at: datetime
) -> _Arrival | CommandRefused:
    """Return the arrival, or why it cannot be registered. Nothing is stored yet.

    Raises:
        ParkCommand: nobody knows the label that was read (sync case 19).
    """
    line = order.line(given.line_id)
    if line is None:
        return refusal(order, "pickup.line_unknown")
    code = arrive_refusal(line.state)
    if code is not None:
        return refusal(order, code)
    if line.device_id is None:
        return _Arrival(line, given, None)
    if given.scan_raw is not None:
        scanned = await resolve_scan(order.region_id, given.scan_raw)
        if scanned is None:
            raise ParkCommand("label.unknown")
        if scanned.device_id != line.device_id:
            return refusal(order, "pickup.other_device", scanned=scanned.number, wanted=line.device_number)
    await registry.lock_device(order.region_id, line.device_id)
    device = await registry.device_by_id(order.region_id, line.device_id)
    holding = await open_holding(line.device_id)
    if holding is not None and (holding.person_id, holding.party_id) != (order.person_id, order.party_id):
        return refusal(order, "pickup.holder_changed", wanted=line.device_number)
    if device is not None and device.status == "scrapped":
        return refusal(order, "holding.scrapped")
    if holding is not None and holding.starts_at is not None and at < holding.starts_at:
        return refusal(order, "holding.before_last")
    return _Arrival(line, given, holding)


async def _settle(context: CommandContext, order: LockedPickup, arrival: _Arrival, at: datetime) -> None:
    """End the holding, and note the last link of the custody chain."""
    line = arrival.line
    if line.device_id is not None:
        if arrival.holding is not None:
            await end_holding(order.region_id, line.device_id, at, "arrived")
        else:
            await repository.arrived_device(line.device_id)
    elif line.holding_id is not None and await repository.still_held(line.holding_id, at):
        await end_quantity(line.holding_id, line.quantity, at)
    values: dict[str, Any] = {"state": LineState.ARRIVED.value, "arrived_at": at}
    if arrival.given.hygiene is not None:
        values["hygiene"] = arrival.given.hygiene
    await repository.update_lines([line.id], values)
    await repository.record_arrival(
        order, line, at=at, by=context.actor.user_id, scan_raw=arrival.given.scan_raw, command_id=context.command_id
    )
    if line.device_id is not None:
        # A driver's report that is heard of later finds the arrival in the chain; one that came earlier may change.
        await chain.settle(order.region_id, [("device", line.device_id)], by=context.command_id)
