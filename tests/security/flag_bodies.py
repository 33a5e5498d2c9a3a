"""Good commands of purchases and of the devices' flags for the tables of SR-05, each on a fresh object."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from app.database import execute, fetch_value
from tests.security.house import LETTERS, MISSING, MISSING_DEVICE, House

#: A notice and a purchase per target for the routes of the matrix.
NOTICE_IDS: Final = {"own": uuid4(), "other": uuid4(), "foreign": uuid4(), "missing": MISSING}
PURCHASE_IDS: Final = {"own": uuid4(), "other": uuid4(), "foreign": uuid4(), "missing": MISSING}


async def make_notice(house: House, target: str, notice_id: UUID | None = None) -> UUID:
    """A safety notice about the target's device, with an action."""
    region = house.world.south if target == "foreign" else house.north
    made = notice_id or uuid4()
    await execute(
        "insert into safety_notice (id, region_id, title, action, numbers, set_by, set_at)"
        " values ($1, $2, 'Bromsen kan lossna', 'Byt bromsvajern', $3, $4, now())",
        made,
        region.region_id,
        [house.places[target].device_number],
        region.users[LETTERS["P"]].id,
    )
    return made


async def make_purchase(house: House, target: str, purchase_id: UUID | None = None) -> UUID:
    """Something ordered by the target's region."""
    region = house.world.south if target == "foreign" else house.north
    made = purchase_id or uuid4()
    await execute(
        "insert into device_purchase (id, region_id, article_id, numbers, purchased_on, state, registered_by,"
        " registered_at) select $1, $2, article_id, $4, '2026-11-02', 'ordered', $5, now() from device where id = $3",
        made,
        region.region_id,
        house.places[target].device,
        [f"8{made.int % 10_000_000:07d}"],
        region.users[LETTERS["W"]].id,
    )
    return made


async def flag_command(house: House, name: str, target: str) -> dict[str, Any]:
    """The body of a command about the target's device, notice or purchase."""
    missing = target == "missing"
    number = MISSING_DEVICE if missing else house.places[target].device_number
    aggregate: UUID = uuid4()
    args: dict[str, Any] = {}
    if name.startswith("device."):
        aggregate = MISSING if missing else house.places[target].device
        today = datetime.now(UTC).date()
        if not missing:
            await execute("delete from device_block where device_id = $1", aggregate)
            await execute("update device set next_pm = $2 where id = $1", aggregate, today + timedelta(days=30))
        if name == "device.unblock" and not missing:
            await _block(aggregate)
        args = {
            "device.block": {"reason": "Spricka i ramen"},
            "device.unblock": {},
            "device.pm_notice": {"given_on": today.isoformat(), "how": "phone"},
        }[name]
    elif name == "safety_notice.set":
        args = {"title": "Bromsen kan lossna", "numbers": [number]}
    elif name.startswith("safety_notice."):
        aggregate = MISSING if missing else await make_notice(house, target)
        args = {"device_number": number} if name == "safety_notice.done" else {}
    elif name == "purchase.register":
        article = await fetch_value(
            "select a.number from article a join device d on d.article_id = a.id where d.number = $1", number
        )
        args = {"article_number": article or "missing", "count": 1, "arrived": False, "purchased_on": "2026-11-02"}
        await execute("update article set individually_numbered = true where number = $1", article)
    else:
        aggregate = MISSING if missing else await make_purchase(house, target)
    return {"id": str(uuid4()), "aggregate": str(aggregate), "args": args}


async def flag_own(house: House) -> None:
    """Everything that a card can say of a device is true of the own one."""
    device = house.own.device
    await make_notice(house, "own")
    await _block(device)
    await execute(
        "insert into pm_notice (id, region_id, device_id, given_on, how, given_by, recorded_at)"
        " values ($1, $2, $3, current_date, 'phone', $4, now())",
        uuid4(),
        house.north.region_id,
        device,
        house.user("P").id,
    )
    await execute("update device set next_pm = current_date, last_pm = null where id = $1", device)


async def _block(device: UUID) -> None:
    await execute(
        "insert into device_block (id, region_id, device_id, reason, blocked_by, blocked_at)"
        " select $1, d.region_id, d.id, 'Spricka', u.id, now() from device d join user_account u"
        " on u.region_id = d.region_id where d.id = $2 limit 1",
        uuid4(),
        device,
    )
