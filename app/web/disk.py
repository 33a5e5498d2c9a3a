"""Nearly full disk: writes are refused in good time, reads go on (SR-20)."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from app.web.problems import Problem

_REMEMBERED_SECONDS = 1.0


class Disk:
    """The disk that holds ``folder``, asked at most once a second.

    Args:
        folder: the data folder; while it does not exist its nearest existing parent is asked.
        needed: free bytes below which nothing more is written.
    """

    def __init__(self, folder: Path, needed: int) -> None:
        self._folder = folder
        self._needed = needed
        self._asked_at = float("-inf")
        self._free = 0

    def free(self) -> int:
        """Free bytes, at most a second old."""
        now = time.monotonic()
        if now - self._asked_at >= _REMEMBERED_SECONDS:
            folder = self._folder.absolute()
            while not folder.exists():
                folder = folder.parent
            self._free = shutil.disk_usage(folder).free
            self._asked_at = now
        return self._free

    def ensure_free_space(self) -> None:
        """Refuse to write on a disk that is nearly full.

        Raises:
            Problem: 507 with Retry-After.
        """
        if self.free() < self._needed:
            raise Problem(
                507,
                "disk.full",
                sv=("Servern har nästan slut på plats", "Inget har sparats. Appen försöker igen senare."),
                en=("The server is almost out of space", "Nothing was saved. The app will try again later."),
                headers={"Retry-After": "60"},
            )
