"""The repeated look at the phones: remind authors of attachments that do not come, tell planners of old unsent work."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from app.database import unit_of_work
from app.messages.service import send_message
from app.policy.working_time import STOCKHOLM
from app.sync_health import repository
from app.sync_health.concerns import OLD

_BATCH: Final = 500


async def watch(_args: dict[str, Any]) -> None:
    """Look once, now. Each is told at most once a day, by whichever worker comes first."""
    await chase_attachments(datetime.now(UTC))
    await tell_of_unsent(datetime.now(UTC))


async def chase_attachments(now: datetime) -> int:
    """Remind authors of pictures and signatures that have not come within a day (sync case 24).

    Returns:
        How many attachments were looked at. The phone keeps their bytes until the server has them.
    """
    async with unit_of_work():
        missing = await repository.missing_attachments(now - OLD, _BATCH)
        told: set[tuple[UUID, str]] = set()
        for row in missing:
            day = row["received_at"].astimezone(STOCKHOLM).date().isoformat()
            if (row["author"], day) in told:
                continue
            told.add((row["author"], day))
            await send_message(
                region_id=row["region_id"],
                recipient_id=row["author"],
                kind="attachment.missing",
                work_order_id=None,
                params={"day": day},
                once_key=f"attachment.missing:{row['author']}:{day}:{_today(now)}",
            )
        await repository.mark_chased([bytes(row["sha256"]) for row in missing], now)
    return len(missing)


async def tell_of_unsent(now: datetime) -> int:
    """Tell a region's planners of phones with work that is unsent for more than a day. Returns how many phones."""
    async with unit_of_work():
        phones = await repository.phones_with_old_work(now - OLD)
        for phone in phones:
            for planner in await repository.planners(phone["region_id"]):
                await send_message(
                    region_id=phone["region_id"],
                    recipient_id=planner,
                    kind="phone.unsent",
                    work_order_id=None,
                    params={"name": phone["user_name"]},
                    once_key=f"phone.unsent:{phone['id']}:{planner}:{_today(now)}",
                )
    return len(phones)


def _today(now: datetime) -> str:
    return now.astimezone(STOCKHOLM).date().isoformat()
