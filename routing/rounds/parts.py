"""Parts of a device that came along when it was collected: counted by article and K-number (R-143, R-269)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from app.database import execute, new_id
from routing.rounds.goods import Read
from routing.rounds.repository import LockedStop


async def store_parts(stop: LockedStop, command_id: UUID, reads: Iterable[Read], at: datetime) -> None:
    """Keep what was counted of each collected device; a part that is not the device's stays in the payload alone."""
    for read in reads:
        event = read.event
        if event is None or event.device_id is None or event.task_id is None:
            continue
        for part in read.parts:
            await execute(
                "insert into collected_part (id, region_id, stop_id, task_id, device_id, component_id, expected,"
                " counted, at, command_id) select $1, $2, $3, $4, $5, c.id, c.quantity, $6, $7, $8"
                " from device_component c where c.id = $9 and c.device_id = $5",
                new_id(),
                stop.region_id,
                stop.id,
                event.task_id,
                event.device_id,
                part.quantity,
                at,
                command_id,
                part.component_id,
            )


async def take_back_parts(command_id: UUID, undone_by: UUID) -> None:
    """What the command counted counts no longer (sync case 26)."""
    await execute(
        "update collected_part set undone_by = $2 where command_id = $1 and undone_by is null", command_id, undone_by
    )
