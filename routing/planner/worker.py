"""The process that searches: reads one request on its standard input, answers on its standard output, ends.

Started by ``planner.propose`` as ``python -m routing.planner.worker``; a program of its own rather than a fork, because
the server has threads and a database pool that a fork must not inherit.
"""

from __future__ import annotations

import os
import sys

import msgspec

from routing.planner.problem import Problem
from routing.planner.pyvrp_solver import Budget, solve_problem


class Request(msgspec.Struct, frozen=True):
    """What the worker is asked, as JSON."""

    problem: Problem
    budget: Budget


def main() -> None:
    """Answer one request. A request that cannot be read ends the process with an error on standard error."""
    if hasattr(os, "nice"):
        # The server's answers go before a search.
        os.nice(5)
    request = msgspec.json.decode(sys.stdin.buffer.read(), type=Request)
    sys.stdout.buffer.write(msgspec.json.encode(solve_problem(request.problem, request.budget)))


if __name__ == "__main__":
    main()
