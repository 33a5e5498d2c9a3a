"""Where a list goes on: the last row's time and id, opaque to clients."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from uuid import UUID

from app.web.problems import Problem

Cursor = tuple[datetime, UUID]


def write_cursor(at: datetime, row_id: UUID) -> str:
    """Return the cursor of the page after that row."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {row_id}".encode()).decode()


def read_cursor(text: str) -> Cursor | None:
    """Read a cursor; None for the first page.

    Raises:
        Problem: 400, it is not one of ours.
    """
    if not text:
        return None
    try:
        at, row_id = base64.urlsafe_b64decode(text.encode()).decode().split(" ")
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is not None:
            return moment, UUID(row_id)
    except (binascii.Error, ValueError):
        pass
    raise cursor_refused()


def cursor_refused() -> Problem:
    """400: the cursor is not one of ours."""
    return Problem(
        400,
        "cursor.invalid",
        sv=("Listan kan inte fortsätta härifrån.", "Hämta listan från början."),
        en=("The list cannot go on from here.", "Load the list from the beginning."),
    )
