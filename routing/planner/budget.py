"""How long to search, and what is told while it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeAlias

import msgspec

from routing.planner.problem import Problem

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


#: The search of a plan in the middle of the day; more of it has changed nothing (docs/decisions/pyvrp.md).
REPLAN = Budget(seconds=0.4, cpu_seconds=0.2, quiet_iterations=2000)

Way: TypeAlias = Literal["cold", "seeded", "warm", "replan"]
"""``cold``: PyVRP from nothing. ``seeded``: from VROOM's plan. ``warm``: from a plan that is given. ``replan``: new
visits into lists that are being driven."""

#: Up to here VROOM's thorough search takes but a few seconds and is worth them.
THOROUGH_VISITS = 100
#: Above this a problem is searched in parts.
WHOLE_VISITS = 250


class Request(msgspec.Struct, frozen=True):
    """What a worker is asked, as MessagePack.

    Attributes:
        lists: van id -> visit ids, where the way begins with some.
    """

    problem: Problem
    budget: Budget
    way: Way = "cold"
    lists: dict[str, tuple[str, ...]] | None = None


class Progress(msgspec.Struct, frozen=True):
    """The cost of the best plan so far, see ``plan_cost``; what a worker says before it answers."""

    cost: int


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
