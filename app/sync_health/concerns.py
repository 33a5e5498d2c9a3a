"""What is worrying about a phone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from app.sync_health.schemas import Concern

#: Unsent work and attachments are worrying after it (sync case 24).
OLD: Final = timedelta(hours=24)

#: A phone of an active user that is not heard of for so long is silent.
SILENT: Final = timedelta(days=7)

#: How long it is told that a phone's storage was emptied.
REMEMBERED: Final = timedelta(days=14)


def concerns_of(phone: Mapping[str, Any], now: datetime) -> list[Concern]:
    """The concerns, the gravest first; empty for a phone that is well.

    Args:
        phone: a row of ``repository.phones``. ``in_field``: its user works away from the office, so that work may lie
            on it for long. ``replaced``: its user has registered another install since it was last
            heard of, so that its browser may have lost what it held.
    """
    found: list[Concern] = []
    unsent = phone["unsent"] or 0
    if unsent and phone["unsent_since"] is not None and now - phone["unsent_since"] > OLD:
        found.append("unsent_old")
    if unsent and phone["replaced"]:
        found.append("replaced_with_unsent")
    if phone["storage_lost_at"] is not None and now - phone["storage_lost_at"] < REMEMBERED:
        found.append("storage_lost")
    if phone["attachments_since"] is not None and now - phone["attachments_since"] > OLD:
        found.append("attachments_old")
    if phone["parked"] or phone["quarantined"]:
        found.append("waits_for_decision")
    if phone["active"] and phone["in_field"] and not phone["replaced"]:
        if now - phone["last_seen"] > SILENT:
            found.append("silent")
        if phone["persisted"] is False:
            found.append("may_be_cleared")
    return found
