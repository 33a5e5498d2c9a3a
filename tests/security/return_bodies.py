"""Good commands of the returns desk for the tables of SR-05, each on a fresh device or line of the target's region."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from app.database import execute, fetch_value
from tests.security.house import MISSING, House
from tests.security.logistics_bodies import pickup_order
from tests.security.round_bodies import place, region_of
from tests.support.builders import make_device

_STATUS: Final = {
    "custody.hand_over": "in_stock",
    "return.take_in": "lost",
    "return.receive": "arrived",
    "return.cleaned": "cleaning",
    "return.inspect": "inspection",
}


async def return_command(house: House, name: str, target: str) -> dict[str, Any]:
    """The body of a command about a device that is where the command wants it."""
    args: dict[str, Any] = {
        "custody.hand_over": {"at": datetime.now(UTC).isoformat()},
        "return.take_in": {"at": datetime.now(UTC).isoformat()},
        "return.receive": {"contamination": "none"},
        "return.cleaned": {},
        "return.inspect": {"result": "ok", "disposition": "stock"},
        "return.buy_back": {"unused": True, "original_packaging": True},
    }[name]
    aggregate = MISSING
    if target != "missing":
        aggregate = await (_line(house, target) if name == "return.buy_back" else _device(house, name, target))
    if name == "custody.hand_over":
        await place(house.north, "warehouse")
        args = {**args, "to_location_id": str(await place(house.north, "entrance"))}
    return {"id": str(uuid4()), "aggregate": str(aggregate), "args": args}


async def _device(house: House, name: str, target: str) -> UUID:
    region = region_of(house, target)
    number = str(10_000_000 + uuid4().int % 89_999_999)
    device = await make_device(region, number=number, status=_STATUS[name])
    if name in {"return.cleaned", "return.inspect"}:
        await execute(
            "insert into device_return (id, region_id, device_id, state, contamination, received_at, received_by)"
            " values ($1, $2, $3, $4, 'none', now(), $5)",
            uuid4(),
            region.region_id,
            device,
            _STATUS[name],
            next(iter(region.users.values())).id,
        )
    return device


async def _line(house: House, target: str) -> UUID:
    order = await pickup_order(house, target)
    await execute(
        "update pickup_line set state = 'arrived', charging = 'sale', arrived_at = now() where pickup_order_id = $1",
        order,
    )
    line: UUID = await fetch_value("select id from pickup_line where pickup_order_id = $1", order)
    return line


async def make_desk(house: House) -> str:
    """Something in every field of the desk: a device that has arrived, and a purchase. Returns the list's address."""
    await _device(house, "return.receive", "own")
    await _line(house, "own")
    return "/api/returns"
