"""A phone's rows as its own store holds them, with the digest and a memory of the versions it has left behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.findings import Findings

Key = tuple[str, str]


def row_hash(kind: str, row_id: str, rv: int) -> int:
    """FNV-1a 64 of ``kind:id:rv``: the wire's digest, written a second time on purpose."""
    value = 0xCBF29CE484222325
    for byte in f"{kind}:{row_id}:{rv}".encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


@dataclass
class Rows:
    """Rows by kind and id."""

    held: dict[Key, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    xor: int = 0

    def put(self, kind: str, row_id: str, rv: int, row: dict[str, Any]) -> None:
        """Store a row in place of its older version."""
        self.delete(kind, row_id)
        self.held[kind, row_id] = (rv, row)
        self.xor ^= row_hash(kind, row_id, rv)

    def delete(self, kind: str, row_id: str) -> None:
        """Take a row away, if it is here."""
        before = self.held.pop((kind, row_id), None)
        if before is not None:
            self.xor ^= row_hash(kind, row_id, before[0])

    @property
    def digest(self) -> dict[str, Any]:
        """As on the wire."""
        return {"n": len(self.held), "xor": f"{self.xor:016x}"}

    def of(self, kind: str) -> list[dict[str, Any]]:
        """All rows of a kind."""
        return [row for (held_kind, _), (_, row) in self.held.items() if held_kind == kind]

    def row(self, kind: str, row_id: str) -> dict[str, Any] | None:
        """One row, or None."""
        found = self.held.get((kind, row_id))
        return None if found is None else found[1]


class Versions:
    """Watches what a phone is shown: no older version after a newer one (J8), and one content per version (J5)."""

    def __init__(self, findings: Findings, name: str) -> None:
        self._findings = findings
        self._name = name
        self._left: dict[Key, set[int]] = {}
        self._shown: dict[Key, int] = {}
        self._contents: dict[tuple[Any, ...], int] = {}

    def show(self, kind: str, row_id: str, rv: int, row: dict[str, Any]) -> None:
        """The phone shows this version now."""
        key = kind, row_id
        before = self._shown.get(key)
        if before is not None and before != rv:
            self._left.setdefault(key, set()).add(before)
        self._findings.check(
            rv not in self._left.get(key, ()), "J8", f"{self._name}: {kind} {row_id} went back to {rv}"
        )
        self._shown[key] = rv
        if kind == "work_order":
            # The row tells its own version: it must always come under the same rv (on one day, see the view).
            day = datetime.now(UTC).astimezone(ZoneInfo("Europe/Stockholm")).date().isoformat()
            content = row_id, row["rv"], day, row["attachment_pending"]
            known = self._contents.setdefault(content, rv)
            self._findings.check(
                known == rv, "J5", f"{self._name}: {kind} {row_id}: content of another version under {rv}"
            )
