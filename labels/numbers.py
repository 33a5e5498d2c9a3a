"""Device numbers that are printed before there is a device: taken from one series, never given out twice."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from app.database import fetch, fetch_value
from labels.sentences import LabelFault

SERIES: Final = "device"
FIRST: Final = 700_001
"""Where a region's series begins unless its row in number_series says otherwise; numbers in use are skipped."""
LAST: Final = 99_999_999


async def reserve_device_numbers(region_id: UUID, count: int) -> list[str]:
    """Take the next ``count`` free numbers, in rising order, inside the caller's unit of work.

    The series' row is locked until the commit, so two prints at once get different numbers; a rollback gives them
    back. Numbers that a device or an earlier label has are skipped.

    Raises:
        LabelFault: the series has no more numbers of eight digits.
    """
    await fetch_value(
        "insert into number_series (region_id, name, next_value) values ($1, $2, $3)"
        " on conflict (region_id, name) do update set next_value = number_series.next_value returning next_value",
        region_id,
        SERIES,
        FIRST,
    )
    start: int = await fetch_value(
        "select next_value from number_series where region_id = $1 and name = $2 for update", region_id, SERIES
    )
    numbers: list[str] = []
    while len(numbers) < count:
        if start > LAST:
            raise LabelFault("label.no_numbers_left")
        rows = await fetch(
            "select n::text as number from generate_series($2::bigint, $3::bigint) n"
            " where not exists (select from device d where d.region_id = $1 and d.number = n::text)"
            " and not exists (select from unclaimed_label u where u.region_id = $1 and u.number = n::text)"
            " and not exists (select from device_purchase p where p.region_id = $1 and p.numbers @> array[n::text])"
            " order by n limit $4",
            region_id,
            start,
            min(LAST, start + 2 * count + 1_000),
            count - len(numbers),
        )
        numbers += [row["number"] for row in rows]
        start = int(numbers[-1]) + 1 if len(numbers) == count else min(LAST, start + 2 * count + 1_000) + 1
    await fetch_value(
        "update number_series set next_value = $3 where region_id = $1 and name = $2 returning next_value",
        region_id,
        SERIES,
        start,
    )
    return numbers
