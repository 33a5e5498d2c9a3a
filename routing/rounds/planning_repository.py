"""Reads and writes of planning: crews, addresses, positions, and which lines are on rounds. Bound to one region."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from app.database import execute, fetch, fetch_row, fetch_value
from app.registry.addresses import postcode_key, street_key


async def place_exists(region_id: UUID, location_id: UUID, kind: str) -> bool:
    """True when the region has a location of that kind with that id."""
    return bool(
        await fetch_value(
            "select exists (select from location where region_id = $1 and id = $2 and kind = $3)",
            region_id,
            location_id,
            kind,
        )
    )


async def first_depot(region_id: UUID) -> UUID | None:
    """Return the region's first warehouse, by number."""
    depot: UUID | None = await fetch_value(
        "select id from location where region_id = $1 and kind = 'warehouse' order by number limit 1", region_id
    )
    return depot


async def driver_exists(region_id: UUID, user_id: UUID) -> bool:
    """True when the region has an active driver with that id."""
    return bool(
        await fetch_value(
            "select exists (select from user_account u join membership m on m.user_id = u.id and m.active"
            " where u.region_id = $1 and u.id = $2 and u.active and m.role = 'driver')",
            region_id,
            user_id,
        )
    )


async def stop_ids(round_id: UUID) -> list[UUID]:
    """Return the round's stops in order."""
    rows = await fetch("select id from stop where round_id = $1 order by position, id", round_id)
    return [row["id"] for row in rows]


async def next_position(round_id: UUID) -> int:
    """Return the position after the round's last stop."""
    position: int = await fetch_value("select coalesce(max(position), 0) + 1 from stop where round_id = $1", round_id)
    return position


async def renumber(ids: Iterable[UUID]) -> None:
    """Give the stops the positions 1, 2, 3 in this order; a stop that has its position already is not touched."""
    await execute(
        "update stop s set position = n.position from unnest($1::uuid[]) with ordinality as n (id, position)"
        " where s.id = n.id and s.position <> n.position",
        list(ids),
    )


async def same_address(
    round_id: UUID, *, person_id: UUID | None, party_id: UUID | None, street: str, postcode: str, town: str
) -> UUID | None:
    """Return the round's planned stop for the same recipient at the same address."""
    stop_id: UUID | None = await fetch_value(
        "select id from stop where round_id = $1 and state = 'planned' and person_id is not distinct from $2"
        " and party_id is not distinct from $3 and street = $4 and postcode = $5 and town = $6"
        " order by position, id limit 1",
        round_id,
        person_id,
        party_id,
        street,
        postcode,
        town,
    )
    return stop_id


async def known_position(region_id: UUID, street: str, postcode: str, town: str) -> tuple[float, float] | None:
    """Return where the address is: from the region's positions, else from an earlier stop there that knew."""
    row = await fetch_row(
        "select latitude, longitude from address_position where region_id = $1 and postcode = any($6)"
        " and street = any(array[swedish_order($2), swedish_order($5)]) union all"
        " (select latitude, longitude from stop where region_id = $1 and street = $2 and postcode = $3 and town = $4"
        " and street <> '' and latitude is not null order by id desc limit 1) limit 1",
        region_id,
        street,
        postcode,
        town,
        street_key(street),
        [postcode, postcode_key(postcode)],
    )
    return None if row is None else (row["latitude"], row["longitude"])


async def note_drivers(round_id: UUID) -> None:
    """Remember that the round's driver has its stops: from now on what the driver says of them counts (case 20)."""
    await execute(
        "insert into stop_driver (stop_id, driver_id, round_id) select s.id, r.driver_id, r.id from stop s"
        " join van_round r on r.id = s.round_id where r.id = $1 and r.driver_id is not null and r.state <> 'draft'"
        " on conflict (stop_id, driver_id) do update set round_id = excluded.round_id",
        round_id,
    )


async def order_ids(region_id: UUID, kind: str, numbers: Iterable[str]) -> dict[str, UUID]:
    """Return the ids of the region's orders of one kind, by number."""
    rows = await fetch(
        "select number, subject_id from order_number where region_id = $1 and kind = $2 and number = any($3)",
        region_id,
        kind,
        list(numbers),
    )
    return {row["number"]: row["subject_id"] for row in rows}


async def lines_on_rounds(column: str, line_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the lines that a round has which is not back yet. ``column``: which kind of line."""
    rows = await fetch(
        f"select t.{column} as id from stop_task t join stop s on s.id = t.stop_id"  # noqa: S608
        f" join van_round r on r.id = s.round_id where t.{column} = any($1) and t.state in ('planned', 'loaded')"
        " and s.state = 'planned' and r.state <> 'returned'",
        list(line_ids),
    )
    return {row["id"] for row in rows}


async def join_notes(stop_id: UUID, note: str) -> None:
    """Add a carrier note to a stop that has one already, unless it says the same."""
    await execute(
        "update stop set carrier_note = concat_ws(E'\\n', nullif(carrier_note, ''), $2) where id = $1 and $2 <> ''"
        " and position($2 in carrier_note) = 0",
        stop_id,
        note,
    )
