"""What the audit hands to main."""

from __future__ import annotations

from typing import Any

from app.audit.jobs import anchor, chain_lately
from app.feature import Feature
from app.settings import Settings


def feature(settings: Settings) -> Feature:
    """Chains every five seconds; asks every hour whether a day has passed since the last anchor."""

    async def anchor_daily(_args: dict[str, Any]) -> None:
        await anchor(settings.data)

    return Feature(
        name="audit",
        jobs={"audit.chain": chain_lately, "audit.anchor": anchor_daily},
        every={"audit.chain": 5, "audit.anchor": 3_600},
    )
