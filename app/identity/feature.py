"""What identity hands to main."""

from __future__ import annotations

from typing import Any

from app.feature import Feature
from app.identity import routes, sessions, throttle
from app.settings import Settings


async def _tidy(_args: dict[str, Any]) -> None:
    await throttle.forget_old_failures()
    await sessions.forget_old_sessions()


def feature(_settings: Settings) -> Feature:
    """Session routes, teams, colleagues, and an hourly tidying of what has run out."""
    return Feature(
        name="identity",
        routes=(
            routes.sign_in,
            routes.read_session,
            routes.sign_out,
            routes.change_password,
            routes.choose_language,
            routes.list_teams,
            routes.list_technicians,
        ),
        jobs={"identity.tidy": _tidy},
        every={"identity.tidy": 3600},
    )
