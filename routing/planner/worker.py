"""The process that searches: reads one request on its standard input, tells of its progress, answers, ends.

Started by ``planner.propose`` as ``python -m routing.planner.worker``; a program of its own rather than a fork, because
the server has threads and a database pool that a fork must not inherit. Each line of its answer is one JSON value:
``{"cost": 1234}`` while it goes on, and the plan last.
"""

from __future__ import annotations

import os
import sys
import time

import msgspec

from routing.planner.budget import Progress, Request, Told
from routing.planner.replan import replan
from routing.planner.search import search

#: Seconds between two lines of progress.
TELL_EVERY = 0.2


def main() -> None:
    """Answer one request. A request that cannot be read ends the process with an error on standard error."""
    request = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Request)
    if request.way == "replan":
        plan = replan(request.problem, request.lists or {}, request.budget)
    else:
        if hasattr(os, "nice"):
            # The server's answers go before a search; but somebody stands waiting for a plan in the middle of the day.
            os.nice(5)
        plan = search(request.problem, request.budget, request.way, request.lists, _teller())
    _say(msgspec.json.encode(plan))


def _teller() -> Told:
    last = 0.0

    def tell(cost: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= TELL_EVERY:
            last = now
            _say(msgspec.json.encode(Progress(cost)))

    return tell


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
