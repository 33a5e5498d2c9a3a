"""The whole way in this very process, with an iteration budget, so that it is the same everywhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from routing.planner import Plan, Problem
from routing.planner.budget import Budget, Way
from routing.planner.search import search

#: The clock is out of the way; a few hundred iterations are plenty for ten stops.
BUDGET = Budget(seconds=600, iterations=400)


def solve(
    problem: Problem,
    budget: Budget = BUDGET,
    *,
    way: Way = "cold",
    lists: Mapping[str, Sequence[str]] | None = None,
) -> Plan:
    """Search, and finish the plan."""
    return search(problem, budget, way, lists)
