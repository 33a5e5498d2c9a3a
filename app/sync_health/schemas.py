"""What the office reads about the phones: nothing about any patient."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

import msgspec

Concern: TypeAlias = Literal[
    "unsent_old",
    "replaced_with_unsent",
    "storage_lost",
    "attachments_old",
    "waits_for_decision",
    "silent",
    "may_be_cleared",
]


class PhoneHealth(msgspec.Struct, frozen=True, kw_only=True):
    """One phone, and what to worry about, the gravest first.

    ``unsent`` and ``unsent_since`` are as the phone last told, at ``told_at``; null before it has told. ``parked``,
    ``quarantined``: commands without a decision. ``attachments``: pictures and signatures on their way.
    """

    id: UUID
    user_name: str
    last_seen: datetime
    build: str
    state: str
    unsent: int | None
    unsent_since: datetime | None
    told_at: datetime | None
    persisted: bool | None
    storage_lost_at: datetime | None
    parked: int
    quarantined: int
    attachments: int
    attachments_since: datetime | None
    concerns: list[Concern]


class PhoneHealthList(msgspec.Struct, frozen=True):
    """The region's phones of the last 45 days, those to worry about first. ``worrying`` counts them."""

    items: list[PhoneHealth]
    worrying: int
