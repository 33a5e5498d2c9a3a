"""Order numbers: eight digits from one series for all kinds of orders, so no number says its kind (R-343 to R-345)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias
from uuid import UUID

from app.database import fetch_value
from app.policy.working_time import STOCKHOLM

OrderKind: TypeAlias = Literal["work_order", "customer_order", "pickup_order"]

_FIRST: Final = 100_001
"""A year's first number after its two digits; what lies below is free for numbers carried over from elsewhere."""


async def next_order_number(region_id: UUID, kind: OrderKind, subject_id: UUID, at: datetime | None = None) -> str:
    """Take the region's next free order number for ``subject_id``, inside the caller's unit of work.

    The first two digits are the year of ``at`` (now when None), as in the seeds' numbers. A rollback gives the number
    back; numbers that came from elsewhere are skipped.
    """
    year = (at or datetime.now(UTC)).astimezone(STOCKHOLM).year % 100
    while True:
        value: int = await fetch_value(
            "insert into number_series (region_id, name, next_value) values ($1, $2, $3)"
            " on conflict (region_id, name) do update set next_value = number_series.next_value + 1"
            " returning next_value - 1",
            region_id,
            f"order-{year:02d}",
            year * 1_000_000 + _FIRST + 1,
        )
        number = f"{value:08d}"
        taken = await fetch_value(
            "insert into order_number (region_id, number, kind, subject_id) values ($1, $2, $3, $4)"
            " on conflict (region_id, number) do nothing returning number",
            region_id,
            number,
            kind,
            subject_id,
        )
        if taken is not None:
            return number


async def order_kind_of(region_id: UUID, number: str) -> tuple[OrderKind, UUID] | None:
    """Return what a typed or scanned order number stands for and its id, or None: numbers are not self-typing."""
    subject = await fetch_value(
        "select jsonb_build_object('kind', kind, 'id', subject_id) from order_number"
        " where region_id = $1 and number = $2",
        region_id,
        number,
    )
    return None if subject is None else (subject["kind"], UUID(subject["id"]))
