"""Good commands of stock-taking for the tables of SR-05, each on a fresh count."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid4

from app.database import execute, fetch_value
from tests.security.house import LETTERS, MISSING, House
from tests.support.builders import make_article

#: A count per target for the routes of the matrix.
COUNT_IDS: Final = {"own": uuid4(), "other": uuid4(), "foreign": uuid4(), "missing": MISSING}


async def make_place(house: House, target: str) -> UUID:
    """A store of the target's region."""
    region = house.world.south if target == "foreign" else house.north
    place = uuid4()
    await execute(
        "insert into location (id, region_id, kind, number, name) values ($1, $2, 'local_store', $3, 'Förråd')",
        place,
        region.region_id,
        str(place),
    )
    return place


async def make_count(house: House, target: str, count_id: UUID | None = None) -> UUID:
    """A count of the target's region, in which a device was missing that is there again."""
    region = house.world.south if target == "foreign" else house.north
    author, place, count, device = (
        region.users[LETTERS["W"]].id,
        await make_place(house, target),
        count_id or uuid4(),
        uuid4(),
    )
    await execute(
        "insert into stock_count (id, region_id, location_id, counted_by, begun_at, counted_at)"
        " values ($1, $2, $3, $4, now(), now())",
        count,
        region.region_id,
        place,
        author,
    )
    await execute(
        "insert into device (id, region_id, number, article_id, status, home_location_id)"
        " select $1, region_id, $3, article_id, 'in_stock', $4 from device where id = $2",
        device,
        house.places[target].device,
        _number(device),
        place,
    )
    await execute(
        "insert into stock_count_line (id, region_id, count_id, number, device_id, finding, status)"
        " values ($1, $2, $3, $4, $5, 'missing', 'in_stock')",
        uuid4(),
        region.region_id,
        count,
        _number(device),
        device,
    )
    return count


def _number(device: UUID) -> str:
    """A device number that no other test uses."""
    return f"9{device.int % 10_000_000:07d}"


async def stock_command(house: House, name: str, target: str) -> dict[str, Any]:
    """The body of a count of the target's place, or of putting one of the target's counts right."""
    now = datetime.now(UTC).isoformat()
    if name == "stock_count.record":
        place = MISSING if target == "missing" else await make_place(house, target)
        args: dict[str, Any] = {"location_id": str(place), "begun_at": now, "devices": [{"number": "1234", "at": now}]}
        return {"id": str(uuid4()), "aggregate": str(uuid4()), "args": args}
    count = MISSING if target == "missing" else await make_count(house, target)
    number = await _missing(count)
    args = {"lines": [{"number": number, "deed": "lost"}], "reason": "not_found"}
    return {"id": str(uuid4()), "aggregate": str(count), "args": args}


async def _missing(count: UUID) -> str:
    return str(await fetch_value("select number from stock_count_line where count_id = $1", count) or "1234")


async def make_van(house: House, target: str) -> UUID:
    """A van of the target's region."""
    region = house.world.south if target == "foreign" else house.north
    van = uuid4()
    await execute(
        "insert into location (id, region_id, kind, number, name) values ($1, $2, 'van', $3, 'Bil')",
        van,
        region.region_id,
        str(van),
    )
    return van


async def van_command(house: House, name: str, target: str) -> dict[str, Any]:
    """A good command about a van: chosen, or filled with an article of the north."""
    van = MISSING if target == "missing" else await make_van(house, target)
    if name == "van_stock.choose":
        return {"id": str(uuid4()), "args": {"location_id": str(van)}}
    article = f"7{uuid4().int % 10**8:08}"
    await make_article(house.north, number=article, name="Bromsvajer", individually_numbered=False)
    line = {"article_number": article, "quantity": 3}
    return {"id": str(uuid4()), "aggregate": str(van), "args": {"lines": [line]}}
