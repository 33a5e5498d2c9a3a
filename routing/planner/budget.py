"""How long to search, and what is told while it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import msgspec

Sequences: TypeAlias = Mapping[str, Sequence[str]]
"""Van id -> visit ids in driving order."""

Told: TypeAlias = Callable[[int], None]
"""Called with the cost so far (``plan_cost``) when the search has found something better."""


class Budget(msgspec.Struct, frozen=True, kw_only=True):
    """When to be content. The first limit that is reached ends the search.

    Attributes:
        seconds: by the clock, because somebody waits.
        cpu_seconds: of processor time; None is unlimited. What a figure is measured by.
        quiet_iterations: as many in a row that found nothing better. A round of ten stops is done in a blink.
        iterations: in all; None is unlimited. With a limit that is reached before the others the same problem and
            seed give the same plan on every machine.
        seed: of the random choices.
    """

    seconds: float
    cpu_seconds: float | None = None
    quiet_iterations: int | None = 3000
    iterations: int | None = None
    seed: int = 1


class Meter:
    """Runs from when it is made; see ``Budget``."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._began = time.perf_counter()
        self._began_cpu = time.process_time()

    @property
    def spent_s(self) -> float:
        """By the clock."""
        return time.perf_counter() - self._began

    @property
    def left_s(self) -> float:
        """What is left of the tighter of the two limits in seconds."""
        left = self.budget.seconds - self.spent_s
        if self.budget.cpu_seconds is not None:
            left = min(left, self.budget.cpu_seconds - (time.process_time() - self._began_cpu))
        return max(0.0, left)

    def rest(self, share: float = 1.0, **changes: int | None) -> Budget:
        """A budget of that share of what is left."""
        left = self.budget.seconds - self.spent_s
        cpu = self.budget.cpu_seconds
        cpu_left = None if cpu is None else cpu - (time.process_time() - self._began_cpu)
        return msgspec.structs.replace(
            self.budget,
            seconds=max(0.0, left * share),
            cpu_seconds=None if cpu_left is None else max(0.0, cpu_left * share),
            **changes,
        )
