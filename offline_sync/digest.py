"""The digest by which phone and server find out that they no longer hold the same rows. Pure.

``n`` counts the rows; ``xor`` joins one 64-bit hash per row, so that a change is two operations whatever the view's
size. The hash is FNV-1a 64 over ``kind:id:rv``: no seal against a forger (a phone can only fool itself), but small
and synchronous in TypeScript, where an IndexedDB transaction cannot wait for a SHA-256. tests/vectors/sync_digest.json.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

_OFFSET: Final = 0xCBF29CE484222325
_PRIME: Final = 0x100000001B3
_MASK: Final = 0xFFFFFFFFFFFFFFFF


def row_hash(kind: str, row_id: UUID, rv: int) -> int:
    """FNV-1a 64 of the UTF-8 text ``kind:id:rv``, unsigned; ``id`` in lower case with hyphens, ``rv`` in decimal."""
    value = _OFFSET
    for byte in f"{kind}:{row_id}:{rv}".encode():
        value = ((value ^ byte) * _PRIME) & _MASK
    return value


@dataclass(frozen=True)
class Digest:
    """A set of rows: ``n`` of them, ``xor`` of their hashes (unsigned 64 bits)."""

    n: int = 0
    xor: int = 0

    def replace(self, kind: str, row_id: UUID, old_rv: int | None, new_rv: int | None) -> Digest:
        """The digest after a row went from one version to another; None is "no such row". Undone by the reverse."""
        n, xor = self.n, self.xor
        if old_rv is not None:
            n, xor = n - 1, xor ^ row_hash(kind, row_id, old_rv)
        if new_rv is not None:
            n, xor = n + 1, xor ^ row_hash(kind, row_id, new_rv)
        return Digest(n, xor)

    @property
    def hex(self) -> str:
        """``xor`` as on the wire: 16 lower-case hexadecimal digits."""
        return f"{self.xor:016x}"

    @property
    def signed(self) -> int:
        """``xor`` as PostgreSQL's bigint holds it."""
        return self.xor - (1 << 64) if self.xor >= 1 << 63 else self.xor

    @classmethod
    def from_signed(cls, n: int, xor: int) -> Digest:
        """The digest as stored in ``sync_device``."""
        return cls(n, xor & _MASK)
