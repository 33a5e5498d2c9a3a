"""What the checks find: every broken invariant of docs/sync.md section 7 under its number."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

#: Which figure a broken invariant counts for.
FIGURES: Final[dict[str, tuple[str, ...]]] = {
    "lost": ("J1", "J3", "J13"),
    "doubled": ("J2",),
    "diverged": ("J4", "J5", "J6", "J7", "J8", "J10"),
    "wedged": ("J9", "J11", "J14"),
}
_KEPT_TEXTS: Final = 40


@dataclass
class Findings:
    """Broken invariants: how often each, and the first texts."""

    counts: Counter[str] = field(default_factory=Counter)
    texts: list[str] = field(default_factory=list)

    def add(self, invariant: str, text: str) -> None:
        """Note that an invariant is broken."""
        self.counts[invariant] += 1
        if len(self.texts) < _KEPT_TEXTS:
            self.texts.append(f"{invariant}: {text}")

    def check(self, holds: bool, invariant: str, text: str) -> None:
        """Note it unless ``holds``."""
        if not holds:
            self.add(invariant, text)

    def figure(self, name: str) -> int:
        """lost, doubled, diverged or wedged."""
        return sum(self.counts[invariant] for invariant in FIGURES[name])

    def __bool__(self) -> bool:
        return bool(self.counts)

    def __str__(self) -> str:
        return "\n".join([str(dict(self.counts)), *self.texts])
